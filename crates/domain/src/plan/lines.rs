//! The lines of the Gantt: which tasks stand in it, in which order, and at which line each is found.

use super::{Reckoned, query::Group, reckon::Flaw};
use crate::{
    id::{MemberId, PlanId, TaskId},
    plan::Plan,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// A plan as it is shown: reckoned, or why it cannot be.
#[derive(Debug, Clone)]
pub struct Shown {
    pub plan: Arc<Plan>,
    pub reckoned: Result<Arc<Reckoned>, Flaw>,
}

impl Shown {
    pub fn reckoned(&self) -> Option<&Arc<Reckoned>> {
        self.reckoned.as_ref().ok()
    }
}

/// What stands in a line. Plans and tasks are told by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    Plan(u32),
    Owner(Option<MemberId>),
    Task {
        plan: u32,
        place: u32,
    },
    /// The reserve after a plan's last task.
    Reserve(u32),
    /// A plan without tasks, or that cannot be reckoned: what to do stands there.
    Nothing(u32),
}

/// What a line is known by; what holds others can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Plan(PlanId),
    Task(TaskId),
    Owner(Option<MemberId>),
}

impl Key {
    /// The record's id; of those without an owner, none at all.
    pub fn id(self) -> Uuid {
        match self {
            Self::Plan(id) => id.0,
            Self::Task(id) => id.0,
            Self::Owner(owner) => owner.map_or(Uuid::nil(), |owner| owner.0),
        }
    }
}

/// No line.
const HIDDEN: u32 = u32::MAX;

#[derive(Debug, Clone, Default)]
pub struct Lines {
    pub list: Vec<Line>,
    /// For each plan, for each task's place, its line.
    of: Vec<Vec<u32>>,
}

impl Lines {
    pub fn new(plans: &[Shown], group: Group, folded: &BTreeSet<Uuid>) -> Self {
        let hidden = |shown: &Shown| vec![HIDDEN; shown.reckoned().map_or(0, |plan| plan.len())];
        let mut lines = Self { list: Vec::new(), of: plans.iter().map(hidden).collect() };
        match group {
            Group::Deal => (0..).zip(plans).for_each(|(number, shown)| lines.add_plan(number, shown, folded)),
            Group::Owner => lines.add_owners(plans, folded),
        }
        lines
    }

    fn add_plan(&mut self, number: u32, shown: &Shown, folded: &BTreeSet<Uuid>) {
        self.list.push(Line::Plan(number));
        if folded.contains(&Key::Plan(shown.plan.id).id()) {
            return;
        }
        let Some(plan) = shown.reckoned().filter(|plan| !plan.is_empty()) else {
            self.list.push(Line::Nothing(number));
            return;
        };
        let mut place = 0;
        while let Some(task) = plan.outline.order.get(place as usize) {
            self.add_task(number, place);
            let is_folded = plan.outline.is_group(place) && folded.contains(&Key::Task(*task).id());
            place = if is_folded { plan.outline.end[place as usize] } else { place + 1 };
        }
        if plan.reserve().is_some() {
            self.list.push(Line::Reserve(number));
        }
    }

    fn add_owners(&mut self, plans: &[Shown], folded: &BTreeSet<Uuid>) {
        let mut owners: BTreeMap<Option<MemberId>, Vec<(i64, u32, u32)>> = BTreeMap::new();
        for (number, shown) in (0..).zip(plans) {
            let Some(plan) = shown.reckoned() else { continue };
            for (place, task) in (0..).zip(&plan.tasks).filter(|(place, _)| !plan.outline.is_group(*place)) {
                owners.entry(task.owner).or_default().push((plan.dates(place).start.0, number, place));
            }
        }
        for (owner, mut tasks) in owners {
            tasks.sort_unstable();
            self.list.push(Line::Owner(owner));
            if !folded.contains(&Key::Owner(owner).id()) {
                for (_, plan, place) in tasks {
                    self.add_task(plan, place);
                }
            }
        }
    }

    fn add_task(&mut self, plan: u32, place: u32) {
        let line = u32::try_from(self.list.len()).unwrap_or(HIDDEN);
        self.of[plan as usize][place as usize] = line;
        self.list.push(Line::Task { plan, place });
    }

    /// The line of a task; none where it is folded away.
    pub fn of(&self, plan: u32, place: u32) -> Option<u32> {
        let line = self.of.get(plan as usize)?.get(place as usize).copied()?;
        (line != HIDDEN).then_some(line)
    }
}

/// The tasks that wait for each task of a plan, by place: the other way round than records tell it.
#[derive(Debug, Clone, Default)]
pub struct Followers {
    first: Vec<u32>,
    links: Vec<u32>,
}

impl Followers {
    pub fn of(plan: &Reckoned) -> Self {
        let links = &plan.schedule.input().links;
        let mut first = vec![0u32; plan.len() + 1];
        for link in links {
            first[link.from as usize + 1] += 1;
        }
        for at in 0..plan.len() {
            first[at + 1] += first[at];
        }
        let mut free = first.clone();
        let mut list = vec![0u32; links.len()];
        for (number, link) in (0u32..).zip(links) {
            let place = &mut free[link.from as usize];
            list[*place as usize] = number;
            *place += 1;
        }
        Self { first, links: list }
    }

    /// The numbers of the links that lead out of the task.
    pub fn links(&self, place: u32) -> &[u32] {
        let at = place as usize;
        &self.links[self.first[at] as usize..self.first[at + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{
        Task,
        sample::{after, beneath, day, id, plan, reckoned, task},
    };

    fn shown(tasks: &[Task], promised: bool) -> Shown {
        let plan = Plan { due_on: promised.then(|| day("2026-12-31")), ..plan() };
        Shown { plan: Arc::new(plan.clone()), reckoned: reckoned(plan, tasks).map(Arc::new) }
    }

    #[test]
    fn plans_stand_with_their_outlines() {
        let tasks = [task(1, 0), beneath(task(2, 1), 1), beneath(task(3, 1), 1), task(4, 1)];
        let plans = [shown(&tasks, true), shown(&[], false)];
        let lines = |folded: &[Key]| Lines::new(&plans, Group::Deal, &folded.iter().map(|key| key.id()).collect());
        let task = |place| Line::Task { plan: 0, place };
        let open = lines(&[]);
        let all =
            [Line::Plan(0), task(0), task(1), task(2), task(3), Line::Reserve(0), Line::Plan(1), Line::Nothing(1)];
        assert_eq!(open.list, all);
        assert_eq!(open.of(0, 3), Some(4));
        let folded = lines(&[Key::Task(id(1)), Key::Plan(plan().id)]);
        assert_eq!(folded.list, [Line::Plan(0), Line::Plan(1)]);
        let group = lines(&[Key::Task(id(1))]);
        assert_eq!((group.list.len(), group.of(0, 1), group.of(0, 3)), (6, None, Some(2)));
    }

    #[test]
    fn people_stand_with_what_they_do_in_order_of_time() {
        let me = MemberId(Uuid::from_u128(7));
        let mine = |task: Task| Task { owner: Some(me), ..task };
        let tasks = [mine(after(task(1, 1), 2)), mine(task(2, 3)), task(3, 1)];
        let lines = Lines::new(&[shown(&tasks, true)], Group::Owner, &BTreeSet::new());
        let task = |place| Line::Task { plan: 0, place };
        assert_eq!(lines.list, [Line::Owner(None), task(2), Line::Owner(Some(me)), task(1), task(0)]);
    }

    #[test]
    fn links_are_found_from_both_ends() {
        let tasks = [task(1, 1), after(task(2, 1), 1), after(after(task(3, 1), 1), 2)];
        let plan = reckoned(plan(), &tasks).unwrap();
        let followers = Followers::of(&plan);
        let to = |place| followers.links(place).iter().map(|link| plan.schedule.input().links[*link as usize].to);
        assert_eq!((to(0).collect::<Vec<_>>(), to(1).collect::<Vec<_>>(), to(2).count()), (vec![1, 2], vec![2], 0));
    }
}
