//! The plans of the page as they are saved: reckoned when they arrive, and again as far as changes reach.

use crate::client::Client;
use chrono::{DateTime, Utc};
use domain::{
    change::Target,
    id::{PlanId, TaskId},
    plan::{
        Hours, Plan, Reckoned, Task,
        lines::{Followers, Shown},
        query::Query,
    },
    record::Kind,
    schedule::Dates,
    view::View,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// What the page shows, in its order.
#[derive(Debug, Clone, Default)]
pub struct Plans {
    pub list: Vec<Shown>,
    /// For each plan what is worked out of it once.
    extra: Vec<Extra>,
}

#[derive(Debug, Clone, Default)]
struct Extra {
    span: Option<Dates>,
    followers: Arc<Followers>,
}

impl Extra {
    fn of(shown: &Shown) -> Self {
        let plan = shown.reckoned();
        Self {
            span: plan.and_then(|plan| plan.span()),
            followers: plan.map(|plan| Arc::new(Followers::of(plan))).unwrap_or_default(),
        }
    }
}

impl Plans {
    /// Reckons the plans.
    pub fn read(view: &View, ids: &[PlanId], hours: &Hours, now: DateTime<Utc>) -> Self {
        let wanted: BTreeSet<PlanId> = ids.iter().copied().collect();
        let mut tasks: HashMap<PlanId, Vec<Arc<Task>>> = HashMap::new();
        for task in view.tasks.share_all().filter(|task| wanted.contains(&task.plan)) {
            tasks.entry(task.plan).or_default().push(task.clone());
        }
        let plans = ids.iter().filter_map(|id| view.plans.share(id));
        let list: Vec<Shown> =
            plans.map(|plan| shown(plan.clone(), tasks.remove(&plan.id).unwrap_or_default(), hours, now)).collect();
        let extra = list.iter().map(Extra::of).collect();
        Self { list, extra }
    }

    pub fn ids(&self) -> Vec<PlanId> {
        self.list.iter().map(|shown| shown.plan.id).collect()
    }

    pub fn number(&self, plan: PlanId) -> Option<u32> {
        let at = self.list.iter().position(|shown| shown.plan.id == plan)?;
        u32::try_from(at).ok()
    }

    pub fn get(&self, number: u32) -> Option<&Shown> {
        self.list.get(number as usize)
    }

    pub fn reckoned(&self, number: u32) -> Option<&Arc<Reckoned>> {
        self.get(number)?.reckoned()
    }

    pub fn followers(&self, number: u32) -> Option<&Followers> {
        self.extra.get(number as usize).map(|extra| extra.followers.as_ref())
    }

    pub fn span(&self, number: u32) -> Option<Dates> {
        self.extra.get(number as usize)?.span
    }

    /// Where a task stands: the number of its plan, and its place there.
    pub fn find(&self, task: TaskId) -> Option<(u32, u32)> {
        (0..).zip(&self.list).find_map(|(number, shown)| Some((number, shown.reckoned()?.place(task)?)))
    }

    pub fn task(&self, task: TaskId) -> Option<&Arc<Task>> {
        let (number, place) = self.find(task)?;
        self.reckoned(number).map(|plan| &plan.tasks[place as usize])
    }

    /// From the first start to the last finish of all.
    pub fn range(&self) -> Option<Dates> {
        let spans = self.extra.iter().filter_map(|extra| extra.span);
        spans.reduce(|one, other| Dates { start: one.start.min(other.start), finish: one.finish.max(other.finish) })
    }

    /// Follows changes of records. Gives the plans that were reckoned anew.
    pub fn follow(&mut self, client: Client, touched: &[Target], query: &Query, hours: &Hours) -> Vec<PlanId> {
        let now = client.now();
        client.peek(|view| {
            let mut changed: BTreeMap<PlanId, Vec<TaskId>> = BTreeMap::new();
            let mut whole: BTreeSet<PlanId> = BTreeSet::new();
            for target in touched {
                match target.kind {
                    Kind::Task => {
                        let id = TaskId(target.id);
                        match view.tasks.get(&id) {
                            Some(task) => changed.entry(task.plan).or_default().push(id),
                            // Deleted: it was in one of those that are shown, or in none.
                            None => whole.extend(
                                self.find(id).and_then(|(number, _)| self.get(number)).map(|shown| shown.plan.id),
                            ),
                        }
                    }
                    Kind::Plan => {
                        whole.insert(PlanId(target.id));
                    }
                    _ => {}
                }
            }
            for plan in &whole {
                self.follow_plan(view, *plan, query, hours, now);
            }
            for (plan, tasks) in changed.iter().filter(|(plan, _)| !whole.contains(plan)) {
                let Some(at) = self.list.iter().position(|shown| shown.plan.id == *plan) else { continue };
                let tasks: Vec<Arc<Task>> = tasks.iter().filter_map(|task| view.tasks.share(task)).collect();
                let edited = self.list[at].reckoned.as_mut().is_ok_and(|plan| Arc::make_mut(plan).edit(&tasks).is_ok());
                if !edited {
                    self.list[at] = shown(self.list[at].plan.clone(), tasks_of(view, *plan), hours, now);
                }
                self.extra[at] = Extra::of(&self.list[at]);
            }
            whole.into_iter().chain(changed.into_keys()).collect()
        })
    }

    /// A plan that was made, changed or deleted.
    fn follow_plan(&mut self, view: &View, id: PlanId, query: &Query, hours: &Hours, now: DateTime<Utc>) {
        let at = self.list.iter().position(|shown| shown.plan.id == id);
        match (view.plans.share(&id), at) {
            (Some(plan), Some(at)) => {
                self.list[at] = shown(plan, tasks_of(view, id), hours, now);
                self.extra[at] = Extra::of(&self.list[at]);
            }
            (Some(plan), None) if belongs(&plan, query) => {
                self.list.push(shown(plan, tasks_of(view, id), hours, now));
                self.extra.push(self.list.last().map(Extra::of).unwrap_or_default());
            }
            (None, Some(at)) => {
                self.list.remove(at);
                self.extra.remove(at);
            }
            _ => {}
        }
    }
}

/// Whether a plan that was made meanwhile belongs to what the page was asked for, as far as that can be told here.
fn belongs(plan: &Plan, query: &Query) -> bool {
    let is_asked = query.deal.is_none_or(|deal| plan.deal == Some(deal)) && query.plan.is_none_or(|id| id == plan.id);
    plan.template == query.templates && is_asked
}

fn shown(plan: Arc<Plan>, tasks: Vec<Arc<Task>>, hours: &Hours, now: DateTime<Utc>) -> Shown {
    Shown { plan: plan.clone(), reckoned: Reckoned::of(plan, tasks, hours, now).map(Arc::new) }
}

fn tasks_of(view: &View, plan: PlanId) -> Vec<Arc<Task>> {
    view.tasks.share_all().filter(|task| task.plan == plan).cloned().collect()
}
