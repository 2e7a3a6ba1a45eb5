//! The page of plans as its address names it: which plans, and how they are drawn.

use crate::id::{BaselineId, DealId, MemberId, PipelineId, PlanId, TeamId};
use chrono::NaiveDate;
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many tasks one page takes; plans that do not fit whole are left out.
pub const MOST_TASKS: usize = 60_000;

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the page")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// This plan alone.
    pub plan: Option<PlanId>,
    /// The plans of this deal.
    pub deal: Option<DealId>,
    /// Plans of deals in this pipeline.
    pub pipeline: Option<PipelineId>,
    /// Plans whose deal one of these owns, or in which one of them has a task; none: everybody's.
    pub owners: Vec<MemberId>,
    /// Likewise somebody of this team.
    pub team: Option<TeamId>,
    /// Found in the name of the plan, of its deal, or of one of its tasks.
    pub text: String,
    /// Templates rather than plans.
    pub templates: bool,
    pub show: Show,
    pub group: Group,
    pub zoom: Zoom,
    /// The first day in sight; none: where today is.
    pub from: Option<NaiveDate>,
    /// The critical path stands out.
    pub critical: bool,
    /// The baseline under the bars.
    pub baseline: Compared,
    pub links: bool,
    /// What is finished is shown too.
    pub done: bool,
    /// What a task's share of the deal's value may be before a second person is to confirm it, in the currency's minor unit.
    pub limit: Option<i64>,
    /// Groups and tasks whose inside is not shown, by their ids.
    pub folded: BTreeSet<String>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            plan: None,
            deal: None,
            pipeline: None,
            owners: Vec::new(),
            team: None,
            text: String::new(),
            templates: false,
            show: Show::default(),
            group: Group::default(),
            zoom: Zoom::default(),
            from: None,
            critical: true,
            baseline: Compared::default(),
            links: true,
            done: true,
            limit: None,
            folded: BTreeSet::new(),
        }
    }
}

/// With which baselines the plans are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Compared {
    /// Each with the last that was kept of it.
    #[default]
    Latest,
    Nothing,
    /// One of them with this.
    One(BaselineId),
}

impl Compared {
    /// Its word in an address; none where that need not be said.
    fn word(self) -> Option<String> {
        match self {
            Self::Latest => None,
            Self::Nothing => Some("0".to_owned()),
            Self::One(id) => Some(id.to_string()),
        }
    }

    fn from_word(word: &str) -> Self {
        if word == "0" { Self::Nothing } else { word.parse().map_or(Self::Latest, Self::One) }
    }
}

/// What is shown of the plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Show {
    #[default]
    Gantt,
    /// How much of people's time they take.
    Load,
    /// Where their critical chains and buffers stand, and how likely they end when.
    Chain,
}

/// By what the rows are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Group {
    /// By plan, under the plan's deal.
    #[default]
    Deal,
    /// By whoever does the task.
    Owner,
}

/// What one mark of the scale is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Zoom {
    Hour,
    Day,
    #[default]
    Week,
    Month,
    Quarter,
}

impl Group {
    const WORDS: [(Self, &str); 2] = [(Self::Deal, "deal"), (Self::Owner, "owner")];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize].1
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(_, other)| *other == word).map(|(group, _)| group)
    }
}

impl Show {
    pub const ALL: [Self; 3] = [Self::Gantt, Self::Load, Self::Chain];
    const WORDS: [&str; 3] = ["gantt", "load", "chain"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.word() == word)
    }
}

impl Zoom {
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Quarter];
    const WORDS: [&str; 5] = ["hour", "day", "week", "month", "quarter"];

    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zoom| zoom.word() == word)
    }
}

impl Query {
    /// The plans of one deal.
    pub fn of_deal(deal: DealId) -> Self {
        Self { deal: Some(deal), ..Self::default() }
    }

    /// Reads a query. What is not understood is passed over: an old link still opens.
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "plan" => read.plan = value.parse().ok(),
                "deal" => read.deal = value.parse().ok(),
                "pipeline" => read.pipeline = value.parse().ok(),
                "owner" => read.owners.extend(value.parse::<MemberId>().ok()),
                "team" => read.team = value.parse().ok(),
                "q" => read.text = value.into_owned(),
                "templates" => read.templates = value == "1",
                "show" => read.show = Show::from_word(&value).unwrap_or_default(),
                "group" => read.group = Group::from_word(&value).unwrap_or_default(),
                "zoom" => read.zoom = Zoom::from_word(&value).unwrap_or_default(),
                "from" => read.from = value.parse().ok().filter(|day| crate::deal::check_date("from", *day).is_ok()),
                "critical" => read.critical = value != "0",
                "baseline" => read.baseline = Compared::from_word(&value),
                "links" => read.links = value != "0",
                "done" => read.done = value != "0",
                "limit" => read.limit = value.parse().ok().filter(|limit| *limit >= 0),
                "fold" => {
                    read.folded.insert(value.into_owned());
                }
                _ => {}
            }
        }
        read
    }

    /// As a query with its question mark; empty where everything is as at first.
    pub fn to_query(&self) -> String {
        let usual = Self::default();
        let mut query = Serializer::new(String::new());
        let mut id = |name: &str, id: Option<String>| {
            if let Some(id) = id {
                query.append_pair(name, &id);
            }
        };
        id("plan", self.plan.map(|id| id.to_string()));
        id("deal", self.deal.map(|id| id.to_string()));
        id("pipeline", self.pipeline.map(|id| id.to_string()));
        for owner in &self.owners {
            id("owner", Some(owner.to_string()));
        }
        id("team", self.team.map(|id| id.to_string()));
        id("q", Some(self.text.clone()).filter(|text| !text.is_empty()));
        id("templates", self.templates.then(|| "1".to_owned()));
        id("show", (self.show != usual.show).then(|| self.show.word().to_owned()));
        id("group", (self.group != usual.group).then(|| self.group.word().to_owned()));
        id("zoom", (self.zoom != usual.zoom).then(|| self.zoom.word().to_owned()));
        id("from", self.from.map(|day| day.to_string()));
        id("critical", (!self.critical).then(|| "0".to_owned()));
        id("baseline", self.baseline.word());
        id("links", (!self.links).then(|| "0".to_owned()));
        id("done", (!self.done).then(|| "0".to_owned()));
        id("limit", self.limit.map(|limit| limit.to_string()));
        for folded in &self.folded {
            id("fold", Some(folded.clone()));
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_named_and_read_again() {
        let query = Query { show: Show::Chain, limit: Some(500), zoom: Zoom::Day, ..Query::default() };
        assert_eq!(query.to_query(), "?show=chain&zoom=day&limit=500");
        assert_eq!(Query::parse("show=chain&zoom=day&limit=500"), query);
        assert_eq!(Query::parse("show=nothing&limit=-1"), Query::default());
    }
}
