//! The waterfall between two days, one for each currency. Every bar opens its deals.

use super::{
    axes::{HEIGHT, Plot},
    chart::Chart,
    door::{Asked, Doors, named},
    state::Funnel,
    words,
};
use crate::{
    texts::{Texts, use_texts},
    ui::{figure::short_text, time},
};
use domain::{
    funnel::{
        figure::Figure,
        report::{Report, bars},
    },
    money::{Currency, Money},
    waterfall::Waterfall,
};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn BridgeOf(report: Arc<Report>, funnel: Funnel) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let bridge = report.bridge.clone();
    let today = funnel.client.today();
    let day = |day| time::short_day(day, today);
    let head = [t.bar(), t.currency(), t.amount(), t.deals()].map(str::to_owned).into();
    let mut rows = vec![head];
    for (currency, waterfall) in &bridge.waterfalls {
        rows.extend(pillars(texts, *currency, waterfall).into_iter().map(|pillar| {
            vec![pillar.name, currency.to_string(), plain(pillar.minor, *currency), pillar.deals.to_string()]
        }));
    }
    let is_empty = bridge.waterfalls.is_empty();
    let note = t.bridge_note(day(bridge.first), day(bridge.last));
    let charts = bridge.waterfalls.iter().map(|(currency, waterfall)| {
        view! { <Drawn currency=*currency pillars=pillars(texts, *currency, waterfall) /> }
    });
    let charts = charts.collect_view();
    let (first, last) = (bridge.first.to_string(), bridge.last.to_string());
    let since = move |event| funnel.change(|query| query.bridge.first = event_target_value(&event).parse().ok());
    let until = move |event| funnel.change(|query| query.bridge.last = event_target_value(&event).parse().ok());
    view! {
        <Chart name=t.bridge() note=note file="waterfall" rows=rows wide=true>
            <p class="bridge-days">
                <label class="meta">{t.since()} " " <input class="input sm" type="date" value=first on:change=since /></label>
                <label class="meta">{t.until()} " " <input class="input sm" type="date" value=last on:change=until /></label>
            </p>
            {if is_empty { view! { <p class="second">{t.no_bridge()}</p> }.into_any() } else { charts.into_any() }}
        </Chart>
    }
}

/// One column of the waterfall.
#[derive(Clone)]
struct Pillar {
    name: String,
    figure: Figure,
    minor: i128,
    deals: u64,
    /// From where to where it stands.
    from: i128,
    to: i128,
    is_end: bool,
}

fn pillars(texts: Texts, currency: Currency, waterfall: &Waterfall) -> Vec<Pillar> {
    let t = texts.funnel();
    let end = |name: &str, figure, amount: domain::waterfall::Amount| Pillar {
        name: name.to_owned(),
        figure,
        minor: amount.minor,
        deals: amount.deals,
        from: 0,
        to: amount.minor,
        is_end: true,
    };
    let mut all = vec![end(t.opening(), Figure::Opening(currency), waterfall.opening)];
    let mut at = waterfall.opening.minor;
    for (bar, minor) in bars(waterfall) {
        all.push(Pillar {
            name: words::bar(texts, bar).to_owned(),
            figure: Figure::Bar(currency, bar),
            minor,
            deals: waterfall.bar(bar).deals,
            from: at,
            to: at + minor,
            is_end: false,
        });
        at += minor;
    }
    all.push(end(t.closing(), Figure::Closing(currency), waterfall.closing));
    all
}

fn plain(minor: i128, currency: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = i64::try_from(minor.unsigned_abs()).unwrap_or(i64::MAX);
    format!("{sign}{}", Money { minor, currency }.plain())
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "drawn to a point")]
fn Drawn(currency: Currency, pillars: Vec<Pillar>) -> impl IntoView {
    let texts = use_texts();
    let Doors(asked) = expect_context();
    let most = pillars.iter().flat_map(|pillar| [pillar.from, pillar.to]).max().unwrap_or(0);
    let plot = Plot::new(most as f64);
    let count = pillars.len() as f64;
    let each = (Plot::x(1.0) - Plot::x(0.0)) / count;
    let left = move |at: usize| Plot::x(0.0) + each * at as f64;
    let drawn = pillars.into_iter().enumerate().map(|(at, pillar)| {
        let (low, high) = (pillar.from.min(pillar.to), pillar.from.max(pillar.to));
        let (top, bottom) = (plot.y(high as f64), plot.y(low as f64));
        let class = match (pillar.is_end, pillar.minor < 0) {
            (true, _) => "tot",
            (false, false) => "up",
            (false, true) => "dn",
        };
        let amount = short_text(pillar.minor.abs(), currency, texts.0);
        let sign = match (pillar.is_end, pillar.minor.signum()) {
            (false, 1) => "+",
            (false, -1) => "−",
            _ => "",
        };
        let name = format!("{} {sign}{amount}", pillar.name);
        let label = named(texts, &name, pillar.deals);
        let data = pillar.figure.to_string();
        let figure = pillar.figure;
        let open = move || {
            let (figure, name) = (figure.clone(), name.clone());
            asked.set(Some(Asked { figure, compared: false, name }));
        };
        let (by_key, x) = (open.clone(), left(at));
        let middle = format!("{:.1}", x + each / 2.0);
        view! {
            <g class="hit" role="button" tabindex="0" aria-haspopup="dialog" aria-label=label data-figure=data
                on:click=move |_| open()
                on:keydown=move |event| if matches!(event.key().as_str(), "Enter" | " ") {
                    event.prevent_default();
                    by_key();
                }>
                <rect class="ground" x=format!("{x:.1}") y="0" width=format!("{each:.1}") height=HEIGHT.to_string() />
                <rect class=class x=format!("{:.1}", x + each * 0.14) y=format!("{top:.1}") width=format!("{:.1}", each * 0.72)
                    height=format!("{:.1}", (bottom - top).max(1.0)) />
                <text class="v mid" x=middle.clone() y=format!("{:.1}", (top - 4.0).max(10.0))>{format!("{sign}{amount}")}</text>
                <text class="lb mid" x=middle y=(HEIGHT - 7.0).to_string()>{pillar.name}</text>
            </g>
        }
    });
    let drawn = drawn.collect_view();
    let label = format!("{} {currency}", texts.funnel().bridge());
    view! {
        <svg viewBox=Plot::view_box() class="plot wf" role="group" aria-label=label>
            {plot.ground(|_| String::new(), Vec::new())}
            {drawn}
        </svg>
    }
}
