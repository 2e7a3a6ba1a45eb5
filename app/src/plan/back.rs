//! What lies behind the bars: when nothing is worked, the lines of the time head, and today.

use super::{head::today, state::Gantt};
use domain::plan::scale::{idle, ticks};
use leptos::prelude::*;

/// Under this many pixels a day its nights and weekends are not told apart any more.
const FINE: f64 = 3.0;

#[component]
pub fn Back(gantt: Gantt) -> impl IntoView {
    let stretches = Memo::new(move |_| {
        let scale = gantt.scale();
        if scale.day < FINE {
            return Vec::new();
        }
        let (from, to) = gantt.port.across.get();
        let hours = gantt.hours.get();
        let free = idle(&hours.0.workspace, scale.moment(from.max(0.0)), scale.moment(to), scale.grain() < 1440);
        free.into_iter().map(|(from, to)| (scale.x(from), scale.x(to))).collect()
    });
    let lines = Memo::new(move |_| {
        let scale = gantt.scale();
        let (from, to) = gantt.port.across.get();
        let hours = gantt.hours.get();
        let steps = ticks(scale.units().1, &hours.0.zone, scale.moment(from.max(0.0)), scale.moment(to));
        steps.into_iter().map(|tick| scale.x(tick.at)).collect::<Vec<_>>()
    });
    view! {
        <div class="gback" aria-hidden="true">
            {move || stretches.get().into_iter().map(|(from, to)| view! {
                <i class="idle" style=format!("left:{from}px;width:{}px", to - from)></i>
            }).collect_view()}
            {move || lines.get().into_iter().map(|at| view! { <i class="tickline" style=format!("left:{at}px")></i> }).collect_view()}
            <i class="today" style=move || format!("left:{}px", today(gantt))></i>
        </div>
    }
}
