//! The head: the table's columns, and two lines of time over the chart. Only what is in sight is there.

use super::{state::Gantt, words};
use crate::texts::use_texts;
use chrono::{Days, NaiveTime};
use domain::{
    calendar::Moment,
    plan::scale::{Unit, ticks},
};
use leptos::prelude::*;

#[component]
pub fn Head(gantt: Gantt) -> impl IntoView {
    let t = use_texts().gantt();
    view! {
        <div class="gantt-head" role="rowgroup">
            <div class="ghead" role="row" aria-rowindex="1">
                <div class="gantt-cols">
                    <div class="gcell nm" role="columnheader">{t.task()}</div>
                    <div class="gcell who" role="columnheader"><span class="vh">{t.owner()}</span></div>
                    <div class="gcell num" role="columnheader">{t.start()}</div>
                    <div class="gcell num" role="columnheader">{t.finish()}</div>
                    <div class="gcell num" role="columnheader">{t.duration()}</div>
                    <div class="gcell num" role="columnheader">{t.float()}</div>
                </div>
                <div class="gscale" role="columnheader" aria-label=t.timeline()>
                    <Steps gantt=gantt upper=true />
                    <Steps gantt=gantt upper=false />
                    <Today gantt=gantt />
                </div>
            </div>
        </div>
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Step {
    from: f64,
    width: f64,
    text: String,
    more: Option<String>,
    is_now: bool,
}

/// Under this many pixels a step of the lower line says nothing.
const NARROW: f64 = 18.0;

#[component]
fn Steps(gantt: Gantt, upper: bool) -> impl IntoView {
    let texts = use_texts();
    let steps = Memo::new(move |_| {
        let scale = gantt.scale();
        let (from, to) = gantt.port.across.get();
        let (from, to) = (scale.moment(from.max(0.0)), scale.moment(to));
        let zone = gantt.hours.get().0.zone.clone();
        let unit = if upper { scale.units().0 } else { scale.units().1 };
        let now = zone.moment(gantt.client.today().and_time(NaiveTime::MIN));
        // One more than is in sight says where the last ends.
        let list = ticks(unit, &zone, from, Moment(to.0 + length(unit)));
        let steps = list.windows(2).map(|pair| {
            let (at, end) = (scale.x(pair[0].at), scale.x(pair[1].at));
            let (text, more) = words::tick(texts, unit, pair[0], upper);
            let is_now = (pair[0].at..pair[1].at).contains(&now);
            let text = if end - at < NARROW { String::new() } else { text };
            Step { from: at, width: end - at, text, more: more.filter(|_| end - at > 76.0), is_now }
        });
        steps.collect::<Vec<_>>()
    });
    view! {
        <div class="gsteps" class:upper=upper>
            {move || steps.get().into_iter().map(|step| view! {
                <span class:now=step.is_now style=format!("left:{}px;width:{}px", step.from, step.width)>
                    <span>{step.text}{step.more.map(|more| view! { <i>{more}</i> })}</span>
                </span>
            }).collect_view()}
        </div>
    }
}

/// Minutes of a step, at most.
fn length(unit: Unit) -> i64 {
    let days = match unit {
        Unit::Hours(_) | Unit::Day => 2,
        Unit::Week => 8,
        Unit::Month => 32,
        Unit::Quarter => 93,
        Unit::Year => 367,
    };
    days * 1440
}

/// The flag over the line of today.
#[component]
fn Today(gantt: Gantt) -> impl IntoView {
    let t = use_texts().nav();
    view! { <span class="gnow" style=move || format!("left:{}px", today(gantt))>{t.today()}</span> }
}

/// Where today is drawn: at its beginning, and within the day where hours are shown.
pub fn today(gantt: Gantt) -> f64 {
    let scale = gantt.scale();
    let hours = gantt.hours.get();
    let zone = &hours.0.zone;
    let moment = if scale.grain() < 1440 {
        Moment::from(gantt.client.now())
    } else {
        let today = gantt.client.today();
        let morning = zone.moment(today.and_time(NaiveTime::MIN));
        let evening = zone.moment((today + Days::new(1)).and_time(NaiveTime::MIN));
        Moment(i64::midpoint(morning.0, evening.0))
    };
    scale.x(moment).round()
}
