//! Time in each stage, with the percentiles and the limit that they propose.

use super::{chart::Chart, steps::step_name, words};
use crate::{
    client::Client,
    texts::use_texts,
    ui::limit::{TakeLimit, evidence, proposal},
};
use domain::funnel::{
    report::{Report, StageTime},
    survival::Quantile,
};
use leptos::prelude::*;
use std::sync::Arc;

const LINE: f64 = 34.0;
const NAMES: f64 = 120.0;
const WIDTH: f64 = 480.0;

#[component]
pub fn Time(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let times = report.main.times.clone();
    let names: Vec<_> = (0..times.len()).map(|at| step_name(client, &report.steps, Some(at), "")).collect();
    let head =
        [t.stage(), t.stays_over(), t.stays_lasting(), t.p50(), t.p85(), t.p95(), t.interval_head(), t.proposed()];
    let rows = names.iter().zip(&times).map(|(name, time)| {
        let percentiles = time.percentiles;
        vec![
            name.clone(),
            time.over.to_string(),
            time.lasting.to_string(),
            words::quantile(texts, percentiles.p50),
            words::quantile(texts, percentiles.p85),
            words::quantile(texts, percentiles.p95),
            bounds(percentiles.p85),
            time.proposed.map(|limit| limit.limit.to_string()).unwrap_or_default(),
        ]
    });
    let rows = std::iter::once(head.map(str::to_owned).into()).chain(rows).collect();
    let reach = |quantile: Quantile| quantile.value.or(quantile.low);
    let most = times.iter().filter_map(|time| {
        let percentiles = time.percentiles;
        [percentiles.p95, percentiles.p85, percentiles.p50].into_iter().find_map(reach)
    });
    let most = most.fold(1.0, f64::max);
    let lines = names.iter().cloned().zip(&times).enumerate();
    let lines = lines.map(|(at, (name, time))| line(at, name, time, most)).collect_view();
    let notes = names.iter().cloned().zip(&times).zip(report.steps.clone()).map(|((name, time), stage)| {
        let proposed = time.proposed.ok().and_then(|limit| u16::try_from(limit.limit).ok());
        view! {
            <li>
                <b>{name.clone()}</b> " " {proposal(texts, time)}
                {proposed.map(|limit| view! { <TakeLimit stage=stage name=name limit=limit /> })}
                {(time.over > 0).then(|| view! { <span class="evidence">{evidence(texts, time)}</span> })}
            </li>
        }
    });
    let notes = notes.collect_view();
    #[expect(clippy::cast_precision_loss, reason = "a few stages")]
    let height = LINE * times.len() as f64 + 4.0;
    view! {
        <Chart name=t.time() note=t.time_note() file="time-in-stage" rows=rows>
            <svg viewBox=format!("0 0 {WIDTH} {height}") class="plot" aria-hidden="true">{lines}</svg>
            <ul class="meta limits">{notes}</ul>
        </Chart>
    }
}

fn bounds(quantile: Quantile) -> String {
    let end = |value: Option<f64>| value.map(words::number).unwrap_or_default();
    if quantile.low.is_none() && quantile.high.is_none() {
        String::new()
    } else {
        format!("{}–{}", end(quantile.low), end(quantile.high))
    }
}

/// The median as a dot, and bands up to the 85th and the 95th percentile.
#[expect(clippy::cast_precision_loss, reason = "a few stages")]
fn line(at: usize, name: String, time: &StageTime, most: f64) -> impl IntoView + use<> {
    let y = LINE * at as f64 + LINE / 2.0;
    let x = |days: f64| NAMES + (WIDTH - NAMES - 44.0) * (days / most).min(1.0);
    let band = |class: &'static str, to: Option<f64>| {
        to.map(|to| view! { <path class=class d=format!("M{NAMES} {y:.1}H{:.1}", x(to)) /> })
    };
    let percentiles = time.percentiles;
    let last = percentiles.p95.value.or(percentiles.p85.value).or(percentiles.p50.value);
    view! {
        <text class="lb name" x="0" y=format!("{:.1}", y + 4.0)>{name}</text>
        {band("b95", percentiles.p95.value)}
        {band("b85", percentiles.p85.value)}
        {percentiles.p50.value.map(|days| view! { <circle class="pt" cx=format!("{:.1}", x(days)) cy=format!("{y:.1}") r="4.5" /> })}
        {last.map(|days| view! { <text class="lb" x=format!("{:.1}", x(days) + 8.0) y=format!("{:.1}", y + 4.0)>{words::number(days)}</text> })}
    }
}
