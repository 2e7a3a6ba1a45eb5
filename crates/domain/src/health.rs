//! How a deal stands on a day: how long it has been in its stage, what is late, and the light that says so.

use crate::{
    activity::Activity,
    calendar::Zone,
    deal::Deal,
    pipeline::{Outcome, Stage},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Red before amber before green: what needs help comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    Red,
    Amber,
    Green,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Of the stage that the deal is in; open where that is not known.
    pub outcome: Outcome,
    /// Working days in the stage.
    pub stay: u32,
    /// Calendar days in the stage.
    pub idle: i64,
    /// Working days that the stage allows.
    pub limit: Option<u32>,
    /// When the next activity is due, where one is planned.
    pub next: Option<Option<NaiveDate>>,
    /// The expected close has passed.
    pub is_past_close: bool,
    pub today: NaiveDate,
}

impl Standing {
    pub fn of(deal: &Deal, stage: Option<&Stage>, next: Option<&Activity>, zone: &Zone, today: NaiveDate) -> Self {
        let entered = zone.day(deal.entered_at);
        Self {
            outcome: stage.map_or(Outcome::Open, |stage| stage.outcome),
            stay: zone.days.between(entered, today),
            idle: (today - entered).num_days(),
            limit: stage.and_then(Stage::limit).map(u32::from),
            next: next.map(|next| next.due_on),
            is_past_close: deal.close_on.is_some_and(|close| close < today),
            today,
        }
    }

    pub fn is_open(&self) -> bool {
        self.outcome == Outcome::Open
    }

    /// Longer in its stage than that allows.
    pub fn is_late(&self) -> bool {
        self.is_open() && self.limit.is_some_and(|limit| self.stay > limit)
    }

    /// What was planned next has not been done on its day.
    pub fn is_overdue(&self) -> bool {
        self.next.flatten().is_some_and(|due| due < self.today)
    }

    /// Red: over the stage's limit, or the expected close has passed. Amber: an activity is overdue, or none is planned
    /// while the limit nears (four fifths of it). Green: otherwise, or won. A lost deal has no light.
    pub fn light(&self) -> Option<Light> {
        match self.outcome {
            Outcome::Won => return Some(Light::Green),
            Outcome::Lost => return None,
            Outcome::Open => {}
        }
        if self.is_late() || self.is_past_close {
            return Some(Light::Red);
        }
        let is_near = self.limit.is_some_and(|limit| self.stay * 5 >= limit * 4);
        let needs_care = self.is_overdue() || is_near && self.next.is_none();
        Some(if needs_care { Light::Amber } else { Light::Green })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a day")
    }

    #[test]
    fn a_light_says_what_is_late() {
        let fine = Standing {
            outcome: Outcome::Open,
            stay: 3,
            idle: 4,
            limit: Some(10),
            next: Some(Some(day(30))),
            is_past_close: false,
            today: day(25),
        };
        let light = |change: &dyn Fn(&mut Standing)| {
            let mut standing = fine;
            change(&mut standing);
            standing.light()
        };
        assert_eq!(light(&|_| {}), Some(Light::Green));
        assert_eq!(light(&|it| it.stay = 11), Some(Light::Red));
        assert_eq!(light(&|it| it.is_past_close = true), Some(Light::Red));
        assert_eq!(light(&|it| it.next = Some(Some(day(24)))), Some(Light::Amber));
        assert_eq!(light(&|it| it.next = Some(Some(day(25)))), Some(Light::Green));
        assert_eq!(light(&|it| it.next = None), Some(Light::Green));
        assert_eq!(light(&|it| (it.next, it.stay) = (None, 8)), Some(Light::Amber));
        assert_eq!(light(&|it| (it.outcome, it.stay) = (Outcome::Won, 90)), Some(Light::Green));
        assert_eq!(light(&|it| it.outcome = Outcome::Lost), None);
    }
}
