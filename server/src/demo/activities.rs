//! What was said and done on a deal: which words, when, and whether it had been planned.

use super::{
    calendar::{Calendar, DAY, Minute},
    customers::Someone,
    random::Random,
    texts::{Talk, Words},
};
use chrono::{NaiveTime, Timelike};
use domain::activity::ActivityType;

/// Hands out each of a pipeline's words once for a deal.
pub struct Conversation<'a> {
    words: &'static Words,
    english: bool,
    people: Vec<&'a Someone>,
    used: Vec<&'static str>,
    /// Whose job title was written down already.
    introduced: Vec<&'a str>,
}

/// A talk that happened, with its text as it was written.
pub struct Said {
    pub activity: ActivityType,
    pub subject: &'static str,
    pub note: String,
}

impl<'a> Conversation<'a> {
    pub fn new(words: &'static Words, english: bool, people: Vec<&'a Someone>) -> Self {
        Self { words, english, people, used: Vec::new(), introduced: Vec::new() }
    }

    /// Something that fits the stage, or anything, or silence when all has been said.
    pub fn in_stage(&mut self, stage: usize, random: &mut Random) -> Option<Said> {
        let lists = if random.chance(80) {
            [self.words.stages[stage], self.words.always]
        } else {
            [self.words.always, self.words.stages[stage]]
        };
        lists.into_iter().find_map(|list| self.one_of(list, random))
    }

    pub fn one_of(&mut self, list: &'static [Talk], random: &mut Random) -> Option<Said> {
        let fresh: Vec<Talk> = list.iter().filter(|talk| !self.used.contains(&talk.subject)).copied().collect();
        if fresh.is_empty() {
            return None;
        }
        let talk = random.pick(&fresh);
        self.used.push(talk.subject);
        let note = self.written(talk.note, random);
        Some(Said { activity: talk.activity, subject: talk.subject, note })
    }

    /// The customer's person, by name and job title the first time, later by name.
    fn written(&mut self, note: &str, random: &mut Random) -> String {
        if !note.contains("{who}") || self.people.is_empty() {
            return note.to_owned();
        }
        let someone: &'a Someone = random.pick(&self.people);
        if self.introduced.contains(&someone.name.as_str()) {
            return note.replace("{who}", &someone.name);
        }
        self.introduced.push(&someone.name);
        note.replace("{who}", &someone.called(self.english))
    }
}

/// When a deal is worked on while it stays in a stage, in order.
pub fn moments(from: Minute, to: Minute, random: &mut Random) -> Vec<Minute> {
    if to < from + 30 {
        return Vec::new();
    }
    let days = (to - from) / DAY;
    let count = 1 + random.below(2) + (days / 5).min(3);
    let mut moments: Vec<Minute> = (0..count).map(|_| random.between(from + 10, to - 10)).collect();
    moments.sort_unstable();
    moments
}

/// The full or half hour before.
pub fn appointment(minute: Minute) -> NaiveTime {
    let time = Calendar::time(minute);
    NaiveTime::from_hms_opt(time.hour(), time.minute() / 30 * 30, 0).unwrap_or(time)
}
