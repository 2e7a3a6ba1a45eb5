//! What plans, tasks and baselines may say, each by itself.

use super::{Baseline, Constraint, Length, MOST_BASELINES, MOST_LINKS, MOST_TASKS, Plan, Task};
use crate::{
    deal::check_date,
    id::CriterionId,
    order,
    record::Kind,
    refusal::{Refusal, Rule},
    schedule::MAX_SPAN,
    text,
    view::View,
};
use chrono::{DateTime, NaiveDateTime, Utc};

impl Plan {
    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        check_date("start_on", self.start_on)?;
        if let Some(due) = self.due_on {
            check_date("due_on", due)?;
        }
        if i32::try_from(self.buffer).is_err() || self.buffer > MAX_SPAN.unsigned_abs() {
            return Err(Refusal::invalid("buffer", minutes(0, MAX_SPAN)));
        }
        let Some(deal) = self.deal.filter(|_| old.is_none()) else { return Ok(()) };
        if self.template {
            return Err(Refusal::invalid("deal", Rule::NotEditable));
        }
        if view.deals.contains_key(&deal) {
            Ok(())
        } else {
            Err(Refusal::invalid("deal", Rule::Unknown { kind: Kind::Deal }))
        }
    }
}

impl Task {
    /// By itself; what holds of the plan's tasks together is checked when all of the command is done ([`super::whole`]).
    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("title", &self.title, text::NAME)?;
        text::optional("role", &self.role, text::SHORT)?;
        text::optional("notes", &self.notes, text::LONG)?;
        if !self.key.is_valid() || self.key.as_str().len() > order::LONGEST {
            return Err(Refusal::invalid("key", Rule::WrongType));
        }
        if !(0..=MAX_SPAN).contains(&self.duration.minutes) {
            return Err(Refusal::invalid("duration", minutes(0, MAX_SPAN)));
        }
        if let Some(date) = self.constraint.date() {
            check_date("constraint", date.date())?;
        }
        if let Some(date) = self.deadline {
            check_date("deadline", date)?;
        }
        if self.percent > 100 {
            return Err(Refusal::invalid("percent", Rule::OutOfRange { min: "0".to_owned(), max: "100".to_owned() }));
        }
        for (field, instant) in [("started_at", self.started_at), ("finished_at", self.finished_at)] {
            if let Some(instant) = instant {
                check_date(field, instant.date_naive())?;
            }
        }
        if let (Some(started), Some(finished)) = (self.started_at, self.finished_at)
            && finished < started
        {
            let (min, max) = (started.to_rfc3339(), "2999-12-31".to_owned());
            return Err(Refusal::invalid("finished_at", Rule::OutOfRange { min, max }));
        }
        self.check_links()?;
        self.check_criteria(old)?;
        if !view.plans.contains_key(&self.plan) {
            return Err(Refusal::invalid("plan", Rule::Unknown { kind: Kind::Plan }));
        }
        let owner = self.owner.filter(|_| old.is_none_or(|old| old.owner != self.owner));
        if owner.is_some_and(|owner| !view.members.contains_key(&owner)) {
            return Err(Refusal::invalid("owner", Rule::Unknown { kind: Kind::Member }));
        }
        Ok(())
    }

    fn check_links(&self) -> Result<(), Refusal> {
        if self.links.len() > MOST_LINKS {
            return Err(Refusal::invalid("links", Rule::TooMany { max: MOST_LINKS }));
        }
        for (from, link) in &self.links {
            if !(-MAX_SPAN..=MAX_SPAN).contains(&link.lag.minutes) {
                return Err(Refusal::invalid(&format!("links.{from}"), minutes(-MAX_SPAN, MAX_SPAN)));
            }
        }
        Ok(())
    }

    fn check_criteria(&self, old: Option<&Self>) -> Result<(), Refusal> {
        if self.criteria.len() > text::LIST {
            return Err(Refusal::invalid("criteria", Rule::TooMany { max: text::LIST }));
        }
        for (id, criterion) in &self.criteria {
            let field = format!("criteria.{id}");
            text::required(&field, &criterion.text, text::NAME)?;
            // What shows that it is met is not written by hand: ticking stamps who and when.
            let was = old.map(|old| old.criteria.get(id).and_then(|old| old.met.as_ref()));
            if was.is_some_and(|was| was != criterion.met.as_ref()) {
                return Err(Refusal::invalid(&field, Rule::NotEditable));
            }
        }
        Ok(())
    }

    /// It is reported as done.
    pub fn is_done(&self) -> bool {
        self.finished_at.is_some() || self.percent == 100
    }

    /// The criteria that are still to be ticked, in their order.
    pub fn unmet(&self) -> Vec<CriterionId> {
        let mut unmet: Vec<_> = self.criteria.iter().filter(|(_, criterion)| criterion.met.is_none()).collect();
        unmet.sort_by_key(|(id, criterion)| (criterion.position, **id));
        unmet.into_iter().map(|(id, _)| *id).collect()
    }

    /// Whether `new` says something else of when the task is done: what was confirmed is no longer what is.
    pub(crate) fn is_other_date(&self, new: &Self) -> bool {
        let reopened = self.finished_at.is_some() && self.finished_at != new.finished_at;
        (self.duration, self.constraint, self.deadline) != (new.duration, new.constraint, new.deadline) || reopened
    }

    /// Whether `new` differs only in what whoever does a task reports of it.
    pub(crate) fn is_report(&self, new: &Self) -> bool {
        let reported = Self {
            percent: new.percent,
            started_at: new.started_at,
            finished_at: new.finished_at,
            finished_by: new.finished_by,
            confirmed: new.confirmed.clone(),
            criteria: new.criteria.clone(),
            ..self.clone()
        };
        let texts = |task: &Self| -> Vec<(CriterionId, String, u16)> {
            task.criteria.iter().map(|(id, one)| (*id, one.text.clone(), one.position)).collect()
        };
        reported == *new && texts(self) == texts(new)
    }
}

impl Baseline {
    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        if old.is_some() {
            return Ok(());
        }
        if !view.plans.contains_key(&self.plan) {
            return Err(Refusal::invalid("plan", Rule::Unknown { kind: Kind::Plan }));
        }
        if self.tasks.len() > MOST_TASKS {
            return Err(Refusal::invalid("tasks", Rule::TooMany { max: MOST_TASKS }));
        }
        for agreed in self.tasks.values() {
            check_date("tasks", agreed.start.date_naive())?;
            check_date("tasks", agreed.finish.date_naive())?;
            if agreed.finish < agreed.start {
                let [min, max] = [agreed.start, DateTime::<Utc>::MAX_UTC].map(|instant| instant.to_rfc3339());
                return Err(Refusal::invalid("tasks", Rule::OutOfRange { min, max }));
            }
        }
        let others = view.baselines.values().filter(|other| other.plan == self.plan && other.id != self.id);
        if others.count() >= MOST_BASELINES {
            return Err(Refusal::invalid("plan", Rule::TooMany { max: MOST_BASELINES }));
        }
        Ok(())
    }
}

impl Constraint {
    /// The date that it names.
    pub fn date(self) -> Option<NaiveDateTime> {
        match self {
            Self::AsSoonAsPossible | Self::AsLateAsPossible => None,
            Self::StartOn(date)
            | Self::FinishOn(date)
            | Self::StartNoEarlier(date)
            | Self::StartNoLater(date)
            | Self::FinishNoEarlier(date)
            | Self::FinishNoLater(date) => Some(date),
        }
    }

    /// The same with another date.
    #[must_use]
    pub fn on(self, other: NaiveDateTime) -> Self {
        match self {
            Self::AsSoonAsPossible | Self::AsLateAsPossible => self,
            Self::StartOn(_) => Self::StartOn(other),
            Self::FinishOn(_) => Self::FinishOn(other),
            Self::StartNoEarlier(_) => Self::StartNoEarlier(other),
            Self::StartNoLater(_) => Self::StartNoLater(other),
            Self::FinishNoEarlier(_) => Self::FinishNoEarlier(other),
            Self::FinishNoLater(_) => Self::FinishNoLater(other),
        }
    }
}

impl Length {
    /// Of work.
    pub fn work(minutes: i32) -> Self {
        Self { minutes, elapsed: false }
    }

    /// On the clock, nights and holidays included.
    pub fn elapsed(minutes: i32) -> Self {
        Self { minutes, elapsed: true }
    }
}

fn minutes(min: i32, max: i32) -> Rule {
    Rule::OutOfRange { min: min.to_string(), max: max.to_string() }
}
