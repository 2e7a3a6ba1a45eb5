//! In whose hours a plan's tasks are worked.

use crate::{
    calendar::{Calendar, Exception, MAX_EXCEPTIONS, WorkingHours, Zone},
    id::MemberId,
    view::View,
    workspace::Workspace,
};
use chrono::NaiveDate;
use std::{collections::BTreeMap, sync::Arc};

/// How many minutes a usual day of work has: what people count as one day.
pub const DAY: i32 = 480;

/// The calendar of a workspace and of those of its members whose days differ, laid out once for all plans.
#[derive(Debug, Clone)]
pub struct Hours {
    pub zone: Zone,
    pub workspace: Arc<Calendar>,
    pub members: BTreeMap<MemberId, Arc<Calendar>>,
}

impl Hours {
    /// What is asked around `today` is answered soonest.
    pub fn of(view: &View, zone: &Zone, today: NaiveDate) -> Self {
        let workspace = view.workspace().map(working_hours).unwrap_or_default();
        let laid_out = Calendar::new(&workspace, zone, today);
        // Nothing that the rules let through is refused here.
        let usual = || Calendar::new(&WorkingHours::default(), zone, today);
        let calendar = laid_out.or_else(|_| usual()).unwrap_or_else(|_| unreachable!("the usual week has work"));
        Self { zone: zone.clone(), workspace: Arc::new(calendar), members: BTreeMap::new() }
    }

    /// The calendar of whoever does a task.
    pub fn of_owner(&self, owner: Option<MemberId>) -> &Arc<Calendar> {
        owner.and_then(|owner| self.members.get(&owner)).unwrap_or(&self.workspace)
    }
}

/// The hours in which a workspace works: the usual ones of a day, on the days that it works.
pub fn working_hours(workspace: &Workspace) -> WorkingHours {
    let usual = WorkingHours::default();
    let day = &usual.week[0];
    let is_weekend = |number: usize| workspace.weekend.iter().any(|day| usize::from(*day) == number + 1);
    let week = std::array::from_fn(|number| if is_weekend(number) { Vec::new() } else { day.clone() });
    let off = workspace.days_off.keys().map(|day| (*day, Vec::new()));
    // A day that is both off and made up is worked: a later exception counts before an earlier one.
    let on = workspace.days_on.keys().map(|made_up| (*made_up, day.clone()));
    let exceptions = off.chain(on).map(|(day, shifts)| Exception { first: day, last: day, shifts });
    let mut exceptions: Vec<_> = exceptions.filter(|exception| exception.check().is_ok()).collect();
    // By day, and of one day the made-up last: the oldest are those that may be forgotten.
    exceptions.sort_by_key(|exception| (exception.first, !exception.shifts.is_empty()));
    exceptions.drain(..exceptions.len().saturating_sub(MAX_EXCEPTIONS));
    WorkingHours { week, exceptions }
}
