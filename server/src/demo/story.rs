//! What happened in the year, gathered deal by deal and told in the order of time.

use super::{
    calendar::{Calendar, Minute},
    ids,
    people::Person,
};
use chrono::TimeDelta;
use domain::{
    command::{Command, Place, Request},
    record::Record,
};
use store::Asked;

pub struct Story {
    pub calendar: Calendar,
    events: Vec<Event>,
}

struct Event {
    at: Minute,
    by: Person,
    command: Command,
}

impl Story {
    pub fn new(calendar: Calendar) -> Self {
        Self { calendar, events: Vec::new() }
    }

    pub fn tell(&mut self, at: Minute, by: Person, command: Command) {
        self.events.push(Event { at, by, command });
    }

    pub fn create(&mut self, at: Minute, by: Person, record: Record) {
        self.tell(at, by, Command::Create { record, place: Place::default(), dated: false });
    }

    /// In the order of time; what was told first of one minute comes first.
    pub fn into_asked(mut self) -> Vec<Asked> {
        self.events.sort_by_key(|event| event.at);
        let mut asked = Vec::with_capacity(self.events.len());
        let (mut minute, mut second) = (0, 0);
        for (place, Event { at, by, command }) in self.events.into_iter().enumerate() {
            // No two at one instant: cards that enter a column stand in the order of time.
            second = if at == minute { (second + 1).min(59) } else { 0 };
            minute = at;
            let id = ids::named(&format!("{} command {place}", self.calendar.today)).into();
            let now = self.calendar.instant(at) + TimeDelta::seconds(second);
            asked.push(Asked { by: Some(by.id()), request: Request { id, command }, now });
        }
        asked
    }
}
