//! The board on a phone: one stage at a time, swiped or chosen, with what it adds up to. Wide screens hide this.

use super::{
    late::LateMark,
    names::slot_name,
    state::{Board, ColumnState},
};
use crate::{
    shell::FILTER,
    texts::use_texts,
    ui::{Icon, IconName, figure, focus::focus_again},
};
use domain::{access::Right, pipeline::Outcome};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Which stage is on the phone's screen: the board tells when it is swiped.
#[derive(Clone, Copy)]
pub struct InSight {
    pub at: RwSignal<usize>,
    pub board: NodeRef<html::Div>,
}

impl InSight {
    pub fn new() -> Self {
        Self { at: RwSignal::new(0), board: NodeRef::new() }
    }

    /// The board was scrolled sideways.
    pub fn swiped(&self) {
        let Some(board) = self.board.get_untracked() else { return };
        let (left, whole) = (f64::from(board.scroll_left()), f64::from(board.scroll_width()));
        let columns = board.query_selector_all(".col").map_or(0, |columns| columns.length());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number of a column")]
        let at = (left / whole * f64::from(columns)).round().max(0.0) as usize;
        if at != self.at.get_untracked() {
            self.at.set(at);
        }
    }

    fn show(&self, at: usize) {
        let Some(board) = self.board.get_untracked() else { return };
        let Ok(columns) = board.query_selector_all(".col") else { return };
        if let Some(column) = u32::try_from(at).ok().and_then(|at| columns.item(at)) {
            let column: web_sys::Element = column.unchecked_into();
            column.scroll_into_view();
        }
        self.at.set(at);
    }
}

#[component]
pub fn Stages(board: Board, in_sight: InSight, filtering: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let columns = move || {
        board.layout.track();
        board.columns.get_value()
    };
    let here = move || columns().get(in_sight.at.get()).copied();
    let name = move |column: ColumnState| client.with(|view| slot_name(texts, view, column.slot));
    let is_open = move |column: &ColumnState| {
        client.with(|view| {
            let stage = column.slot.stage().and_then(|id| view.stages.get(&id));
            stage.is_some_and(|stage| stage.outcome == Outcome::Open)
        })
    };
    let tab = move |(at, column): (usize, ColumnState)| {
        let node = NodeRef::<html::Button>::new();
        let is_here = Memo::new(move |_| in_sight.at.get() == at);
        // The chosen one is always to be seen in its strip.
        Effect::new(move |before: Option<()>| {
            if is_here.get()
                && before.is_some()
                && let Some(strip) = node.get().and_then(|node| node.parent_element())
            {
                let own = node.get().map_or(0, |node| node.offset_left());
                strip.set_scroll_left(own - strip.client_width() / 3);
            }
        });
        view! {
            <button node_ref=node role="tab" aria-selected=move || is_here.get().to_string() on:click=move |_| in_sight.show(at)>
                {move || name(column)}
                <span class="n">{move || board.column_totals(column.slot).deals}</span>
            </button>
        }
    };
    let may_add = client.holds(Right::Work);
    let button = NodeRef::<html::Button>::new();
    focus_again(button, move || filtering.get());
    let filtered = move || board.filter.with(|filter| !filter.is_empty());
    view! {
        <div class="stages phone-only" role="tablist" aria-label=texts.board().stages()>
            {move || columns().into_iter().enumerate().map(tab).collect_view()}
        </div>
        <div class="psum phone-only">
            {move || here().map(|column| view! {
                <span class="money">{move || figure::sums_text(&board.column_totals(column.slot), false, texts.0)}</span>
                <span class="second">
                    {move || {
                        let weighted = figure::sums_text(&board.column_totals(column.slot), true, texts.0);
                        (!weighted.is_empty()).then(|| texts.board().weighted_short(weighted))
                    }}
                </span>
                <LateMark board=board column=column.slot class="phone-only" />
            })}
            {move || here().filter(|column| may_add && is_open(column)).map(|column| view! {
                <button class="btn icon" aria-label=texts.quick_add().title()
                    on:click=move |_| column.adding.update(|adding| *adding = !*adding)>
                    <Icon name=IconName::Plus />
                </button>
            })}
            <button class="btn icon" class:on=filtered aria-label=texts.filter().title() aria-keyshortcuts=FILTER node_ref=button
                aria-expanded=move || filtering.get().to_string()
                on:click=move |_| filtering.update(|filtering| *filtering = !*filtering)>
                <Icon name=IconName::Funnel />
            </button>
        </div>
    }
}
