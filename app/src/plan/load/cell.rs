//! One cell: hours taken and hours there are. What is too much is red, with its shape, and says by how much.

use super::{
    give,
    state::{Load, column_words, hours, is_over},
    table::open,
};
use crate::{texts::use_texts, ui::HealthMark};
use domain::health::Light;
use leptos::prelude::*;

pub fn cell_id(row: usize, column: usize) -> String {
    format!("load-{row}-{column}")
}

#[component]
pub fn Cell(load: Load, row: usize, column: usize) -> impl IntoView {
    let t = use_texts().plan_load();
    let of = Memo::new(move |_| load.cell(row, column));
    let who = move || load.people.with(|people| people.get(row).copied().flatten());
    let first = move || load.columns.with(|columns| columns.get(column).map(|column| column.first));
    let is_open = move || load.open.get().is_some_and(|(owner, day)| owner == who() && Some(day) == first());
    let is_nobody = move || who().is_none();
    let said = move || {
        let of = of.get();
        let when = load.columns.with(|columns| columns.get(column).copied());
        let when = when.map(|column| column_words(load.by_days(), column).1).unwrap_or_default();
        let name = load.name(who());
        match (is_nobody(), is_over(&of)) {
            (true, _) => t.said_nobody(name, hours(of.taken), when),
            (_, true) => t.said_over(hours(of.capacity), name, hours(of.taken - of.capacity), hours(of.taken), when),
            _ => t.said(hours(of.capacity), name, hours(of.taken), when),
        }
    };
    let part = move || {
        let of = of.get();
        format!("{}%", if of.capacity > 0 { (of.taken * 100 / of.capacity).min(100) } else { 0 })
    };
    view! {
        <div class="lcell" role="gridcell" id=cell_id(row, column) aria-colindex=column + 2
            tabindex=move || if load.at.get() == (row, column) { "0" } else { "-1" } aria-label=said
            aria-selected=move || is_open().to_string() style=("--part", part)
            class:over=move || is_over(&of.get()) class:off=move || of.with(|of| of.capacity == 0) class:free=move || of.with(|of| of.taken == 0)
            class:nobody=is_nobody
            on:click=move |_| if !give::was_drag(load) { open(load, row, column) }
            on:focus=move |_| load.at.set((row, column))
            on:pointerdown=move |event| give::press_cell(load, row, column, &event)>
            {move || {
                let of = of.get();
                let over = is_over(&of);
                (of.taken > 0 || of.capacity > 0).then(|| view! {
                    {over.then(|| view! { <HealthMark level=Light::Red label="" /> })}
                    <b>{if of.taken > 0 { hours(of.taken) } else { "–".to_owned() }}</b>
                    {(!is_nobody() && (of.taken > 0)).then(|| view! { <span>"/" {hours(of.capacity)}</span> })}
                })
            }}
        </div>
    }
}
