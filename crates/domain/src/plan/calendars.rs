//! In whose hours a plan's tasks are worked.

use super::working_hours;
use crate::{
    calendar::{Calendar, WorkingHours, Zone},
    id::MemberId,
    member::Member,
    view::View,
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
        let lay_out = |hours: &WorkingHours| {
            let laid_out = Calendar::new(hours, zone, today);
            // Nothing that the rules let through is refused here.
            let usual = || Calendar::new(&WorkingHours::default(), zone, today);
            Arc::new(laid_out.or_else(|_| usual()).unwrap_or_else(|_| unreachable!("the usual week has work")))
        };
        let Some(workspace) = view.workspace() else {
            let workspace = lay_out(&WorkingHours::default());
            return Self { zone: zone.clone(), workspace, members: BTreeMap::new() };
        };
        let differs = |member: &&Member| !member.days_off.is_empty() || !member.days_on.is_empty();
        let members = view.members.values().filter(differs);
        let members = members.map(|member| (member.id, lay_out(&working_hours(workspace, Some(member)))));
        Self { zone: zone.clone(), workspace: lay_out(&working_hours(workspace, None)), members: members.collect() }
    }

    /// The calendar of whoever does a task.
    pub fn of_owner(&self, owner: Option<MemberId>) -> &Arc<Calendar> {
        owner.and_then(|owner| self.members.get(&owner)).unwrap_or(&self.workspace)
    }
}
