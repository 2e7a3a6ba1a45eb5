//! What came and ended in each period, what stood open, what is won and lost by age, and how long deals took.

use super::{
    axes::{Plot, middle, spread},
    chart::Chart,
    steps::step_name,
    table::ended_table,
    words::{self, day},
};
use crate::{client::Client, texts::use_texts};
use domain::{
    calendar::Zone,
    funnel::{Unit, report::Report, survival::LinePoint},
    stay::Micros,
};
use leptos::prelude::*;
use std::{fmt::Write as _, sync::Arc};

/// How many words stand below a chart.
const WORDS: usize = 6;

fn below(zone: &Zone, instants: &[Micros]) -> Vec<(f64, String)> {
    let places = spread(instants.len(), WORDS).into_iter();
    places.map(|at| (middle(at, instants.len()), day(zone, instants[at])[..7].to_owned())).collect()
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "drawn to a point")]
pub fn ThroughputOf(report: Arc<Report>) -> impl IntoView {
    let t = use_texts().funnel();
    let zone = expect_context::<Client>().zone();
    let all = report.main.throughput.clone();
    let note = match report.main.unit {
        Unit::Day | Unit::Week => t.throughput_note_week(),
        Unit::Month => t.throughput_note_month(),
        Unit::Quarter => t.throughput_note_quarter(),
    };
    let mut rows = vec![[t.period_head(), t.started(), t.won(), t.lost()].map(str::to_owned).to_vec()];
    rows.extend(
        all.iter()
            .map(|one| vec![day(&zone, one.from), one.started.to_string(), one.won.to_string(), one.lost.to_string()]),
    );
    let most = all.iter().flat_map(|one| [one.started, one.won + one.lost]).max().unwrap_or(0);
    let plot = Plot::counts(most);
    let instants: Vec<_> = all.iter().map(|one| one.from).collect();
    let each = (Plot::x(1.0) - Plot::x(0.0)) / all.len().max(1) as f64;
    let drawn = all.iter().enumerate().map(|(at, one)| {
        let x = Plot::x(0.0) + each * at as f64;
        let bar = |class: &'static str, place: f64, from: u64, count: u64| {
            let (top, bottom) = (plot.y((from + count) as f64), plot.y(from as f64));
            view! {
                <rect class=class x=format!("{:.2}", x + each * place) y=format!("{top:.1}") width=format!("{:.2}", each * 0.36)
                    height=format!("{:.1}", bottom - top) />
            }
        };
        (bar("r2", 0.12, 0, one.started), bar("r5", 0.52, 0, one.won), bar("dn", 0.52, one.won, one.lost))
    });
    let drawn = drawn.collect_view();
    view! {
        <Chart name=t.throughput() note=note file="throughput" rows=rows>
            <svg viewBox=Plot::view_box() class="plot" aria-hidden="true">
                {plot.ground(|value| plot.told(value), below(&zone, &instants))}
                {drawn}
            </svg>
            <p class="meta legend">
                <i class="swatch r2"></i>{t.started()} <i class="swatch r5"></i>{t.won()} <i class="swatch dn"></i>{t.lost()}
            </p>
        </Chart>
    }
}

#[component]
pub fn FlowOf(report: Arc<Report>) -> impl IntoView {
    let t = use_texts().funnel();
    let client = expect_context::<Client>();
    let zone = client.zone();
    let flow = report.main.flow.clone();
    let names: Vec<_> = (0..report.steps.len()).map(|at| step_name(client, &report.steps, Some(at), "")).collect();
    let mut rows = vec![std::iter::once(t.period_head().to_owned()).chain(names.iter().cloned()).collect::<Vec<_>>()];
    rows.extend(flow.iter().map(|(at, counts)| {
        // The end of a day is the beginning of the next.
        std::iter::once(day(&zone, *at - 1)).chain(counts.iter().map(u32::to_string)).collect()
    }));
    let most = flow.iter().map(|(_, counts)| counts.iter().map(|count| u64::from(*count)).sum()).max().unwrap_or(0);
    let plot = Plot::counts(most);
    let x = |at: usize| Plot::x(middle(at, flow.len()));
    // The first stage lies at the bottom.
    let height = |at: usize, upto: usize| plot.y(flow[at].1.iter().take(upto).map(|count| f64::from(*count)).sum());
    let areas = (0..names.len()).map(|stage| {
        let mut path = String::new();
        for at in 0..flow.len() {
            let _ = write!(path, "{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, x(at), height(at, stage + 1));
        }
        for at in (0..flow.len()).rev() {
            let _ = write!(path, "L{:.1} {:.1}", x(at), height(at, stage));
        }
        view! { <path class=format!("area {}", words::shade(stage, names.len())) d=path /> }
    });
    let areas = areas.collect_view();
    let instants: Vec<_> = flow.iter().map(|(at, _)| *at - 1).collect();
    let legend = names.iter().enumerate().map(|(at, name)| {
        view! { <i class=format!("swatch {}", words::shade(at, names.len()))></i> {name.clone()} " " }
    });
    let legend = legend.collect_view();
    view! {
        <Chart name=t.flow() note=t.flow_note() file="flow" rows=rows>
            <svg viewBox=Plot::view_box() class="plot" aria-hidden="true">
                {plot.ground(|value| plot.told(value), below(&zone, &instants))}
                {areas}
            </svg>
            <p class="meta legend">{legend}</p>
        </Chart>
    }
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "drawn to a point")]
pub fn OverTime(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let (won, lost) = (report.main.won_by.clone(), report.main.lost_by.clone());
    let longest = won.iter().chain(&lost).map(|point| point.time).max().unwrap_or(0).max(1) as f64;
    let mut rows =
        vec![[t.days_since(), t.won(), t.interval_head(), t.lost(), t.interval_head()].map(str::to_owned).to_vec()];
    rows.extend(won.iter().zip(&lost).map(|(won, lost)| {
        let share = |point: &LinePoint| words::percent(texts, point.share.value);
        let days = words::number(words::in_days(won.time as f64));
        vec![days, share(won), words::interval(won.share), share(lost), words::interval(lost.share)]
    }));
    let plot = Plot::new(1.0);
    let x = |point: &LinePoint| Plot::x(point.time as f64 / longest);
    let steps = |points: &[LinePoint], value: &dyn Fn(&LinePoint) -> f64| {
        let mut path = String::new();
        for (at, point) in points.iter().enumerate() {
            let y = plot.y(value(point));
            let _ =
                if at == 0 { write!(path, "M{:.1} {y:.1}", x(point)) } else { write!(path, "H{:.1}V{y:.1}", x(point)) };
        }
        path
    };
    let band = |points: &[LinePoint]| {
        let mut path = steps(points, &|point| point.share.high);
        for (at, point) in points.iter().enumerate().rev() {
            let y = plot.y(point.share.low);
            let _ = write!(path, "L{:.1} {y:.1}", x(point));
            if at > 0 {
                let _ = write!(path, "V{:.1}", plot.y(points[at - 1].share.low));
            }
        }
        path + "Z"
    };
    let drawn = (won.len() > 1).then(|| {
        view! {
            <path class="area r2 soft" d=band(&won) />
            <path class="area r4 soft" d=band(&lost) />
            <path class="ln won" d=steps(&won, &|point| point.share.value) />
            <path class="ln lost" d=steps(&lost, &|point| point.share.value) />
        }
    });
    let in_days = words::in_days(longest);
    let across = Plot::new(in_days);
    let days = across.marks(in_days).map(|mark| (mark / in_days, across.told(mark))).collect();
    view! {
        <Chart name=t.over_time() note=t.over_time_note() file="outcomes" rows=rows>
            <svg viewBox=Plot::view_box() class="plot" aria-hidden="true">
                {plot.ground(|share| texts.common().percent(plot.points(share)), days)}
                {drawn}
            </svg>
            <p class="meta legend">
                <svg class="key" viewBox="0 0 22 8" aria-hidden="true"><path class="ln won" d="M0 4H22" /></svg>{t.won()}
                <svg class="key" viewBox="0 0 22 8" aria-hidden="true"><path class="ln lost" d="M0 4H22" /></svg>{t.lost()}
            </p>
        </Chart>
    }
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "drawn to a point")]
pub fn Scatter(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let zone = expect_context::<Client>().zone();
    let dots = report.main.dots.clone();
    let rows = ended_table(texts, &zone, &dots);
    let (first, last) =
        (dots.iter().map(|dot| dot.at).min().unwrap_or(0), dots.iter().map(|dot| dot.at).max().unwrap_or(0));
    let span = (last - first).max(1) as f64;
    let most = dots.iter().map(|dot| words::in_days(dot.cycle as f64)).fold(1.0, f64::max);
    let plot = Plot::new(most);
    let drawn = dots.iter().map(|dot| {
        let x = Plot::x(0.02 + 0.96 * ((dot.at - first) as f64 / span));
        let y = plot.y(words::in_days(dot.cycle as f64));
        view! { <circle class=if dot.won { "dot won" } else { "dot lost" } cx=format!("{x:.1}") cy=format!("{y:.1}") r="2.5" /> }
    });
    let drawn = drawn.collect_view();
    let ends_of_axis =
        if dots.is_empty() { Vec::new() } else { vec![(0.0, day(&zone, first)), (1.0, day(&zone, last))] };
    let (shown, ended) = (dots.len() as u64, report.main.ended);
    let note = if shown < ended {
        t.scatter_some(words::count(shown), words::count(ended))
    } else {
        t.scatter_note().to_owned()
    };
    let csv = format!("/api/v1/funnel/ended.csv{}", report.query.to_query());
    let days = |micros: f64| words::number(words::in_days(micros));
    let ends = [(t.won(), report.main.to_won), (t.lost(), report.main.to_lost)];
    let times = ends.into_iter().filter_map(|(name, times)| Some((name, times?))).map(|(name, times)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num">{words::count(times.count)}</td>
                <td class="num">{days(times.median)}</td>
                <td class="num">{days(times.p85)}</td>
                <td class="num">{days(times.p95)}</td>
            </tr>
        }
    });
    let times = times.collect_view();
    view! {
        <Chart name=t.scatter() note=note file="cycle-times" rows=rows full=true csv=csv>
            <div class="cycles">
                <div>
                    <svg viewBox=Plot::view_box() class="plot" aria-hidden="true">
                        {plot.ground(|value| plot.told(value), ends_of_axis)}
                        {drawn}
                    </svg>
                    <p class="meta legend">
                        <svg class="key dotted" viewBox="0 0 8 8" aria-hidden="true"><circle class="dot won" cx="4" cy="4" r="3" /></svg>{t.won()}
                        <svg class="key dotted" viewBox="0 0 8 8" aria-hidden="true"><circle class="dot lost" cx="4" cy="4" r="3" /></svg>{t.lost()}
                    </p>
                </div>
                <table class="lo">
                    <caption class="vh">{t.scatter()}</caption>
                    <thead><tr>
                        <th scope="col">{t.outcome()}</th>
                        <th scope="col" class="num">{t.deals()}</th>
                        <th scope="col" class="num">{t.p50()}</th>
                        <th scope="col" class="num">{t.p85()}</th>
                        <th scope="col" class="num">{t.p95()}</th>
                    </tr></thead>
                    <tbody>{times}</tbody>
                </table>
            </div>
        </Chart>
    }
}
