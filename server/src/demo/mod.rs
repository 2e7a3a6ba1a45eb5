//! The demo workspace: a company that sells automation for factories and warehouses, and its last year. It follows from
//! the day alone: the same day gives the same records, identifiers and history. Everything goes through commands, as
//! if people had worked there.

mod activities;
mod calendar;
mod catalogue;
mod courses;
mod customers;
mod deals;
mod fields;
mod gates;
mod ids;
mod people;
mod pipelines;
mod plans;
mod random;
mod story;
mod texts;

use calendar::{Calendar, DAY, Minute, ZONE};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use courses::Course;
use customers::{Customer, companies::COMPANIES};
use domain::{
    Version,
    access::Role,
    command::{Command, Outcome},
    id::WorkspaceId,
    money::Currency,
    record::Record,
    refusal::Refusal,
    view::View,
    workspace::Workspace,
};
use people::Person;
use random::Random;
use std::ops::RangeInclusive;
use store::{Asked, Founding, Store};
use story::Story;

/// The years for whose days the story can be told.
pub const YEARS: RangeInclusive<i32> = 1980..=2900;

/// What seeding came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemoSeeded {
    Seeded {
        workspace: WorkspaceId,
        version: Version,
        counts: Counts,
    },
    /// There is a demo workspace; nothing was changed.
    AlreadyThere {
        workspace: WorkspaceId,
    },
}

/// How many records the story made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub accounts: usize,
    pub contacts: usize,
    pub deals: usize,
    pub activities: usize,
    /// Everything that happened: these, and what was moved, edited and completed.
    pub commands: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the demo can be told for a day from 1980 to 2900, not for {0}")]
    Day(NaiveDate),
    #[error("a command of the demo's story was refused ({0:?}); this is a fault in the program")]
    Refused(Box<Refusal>),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The day at an instant, where the demo's people are.
pub fn today(now: DateTime<Utc>) -> NaiveDate {
    (now + calendar::OFFSET).date_naive()
}

/// Makes the demo workspace as of a day, in the workspace's time zone.
///
/// The story is handed over as one: it is carried out in one transaction, so a server that is killed meanwhile leaves
/// no demo with half a history, and the next seeding tells it anew.
///
/// # Errors
/// The day is absurd, a command was refused, or the database did not answer.
pub async fn seed(store: &Store, at: NaiveDate) -> Result<DemoSeeded, SeedError> {
    if !YEARS.contains(&at.year()) {
        return Err(SeedError::Day(at));
    }
    let founding = founding();
    if let Some((workspace, _)) = store.demo(Role::Manager).await? {
        let founded = Version::try_from(founding.records.len()).unwrap_or(Version::MAX);
        if store.version(workspace).await? > founded {
            return Ok(DemoSeeded::AlreadyThere { workspace });
        }
    }
    let (began, asked) = history(at);
    let workspace = founding.workspace.id;
    let counts = Counts::of(&asked);
    store.found(founding, began).await?;
    for outcome in store.execute_all(workspace, asked).await? {
        if let Outcome::Refused { refusal } = outcome {
            return Err(SeedError::Refused(Box::new(refusal)));
        }
    }
    let version = store.version(workspace).await?;
    Ok(DemoSeeded::Seeded { workspace, version, counts })
}

fn founding() -> Founding {
    let name = "海衡科技".to_owned();
    let workspace = Workspace::new(ids::named("workspace").into(), name, Currency::CNY, ZONE.to_owned());
    let records = [people::records(), fields::records(), pipelines::records()].concat();
    Founding { workspace, is_demo: true, records }
}

/// What a view holds of the workspace before anything has happened.
fn founded() -> View {
    let mut view = View::default();
    let Founding { workspace, records, .. } = founding();
    view.put(Record::Workspace(workspace));
    for record in records {
        view.put(record);
    }
    view
}

/// The year before a day: when it began, and everything that was asked in it.
fn history(at: NaiveDate) -> (DateTime<Utc>, Vec<Asked>) {
    let mut story = Story::new(Calendar::until(at));
    let began = story.calendar.instant(0) - TimeDelta::hours(1);
    let courses = courses::all();
    let customers: Vec<Customer> = (0..COMPANIES.len()).map(|place| customer(place, &courses, &mut story)).collect();
    for course in &courses {
        deals::tell(course, &customers[course.company], &mut story);
    }
    plans::tell(&courses, &founded(), &mut story);
    (began, story.into_asked())
}

/// A company's account is made some time before its first deal, by whoever sold that.
fn customer(place: usize, courses: &[Course], story: &mut Story) -> Customer {
    let random = &mut Random::named(&format!("account {place} made"));
    let mine = courses.iter().filter(|course| course.company == place);
    let (first, by): (Minute, Person) =
        mine.map(|course| (course.created, course.owner)).min_by_key(|(at, _)| *at).unwrap_or((DAY * 30, Person::Wu));
    customers::make(place, first.saturating_sub(random.between(60, 6 * DAY)), by, story)
}

impl Counts {
    fn of(asked: &[Asked]) -> Self {
        let mut counts = Self { commands: asked.len(), ..Self::default() };
        for asked in asked {
            if let Command::Create { record, .. } = &asked.request.command {
                match record {
                    Record::Account(_) => counts.accounts += 1,
                    Record::Contact(_) => counts.contacts += 1,
                    Record::Deal(_) => counts.deals += 1,
                    Record::Activity(_) => counts.activities += 1,
                    _ => {}
                }
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests;
