//! How old open deals are in their stages, against the stays before.

use super::{chart::Chart, door::Door, steps::step_name, words};
use crate::{client::Client, texts::use_texts};
use domain::funnel::{dwell::Band, figure::Figure, report::Report};
use leptos::prelude::*;
use std::sync::Arc;

const BANDS: [(Band, &str); 4] = [(Band::Young, "r1"), (Band::Usual, "r3"), (Band::Old, "r5"), (Band::Stuck, "r6")];

#[component]
pub fn Ageing(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let times = report.main.times.clone();
    let names: Vec<_> = (0..times.len()).map(|at| step_name(client, &report.steps, Some(at), "")).collect();
    let head = [t.stage(), t.young(), t.usual(), t.old(), t.stuck(), t.late()].map(str::to_owned).into();
    let rows = names.iter().zip(&times).map(|(name, time)| {
        let counts = time.ages.into_iter().chain([time.late]).map(|count| count.to_string());
        std::iter::once(name.clone()).chain(counts).collect()
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let late_in_all: u64 = times.iter().map(|time| time.late).sum();
    let is_empty = times.iter().all(|time| time.ages.iter().sum::<u64>() == 0);
    let lines = names.into_iter().zip(times).enumerate().map(|(at, (name, time))| {
        let cells = BANDS.map(|(band, shade)| {
            let count = time.ages[band as usize];
            let name = format!("{}, {}", name, words::band(texts, band));
            view! {
                <td class="num"><i class=format!("swatch {shade}") aria-hidden="true"></i><Door count=count figure=Figure::Age(at, band) name=name /></td>
            }
        });
        let late = t.stage_of(name.clone(), t.late());
        view! {
            <tr>
                <th scope="row">{name}</th>
                {cells.collect_view()}
                <td class="num"><Door count=time.late figure=Figure::Late(at) name=late /></td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let heads = BANDS.map(|(band, _)| {
        let short = match band {
            Band::Young => "≤ P50",
            Band::Usual => "≤ P85",
            Band::Old => "≤ P95",
            Band::Stuck => "> P95",
        };
        view! { <th scope="col" class="num" title=words::band(texts, band)>{short}</th> }
    });
    view! {
        <Chart name=t.ageing() note=t.ageing_note() file="ageing" rows=rows listed=true>
            {if is_empty {
                view! { <p class="second">{t.no_open()}</p> }.into_any()
            } else {
                view! {
                    <table class="lo">
                        <thead><tr><th scope="col">{t.stage()}</th>{heads.collect_view()}<th scope="col" class="num">{t.late()}</th></tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                    <p class="meta late-all">
                        {if late_in_all > 0 {
                            view! { {texts.late().title()} " " <Door count=late_in_all figure=Figure::AllLate name=texts.late().title() /> }.into_any()
                        } else {
                            texts.late().none().into_any()
                        }}
                    </p>
                }.into_any()
            }}
        </Chart>
    }
}
