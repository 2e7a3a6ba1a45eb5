//! The order in which nodes are reckoned, and the arcs of each.

use super::{
    arc::{Arc, NO_LINK, Tie},
    input::Flaw,
};

/// Arcs in compressed rows: those of a node stand together.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    from: Vec<u32>,
    arcs: Vec<Arc>,
}

impl Rows {
    /// Puts the arcs in rows by a key below `count`.
    fn new(count: usize, ties: &[Tie], key: impl Fn(&Tie) -> u32, arc: impl Fn(&Tie) -> Arc) -> Self {
        let mut from = vec![0u32; count + 1];
        for tie in ties {
            from[key(tie) as usize + 1] += 1;
        }
        for at in 0..count {
            from[at + 1] += from[at];
        }
        let mut free = from.clone();
        let mut arcs: Vec<Arc> = ties.iter().map(|tie| tie.arc).collect();
        for tie in ties {
            let place = &mut free[key(tie) as usize];
            arcs[*place as usize] = arc(tie);
            *place += 1;
        }
        Self { from, arcs }
    }

    pub fn into(count: usize, ties: &[Tie]) -> Self {
        Self::new(count, ties, |tie| tie.to, Tie::seen_from_successor)
    }

    pub fn out_of(count: usize, ties: &[Tie]) -> Self {
        Self::new(count, ties, |tie| tie.from, Tie::seen_from_predecessor)
    }

    /// Adds an arc of a link that stands behind all others to a row; arcs of groups stand behind those of links.
    pub fn add(&mut self, row: u32, arc: Arc) {
        let at = row as usize;
        let links = self.of(at).iter().take_while(|arc| arc.link != NO_LINK).count();
        self.arcs.insert(self.from[at] as usize + links, arc);
        self.from[at + 1..].iter_mut().for_each(|from| *from += 1);
    }

    /// Takes the arc of a link away from a row; the links behind it are numbered one less.
    pub fn remove(&mut self, row: u32, link: u32) {
        let at = row as usize;
        let Some(place) = self.of(at).iter().position(|arc| arc.link == link) else { return };
        self.arcs.remove(self.from[at] as usize + place);
        self.from[at + 1..].iter_mut().for_each(|from| *from -= 1);
        for arc in &mut self.arcs {
            arc.link -= u32::from(arc.link > link && arc.link != NO_LINK);
        }
    }

    /// Puts an arc in the place of that of the same link.
    pub fn put(&mut self, row: u32, arc: Arc) {
        let (from, to) = (self.from[row as usize] as usize, self.from[row as usize + 1] as usize);
        let place = self.arcs[from..to].iter_mut().find(|before| before.link == arc.link);
        if let Some(place) = place {
            *place = arc;
        }
    }

    #[inline]
    pub fn of(&self, node: usize) -> &[Arc] {
        &self.arcs[self.from[node] as usize..self.from[node + 1] as usize]
    }
}

/// The rank of each node and the nodes by rank (A. Kahn, "Topological Sorting of Large Networks", 1962), or the cycle
/// that forbids any.
pub(super) fn rank(count: usize, ties: &[Tie], task_of: &[u32]) -> Result<(Vec<u32>, Vec<u32>), Flaw> {
    let outs = Rows::out_of(count, ties);
    let mut waits = vec![0u32; count];
    for tie in ties.iter().filter(|tie| !tie.arc.back) {
        waits[tie.to as usize] += 1;
    }
    let mut order: Vec<u32> = Vec::with_capacity(count);
    order.extend((0u32..).zip(&waits).filter(|(_, waits)| **waits == 0).map(|(node, _)| node));
    let mut at = 0;
    while at < order.len() {
        for arc in outs.of(order[at] as usize).iter().filter(|arc| !arc.back) {
            let waits = &mut waits[arc.node as usize];
            *waits -= 1;
            if *waits == 0 {
                order.push(arc.node);
            }
        }
        at += 1;
    }
    if order.len() < count {
        return Err(Flaw::Cycle(cycle(count, ties, &waits, task_of)));
    }
    let mut rank = vec![0; count];
    (0u32..).zip(&order).for_each(|(at, node)| rank[*node as usize] = at);
    Ok((rank, order))
}

/// Of nodes that all wait, each for another that does: back from one until one comes again.
fn cycle(count: usize, ties: &[Tie], waits: &[u32], task_of: &[u32]) -> Vec<u32> {
    let ins = Rows::into(count, ties);
    let mut seen = vec![false; count];
    let mut way = Vec::new();
    let mut next = waits.iter().position(|waits| *waits > 0);
    while let Some(node) = next {
        let task = task_of[node];
        if std::mem::replace(&mut seen[node], true) {
            let from = way.iter().position(|(passed, _)| *passed == node).unwrap_or(0);
            way.drain(..from);
            break;
        }
        way.push((node, task));
        let waited = ins.of(node).iter().find(|arc| !arc.back && waits[arc.node as usize] > 0);
        next = waited.map(|arc| arc.node as usize);
    }
    // A group comes with its start and its finish.
    let mut tasks: Vec<u32> = way.into_iter().rev().map(|(_, task)| task).collect();
    tasks.dedup();
    if tasks.len() > 1 && tasks.first() == tasks.last() {
        tasks.pop();
    }
    // Beginning with the first in the plan.
    let first = (0..tasks.len()).min_by_key(|at| tasks[*at]).unwrap_or(0);
    tasks.rotate_left(first);
    tasks
}
