//! Coming back to the table by the browser's way back: it stands where it was left, and the row of the deal that was looked
//! at has the keys.

use super::state::{Grid, Selection, Spot};
use crate::client::in_browser;
use domain::{
    grid::GroupKey,
    id::DealId,
    page::{Address, Page},
};
use leptos::prelude::*;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};
use wasm_bindgen::JsCast;

/// How the table was left.
struct Left {
    path: String,
    /// How far it was scrolled down and to the right, in pixels.
    down: i32,
    right: i32,
    folded: BTreeSet<GroupKey>,
    /// The deal that was opened, and its line.
    opened: Option<(DealId, usize)>,
}

thread_local! {
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
    /// The address that the browser went back to, or forth, until its page stands.
    static RETURNED: RefCell<Option<String>> = const { RefCell::new(None) };
    static LISTENS: Cell<bool> = const { Cell::new(false) };
}

/// Notes how the table is left, and takes it up where one comes back to the same list.
pub fn keep(grid: Grid) {
    Effect::new(move |_| {
        // The way back is taken from other pages, so this outlives the table.
        if !LISTENS.replace(true) {
            window_event_listener_untyped("popstate", |_| {
                let place = window().location();
                let path = place.pathname().and_then(|path| Ok(path + &place.search()?)).ok();
                RETURNED.replace(path);
            });
        }
    });
    let sought = RwSignal::new(None);
    Effect::new(move |_| {
        if grid.node.get().is_none() {
            return;
        }
        let Some(left) = returned(grid) else { return };
        grid.folded.set(left.folded);
        // When the groups are folded, and the table is as high as it was.
        request_animation_frame(move || {
            if let Some(node) = grid.node.try_get_untracked().flatten() {
                node.set_scroll_top(left.down);
                node.set_scroll_left(left.right);
                grid.measure();
                grid.focus();
                sought.set(left.opened);
            }
        });
    });
    // When its rows are here: meanwhile the deal may stand on another line.
    Effect::new(move |_| {
        grid.arrived.track();
        if let Some((deal, line)) = sought.get().filter(|(_, line)| grid.deal_on(*line).is_some()) {
            sought.set(None);
            if let Some(line) = grid.line_near(line, deal) {
                take_keys(grid, deal, line);
            }
        }
    });
    on_cleanup(move || {
        if in_browser() {
            LEFT.replace(Some(left(grid)));
        }
    });
}

/// How the table was left, where the browser has come back to it.
fn returned(grid: Grid) -> Option<Left> {
    let here = grid.query.with_untracked(|query| Address::Deals(query.clone()).path());
    let to = RETURNED.take()?;
    let left = LEFT.take()?;
    (Address::parse(&to)?.path() == here && left.path == here).then_some(left)
}

fn left(grid: Grid) -> Left {
    let opened = grid.client.page.with_untracked(|page| match page {
        Page::Deal { deal, .. } => Some(*deal),
        _ => None,
    });
    let (from, _) = untrack(|| grid.window());
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let pixels = |of: RwSignal<f64>| of.get_untracked() as i32;
    Left {
        path: grid.query.with_untracked(|query| Address::Deals(query.clone()).path()),
        down: pixels(grid.scrolled),
        right: pixels(grid.left),
        folded: grid.folded.get_untracked(),
        opened: opened.and_then(|deal| Some((deal, grid.line_near(from, deal)?))),
    }
}

fn take_keys(grid: Grid, deal: DealId, line: usize) {
    if grid.narrow.get_untracked() != Some(true) {
        grid.select(Selection::one(Spot { line, column: 0 }));
        grid.focus();
        return;
    }
    // On a phone the row is a link.
    request_animation_frame(move || {
        let link = document().query_selector(&format!(".grid-line[data-deal=\"{deal}\"] a")).ok().flatten();
        if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = link.focus();
        }
    });
}
