//! Which step's mending would win most.

use super::{chart::Chart, door::Door, steps::step_name, words};
use crate::{client::Client, texts::use_texts};
use domain::funnel::{figure::Figure, report::Report};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn BottleneckList(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let ranked = report.main.bottlenecks.clone();
    let steps = ranked.as_ref().map(|ranked| ranked.steps.clone()).unwrap_or_default();
    let most = steps.first().map_or(1.0, |first| first.gain.value.max(f64::MIN_POSITIVE));
    let name = |rung: usize| step_name(client, &report.steps, Some(rung), "");
    let head = [t.stage(), t.gain(), t.interval_head(), t.rate(), t.elasticity()].map(str::to_owned).into();
    let rows = steps.iter().map(|step| {
        let ends = format!("{:.1}–{:.1}", step.gain.low, step.gain.high);
        let rate = words::percent(texts, step.rate.value);
        vec![name(step.rung), format!("{:.1}", step.gain.value), ends, rate, format!("{:.2}", step.elasticity)]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let lost_from = |rung: usize| {
        let loss = report.main.losses.iter().find(|loss| loss.step == Some(rung));
        loss.map_or(0, |loss| loss.deals)
    };
    let lines = steps.iter().enumerate().map(|(at, step)| {
        let stage = name(step.rung);
        let width = format!("width:{:.0}%", 100.0 * step.gain.value / most);
        let lost = t.stage_of(stage.clone(), t.lost());
        view! {
            <li>
                <span class="rk">{at + 1}</span>
                <div class="grow">
                    <div class="l1">
                        <b>{stage}</b>
                        <span class="second">{t.rate()} " " {words::percent(texts, step.rate.value)}</span>
                        <span class="gain">{t.wins_more(words::number(step.gain.value))}</span>
                    </div>
                    <div class="prog" aria-hidden="true"><i style=width></i></div>
                    <p class="meta">
                        {t.elasticity_text(format!("{:.2}", step.elasticity))} " · " {t.lost()} " "
                        <Door count=lost_from(step.rung) figure=Figure::LostFrom(Some(step.rung)) name=lost />
                    </p>
                </div>
            </li>
        }
    });
    let lines = lines.collect_view();
    let has_won = report.main.funnel.cohort.won > 0;
    let expected = ranked.map(|ranked| t.expected(words::number(ranked.expected_wins)));
    view! {
        <Chart name=t.bottlenecks() note=t.bottlenecks_note() file="bottlenecks" rows=rows listed=true>
            {match expected {
                Some(expected) => view! { <ol class="bt">{lines}</ol><p class="meta">{expected}</p> }.into_any(),
                None => view! { <p class="second">{if has_won { t.no_way_known() } else { t.no_bottlenecks() }}</p> }.into_any(),
            }}
        </Chart>
    }
}
