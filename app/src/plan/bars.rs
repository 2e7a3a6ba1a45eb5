//! What a line draws: its bar, where it was agreed to be, where it would go, and how far it may slip.

use super::{face, state::Gantt, words};
use crate::{texts::Texts, ui::HealthMark};
use chrono::{Days, NaiveTime};
use domain::{
    calendar::Calendar,
    health::Light,
    plan::{Agreed, Reckoned, scale::Scale},
    schedule::{Criticality, Dates},
};
use leptos::prelude::*;
use std::sync::Arc;

/// A piece of a line's drawing; places in pixels from the chart's left edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Bar {
        from: f64,
        to: f64,
        done: f64,
        class: &'static str,
    },
    Mile {
        at: f64,
        class: &'static str,
    },
    Summary {
        from: f64,
        to: f64,
        class: &'static str,
    },
    /// Where it was agreed to be.
    Base {
        from: f64,
        to: f64,
    },
    BaseMile {
        at: f64,
    },
    /// How far it may slip.
    Tail {
        from: f64,
        to: f64,
    },
    /// Where it would go.
    Ghost {
        from: f64,
        to: f64,
    },
    GhostMile {
        at: f64,
    },
    Reserve {
        from: f64,
        to: f64,
        class: &'static str,
    },
    /// The last day on which it should be finished.
    Deadline {
        at: f64,
        is_missed: bool,
    },
    Label {
        at: f64,
        text: String,
        class: &'static str,
    },
    Broken {
        at: f64,
        why: String,
    },
}

/// The least width of a bar that can still be seen.
const LEAST: f64 = 3.0;

struct Canvas {
    scale: Scale,
    calendar: Arc<Calendar>,
    from: f64,
    to: f64,
    pieces: Vec<Piece>,
}

impl Canvas {
    fn new(gantt: Gantt) -> Self {
        let (from, to) = gantt.port.across.get();
        let calendar = gantt.hours.get().0.workspace.clone();
        Self { scale: gantt.scale(), calendar, from, to, pieces: Vec::new() }
    }

    fn ends(&self, dates: Dates) -> (f64, f64) {
        let half = |x: f64| (x * 2.0).round() / 2.0;
        let [from, to] = [dates.start, dates.finish].map(|at| half(self.scale.x_worked(&self.calendar, at)));
        (from, to.max(from + LEAST))
    }

    /// Whether any of it lies where something is drawn.
    fn holds(&self, (from, to): (f64, f64)) -> bool {
        to >= self.from && from <= self.to
    }

    fn add(&mut self, ends: (f64, f64), piece: Piece) {
        if self.holds(ends) {
            self.pieces.push(piece);
        }
    }

    fn label(&mut self, at: f64, text: String, class: &'static str) {
        self.add((at, at + 200.0), Piece::Label { at, text, class });
    }
}

pub fn of_task(gantt: Gantt, texts: Texts, number: u32, place: u32) -> Vec<Piece> {
    let Some((saved, tried)) = gantt.plan(number) else { return Vec::new() };
    let mut canvas = Canvas::new(gantt);
    let shown = tried.as_ref().unwrap_or(&saved);
    let Some(task) = shown.tasks.get(place as usize) else { return Vec::new() };
    let (critical_shown, baseline) = gantt.query.with(|query| (query.critical, query.baseline));
    if let Some(agreed) = baseline.and_then(|baseline| {
        gantt
            .client
            .with(|view| view.baselines.get(&baseline).and_then(|baseline| baseline.tasks.get(&task.id).copied()))
    }) {
        let Agreed { start, finish } = agreed;
        let ends = canvas.ends(Dates { start: start.into(), finish: finish.into() });
        let piece =
            if start == finish { Piece::BaseMile { at: ends.0 } } else { Piece::Base { from: ends.0, to: ends.1 } };
        canvas.add(ends, piece);
    }
    let before = saved.dates(place);
    let row = shown.row(place);
    let is_moved = tried.is_some() && before != row.planned;
    let is_critical = row.criticality == Criticality::Critical;
    let why = face::broken(texts, shown, place, gantt.client.today());
    // The old bar fades; it is as it was.
    let dates = if is_moved { before } else { row.planned };
    let ends = canvas.ends(dates);
    let class = class_of(is_moved, why.is_some(), is_critical && critical_shown);
    let is_group = shown.outline.is_group(place);
    if is_group {
        canvas.add(ends, Piece::Summary { from: ends.0, to: ends.1, class: if is_moved { "moved" } else { "" } });
    } else if task.is_milestone() {
        canvas.add(ends, Piece::Mile { at: ends.0, class });
    } else {
        let done = f64::from(task.percent) / 100.0;
        canvas.add(ends, Piece::Bar { from: ends.0, to: ends.1, done, class });
    }
    let mut after = ends.1;
    if is_moved {
        let ghost = canvas.ends(row.planned);
        let piece = if task.is_milestone() && !is_group {
            Piece::GhostMile { at: ghost.0 }
        } else {
            Piece::Ghost { from: ghost.0, to: ghost.1 }
        };
        canvas.add(ghost, piece);
        after = after.max(ghost.1);
        let hours = gantt.hours.get();
        let calendar = hours.0.of_owner(task.owner);
        let later = calendar.minutes(before.finish, row.planned.finish);
        let by = if later == 0 { calendar.minutes(before.start, row.planned.start) } else { later };
        canvas.label(after + 8.0, words::difference(texts, by), "by");
    } else if !is_group && !task.is_done() {
        let late = canvas.ends(row.late);
        if row.total_float > 0 && late.1 > ends.1 + 2.0 {
            canvas.add((ends.1, late.1), Piece::Tail { from: ends.1, to: late.1 });
            after = late.1;
        }
        if task.is_milestone() {
            let day = words::day(shown.last_day(row.planned), gantt.client.today());
            canvas.label(ends.0 + 12.0, format!("{} {day}", task.title), "");
        }
    }
    if let Some(day) = task.deadline.filter(|_| !is_group) {
        let hours = gantt.hours.get();
        let end = (day.checked_add_days(Days::new(1)).unwrap_or(day)).and_time(NaiveTime::MIN);
        let at = canvas.scale.x(hours.0.zone.moment(end));
        canvas.add((at - 6.0, at + 6.0), Piece::Deadline { at, is_missed: shown.missed(place).is_some() });
        after = after.max(at);
    }
    if let Some(why) = why {
        canvas.add((after, after + 20.0), Piece::Broken { at: after + 6.0, why });
    }
    canvas.pieces
}

/// How a bar looks that has been moved, does not hold, or decides when the plan ends.
fn class_of(is_moved: bool, is_broken: bool, is_critical: bool) -> &'static str {
    match (is_moved, is_broken, is_critical) {
        (true, _, true) => "crit moved",
        (true, ..) => "moved",
        (false, true, true) => "crit broken",
        (false, true, false) => "broken",
        (false, false, true) => "crit",
        (false, false, false) => "",
    }
}

pub fn of_plan(gantt: Gantt, number: u32) -> Vec<Piece> {
    let mut canvas = Canvas::new(gantt);
    let Some((saved, tried)) = gantt.plan(number) else { return Vec::new() };
    let before = gantt.plans.with(|plans| plans.span(number));
    let span = tried.as_ref().and_then(|tried| tried.span()).or(before);
    if let Some(span) = span {
        let ends = canvas.ends(span);
        canvas.add(ends, Piece::Summary { from: ends.0, to: ends.1, class: "plan" });
    }
    // Where the last task of the agreed plan was to finish.
    let agreed = gantt.query.with(|query| query.baseline).and_then(|baseline| {
        gantt.client.with(|view| {
            let baseline = view.baselines.get(&baseline).filter(|baseline| baseline.plan == saved.plan.id)?;
            let start = baseline.tasks.values().map(|agreed| agreed.start).min()?;
            let finish = baseline.tasks.values().map(|agreed| agreed.finish).max()?;
            Some(Dates { start: start.into(), finish: finish.into() })
        })
    });
    if let Some(agreed) = agreed {
        let ends = canvas.ends(agreed);
        canvas.add(ends, Piece::Base { from: ends.0, to: ends.1 });
    }
    canvas.pieces
}

pub fn of_reserve(gantt: Gantt, texts: Texts, number: u32) -> Vec<Piece> {
    let mut canvas = Canvas::new(gantt);
    let Some(face) = face::of_reserve(gantt, texts, number) else { return Vec::new() };
    let ends = canvas.ends(Dates { start: face.from, finish: face.to });
    let class = if face.is_broken { "broken" } else { "" };
    canvas.add(ends, Piece::Reserve { from: ends.0, to: ends.1, class });
    let class = if face.is_moved || face.is_broken { "by" } else { "" };
    canvas.label(ends.1 + 8.0, face.text, class);
    canvas.pieces
}

/// The pieces as elements.
pub fn draw(pieces: Vec<Piece>) -> impl IntoView {
    pieces.into_iter().map(draw_one).collect_view()
}

fn stretch(from: f64, to: f64) -> String {
    format!("left:{from}px;width:{}px", to - from)
}

fn at(x: f64) -> String {
    format!("left:{x}px")
}

fn draw_one(piece: Piece) -> AnyView {
    match piece {
        Piece::Bar { from, to, done, class } => view! {
            <div class=format!("bar {class}") data-grip="bar" style=stretch(from, to)>
                {(done > 0.0).then(|| view! { <i style=format!("width:{}%", done * 100.0)></i> })}
            </div>
        }
        .into_any(),
        Piece::Mile { at: x, class } => {
            view! { <div class=format!("mile {class}") data-grip="mile" style=at(x)></div> }.into_any()
        }
        Piece::Summary { from, to, class } => {
            view! { <div class=format!("sum {class}") data-grip="sum" style=stretch(from, to)></div> }.into_any()
        }
        Piece::Base { from, to } => view! { <div class="base" style=stretch(from, to)></div> }.into_any(),
        Piece::BaseMile { at: x } => view! { <div class="base-mile" style=at(x)></div> }.into_any(),
        Piece::Tail { from, to } => view! { <div class="tail" style=stretch(from, to)></div> }.into_any(),
        Piece::Ghost { from, to } => {
            view! { <div class="ghost" data-grip="ghost" style=stretch(from, to)></div> }.into_any()
        }
        Piece::GhostMile { at: x } => view! { <div class="mile ghost" data-grip="ghost" style=at(x)></div> }.into_any(),
        Piece::Reserve { from, to, class } => {
            view! { <div class=format!("reserve {class}") style=stretch(from, to)></div> }.into_any()
        }
        Piece::Deadline { at: x, is_missed } => {
            view! { <div class="deadline" class:missed=is_missed style=at(x)></div> }.into_any()
        }
        Piece::Label { at: x, text, class } => {
            view! { <span class=format!("said {class}") style=at(x)>{text}</span> }.into_any()
        }
        Piece::Broken { at: x, why } => {
            view! { <span class="wrong" title=why.clone() style=at(x)><HealthMark level=Light::Red label=why.clone() /></span> }
                .into_any()
        }
    }
}

/// Where a task's bar lies now, in pixels: as it is tried out, or saved.
pub fn place_of(scale: Scale, plan: &Reckoned, place: u32) -> (f64, f64) {
    let dates = plan.dates(place);
    let [from, to] = [dates.start, dates.finish].map(|at| scale.x_worked(&plan.hours().workspace, at));
    (from, to.max(from + LEAST))
}
