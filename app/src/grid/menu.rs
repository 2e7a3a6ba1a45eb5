//! Which columns are shown, in which order, and how many stay in sight: the twin of dragging the head, for keys and touch.

use super::{
    Tools,
    columns::{Layout, MOST_FROZEN, column_name, moved},
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, focus::close_outside},
};
use domain::grid::Column;
use leptos::{html, prelude::*};

#[component]
pub fn ColumnsMenu(tools: Tools) -> impl IntoView {
    let texts = use_texts();
    let t = texts.grid();
    let grid = tools.grid;
    let open = RwSignal::new(false);
    let anchor = NodeRef::<html::Span>::new();
    close_outside(anchor, open);
    let hidden = move || {
        let all = grid.client.with(Column::all);
        grid.columns.with(|shown| all.into_iter().filter(|column| !shown.contains(column)).collect::<Vec<_>>())
    };
    let name = move |column: Column| grid.client.with(|view| column_name(texts, view, column));
    let show = move |column: Column| {
        let mut columns = grid.columns.get_untracked();
        columns.push(column);
        tools.set_columns(columns);
    };
    let hide = move |column: Column| {
        let mut columns = grid.columns.get_untracked();
        columns.retain(|other| *other != column);
        tools.set_columns(columns);
    };
    let shown_line = move |column: Column| {
        let label = name(column);
        let at = move || grid.columns.with_untracked(|columns| columns.iter().position(|other| *other == column));
        let step = move |by: isize| {
            let columns = grid.columns.get_untracked();
            if let Some(at) = at() {
                tools.set_columns(moved(&columns, at, at.saturating_add_signed(by)));
            }
        };
        view! {
            <div class="column-line">
                <label class="checkline">
                    <input class="check" type="checkbox" prop:checked=true on:change=move |_| hide(column)
                        disabled=move || grid.columns.with(|columns| columns.len() == 1) />
                    <span class="ell">{label.clone()}</span>
                </label>
                <button type="button" class="btn plain icon" aria-label=t.left(&label) on:click=move |_| step(-1)
                    disabled=move || grid.columns.with(|columns| columns.first() == Some(&column))>
                    <span class="turn up"><Icon name=IconName::Down class="i-s" /></span>
                </button>
                <button type="button" class="btn plain icon" aria-label=t.right(&label) on:click=move |_| step(1)
                    disabled=move || grid.columns.with(|columns| columns.last() == Some(&column))>
                    <Icon name=IconName::Down class="i-s" />
                </button>
            </div>
        }
    };
    let usual = move |_| {
        let layout = Layout::default();
        grid.layout.set(layout.clone());
        tools.set_columns(layout.columns);
    };
    view! {
        <span class="anchor" node_ref=anchor>
            <button type="button" class="btn plain" aria-haspopup="true" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)>
                <Icon name=IconName::Deals class="i-s" />{t.columns()}
            </button>
            {move || open.get().then(|| view! {
                <div class="pop pad menu end columns-menu" role="group" aria-label=t.columns()>
                    <For each=move || grid.columns.get() key=|column| *column children=shown_line />
                    <For each=hidden key=|column| *column children=move |column| view! {
                        <label class="checkline">
                            <input class="check" type="checkbox" prop:checked=false on:change=move |_| show(column) />
                            <span class="ell">{name(column)}</span>
                        </label>
                    } />
                    <label class="column-line">
                        <span class="grow">{t.frozen()}</span>
                        <span class="select sm">
                            <select on:change=move |event| tools.set_frozen(event_target_value(&event).parse().unwrap_or(1))>
                                {(0..=MOST_FROZEN).map(|count| view! {
                                    <option value=count.to_string()
                                        prop:selected=move || grid.frozen.get() == count>
                                        {count}
                                    </option>
                                }).collect_view()}
                            </select>
                            <Icon name=IconName::Down class="i-s" />
                        </span>
                    </label>
                    <button type="button" class="btn wide" on:click=usual>{t.as_usual()}</button>
                </div>
            })}
        </span>
    }
}
