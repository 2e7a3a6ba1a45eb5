//! Which planned activities belong to which deal.

use domain::{
    id::{ActivityId, DealId},
    view::View,
};
use std::collections::HashMap;

/// Both ways, so that a change of one touches only its deal.
#[derive(Default)]
pub struct Planned {
    of_deal: HashMap<DealId, Vec<ActivityId>>,
    deal_of: HashMap<ActivityId, DealId>,
}

impl Planned {
    pub fn of(view: &View) -> Self {
        let mut all = Self::default();
        for activity in view.activities.values().filter(|activity| activity.is_planned()) {
            all.note(activity.id, activity.deal);
        }
        all
    }

    pub fn get(&self, deal: &DealId) -> Option<&Vec<ActivityId>> {
        self.of_deal.get(deal)
    }

    /// Notes the deal for which an activity is planned now (none: it is done or gone). Gives the deals that this touches.
    pub fn note(&mut self, activity: ActivityId, deal: Option<DealId>) -> Vec<DealId> {
        let before = match deal {
            Some(deal) => self.deal_of.insert(activity, deal),
            None => self.deal_of.remove(&activity),
        };
        if let Some(of_deal) = before.and_then(|before| self.of_deal.get_mut(&before)) {
            of_deal.retain(|other| *other != activity);
        }
        if let Some(deal) = deal {
            self.of_deal.entry(deal).or_default().push(activity);
        }
        before.into_iter().chain(deal).collect()
    }
}
