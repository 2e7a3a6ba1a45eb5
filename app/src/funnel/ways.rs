//! The ways that deals really took, and where they went back.

use super::{
    chart::Chart,
    door::Door,
    process::name_of,
    words::{self, in_days},
};
use crate::{client::Client, texts::use_texts};
use domain::funnel::{figure::Figure, report::Report};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn WaysOf(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let (t, own) = (texts.funnel(), texts.process());
    let client = expect_context::<Client>();
    let variants = report.main.process.variants.clone();
    let way = |path: &[u16]| {
        let names: Vec<String> = path.iter().map(|stage| name_of(client, &report, *stage)).collect();
        names.join(" → ")
    };
    let share = |variant| variants.share(variant).value().map(|share| words::percent(texts, share)).unwrap_or_default();
    let days = |variant: &domain::process::variants::Variant| {
        variant.time.map(|time| words::number(in_days(time.median))).unwrap_or_default()
    };
    let head = [own.way(), t.deals(), t.share(), t.won(), own.median_days()].map(str::to_owned).into();
    let rows = variants.top.iter().map(|variant| {
        let count = variant.deals.total().to_string();
        vec![way(&variant.path), count, share(variant), variant.deals.won.to_string(), days(variant)]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let lines = variants.top.iter().map(|variant| {
        let name = way(&variant.path);
        let figure = Figure::Variant(variant.path.clone());
        view! {
            <tr>
                <th scope="row" class="way">{name.clone()}</th>
                <td class="num"><Door count=variant.deals.total() figure=figure name=name /></td>
                <td class="num t-3">{share(variant)}</td>
                <td class="num t-3 wide-only">{days(variant)}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    view! {
        <Chart name=own.ways() note=own.ways_note(variants.distinct) file="ways" rows=rows listed=true>
            <table class="lo ways">
                <thead><tr>
                    <th scope="col">{own.way()}</th>
                    <th scope="col" class="num">{t.deals()}</th>
                    <th scope="col" class="num">{t.share()}</th>
                    <th scope="col" class="num wide-only">{own.median_days()}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </Chart>
    }
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "lengths of time below 2^53")]
pub fn ReworkOf(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let (t, own) = (texts.funnel(), texts.process());
    let client = expect_context::<Client>();
    let rework = report.main.process.rework.clone();
    let days = |micros: i128| words::number(in_days(micros as f64));
    let name = |from, to| format!("{} → {}", name_of(client, &report, from), name_of(client, &report, to));
    let head = [own.back(), own.times(), t.deals(), own.days_lost()].map(str::to_owned).into();
    let rows = rework.loops.iter().map(|found| {
        vec![name(found.from, found.to), found.times.to_string(), found.deals.to_string(), days(found.time)]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let lines = rework.loops.iter().map(|found| {
        let name = name(found.from, found.to);
        let figure = Figure::Loop(found.from, found.to);
        view! {
            <tr>
                <th scope="row">{name.clone()}</th>
                <td class="num">{found.times}</td>
                <td class="num"><Door count=found.deals figure=figure name=name /></td>
                <td class="num">{days(found.time)}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let is_empty = rework.loops.is_empty();
    view! {
        <Chart name=own.rework() note=own.rework_note() file="rework" rows=rows listed=true>
            {if is_empty {
                view! { <p class="second">{own.no_rework()}</p> }.into_any()
            } else {
                view! {
                    <p class="second">
                        {own.went_back()} " " <Door count=rework.deals.hits figure=Figure::Rework name=own.rework() />
                        {own.of_all(words::count(rework.deals.of))} " · " {own.days_in_all(days(rework.time))}
                    </p>
                    <table class="lo">
                        <thead><tr>
                            <th scope="col">{own.back()}</th>
                            <th scope="col" class="num">{own.times()}</th>
                            <th scope="col" class="num">{t.deals()}</th>
                            <th scope="col" class="num">{own.days_lost()}</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                }.into_any()
            }}
        </Chart>
    }
}
