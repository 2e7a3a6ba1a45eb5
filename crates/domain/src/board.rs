//! The board's arithmetic: which cards a filter shows, in which order, and what they add up to.

use crate::{
    deal::{Deal, Priority},
    id::{AccountId, MemberId, TeamId},
    money::{Currency, Money},
    view::View,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod arrange;
mod look;

pub use arrange::{Arranger, Lane, Rank, Seat, Slot, place};
pub use look::{Columns, Lanes, Look, Sort};

/// Which cards are shown; every condition that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Any of these owners.
    pub owners: Vec<MemberId>,
    pub team: Option<TeamId>,
    pub account: Option<AccountId>,
    pub tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// In title, account, tags or external id; letter case does not matter.
    pub text: String,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn admits(&self, deal: &Deal, view: &View) -> bool {
        let in_team = |team: TeamId| view.members.get(&deal.owner).is_some_and(|owner| owner.teams.contains(&team));
        (self.owners.is_empty() || self.owners.contains(&deal.owner))
            && self.team.is_none_or(in_team)
            && self.account.is_none_or(|account| deal.account == Some(account))
            && self.tag.as_ref().is_none_or(|tag| deal.tags.contains(tag))
            && self.priority.is_none_or(|priority| deal.priority == priority)
            && (self.text.is_empty() || self.finds(deal, view))
    }

    fn finds(&self, deal: &Deal, view: &View) -> bool {
        let needle = self.text.to_lowercase();
        let within = |text: &str| text.to_lowercase().contains(&needle);
        let account = || deal.account.and_then(|account| view.accounts.get(&account));
        within(&deal.title)
            || account().is_some_and(|account| within(&account.name))
            || deal.tags.iter().any(|tag| within(tag))
            || deal.external_id.as_deref().is_some_and(within)
    }
}

/// What cards add up to, apart for each currency: amounts of different currencies are never added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub deals: u32,
    pub sums: BTreeMap<Currency, Sum>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sum {
    /// In minor units.
    pub amount: i128,
    /// Amount × win probability, in minor units × 100.
    pub weighted: i128,
}

impl Totals {
    pub fn add(&mut self, deal: &Deal, probability: u8) {
        self.deals += 1;
        if let Some(Money { minor, currency }) = deal.amount {
            let sum = self.sums.entry(currency).or_default();
            sum.amount += i128::from(minor);
            sum.weighted += deal.weighted(probability);
        }
    }

    /// Takes back what `add` added.
    pub fn subtract(&mut self, deal: &Deal, probability: u8) {
        self.deals = self.deals.saturating_sub(1);
        if let Some(Money { minor, currency }) = deal.amount {
            let sum = self.sums.entry(currency).or_default();
            sum.amount -= i128::from(minor);
            sum.weighted -= deal.weighted(probability);
            if *sum == Sum::default() {
                self.sums.remove(&currency);
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.deals += other.deals;
        for (currency, sum) in &other.sums {
            let mine = self.sums.entry(*currency).or_default();
            mine.amount += sum.amount;
            mine.weighted += sum.weighted;
        }
    }
}
