//! Pages that are read later: their records join the view, and what was done here meanwhile stays on top.

use super::{Client, HttpError, get};
use domain::{
    Version,
    change::Recorded,
    id::PipelineId,
    page::{Address, BoardPage, History, Page, Snapshot},
    view::{Versioned, View},
};
use leptos::prelude::*;

impl Client {
    /// Reads a page anew and shows it, if it is still wanted when it is here.
    pub async fn read_if(&self, address: &Address, is_wanted: impl Fn() -> bool) -> Result<(), HttpError> {
        let query: String = form_urlencoded::byte_serialize(address.path().as_bytes()).collect();
        let snapshot = get::<Snapshot>(&format!("/api/v1/page?address={query}")).await?;
        if is_wanted() {
            self.arrive(snapshot);
        }
        Ok(())
    }

    /// Takes in a page read later: its records replace older ones, its page becomes the page.
    pub fn arrive(&self, snapshot: Snapshot) {
        let page = self.take_in(snapshot);
        self.page.set(page);
        self.tick.update(|tick| *tick += 1);
    }

    /// Takes in the records of a page that is not shown, and gives the page.
    pub fn hold_page(&self, snapshot: Snapshot) -> Page {
        let page = self.take_in(snapshot);
        self.tick.update(|tick| *tick += 1);
        page
    }

    /// Takes in records as of a version.
    pub fn hold(&self, held: Versioned) {
        self.lay_under(held.version, |view| view.merge(held.view));
        self.tick.update(|tick| *tick += 1);
    }

    /// Shows a page from what is held here, while the server is away; `false` where too little of it is.
    pub fn show_held(&self, address: &Address) -> bool {
        let page = self.state.with_value(|state| match address {
            Address::Board { pipeline, .. } => {
                let pipeline = pipeline.or_else(|| state.view.pipelines().first().map(|first| first.id))?;
                let board = BoardPage { pipeline, cells: Vec::new(), complete: true };
                state.complete.contains(&pipeline).then_some(Page::Board(board))
            }
            Address::Deals(query) => {
                let held = query.held(&state.view);
                (!held.rows.is_empty()).then_some(Page::Deals(held))
            }
            // Those that were read with deals, or by the page itself.
            Address::Plan(query) => {
                let asked = state.view.plans.values().filter(|plan| {
                    let of_deal = query.deal.is_none_or(|deal| plan.deal == Some(deal));
                    plan.template == query.templates && of_deal && query.plan.is_none_or(|id| plan.id == id)
                });
                let plans: Vec<_> = asked.map(|plan| plan.id).collect();
                (!plans.is_empty()).then_some(Page::Plan { plans, more: true })
            }
            // Its activities and its history are known only in part.
            Address::Deal(deal) => {
                let history = History { recorded: Vec::new(), more: true };
                state.view.deals.contains_key(deal).then_some(Page::Deal { deal: *deal, history })
            }
            _ => None,
        });
        let Some(page) = page else { return false };
        if self.page.with_untracked(|shown| *shown != page) {
            self.page.set(page);
            self.toasts.say(self.texts.errors().held_here());
        }
        true
    }

    /// Takes in every card of a board.
    pub fn complete_board(&self, snapshot: Snapshot) {
        let Page::Board(board) = &snapshot.page else { return };
        let pipeline = board.pipeline;
        let before: Vec<_> = self.peek(|view| {
            let of_board = view.deals.values().filter(|deal| deal.pipeline == pipeline);
            of_board.map(|deal| deal.id).collect()
        });
        self.state.update_value(|state| {
            state.complete.insert(pipeline);
            for deal in before {
                if !snapshot.view.deals.contains_key(&deal) {
                    state.view.deals.remove(&deal);
                }
            }
        });
        self.take_in(snapshot);
        self.tick.update(|tick| *tick += 1);
    }

    pub fn is_complete(&self, pipeline: PipelineId) -> bool {
        self.state.with_value(|state| state.complete.contains(&pipeline))
    }

    /// Takes in every saved view that the member may see.
    pub fn complete_views(&self, read: Versioned) {
        self.lay_under(read.version, |held| {
            held.saved_views.clear();
            held.merge(read.view);
        });
        self.tick.update(|tick| *tick += 1);
    }

    pub(super) fn take_in(&self, snapshot: Snapshot) -> Page {
        let Snapshot { version, view, page, zone, .. } = snapshot;
        self.state.update_value(|state| state.zone = zone);
        self.lay_under(version, |held| held.merge(view));
        page
    }

    /// Lays what was read as of a version under what has happened here since.
    fn lay_under(&self, version: Version, lay: impl FnOnce(&mut View)) {
        let now = self.now();
        self.state.update_value(|state| {
            state.take_back_guesses();
            lay(&mut state.view);
            // What was confirmed here after the snapshot was read goes on top. Where the snapshot is ahead, what is
            // still to arrive is applied once more and ends in the same: other records have not seen it yet.
            let later: Vec<Recorded> =
                state.recent.iter().filter(|recorded| recorded.version > version).cloned().collect();
            for change in later.iter().flat_map(|recorded| &recorded.changes) {
                state.view.apply(change);
            }
            state.guess_again(self.me, now);
        });
    }
}
