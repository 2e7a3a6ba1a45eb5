//! The fever chart: each plan is a point, across by how much of its chain is done, up by how much of its buffer is used.
//! Zones have words, points have the shapes of lights and the numbers of the table.

use super::{percent, state::Chains};
use crate::{funnel::chart::Chart, texts::use_texts};
use domain::schedule::{FeverLines, FeverZone};
use leptos::prelude::*;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 34.0;
/// From how much of the buffer to how much is drawn; what lies beyond stands at the edge.
const LEAST: f64 = -0.2;
const MOST: f64 = 1.2;

fn x(completed: f64) -> f64 {
    LEFT + completed.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
}

fn y(consumed: f64) -> f64 {
    HEIGHT - BOTTOM - (consumed.clamp(LEAST, MOST) - LEAST) / (MOST - LEAST) * (HEIGHT - BOTTOM - TOP)
}

/// What lies between two lines.
fn zone(low: (f64, f64), high: (f64, f64)) -> String {
    let [left, right] = [x(0.0), x(1.0)];
    format!(
        "M{left:.1} {:.1}L{right:.1} {:.1}L{right:.1} {:.1}L{left:.1} {:.1}Z",
        y(low.0),
        y(low.1),
        y(high.1),
        y(high.0)
    )
}

/// A point by the shape of its light: a circle, a triangle, an octagon.
fn point(zone: FeverZone, x: f64, y: f64) -> String {
    match zone {
        FeverZone::Green => format!("M{:.1} {y:.1}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z", x - 7.0),
        FeverZone::Amber => format!("M{x:.1} {:.1}l8.5 15h-17Z", y - 9.5),
        FeverZone::Red => format!("M{:.1} {:.1}h6.4l4.3 4.3v6.4l-4.3 4.3h-6.4l-4.3 -4.3v-6.4Z", x - 3.2, y - 7.5),
    }
}

fn class(zone: FeverZone) -> &'static str {
    match zone {
        FeverZone::Green => "g",
        FeverZone::Amber => "a",
        FeverZone::Red => "r",
    }
}

#[component]
pub fn Fever(chains: Chains) -> impl IntoView {
    let t = use_texts().plan_chain();
    let word = move |zone: FeverZone| match zone {
        FeverZone::Green => t.green(),
        FeverZone::Amber => t.amber(),
        FeverZone::Red => t.red(),
    };
    let lines = FeverLines::default();
    let zones = StoredValue::new([
        (FeverZone::Green, zone((LEAST, LEAST), lines.amber), 0.62, 0.12),
        (FeverZone::Amber, zone(lines.amber, lines.red), 0.62, 0.57),
        (FeverZone::Red, zone(lines.red, (MOST, MOST)), 0.02, 1.08),
    ]);
    move || {
        let all = chains.all.get();
        let head = [t.plan(), t.completed(), t.consumed(), t.zone()].map(str::to_owned).to_vec();
        let told = all.iter().enumerate().map(|(at, stood)| {
            let fever = stood.standing.fever;
            let name = format!("{} {}", at + 1, stood.name);
            vec![name, percent(fever.completed), percent(fever.consumed), word(fever.zone).to_owned()]
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(told).collect();
        let points = all
            .iter()
            .enumerate()
            .map(|(at, stood)| {
                let fever = stood.standing.fever;
                let (x, y) = (x(fever.completed), y(fever.consumed));
                view! {
                    <g>
                        <title>{format!("{} {}", at + 1, stood.name)}</title>
                        <path class=format!("pt-{}", class(fever.zone)) d=point(fever.zone, x, y) />
                        <text class="no" x=format!("{x:.1}") y=format!("{:.1}", y + 4.0)>{at + 1}</text>
                    </g>
                }
            })
            .collect::<Vec<_>>();
        let marks = [0.0, 0.5, 1.0].map(|part: f64| {
            view! {
                <path class="ax" d=format!("M{:.1} {:.1}H{:.1}", x(0.0), y(part), x(1.0)) />
                <text class="end" x=(LEFT - 6.0).to_string() y=format!("{:.1}", y(part) + 4.0)>{percent(part)}</text>
                <text class="mid" x=format!("{:.1}", x(part * 0.94 + 0.03)) y=(HEIGHT - 18.0).to_string()>{percent(part)}</text>
            }
        });
        let note = t.fever_note(chains.gantt.client.today());
        view! {
            <Chart name=t.fever() note=note file="fever" rows=rows>
                <svg class="plot fever" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=t.fever()>
                    {zones.get_value().map(|(zone, path, at, up)| view! {
                        <path class=format!("zone-{}", class(zone)) d=path />
                        <text class="v" x=format!("{:.1}", x(at)) y=format!("{:.1}", y(up))>{word(zone)}</text>
                    })}
                    {marks}
                    <text class="mid" x=format!("{:.1}", x(0.5)) y=(HEIGHT - 4.0).to_string()>{t.completed()}</text>
                    <text class="mid" transform=format!("translate(10 {:.1}) rotate(-90)", y(0.5))>{t.consumed()}</text>
                    {points}
                </svg>
            </Chart>
        }
    }
}
