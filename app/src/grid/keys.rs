//! The keys of the table: it is one stop for Tab, and the arrows go from cell to cell.

use super::{
    Tools, block,
    lines::Line,
    rows::fold,
    state::{Selection, Spot},
};
use crate::{
    shell::{FILTER, types},
    ui::is_composing,
};
use domain::{access::Right, page::Address};
use leptos::prelude::*;

pub fn on_key(tools: Tools, event: &web_sys::KeyboardEvent) {
    let grid = tools.grid;
    // What is typed into an editor is its own business.
    if types(event) || is_composing(event) || grid.editing.with_untracked(Option::is_some) {
        return;
    }
    tools.fetch.used();
    let command = event.ctrl_key() || event.meta_key();
    let took = match grid.selection.get_untracked() {
        None => begin(tools, event),
        Some(selection) if grid.in_head.get_untracked() => in_head(tools, selection, event, command),
        Some(selection) => in_cells(tools, selection, event, command),
    };
    if took {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Nothing is selected yet: the first cell in sight.
fn begin(tools: Tools, event: &web_sys::KeyboardEvent) -> bool {
    let keys = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "Enter"];
    if !keys.contains(&event.key().as_str()) {
        return false;
    }
    tools.select_first();
    true
}

impl Tools {
    /// Selects the first cell in sight, where none is.
    pub fn select_first(&self) {
        let grid = self.grid;
        if grid.selection.with_untracked(Option::is_some) || grid.lines.with_untracked(|lines| lines.count == 0) {
            return;
        }
        let pitch = untrack(|| grid.pitch());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not negative")]
        let line = grid.node.get_untracked().map_or(0, |node| (f64::from(node.scroll_top()) / pitch).ceil() as usize);
        grid.select(Selection::one(Spot { line, column: 0 }));
    }
}

fn in_head(tools: Tools, selection: Selection, event: &web_sys::KeyboardEvent, command: bool) -> bool {
    let grid = tools.grid;
    let at = selection.at.column;
    let last = grid.columns.with_untracked(Vec::len).saturating_sub(1);
    let go = |column: usize| {
        grid.select(Selection::one(Spot { line: selection.at.line, column }));
        grid.in_head.set(true);
    };
    let step = |right: bool| if right { (at + 1).min(last) } else { at.saturating_sub(1) };
    match event.key().as_str() {
        "ArrowDown" => grid.select(Selection::one(Spot { line: 0, column: at })),
        key @ ("ArrowLeft" | "ArrowRight") => {
            let right = key == "ArrowRight";
            if event.shift_key() {
                tools.move_column(at, step(right));
                go(step(right));
            } else if command {
                if let Some(column) = grid.column(at) {
                    let by = if right { 16.0 } else { -16.0 };
                    grid.layout.update(|layout| layout.resize(column, f64::from(layout.width(column)) + by));
                    grid.layout.with_untracked(|layout| layout.keep(grid.client.me));
                }
            } else {
                go(step(right));
            }
        }
        "Home" => go(0),
        "End" => go(last),
        "Enter" | " " => {
            if let Some(column) = grid.column(at) {
                tools.sort(column);
            }
        }
        "Escape" => {
            grid.selection.set(None);
            grid.in_head.set(false);
        }
        _ => return false,
    }
    true
}

fn in_cells(tools: Tools, selection: Selection, event: &web_sys::KeyboardEvent, command: bool) -> bool {
    let grid = tools.grid;
    let key = event.key();
    let at = selection.at;
    let lines = grid.lines.with_untracked(|lines| lines.count);
    if lines == 0 {
        return false;
    }
    let last = Spot { line: lines - 1, column: grid.columns.with_untracked(Vec::len).saturating_sub(1) };
    let what = grid.lines.with_untracked(|lines| lines.at(at.line));
    let to = match (key.as_str(), command) {
        ("ArrowUp", false) if at.line == 0 && !event.shift_key() => {
            grid.in_head.set(true);
            return true;
        }
        ("ArrowUp", false) => Spot { line: at.line.saturating_sub(1), ..at },
        ("ArrowDown", false) => Spot { line: at.line + 1, ..at },
        ("ArrowUp", true) => Spot { line: 0, ..at },
        ("ArrowDown", true) => Spot { line: last.line, ..at },
        ("ArrowLeft", false) => Spot { column: at.column.saturating_sub(1), ..at },
        ("ArrowRight", false) => Spot { column: at.column + 1, ..at },
        ("ArrowLeft", true) | ("Home", false) => Spot { column: 0, ..at },
        ("ArrowRight", true) | ("End", false) => Spot { column: last.column, ..at },
        ("Home", true) => Spot { line: 0, column: 0 },
        ("End", true) => last,
        ("PageUp", _) => Spot { line: at.line.saturating_sub(page(tools)), ..at },
        ("PageDown", _) => Spot { line: at.line + page(tools), ..at },
        _ => return act(tools, selection, event, command, what, last),
    };
    let to = Spot { line: to.line.min(last.line), column: to.column.min(last.column) };
    let anchor = if event.shift_key() { selection.anchor } else { to };
    grid.select(Selection { at: to, anchor });
    true
}

/// How many lines are in sight.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not negative")]
fn page(tools: Tools) -> usize {
    let height = tools.grid.node.get_untracked().map_or(0.0, |node| f64::from(node.client_height()));
    ((height / untrack(|| tools.grid.pitch())) as usize).saturating_sub(2).max(1)
}

fn act(
    tools: Tools,
    selection: Selection,
    event: &web_sys::KeyboardEvent,
    command: bool,
    what: Option<Line>,
    last: Spot,
) -> bool {
    let grid = tools.grid;
    let key = event.key();
    match (key.as_str(), command) {
        ("Enter" | " ", false) if matches!(what, Some(Line::Head(_))) => {
            if let Some(Line::Head(group)) = what {
                fold(grid, group);
            }
        }
        ("Enter", true) => {
            if let Some(deal) = grid.deal_on(selection.at.line) {
                tools.open.run(Address::Deal(deal).path());
            }
        }
        ("Enter" | "F2", false) => tools.edit(selection.at, None),
        ("Delete" | "Backspace", false) => block::clear(tools, selection),
        ("a" | "A", true) => {
            grid.in_head.set(false);
            grid.selection.set(Some(Selection { at: Spot { line: 0, column: 0 }, anchor: last }));
        }
        ("d" | "D", true) => block::fill_down(tools, selection),
        ("Escape", _) if selection.at != selection.anchor => grid.select(Selection::one(selection.at)),
        ("Escape", _) => grid.selection.set(None),
        // A letter begins to write over what stands there.
        (typed, false) if typed.chars().count() == 1 && ![" ", FILTER].contains(&typed) && !event.alt_key() => {
            if !grid.client.holds(Right::Work) || matches!(what, Some(Line::Head(_))) {
                return false;
            }
            tools.edit(selection.at, Some(key));
        }
        _ => return false,
    }
    true
}
