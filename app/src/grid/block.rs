//! What is done to a block of cells: copying, pasting, filling, clearing. All of it happens as one command, or none of it,
//! and then every cell that stands in the way is named.

use super::{
    Tools,
    columns::column_name,
    editor::expected_text,
    lines::Line,
    state::{Selection, Spot},
};
use crate::{
    client::{Client, get, new_id, post_json},
    ui::refusal::{sentence, why},
};
use domain::{
    access::Actor,
    change::{Delta, Deltas, Target},
    command::{Command, Place},
    decide::decide,
    grid::{
        Column,
        cell::{self, Entry, Expected, Reading, date_form, holds_dates},
        sheet,
    },
    id::{AccountId, CommandId, DealId, StageId},
    import::DateForm,
    page::{Address, Snapshot},
    record::{Kind, Record},
    refusal::Refusal,
    view::Versioned,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

/// How many cells change at once: what one command may hold.
const MOST: usize = 5_000;

/// A cell that stands in the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Counted from 1, as the table counts.
    pub row: usize,
    pub deal: String,
    pub column: String,
    pub text: String,
    pub why: String,
}

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Problems {
    pub cells: Vec<Problem>,
    pub note: Option<String>,
    /// What was pasted, to be given back.
    pub pasted: Option<String>,
}

/// What a cell is to become.
struct Want {
    line: usize,
    deal: DealId,
    column: Column,
    what: What,
}

enum What {
    Text(String),
    /// As the same column of this deal.
    As(DealId),
}

/// The columns of a selection.
fn columns(tools: Tools, (from, to): (usize, usize)) -> Vec<Column> {
    tools.grid.columns.with_untracked(|columns| columns.iter().take(to + 1).skip(from).copied().collect())
}

/// Does something with the rows between two lines, as soon as all of them are here.
fn with_rows(tools: Tools, (from, to): (usize, usize), act: impl FnOnce(Vec<(usize, DealId)>) + 'static) {
    let client = tools.grid.client;
    let rows: Vec<(usize, usize)> = tools.grid.lines.with_untracked(|lines| lines.rows(from, to).collect());
    let (Some((_, first)), Some((_, last))) = (rows.first().copied(), rows.last().copied()) else { return };
    spawn_local(async move {
        if !tools.fetch.all_between(first, last).await {
            return client.toasts.fail(client.texts.errors().offline_needs());
        }
        act(rows.into_iter().filter_map(|(line, row)| Some((line, tools.grid.deal_at(row)?))).collect());
    });
}

/// `false`, and told, where a block has more cells than can be changed at once.
fn is_small(tools: Tools, cells: usize) -> bool {
    if cells > MOST {
        let note = Some(tools.grid.client.texts.grid().too_large(MOST));
        tools.problems.set(Some(Problems { note, ..Problems::default() }));
    }
    cells <= MOST
}

fn size(selection: Selection) -> usize {
    let ((top, bottom), (left, right)) = (selection.lines(), selection.columns());
    (bottom - top + 1) * (right - left + 1)
}

pub fn clear(tools: Tools, selection: Selection) {
    if !is_small(tools, size(selection)) {
        return;
    }
    let columns = columns(tools, selection.columns());
    with_rows(tools, selection.lines(), move |rows| {
        let cells = rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column)));
        let wants = cells.map(|((line, deal), column)| Want { line, deal, column, what: What::Text(String::new()) });
        carry_out(tools, wants.collect(), &BTreeMap::new(), None);
    });
}

/// Fills the selection from its first row; one row alone from the row above.
pub fn fill_down(tools: Tools, selection: Selection) {
    let (top, bottom) = selection.lines();
    if top < bottom {
        fill(tools, selection, 1, (top, bottom));
    } else if let Some(above) = top.checked_sub(1).filter(|above| tools.grid.deal_on(*above).is_some()) {
        fill(tools, selection, 1, (above, top));
    }
}

/// Continues the selection down to a line.
pub fn fill_to(tools: Tools, selection: Selection, to: usize) {
    let (top, bottom) = selection.lines();
    let rows = tools.grid.lines.with_untracked(|lines| lines.rows(top, bottom).count());
    if to > bottom && rows > 0 {
        fill(tools, selection, rows, (top, to));
    }
}

/// Repeats the first `source` rows of the lines in the rest of them.
fn fill(tools: Tools, selection: Selection, source: usize, lines: (usize, usize)) {
    let columns = columns(tools, selection.columns());
    if !is_small(tools, (lines.1 - lines.0 + 1) * columns.len()) {
        return;
    }
    with_rows(tools, lines, move |rows| {
        let mut wants = Vec::new();
        for (at, (line, deal)) in rows.iter().enumerate().skip(source) {
            let from = rows[at % source].1;
            wants.extend(columns.iter().map(|column| Want {
                line: *line,
                deal: *deal,
                column: *column,
                what: What::As(from),
            }));
        }
        carry_out(tools, wants, &BTreeMap::new(), None);
        let at = Spot { line: lines.1, ..selection.at };
        let (left, right) = selection.columns();
        let anchor = Spot { line: lines.0, column: left };
        tools.grid.selection.set(Some(Selection { at: Spot { column: right, ..at }, anchor }));
    });
}

/// The selected cells as a spreadsheet takes them.
fn copied(tools: Tools, rows: &[(usize, DealId)], columns: &[Column]) -> String {
    let row = |(_, deal): &(usize, DealId)| columns.iter().map(|column| tools.grid.text(*deal, *column)).collect();
    sheet::write(&rows.iter().map(row).collect::<Vec<_>>())
}

pub fn copy(tools: Tools, event: &web_sys::Event) {
    let grid = tools.grid;
    let Some(selection) = grid.selection.get_untracked() else { return };
    if grid.in_head.get_untracked() || grid.editing.with_untracked(Option::is_some) {
        return;
    }
    event.prevent_default();
    let (lines, columns) = (selection.lines(), columns(tools, selection.columns()));
    let rows: Vec<(usize, usize)> = grid.lines.with_untracked(|all| all.rows(lines.0, lines.1).collect());
    let here: Vec<(usize, DealId)> = rows.iter().filter_map(|(line, row)| Some((*line, grid.deal_at(*row)?))).collect();
    if here.len() == rows.len() {
        let data = event.unchecked_ref::<web_sys::ClipboardEvent>().clipboard_data();
        if let Some(data) = data {
            let _ = data.set_data("text/plain", &copied(tools, &here, &columns));
        }
        return grid.said.set(grid.client.texts.grid().copied(here.len() * columns.len()));
    }
    if !is_small(tools, size(selection)) {
        return;
    }
    with_rows(tools, lines, move |rows| give(tools, &copied(tools, &rows, &columns)));
}

/// Puts a text on the clipboard.
pub fn give(tools: Tools, text: &str) {
    let promise = window().navigator().clipboard().write_text(text);
    let client = tools.grid.client;
    spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(promise).await {
            Ok(_) => client.toasts.say(client.texts.common().copied()),
            Err(_) => client.toasts.fail(client.texts.invite().copy_failed()),
        }
    });
}

pub fn paste(tools: Tools, event: &web_sys::Event) {
    let grid = tools.grid;
    let Some(selection) = grid.selection.get_untracked() else { return };
    if grid.in_head.get_untracked() || grid.editing.with_untracked(Option::is_some) {
        return;
    }
    let data = event.unchecked_ref::<web_sys::ClipboardEvent>().clipboard_data();
    let text = data.and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    event.prevent_default();
    put(tools, selection, text);
}

/// Puts a block at the selection's first cell; again and again where the selection is a multiple of it.
fn put(tools: Tools, selection: Selection, text: String) {
    let grid = tools.grid;
    let texts = grid.client.texts.grid();
    let block = sheet::read(&text);
    let width = block.iter().map(Vec::len).max().unwrap_or(1);
    let ((top, bottom), (left, right)) = (selection.lines(), selection.columns());
    let chosen = grid.lines.with_untracked(|lines| lines.rows(top, bottom).count());
    let times = |whole: usize, part: usize| if whole > part && whole.is_multiple_of(part) { whole } else { part };
    let (rows, across) = (times(chosen, block.len()), times(right - left + 1, width));
    if rows * across > MOST {
        let note = Some(texts.too_large(MOST));
        return tools.problems.set(Some(Problems { note, pasted: Some(text), ..Problems::default() }));
    }
    let columns = columns(tools, (left, left + across - 1));
    let lines: Vec<(usize, usize)> =
        grid.lines.with_untracked(|lines| lines.rows(top, lines.count.saturating_sub(1)).take(rows).collect());
    if lines.len() < rows || columns.len() < across {
        let note = Some(texts.no_room(across, columns.len(), lines.len(), rows));
        return tools.problems.set(Some(Problems { note, pasted: Some(text), ..Problems::default() }));
    }
    let last = lines.last().map_or(top, |(line, _)| *line);
    let dates: BTreeMap<Column, DateForm> = grid.client.peek(|view| {
        let with_dates = columns.iter().enumerate().filter(|(_, column)| holds_dates(view, **column));
        let form = |at: usize| date_form(block.iter().filter_map(|row| row.get(at % width)).map(String::as_str));
        with_dates.filter_map(|(at, column)| Some((*column, form(at)?))).collect()
    });
    with_rows(tools, (top, last), move |rows| {
        let mut wants = Vec::new();
        for (down, (line, deal)) in rows.into_iter().enumerate() {
            let cells = &block[down % block.len()];
            for (at, column) in columns.iter().enumerate() {
                // A short row of the block says nothing of the cells that it lacks.
                if let Some(cell) = cells.get(at % width) {
                    wants.push(Want { line, deal, column: *column, what: What::Text(cell.clone()) });
                }
            }
        }
        let at = Spot { line: last, column: left + across - 1 };
        grid.selection.set(Some(Selection { at, anchor: Spot { line: top, column: left } }));
        spawn_local(async move {
            know_accounts(grid.client, unknown_accounts(grid.client, &wants)).await;
            carry_out(tools, wants, &dates, Some(text));
        });
    });
}

/// The names of accounts that this page has not shown yet.
fn unknown_accounts(client: Client, wants: &[Want]) -> Vec<String> {
    let today = client.today();
    client.peek(|view| {
        let reading = Reading { view, today, dates: None };
        let texts = wants.iter().filter_map(|want| match &want.what {
            What::Text(text) if want.column == Column::Account => Some((want.deal, text)),
            _ => None,
        });
        let mut names: Vec<String> = texts
            .filter(|(deal, text)| {
                let deal = view.deals.get(deal);
                deal.is_some_and(|deal| reading.read(deal, Column::Account, text) == Err(Expected::Account))
            })
            .map(|(_, text)| text.trim().to_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    })
}

/// Brings accounts into the view, by their names or ids; those that there are.
pub async fn know_accounts(client: Client, wanted: Vec<String>) {
    let (ids, names): (Vec<String>, Vec<String>) =
        wanted.into_iter().partition(|wanted| wanted.parse::<AccountId>().is_ok());
    for id in ids.iter().filter_map(|id| id.parse::<AccountId>().ok()) {
        let is_held = client.peek(|view| view.accounts.contains_key(&id));
        let query: String = form_urlencoded::byte_serialize(Address::Account(id).path().as_bytes()).collect();
        if !is_held && let Ok(snapshot) = get::<Snapshot>(&format!("/api/v1/page?address={query}")).await {
            client.hold_page(snapshot);
        }
    }
    if !names.is_empty()
        && let Ok(found) = post_json::<Versioned>("/api/v1/accounts/named", &names).await
    {
        client.hold(found);
    }
}

/// Asks for all of it as one command; where any cell cannot be, for nothing.
fn carry_out(tools: Tools, wants: Vec<Want>, dates: &BTreeMap<Column, DateForm>, pasted: Option<String>) {
    let client = tools.grid.client;
    tools.fetch.used();
    let (parts, mut problems, changed) = parts(tools, &wants, dates);
    if problems.is_empty() {
        problems = refused(tools, &wants, &parts);
    }
    if !problems.is_empty() {
        return tools.problems.set(Some(Problems { cells: problems, note: None, pasted }));
    }
    if parts.is_empty() {
        return tools.grid.said.set(client.texts.grid().nothing_changed().to_owned());
    }
    client.ask_through_or_tell(Command::Batch { parts }, move |id| {
        client.toasts.done(client.texts.grid().changed(changed), id);
    });
}

fn problem(tools: Tools, want: &Want, text: String, why: String) -> Problem {
    let client = tools.grid.client;
    let row = tools.grid.lines.with_untracked(|lines| match lines.at(want.line) {
        Some(Line::Row(row)) => row + 1,
        _ => want.line + 1,
    });
    client.peek(|view| Problem {
        row,
        deal: view.deals.get(&want.deal).map(|deal| deal.title.clone()).unwrap_or_default(),
        column: column_name(client.texts, view, want.column),
        text,
        why,
    })
}

/// One command for each deal that changes, the cells that cannot be understood, and how many cells change.
fn parts(tools: Tools, wants: &[Want], dates: &BTreeMap<Column, DateForm>) -> (Vec<Command>, Vec<Problem>, usize) {
    let client = tools.grid.client;
    let (zone, today) = (client.zone(), client.today());
    let mut problems = Vec::new();
    let mut changed = 0;
    let mut edits: BTreeMap<DealId, (Deltas, Option<(StageId, StageId)>)> = BTreeMap::new();
    for want in wants {
        let text = match &want.what {
            What::Text(text) => text.clone(),
            What::As(from) => tools
                .grid
                .read(*from, |view, deal, next| cell::text(view, deal, want.column, next, &zone, today))
                .unwrap_or_default(),
        };
        let read = client.peek(|view| {
            let deal = view.deals.get(&want.deal)?;
            let before = Record::Deal(deal.clone()).to_fields();
            let reading = Reading { view, today, dates: dates.get(&want.column).copied() };
            let entry = match &want.what {
                What::As(from) if want.column.is_editable() && want.column != Column::Stage => {
                    let mut fields = view.deals.get(from).map(|deal| Record::Deal(deal.clone()).to_fields())?;
                    Ok(Entry::Field(fields.remove(&want.column.to_string()).unwrap_or_default()))
                }
                _ => reading.read(deal, want.column, &text),
            };
            Some((before, deal.stage, entry))
        });
        match read {
            Some((mut before, _, Ok(Entry::Field(after)))) => {
                let field = want.column.to_string();
                let before = before.remove(&field).unwrap_or_default();
                if before != after && !(is_blank(&before) && is_blank(&after)) {
                    changed += 1;
                    edits.entry(want.deal).or_default().0.insert(field, Delta { before, after });
                }
            }
            Some((_, seen, Ok(Entry::Stage(stage)))) => {
                if seen != stage {
                    changed += 1;
                    edits.entry(want.deal).or_default().1 = Some((seen, stage));
                }
            }
            Some((_, _, Err(expected))) => {
                let why = expected_text(client.texts, &expected);
                problems.push(problem(tools, want, text, why));
            }
            None => problems.push(problem(tools, want, text, client.texts.errors().not_found().to_owned())),
        }
    }
    let parts = edits.into_iter().flat_map(|(deal, (fields, stage))| {
        let edit = (!fields.is_empty()).then(|| Command::Edit { target: Target::new(Kind::Deal, deal), fields });
        let place = Place::default();
        let moved = stage.map(|(seen, stage)| Command::MoveDeal { deal, stage, seen, place, at: None });
        [edit, moved].into_iter().flatten()
    });
    (parts.collect(), problems, changed)
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// What the rules say against each part, so that every cell in the way is named and not only the first.
fn refused(tools: Tools, wants: &[Want], parts: &[Command]) -> Vec<Problem> {
    let client = tools.grid.client;
    let now = client.now();
    let id = CommandId(new_id());
    let against: Vec<(DealId, Refusal)> = client.peek(|view| {
        let Some(actor) = Actor::of(view, client.me) else { return Vec::new() };
        let of = |part: &Command| match part {
            Command::Edit { target, .. } => Some(target.id.into()),
            Command::MoveDeal { deal, .. } => Some(*deal),
            _ => None,
        };
        let refusals = parts.iter().filter_map(|part| Some((of(part)?, decide(view, &actor, part, id, now).err()?)));
        // What a gate asks for is asked for by itself, and may stand in the block.
        refusals.filter(|(_, refusal)| !matches!(refusal, Refusal::Gate { .. })).collect()
    });
    against
        .into_iter()
        .filter_map(|(deal, refusal)| {
            let field = match &refusal {
                Refusal::Invalid { field, .. } => Some(field.as_str()),
                _ => None,
            };
            let mut of_deal = wants.iter().filter(|want| want.deal == deal);
            let blamed = of_deal.clone().find(|want| field == Some(want.column.to_string().as_str()));
            let want = blamed.or_else(|| of_deal.next())?;
            let text = match &want.what {
                What::Text(text) => text.clone(),
                What::As(from) => tools.grid.text(*from, want.column),
            };
            let why = client.peek(|view| match &refusal {
                Refusal::Invalid { field, rule } => why(client.texts, view, field, rule),
                other => sentence(client.texts, view, other),
            });
            Some(problem(tools, want, text, why))
        })
        .collect()
}
