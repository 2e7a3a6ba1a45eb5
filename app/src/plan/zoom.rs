//! Zooming: by steps, to a named zoom, to all that there is; and going to today.

use super::state::Gantt;
use chrono::NaiveTime;
use domain::plan::{
    query::Zoom,
    scale::{day_of, zoom_near},
};
use leptos::prelude::*;

/// How many times as large a step is.
const STEP: f64 = 1.5;

/// Zooms in or out by a step. What is `hold` pixels from the chart's left edge stays there, by default its middle.
pub fn step(gantt: Gantt, inwards: bool, hold: Option<f64>) -> bool {
    let day = gantt.port.day.get_untracked();
    let hold = hold.unwrap_or(gantt.port.width.get_untracked() / 2.0);
    gantt.port.zoom(gantt.node, if inwards { day * STEP } else { day / STEP }, hold);
    note(gantt);
    true
}

pub fn to(gantt: Gantt, zoom: Zoom) {
    gantt.port.zoom(gantt.node, day_of(zoom), gantt.port.width.get_untracked() / 4.0);
    note(gantt);
}

/// All that there is, from edge to edge.
pub fn fit(gantt: Gantt) -> bool {
    let range = gantt.plans.with_untracked(super::plans::Plans::range);
    let Some(range) = range else { return true };
    #[expect(clippy::cast_precision_loss, reason = "minutes of centuries are counted exactly")]
    let days = (range.finish.0 - range.start.0) as f64 / 1440.0;
    let width = gantt.port.width.get_untracked();
    gantt.port.zoom(gantt.node, (width - 96.0).max(100.0) / days.max(1.0), 0.0);
    let left = gantt.port.scale.get_untracked().x(range.start) - 24.0;
    gantt.port.go(gantt.node, left);
    note(gantt);
    true
}

pub fn today(gantt: Gantt) -> bool {
    let hours = gantt.hours.get_untracked();
    let today = hours.0.zone.moment(gantt.client.today().and_time(NaiveTime::MIN));
    gantt.port.show(gantt.node, today);
    true
}

/// The address says the zoom that comes nearest, so that a link shows about the same.
fn note(gantt: Gantt) {
    let zoom = zoom_near(gantt.port.day.get_untracked());
    if gantt.query.with_untracked(|query| query.zoom != zoom) {
        gantt.change(|query| query.zoom = zoom);
    }
}
