//! The mouse: a press selects, a drag selects a block, the handle at its corner fills down, a double press edits.

use super::{
    Tools, block,
    lines::Line,
    state::{Selection, Spot},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The height of the head, in pixels.
const HEAD: f64 = 28.0;

#[derive(Clone, Copy, PartialEq)]
enum Drag {
    Select,
    Fill,
}

/// Where a press began; the pointer is followed wherever it goes until it is let go.
#[derive(Clone, Copy)]
pub struct Mouse {
    tools: Tools,
    drag: StoredValue<Option<Drag>>,
}

impl Mouse {
    pub fn new(tools: Tools) -> Self {
        let mouse = Self { tools, drag: StoredValue::new(None) };
        let moves = window_event_listener(leptos::ev::mousemove, move |event| mouse.moved(&event));
        let ends = window_event_listener(leptos::ev::mouseup, move |_| mouse.ended());
        on_cleanup(move || {
            moves.remove();
            ends.remove();
        });
        mouse
    }

    pub fn pressed(&self, event: &web_sys::MouseEvent) {
        let grid = self.tools.grid;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let within = |place: &str| target.as_ref().is_some_and(|target| matches!(target.closest(place), Ok(Some(_))));
        if event.button() != 0 || within(".grid-edit") || within("a") || within(".grid-head") {
            return;
        }
        if within(".handle") {
            event.prevent_default();
            self.drag.set_value(Some(Drag::Fill));
            return;
        }
        let Some(at) = self.spot(event) else { return };
        let anchor = match grid.selection.get_untracked().filter(|_| event.shift_key()) {
            Some(selection) => {
                event.prevent_default();
                selection.anchor
            }
            None => at,
        };
        grid.in_head.set(false);
        grid.selection.set(Some(Selection { at, anchor }));
        let is_row = grid.lines.with_untracked(|lines| matches!(lines.at(at.line), Some(Line::Row(_))));
        self.drag.set_value(is_row.then_some(Drag::Select));
    }

    pub fn pressed_twice(&self, event: &web_sys::MouseEvent) {
        // Within an editor it chooses a word.
        if self.tools.grid.editing.with_untracked(Option::is_some) {
            return;
        }
        if let Some(at) = self.spot(event)
            && self.tools.grid.selection.with_untracked(|selection| selection.is_some_and(|it| it.at == at))
        {
            self.tools.edit(at, None);
        }
    }

    fn moved(&self, event: &web_sys::MouseEvent) {
        let Some(drag) = self.drag.get_value() else { return };
        if event.buttons() & 1 == 0 {
            return self.ended();
        }
        let grid = self.tools.grid;
        self.tools.fetch.used();
        let (Some(at), Some(selection)) = (self.spot(event), grid.selection.get_untracked()) else { return };
        match drag {
            Drag::Select if at != selection.at => grid.select(Selection { at, ..selection }),
            Drag::Fill => self.tools.fill.set(Some(at.line).filter(|line| *line > selection.lines().1)),
            Drag::Select => {}
        }
    }

    fn ended(&self) {
        let drag = self.drag.try_get_value().flatten();
        if drag.is_none() {
            return;
        }
        self.drag.set_value(None);
        if drag == Some(Drag::Fill) {
            let (to, selection) = (self.tools.fill.get_untracked(), self.tools.grid.selection.get_untracked());
            self.tools.fill.set(None);
            if let (Some(to), Some(selection)) = (to, selection) {
                block::fill_to(self.tools, selection, to);
            }
        }
    }

    /// The cell under the pointer; beyond the edges, the one at the edge.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not negative")]
    fn spot(&self, event: &web_sys::MouseEvent) -> Option<Spot> {
        let grid = self.tools.grid;
        let node = grid.node.get_untracked()?;
        let rect = node.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
        let count = grid.lines.with_untracked(|lines| lines.count);
        let columns = grid.columns.with_untracked(Vec::len);
        if count == 0 || columns == 0 {
            return None;
        }
        let pitch = untrack(|| grid.pitch());
        let line = ((y - HEAD + f64::from(node.scroll_top())).max(0.0) / pitch) as usize;
        let frozen = grid.frozen.get_untracked();
        let (kept, _) = untrack(|| grid.place(frozen));
        let across = if x < kept { x } else { x + f64::from(node.scroll_left()) };
        let column = (0..columns).rposition(|column| untrack(|| grid.place(column)).0 <= across.max(0.0)).unwrap_or(0);
        Some(Spot { line: line.min(count - 1), column })
    }
}
