//! Where deals were lost: by the stage that they left for good, and why.

use super::{chart::Chart, door::Door, steps::step_name, words};
use crate::{client::Client, texts::use_texts};
use domain::{
    funnel::{figure::Figure, losses::LossFor, report::Report},
    money::Currency,
};
use leptos::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

const BAR: f64 = 160.0;

#[component]
pub fn Losses(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let losses = report.main.losses.clone();
    let has_reasons = report.main.reasons.iter().any(|loss| !loss.reason.is_empty());
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
        {has_reasons.then(|| view! { <Reasons report=report /> })}
    }
}

/// Why deals were lost, the reasons against the stages that they left for good.
#[component]
fn Reasons(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let (t, own) = (texts.funnel(), texts.loss());
    let client = expect_context::<Client>();
    let reasons = report.main.reasons.clone();
    let all: u64 = reasons.iter().map(|loss| loss.deals).sum();
    let most = reasons.first().map_or(0, |loss| loss.deals);
    // Only stages from which some deal was lost.
    let mut steps: Vec<Option<usize>> =
        reasons.iter().flat_map(|loss| loss.steps.iter().map(|there| there.step)).collect();
    steps.sort_unstable();
    steps.dedup();
    let names: Vec<_> = steps.iter().map(|step| step_name(client, &report.steps, *step, t.from_none())).collect();
    let shade = |step: Option<usize>| step.map_or("r1", |step| words::shade(step, report.steps.len()));
    let named = |reason: &str| if reason.is_empty() { own.no_reason().to_owned() } else { reason.to_owned() };
    let sums =
        |sums: &BTreeMap<Currency, i128>| words::sums(texts, sums.iter().map(|(currency, minor)| (currency, *minor)));
    let there_of = |loss: &LossFor, step: Option<usize>| loss.steps.iter().find(|there| there.step == step).cloned();
    let head = [own.reason().to_owned()].into_iter().chain(names.iter().cloned());
    let head = head.chain([t.lost(), t.share(), t.amount()].map(str::to_owned)).collect();
    let rows = reasons.iter().map(|loss| {
        let counts = steps.iter().map(|step| there_of(loss, *step).map_or(0, |there| there.deals).to_string());
        let end = [loss.deals.to_string(), words::percent(texts, words::part(loss.deals, all)), sums(&loss.sums)];
        std::iter::once(named(&loss.reason)).chain(counts).chain(end).collect()
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let lines = reasons.iter().map(|loss| {
        let name = named(&loss.reason);
        let mut from = 0.0;
        let parts = loss.steps.iter().map(|there| {
            let (x, width) = (from, BAR * words::part(there.deals, most));
            from += width;
            view! { <rect class=shade(there.step) x=format!("{x:.1}") y="4" width=format!("{width:.1}") height="12" /> }
        });
        let parts = parts.collect_view();
        let door = |count: u64, from: Option<Option<usize>>, name: String| {
            let figure = Figure::LostFor { reason: loss.reason.clone(), from };
            view! { <Door count=count figure=figure name=name /> }
        };
        let each = steps.iter().zip(&names).map(|(step, stage)| {
            let name = t.stage_of(stage, &name);
            let (count, worth) = there_of(loss, *step).map_or((0, String::new()), |there| (there.deals, sums(&there.sums)));
            let named = if worth.is_empty() { name } else { format!("{name}, {worth}") };
            view! {
                <td class="num wide-only">
                    {door(count, Some(*step), named)}
                    <span class="meta worth">{worth}</span>
                </td>
            }
        });
        let each = each.collect_view();
        view! {
            <tr>
                <th scope="row" title=name.clone()>{name.clone()}</th>
                <td>
                    <svg viewBox=format!("0 0 {BAR} 20") width=BAR.to_string() height="20" aria-hidden="true">{parts}</svg>
                </td>
                {each}
                <td class="num">{door(loss.deals, None, name)}</td>
                <td class="num t-3">{words::percent(texts, words::part(loss.deals, all))}</td>
                <td class="num t-3">{sums(&loss.sums)}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let heads = steps.iter().zip(&names).map(|(step, name)| {
        let class = format!("swatch {}", shade(*step));
        view! { <th scope="col" class="num wide-only" title=name.clone()><i class=class aria-hidden="true"></i>{name.clone()}</th> }
    });
    let heads = heads.collect_view();
    view! {
        <Chart name=own.title() note=own.note() file="loss-reasons" rows=rows listed=true wide=true>
            <div class="lo-scroll" tabindex="0" role="region" aria-label=t.stage_of(own.title(), own.by_stage())>
                <table class="lo reasons">
                    <thead><tr>
                        <th scope="col">{own.reason()}</th>
                        <th><span class="vh">{own.by_stage()}</span></th>
                        {heads}
                        <th scope="col" class="num">{t.lost()}</th>
                        <th scope="col" class="num">{t.share()}</th>
                        <th scope="col" class="num">{t.amount()}</th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </Chart>
    }
}
