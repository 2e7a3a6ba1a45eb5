//! Deals: one sales project with one account.

use crate::{
    field::{Custom, check_custom},
    gate::Met,
    id::{AccountId, ContactId, DealId, MemberId, PipelineId, StageId},
    money::{MAX_MINOR, Money},
    order::OrderKey,
    pipeline::Outcome,
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How urgent a deal is among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

impl Priority {
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// Its stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// The priority of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.word() == word)
    }

    /// A priority as people write it in either language; letter case does not matter.
    pub fn in_words(word: &str) -> Option<Self> {
        Some(match word.to_lowercase().as_str() {
            "high" | "urgent" | "important" | "高" | "高优先级" | "紧急" | "重要" => Self::High,
            "normal" | "medium" | "mid" | "中" | "普通" | "一般" | "正常" => Self::Normal,
            "low" | "低" | "低优先级" => Self::Low,
            _ => return None,
        })
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deal {
    pub id: DealId,
    pub title: String,
    pub pipeline: PipelineId,
    pub stage: StageId,
    /// Its place in the stage's column.
    pub key: OrderKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    pub owner: MemberId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<MemberId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactId>,
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// The day on which the deal is expected to close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Its id in the system that it was imported from; unique among deals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(default, skip_serializing_if = "Custom::is_empty")]
    pub custom: Custom,
    /// Why it was lost.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub loss_reason: String,
    /// Why it was let into its stage although it did not meet the gate; empty where it did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exception: String,
    /// Which conditions of whatever stages' gates it has met.
    #[serde(default, skip_serializing_if = "Met::is_empty")]
    pub met: Met,
    pub created_at: DateTime<Utc>,
    /// Since when it has been in its stage.
    pub entered_at: DateTime<Utc>,
    /// When it was won or lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
}

/// Fields that others' edits must not overwrite unseen: a conflict keeps both values and asks.
pub const GUARDED: [&str; 4] = ["amount", "owner", "close_on", "account"];

/// Fields that say who works on a deal, and so who sees it.
pub(crate) const SHARING: [&str; 2] = ["owner", "collaborators"];

/// Fields that only moving, or nothing at all, changes.
pub(crate) const NOT_EDITABLE: [&str; 8] =
    ["id", "pipeline", "stage", "key", "created_at", "entered_at", "closed_at", "exception"];

impl Deal {
    /// What the deal adds to a weighted total, in minor units × 100: amount × win probability in percent.
    pub fn weighted(&self, probability: u8) -> i128 {
        self.amount.map_or(0, |amount| i128::from(amount.minor) * i128::from(probability))
    }

    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("title", &self.title, text::NAME)?;
        text::optional("source", &self.source, text::SHORT)?;
        text::optional("notes", &self.notes, text::LONG)?;
        text::optional("external_id", self.external_id.as_deref().unwrap_or_default(), text::SHORT)?;
        if let Some(amount) = self.amount {
            check_amount("amount", amount)?;
        }
        if let Some(date) = self.close_on {
            check_date("close_on", date)?;
        }
        at_most("tags", self.tags.len())?;
        for tag in &self.tags {
            text::required("tags", tag, text::TAG)?;
        }
        at_most("collaborators", self.collaborators.len())?;
        at_most("contacts", self.contacts.len())?;
        self.check_loss_reason(old, view)?;
        self.check_references(old, view)?;
        check_custom(Kind::Deal, old.map(|old| &old.custom), &self.custom, view)
    }

    /// One of the pipeline's reasons, where it has any. What was chosen before stays although it is offered no longer.
    fn check_loss_reason(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::optional("loss_reason", &self.loss_reason, text::SHORT)?;
        let is_new = !self.loss_reason.is_empty() && old.is_none_or(|old| old.loss_reason != self.loss_reason);
        let offered = view.pipelines.get(&self.pipeline).map_or(&[][..], |pipeline| &pipeline.loss_reasons);
        if is_new && !offered.is_empty() && !offered.contains(&self.loss_reason) {
            return Err(Refusal::invalid("loss_reason", Rule::NotAChoice));
        }
        Ok(())
    }

    /// Only what this edit changed has to exist: a member who left stays the owner of what they sold.
    fn check_references(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        let unknown = |field, kind| Err(Refusal::invalid(field, Rule::Unknown { kind }));
        let active = |member: &MemberId| view.members.get(member).is_some_and(|member| member.active);
        if !view.stages.contains_key(&self.stage) {
            return unknown("stage", Kind::Stage);
        }
        if old.is_none_or(|old| old.owner != self.owner) && !active(&self.owner) {
            return unknown("owner", Kind::Member);
        }
        let new = |member: &&MemberId| old.is_none_or(|old| !old.collaborators.contains(member));
        if !self.collaborators.iter().filter(new).all(active) {
            return unknown("collaborators", Kind::Member);
        }
        if let Some(account) = self.account
            && old.is_none_or(|old| old.account != self.account)
            && !view.accounts.contains_key(&account)
        {
            return unknown("account", Kind::Account);
        }
        let new = |contact: &&ContactId| old.is_none_or(|old| !old.contacts.contains(contact));
        if !self.contacts.iter().filter(new).all(|contact| view.contacts.contains_key(contact)) {
            return unknown("contacts", Kind::Contact);
        }
        Ok(())
    }

    /// Puts the deal into a stage at an instant: the stage's pipeline, since when, and whether that closes it. Only what
    /// is lost keeps why; why it once was stays recorded.
    pub(crate) fn enter(&mut self, stage: &crate::pipeline::Stage, at: DateTime<Utc>) {
        self.pipeline = stage.pipeline;
        self.stage = stage.id;
        self.entered_at = at;
        self.closed_at = match stage.outcome {
            Outcome::Open => None,
            Outcome::Won | Outcome::Lost => Some(at),
        };
        if stage.outcome != Outcome::Lost {
            self.loss_reason.clear();
        }
    }
}

fn at_most(field: &str, count: usize) -> Result<(), Refusal> {
    if count > text::LIST {
        return Err(Refusal::invalid(field, Rule::TooMany { max: text::LIST }));
    }
    Ok(())
}

/// Amounts are never negative and stay exact in the browser.
pub(crate) fn check_amount(field: &str, amount: Money) -> Result<(), Refusal> {
    if (0..=MAX_MINOR).contains(&amount.minor) {
        return Ok(());
    }
    let max = Money::new(MAX_MINOR, amount.currency).exact();
    Err(Refusal::invalid(field, Rule::OutOfRange { min: "0".to_owned(), max }))
}

pub(crate) fn check_date(field: &str, date: NaiveDate) -> Result<(), Refusal> {
    if (1900..=2999).contains(&date.year()) {
        return Ok(());
    }
    let (min, max) = ("1900-01-01".to_owned(), "2999-12-31".to_owned());
    Err(Refusal::invalid(field, Rule::OutOfRange { min, max }))
}
