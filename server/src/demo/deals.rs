//! The life of one deal as commands: its course is written down as a score, and then played in the order of time.

use super::{
    activities::{Conversation, Said, appointment, moments},
    calendar::{DAY, END, Minute},
    catalogue::board::Next,
    courses::{Course, End},
    customers::Customer,
    fields::{COMPETITORS, Own},
    gates, ids,
    people::{ENGINEERS, Person, SELLERS},
    pipelines::Line,
    random::Random,
    story::Story,
    texts::words,
};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use domain::{
    activity::{Activity, ActivityType},
    change::{Delta, Deltas, Target},
    command::{Command, Place},
    deal::{Deal, Priority},
    field::{Custom, FieldValue},
    gate::Mark,
    id::ActivityId,
    money::Money,
    order::OrderKey,
    record::{Kind, Record},
};
use serde::Serialize;
use serde_json::Value;

/// One note of the score.
enum Act {
    Enter(usize),
    Amount(Money),
    Close(NaiveDate),
    Fill(Own, FieldValue),
    Hand(Person),
    /// Done and written down at once, by somebody who helps or else by the owner.
    Log(Option<Person>, Said),
    Intend {
        name: usize,
        activity: ActivityType,
        subject: &'static str,
        due: (NaiveDate, Option<NaiveTime>),
    },
    Complete {
        name: usize,
        note: String,
    },
}

/// Tells the deal's life.
pub fn tell(course: &Course, customer: &Customer, story: &mut Story) {
    let random = &mut Random::named(&format!("{} life", course.name));
    let mut score = Score { course, customer, acts: Vec::new(), intents: 0 };
    let closed = course.created + course.stays.iter().map(|stay| stay.minutes).sum::<Minute>();
    let helpers = helpers(course, random);
    let deal = score.first_state(&helpers, closed, story, random);
    score.write(&helpers, closed, story, random);
    score.play(deal, story, random);
}

fn helpers(course: &Course, random: &mut Random) -> Vec<Person> {
    let count = random.weighted(&[68, 24, 8]);
    let others = SELLERS.into_iter().filter(|person| *person != course.owner).collect::<Vec<_>>();
    random.shuffled(&others).into_iter().take(count).collect()
}

struct Score<'a> {
    course: &'a Course,
    customer: &'a Customer,
    acts: Vec<(Minute, Act)>,
    intents: usize,
}

impl Score<'_> {
    fn money(&self, thousands: u32) -> Money {
        let currency = self.customer.company.currency;
        Money::new(i64::from(thousands) * 1000 * currency.scale(), currency)
    }

    fn add(&mut self, at: Minute, act: Act) {
        if at < END {
            self.acts.push((at, act));
        }
    }

    /// The deal as it is created. What changes later is put into the score here, for the first state follows from it.
    fn first_state(&mut self, helpers: &[Person], closed: Minute, story: &Story, random: &mut Random) -> Deal {
        let Course { line, created, amount, .. } = *self.course;
        let within = |random: &mut Random| random.between(created + 20, (closed - 1).max(created + 21));

        // Backwards in time from what the course says it is worth in the end.
        let mut changed: Vec<Minute> = (0..random.weighted(&[52, 36, 12])).map(|_| within(random)).collect();
        changed.sort_unstable();
        let mut first_amount = self.money(amount);
        for at in changed.into_iter().rev() {
            self.add(at, Act::Amount(first_amount));
            first_amount = self.money((amount * random.between(80, 118) / 100).next_multiple_of(5));
        }

        let mut close = match self.course.end {
            End::Open { close, .. } if close < 0 => story.calendar.back(-close),
            End::Open { close, .. } => story.calendar.ahead(close),
            End::Won | End::Lost => story.calendar.day(closed) + TimeDelta::days(i64::from(random.below(11)) - 4),
        };
        if random.chance(45) {
            let at = within(random);
            self.add(at, Act::Close(close));
            close = close - Days::new(u64::from(random.between(7, 45)));
        }
        // Nobody expects a deal to close before it begins.
        close = close.max(story.calendar.day(created) + Days::new(14));

        let now = story.calendar.instant(created);
        let count = random.between(1, 2) as usize;
        Deal {
            id: ids::made(now, &self.course.name).into(),
            title: self.course.title.to_owned(),
            pipeline: line.id(),
            stage: line.stage_id(self.course.stays[0].stage),
            key: OrderKey::from_stored(String::new()),
            account: Some(self.customer.account),
            amount: Some(first_amount),
            owner: self.course.owner.id(),
            collaborators: helpers.iter().map(|person| person.id()).collect(),
            contacts: self.customer.people.iter().take(count).map(|someone| someone.contact).collect(),
            // What is to be signed within days comes first.
            priority: match self.course.end {
                End::Open { close: 0..=7, .. } => Priority::High,
                _ => Priority::Normal,
            },
            close_on: Some(close),
            source: random.pick(line.sources()).to_owned(),
            tags: self.tags(random),
            notes: if random.chance(35) { random.pick(line.notes()).to_owned() } else { String::new() },
            external_id: random.chance(25).then(|| format!("CRM-{}", external_number(&self.course.name))),
            custom: Custom::new(),
            loss_reason: String::new(),
            exception: String::new(),
            met: domain::gate::Met::new(),
            created_at: now,
            entered_at: now,
            closed_at: None,
        }
    }

    fn tags(&self, random: &mut Random) -> Vec<String> {
        let count = random.weighted(&[30, 45, 25]);
        random.shuffled(self.course.line.tags()).into_iter().take(count).map(str::to_owned).collect()
    }

    fn write(&mut self, helpers: &[Person], closed: Minute, story: &Story, random: &mut Random) {
        let course = self.course;
        let words = words(course.line);
        let people = self.customer.people.iter().take(3).collect();
        let conversation = &mut Conversation::new(words, course.line.is_english(), people);
        let mut at = course.created;
        for (place, stay) in course.stays.iter().enumerate() {
            let end = at + stay.minutes;
            self.acts.push((at, Act::Enter(stay.stage)));
            let is_last = place + 1 == course.stays.len();
            let until = if is_last { self.last_touch(at, end) } else { end };
            let mut moments = moments(at, until, random);
            if is_last && matches!(course.end, End::Open { next: Next::None, .. }) {
                moments.push(random.between(END.saturating_sub(2 * DAY).max(at + 1), END - 1));
            }
            for moment in moments {
                if let Some(said) = conversation.in_stage(stay.stage, random) {
                    self.talk(said, at, moment, helpers, story, random);
                }
            }
            self.fill(stay.stage, at, end.min(until.max(at + 2)), story, random);
            at = end;
        }
        let owners: Vec<Person> = course.line.sellers().0.to_vec();
        if random.chance(7) && closed - course.created > 4 * DAY {
            let others = owners.into_iter().filter(|person| *person != course.owner && !helpers.contains(person));
            let others: Vec<Person> = others.collect();
            if !others.is_empty() {
                // The course's owner is the last one, so the deal goes away for a while and comes back.
                let away = random.between(course.created + 30, course.created + 2 * DAY);
                self.add(away, Act::Hand(random.pick(&others)));
                self.add(away + DAY + random.below(DAY), Act::Hand(course.owner));
            }
        }
        match course.end {
            End::Won => {
                self.add(closed, Act::Enter(course.line.won()));
                for _ in 0..random.between(1, 2) {
                    let said = conversation.one_of(words.won, random);
                    let at = closed + random.between(5, 2 * DAY);
                    self.acts.extend(said.filter(|_| at < END).map(|said| (at, Act::Log(None, said))));
                }
            }
            End::Lost => {
                self.add(closed, Act::Enter(course.line.lost()));
                let said = conversation.one_of(words.lost, random);
                let at = closed + random.between(3, 60);
                self.acts.extend(said.filter(|_| at < END).map(|said| (at, Act::Log(None, said))));
            }
            End::Open { next, plan, .. } => self.plan(next, plan, story, random),
        }
    }

    /// Until when the deal was worked on in its last stay.
    fn last_touch(&self, entered: Minute, end: Minute) -> Minute {
        match self.course.end {
            End::Open { next: Next::Idle(days), .. } => (END - days * DAY).max(entered),
            _ => end,
        }
    }

    /// A talk at a moment of a stay; some had been planned before.
    fn talk(&mut self, said: Said, from: Minute, at: Minute, helpers: &[Person], story: &Story, random: &mut Random) {
        let notice = random.between(60, 4 * DAY);
        let plannable = said.activity != ActivityType::Note && at > from + notice;
        if plannable && random.chance(45) {
            let name = self.intents;
            self.intents += 1;
            let time = random.chance(60).then(|| appointment(at));
            let due = (story.calendar.day(at), time);
            self.add(at - notice, Act::Intend { name, activity: said.activity, subject: said.subject, due });
            self.add(at, Act::Complete { name, note: said.note });
        } else {
            let by = (!helpers.is_empty() && random.chance(30)).then(|| random.pick(helpers));
            self.add(at, Act::Log(by, said));
        }
    }

    /// What one knows of a deal once it has come to a stage.
    fn fill(&mut self, stage: usize, from: Minute, to: Minute, story: &Story, random: &mut Random) {
        let line = self.course.line;
        let at = random.between(from + 1, (from + (to - from) / 2).max(from + 1));
        let quoting = if line == Line::Renewals { 2 } else { 3 };
        if stage == quoting {
            let discount = random.pick(&[0.0, 2.0, 3.0, 3.0, 5.0, 5.0, 6.5, 8.0]);
            self.add(at, Act::Fill(Own::Discount, FieldValue::Number(discount)));
            let valid = story.calendar.day(at) + Days::new(30);
            self.add(at, Act::Fill(Own::ValidUntil, FieldValue::Date(valid)));
        }
        if line == Line::Renewals {
            return;
        }
        if stage == 1 {
            let decider = self.customer.people[0].called(line.is_english());
            self.add(at, Act::Fill(Own::Decider, FieldValue::Text(decider)));
            let budget = (self.course.amount * random.between(95, 125) / 100).next_multiple_of(10);
            let budget = FieldValue::Money(self.money(budget));
            self.add(at, Act::Fill(Own::Budget, budget));
        }
        if stage == 2 {
            let engineer = random.pick(&ENGINEERS).id();
            self.add(at, Act::Fill(Own::Engineer, FieldValue::Person(engineer)));
            if random.chance(70) {
                let competitor = random.pick(&COMPETITORS).to_owned();
                self.add(at, Act::Fill(Own::Competitor, FieldValue::Choice(competitor)));
            }
        }
    }

    fn plan(&mut self, next: Next, (activity, subject): super::texts::Plan, story: &Story, random: &mut Random) {
        let calendar = &story.calendar;
        let due = match next {
            Next::None | Next::Idle(_) => return,
            Next::Today(hour, minute) => (calendar.today, NaiveTime::from_hms_opt(hour, minute, 0)),
            Next::Late(days) => (calendar.back(i64::from(days)), None),
            Next::Later(days) => {
                let time = NaiveTime::from_hms_opt(random.between(9, 16), random.pick(&[0, 30]), 0);
                (calendar.ahead(i64::from(days)), time.filter(|_| random.chance(50)))
            }
        };
        let entered =
            self.course.created + self.course.stays.iter().rev().skip(1).map(|stay| stay.minutes).sum::<Minute>();
        let before = calendar.minute_of(due.0).min(END - 1);
        let at = before.saturating_sub(random.between(20, 3 * DAY)).max(entered + 10).min(END - 1);
        let name = self.intents;
        self.intents += 1;
        self.add(at, Act::Intend { name, activity, subject, due });
    }

    /// Turns the score into commands.
    fn play(mut self, mut deal: Deal, story: &mut Story, random: &mut Random) {
        self.acts.sort_by_key(|(at, _)| *at);
        let line = self.course.line;
        let target = Target::new(Kind::Deal, deal.id);
        let mut owner = self.course.owner;
        let mut stage = None;
        // Since when it has been in its stage and in its owner's hands.
        let mut since = 0;
        let mut planned: Vec<(usize, ActivityId)> = Vec::new();
        for (at, act) in self.acts {
            match act {
                Act::Enter(to) => {
                    let Some(from) = stage.replace(to) else {
                        since = at;
                        let by = if random.chance(18) { owner.manager() } else { owner };
                        story.create(at, by, Record::Deal(deal.clone()));
                        continue;
                    };
                    meet(story, at.saturating_sub(BEFORE).max(since), owner, &mut deal, line, to);
                    since = at;
                    let (seen, stage) = (line.stage_id(from), line.stage_id(to));
                    let command = Command::MoveDeal { deal: deal.id, stage, seen, place: Place::default(), at: None };
                    let command = if to == line.lost() {
                        let reason = Delta { before: Value::Null, after: gates::loss_reason(self.course).into() };
                        Command::Batch { parts: vec![Command::set(target, "loss_reason", reason), command] }
                    } else {
                        command
                    };
                    story.tell(at, owner, command);
                }
                Act::Amount(amount) => {
                    set(story, at, owner, target, "amount", deal.amount.replace(amount).as_ref(), &amount);
                }
                Act::Close(date) => {
                    set(story, at, owner, target, "close_on", deal.close_on.replace(date).as_ref(), &date);
                }
                Act::Fill(own, value) => {
                    let before = deal.custom.insert(own.id(), value.clone());
                    set(story, at, owner, target, &format!("custom.{}", own.id()), before.as_ref(), &value);
                }
                Act::Hand(to) => {
                    set(story, at, owner.manager(), target, "owner", Some(&owner.id()), &to.id());
                    owner = to;
                    since = at;
                }
                Act::Log(by, said) => {
                    let by = by.unwrap_or(owner);
                    let now = story.calendar.instant(at);
                    let mut activity = blank(&deal, by, at, said.activity, said.subject, story);
                    activity.note = said.note;
                    activity.done_at = Some(now);
                    story.create(at, by, Record::Activity(activity));
                }
                Act::Intend { name, activity, subject, due } => {
                    let mut activity = blank(&deal, owner, at, activity, subject, story);
                    (activity.due_on, activity.due_time) = (Some(due.0), due.1);
                    planned.push((name, activity.id));
                    story.create(at, owner, Record::Activity(activity));
                }
                Act::Complete { name, note } => {
                    let Some((_, activity)) = planned.iter().find(|(planned, _)| *planned == name) else { continue };
                    // What came of it is written before it is done, for then it is append-only.
                    let note = Command::set(
                        Target::new(Kind::Activity, *activity),
                        "note",
                        Delta { before: Value::Null, after: note.into() },
                    );
                    let parts = vec![note, Command::CompleteActivity { activity: *activity }];
                    story.tell(at, owner, Command::Batch { parts });
                }
            }
        }
        // Of what comes next something is done already.
        if let (End::Open { .. }, Some(stage)) = (&self.course.end, stage)
            && let Some(item) = gates::checklist(line, stage + 1).next()
            && !deal.met.contains_key(&item.id)
        {
            let command = Command::Meet { deal: deal.id, condition: item.id, met: true };
            story.tell(since + (END - 1 - since) / 2, owner, command);
        }
    }
}

/// How long before a move its conditions are met, in minutes.
const BEFORE: Minute = 90;

/// What a stage asks for is done and approved before the deal enters it.
fn meet(story: &mut Story, at: Minute, owner: Person, deal: &mut Deal, line: Line, stage: usize) {
    let discount = match deal.custom.get(&Own::Discount.id()) {
        Some(FieldValue::Number(discount)) => *discount,
        _ => 0.0,
    };
    let items = gates::checklist(line, stage).map(|item| (item.id, owner));
    let approval = gates::approval(line, stage, discount).map(|id| (id, gates::approver(owner)));
    for (condition, by) in items.chain(approval) {
        let mark = Mark { by: by.id(), at: story.calendar.instant(at), figure: None };
        if deal.met.insert(condition, mark).is_none() {
            story.tell(at, by, Command::Meet { deal: deal.id, condition, met: true });
        }
    }
}

fn blank(
    deal: &Deal,
    owner: Person,
    at: Minute,
    activity_type: ActivityType,
    subject: &str,
    story: &Story,
) -> Activity {
    let now = story.calendar.instant(at);
    Activity {
        id: ids::made(now, &format!("{} {subject}", deal.id)).into(),
        deal: Some(deal.id),
        account: deal.account,
        activity_type,
        subject: subject.to_owned(),
        note: String::new(),
        owner: owner.id(),
        due_on: None,
        due_time: None,
        done_at: None,
        created_at: now,
    }
}

/// Edits one field, unless it is so already.
fn set<T: Serialize>(
    story: &mut Story,
    at: Minute,
    by: Person,
    target: Target,
    field: &str,
    before: Option<&T>,
    after: &T,
) {
    let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
    let delta = Delta { before: before.map(json).unwrap_or_default(), after: json(after) };
    if delta.before != delta.after {
        let fields = Deltas::from([(field.to_owned(), delta)]);
        story.tell(at, by, Command::Edit { target, fields });
    }
}

/// A number that looks like another system's, and is another one for each deal.
fn external_number(name: &str) -> u128 {
    20_000 + ids::named(name).as_u128() % 1_000_000_000
}
