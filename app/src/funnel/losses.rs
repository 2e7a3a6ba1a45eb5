//! Where deals were lost: by the stage that they left for good.

use super::{chart::Chart, door::Door, steps::step_name, words};
use crate::{client::Client, texts::use_texts};
use domain::funnel::{figure::Figure, report::Report};
use leptos::prelude::*;
use std::sync::Arc;

const BAR: f64 = 160.0;

#[component]
pub fn Losses(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let losses = report.main.losses.clone();
    let all: u64 = losses.iter().map(|loss| loss.deals).sum();
    let most = losses.iter().map(|loss| loss.deals).max().unwrap_or(0);
    let names: Vec<_> = losses.iter().map(|loss| step_name(client, &report.steps, loss.step, t.from_none())).collect();
    let head = [t.stage(), t.lost(), t.share(), t.amount()].map(str::to_owned).into();
    let rows = losses.iter().zip(&names).map(|(loss, name)| {
        let share = words::percent(texts, words::part(loss.deals, all));
        let amount = words::sums(texts, loss.sums.iter().map(|(currency, minor)| (currency, *minor)));
        vec![name.clone(), loss.deals.to_string(), share, amount]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let lines = rows[1..].iter().cloned().zip(losses.clone()).map(|(row, loss)| {
        let width = format!("{:.1}", BAR * words::part(loss.deals, most));
        let name = t.stage_of(row[0].clone(), t.lost());
        view! {
            <tr>
                <th scope="row">{row[0].clone()}</th>
                <td>
                    <svg viewBox=format!("0 0 {BAR} 20") width=BAR.to_string() height="20" aria-hidden="true">
                        <rect class="r3" x="0" y="4" width=width height="12" />
                    </svg>
                </td>
                <td class="num"><Door count=loss.deals figure=Figure::LostFrom(loss.step) name=name /></td>
                <td class="num t-3">{row[2].clone()}</td>
                <td class="num t-3 wide-only">{row[3].clone()}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    view! {
        <Chart name=t.losses() note=t.losses_note(words::count(all)) file="losses" rows=rows listed=true>
            {if all == 0 {
                view! { <p class="second">{t.no_losses()}</p> }.into_any()
            } else {
                view! { <table class="lo"><tbody>{lines}</tbody></table> }.into_any()
            }}
        </Chart>
    }
}
