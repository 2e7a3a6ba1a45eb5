//! Where each card of a board belongs: its column, its lane and its rank among the others there. One rule for the server's
//! first paint and for each change that arrives afterwards.

use super::{Columns, Filter, Lanes, Look, Sort};
use crate::{
    activity::Activity,
    calendar::Zone,
    deal::Deal,
    health::{Light, Standing},
    id::{AccountId, DealId, MemberId, PipelineId, StageId, TeamId},
    order::OrderKey,
    pipeline::Outcome,
    view::View,
};
use chrono::{Datelike, Months, NaiveDate, Timelike};
use serde::{Deserialize, Serialize};

/// How many months the forecast shows, the present one first.
const MONTHS: u32 = 6;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    Stage(StageId),
    /// Before the present month.
    Earlier,
    /// By its first day.
    Month(NaiveDate),
    /// After the last month that is shown.
    Later,
    /// No close is expected on any day.
    Undated,
}

/// A row across the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// The only one of a board without lanes.
    Whole,
    Owner(MemberId),
    /// The owner's first team by name.
    Team(Option<TeamId>),
    Account(Option<AccountId>),
    /// A lost deal has no light.
    Health(Option<Light>),
}

/// The order of cards within a lane's column: smaller first. Cards of one rank stand by their key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Rank {
    /// Compared first: a title, or an amount's currency where it is not the workspace's.
    text: String,
    number: i128,
}

impl Rank {
    fn last() -> Self {
        Self { text: char::MAX.to_string(), number: 0 }
    }

    fn number(number: impl Into<i128>) -> Self {
        Self { text: String::new(), number: number.into() }
    }

    fn day(day: Option<NaiveDate>) -> Self {
        day.map_or_else(Self::last, |day| Self::number(day.num_days_from_ce()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub slot: Slot,
    pub lane: Lane,
    pub rank: Rank,
}

impl Slot {
    /// Its name in the address.
    pub fn word(&self) -> String {
        match self {
            Self::Stage(stage) => stage.to_string(),
            Self::Earlier => "earlier".to_owned(),
            Self::Month(first) => first.format("%Y-%m").to_string(),
            Self::Later => "later".to_owned(),
            Self::Undated => "undated".to_owned(),
        }
    }

    pub fn stage(&self) -> Option<StageId> {
        if let Self::Stage(stage) = self { Some(*stage) } else { None }
    }

    /// The day on which a deal is expected to close once it is put here: the same day of the month as before (the last,
    /// where the month is shorter), the month's last day for one without; never before today. `None` where the column
    /// does not say.
    pub fn close_on(&self, before: Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
        let Self::Month(first) = self else { return None };
        let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
        let wanted = before.and_then(|before| first.with_day(before.day())).unwrap_or(last);
        Some(wanted.max(today).min(last.max(today)))
    }
}

impl Lane {
    /// Its name in the address.
    pub fn word(&self) -> String {
        let of = |id: Option<String>| id.unwrap_or_else(|| "none".to_owned());
        match self {
            Self::Whole => "whole".to_owned(),
            Self::Owner(member) => format!("owner-{member}"),
            Self::Team(team) => format!("team-{}", of(team.map(|team| team.to_string()))),
            Self::Account(account) => format!("account-{}", of(account.map(|account| account.to_string()))),
            Self::Health(light) => format!(
                "health-{}",
                match light {
                    Some(Light::Red) => "red",
                    Some(Light::Amber) => "amber",
                    Some(Light::Green) => "green",
                    None => "none",
                }
            ),
        }
    }

    /// Its place among the others: by name, those without one last; lights from red to green.
    pub fn order(&self, view: &View) -> (bool, String, Self) {
        let named =
            |name: Option<&String>| (name.is_none(), name.map(|name| name.to_lowercase()).unwrap_or_default(), *self);
        match self {
            Self::Whole => named(None),
            Self::Owner(member) => named(view.members.get(member).map(|member| &member.name)),
            Self::Team(team) => named(team.and_then(|team| view.teams.get(&team)).map(|team| &team.name)),
            Self::Account(account) => {
                named(account.and_then(|account| view.accounts.get(&account)).map(|account| &account.name))
            }
            Self::Health(light) => (light.is_none(), String::new(), *self),
        }
    }
}

/// What a board shows, and how, on a day.
#[derive(Clone, Copy)]
pub struct Arranger<'a> {
    pub view: &'a View,
    pub pipeline: PipelineId,
    pub filter: &'a Filter,
    pub look: &'a Look,
    pub zone: &'a Zone,
    pub today: NaiveDate,
}

impl Arranger<'_> {
    fn this_month(&self) -> NaiveDate {
        self.today.with_day(1).unwrap_or(self.today)
    }

    fn after_last_month(&self) -> NaiveDate {
        self.this_month().checked_add_months(Months::new(MONTHS)).unwrap_or(NaiveDate::MAX)
    }

    /// The columns from left to right.
    pub fn slots(&self) -> Vec<Slot> {
        match self.look.columns {
            Columns::Stages => self.view.stages_of(self.pipeline).iter().map(|stage| Slot::Stage(stage.id)).collect(),
            Columns::Months => {
                let month = |ahead| self.this_month().checked_add_months(Months::new(ahead)).map(Slot::Month);
                let months = (0..MONTHS).filter_map(month);
                [Slot::Earlier].into_iter().chain(months).chain([Slot::Later, Slot::Undated]).collect()
            }
        }
    }

    /// Where a deal belongs; `None` where the board does not show it. `next` is what is planned next for it.
    pub fn seat(&self, deal: &Deal, next: Option<&Activity>) -> Option<Seat> {
        if deal.pipeline != self.pipeline || !self.filter.admits(deal, self.view) {
            return None;
        }
        let slot = match self.look.columns {
            Columns::Stages => Slot::Stage(deal.stage),
            Columns::Months => self.month_of(deal)?,
        };
        Some(Seat { slot, lane: self.lane(deal, next), rank: self.rank(deal, next) })
    }

    /// The day on which an open deal is expected to close, or a won one was won.
    fn closing(&self, deal: &Deal) -> Option<NaiveDate> {
        deal.closed_at.map(|at| self.zone.day(at)).or(deal.close_on)
    }

    fn month_of(&self, deal: &Deal) -> Option<Slot> {
        if self.view.stages.get(&deal.stage).is_some_and(|stage| stage.outcome == Outcome::Lost) {
            return None;
        }
        Some(match self.closing(deal) {
            None => Slot::Undated,
            Some(day) if day < self.this_month() => Slot::Earlier,
            Some(day) if day >= self.after_last_month() => Slot::Later,
            Some(day) => Slot::Month(day.with_day(1)?),
        })
    }

    fn lane(&self, deal: &Deal, next: Option<&Activity>) -> Lane {
        match self.look.lanes {
            None => Lane::Whole,
            Some(Lanes::Owner) => Lane::Owner(deal.owner),
            Some(Lanes::Team) => {
                let teams = self.view.members.get(&deal.owner).into_iter().flat_map(|owner| &owner.teams);
                let named = teams.filter_map(|team| self.view.teams.get(team)).min_by_key(|team| (&team.name, team.id));
                Lane::Team(named.map(|team| team.id))
            }
            Some(Lanes::Account) => Lane::Account(deal.account),
            Some(Lanes::Health) => {
                let stage = self.view.stages.get(&deal.stage);
                Lane::Health(Standing::of(deal, stage, next, self.zone, self.today).light())
            }
        }
    }

    fn rank(&self, deal: &Deal, next: Option<&Activity>) -> Rank {
        match self.look.sort {
            Sort::Manual if self.look.columns == Columns::Stages => Rank::default(),
            Sort::Manual | Sort::Close => Rank::day(self.closing(deal)),
            Sort::Amount => deal.amount.map_or_else(Rank::last, |amount| {
                let own = self.view.workspace().map(|workspace| workspace.currency);
                let is_own = own == Some(amount.currency);
                let text = if is_own { String::new() } else { amount.currency.code().to_owned() };
                Rank { text, number: -i128::from(amount.minor) }
            }),
            Sort::Next => next.map_or_else(Rank::last, |next| {
                let minutes = next.due_time.map_or(1440, |time| time.num_seconds_from_midnight() / 60);
                let day = next.due_on.unwrap_or(NaiveDate::MAX).num_days_from_ce();
                Rank::number(i64::from(day) * 1441 + i64::from(minutes))
            }),
            Sort::Stay => Rank::number(deal.entered_at.timestamp_micros()),
            Sort::Title => Rank { text: deal.title.to_lowercase(), number: 0 },
        }
    }
}

/// By what a card stands among those of its lane's column.
pub fn place<'a>(rank: &'a Rank, deal: &'a Deal) -> (&'a Rank, &'a OrderKey, DealId) {
    (rank, &deal.key, deal.id)
}

#[cfg(test)]
mod tests;
