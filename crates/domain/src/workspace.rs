//! The workspace's own settings.

use crate::{
    calendar::{Shift, WEEKEND, WorkDays, check_day},
    id::WorkspaceId,
    money::Currency,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// The currency of new deals and of totals.
    pub currency: Currency,
    /// An IANA time zone, for example `Asia/Shanghai`; instants are shown in it.
    pub zone: String,
    /// Days of the week that are not worked, from Monday as 1 to Sunday as 7.
    #[serde(default = "usual_weekend", skip_serializing_if = "is_usual_weekend")]
    pub weekend: Vec<u8>,
    /// What is worked on a working day.
    #[serde(default = "usual_hours", skip_serializing_if = "is_usual_hours")]
    pub hours: Vec<Shift>,
    /// Days that are not worked although their weekday is, with their names. In recorded changes each is a field of its
    /// own, `days_off.<day>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days_off: BTreeMap<NaiveDate, String>,
    /// Days of the weekend that are worked to make up for days off, likewise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days_on: BTreeMap<NaiveDate, String>,
}

/// How many days off, and how many days made up for them, a workspace keeps.
pub const MOST_DAYS: usize = 2_000;

fn usual_weekend() -> Vec<u8> {
    WEEKEND.to_vec()
}

/// Nine to noon and one to six: eight hours.
fn usual_hours() -> Vec<Shift> {
    vec![Shift::hours(9, 12), Shift::hours(13, 18)]
}

fn is_usual_hours(hours: &Vec<Shift>) -> bool {
    *hours == usual_hours()
}

fn is_usual_weekend(weekend: &Vec<u8>) -> bool {
    *weekend == WEEKEND
}

impl Workspace {
    /// One whose weeks and days are the usual ones.
    pub fn new(id: WorkspaceId, name: String, currency: Currency, zone: String) -> Self {
        let (days_off, days_on) = (BTreeMap::new(), BTreeMap::new());
        Self { id, name, currency, zone, weekend: usual_weekend(), hours: usual_hours(), days_off, days_on }
    }

    pub fn work_days(&self) -> WorkDays {
        WorkDays::new(&self.weekend, self.days_off.keys().copied(), self.days_on.keys().copied())
    }

    fn check_days(&self) -> Result<(), Refusal> {
        let is_day = |number: &u8| (1..=7).contains(number);
        let distinct = self.weekend.iter().collect::<BTreeSet<_>>().len();
        // A week has a day that is worked: else nothing ever takes a working day.
        if !self.weekend.iter().all(is_day) || distinct < self.weekend.len() || distinct > 6 {
            return Err(Refusal::invalid("weekend", Rule::NotAChoice));
        }
        check_day("hours", &self.hours)?;
        check_days(&self.days_off, &self.days_on)
    }

    pub(crate) fn check(&self, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        self.check_days()?;
        text::required("zone", &self.zone, text::SHORT)?;
        // Only the server has the list of zones; elsewhere none is known to be unknown.
        if view.evidence.unknown_zones.contains(&self.zone) {
            return Err(Refusal::invalid("zone", Rule::NotAChoice));
        }
        Ok(())
    }
}

/// Days of a calendar, of the workspace or of a member, with their names.
pub(crate) fn check_days(off: &BTreeMap<NaiveDate, String>, on: &BTreeMap<NaiveDate, String>) -> Result<(), Refusal> {
    for (field, days) in [("days_off", off), ("days_on", on)] {
        if days.len() > MOST_DAYS {
            return Err(Refusal::invalid(field, Rule::TooMany { max: MOST_DAYS }));
        }
        for (day, name) in days {
            crate::deal::check_date(field, *day)?;
            text::optional(field, name, text::NAME)?;
        }
    }
    Ok(())
}
