//! The figures at the top.

use super::{door::Door, words};
use crate::texts::use_texts;
use domain::funnel::{
    Fate,
    figure::Figure,
    report::{Report, Side},
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Heads(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let main = &report.main;
    let cohort = main.funnel.cohort;
    let compared = |value: &dyn Fn(&Side) -> String| report.other.as_ref().map(|other| t.compared_with(value(other)));
    let win_rate = |side: &Side| match side.funnel.win_rate().estimate() {
        Some(rate) => words::fine_percent(texts, rate.value),
        None => t.not_known().to_owned(),
    };
    let interval = main.funnel.win_rate().estimate().map(|rate| {
        let end = |share: f64| format!("{:.1}", 100.0 * share);
        t.interval(end(rate.high), end(rate.low))
    });
    let cycle = |side: &Side| match side.to_won {
        Some(summary) => words::number(words::in_days(summary.median)),
        None => t.not_known().to_owned(),
    };
    let average = |side: &Side| {
        let each = side
            .results
            .iter()
            .filter_map(|(currency, results)| Some(words::average(texts, results.average_won()?, *currency)));
        let all = each.collect::<Vec<_>>().join(" · ");
        if all.is_empty() { t.not_known().to_owned() } else { all }
    };
    let velocity = main.velocity.iter().map(|(currency, velocity)| {
        let amount = |value| words::average(texts, value, *currency);
        let day = velocity.per_day;
        t.velocity_text(amount(day.value), amount(day.high), amount(day.low))
    });
    let velocity = velocity.collect::<Vec<_>>().join(" · ");
    let under_average = compared(&average)
        .unwrap_or_else(|| if velocity.is_empty() { t.of_won(words::count(cohort.won)) } else { velocity.clone() });
    view! {
        <dl class="figs">
            <div data-figure="deals">
                <dt>{t.deals()}</dt>
                <dd><Door count=cohort.total() figure=Figure::Cohort name=t.deals() /></dd>
                <dd class="meta">{compared(&|side| words::count(side.funnel.cohort.total()))}</dd>
            </div>
            <div data-figure="win_rate">
                <dt>{t.win_rate()}</dt>
                <dd>{win_rate(main)}</dd>
                <dd class="meta">{compared(&win_rate).or(interval)}</dd>
            </div>
            <div data-figure="cycle">
                <dt>{t.cycle()}</dt>
                <dd>{cycle(main)}</dd>
                <dd class="meta">
                    {compared(&cycle).or(main.to_won.map(|summary| t.p85_is(words::number(words::in_days(summary.p85)))))}
                </dd>
            </div>
            <div data-figure="average">
                <dt>{t.average()}</dt>
                <dd>{average(main)}</dd>
                <dd class="meta" title=velocity>
                    {under_average}
                </dd>
            </div>
            <div data-figure="open">
                <dt>{t.open()}</dt>
                <dd><Door count=cohort.open figure=Figure::Fate(Fate::Open) name=t.open() /></dd>
                <dd class="meta">{compared(&|side| words::count(side.funnel.cohort.open)).unwrap_or_else(|| t.open_text().to_owned())}</dd>
            </div>
            <div data-figure="odd">
                <dt>{t.odd()}</dt>
                <dd>
                    <Door count=main.skipped figure=Figure::Skipped name=t.left_out() />
                    <span class="t-3">" / "</span>
                    <Door count=main.again figure=Figure::Again name=t.again() />
                </dd>
                <dd class="meta">{t.odd_text(words::count(main.again), words::count(main.skipped))}</dd>
            </div>
        </dl>
    }
}
