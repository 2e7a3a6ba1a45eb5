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
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// The height of a card with the gap under it, in pixels; style/board.css has the same.
pub const PITCH: f64 = 102.0;
/// Cards kept above and below what is in sight.
const SPARE: usize = 3;
/// What the server paints before the height of the screen is known.
const FIRST: usize = 12;

/// A card in its column, with the deal as it was when it was put there. The revision grows when the card must be drawn
/// anew.
#[derive(Debug, Clone)]
pub struct CardRef {
    deal: Arc<Deal>,
    pub revision: u32,
}

impl CardRef {
    pub fn id(&self) -> DealId {
        self.deal.id
    }

    fn place(&self) -> (&OrderKey, DealId) {
        (&self.deal.key, self.deal.id)
    }

    /// Where it stands in its column, or where it belongs.
    fn find_in(&self, cards: &[Self]) -> Result<usize, usize> {
        cards.binary_search_by(|other| other.place().cmp(&self.place()))
    }
}

impl PartialEq for CardRef {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision && Arc::ptr_eq(&self.deal, &other.deal)
    }
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

#[derive(Clone, Copy)]
pub struct Board {
    pub client: Client,
    pub pipeline: PipelineId,
    pub columns: StoredValue<Vec<ColumnState>>,
    /// Grows when the columns themselves change.
    pub layout: RwSignal<u32>,
    pub filter: RwSignal<Filter>,
    /// Every tag that a deal of the pipeline carries or has carried since the board was drawn.
    pub tags: RwSignal<BTreeSet<String>>,
    placed: StoredValue<HashMap<DealId, CardRef>>,
    /// Counts what was drawn.
    revision: StoredValue<u32>,
    /// What is planned next for each deal.
    next: StoredValue<HashMap<DealId, ActivityId>>,
    planned: StoredValue<Planned>,
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
            tags: RwSignal::new(BTreeSet::new()),
            placed: StoredValue::new(HashMap::new()),
            revision: StoredValue::new(0),
            next: StoredValue::new(HashMap::new()),
            planned: StoredValue::new(Planned::default()),
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
        let revision = self.next_revision();
        let mut placed = HashMap::new();
        let mut tags: BTreeSet<String> = filter.tag.clone().into_iter().collect();
        let (stages, mut columns, mut totals) = self.client.peek(|view| {
            let stages: Vec<Stage> = view.stages_of(self.pipeline).into_iter().cloned().collect();
            let mut columns: BTreeMap<StageId, Vec<CardRef>> = BTreeMap::new();
            let mut totals: BTreeMap<StageId, Totals> = BTreeMap::new();
            for deal in view.deals.share_all() {
                if deal.pipeline != self.pipeline {
                    continue;
                }
                tags.extend(deal.tags.iter().filter(|tag| !tags.contains(*tag)).cloned().collect::<Vec<_>>());
                if !filter.admits(deal, view) {
                    continue;
                }
                let card = CardRef { deal: deal.clone(), revision };
                columns.entry(deal.stage).or_default().push(card.clone());
                totals.entry(deal.stage).or_default().add(deal, probability(view, deal.stage));
                placed.insert(deal.id, card);
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
        if self.tags.with_untracked(|known| *known != tags) {
            self.tags.set(tags);
        }
        self.next.set_value(self.client.peek(|view| next_activities(view.activities.values())));
        self.planned.set_value(self.client.peek(Planned::of));
        let old = self.columns.get_value();
        let same = old.iter().map(|column| column.stage).eq(stages.iter().map(|stage| stage.id));
        let states: Vec<ColumnState> =
            if same { old } else { stages.iter().map(|stage| ColumnState::new(stage.id)).collect() };
        for state in &states {
            let mut cards = columns.remove(&state.stage).unwrap_or_default();
            cards.sort_unstable_by(|one, other| one.place().cmp(&other.place()));
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
                            let now = view.activities.get(&activity).filter(|activity| activity.is_planned());
                            board.planned.update_value(|planned| {
                                deals.extend(planned.note(activity, now.and_then(|it| it.deal)));
                            });
                        }
                        Kind::Account => {
                            let of_account = |card: &&CardRef| card.deal.account == Some(target.id.into());
                            board.placed.with_value(|placed| {
                                deals.extend(placed.values().filter(of_account).map(CardRef::id));
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
            let deal = view.deals.share(&id)?;
            (deal.pipeline == self.pipeline && filter.admits(&deal, view)).then_some(deal)
        });
        let planned = self.planned.with_value(|planned| planned.get(&id).cloned().unwrap_or_default());
        let next = self.client.peek(|view| {
            next_activities(planned.iter().filter_map(|activity| view.activities.get(activity))).remove(&id)
        });
        self.next.update_value(|known| {
            match next {
                Some(next) => known.insert(id, next),
                None => known.remove(&id),
            };
        });
        let revision = self.next_revision();
        if let Some(old) = &old
            && let Some(column) = self.column(old.deal.stage)
        {
            column.cards.update(|cards| {
                if let Ok(place) = old.find_in(cards) {
                    cards.remove(place);
                }
            });
            let probability = self.probability(old.deal.stage);
            column.totals.update(|totals| totals.subtract(&old.deal, probability));
        }
        match new {
            Some(deal) => {
                if self.tags.with_untracked(|tags| deal.tags.iter().any(|tag| !tags.contains(tag))) {
                    self.tags.update(|tags| tags.extend(deal.tags.iter().cloned()));
                }
                let card = CardRef { deal: deal.clone(), revision };
                if let Some(column) = self.column(deal.stage) {
                    column.cards.update(|cards| {
                        let place = card.find_in(cards).unwrap_or_else(|place| place);
                        cards.insert(place, card.clone());
                    });
                    let probability = self.probability(deal.stage);
                    column.totals.update(|totals| totals.add(&deal, probability));
                }
                self.placed.update_value(|placed| {
                    placed.insert(id, card);
                });
            }
            None => self.placed.update_value(|placed| {
                placed.remove(&id);
            }),
        }
    }

    fn next_revision(&self) -> u32 {
        self.revision.update_value(|revision| *revision += 1);
        self.revision.get_value()
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

/// Which planned activities belong to which deal, both ways, so that a change of one touches only its deal.
#[derive(Default)]
struct Planned {
    of_deal: HashMap<DealId, Vec<ActivityId>>,
    deal_of: HashMap<ActivityId, DealId>,
}

impl Planned {
    fn of(view: &View) -> Self {
        let mut all = Self::default();
        for activity in view.activities.values().filter(|activity| activity.is_planned()) {
            all.note(activity.id, activity.deal);
        }
        all
    }

    fn get(&self, deal: &DealId) -> Option<&Vec<ActivityId>> {
        self.of_deal.get(deal)
    }

    /// Notes the deal for which an activity is planned now (none: it is done or gone). Gives the deals that this touches.
    fn note(&mut self, activity: ActivityId, deal: Option<DealId>) -> Vec<DealId> {
        let before = match deal {
            Some(deal) => self.deal_of.insert(activity, deal),
            None => self.deal_of.remove(&activity),
        };
        if let Some(of_deal) = before.and_then(|before| self.of_deal.get_mut(&before)) {
            of_deal.retain(|other| *other != activity);
        }
        if let Some(deal) = deal {
            self.of_deal.entry(deal).or_default().push(activity);
        }
        before.into_iter().chain(deal).collect()
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
