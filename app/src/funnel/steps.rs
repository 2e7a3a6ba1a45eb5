//! The funnel itself: one row for each step, with how many came, how many went on, how sure that is, and how long they
//! stayed.

use super::{door::Door, state::Funnel, words};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::figure::short_text,
};
use domain::{
    funnel::{
        Difference, Estimate, Fate,
        figure::Figure,
        report::{Report, StageTime},
        step_worth::StepWorth,
        steps::{Rule, Step},
    },
    id::StageId,
    money::Currency,
};
use leptos::prelude::*;
use std::sync::Arc;

const BAR: f64 = 240.0;
const AXIS: f64 = 160.0;

#[component]
pub fn Steps(report: Arc<Report>, funnel: Funnel) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let widest = report.main.funnel.steps.first().map_or(0, |step| step.reached);
    let is_compared = report.other.is_some();
    let off_path = report.main.funnel.off_path;
    let client = expect_context::<Client>();
    let told = report.clone();
    let of_currency = move || {
        let worth = funnel.query.with(|query| query.by_amount).then(|| Worth::of(&told, client))?;
        Some(match worth {
            Some(worth) if told.main.worth.len() > 1 => t.amounts_in(worth.currency),
            Some(worth) => t.amounts_of(worth.currency),
            None => t.no_amounts().to_owned(),
        })
    };
    let rows = (0..report.main.funnel.steps.len()).map(|at| {
        let report = report.clone();
        // Counts or amounts, whichever is chosen; both are here.
        move || {
            let worth = funnel.query.with(|query| query.by_amount).then(|| Worth::of(&report, client)).flatten();
            view! { <Row report=report.clone() at=at widest=widest worth=worth /> }
        }
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
                {note} " " {of_currency} " "
                {(off_path > 0).then(|| view! { <Door count=off_path figure=Figure::OffPath name=t.off_path() /> " " {t.off_path()} })}
            </p>
        </section>
    }
}

#[component]
fn Row(report: Arc<Report>, at: usize, widest: u64, worth: Option<Worth>) -> impl IntoView {
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
            <td class="num">
                <Door count=step.reached figure=Figure::Reached(at) name=of(t.other_reached()) compared=true
                    worth=worth.as_ref().map(|worth| worth.text(texts, worth.other_of(at).reached)) />
            </td>
            <td class="num">{match &worth {
                Some(worth) => Worth::onward(texts, worth.other_of(at), is_last),
                None => step.conversion.map(|share| words::percent(texts, share.value)).unwrap_or_default(),
            }}</td>
            // How sure a difference is, is known of counts.
            <td class="num">{difference.filter(|_| worth.is_none()).map(|difference| view! { <Apart difference=difference /> })}</td>
        }
    });
    let time = report.main.times.get(at);
    let of_counts = worth.is_none();
    let amount =
        |value: fn(&StepWorth) -> i128| worth.as_ref().map(|worth| worth.text(texts, value(&worth.of_step(at))));
    let onward = if is_last { step.reached } else { step.advanced };
    let parts = match &worth {
        Some(worth) => {
            let own = worth.of_step(at);
            bar(worth.part(own.reached), worth.part(if is_last { own.reached } else { own.advanced }))
        }
        None => bar(words::part(step.reached, widest), words::part(onward, widest)),
    };
    let percentile = |text: Option<String>| view! { <td class="num wide-only">{text}</td> };
    let over = time
        .zip(limit)
        .is_some_and(|(time, limit)| time.percentiles.p85.value.is_some_and(|days| days > f64::from(limit)));
    view! {
        <tr data-step=at.to_string()>
            <th scope="row">{name.clone()}</th>
            <td class="num"><Door count=step.reached figure=Figure::Reached(at) name=of(t.reached()) worth=amount(|step| step.reached) /></td>
            <td class="wide-only">{parts}</td>
            <td class="num"><b>{match &worth {
                Some(worth) => Worth::onward(texts, worth.of_step(at), is_last),
                None => conversion(texts, step, is_last),
            }}</b></td>
            {report.other.is_none().then(|| view! { <td class="wide-only">{of_counts.then(|| step.conversion.map(plot))}</td> })}
            <td class="num t-3">{of_counts.then(|| step.conversion.map(words::interval))}</td>
            <td class="num wide-only">{match &worth {
                Some(worth) => words::percent(texts, worth.part(worth.of_step(at).reached)),
                None => step.cumulative.map(|share| words::percent(texts, share.value)).unwrap_or_default(),
            }}</td>
            {compared}
            {percentile(time.map(|time| words::quantile(texts, time.percentiles.p50)))}
            <td class="num wide-only" class:strong=over>{time.map(|time| words::quantile(texts, time.percentiles.p85))}</td>
            {percentile(time.map(|time| limit.map_or_else(|| proposal(texts, time), |limit| limit.to_string())))}
            {report.other.is_none().then(|| view! { <td class="wide-only">{time.map(|time| histogram(time, limit))}</td> })}
            <td class="num">{(!is_last).then(|| view! { <Door count=step.lost figure=Figure::LostAt(at) name=of(t.lost()) worth=amount(|step| step.lost) /> })}</td>
            <td class="num t-3">
                {if is_last {
                    view! { <Door count=report.main.funnel.cohort.won figure=Figure::Fate(Fate::Won) name=of(t.won()) worth=amount(|step| step.reached) /> }.into_any()
                } else {
                    view! { <Door count=step.open figure=Figure::OpenAt(at) name=of(t.still()) worth=amount(|step| step.open) /> }.into_any()
                }}
            </td>
        </tr>
    }
}

fn conversion(texts: Texts, step: &Step, is_last: bool) -> String {
    match step.conversion {
        Some(share) => words::percent(texts, share.value),
        None if is_last => String::new(),
        None => texts.funnel().not_known().to_owned(),
    }
}

/// The amounts of the steps in one currency: the workspace's, or else the first that deals have.
#[derive(Clone)]
struct Worth {
    currency: Currency,
    steps: Vec<StepWorth>,
    other: Vec<StepWorth>,
}

impl Worth {
    fn of(report: &Report, client: Client) -> Option<Self> {
        let all = &report.main.worth;
        let usual = client.peek(|view| view.workspace().map(|workspace| workspace.currency));
        let currency = usual.filter(|usual| all.contains_key(usual)).or_else(|| all.keys().next().copied())?;
        let other = report.other.as_ref().and_then(|other| other.worth.get(&currency)).cloned().unwrap_or_default();
        Some(Self { currency, steps: all[&currency].clone(), other })
    }

    fn of_step(&self, at: usize) -> StepWorth {
        self.steps.get(at).copied().unwrap_or_default()
    }

    fn other_of(&self, at: usize) -> StepWorth {
        self.other.get(at).copied().unwrap_or_default()
    }

    /// Of what came to the first step.
    fn part(&self, minor: i128) -> f64 {
        share(minor, self.of_step(0).reached)
    }

    fn text(&self, texts: Texts, minor: i128) -> String {
        short_text(minor, self.currency, texts.0)
    }

    fn onward(texts: Texts, step: StepWorth, is_last: bool) -> String {
        match step.reached {
            _ if is_last => String::new(),
            0 => texts.funnel().not_known().to_owned(),
            reached => words::percent(texts, share(step.advanced, reached)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share, as it is drawn")]
fn share(part: i128, of: i128) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// Of a stage without a limit, the one that its stays propose.
fn proposal(texts: Texts, time: &StageTime) -> String {
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

/// How much came, and how much of it went on, as parts of the widest.
fn bar(reached: f64, onward: f64) -> impl IntoView + use<> {
    let width = |part: f64| format!("{:.1}", BAR * part);
    view! {
        <svg class="fbar" viewBox=format!("0 0 {BAR} 28") width=BAR.to_string() height="28" aria-hidden="true">
            <rect class="f1" x="0" y="6" width=width(reached) height="16" rx="2" />
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
