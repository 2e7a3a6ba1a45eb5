//! What the board shows: for each column its cards in order and what they add up to, kept current card by card. A change
//! costs what it touches, whatever the number of cards.

use crate::client::Client;
use chrono::NaiveDate;
use domain::{
    activity::Activity,
    board::{Filter, Totals},
    deal::Deal,
    id::{ActivityId, DealId, PipelineId, StageId},
    order::OrderKey,
    page::Page,
    pipeline::Stage,
    record::Kind,
    view::View,
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The height of a card with the gap under it, in pixels; style/board.css has the same.
pub const PITCH: f64 = 102.0;
/// Cards kept above and below what is in sight.
const SPARE: usize = 3;
/// What the server paints before the height of the screen is known.
const FIRST: usize = 12;

/// A card in its column. The revision grows when the card must be drawn anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardRef {
    pub key: OrderKey,
    pub id: DealId,
    pub revision: u32,
}

#[derive(Clone, Copy)]
pub struct ColumnState {
    pub stage: StageId,
    pub cards: RwSignal<Vec<CardRef>>,
    pub totals: RwSignal<Totals>,
    /// How far the list is scrolled, and how high it is, in pixels.
    pub scrolled: RwSignal<f64>,
    pub height: RwSignal<f64>,
    /// Its quick add is open.
    pub adding: RwSignal<bool>,
}

impl ColumnState {
    fn new(stage: StageId) -> Self {
        Self {
            stage,
            cards: RwSignal::default(),
            totals: RwSignal::default(),
            scrolled: RwSignal::new(0.0),
            height: RwSignal::new(0.0),
            adding: RwSignal::new(false),
        }
    }

    /// The places of the cards in sight, and a few around them.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a list, not negative")]
    pub fn window(&self) -> (usize, usize) {
        let height = self.height.get();
        let first = (self.scrolled.get().max(0.0) / PITCH) as usize;
        let shown = if height > 0.0 { (height / PITCH) as usize + 1 } else { FIRST };
        (first.saturating_sub(SPARE), first + shown + SPARE)
    }
}

/// What a card adds to its column, as it was when it was put there.
#[derive(Debug, Clone, PartialEq)]
struct Placed {
    card: CardRef,
    deal: Deal,
}

#[derive(Clone, Copy)]
pub struct Board {
    pub client: Client,
    pub pipeline: PipelineId,
    pub columns: StoredValue<Vec<ColumnState>>,
    /// Grows when the columns themselves change.
    pub layout: RwSignal<u32>,
    pub filter: RwSignal<Filter>,
    placed: StoredValue<HashMap<DealId, Placed>>,
    /// What is planned next for each deal.
    next: StoredValue<HashMap<DealId, ActivityId>>,
    /// Until every card is here, totals come from the server and are only moved on by changes.
    complete: StoredValue<bool>,
}

impl Board {
    pub fn new(client: Client, pipeline: PipelineId, filter: Filter) -> Self {
        let board = Self {
            client,
            pipeline,
            columns: StoredValue::new(Vec::new()),
            layout: RwSignal::new(0),
            filter: RwSignal::new(filter),
            placed: StoredValue::new(HashMap::new()),
            next: StoredValue::new(HashMap::new()),
            complete: StoredValue::new(client.is_complete(pipeline)),
        };
        board.draw();
        board
    }

    /// Draws every column anew: at the beginning, under another filter, after the pipeline changed.
    pub fn draw(&self) {
        let complete = self.client.is_complete(self.pipeline);
        self.complete.set_value(complete);
        let filter = self.filter.get_untracked();
        let mut placed = HashMap::new();
        let (stages, mut columns, mut totals) = self.client.peek(|view| {
            let stages: Vec<Stage> = view.stages_of(self.pipeline).into_iter().cloned().collect();
            let mut columns: BTreeMap<StageId, Vec<CardRef>> = BTreeMap::new();
            let mut totals: BTreeMap<StageId, Totals> = BTreeMap::new();
            for deal in view.deals.values() {
                if deal.pipeline != self.pipeline || !filter.admits(deal, view) {
                    continue;
                }
                let card = CardRef { key: deal.key.clone(), id: deal.id, revision: 0 };
                columns.entry(deal.stage).or_default().push(card.clone());
                totals.entry(deal.stage).or_default().add(deal, probability(view, deal.stage));
                placed.insert(deal.id, Placed { card, deal: deal.clone() });
            }
            (stages, columns, totals)
        });
        if !complete {
            // The server has counted what is not here yet.
            self.client.page.with_untracked(|page| {
                if let Page::Board(page) = page
                    && page.pipeline == self.pipeline
                {
                    totals = page.columns.iter().map(|column| (column.stage, column.totals.clone())).collect();
                }
            });
        }
        self.placed.set_value(placed);
        self.next.set_value(self.client.peek(|view| next_activities(view.activities.values())));
        let old = self.columns.get_value();
        let same = old.iter().map(|column| column.stage).eq(stages.iter().map(|stage| stage.id));
        let states: Vec<ColumnState> =
            if same { old } else { stages.iter().map(|stage| ColumnState::new(stage.id)).collect() };
        for state in &states {
            let mut cards = columns.remove(&state.stage).unwrap_or_default();
            cards.sort_unstable();
            state.cards.set(cards);
            state.totals.set(totals.remove(&state.stage).unwrap_or_default());
        }
        if !same {
            self.columns.set_value(states);
            self.layout.update(|layout| *layout += 1);
        }
    }

    /// Keeps the board current with the view, for as long as the owner lives.
    pub fn follow(&self) {
        let board = *self;
        self.client.listen(move |touched, _| {
            let settings = touched.iter().any(|target| target.kind.is_settings());
            if settings {
                board.draw();
                return;
            }
            let mut deals: BTreeSet<DealId> = BTreeSet::new();
            board.client.peek(|view| {
                for target in touched {
                    match target.kind {
                        Kind::Deal => {
                            deals.insert(target.id.into());
                        }
                        Kind::Activity => {
                            let activity = ActivityId(target.id);
                            deals.extend(view.activities.get(&activity).and_then(|activity| activity.deal));
                            // It may be gone, or no longer the next one.
                            board.next.with_value(|next| {
                                deals.extend(next.iter().filter(|(_, next)| **next == activity).map(|(deal, _)| *deal));
                            });
                        }
                        Kind::Account => {
                            let of_account = |placed: &&Placed| placed.deal.account == Some(target.id.into());
                            board.placed.with_value(|placed| {
                                deals.extend(placed.values().filter(of_account).map(|placed| placed.deal.id));
                            });
                        }
                        _ => {}
                    }
                }
            });
            for deal in deals {
                board.refresh(deal);
            }
        });
    }

    /// Brings one card where it belongs now.
    fn refresh(&self, id: DealId) {
        let old = self.placed.with_value(|placed| placed.get(&id).cloned());
        let filter = self.filter.get_untracked();
        let new = self.client.peek(|view| {
            let deal = view.deals.get(&id)?;
            (deal.pipeline == self.pipeline && filter.admits(deal, view)).then(|| deal.clone())
        });
        let next = self.client.peek(|view| {
            let of_deal = view.activities.values().filter(|activity| activity.deal == Some(id));
            next_activities(of_deal).remove(&id)
        });
        self.next.update_value(|known| {
            match next {
                Some(next) => known.insert(id, next),
                None => known.remove(&id),
            };
        });
        let revision = old.as_ref().map_or(0, |old| old.card.revision + 1);
        if let Some(old) = &old
            && let Some(column) = self.column(old.deal.stage) {
                column.cards.update(|cards| {
                    if let Ok(place) = cards.binary_search(&old.card) {
                        cards.remove(place);
                    }
                });
                let probability = self.probability(old.deal.stage);
                column.totals.update(|totals| totals.subtract(&old.deal, probability));
            }
        match new {
            Some(deal) => {
                let card = CardRef { key: deal.key.clone(), id, revision };
                if let Some(column) = self.column(deal.stage) {
                    column.cards.update(|cards| {
                        let place = cards.binary_search(&card).unwrap_or_else(|place| place);
                        cards.insert(place, card.clone());
                    });
                    let probability = self.probability(deal.stage);
                    column.totals.update(|totals| totals.add(&deal, probability));
                }
                self.placed.update_value(|placed| {
                    placed.insert(id, Placed { card, deal });
                });
            }
            None => self.placed.update_value(|placed| {
                placed.remove(&id);
            }),
        }
    }

    pub fn column(&self, stage: StageId) -> Option<ColumnState> {
        self.columns.with_value(|columns| columns.iter().find(|column| column.stage == stage).copied())
    }

    /// What is planned next for a deal.
    pub fn next(&self, deal: DealId) -> Option<Activity> {
        let id = self.next.with_value(|next| next.get(&deal).copied())?;
        self.client.peek(|view| view.activities.get(&id).cloned())
    }

    fn probability(&self, stage: StageId) -> u8 {
        self.client.peek(|view| probability(view, stage))
    }

    /// What all columns of open stages add up to.
    pub fn open_totals(&self) -> Totals {
        self.layout.track();
        let mut sum = Totals::default();
        for column in self.columns.get_value() {
            let open = self.client.peek(|view| {
                let stage = view.stages.get(&column.stage);
                stage.is_some_and(|stage| stage.outcome == domain::pipeline::Outcome::Open)
            });
            if open {
                column.totals.with(|totals| sum.merge(totals));
            }
        }
        sum
    }
}

/// The earliest planned activity of each deal, in one pass.
fn next_activities<'a>(activities: impl Iterator<Item = &'a Activity>) -> HashMap<DealId, ActivityId> {
    let due = |activity: &Activity| (activity.due_on.unwrap_or(NaiveDate::MAX), activity.due_time, activity.id);
    let mut next: HashMap<DealId, &Activity> = HashMap::new();
    for activity in activities.filter(|activity| activity.is_planned()) {
        let Some(deal) = activity.deal else { continue };
        let first = next.entry(deal).or_insert(activity);
        if due(activity) < due(first) {
            *first = activity;
        }
    }
    next.into_iter().map(|(deal, activity)| (deal, activity.id)).collect()
}

fn probability(view: &View, stage: StageId) -> u8 {
    view.stages.get(&stage).map_or(0, |stage| stage.probability)
}
