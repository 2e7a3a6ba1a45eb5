//! The funnel itself: one row for each step, with how many came, how many went on, how sure that is, and how long they
//! stayed.

use super::{door::Door, words};
use crate::{client::Client, texts::use_texts};
use domain::{
    funnel::{
        Difference, Estimate, Fate,
        figure::Figure,
        report::{Report, StageTime},
        steps::{Rule, Step},
    },
    id::StageId,
};
use leptos::prelude::*;
use std::sync::Arc;

const BAR: f64 = 240.0;
const AXIS: f64 = 160.0;

#[component]
pub fn Steps(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let widest = report.main.funnel.steps.first().map_or(0, |step| step.reached);
    let is_compared = report.other.is_some();
    let off_path = report.main.funnel.off_path;
    let rows = (0..report.main.funnel.steps.len()).map(|at| {
        let report = report.clone();
        view! { <Row report=report at=at widest=widest /> }
    });
    let note = match report.query.rule {
        Rule::Reached => t.rule_reached_text(),
        Rule::InOrder => t.rule_in_order_text(),
    };
    view! {
        <section class="steps-of">
            <div class="steps-scroll" tabindex="0" role="region" aria-label=t.steps()>
                <table class="ft">
                    <caption class="vh">{t.steps()}</caption>
                    <thead><tr>
                        <th scope="col">{t.stage()}</th>
                        <th scope="col" class="num">{t.reached()}</th>
                        <th scope="col" class="wide-only">{t.onward()}</th>
                        <th scope="col" class="num">{t.conversion()}</th>
                        {(!is_compared).then(|| view! { <th scope="col" class="ivh wide-only"><span>"0%"</span><span>"50%"</span><span>"100%"</span></th> })}
                        <th scope="col" class="num">{t.interval_head()}</th>
                        <th scope="col" class="num wide-only">{t.cumulative()}</th>
                        {is_compared.then(|| view! {
                            <th scope="col" class="num">{t.other_reached()}</th>
                            <th scope="col" class="num">{t.other_conversion()}</th>
                            <th scope="col" class="num">{t.difference()}</th>
                        })}
                        <th scope="col" class="num wide-only">{t.p50()}</th>
                        <th scope="col" class="num wide-only">{t.p85()}</th>
                        <th scope="col" class="num wide-only">{t.limit()}</th>
                        // A comparison takes its room.
                        {(!is_compared).then(|| view! { <th scope="col" class="wide-only">{t.distribution()}</th> })}
                        <th scope="col" class="num">{t.lost()}</th>
                        <th scope="col" class="num">{t.still()}</th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <p class="meta foot">
                {note} " "
                {(off_path > 0).then(|| view! { <Door count=off_path figure=Figure::OffPath name=t.off_path() /> " " {t.off_path()} })}
            </p>
        </section>
    }
}

#[component]
fn Row(report: Arc<Report>, at: usize, widest: u64) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let step = &report.main.funnel.steps[at];
    let stage = report.steps.get(at).copied();
    let (name, limit) = client.peek(|view| {
        let stage = stage.and_then(|stage| view.stages.get(&stage));
        (stage.map_or_else(|| t.won().to_owned(), |stage| stage.name.clone()), stage.and_then(|stage| stage.time_limit))
    });
    let of = |what: &str| t.stage_of(name.clone(), what);
    let is_last = stage.is_none();
    let compared = report.other.as_ref().map(|other| {
        let step = other.funnel.steps[at].clone();
        let difference = report.differences.get(at).copied().flatten();
        view! {
            <td class="num"><Door count=step.reached figure=Figure::Reached(at) name=of(t.other_reached()) compared=true /></td>
            <td class="num">{step.conversion.map(|share| words::percent(texts, share.value))}</td>
            <td class="num">{difference.map(|difference| view! { <Apart difference=difference /> })}</td>
        }
    });
    let time = report.main.times.get(at);
    let percentile = |text: Option<String>| view! { <td class="num wide-only">{text}</td> };
    let over = time
        .zip(limit)
        .is_some_and(|(time, limit)| time.percentiles.p85.value.is_some_and(|days| days > f64::from(limit)));
    view! {
        <tr data-step=at.to_string()>
            <th scope="row">{name.clone()}</th>
            <td class="num"><Door count=step.reached figure=Figure::Reached(at) name=of(t.reached()) /></td>
            <td class="wide-only">{bar(step, widest, is_last)}</td>
            <td class="num"><b>{conversion(texts, step, is_last)}</b></td>
            {report.other.is_none().then(|| view! { <td class="wide-only">{step.conversion.map(plot)}</td> })}
            <td class="num t-3">{step.conversion.map(words::interval)}</td>
            <td class="num wide-only">{step.cumulative.map(|share| words::percent(texts, share.value))}</td>
            {compared}
            {percentile(time.map(|time| words::quantile(texts, time.percentiles.p50)))}
            <td class="num wide-only" class:strong=over>{time.map(|time| words::quantile(texts, time.percentiles.p85))}</td>
            {percentile(time.map(|time| limit.map_or_else(|| proposal(texts, time), |limit| limit.to_string())))}
            {report.other.is_none().then(|| view! { <td class="wide-only">{time.map(|time| histogram(time, limit))}</td> })}
            <td class="num">{(!is_last).then(|| view! { <Door count=step.lost figure=Figure::LostAt(at) name=of(t.lost()) /> })}</td>
            <td class="num t-3">
                {if is_last {
                    view! { <Door count=report.main.funnel.cohort.won figure=Figure::Fate(Fate::Won) name=of(t.won()) /> }.into_any()
                } else {
                    view! { <Door count=step.open figure=Figure::OpenAt(at) name=of(t.still()) /> }.into_any()
                }}
            </td>
        </tr>
    }
}

fn conversion(texts: crate::texts::Texts, step: &Step, is_last: bool) -> String {
    match step.conversion {
        Some(share) => words::percent(texts, share.value),
        None if is_last => String::new(),
        None => texts.funnel().not_known().to_owned(),
    }
}

/// Of a stage without a limit, the one that its stays propose.
fn proposal(texts: crate::texts::Texts, time: &StageTime) -> String {
    time.proposed.map_or_else(|_| texts.funnel().not_known().to_owned(), |limit| format!("({})", limit.limit))
}

/// How much a share is apart from the other, and whether that is more than chance.
#[component]
fn Apart(difference: Difference) -> impl IntoView {
    let t = use_texts().funnel();
    let is_clear = difference.is_clear();
    let text = format!("{:+.1}", 100.0 * difference.value).replace('-', "−");
    let why = if is_clear { t.clear() } else { t.unclear() };
    view! { <span class:strong=is_clear class:t-3=!is_clear title=why>{t.points(text)} <span class="vh">{why}</span></span> }
}

fn bar(step: &Step, widest: u64, is_last: bool) -> impl IntoView + use<> {
    let width = |count| format!("{:.1}", BAR * words::part(count, widest));
    let onward = if is_last { step.reached } else { step.advanced };
    view! {
        <svg class="fbar" viewBox=format!("0 0 {BAR} 28") width=BAR.to_string() height="28" aria-hidden="true">
            <rect class="f1" x="0" y="6" width=width(step.reached) height="16" rx="2" />
            <rect class="f2" x="0" y="6" width=width(onward) height="16" rx="2" />
        </svg>
    }
}

/// The estimate as a dot, its interval as a band. The figures stand beside it.
fn plot(share: Estimate) -> impl IntoView {
    let x = |share: f64| format!("{:.1}", AXIS * share);
    view! {
        <svg viewBox="-5 0 170 28" width="170" height="28" aria-hidden="true">
            <path class="ax" d=format!("M0 14.5H{AXIS}") />
            <path class="tk" d=format!("M0.5 11v7M{}.5 11v7M{}.5 11v7", AXIS / 2.0, AXIS - 1.0) />
            <path class="ci" d=format!("M{} 14.5H{}", x(share.low), x(share.high)) />
            <circle class="pt" cx=x(share.value) cy="14.5" r="4" />
        </svg>
    }
}

/// Stays by their length; those beyond the limit are darker.
#[expect(clippy::cast_precision_loss, reason = "a few bars")]
fn histogram(time: &StageTime, limit: Option<u16>) -> impl IntoView + use<> {
    const ACROSS: f64 = 7.0;
    let most = time.bins.iter().copied().max().unwrap_or(0);
    let bars = time.bins.iter().enumerate().map(|(at, count)| {
        let height = if *count == 0 { 0.0 } else { (24.0 * words::part(*count, most)).max(1.0) };
        let is_over = limit.is_some_and(|limit| at as u64 * u64::from(time.width) > u64::from(limit));
        view! {
            <rect class=if is_over { "over" } else { "in" } x=(at as f64 * ACROSS).to_string() y=format!("{:.1}", 30.0 - height)
                width="6" height=format!("{height:.1}") />
        }
    });
    let bars = bars.collect_view();
    let whole = ACROSS * time.bins.len() as f64;
    let line = limit.map(|limit| (f64::from(limit) + 1.0) / f64::from(time.width.max(1)) * ACROSS - 0.5);
    view! {
        <svg viewBox=format!("0 0 {whole} 34") width=whole.to_string() height="34" aria-hidden="true">
            {bars}
            <path class="ax" d=format!("M0 30.5H{whole}") />
            {line.filter(|x| *x <= whole).map(|x| view! { <path class="lim" d=format!("M{x:.1} 2V34") /> })}
        </svg>
    }
}

/// The name of a step's stage, or of winning.
pub fn step_name(client: Client, steps: &[StageId], step: Option<usize>, otherwise: &str) -> String {
    let stage = step.and_then(|step| steps.get(step));
    stage.map_or_else(|| otherwise.to_owned(), |stage| client.peek(|view| words::stage(view, *stage)))
}
