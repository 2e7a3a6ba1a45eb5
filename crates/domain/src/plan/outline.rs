//! The outline of a plan: its tasks in the order in which they are read, each beneath its parent.

use super::Task;
use crate::id::TaskId;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

#[derive(Debug, Default)]
pub struct Outline {
    /// Every task after the one that it lies in, and before that one's next neighbour.
    pub order: Vec<TaskId>,
    /// For each place of the order, how many tasks it lies in.
    pub depth: Vec<u16>,
    /// For each place of the order, where the task's parent stands.
    pub parent: Vec<Option<u32>>,
    /// For each place of the order, the first place after whatever lies in the task.
    pub end: Vec<u32>,
    places: HashMap<TaskId, u32>,
}

impl Outline {
    /// Puts the tasks in order. Whose parent is not among them has none; what lies in a circle of parents comes last.
    pub fn of(tasks: &[Arc<Task>]) -> Self {
        let known: HashMap<TaskId, &Arc<Task>> = tasks.iter().map(|task| (task.id, task)).collect();
        let mut children: BTreeMap<Option<TaskId>, Vec<&Arc<Task>>> = BTreeMap::new();
        for task in tasks {
            children.entry(task.parent.filter(|parent| known.contains_key(parent))).or_default().push(task);
        }
        for list in children.values_mut() {
            list.sort_by(|one, other| (&one.key, one.id).cmp(&(&other.key, other.id)));
        }
        let mut outline = Self::default();
        outline.take_in(None, &mut children);
        while let Some(parent) = children.keys().next().copied() {
            outline.take_in(parent, &mut children);
        }
        outline.parent = outline
            .order
            .iter()
            .map(|id| known[id].parent.and_then(|parent| outline.places.get(&parent).copied()))
            .collect();
        outline
    }

    fn take_in(&mut self, root: Option<TaskId>, children: &mut BTreeMap<Option<TaskId>, Vec<&Arc<Task>>>) {
        let mut open: Vec<(u32, std::vec::IntoIter<&Arc<Task>>)> = Vec::new();
        let mut within = children.remove(&root).unwrap_or_default().into_iter();
        loop {
            while let Some(task) = within.next() {
                let place = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
                self.order.push(task.id);
                self.depth.push(u16::try_from(open.len()).unwrap_or(u16::MAX));
                self.end.push(place + 1);
                self.places.insert(task.id, place);
                if let Some(list) = children.remove(&Some(task.id)) {
                    open.push((place, std::mem::replace(&mut within, list.into_iter())));
                }
            }
            let Some((place, rest)) = open.pop() else { break };
            self.end[place as usize] = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
            within = rest;
        }
    }

    /// Where the task stands.
    pub fn place(&self, task: TaskId) -> Option<u32> {
        self.places.get(&task).copied()
    }

    /// Whether others lie in the task at this place.
    pub fn is_group(&self, place: u32) -> bool {
        self.end[place as usize] > place + 1
    }
}
