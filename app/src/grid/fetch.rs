//! Reading rows when they come near, and the order anew when something changed, but not while somebody works on it.

use super::state::Grid;
use crate::client::{HttpError, Wait, get};
use domain::{
    grid::Query,
    page::{Page, Snapshot},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// Rows that are read ahead on both sides, and how many are asked for at once.
const AROUND: usize = 60;
const AT_ONCE: usize = 250;
/// How long nothing may have been done before rows change their places, in milliseconds.
const REST: f64 = 1_500.0;
/// The order is read no more often than this, in milliseconds, whatever others do.
const APART: f64 = 5_000.0;
/// How long after a change of one's own it is read at the earliest.
const SOON: u32 = 600;

#[derive(Clone, Copy)]
pub struct Fetch {
    grid: Grid,
    /// Grows with every new question: answers to older ones are late.
    number: StoredValue<u32>,
    asking: StoredValue<bool>,
    /// The table's length is not what it was.
    stale: StoredValue<bool>,
    waiting: StoredValue<bool>,
    used: StoredValue<f64>,
    read: StoredValue<f64>,
    pub failed: RwSignal<bool>,
    pub loading: RwSignal<bool>,
}

impl Fetch {
    pub fn new(grid: Grid) -> Self {
        let fetch = Self {
            grid,
            number: StoredValue::new(0),
            asking: StoredValue::new(false),
            stale: StoredValue::new(false),
            waiting: StoredValue::new(false),
            used: StoredValue::new(0.0),
            read: StoredValue::new(0.0),
            failed: RwSignal::new(false),
            loading: RwSignal::new(false),
        };
        grid.client.listen(move |touched, _| {
            if grid.note(touched) {
                fetch.later();
            }
        });
        Effect::new(move |_| {
            grid.arrived.track();
            grid.lines.track();
            let _ = grid.window();
            fetch.rows();
        });
        fetch
    }

    /// Notes that somebody works here: what is under the pointer stays where it is.
    pub fn used(&self) {
        self.used.set_value(js_sys::Date::now());
    }

    fn is_over(&self) -> bool {
        self.grid.arrived.try_get_untracked().is_none()
    }

    /// Reads the rows near what is in sight that are not here, one window after another.
    fn rows(self) {
        if self.asking.get_value() || self.grid.missing(AROUND, AT_ONCE).is_none() {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            let mut wait = Wait::new();
            while !self.is_over() {
                let Some((from, count)) = self.grid.missing(AROUND, AT_ONCE) else { break };
                let number = self.number.get_value();
                let heads = self.stale.get_value();
                let answer = self.window(from, count, heads).await;
                if self.is_over() {
                    return;
                }
                if number != self.number.get_value() {
                    continue;
                }
                match answer {
                    Some(short) => self.stale.set_value(short && !heads),
                    None => wait.pause().await,
                }
            }
            self.asking.try_set_value(false);
        });
    }

    /// Reads one window. Whether it was shorter than asked for, or `None` where it could not be read.
    pub async fn window(&self, from: usize, count: usize, heads: bool) -> Option<bool> {
        let query = self.grid.query.try_get_untracked()?;
        let number = self.number.try_get_value()?;
        let snapshot = self.ask(&query, from, count, heads).await?;
        if self.number.try_get_value() != Some(number) {
            return Some(false);
        }
        let Page::Deals(window) = self.grid.client.hold_page(snapshot) else { return None };
        let short = window.rows.len() < count;
        self.grid.take(window, heads && self.stale.get_value());
        Some(short)
    }

    async fn ask(&self, query: &Query, from: usize, count: usize, heads: bool) -> Option<Snapshot> {
        let listed = Query { columns: Vec::new(), ..query.clone() }.to_query();
        let begin = if listed.is_empty() { "?" } else { "&" };
        let address = format!("/api/v1/deals{listed}{begin}from={from}&count={count}&heads={heads}");
        match get::<Snapshot>(&address).await {
            Ok(snapshot) => {
                self.failed.try_set(false);
                Some(snapshot)
            }
            Err(HttpError::SignedOut) => {
                let _ = window().location().reload();
                None
            }
            Err(_) => {
                self.failed.try_set(true);
                None
            }
        }
    }

    /// Shows another list: its first rows, from the top.
    pub fn show(self, query: Query) {
        let same = self.grid.query.with_untracked(|old| old.lists_same(&query));
        self.grid.query.set(query);
        if same {
            return;
        }
        self.number.update_value(|number| *number += 1);
        let number = self.number.get_value();
        self.loading.set(true);
        spawn_local(async move {
            let mut wait = Wait::new();
            // Typing goes on: only the last question is asked.
            TimeoutFuture::new(120).await;
            while self.number.try_get_value() == Some(number) {
                // What was just done has to reach the server first.
                self.grid.client.settled().await;
                let Some(query) = self.grid.query.try_get_untracked() else { return };
                if let Some(snapshot) = self.ask(&query, 0, AROUND, true).await {
                    if self.number.try_get_value() != Some(number) {
                        return;
                    }
                    if let Page::Deals(window) = self.grid.client.hold_page(snapshot) {
                        self.grid.selection.set(None);
                        self.grid.take(window, true);
                        if let Some(node) = self.grid.node.get_untracked() {
                            node.set_scroll_top(0);
                        }
                        self.grid.measure();
                    }
                    self.loading.set(false);
                    self.read.set_value(js_sys::Date::now());
                    return;
                }
                wait.pause().await;
            }
        });
    }

    /// Reads the order anew, as soon as everybody rests: the row that is worked on does not move away.
    fn later(self) {
        if self.waiting.get_value() {
            return;
        }
        self.waiting.set_value(true);
        spawn_local(async move {
            loop {
                TimeoutFuture::new(SOON).await;
                let (Some(used), Some(read)) = (self.used.try_get_value(), self.read.try_get_value()) else { return };
                let now = js_sys::Date::now();
                let is_edited = self.grid.editing.try_with_untracked(Option::is_some);
                if is_edited == Some(false) && now - used > REST && now - read > APART {
                    break;
                }
            }
            self.grid.client.settled().await;
            if self.is_over() {
                return;
            }
            self.waiting.set_value(false);
            let number = self.number.get_value();
            let (first, last) = self.grid.rows_in_sight().unwrap_or((0, 0));
            let from = first.saturating_sub(AROUND / 2);
            let query = self.grid.query.get_untracked();
            let answer = self.ask(&query, from, last - from + 1 + AROUND, true).await;
            if self.is_over() || self.number.get_value() != number {
                return;
            }
            let Some(snapshot) = answer else { return self.later() };
            self.read.set_value(js_sys::Date::now());
            // Somebody has begun to work meanwhile: the new order waits for its turn.
            if js_sys::Date::now() - self.used.get_value() < REST {
                self.grid.client.hold_page(snapshot);
                return self.later();
            }
            let held = self.held();
            if let Page::Deals(window) = self.grid.client.hold_page(snapshot) {
                self.grid.take(window, true);
            }
            self.hold(held);
        });
    }

    /// The deal whose cell has the keys.
    fn held(&self) -> Option<domain::id::DealId> {
        self.grid.deal_on(self.grid.selection.get_untracked()?.at.line)
    }

    /// The keys stay with the deal that they were on, where it is still in sight.
    fn hold(&self, held: Option<domain::id::DealId>) {
        let grid = self.grid;
        let (Some(deal), Some(mut selection)) = (held, grid.selection.get_untracked()) else { return };
        let (from, to) = untrack(|| grid.window());
        if let Some(line) = (from..=to).find(|line| grid.deal_on(*line) == Some(deal))
            && line != selection.at.line
        {
            let one = selection.at == selection.anchor;
            selection.at.line = line;
            if one {
                selection.anchor = selection.at;
            }
            grid.selection.set(Some(selection));
        }
    }

    /// Reads every row between two that is not here. `false` where that failed.
    pub async fn all_between(&self, first: usize, last: usize) -> bool {
        while let Some((from, count)) = self.grid.missing_among(first, last, 500) {
            if self.window(from, count, false).await != Some(false) {
                return false;
            }
        }
        true
    }
}
