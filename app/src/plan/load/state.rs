//! Who and when: the lines and the columns, and what is in them.

use super::give::Held;
use crate::plan::state::{Gantt, Same};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::{
    access::Role,
    id::MemberId,
    plan::{
        Reckoned,
        load::{self, Column},
        query::Zoom,
    },
    schedule::Workload,
};
use leptos::{html, prelude::*};
use std::{collections::BTreeSet, sync::Arc};

/// A quarter of a year.
const WEEKS: u64 = 13;
const DAYS: u64 = 21;
/// How far one goes back or on at once.
const STEP: u64 = 28;
const DAYS_STEP: u64 = 7;

/// How high a line is, in pixels; the style sheet says so too.
pub const LINE: f64 = 40.0;

#[derive(Clone, Copy)]
pub struct Load {
    pub gantt: Gantt,
    /// The lines; the last one is of what nobody does.
    pub people: Memo<Vec<Option<MemberId>>>,
    pub columns: Memo<Vec<Column>>,
    pub rows: Memo<Same<Vec<Vec<Workload>>>>,
    /// The cell that the keys are in.
    pub at: RwSignal<(usize, usize)>,
    /// The cell whose tasks are listed.
    pub open: RwSignal<Option<(Option<MemberId>, NaiveDate)>>,
    pub held: RwSignal<Option<Held>>,
    pub node: NodeRef<html::Div>,
}

/// The plans that are shown, as they are tried out where they are.
pub fn plans(gantt: Gantt) -> Vec<Arc<Reckoned>> {
    gantt.plans.with(|plans| {
        gantt.draft.with(|draft| {
            let saved = plans.list.iter().filter(|shown| !shown.plan.template).filter_map(|shown| shown.reckoned());
            saved.map(|saved| draft.plan(saved.plan.id).unwrap_or(saved).clone()).collect()
        })
    })
}

/// More than there is. What nobody does yet is too much for nobody.
pub fn is_over(cell: &Workload) -> bool {
    cell.taken > cell.capacity
}

impl Load {
    pub fn new(gantt: Gantt) -> Self {
        let client = gantt.client;
        let people = Memo::new(move |_| {
            let doing: BTreeSet<MemberId> =
                plans(gantt).iter().flat_map(|plan| plan.tasks.iter().filter_map(|task| task.owner)).collect();
            let (owners, team) = gantt.query.with(|query| (query.owners.clone(), query.team));
            client.with(|view| {
                let works = |active: bool, role: Role| active && role != Role::Viewer;
                let members = view.members.values().filter(|it| works(it.active, it.role) || doing.contains(&it.id));
                let members = members.filter(|it| owners.is_empty() || owners.contains(&it.id));
                let mut members: Vec<_> =
                    members.filter(|it| team.is_none_or(|team| it.teams.contains(&team))).collect();
                members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
                members.into_iter().map(|member| Some(member.id)).chain([None]).collect::<Vec<_>>()
            })
        });
        let shape = Memo::new(move |_| gantt.query.with(|query| (query.zoom <= Zoom::Day, query.from)));
        let columns = Memo::new(move |_| {
            let (by_days, from) = shape.get();
            let first = monday(from.unwrap_or_else(|| client.today()));
            let zone = &gantt.hours.get().0.zone;
            if by_days { load::columns(zone, first, 1, DAYS) } else { load::columns(zone, first, 7, WEEKS) }
        });
        let rows = Memo::new(move |_| {
            let members: Vec<MemberId> = people.with(|people| people.iter().copied().flatten().collect());
            let mut rows = columns.with(|columns| load::workload(&plans(gantt), &members, columns));
            // Nobody has no time, so nothing is too much for them.
            for cell in rows.last_mut().into_iter().flatten() {
                cell.capacity = cell.taken;
            }
            Same(Arc::new(rows))
        });
        Self {
            gantt,
            people,
            columns,
            rows,
            at: RwSignal::new((0, 0)),
            open: RwSignal::new(None),
            held: RwSignal::new(None),
            node: NodeRef::new(),
        }
    }

    /// Days stand in the columns, and not weeks.
    pub fn by_days(&self) -> bool {
        self.gantt.query.with(|query| query.zoom <= Zoom::Day)
    }

    pub fn zoom(&self, by_days: bool) {
        self.gantt.change(|query| query.zoom = if by_days { Zoom::Day } else { Zoom::Week });
    }

    /// Goes on, goes back, or goes to today.
    pub fn page(&self, to: i32) {
        let step = Days::new(if untrack(|| self.by_days()) { DAYS_STEP } else { STEP });
        let first = self.columns.with_untracked(|columns| columns.first().map(|column| column.first));
        self.gantt.change(|query| {
            query.from = match to {
                0 => None,
                1.. => first.and_then(|first| first.checked_add_days(step)),
                _ => first.and_then(|first| first.checked_sub_days(step)),
            };
        });
    }

    pub fn cell(&self, row: usize, column: usize) -> Workload {
        self.rows.with(|rows| rows.0.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default())
    }

    pub fn name(&self, who: Option<MemberId>) -> String {
        let name = self.gantt.client.with(|view| view.members.get(&who?).map(|member| member.name.clone()));
        name.unwrap_or_else(|| self.gantt.client.texts.gantt().nobody().to_owned())
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).checked_first_day().unwrap_or(day)
}

/// A column's own name: a day's date, or a week's number and first day.
pub fn column_words(by_days: bool, column: Column) -> (String, String) {
    let first = column.first;
    if by_days {
        (first.day().to_string(), first.format("%m-%d").to_string())
    } else {
        (format!("W{}", first.iso_week().week()), first.format("%m-%d").to_string())
    }
}

/// Hours to a tenth.
pub fn hours(minutes: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "minutes of some weeks")]
    let hours = minutes as f64 / 60.0;
    ((hours * 10.0).round() / 10.0).to_string()
}
