//! The table: people down, weeks or days across. Only the lines in sight are drawn; head and names stay where they are.

use super::{
    cell::{Cell, cell_id},
    state::{LINE, Load, column_words},
};
use crate::{texts::use_texts, ui::Avatar};
use leptos::prelude::*;

/// How many lines are drawn beyond those in sight.
const BEYOND: usize = 6;
/// Before the screen is known.
const FIRST: (usize, usize) = (0, 40);

#[component]
pub fn Table(load: Load) -> impl IntoView {
    let t = use_texts().plan_load();
    let count = move || load.people.with(Vec::len);
    let columns = move || load.columns.with(Vec::len);
    let sight = RwSignal::new(FIRST);
    let measure = move || {
        let Some(node) = load.node.get_untracked() else { return };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lines of a screen")]
        let lines = |pixels: i32| (f64::from(pixels) / LINE).max(0.0) as usize;
        let (first, screen) = (lines(node.scroll_top()), lines(node.client_height()));
        let seen = (first.saturating_sub(BEYOND), first + screen + BEYOND);
        // The keys find a cell that is drawn.
        let (row, column) = load.at.get_untracked();
        if row < seen.0 || row >= seen.1.min(untrack(count)) {
            load.at.set((first.min(untrack(count).saturating_sub(1)), column));
        }
        if sight.get_untracked() != seen {
            sight.set(seen);
        }
    };
    Effect::new(move |_| {
        load.node.track();
        load.people.track();
        measure();
        let resized = window_event_listener(leptos::ev::resize, move |_| measure());
        on_cleanup(move || resized.remove());
    });
    let shown = Memo::new(move |_| {
        let (from, to) = if load.gantt.printing.get() { (0, usize::MAX) } else { sight.get() };
        let to = to.min(count());
        (from.min(to)..to).collect::<Vec<_>>()
    });
    view! {
        <div class="load" class:days=move || load.by_days() role="grid" aria-label=t.title() node_ref=load.node
            aria-rowcount=move || count() + 1 aria-colcount=move || columns() + 1 style=("--columns", move || columns().to_string())
            on:scroll=move |_| measure() on:keydown=move |event| on_key(load, &event)>
            <div class="load-head" role="row" aria-rowindex="1">
                <div class="lname" role="columnheader">{t.person()}</div>
                {move || {
                    let by_days = load.by_days();
                    let today = load.gantt.client.today();
                    load.columns.with(|columns| columns.iter().map(|column| {
                        let (name, day) = column_words(by_days, *column);
                        let is_now = load.gantt.hours.get().0.zone.moment(today.and_time(chrono::NaiveTime::MIN));
                        let is_now = column.from <= is_now && is_now < column.to;
                        view! {
                            <div role="columnheader" class:now=is_now aria-current=is_now.then_some("date")><b>{name}</b><span>{day}</span></div>
                        }
                    }).collect_view())
                }}
            </div>
            <div class="load-body" role="rowgroup" style=("--rows", move || count().to_string())>
                <For each=move || shown.get() key=|row| *row children=move |row| view! { <Line load=load row=row /> } />
            </div>
        </div>
    }
}

#[component]
fn Line(load: Load, row: usize) -> impl IntoView {
    let who = Memo::new(move |_| load.people.with(|people| people.get(row).copied().flatten()));
    let over = move || load.held.with(|held| held.as_ref().is_some_and(|held| held.over == Some(row)));
    let member = move || who.get().and_then(|who| load.gantt.client.with(|view| view.members.get(&who).cloned()));
    let columns = Memo::new(move |_| load.columns.with(Vec::len));
    view! {
        <div class="lrow" role="row" aria-rowindex=row + 2 data-person=row class:over=over
            style=format!("transform:translateY({}px)", top(row))>
            <div class="lname" role="rowheader">
                {move || view! { <Avatar member=member() me=load.gantt.client.me /> }}
                <span class="ell">{move || load.name(who.get())}</span>
            </div>
            {move || (0..columns.get()).map(|column| view! { <Cell load=load row=row column=column /> }).collect_view()}
        </div>
    }
}

#[expect(clippy::cast_precision_loss, reason = "lines")]
fn top(row: usize) -> f64 {
    row as f64 * LINE
}

/// The arrows go from cell to cell; Enter opens one.
fn on_key(load: Load, event: &web_sys::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let (row, column) = load.at.get_untracked();
    let last = load.people.with_untracked(Vec::len).saturating_sub(1);
    let last_column = load.columns.with_untracked(Vec::len).saturating_sub(1);
    let to = match event.key().as_str() {
        "ArrowUp" => (row.saturating_sub(1), column),
        "ArrowDown" => ((row + 1).min(last), column),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "ArrowRight" => (row, (column + 1).min(last_column)),
        "Home" => (row, 0),
        "End" => (row, last_column),
        "PageUp" => (row.saturating_sub(10), column),
        "PageDown" => ((row + 10).min(last), column),
        "Enter" | " " => {
            event.prevent_default();
            event.stop_propagation();
            return open(load, row, column);
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    load.at.set(to);
    if let Some(node) = load.node.get_untracked() {
        // The head covers a line's height and a little.
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        let (from, line) = (top(to.0) as i32, LINE as i32);
        if from < node.scroll_top() {
            node.set_scroll_top(from);
        } else if from + 2 * line > node.scroll_top() + node.client_height() {
            node.set_scroll_top(from + 2 * line - node.client_height());
        }
    }
    request_animation_frame(move || focus(to.0, to.1));
}

pub fn focus(row: usize, column: usize) {
    use wasm_bindgen::JsCast;
    let cell = document().get_element_by_id(&cell_id(row, column));
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = cell.focus();
    }
}

/// Lists what is in the cell, or stops doing so.
pub fn open(load: Load, row: usize, column: usize) {
    let who = load.people.with_untracked(|people| people.get(row).copied());
    let first = load.columns.with_untracked(|columns| columns.get(column).map(|column| column.first));
    let (Some(who), Some(first)) = (who, first) else { return };
    load.at.set((row, column));
    load.gantt.open.set(None);
    load.open.update(|open| *open = Some((who, first)).filter(|cell| *open != Some(*cell)));
}
