//! Links drawn, changed and taken away in a reckoned plan.

use super::{
    arc::Tie,
    edit::Effect,
    input::{Bound, Flaw, Input, Link},
    marks::Marks,
    network::check_link,
    pass::Schedule,
};

impl Schedule {
    /// Adds a link as the last one. The work grows with what moves, unless the link joins groups or is a maximal lag, the
    /// plan has maximal lags, or the order of tasks changes by it: then all is reckoned anew.
    ///
    /// # Errors
    /// The plan with the link has a flaw; it stays as it was.
    pub fn link(&mut self, link: Link) -> Result<Effect, Flaw> {
        let number = u32::try_from(self.input.links.len()).unwrap_or(u32::MAX);
        check_link(&self.input, number, &link)?;
        let mut links = self.input.links.clone();
        links.push(link);
        match self.tie(number, &link) {
            Some(tie) if tie.from < tie.to => {
                self.network.add(&tie);
                Ok(self.relinked(links, &tie))
            }
            _ => self.relink(links),
        }
    }

    /// Takes a link away; those behind it are numbered one less. The work is as with [`Self::link`].
    ///
    /// # Errors
    /// There is no such link.
    pub fn unlink(&mut self, number: u32) -> Result<Effect, Flaw> {
        let at = number as usize;
        let before = *self.input.links.get(at).ok_or(Flaw::UnknownInLink(number))?;
        let mut links = self.input.links.clone();
        links.remove(at);
        let Some(tie) = self.tie(number, &before) else { return self.relink(links) };
        self.network.remove(&tie);
        Ok(self.relinked(links, &tie))
    }

    /// Puts another link in the place of this one. The work is as with [`Self::link`].
    ///
    /// # Errors
    /// There is no such link, or the plan with the other one has a flaw; it stays as it was.
    pub fn change_link(&mut self, number: u32, link: Link) -> Result<Effect, Flaw> {
        let before = *self.input.links.get(number as usize).ok_or(Flaw::UnknownInLink(number))?;
        check_link(&self.input, number, &link)?;
        let mut links = self.input.links.clone();
        links[number as usize] = link;
        let ties = self.tie(number, &before).zip(self.tie(number, &link));
        match ties.filter(|(old, new)| (old.from, old.to) == (new.from, new.to)) {
            Some((_, tie)) => {
                self.network.put(&tie);
                Ok(self.relinked(links, &tie))
            }
            None => self.relink(links),
        }
    }

    /// Puts these links in the place of all, and reckons all anew.
    ///
    /// # Errors
    /// The plan with these links has a flaw; it stays as it was.
    pub fn relink(&mut self, links: Vec<Link>) -> Result<Effect, Flaw> {
        let input = Input { links, ..self.input.clone() };
        self.rebuild(input)
    }

    /// The arc of a link that can be drawn and taken away by itself.
    fn tie(&self, number: u32, link: &Link) -> Option<Tie> {
        let groups = [link.from, link.to].iter().any(|task| self.network.groups.is_group(*task));
        if groups || self.network.has_back || link.bound == Bound::AtMost {
            return None;
        }
        let nodes = [link.from, link.to].map(|task| self.network.node_of[task as usize]);
        let calendars = nodes.map(|node| self.network.nodes[node as usize].calendar);
        let own = self.input.tasks[link.to as usize].calendar;
        Some(Tie::link(number, link, nodes, own, calendars))
    }

    fn relinked(&mut self, links: Vec<Link>, tie: &Tie) -> Effect {
        let late_before = self.late_places();
        self.input.links = links;
        let [mut forward, mut backward] = [(); 2].map(|()| Marks::new(self.early.len()));
        forward.set(tie.to);
        backward.set(tie.from);
        self.settle(forward, backward, late_before, false)
    }
}
