//! In whose hours a plan's tasks are worked.

use super::hours::working_hours;
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
        let hours = |member: Option<&Member>| {
            view.workspace().map_or_else(WorkingHours::default, |it| working_hours(it, member))
        };
        let lay_out = |hours: &WorkingHours| Calendar::new(hours, zone, today);
        // Nothing that the rules let through is refused here.
        let workspace = lay_out(&hours(None)).or_else(|_| lay_out(&WorkingHours::default()));
        let workspace = Arc::new(workspace.unwrap_or_else(|_| unreachable!("the usual week has work")));
        let has_own = |member: &&Member| !(member.days_off.is_empty() && member.days_on.is_empty());
        let of_member = |member: &Member| Some((member.id, Arc::new(lay_out(&hours(Some(member))).ok()?)));
        let members = view.members.values().filter(has_own).filter_map(of_member).collect();
        Self { zone: zone.clone(), workspace, members }
    }

    /// The calendar of whoever does a task.
    pub fn of_owner(&self, owner: Option<MemberId>) -> &Arc<Calendar> {
        owner.and_then(|owner| self.members.get(&owner)).unwrap_or(&self.workspace)
    }
}
