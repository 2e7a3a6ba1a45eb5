//! What dropping does: each way of moving cards is one command, with one undo.

use super::{
    drag::{Target, others},
    names::{lane_name, slot_name},
    state::{Board, CardRef, CellState},
};
use crate::chunk;
use domain::{
    access::Right,
    board::{Columns, Lane, Slot, Sort},
    change::{Delta, Target as Record},
    command::{Command, Place},
    deal::Deal,
    id::{CommandId, DealId, MemberId, StageId},
    pipeline::Outcome,
    record::Kind,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Value, json};

type Held = [(DealId, StageId)];

/// Whether people say where a card stands in its column.
pub fn is_by_hand(board: Board) -> bool {
    board.look.with_untracked(|look| look.columns == Columns::Stages && look.sort == Sort::Manual)
}

fn record(board: Board, deal: DealId) -> Option<Deal> {
    board.client.peek(|view| view.deals.get(&deal).cloned())
}

/// Why cards cannot be put into a lane's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// The column stands for many months, so it sets no date.
    ManyMonths,
    /// The forecast moves what is open.
    Ended,
    /// A deal's team and light follow from other things.
    LaneFollows,
    /// Giving deals to others needs the right to.
    NotGiven,
    /// A card is gone, or not drawn yet.
    Gone,
}

pub fn bar(board: Board, held: &Held, cell: &CellState) -> Option<Bar> {
    held.iter().find_map(|(deal, _)| {
        let Some(((from, _), record)) = board.seat(*deal).zip(record(board, *deal)) else { return Some(Bar::Gone) };
        let is_open = || {
            let outcome = board.client.peek(|view| view.stages.get(&record.stage).map(|stage| stage.outcome));
            outcome == Some(Outcome::Open)
        };
        let of_slot = match cell.slot {
            slot if slot == from.slot => None,
            Slot::Earlier | Slot::Later => Some(Bar::ManyMonths),
            Slot::Month(_) | Slot::Undated if !is_open() => Some(Bar::Ended),
            Slot::Stage(_) | Slot::Month(_) | Slot::Undated => None,
        };
        let of_lane = || match cell.lane {
            lane if lane == from.lane => None,
            Lane::Owner(_) if !board.client.holds(Right::EditAllDeals) => Some(Bar::NotGiven),
            Lane::Owner(_) | Lane::Account(_) => None,
            Lane::Whole | Lane::Team(_) | Lane::Health(_) => Some(Bar::LaneFollows),
        };
        of_slot.or_else(of_lane)
    })
}

/// Tells why; `say` hears it as well.
pub fn tell_bar(board: Board, cell: CellState, bar: Bar, say: impl FnOnce(&str) + 'static) {
    let client = board.client;
    spawn_local(async move {
        let why = chunk::barred(board, cell, bar).await;
        let why = why.unwrap_or_else(|_| client.texts.errors().offline_needs().to_owned());
        say(&why);
        client.toasts.fail(why);
    });
}

pub fn may_put(board: Board, held: &Held, cell: &CellState) -> bool {
    bar(board, held, cell).is_none()
}

/// Puts cards where they were dropped.
pub fn put(board: Board, held: &Held, target: &Target) {
    let Some(cell) = board.cell(target.lane, target.slot).filter(|cell| may_put(board, held, cell)) else { return };
    let others = others(cell, held);
    let at = target.place.filter(|_| is_by_hand(board));
    let below = at.and_then(|at| others.get(at).copied());
    let mut above = at.and_then(|at| at.checked_sub(1)).and_then(|above| others.get(above).copied());
    let stays = at.is_some_and(|at| {
        let mut then = others.clone();
        then.splice(at..at, held.iter().map(|(deal, _)| *deal));
        cell.cards.with_untracked(|cards| cards.iter().map(CardRef::id).eq(then))
    });
    let today = board.client.today();
    let mut parts = Vec::new();
    for (deal, seen) in held {
        let Some((from, _)) = board.seat(*deal) else { continue };
        let Some(record) = record(board, *deal) else { continue };
        match cell.slot {
            Slot::Stage(stage) if record.stage != stage || at.is_some() && !stays => {
                let place = Place { above, below };
                parts.push(Command::MoveDeal { deal: *deal, stage, seen: *seen, place, at: None });
                above = Some(*deal);
            }
            Slot::Month(_) | Slot::Undated if from.slot != cell.slot => {
                let day = cell.slot.close_on(record.close_on, today);
                parts.push(set(*deal, "close_on", json!(record.close_on), json!(day)));
            }
            _ => {}
        }
        match cell.lane {
            Lane::Owner(owner) if record.owner != owner => {
                parts.push(set(*deal, "owner", json!(record.owner), json!(owner)));
            }
            Lane::Account(account) if record.account != account => {
                parts.push(set(*deal, "account", json!(record.account), json!(account)));
            }
            _ => {}
        }
    }
    let texts = board.client.texts;
    let from: Vec<CellState> = held.iter().filter_map(|(deal, _)| board.seat(*deal)).map(|(from, _)| from).collect();
    let moves_on = from.iter().any(|from| from.slot != cell.slot);
    let changes_lane = from.iter().any(|from| from.lane != cell.lane);
    let place = board
        .client
        .peek(|view| if moves_on { slot_name(texts, view, cell.slot) } else { lane_name(texts, view, cell.lane) });
    ask(board, parts, (moves_on || changes_lane).then(|| moved(board, held, place)), cell.slot.stage());
}

/// Moves cards to the end of a stage, also of one that the board does not show.
pub fn to_stage(board: Board, held: &Held, stage: StageId) {
    let elsewhere = held.iter().filter(|(deal, _)| record(board, *deal).is_some_and(|deal| deal.stage != stage));
    // Each after the one before.
    let mut above = None;
    let parts: Vec<Command> = elsewhere
        .map(|(deal, seen)| {
            let place = Place { above: above.replace(*deal), below: None };
            Command::MoveDeal { deal: *deal, stage, seen: *seen, place, at: None }
        })
        .collect();
    let name = board.client.peek(|view| slot_name(board.client.texts, view, Slot::Stage(stage)));
    ask(board, parts, Some(moved(board, held, name)), Some(stage));
}

/// Gives deals to a member.
pub fn give(board: Board, held: &Held, member: MemberId) {
    let of_others = held.iter().filter_map(|(deal, _)| record(board, *deal)).filter(|deal| deal.owner != member);
    let parts: Vec<Command> = of_others.map(|deal| set(deal.id, "owner", json!(deal.owner), json!(member))).collect();
    let name = board.client.peek(|view| view.members.get(&member).map(|member| member.name.clone()));
    ask(board, parts, Some(moved(board, held, name.unwrap_or_default())), None);
}

pub fn delete(board: Board, held: &Held) {
    let parts = held.iter().map(|(deal, _)| Command::Delete { target: Record::new(Kind::Deal, *deal) });
    let texts = board.client.texts;
    let said = match held {
        [(deal, _)] => texts.toast().deleted(record(board, *deal).map(|deal| deal.title).unwrap_or_default()),
        _ => texts.look().deleted_several(held.len()),
    };
    ask(board, parts.collect(), Some(said), None);
}

fn set(deal: DealId, field: &str, before: Value, after: Value) -> Command {
    Command::set(Record::new(Kind::Deal, deal), field, Delta { before, after })
}

fn moved(board: Board, held: &Held, place: String) -> String {
    let texts = board.client.texts;
    match held {
        [(deal, _)] => texts.toast().moved_deal(record(board, *deal).map(|deal| deal.title).unwrap_or_default(), place),
        _ => texts.look().moved_several(held.len(), place),
    }
}

/// Asks for all of it as one, tells what was done with a way to take it back, and warns where a stage has too many.
fn ask(board: Board, mut parts: Vec<Command>, said: Option<String>, stage: Option<StageId>) {
    let command = match parts.len() {
        0 => return,
        1 => parts.remove(0),
        _ => Command::Batch { parts },
    };
    board.client.ask_through_or_tell(command, move |command| tell_done(board, command, said.clone(), stage));
}

fn tell_done(board: Board, command: CommandId, said: Option<String>, stage: Option<StageId>) {
    let client = board.client;
    let Some(mut said) = said else { return };
    let limit = stage.and_then(|stage| client.peek(|view| view.stages.get(&stage).and_then(|stage| stage.wip_limit)));
    if let (Some(limit), Some(stage)) = (limit, stage) {
        let count = untrack(|| board.column_totals(Slot::Stage(stage)).deals);
        if count > u32::from(limit) {
            said = format!("{said} · {}", client.texts.board().wip_over(limit, count));
        }
    }
    client.toasts.done(said, command);
}
