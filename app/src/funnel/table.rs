//! The steps as a table of texts: what is saved, and what the server writes as a file.

use super::words;
use crate::texts::Texts;
use domain::{
    calendar::Zone,
    funnel::{
        report::{Dot, Report, Side},
        steps::Step,
    },
    id::StageId,
    view::View,
};

/// The head and a row for each deal that ended.
#[expect(clippy::cast_precision_loss, reason = "lengths of time below 2^53")]
pub fn ended_table(texts: Texts, zone: &Zone, dots: &[Dot]) -> Vec<Vec<String>> {
    let t = texts.funnel();
    let row = |dot: &Dot| {
        let outcome = if dot.won { t.won() } else { t.lost() };
        vec![words::day(zone, dot.at), words::number(words::in_days(dot.cycle as f64)), outcome.to_owned()]
    };
    let head = [t.ended_on(), t.days(), t.outcome()].map(str::to_owned).into();
    std::iter::once(head).chain(dots.iter().map(row)).collect()
}

/// The head and a row for each step, winning the last.
pub fn step_table(texts: Texts, view: &View, report: &Report) -> Vec<Vec<String>> {
    let t = texts.funnel();
    let mut head: Vec<String> = [
        t.stage(),
        t.reached(),
        t.conversion(),
        t.interval_head(),
        t.cumulative(),
        t.p50(),
        t.p85(),
        t.p95(),
        t.limit(),
        t.proposed(),
        t.lost(),
        t.still(),
        t.passed(),
        t.gone(),
    ]
    .map(str::to_owned)
    .into();
    if report.other.is_some() {
        head.extend([t.other_reached(), t.other_conversion(), t.difference()].map(str::to_owned));
    }
    let rows = report.main.funnel.steps.iter().enumerate().map(|(at, step)| {
        let stage = report.steps.get(at).copied();
        let mut row = row(texts, view, &report.main, at, step, stage);
        if let Some(other) = report.other.as_ref().and_then(|other| other.funnel.steps.get(at)) {
            let difference = report.differences.get(at).copied().flatten();
            row.push(other.reached.to_string());
            row.push(other.conversion.map(|share| words::percent(texts, share.value)).unwrap_or_default());
            row.push(difference.map(|by| format!("{:.1}", 100.0 * by.value)).unwrap_or_default());
        }
        row
    });
    std::iter::once(head).chain(rows).collect()
}

fn row(texts: Texts, view: &View, side: &Side, at: usize, step: &Step, stage: Option<StageId>) -> Vec<String> {
    let time = side.times.get(at);
    let known = |text: Option<String>| text.unwrap_or_default();
    let day = |value: Option<f64>| known(value.map(words::number));
    let percentiles = time.map(|time| time.percentiles).unwrap_or_default();
    let limit = stage.and_then(|stage| view.stages.get(&stage)).and_then(|stage| stage.time_limit);
    vec![
        stage.map_or_else(|| texts.funnel().won().to_owned(), |stage| words::stage(view, stage)),
        step.reached.to_string(),
        known(step.conversion.map(|share| words::percent(texts, share.value))),
        known(step.conversion.map(words::interval)),
        known(step.cumulative.map(|share| words::percent(texts, share.value))),
        day(percentiles.p50.value),
        day(percentiles.p85.value),
        day(percentiles.p95.value),
        known(limit.map(|limit| limit.to_string())),
        known(time.and_then(|time| time.proposed.ok()).map(|limit| limit.limit.to_string())),
        step.lost.to_string(),
        step.open.to_string(),
        step.skipped.to_string(),
        step.gone.to_string(),
    ]
}
