//! What can be done with tasks, by whatever way: what moves dates is tried out first, everything else is done at once.

use super::{
    state::{Column, Gantt},
    words,
};
use crate::{client::new_id, texts::Texts};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::{
    calendar::{Calendar, Moment},
    change::{Delta, Deltas, Target},
    command::{Command, Place},
    id::{PlanId, TaskId},
    order,
    plan::{Constraint, Length, Link, Reckoned, Task, draft::Draft, lines::Key},
    record::{Kind, Record},
    refusal::{Refusal, Rule},
    schedule::LinkKind,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

/// Gives the keys back to the chart.
pub fn focus(gantt: Gantt) {
    request_animation_frame(move || {
        if let Some(node) = gantt.node.try_get_untracked().flatten() {
            let _ = node.focus();
        }
    });
}

/// Tries tasks of one plan out; a flaw is told. `true` where it can be reckoned.
pub fn put(gantt: Gantt, tasks: Vec<Task>) -> bool {
    let Some(plan) = tasks.first().map(|task| task.plan) else { return false };
    let base = gantt.plans.with_untracked(|plans| plans.reckoned(plans.number(plan)?).cloned());
    let Some(base) = base else { return false };
    let result = gantt.draft.try_update(|draft| draft.put(&base, tasks)).unwrap_or(Ok(()));
    if let Err(flaw) = result {
        let texts = gantt.client.texts;
        gantt.client.toasts.fail(gantt.client.peek(|view| words::flaw(texts, view, &flaw)));
        return false;
    }
    true
}

/// What was tried out is saved at once where it moves nothing else and breaks nothing; else it waits to be accepted.
pub fn settle(gantt: Gantt) {
    if gantt.trying.get_untracked() {
        return;
    }
    let is_plain = gantt.draft.with_untracked(|draft| {
        let own: BTreeSet<TaskId> = draft.tasks().collect();
        draft.outlooks().iter().all(|outlook| {
            let left = |reserve: Option<domain::plan::reckon::Reserve>| reserve.map_or(0, |reserve| reserve.left);
            outlook.moves.iter().all(|moved| own.contains(&moved.task))
                && outlook.missed.is_empty()
                && left(outlook.reserve.1) >= left(outlook.reserve.0)
        })
    });
    if is_plain {
        accept(gantt);
    } else {
        say_moves(gantt);
    }
}

/// How many tasks what is tried out moves.
pub fn moving(draft: &Draft) -> usize {
    draft.outlooks().iter().map(|outlook| outlook.moves.len()).sum()
}

pub fn say_moves(gantt: Gantt) {
    let t = gantt.client.texts.gantt();
    let count = gantt.draft.with_untracked(moving);
    if gantt.draft.with_untracked(|draft| !draft.is_empty()) {
        gantt.say(t.said_moves(count));
    }
}

/// Saves what is tried out, as one command.
pub fn accept(gantt: Gantt) {
    let t = gantt.client.texts.gantt();
    let draft = gantt.draft.get_untracked();
    let (count, moves) = (draft.tasks().count(), moving(&draft));
    let Some(command) = draft.command() else {
        take_back(gantt);
        return;
    };
    gantt.draft.set(Draft::default());
    match gantt.client.ask(command) {
        Ok(id) => {
            gantt.trying.set(false);
            gantt.client.toasts.done(t.accepted(moves.max(count)), id);
            gantt.say(t.accepted(moves.max(count)));
        }
        Err(refusal) => {
            gantt.draft.set(draft);
            gantt.client.tell(&refusal);
        }
    }
    focus(gantt);
}

/// Gives up what is tried out.
pub fn take_back(gantt: Gantt) {
    gantt.draft.set(Draft::default());
    gantt.trying.set(false);
    gantt.say(gantt.client.texts.gantt().taken_back());
    focus(gantt);
}

/// Sets fields of a task at once.
pub fn set(gantt: Gantt, task: TaskId, fields: &[(&str, Value)]) -> bool {
    let target = Target::new(Kind::Task, task);
    let delta = |(name, after): &(&str, Value)| {
        let delta = Delta { before: gantt.client.value(target, name), after: after.clone() };
        ((*name).to_owned(), delta)
    };
    let fields: Deltas = fields.iter().map(delta).filter(|(_, delta)| delta.before != delta.after).collect();
    fields.is_empty() || gantt.client.ask_or_tell(Command::Edit { target, fields }).is_some()
}

/// What was typed into a cell.
pub fn write(gantt: Gantt, task: TaskId, column: Column, typed: &str) {
    let typed = typed.trim();
    let refuse = |field: &str, rule: Rule| gantt.client.tell(&Refusal::invalid(field, rule));
    match column {
        Column::Title => {
            set(gantt, task, &[("title", json!(typed))]);
        }
        Column::Owner => {
            let owner = if typed.is_empty() { Value::Null } else { json!(typed) };
            set(gantt, task, &[("owner", owner)]);
        }
        Column::Start => match typed.parse::<NaiveDate>() {
            Ok(day) => edit(gantt, task, |_, record| {
                record.constraint = starting(record, day.and_time(NaiveTime::MIN));
            }),
            Err(_) => refuse("constraint", Rule::WrongType),
        },
        Column::Finish => match typed.parse::<NaiveDate>() {
            Ok(day) => edit(gantt, task, |plan, record| {
                let zone = &plan.hours().zone;
                let end = zone.moment((day + Days::new(1)).and_time(NaiveTime::MIN));
                finish_at(plan, record, end);
            }),
            Err(_) => refuse("duration", Rule::WrongType),
        },
        Column::Duration => match Length::parse(typed).filter(|length| length.minutes >= 0) {
            Some(length) => edit(gantt, task, |_, record| record.duration = length),
            None => gantt.client.toasts.fail(gantt.client.texts.gantt().expect_length()),
        },
    }
}

/// Tries an edit of one task out, and saves it where nothing else moves.
pub fn edit(gantt: Gantt, task: TaskId, change: impl FnOnce(&Reckoned, &mut Task)) {
    let Some((plan, place)) = gantt.stand(task) else { return };
    let mut record = Task::clone(&plan.tasks[place as usize]);
    change(&plan, &mut record);
    if put(gantt, vec![record]) {
        settle(gantt);
    }
}

/// The constraint of a task that is to begin then: what was to begin on a day still is, anything else no earlier.
pub fn starting(task: &Task, at: NaiveDateTime) -> Constraint {
    match task.constraint {
        Constraint::StartOn(_) => Constraint::StartOn(at),
        _ => Constraint::StartNoEarlier(at),
    }
}

/// Gives a task the length with which it finishes then: at least its grain.
pub fn finish_at(plan: &Reckoned, task: &mut Task, end: Moment) {
    let Some(place) = plan.place(task.id) else { return };
    let start = plan.dates(place).start;
    let minutes =
        if task.duration.elapsed { end.0 - start.0 } else { plan.hours().of_owner(task.owner).minutes(start, end) };
    task.duration.minutes = i32::try_from(minutes.max(60)).unwrap_or(i32::MAX);
}

/// So many working days later, or earlier.
pub fn step_day(calendar: &Calendar, day: NaiveDate, days: i32) -> NaiveDate {
    if days >= 0 {
        return calendar.after_working_days(day, days.unsigned_abs());
    }
    let (mut at, mut left) = (day, days.unsigned_abs());
    // Not further than years of days off.
    for _ in 0..5_000 {
        if left == 0 {
            break;
        }
        let Some(before) = at.pred_opt() else { break };
        at = before;
        left -= u32::from(calendar.is_working_day(at));
    }
    at
}

/// The task, beginning so many working days later; in the chart's finest zoom, hours.
fn later(plan: &Reckoned, place: u32, by: i32, by_hours: bool) -> Task {
    let mut task = Task::clone(&plan.tasks[place as usize]);
    let hours = plan.hours();
    let calendar = hours.of_owner(task.owner);
    let start = plan.dates(place).start;
    let local = if by_hours {
        hours.zone.local(calendar.add(start, i64::from(by) * 60).instant())
    } else {
        let local = hours.zone.local(start.instant());
        step_day(calendar, local.date(), by).and_time(local.time())
    };
    task.constraint = starting(&task, local);
    task
}

/// Tasks of a stretch of the outline from which all others there hang, as far as they are still to be done.
fn roots(plan: &Reckoned, from: u32, to: u32) -> Vec<u32> {
    let open = |place: u32| {
        let task = &plan.tasks[place as usize];
        !plan.outline.is_group(place) && !task.is_done() && task.started_at.is_none()
    };
    let waits = |place: u32| {
        let mut links = plan.tasks[place as usize].links.keys().filter_map(|from| plan.place(*from));
        links.any(|before| (from..to).contains(&before) && open(before))
    };
    (from..to).filter(|place| open(*place) && !waits(*place)).collect()
}

/// Moves a task, all that lies in a group, or a whole plan by so many working days.
pub fn shift(gantt: Gantt, key: Key, by: i32) -> bool {
    let by_hours = gantt.scale().grain() < 1440;
    let tasks = match key {
        Key::Task(task) => {
            let Some((plan, place)) = gantt.stand(task) else { return false };
            if plan.outline.is_group(place) {
                let end = plan.outline.end[place as usize];
                roots(&plan, place, end).into_iter().map(|place| later(&plan, place, by, by_hours)).collect()
            } else {
                vec![later(&plan, place, by, by_hours)]
            }
        }
        Key::Plan(plan) => {
            let saved = gantt.plans.with_untracked(|plans| plans.reckoned(plans.number(plan)?).cloned());
            let Some(saved) = saved else { return false };
            let plan = gantt.draft.with_untracked(|draft| draft.plan(plan).cloned()).unwrap_or(saved);
            let count = u32::try_from(plan.len()).unwrap_or(u32::MAX);
            roots(&plan, 0, count).into_iter().map(|place| later(&plan, place, by, by_hours)).collect()
        }
        Key::Owner(_) => return false,
    };
    put(gantt, tasks)
}

/// Makes a task so many working days longer, or in the finest zoom hours.
pub fn resize(gantt: Gantt, task: TaskId, by: i32) -> bool {
    let Some((plan, place)) = gantt.stand(task).filter(|(plan, place)| !plan.outline.is_group(*place)) else {
        return false;
    };
    let mut record = Task::clone(&plan.tasks[place as usize]);
    let day = if record.duration.elapsed { 1440 } else { domain::plan::DAY };
    let step = if gantt.scale().grain() < 1440 { 60 } else { day };
    record.duration.minutes = record.duration.minutes.saturating_add(by.saturating_mul(step)).max(0);
    put(gantt, vec![record])
}

/// Draws a link, or gives one another kind.
pub fn link(gantt: Gantt, from: TaskId, to: TaskId, kind: LinkKind) {
    let t = gantt.client.texts.gantt();
    let plans = [from, to].map(|task| gantt.stand(task));
    let [Some((plan, _)), Some((other, _))] = plans else { return };
    if plan.plan.id != other.plan.id {
        gantt.client.toasts.fail(t.link_within());
        return;
    }
    if from != to {
        edit(gantt, to, |_, record| {
            let lag = record.links.get(&from).map_or(Length::ZERO, |link| link.lag);
            record.links.insert(from, Link { kind, lag });
        });
    }
}

pub fn unlink(gantt: Gantt, from: TaskId, to: TaskId) {
    gantt.link.set(None);
    edit(gantt, to, |_, record| {
        record.links.remove(&from);
    });
}

/// The places of a task's siblings, itself among them, in order.
fn siblings(plan: &Reckoned, place: u32) -> Vec<u32> {
    let parent = plan.outline.parent[place as usize];
    let count = u32::try_from(plan.len()).unwrap_or(u32::MAX);
    let (from, to) = parent.map_or((0, count), |parent| (parent + 1, plan.outline.end[parent as usize]));
    let mut list = Vec::new();
    let mut at = from;
    while at < to {
        list.push(at);
        at = plan.outline.end[at as usize];
    }
    list
}

/// A task after the chosen one, or at the end of the chosen plan; its name is typed at once.
pub fn add(gantt: Gantt) {
    match gantt.chosen.get_untracked() {
        Some(Key::Task(task)) => {
            let Some((plan, place)) = gantt.stand(task) else { return };
            let list = siblings(&plan, place);
            let next = list.iter().position(|other| *other == place).and_then(|at| list.get(at + 1));
            let below = next.map(|next| plan.tasks[*next as usize].key.clone());
            let record = plan.tasks[place as usize].clone();
            create(gantt, &plan, record.parent, order::between(Some(&record.key), below.as_ref(), jitter()));
        }
        Some(Key::Plan(plan)) => add_to(gantt, plan),
        _ => {
            let first = gantt.plans.with_untracked(|plans| plans.ids().into_iter().find(|id| gantt.may_edit(*id)));
            match first {
                Some(plan) => add_to(gantt, plan),
                None => gantt.making.set(true),
            }
        }
    }
}

/// A task at the end of a plan.
pub fn add_to(gantt: Gantt, plan: PlanId) {
    let saved = gantt.plans.with_untracked(|plans| plans.reckoned(plans.number(plan)?).cloned());
    let Some(saved) = saved else { return };
    if gantt.is_folded(Key::Plan(plan)) {
        gantt.fold(Key::Plan(plan), false);
    }
    let last = if saved.is_empty() { None } else { siblings(&saved, 0).last().copied() };
    let last = last.map(|place| saved.tasks[place as usize].key.clone());
    let key = match &last {
        Some(last) => order::between(Some(last), None, jitter()),
        None => Some(order::at_end(gantt.client.now(), 0, jitter())),
    };
    create(gantt, &saved, None, key);
}

fn create(gantt: Gantt, plan: &Arc<Reckoned>, parent: Option<TaskId>, key: Option<order::OrderKey>) {
    let texts = gantt.client.texts;
    let now = gantt.client.now();
    let id = TaskId(new_id());
    let task = Task {
        parent,
        owner: Some(gantt.client.me).filter(|_| !plan.plan.template),
        ..Task::new(
            id,
            plan.plan.id,
            key.unwrap_or_else(|| order::at_end(now, 0, jitter())),
            texts.gantt().new_task().to_owned(),
            Length::days(1),
            now,
        )
    };
    let command = Command::Create { record: Record::Task(task), place: Place::default(), dated: false };
    if gantt.client.ask_or_tell(command).is_some() {
        choose(gantt, Key::Task(id));
        gantt.editing.set(Some((id, Column::Title)));
    }
}

/// Chooses something and puts it into sight.
pub fn choose(gantt: Gantt, key: Key) {
    gantt.chosen.set(Some(key));
    gantt.link.set(None);
    if let Some(line) = gantt.line(key) {
        gantt.port.show_line(gantt.node, line);
    }
    if let (Key::Task(_), true) = (key, gantt.open.with_untracked(Option::is_some)) {
        gantt.open.set(Some(key));
    }
}

fn jitter() -> u64 {
    new_id().as_u64_pair().1
}

/// Puts a task elsewhere in the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outline {
    In,
    Out,
    Up,
    Down,
}

pub fn outline(gantt: Gantt, task: TaskId, how: Outline) {
    let Some((plan, place)) = gantt.stand(task) else { return };
    let id = |place: u32| plan.outline.order[place as usize];
    let list = siblings(&plan, place);
    let Some(at) = list.iter().position(|other| *other == place) else { return };
    let parent = plan.outline.parent[place as usize];
    let before = at.checked_sub(1).map(|at| list[at]);
    let (parent, above, below) = match how {
        Outline::In => {
            let Some(before) = before else { return };
            let last = plan.outline.is_group(before).then(|| siblings(&plan, before + 1).last().copied()).flatten();
            (Some(id(before)), last.map(id), None)
        }
        Outline::Out => {
            let Some(parent) = parent else { return };
            let around = siblings(&plan, parent);
            let next = around.iter().position(|other| *other == parent).and_then(|at| around.get(at + 1)).copied();
            (plan.outline.parent[parent as usize].map(id), Some(id(parent)), next.map(id))
        }
        Outline::Up => {
            let Some(before) = before else { return };
            (parent.map(id), at.checked_sub(2).map(|at| id(list[at])), Some(id(before)))
        }
        Outline::Down => {
            let Some(after) = list.get(at + 1).copied() else { return };
            (parent.map(id), Some(id(after)), list.get(at + 2).copied().map(id))
        }
    };
    gantt.client.ask_or_tell(Command::MoveTask { task, parent, above, below });
}

/// Deletes a task with what lies in it, or a plan.
pub fn delete(gantt: Gantt, key: Key) {
    let t = gantt.client.texts.gantt();
    let (target, text) = match key {
        Key::Task(task) => {
            let title = gantt.stand(task).map(|(plan, place)| plan.tasks[place as usize].title.clone());
            (Target::new(Kind::Task, task), t.deleted(title.unwrap_or_default()))
        }
        Key::Plan(plan) => {
            let name = gantt.client.peek(|view| view.plans.get(&plan).map(|plan| plan.name.clone()));
            (Target::new(Kind::Plan, plan), t.deleted(name.unwrap_or_default()))
        }
        Key::Owner(_) => return,
    };
    let next = gantt.line(key).and_then(|line| gantt.key(line + 1).or_else(|| gantt.key(line.checked_sub(1)?)));
    if gantt.client.ask(Command::Delete { target }).map_err(|refusal| gantt.client.tell(&refusal)).is_ok_and(|id| {
        gantt.client.toasts.done(text, id);
        true
    }) {
        gantt.open.update(|open| *open = open.filter(|open| *open != key));
        gantt.chosen.set(next.filter(|next| gantt.line(*next).is_some()));
    }
}

/// Reports a task as done, or not done yet.
pub fn finish(gantt: Gantt, task: TaskId, done: bool) -> bool {
    if done {
        set(gantt, task, &[("percent", json!(100)), ("finished_at", json!(gantt.client.now()))])
    } else {
        // How much of it is left nobody has said: a little.
        set(gantt, task, &[("percent", json!(95)), ("finished_at", Value::Null)])
    }
}

/// What is done to a bar, in words for those who hear.
pub fn said_dates(texts: Texts, gantt: Gantt, task: TaskId) -> String {
    let Some((plan, place)) = gantt.stand(task) else { return String::new() };
    let today = gantt.client.today();
    let dates = plan.dates(place);
    let (first, last) = (words::day(plan.first_day(dates), today), words::day(plan.last_day(dates), today));
    let others = gantt.draft.with_untracked(moving).saturating_sub(1);
    texts.gantt().said_moved(first, last, others, &plan.tasks[place as usize].title)
}
