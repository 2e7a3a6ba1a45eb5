//! How deals fare by their source, or by a custom field.

use super::{chart::Chart, door::Door, state::Funnel, words};
use crate::{client::Client, texts::use_texts};
use domain::{
    funnel::{
        Fate, Rate,
        figure::Figure,
        query::{Compare, Query},
        report::Report,
        steps::Fates,
    },
    id::FieldId,
    record::Kind,
    view::View,
};
use leptos::prelude::*;
use std::{cmp::Reverse, sync::Arc};

/// The custom fields by which deals can be told apart, with their names.
pub fn fields(view: &View) -> Vec<(FieldId, String)> {
    let fields = view.fields_of(Kind::Deal).into_iter();
    let fields = fields.filter(|field| Query::tells_apart(field));
    fields.map(|field| (field.id, field.name.clone())).collect()
}

/// So many values are shown, those of most deals; the table has all.
const SHOWN: usize = 20;

#[component]
pub fn ApartOf(report: Arc<Report>, funnel: Funnel) -> impl IntoView {
    let texts = use_texts();
    let t = texts.funnel();
    let client = expect_context::<Client>();
    let fields = client.peek(fields);
    let field = report.query.field;
    let named = fields.iter().find(|(id, _)| field == Some(*id)).map(|(_, name)| name.clone());
    let by = named.unwrap_or_else(|| texts.deal().source().to_owned());
    let mut values: Vec<(String, Fates, String)> = (report.main.by_value.iter())
        .map(|(value, results)| {
            let mut fates = Fates::default();
            for results in results.values() {
                fates.merge(results.deals);
            }
            let won = words::sums(texts, results.iter().map(|(currency, results)| (currency, results.won)));
            (value.clone(), fates, won)
        })
        .collect();
    values.sort_by_key(|(value, fates, _)| (Reverse(fates.total()), value.clone()));
    let name_of = |value: &str| if value.is_empty() { t.no_value().to_owned() } else { value.to_owned() };
    let percent = |rate: Rate| rate.estimate().map(|rate| words::fine_percent(texts, rate.value)).unwrap_or_default();
    let interval = |rate: Rate| rate.estimate().map(words::interval).unwrap_or_default();
    let head = [t.deals(), t.won(), t.lost(), t.open(), t.win_rate(), t.interval_head(), t.amount_won()];
    let head = std::iter::once(by.clone()).chain(head.map(str::to_owned)).collect();
    let rows = values.iter().map(|(value, fates, won)| {
        let counts = [fates.total(), fates.won, fates.lost, fates.open].map(|count| count.to_string());
        let rate = fates.win_rate();
        std::iter::once(name_of(value)).chain(counts).chain([percent(rate), interval(rate), won.clone()]).collect()
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let lines = values.iter().take(SHOWN).map(|(value, fates, won)| {
        let name = name_of(value);
        let door = |count: u64, fate: Option<Fate>, what: &str| {
            let figure = Figure::Of { value: value.clone(), fate };
            view! { <td class="num"><Door count=count figure=figure name=t.stage_of(name.clone(), what) /></td> }
        };
        view! {
            <tr>
                <th scope="row" title=name.clone()>{name.clone()}</th>
                {door(fates.total(), None, t.deals())}
                {door(fates.won, Some(Fate::Won), t.won())}
                {door(fates.lost, Some(Fate::Lost), t.lost())}
                <td class="num">{percent(fates.win_rate())}</td>
                <td class="num t-3 wide-only">{interval(fates.win_rate())}</td>
                <td class="num t-3 wide-only">{won.clone()}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let note = if values.len() > SHOWN { t.by_value_some(SHOWN, values.len()) } else { t.by_value_note().to_owned() };
    let choose = move |event| {
        let field = event_target_value(&event).parse().ok();
        funnel.change(|query| {
            (query.field, query.only.value) = (field, None);
            if matches!(query.compare, Some(Compare::Value(_) | Compare::Source(_))) {
                query.compare = None;
            }
        });
    };
    view! {
        <Chart name=t.by_value(&by) note=note file="by-value" rows=rows listed=true wide=true>
            {(!fields.is_empty()).then(|| view! {
                <p class="what-if-of">
                    <span class="select sm">
                        <select aria-label=t.told_apart_by() on:change=choose>
                            <option value="" selected=field.is_none()>{texts.deal().source()}</option>
                            {fields.into_iter().map(|(id, name)| view! {
                                <option value=id.to_string() selected=field == Some(id)>{name}</option>
                            }).collect_view()}
                        </select>
                        <crate::ui::Icon name=crate::ui::IconName::Down class="i-s" />
                    </span>
                </p>
            })}
            <div class="lo-scroll" tabindex="0" role="region" aria-label=t.stage_of(by.clone(), t.by_value(&by))>
                <table class="lo">
                    <thead><tr>
                        <th scope="col">{by.clone()}</th>
                        <th scope="col" class="num">{t.deals()}</th>
                        <th scope="col" class="num">{t.won()}</th>
                        <th scope="col" class="num">{t.lost()}</th>
                        <th scope="col" class="num">{t.win_rate()}</th>
                        <th scope="col" class="num wide-only">{t.interval_head()}</th>
                        <th scope="col" class="num wide-only">{t.amount_won()}</th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </Chart>
    }
}
