//! What the board shows: in each lane and column its cards in order and what they add up to, kept current card by card. A
//! change costs what it touches, whatever the number of cards.

use super::{lift, planned::Planned};
use crate::client::Client;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    activity::{Activity, next_planned},
    board::{Arranger, Filter, Lane, Look, Rank, Seat, Slot, Totals, place},
    deal::Deal,
    id::{ActivityId, DealId, PipelineId, StageId},
    page::Page,
    pipeline::Outcome,
    record::Kind,
    view::View,
};
use leptos::prelude::*;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The height of a card with the gap under it, in pixels, and of one in two lines; style/board.css has the same.
const PITCH: f64 = 102.0;
const DENSE: f64 = 56.0;

/// A card in its place, with the deal as it was when it was put there. The revision grows when the card must be drawn
/// anew.
#[derive(Debug, Clone)]
pub struct CardRef {
    deal: Arc<Deal>,
    seat: Seat,
    pub revision: u32,
}

impl CardRef {
    pub fn id(&self) -> DealId {
        self.deal.id
    }

    pub fn entered_at(&self) -> DateTime<Utc> {
        self.deal.entered_at
    }

    fn place(&self) -> (&Rank, &domain::order::OrderKey, DealId) {
        place(&self.seat.rank, &self.deal)
    }

    /// Where it stands among cards, or where it belongs.
    fn find_in(&self, cards: &[Self]) -> Result<usize, usize> {
        cards.binary_search_by(|other| other.place().cmp(&self.place()))
    }
}

impl PartialEq for CardRef {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision && Arc::ptr_eq(&self.deal, &other.deal)
    }
}

/// The cards of a lane's column.
#[derive(Clone, Copy)]
pub struct CellState {
    pub lane: Lane,
    pub slot: Slot,
    pub cards: RwSignal<Vec<CardRef>>,
    pub totals: RwSignal<Totals>,
    /// Where the pointer is in its list, in pixels from the list's first card.
    pub pointer: StoredValue<Option<f64>>,
    /// The first place in sight.
    pub first: StoredValue<usize>,
    /// By how many places what is in sight has been pushed down by others.
    pub pushed: RwSignal<i32>,
}

impl CellState {
    fn new(lane: Lane, slot: Slot) -> Self {
        Self {
            lane,
            slot,
            cards: RwSignal::default(),
            totals: RwSignal::default(),
            pointer: StoredValue::new(None),
            first: StoredValue::new(0),
            pushed: RwSignal::new(0),
        }
    }

    /// How many cards it has, whether or not they are here.
    pub fn count(&self) -> usize {
        self.cards.with(Vec::len).max(self.totals.with(|totals| totals.deals as usize))
    }
}

/// The cards of each lane and column, with what they add up to.
type Cells = HashMap<(Lane, Slot), (Vec<CardRef>, Totals)>;

#[derive(Clone, Copy)]
pub struct ColumnState {
    pub slot: Slot,
    /// Its quick add is open.
    pub adding: RwSignal<bool>,
}

#[derive(Clone, Copy)]
pub struct LaneState {
    pub lane: Lane,
    /// One for each column.
    pub cells: StoredValue<Vec<CellState>>,
}

impl LaneState {
    pub fn totals(&self) -> Totals {
        let mut sum = Totals::default();
        for cell in self.cells.get_value() {
            cell.totals.with(|totals| sum.merge(totals));
        }
        sum
    }
}

#[derive(Clone, Copy)]
pub struct Board {
    pub client: Client,
    pub pipeline: PipelineId,
    pub filter: RwSignal<Filter>,
    pub look: RwSignal<Look>,
    pub columns: StoredValue<Vec<ColumnState>>,
    /// A board without lanes has one.
    pub lanes: StoredValue<Vec<LaneState>>,
    /// Grows when the columns or lanes themselves change.
    pub layout: RwSignal<u32>,
    /// What the open deals add up to.
    pub open: RwSignal<Totals>,
    /// Every tag that a deal of the pipeline carries or has carried since the board was drawn.
    pub tags: RwSignal<BTreeSet<String>>,
    /// Chosen to be acted on together.
    pub selected: RwSignal<BTreeSet<DealId>>,
    /// The card that was chosen last.
    pub anchor: StoredValue<Option<DealId>>,
    /// The cards whose menu is open.
    pub menu: RwSignal<Option<Vec<DealId>>>,
    /// The card that is looked into, and whether only for as long as a key is held.
    pub peeked: RwSignal<Option<(DealId, bool)>>,
    /// Every card is drawn, not only those in sight.
    pub printing: RwSignal<bool>,
    placed: StoredValue<HashMap<DealId, CardRef>>,
    /// Counts what was drawn.
    revision: StoredValue<u32>,
    /// What is planned next for each deal.
    next: StoredValue<HashMap<DealId, ActivityId>>,
    planned: StoredValue<Planned>,
    /// The filter and the look that the server has counted for.
    counted: StoredValue<(Filter, Look)>,
    /// The day that lights and months were worked out for.
    day: StoredValue<NaiveDate>,
    /// Under which the signals of columns live, whenever they come.
    owner: StoredValue<Owner>,
}

impl Board {
    pub fn new(client: Client, pipeline: PipelineId, filter: Filter, look: Look) -> Self {
        let board = Self {
            client,
            pipeline,
            counted: StoredValue::new((filter.clone(), look.clone())),
            filter: RwSignal::new(filter),
            look: RwSignal::new(look),
            columns: StoredValue::new(Vec::new()),
            lanes: StoredValue::new(Vec::new()),
            layout: RwSignal::new(0),
            open: RwSignal::default(),
            tags: RwSignal::new(BTreeSet::new()),
            selected: RwSignal::new(BTreeSet::new()),
            anchor: StoredValue::new(None),
            menu: RwSignal::new(None),
            peeked: RwSignal::new(None),
            printing: RwSignal::new(false),
            placed: StoredValue::new(HashMap::new()),
            revision: StoredValue::new(0),
            next: StoredValue::new(HashMap::new()),
            planned: StoredValue::new(Planned::default()),
            day: StoredValue::new(client.today()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        board.draw();
        board
    }

    /// The height of a card with the gap under it, in pixels.
    pub fn pitch(&self) -> f64 {
        if self.look.with(|look| look.dense) { DENSE } else { PITCH }
    }

    /// Does something with the rule by which cards are placed.
    fn arrange<T>(&self, work: impl FnOnce(&Arranger, &View) -> T) -> T {
        let zone = self.client.zone();
        let today = self.day.get_value();
        self.filter.with_untracked(|filter| {
            self.look.with_untracked(|look| {
                self.client.peek(|view| {
                    let arranger = Arranger { view, pipeline: self.pipeline, filter, look, zone: &zone, today };
                    work(&arranger, view)
                })
            })
        })
    }

    /// Draws everything anew: at the beginning, under another filter or look, after the pipeline changed, on a new day.
    pub fn draw(&self) {
        self.day.set_value(self.client.today());
        let revision = self.next_revision();
        let mut placed = HashMap::new();
        let mut tags: BTreeSet<String> = self.filter.with_untracked(|filter| filter.tag.clone()).into_iter().collect();
        let next = self.client.peek(|view| next_planned(view.activities.values()));
        let mut cells: Cells = HashMap::new();
        let mut open = Totals::default();
        let slots = self.arrange(|arranger, view| {
            for deal in view.deals.share_all() {
                if deal.pipeline != self.pipeline {
                    continue;
                }
                tags.extend(deal.tags.iter().filter(|tag| !tags.contains(*tag)).cloned().collect::<Vec<_>>());
                let next = next.get(&deal.id).and_then(|next| view.activities.get(next));
                let Some(seat) = arranger.seat(deal, next) else { continue };
                let (cards, totals) = cells.entry((seat.lane, seat.slot)).or_default();
                let card = CardRef { deal: deal.clone(), seat, revision };
                totals.add(deal, probability(view, deal.stage));
                if is_open(view, deal.stage) {
                    open.add(deal, probability(view, deal.stage));
                }
                cards.push(card.clone());
                placed.insert(deal.id, card);
            }
            arranger.slots()
        });
        if !self.client.is_complete(self.pipeline) {
            self.take_counts(&mut cells, &mut open);
        }
        // What is not shown is not chosen: the bar speaks of what can be seen.
        if self.selected.with_untracked(|selected| selected.iter().any(|deal| !placed.contains_key(deal))) {
            self.selected.update(|selected| selected.retain(|deal| placed.contains_key(deal)));
        }
        self.placed.set_value(placed);
        self.open.set(open);
        if self.tags.with_untracked(|known| *known != tags) {
            self.tags.set(tags);
        }
        self.next.set_value(next);
        self.planned.set_value(self.client.peek(Planned::of));
        self.lay_out(slots, cells);
    }

    /// Until every card is here, totals are those that the server has counted.
    fn take_counts(&self, cells: &mut Cells, open: &mut Totals) {
        let is_counted = self.counted.with_value(|(filter, look)| {
            self.filter.with_untracked(|now| now == filter) && self.look.with_untracked(|now| now.arranges_like(look))
        });
        self.client.page.with_untracked(|page| {
            if let Page::Board(page) = page
                && page.pipeline == self.pipeline
                && is_counted
            {
                *open = Totals::default();
                for cell in &page.cells {
                    cells.entry((cell.lane, cell.slot)).or_default().1 = cell.totals.clone();
                    // The server counts the forecast's won deals with the open ones; that passes with the last card.
                    let counts = |stage| self.client.peek(|view| is_open(view, stage));
                    if cell.slot.stage().is_none_or(counts) {
                        open.merge(&cell.totals);
                    }
                }
            }
        });
    }

    /// Puts cards into columns and lanes; those that stay are the same as before.
    fn lay_out(&self, slots: Vec<Slot>, mut cells: Cells) {
        let mut lanes: Vec<Lane> = match self.look.with_untracked(|look| look.lanes) {
            None => vec![Lane::Whole],
            Some(_) => cells.keys().map(|(lane, _)| *lane).collect::<BTreeSet<_>>().into_iter().collect(),
        };
        self.client.peek(|view| lanes.sort_by_cached_key(|lane| lane.order(view)));
        let (old_columns, old_lanes) = (self.columns.get_value(), self.lanes.get_value());
        let same = old_columns.iter().map(|column| &column.slot).eq(&slots)
            && old_lanes.iter().map(|lane| &lane.lane).eq(&lanes);
        if !same {
            self.owner.get_value().with(|| {
                let column = |slot: &Slot| {
                    let old = old_columns.iter().find(|column| column.slot == *slot).copied();
                    old.unwrap_or_else(|| ColumnState { slot: *slot, adding: RwSignal::new(false) })
                };
                let lane = |lane: &Lane| {
                    let old = old_lanes.iter().find(|old| old.lane == *lane).copied();
                    let state = old.unwrap_or_else(|| LaneState { lane: *lane, cells: StoredValue::new(Vec::new()) });
                    let before = state.cells.get_value();
                    let cell = |slot: &Slot| {
                        let old = before.iter().find(|cell| cell.slot == *slot).copied();
                        old.unwrap_or_else(|| CellState::new(*lane, *slot))
                    };
                    state.cells.set_value(slots.iter().map(cell).collect());
                    state
                };
                self.columns.set_value(slots.iter().map(column).collect());
                self.lanes.set_value(lanes.iter().map(lane).collect());
            });
        }
        for cell in self.cells() {
            let (mut cards, totals) = cells.remove(&(cell.lane, cell.slot)).unwrap_or_default();
            cards.sort_unstable_by(|one, other| one.place().cmp(&other.place()));
            cell.cards.set(cards);
            cell.totals.set(totals);
        }
        if !same {
            self.layout.update(|layout| *layout += 1);
        }
    }

    /// Keeps the board current with the view, for as long as the owner lives.
    pub fn follow(&self) {
        let board = *self;
        self.client.listen(move |touched, confirmed| {
            let settings = touched.iter().any(|target| target.kind.is_settings());
            if settings {
                board.draw();
                return;
            }
            let by_another = confirmed.is_some_and(|recorded| recorded.by != Some(board.client.me));
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
            let mut is_seated = true;
            for deal in deals {
                is_seated &= board.refresh(deal, by_another);
            }
            if !is_seated {
                board.draw();
            }
        });
    }

    /// On a new day lights, months and what is overdue are others.
    pub fn turn_day(&self) {
        if self.day.try_get_value().is_some_and(|day| day != self.client.today()) {
            self.draw();
        }
    }

    /// Brings one card where it belongs now. `false` where no lane or column is there for it yet.
    fn refresh(&self, id: DealId, by_another: bool) -> bool {
        let old = self.placed.with_value(|placed| placed.get(&id).cloned());
        let planned = self.planned.with_value(|planned| planned.get(&id).cloned().unwrap_or_default());
        let next = self
            .client
            .peek(|view| next_planned(planned.iter().filter_map(|activity| view.activities.get(activity))).remove(&id));
        self.next.update_value(|known| {
            match next {
                Some(next) => known.insert(id, next),
                None => known.remove(&id),
            };
        });
        // A card that goes into another list is drawn anew there, and keeps the focus.
        if lift::has_focus(id) {
            lift::keep_focus(id);
        }
        let revision = self.next_revision();
        let new = self.arrange(|arranger, view| {
            let deal = view.deals.share(&id)?;
            let seat = arranger.seat(&deal, next.and_then(|next| view.activities.get(&next)))?;
            Some(CardRef { deal, seat, revision })
        });
        if let Some(old) = &old
            && let Some(cell) = self.cell(old.seat.lane, old.seat.slot)
        {
            let at = cell.cards.with_untracked(|cards| old.find_in(cards));
            if let Ok(at) = at {
                cell.cards.update(|cards| {
                    cards.remove(at);
                });
                if by_another {
                    self.push(cell, at, -1);
                }
            }
            self.count(cell, &old.deal, Totals::subtract);
        }
        let Some(card) = new else {
            self.placed.update_value(|placed| {
                placed.remove(&id);
            });
            if self.selected.with_untracked(|selected| selected.contains(&id)) {
                self.selected.update(|selected| {
                    selected.remove(&id);
                });
            }
            return true;
        };
        let deal = card.deal.clone();
        if self.tags.with_untracked(|tags| deal.tags.iter().any(|tag| !tags.contains(tag))) {
            self.tags.update(|tags| tags.extend(deal.tags.iter().cloned()));
        }
        let Some(cell) = self.cell(card.seat.lane, card.seat.slot) else { return false };
        let at = cell.cards.with_untracked(|cards| card.find_in(cards).unwrap_or_else(|place| place));
        self.placed.update_value(|placed| {
            placed.insert(id, card.clone());
        });
        cell.cards.update(|cards| cards.insert(at, card));
        if by_another {
            self.push(cell, at, 1);
        }
        self.count(cell, &deal, Totals::add);
        true
    }

    fn count(&self, cell: CellState, deal: &Deal, count: fn(&mut Totals, &Deal, u8)) {
        let (probability, is_open) =
            self.client.peek(|view| (probability(view, deal.stage), is_open(view, deal.stage)));
        cell.totals.update(|totals| count(totals, deal, probability));
        if is_open {
            self.open.update(|totals| count(totals, deal, probability));
        }
    }

    /// What another puts above the pointer, or above what is in sight, moves nothing under one's hands: the list follows.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a list, not negative")]
    fn push(&self, cell: CellState, at: usize, by: i32) {
        let under = cell.pointer.get_value().map(|y| (y.max(0.0) / self.pitch()) as usize);
        if at < under.unwrap_or_else(|| cell.first.get_value()) {
            cell.pushed.update(|pushed| *pushed += by);
        }
    }

    fn next_revision(&self) -> u32 {
        self.revision.update_value(|revision| *revision += 1);
        self.revision.get_value()
    }

    pub fn cells(&self) -> Vec<CellState> {
        self.lanes.with_value(|lanes| lanes.iter().flat_map(|lane| lane.cells.get_value()).collect())
    }

    pub fn cell(&self, lane: Lane, slot: Slot) -> Option<CellState> {
        let lane = self.lanes.with_value(|lanes| lanes.iter().find(|other| other.lane == lane).copied())?;
        lane.cells.with_value(|cells| cells.iter().find(|cell| cell.slot == slot).copied())
    }

    /// Where a deal's card is, and its place there.
    pub fn seat(&self, deal: DealId) -> Option<(CellState, usize)> {
        let card = self.placed.with_value(|placed| placed.get(&deal).cloned())?;
        let cell = self.cell(card.seat.lane, card.seat.slot)?;
        let at = cell.cards.with_untracked(|cards| card.find_in(cards)).ok()?;
        Some((cell, at))
    }

    /// Where a card would stand among a cell's others, where that is not for people to say.
    pub fn place_by_rank(&self, deal: DealId, cell: CellState) -> Option<usize> {
        let card = self.placed.with_value(|placed| placed.get(&deal).cloned())?;
        Some(cell.cards.with_untracked(|cards| {
            let before = cards.iter().filter(|other| other.id() != deal && other.place() < card.place());
            before.count()
        }))
    }

    /// The cards in the order in which they stand, column by column.
    pub fn in_order(&self, deals: &BTreeSet<DealId>) -> Vec<DealId> {
        let mut all = Vec::new();
        for cell in self.cells() {
            cell.cards.with_untracked(|cards| {
                all.extend(cards.iter().map(CardRef::id).filter(|id| deals.contains(id)));
            });
        }
        all
    }

    /// What a column's cards add up to.
    pub fn column_totals(&self, slot: Slot) -> Totals {
        self.layout.track();
        let mut sum = Totals::default();
        for cell in self.cells().into_iter().filter(|cell| cell.slot == slot) {
            cell.totals.with(|totals| sum.merge(totals));
        }
        sum
    }

    /// How many of a column's cards something holds for; none while some of them have not come yet.
    pub fn count_cards(&self, slot: Slot, holds: impl Fn(&CardRef) -> bool) -> Option<usize> {
        self.layout.track();
        let mut sum = 0;
        for cell in self.cells().into_iter().filter(|cell| cell.slot == slot) {
            let all = cell.totals.with(|totals| totals.deals as usize);
            sum += cell
                .cards
                .with(|cards| (cards.len() >= all).then(|| cards.iter().filter(|card| holds(card)).count()))?;
        }
        Some(sum)
    }

    /// What is planned next for a deal.
    pub fn next(&self, deal: DealId) -> Option<Activity> {
        let id = self.next.with_value(|next| next.get(&deal).copied())?;
        self.client.peek(|view| view.activities.get(&id).cloned())
    }

    pub fn is_folded(&self, word: &str) -> bool {
        self.look.with(|look| look.folded.contains(word))
    }
}

fn probability(view: &View, stage: StageId) -> u8 {
    view.stages.get(&stage).map_or(0, |stage| stage.probability)
}

fn is_open(view: &View, stage: StageId) -> bool {
    view.stages.get(&stage).is_some_and(|stage| stage.outcome == Outcome::Open)
}
