//! The time limit that a stage's past stays propose, with its evidence, and taking it over.

use crate::{
    client::Client,
    texts::{Texts, use_texts},
};
use domain::{
    access::Right,
    change::{Delta, Target},
    command::Command,
    funnel::{dwell::NoLimit, report::StageTime, survival::Quantile},
    id::StageId,
    record::Kind,
};
use leptos::prelude::*;
use serde_json::json;

/// Days with a digit after the point where they are few.
pub fn days(value: f64) -> String {
    if value.abs() < 9.95 && value.fract().abs() > 0.049 { format!("{value:.1}") } else { format!("{value:.0}") }
}

pub fn quantile(texts: Texts, quantile: Quantile) -> String {
    quantile.value.map_or_else(|| texts.funnel().not_known().to_owned(), days)
}

/// What is proposed, or why nothing is.
pub fn proposal(texts: Texts, time: &StageTime) -> String {
    let t = texts.funnel();
    match time.proposed {
        Ok(limit) => t.limit_proposal(limit.limit, limit.over),
        Err(NoLimit::TooFew { over, wanted }) => t.no_limit_few(over, wanted),
        Err(NoLimit::NotReached { .. }) => t.no_limit_lasting().to_owned(),
    }
}

/// On what that rests: how many stays, and their percentiles in working days.
pub fn evidence(texts: Texts, time: &StageTime) -> String {
    let [p50, p85, p95] =
        [time.percentiles.p50, time.percentiles.p85, time.percentiles.p95].map(|part| quantile(texts, part));
    texts.late().evidence(time.lasting, time.over, p50, p85, p95)
}

/// Takes the proposed limit as the stage's own, where it is another one, for those who manage pipelines.
#[component]
pub fn TakeLimit(stage: StageId, name: String, limit: u16) -> impl IntoView {
    let t = use_texts().funnel();
    let client = expect_context::<Client>();
    let may = client.holds(Right::ManagePipelines);
    let now = move || client.with(|view| view.stages.get(&stage).and_then(|stage| stage.time_limit));
    let label = t.take_limit_of(limit, &name);
    let take = move |_| {
        let delta = Delta { before: json!(untrack(now)), after: json!(limit) };
        let command = Command::set(Target::new(Kind::Stage, stage), "time_limit", delta);
        if let Some(command) = client.ask_or_tell(command) {
            client.toasts.done(t.limit_taken(limit, &name), command);
        }
    };
    let take = StoredValue::new(take);
    move || {
        (may && now() != Some(limit)).then(|| {
            view! {
                " "
                <button type="button" class="link" aria-label=label.clone() on:click=move |event| take.with_value(|take| take(event))>
                    {t.take_limit()}
                </button>
            }
        })
    }
}
