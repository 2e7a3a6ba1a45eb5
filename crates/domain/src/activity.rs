//! Activities: calls, visits, meetings, messages and notes; planned first, then done and append-only.

use crate::{
    id::{AccountId, ActivityId, DealId, MemberId},
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityType {
    Call,
    Visit,
    Meeting,
    Message,
    Email,
    Note,
    Task,
}

impl ActivityType {
    pub const ALL: [Self; 7] =
        [Self::Call, Self::Visit, Self::Meeting, Self::Message, Self::Email, Self::Note, Self::Task];
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(rename = "type")]
    pub activity_type: ActivityType,
    /// What is to be done, or what happened.
    pub subject: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whose it is.
    pub owner: MemberId,
    /// The day it is planned for, in the workspace's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The time of that day, where one is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_time: Option<NaiveTime>,
    /// Done, and from then on append-only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Activity {
    pub fn is_planned(&self) -> bool {
        self.done_at.is_none()
    }

    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        if old.is_some_and(|old| old.done_at.is_some()) {
            return Err(Refusal::invalid("subject", Rule::AppendOnly));
        }
        text::required("subject", &self.subject, text::NAME)?;
        text::optional("note", &self.note, text::LONG)?;
        if let Some(date) = self.due_on {
            crate::deal::check_date("due_on", date)?;
        }
        // Neither parts of a second nor a leap second: those would read back as another time.
        if self.due_time.is_some_and(|time| time.nanosecond() > 0) {
            return Err(Refusal::invalid("due_time", Rule::WrongType));
        }
        if !view.members.contains_key(&self.owner) {
            return Err(Refusal::invalid("owner", Rule::Unknown { kind: Kind::Member }));
        }
        let moved = old.is_none_or(|old| (old.deal, old.account) != (self.deal, self.account));
        if moved && self.deal.is_some_and(|deal| !view.deals.contains_key(&deal)) {
            return Err(Refusal::invalid("deal", Rule::Unknown { kind: Kind::Deal }));
        }
        if moved && self.account.is_some_and(|account| !view.accounts.contains_key(&account)) {
            return Err(Refusal::invalid("account", Rule::Unknown { kind: Kind::Account }));
        }
        Ok(())
    }
}

/// What is planned next for each deal, in one pass; a plan without a day comes after all days.
pub fn next_planned<'a>(activities: impl Iterator<Item = &'a Activity>) -> HashMap<DealId, ActivityId> {
    let due = |activity: &Activity| (activity.due_on.unwrap_or(NaiveDate::MAX), activity.due_time, activity.id);
    let mut next: HashMap<DealId, &Activity> = HashMap::new();
    for activity in activities.filter(|activity| activity.is_planned()) {
        let Some(deal) = activity.deal else { continue };
        let first = next.entry(deal).or_insert(activity);
        if due(activity) < due(first) {
            *first = activity;
        }
    }
    next.into_iter().map(|(deal, activity)| (deal, activity.id)).collect()
}
