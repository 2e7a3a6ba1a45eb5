//! The head of the table: a click sorts, a drag moves the column, its edge makes it wider, a double click on the edge
//! fits it to what it shows.

use super::{
    Tools,
    columns::{column_name, moved},
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::grid::{Column, Query, Sort};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// How far the pointer goes before a press becomes a drag, in pixels.
const SLOP: f64 = 5.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Drag {
    Move { from: usize, begin: f64, to: Option<usize> },
    Resize { column: Column, begin: f64, width: f64 },
}

#[component]
pub fn Heads(tools: Tools) -> impl IntoView {
    let texts = use_texts();
    let grid = tools.grid;
    let drag = RwSignal::new(None::<Drag>);
    let node = NodeRef::<html::Div>::new();
    // The click that ends a drag sorts nothing.
    let dragged = StoredValue::new(false);
    let x = |event: &web_sys::PointerEvent| f64::from(event.client_x());
    let moves = window_event_listener(leptos::ev::pointermove, move |event| match drag.get_untracked() {
        Some(Drag::Resize { column, begin, width }) => {
            grid.layout.update(|layout| layout.resize(column, width + x(&event) - begin));
        }
        Some(Drag::Move { from, begin, to }) if to.is_some() || (x(&event) - begin).abs() > SLOP => {
            let to = under(node, x(&event)).or(to).unwrap_or(from);
            drag.set(Some(Drag::Move { from, begin, to: Some(to) }));
        }
        _ => {}
    });
    let ends = window_event_listener(leptos::ev::pointerup, move |_| {
        let ended = drag.get_untracked();
        if ended.is_some() {
            drag.set(None);
        }
        match ended {
            Some(Drag::Resize { .. }) => {
                dragged.set_value(true);
                grid.layout.with_untracked(|layout| layout.keep(grid.client.me));
            }
            Some(Drag::Move { from, to: Some(to), .. }) => {
                dragged.set_value(true);
                tools.move_column(from, to);
            }
            _ => {}
        }
    });
    on_cleanup(move || {
        moves.remove();
        ends.remove();
    });
    let columns = Memo::new(move |_| {
        let columns = grid.columns.get();
        grid.client.with(|view| {
            let head = |column| (column, column_name(texts, view, column), column.is_figure(view));
            columns.into_iter().map(head).collect::<Vec<_>>()
        })
    });
    let head = move |at: usize, (column, name, is_figure): (Column, String, bool)| {
        let frozen = grid.frozen.get();
        let sort = move || grid.query.with(|query| query.sort);
        let sorted = move || match sort() {
            Sort { column: other, descending } if other == column => {
                Some(if descending { "descending" } else { "ascending" })
            }
            _ => None,
        };
        let mut class = "gc".to_owned();
        if is_figure {
            class += " num";
        }
        if at < frozen {
            class += &format!(" f{at}");
        }
        if at + 1 == frozen {
            class += " edge";
        }
        let is_at = move || {
            grid.in_head.get() && grid.selection.with(|selection| selection.is_some_and(|it| it.at.column == at))
        };
        let target = move || drag.with(|drag| matches!(drag, Some(Drag::Move { to: Some(to), .. }) if *to == at));
        view! {
            <div class=class class:at=is_at class:target=target role="columnheader" id=head_id(at) aria-colindex=at + 1
                aria-sort=move || sorted().unwrap_or("none") data-column=column.to_string() title=name.clone()
                on:pointerdown=move |event| {
                    dragged.set_value(false);
                    if event.button() == 0 && event.pointer_type() == "mouse" {
                        drag.set(Some(Drag::Move { from: at, begin: x(&event), to: None }));
                    }
                }
                on:click=move |_| if !dragged.get_value() { tools.sort(column) }>
                <span class="ell">{name.clone()}</span>
                {move || sorted().map(|_| view! { <Icon name=IconName::Down class="i-s" /> })}
                <i class="grip"
                    on:pointerdown=move |event| {
                        event.stop_propagation();
                        event.prevent_default();
                        let width = f64::from(grid.layout.with_untracked(|layout| layout.width(column)));
                        drag.set(Some(Drag::Resize { column, begin: x(&event), width }));
                    }
                    on:click=|event| event.stop_propagation()
                    on:dblclick=move |_| fit(tools, at, column)></i>
            </div>
        }
    };
    view! {
        <div class="grid-line grid-head" role="row" aria-rowindex="1" node_ref=node
            class:dragging=move || drag.with(Option::is_some)>
            {move || columns.get().into_iter().enumerate().map(|(at, column)| head(at, column)).collect_view()}
        </div>
    }
}

pub fn head_id(column: usize) -> String {
    format!("head-{column}")
}

/// The column over which the pointer is.
fn under(node: NodeRef<html::Div>, x: f64) -> Option<usize> {
    let cells = node.get_untracked()?.children();
    (0..cells.length()).position(|at| {
        cells.item(at).is_some_and(|cell| {
            let place = cell.get_bounding_client_rect();
            (place.left()..place.right()).contains(&x)
        })
    })
}

/// Makes a column as wide as what it shows in sight.
fn fit(tools: Tools, at: usize, column: Column) {
    let Some(node) = tools.grid.node.get_untracked() else { return };
    let Ok(cells) = node.query_selector_all(&format!("[aria-colindex=\"{}\"] > :first-child", at + 1)) else { return };
    let widths = (0..cells.length()).filter_map(|place| cells.item(place)?.dyn_into::<web_sys::Element>().ok());
    // An inline box is as wide as its text, however much of it is cut; a block tells how far it scrolls.
    let width = |text: web_sys::Element| text.get_bounding_client_rect().width().max(f64::from(text.scroll_width()));
    if let Some(widest) = widths.map(width).reduce(f64::max) {
        tools.grid.layout.update(|layout| layout.resize(column, widest + 34.0));
        tools.grid.layout.with_untracked(|layout| layout.keep(tools.grid.client.me));
    }
}

impl Tools {
    /// Sorts by a column; by the same again, the other way round.
    pub fn sort(&self, column: Column) {
        let query = self.grid.query.get_untracked();
        let descending = query.sort.column == column && !query.sort.descending;
        self.change.run(Query { sort: Sort { column, descending }, ..query });
    }

    pub fn move_column(&self, from: usize, to: usize) {
        if from != to {
            self.set_columns(moved(&self.grid.columns.get_untracked(), from, to));
        }
    }

    /// Shows these columns: in the address, and wherever the table is opened next.
    pub fn set_columns(&self, columns: Vec<Column>) {
        if columns.is_empty() {
            return;
        }
        self.grid.layout.update(|layout| layout.columns.clone_from(&columns));
        self.grid.layout.with_untracked(|layout| layout.keep(self.grid.client.me));
        self.change.run(Query { columns, ..self.grid.query.get_untracked() });
    }

    pub fn set_frozen(&self, frozen: usize) {
        self.grid.layout.update(|layout| layout.frozen = frozen);
        self.grid.layout.with_untracked(|layout| layout.keep(self.grid.client.me));
    }
}
