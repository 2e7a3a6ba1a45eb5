//! What the table shows: the rows that are here, which of them are in sight, what is selected and what is edited.

use super::{
    columns::Layout,
    lines::{Line, Lines},
};
use crate::client::Client;
use domain::{
    activity::{Activity, next_planned},
    change::Target,
    deal::Deal,
    grid::{Column, GroupKey, Heads, Query, Window, cell},
    id::{ActivityId, DealId},
    page::Page,
    record::Kind,
    view::View,
};
use leptos::{html, prelude::*};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use wasm_bindgen::JsCast;

/// The height of a line, in pixels; style/grid.css has the same. On a phone a row has two lines of text.
const LINE: f64 = 32.0;
const PHONE_LINE: f64 = 64.0;
/// The height of the head.
const HEAD: f64 = 28.0;
/// Lines drawn above and below what is in sight.
const SPARE: usize = 6;
/// What is drawn before the height of the screen is known.
const FIRST: usize = 40;

/// A cell, by its line and its place among the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub line: usize,
    pub column: usize,
}

/// A block of cells between the one that has the keys and the one where the selection began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    pub at: Spot,
    pub anchor: Spot,
}

impl Selection {
    pub fn one(at: Spot) -> Self {
        Self { at, anchor: at }
    }

    /// First and last line.
    pub fn lines(&self) -> (usize, usize) {
        (self.at.line.min(self.anchor.line), self.at.line.max(self.anchor.line))
    }

    /// First and last column.
    pub fn columns(&self) -> (usize, usize) {
        (self.at.column.min(self.anchor.column), self.at.column.max(self.anchor.column))
    }
}

/// What of a line is selected.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Part {
    pub columns: Option<(usize, usize)>,
    pub at: Option<usize>,
}

/// A cell that is edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Editing {
    pub spot: Spot,
    pub deal: DealId,
    pub column: Column,
    /// The value that the editor was opened on.
    pub seen: serde_json::Value,
    /// As text: where it is not changed, nothing is asked.
    pub written: String,
    /// What stands in the input at first.
    pub start: String,
    /// It was begun by typing over what stood there.
    pub is_typed: bool,
    /// Why what was typed before was refused.
    pub refused: Option<String>,
}

/// How often rows were changed since the table was drawn.
#[derive(Default)]
pub struct Beats {
    all: u32,
    of: BTreeMap<DealId, u32>,
}

#[derive(Clone, Copy)]
pub struct Grid {
    pub client: Client,
    pub query: RwSignal<Query>,
    pub layout: RwSignal<Layout>,
    pub columns: Memo<Vec<Column>>,
    /// How many of them stay in sight.
    pub frozen: Memo<usize>,
    pub heads: RwSignal<Heads>,
    pub folded: RwSignal<BTreeSet<GroupKey>>,
    pub lines: Memo<Lines>,
    /// The deals in their order, as far as they are known.
    rows: StoredValue<Vec<Option<DealId>>>,
    /// Grows when `rows` changes.
    pub arrived: RwSignal<u32>,
    pub beats: RwSignal<Beats>,
    next: StoredValue<HashMap<DealId, ActivityId>>,
    /// The deals that are here, as they were when the heads counted them.
    counted: StoredValue<BTreeMap<DealId, Arc<Deal>>>,
    pub scrolled: RwSignal<f64>,
    pub left: RwSignal<f64>,
    height: RwSignal<f64>,
    /// Whether this is a phone's screen, as soon as that is known.
    pub narrow: RwSignal<Option<bool>>,
    pub selection: RwSignal<Option<Selection>>,
    /// The keys are in the head, at the selection's column.
    pub in_head: RwSignal<bool>,
    pub editing: RwSignal<Option<Editing>>,
    pub said: RwSignal<String>,
    pub node: NodeRef<html::Div>,
}

impl Grid {
    pub fn new(client: Client) -> Self {
        let window = client.page.with_untracked(|page| match page {
            Page::Deals(window) => window.clone(),
            _ => Window::default(),
        });
        let query = RwSignal::new(window.query.clone());
        let layout = RwSignal::new(Layout::default());
        let columns = Memo::new(move |_| {
            let mut columns = query.with(|query| query.columns.clone());
            if columns.is_empty() {
                columns = layout.with(|layout| layout.columns.clone());
            }
            client.with(|view| columns.retain(|column| column.is_known(view)));
            if columns.is_empty() { Column::USUAL.to_vec() } else { columns }
        });
        let heads = RwSignal::new(Heads::default());
        let folded = RwSignal::new(BTreeSet::new());
        let lines = Memo::new(move |_| {
            heads.with(|heads| folded.with(|folded| Lines::new(heads.totals.deals as usize, &heads.groups, folded)))
        });
        let grid = Self {
            client,
            query,
            layout,
            columns,
            frozen: Memo::new(move |_| layout.with(|layout| layout.frozen)),
            heads,
            folded,
            lines,
            rows: StoredValue::new(Vec::new()),
            arrived: RwSignal::new(0),
            beats: RwSignal::new(Beats::default()),
            next: StoredValue::new(HashMap::new()),
            counted: StoredValue::new(BTreeMap::new()),
            scrolled: RwSignal::new(0.0),
            left: RwSignal::new(0.0),
            height: RwSignal::new(0.0),
            narrow: RwSignal::new(None),
            selection: RwSignal::new(None),
            in_head: RwSignal::new(false),
            editing: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            node: NodeRef::new(),
        };
        grid.take(window, true);
        grid
    }

    /// Takes in a window. With `anew`, rows that it does not hold are no longer known. `false` where it is shorter than
    /// the table's length promised.
    pub fn take(&self, window: Window, anew: bool) {
        if let Some(heads) = window.heads
            && self.heads.with_untracked(|old| *old != heads)
        {
            self.heads.set(heads);
        }
        let count = self.heads.with_untracked(|heads| heads.totals.deals as usize);
        self.counted.update_value(|counted| {
            if anew {
                counted.clear();
            }
            let here = |id: &DealId| self.client.peek(|view| Some((*id, view.deals.share(id)?)));
            counted.extend(window.rows.iter().filter_map(here));
        });
        self.rows.update_value(|rows| {
            if anew {
                rows.clear();
            }
            rows.resize(count, None);
            for (place, deal) in rows.iter_mut().skip(window.from as usize).zip(window.rows) {
                *place = Some(deal);
            }
        });
        self.note_next();
        self.arrived.update(|arrived| *arrived += 1);
    }

    fn note_next(&self) {
        self.next.set_value(self.client.peek(|view| next_planned(view.activities.values())));
    }

    pub fn deal_at(&self, row: usize) -> Option<DealId> {
        self.rows.with_value(|rows| rows.get(row).copied().flatten())
    }

    /// The deal on a line.
    pub fn deal_on(&self, line: usize) -> Option<DealId> {
        match self.lines.with_untracked(|lines| lines.at(line))? {
            Line::Row(row) => self.deal_at(row),
            Line::Head(_) => None,
        }
    }

    /// The line of a deal among the lines around one.
    pub fn line_near(&self, line: usize, deal: DealId) -> Option<usize> {
        const AROUND: usize = 100;
        let count = self.lines.with_untracked(|lines| lines.count);
        let mut around = line.saturating_sub(AROUND)..count.min(line + AROUND);
        around.find(|line| self.deal_on(*line) == Some(deal))
    }

    /// The first stretch of rows around what is in sight that is not here, as first row and count.
    pub fn missing(&self, around: usize, at_most: usize) -> Option<(usize, usize)> {
        let (first, last) = self.rows_in_sight()?;
        self.missing_among(first.saturating_sub(around), last + around, at_most)
    }

    pub fn missing_among(&self, first: usize, last: usize, at_most: usize) -> Option<(usize, usize)> {
        self.rows.with_value(|rows| {
            let last = last.min(rows.len().checked_sub(1)?);
            let from = (first..=last).find(|row| rows[*row].is_none())?;
            let to = (from..=last).rev().find(|row| rows[*row].is_none())?;
            Some((from, (to - from + 1).min(at_most)))
        })
    }

    /// First and last row in sight.
    pub fn rows_in_sight(&self) -> Option<(usize, usize)> {
        let (from, to) = untrack(|| self.window());
        self.lines.with_untracked(|lines| {
            let mut rows = lines.rows(from, to.min(lines.count.saturating_sub(1)));
            let (_, first) = rows.next()?;
            Some((first, rows.last().map_or(first, |(_, row)| row)))
        })
    }

    pub fn pitch(&self) -> f64 {
        if self.narrow.get() == Some(true) { PHONE_LINE } else { LINE }
    }

    /// The lines that are drawn: first and the one after the last.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels, not negative")]
    pub fn window(&self) -> (usize, usize) {
        let (height, pitch) = (self.height.get(), self.pitch());
        let first = (self.scrolled.get().max(0.0) / pitch) as usize;
        let shown = if height > 0.0 { (height / pitch) as usize + 1 } else { FIRST };
        (first.saturating_sub(SPARE), first + shown + SPARE)
    }

    /// Reads where the table is scrolled and how high it is.
    pub fn measure(&self) {
        let Some(node) = self.node.get_untracked() else { return };
        let set = |signal: RwSignal<f64>, value: f64| {
            if signal.with_untracked(|old| (*old - value).abs() > 0.5) {
                signal.set(value);
            }
        };
        // A few pixels' scrolling draws nothing new.
        let pitch = untrack(|| self.pitch());
        set(self.scrolled, (f64::from(node.scroll_top()) / pitch).floor() * pitch);
        set(self.left, f64::from(node.scroll_left()));
        set(self.height, f64::from(node.client_height()));
    }

    /// Reads a deal with what is planned next for it.
    pub fn read<T>(&self, deal: DealId, read: impl FnOnce(&View, &Deal, Option<&Activity>) -> T) -> Option<T> {
        let next = self.next.with_value(|next| next.get(&deal).copied());
        self.client.peek(|view| {
            let record = view.deals.get(&deal)?;
            Some(read(view, record, next.and_then(|next| view.activities.get(&next))))
        })
    }

    /// A cell as it is copied.
    pub fn text(&self, deal: DealId, column: Column) -> String {
        let (zone, today) = (self.client.zone(), self.client.today());
        self.read(deal, |view, deal, next| cell::text(view, deal, column, next, &zone, today)).unwrap_or_default()
    }

    pub fn column(&self, at: usize) -> Option<Column> {
        self.columns.with_untracked(|columns| columns.get(at).copied())
    }

    /// Draws the rows anew that a change touches. `true` where it may change which rows there are, or their order.
    pub fn note(&self, touched: &[Target]) -> bool {
        let settings = touched.iter().any(|target| target.kind.is_settings() || target.kind == Kind::Account);
        let activities = touched.iter().any(|target| target.kind == Kind::Activity);
        let mut deals: BTreeSet<DealId> =
            touched.iter().filter(|target| target.kind == Kind::Deal).map(|target| target.id.into()).collect();
        let reorders = settings || activities || !deals.is_empty();
        if activities {
            let before = self.next.get_value();
            self.note_next();
            self.next.with_value(|now| {
                let ids = before.keys().chain(now.keys());
                deals.extend(ids.filter(|id| before.get(id) != now.get(id)));
                // What is planned may have changed as well.
                let same = |id: &ActivityId| touched.contains(&Target::new(Kind::Activity, *id));
                deals.extend(now.iter().filter(|(_, next)| same(next)).map(|(deal, _)| *deal));
            });
        }
        self.count(&deals);
        if reorders {
            self.beats.update(|beats| {
                beats.all += u32::from(settings);
                for deal in deals {
                    *beats.of.entry(deal).or_default() += 1;
                }
            });
        }
        reorders
    }

    /// Moves the sums on by what these deals changed; how many there are, and where each stands, the next reading tells.
    fn count(&self, deals: &BTreeSet<DealId>) {
        let group = self.query.with_untracked(|query| query.group);
        let mut changed: Vec<(Arc<Deal>, Arc<Deal>)> = Vec::new();
        self.counted.update_value(|counted| {
            for id in deals {
                let now = self.client.peek(|view| view.deals.share(id));
                if let (Some(counted), Some(now)) = (counted.get_mut(id), now)
                    && (counted.amount, counted.stage) != (now.amount, now.stage)
                {
                    changed.push((std::mem::replace(counted, now.clone()), now));
                }
            }
        });
        if changed.is_empty() {
            return;
        }
        self.heads.update(|heads| {
            self.client.peek(|view| {
                let probability = |deal: &Deal| view.stages.get(&deal.stage).map_or(0, |stage| stage.probability);
                for (before, now) in &changed {
                    let key = group.map(|group| group.of(before));
                    let of_group = heads.groups.iter_mut().find(|head| Some(head.key) == key);
                    for totals in [Some(&mut heads.totals), of_group.map(|head| &mut head.totals)].into_iter().flatten()
                    {
                        totals.subtract(before, probability(before));
                        totals.add(now, probability(now));
                    }
                }
            });
        });
    }

    /// Grows with every change of the deal's row.
    pub fn beat(&self, deal: Option<DealId>) -> (u32, u32) {
        self.beats.with(|beats| (beats.all, deal.and_then(|deal| beats.of.get(&deal).copied()).unwrap_or(0)))
    }

    /// What of a line is selected.
    pub fn part(&self, line: usize) -> Part {
        let in_head = self.in_head.get();
        self.selection.with(|selection| {
            let Some(selection) = selection.as_ref().filter(|_| !in_head) else { return Part::default() };
            let (from, to) = selection.lines();
            Part {
                columns: (from..=to).contains(&line).then(|| selection.columns()),
                at: (selection.at.line == line).then_some(selection.at.column),
            }
        })
    }

    /// Selects, and brings the cell into sight.
    pub fn select(&self, selection: Selection) {
        self.in_head.set(false);
        self.selection.set(Some(selection));
        self.bring(selection.at);
    }

    /// How far a column is from the left, and how wide it is.
    pub fn place(&self, column: usize) -> (f64, f64) {
        self.columns.with(|columns| {
            self.layout.with(|layout| {
                let width = |column: &Column| f64::from(layout.width(*column));
                let before = columns.iter().take(column).map(width).sum();
                (before, columns.get(column).map_or(0.0, width))
            })
        })
    }

    fn bring(&self, spot: Spot) {
        let Some(node) = self.node.get_untracked() else { return };
        let pitch = untrack(|| self.pitch());
        #[expect(clippy::cast_precision_loss, reason = "a line's number")]
        let top = spot.line as f64 * pitch;
        let (scrolled, height) = (f64::from(node.scroll_top()), f64::from(node.client_height()) - HEAD);
        let down = if top < scrolled { top } else { scrolled.max(top + pitch - height) };
        let frozen = self.frozen.get_untracked();
        let (left, width) = untrack(|| self.place(spot.column));
        let (kept, _) = untrack(|| self.place(frozen));
        let (at, sight) = (f64::from(node.scroll_left()), f64::from(node.client_width()));
        let across = if spot.column < frozen {
            at
        } else if left - kept < at {
            left - kept
        } else {
            at.max(left + width - sight)
        };
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        {
            node.set_scroll_top(down.round() as i32);
            node.set_scroll_left(across.round() as i32);
        }
        self.measure();
    }

    /// Gives the keys back to the table.
    pub fn focus(&self) {
        if let Some(node) = self.node.get_untracked() {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = node.unchecked_ref::<web_sys::HtmlElement>().focus_with_options(&options);
        }
    }

    /// Whether the person may edit this deal.
    pub fn may_edit(&self, deal: DealId) -> bool {
        self.client.peek(|view| view.deals.get(&deal).cloned()).is_some_and(|deal| self.client.may_edit(&deal))
    }
}
