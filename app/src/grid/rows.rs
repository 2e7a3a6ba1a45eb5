//! The lines in sight. A row is drawn anew when its deal, its place or its part of the selection changes, and no other.

use super::{
    lines::Line,
    state::{Grid, Part},
};
use crate::{
    texts::{Texts, use_texts},
    ui::{Icon, IconName, activity::kind_name, figure, priority, time},
};
use chrono::NaiveDate;
use domain::{
    activity::Activity,
    calendar::Zone,
    deal::{Deal, Priority},
    field::FieldValue,
    grid::{Column, GroupKey, cell},
    id::DealId,
    money::Money,
    page::Address,
    pipeline::Outcome,
    view::View,
};
use leptos::prelude::*;

#[component]
pub fn Rows(grid: Grid) -> impl IntoView {
    let shown = Memo::new(move |_| {
        let (from, to) = grid.window();
        grid.lines.with(|lines| {
            (from..to.min(lines.count)).filter_map(|line| Some((line, lines.at(line)?))).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || shown.get() key=|shown| *shown children=move |(line, what)| match what {
            Line::Row(row) => view! { <Row grid=grid line=line row=row /> }.into_any(),
            Line::Head(group) => view! { <Head grid=grid line=line group=group /> }.into_any(),
        } />
    }
}

fn place(line: usize) -> String {
    format!("translateY(calc(var(--line) * {line}))")
}

/// The id of a cell, for those who hear where the keys are.
pub fn cell_id(line: usize, column: usize) -> String {
    format!("cell-{line}-{column}")
}

#[component]
fn Row(grid: Grid, line: usize, row: usize) -> impl IntoView {
    let texts = use_texts();
    // The deal and how often it was changed, as one: what depends on both by two ways could miss one.
    let deal = Memo::new(move |_| {
        grid.arrived.track();
        let deal = grid.deal_at(row);
        (deal, grid.beat(deal))
    });
    let part = Memo::new(move |_| grid.part(line));
    let inside = move || {
        let (deal, _) = deal.get();
        let narrow = grid.narrow.get();
        let two = (narrow != Some(false)).then(|| two_lines(grid, texts, deal));
        let cells = (narrow != Some(true)).then(|| cells(grid, texts, line, deal, part.get()));
        (cells, two)
    };
    view! {
        <div class="grid-line" role="row" aria-rowindex=line + 2 style:transform=place(line)
            data-deal=move || deal.with(|(deal, _)| deal.map(|deal| deal.to_string()))>
            {inside}
        </div>
    }
}

fn cells(grid: Grid, texts: Texts, line: usize, deal: Option<DealId>, part: Part) -> impl IntoView + use<> {
    let frozen = grid.frozen.get();
    let (zone, today) = (grid.client.zone(), grid.client.today());
    let may_edit = deal.is_some_and(|deal| grid.may_edit(deal));
    let columns = grid.columns.get();
    let cells = columns.into_iter().enumerate().map(|(at, column)| {
        let face = match deal {
            Some(deal) => grid
                .read(deal, |view, deal, next| face(texts, view, deal, column, next, &zone, today))
                // It was deleted, or is no longer to be seen.
                .unwrap_or(Face { text: String::new(), class: " gone" }),
            None => Face { text: String::new(), class: " coming" },
        };
        let selected = part.columns.is_some_and(|(from, to)| (from..=to).contains(&at));
        let mut class = format!("gc{}", face.class);
        if at < frozen {
            class += &format!(" f{at}");
        }
        if at + 1 == frozen {
            class += " edge";
        }
        if selected {
            class += " sel";
        }
        if part.at == Some(at) {
            class += " at";
        }
        let link = deal.filter(|_| column == Column::Title).map(|deal| {
            view! {
                <a class="go" tabindex="-1" href=Address::Deal(deal).path() aria-label=texts.grid().open(&face.text)>
                    <Icon name=IconName::Arrow class="i-s" />
                </a>
            }
        });
        let fixed = (!may_edit || !column.is_editable()).then_some("true");
        view! {
            <div class=class role="gridcell" id=cell_id(line, at) aria-colindex=at + 1 aria-selected=selected.to_string()
                aria-readonly=fixed data-column=column.word()>
                <span class="ct">{face.text.clone()}</span>
                {link}
            </div>
        }
    });
    cells.collect_view()
}

struct Face {
    text: String,
    class: &'static str,
}

fn money(money: Money) -> String {
    format!("{}{}", money.currency.sign(), money.exact())
}

/// What a cell shows.
fn face(
    texts: Texts,
    view: &View,
    deal: &Deal,
    column: Column,
    next: Option<&Activity>,
    zone: &Zone,
    today: NaiveDate,
) -> Face {
    let stage = view.stages.get(&deal.stage);
    let is_open = stage.is_none_or(|stage| stage.outcome == Outcome::Open);
    let (text, class) = match column {
        Column::Amount => (deal.amount.map(money).unwrap_or_default(), " num"),
        Column::Stay => match (cell::stay(view, deal, zone, today), stage.and_then(domain::pipeline::Stage::limit)) {
            (Some(stay), Some(limit)) if stay > u32::from(limit) => {
                (texts.card().over(stay - u32::from(limit)), " num t-red")
            }
            (Some(stay), _) => (texts.card().in_stage_no_limit(stay), " num"),
            (None, _) => (String::new(), " num"),
        },
        Column::Next => match next.map(|next| (kind_name(texts, next.activity_type), next.due_on)) {
            Some((kind, Some(due))) if due < today => {
                (texts.card().next_overdue(kind, (today - due).num_days()), " t-red")
            }
            Some((kind, Some(due))) => (texts.card().next_later(time::day(texts, due, today), kind), ""),
            Some((kind, None)) => (kind.to_owned(), ""),
            None if is_open => (texts.card().next_none().to_owned(), " t-3"),
            None => (String::new(), ""),
        },
        Column::Custom(id) => match deal.custom.get(&id) {
            Some(FieldValue::Money(amount)) => (money(*amount), " num"),
            Some(FieldValue::Number(_)) => (cell::text(view, deal, column, next, zone, today), " num"),
            _ => (cell::text(view, deal, column, next, zone, today), ""),
        },
        Column::Priority if deal.priority == Priority::Normal => (String::new(), ""),
        Column::Priority => (priority::name(texts, deal.priority).to_owned(), ""),
        Column::Title => (deal.title.clone(), " name"),
        column => (cell::text(view, deal, column, next, zone, today), ""),
    };
    Face { text, class }
}

/// A row on a phone: what it is and what it is worth, whose it is and where it stands; all of it leads to the deal.
fn two_lines(grid: Grid, texts: Texts, deal: Option<DealId>) -> AnyView {
    let Some(deal) = deal else {
        return view! { <div class="duo" role="gridcell"><span class="skel w3"></span></div> }.into_any();
    };
    let read = grid.read(deal, |view, deal, _| {
        let account = deal.account.and_then(|id| view.accounts.get(&id)).map(|account| account.name.clone());
        let stage = view.stages.get(&deal.stage).map(|stage| stage.name.clone());
        let owner = view.members.get(&deal.owner).map(|owner| owner.name.clone());
        let second: Vec<String> = [stage, account, owner].into_iter().flatten().collect();
        (deal.title.clone(), deal.amount.map(money), second.join(" · "))
    });
    let (title, amount, second) = read.unwrap_or_else(|| (texts.errors().not_found().to_owned(), None, String::new()));
    view! {
        <div class="duo" role="gridcell">
            <a href=Address::Deal(deal).path()>
                <b class="ell">{title}</b>
                <span class="money">{amount}</span>
                <span class="ell second">{second}</span>
            </a>
        </div>
    }
    .into_any()
}

/// The name of a group.
pub fn group_name(grid: Grid, texts: Texts, group: usize) -> String {
    let none = || texts.grid().without().to_owned();
    let Some(head) = grid.heads.with(|heads| heads.groups.get(group).cloned()) else { return String::new() };
    grid.client.with(|view| match head.key {
        GroupKey::Stage(id) => {
            let several = view.pipelines.len() > 1;
            view.stages.get(&id).map_or_else(none, |stage| {
                let pipeline = view.pipelines.get(&stage.pipeline).filter(|_| several);
                pipeline.map_or_else(|| stage.name.clone(), |pipeline| format!("{} · {}", pipeline.name, stage.name))
            })
        }
        GroupKey::Owner(id) => view.members.get(&id).map_or_else(none, |member| member.name.clone()),
        GroupKey::Pipeline(id) => view.pipelines.get(&id).map_or_else(none, |pipeline| pipeline.name.clone()),
        GroupKey::Account(Some(id)) => {
            view.accounts.get(&id).map_or_else(|| head.name.clone(), |account| account.name.clone())
        }
        GroupKey::Month(Some(month)) => month.format("%Y-%m").to_string(),
        GroupKey::Account(None) | GroupKey::Month(None) => none(),
    })
}

#[component]
fn Head(grid: Grid, line: usize, group: usize) -> impl IntoView {
    let texts = use_texts();
    let part = Memo::new(move |_| grid.part(line));
    let head = Memo::new(move |_| grid.heads.with(|heads| heads.groups.get(group).cloned()));
    let open = move || {
        head.with(|head| head.as_ref().is_some_and(|head| grid.folded.with(|folded| !folded.contains(&head.key))))
    };
    let totals = move |weighted: bool| {
        head.with(|head| head.as_ref().map(|head| figure::sums_text(&head.totals, weighted, texts.0)))
            .unwrap_or_default()
    };
    let count = move || head.with(|head| head.as_ref().map_or(0, |head| head.totals.deals));
    view! {
        <div class="grid-line group" role="row" aria-rowindex=line + 2 style:transform=place(line)>
            <div class="gc" class:at=move || part.get().at.is_some() class:sel=move || part.get().columns.is_some()
                role="gridcell" id=cell_id(line, 0) aria-colindex="1" aria-colspan=move || grid.columns.with(Vec::len)
                aria-expanded=move || open().to_string() on:click=move |_| fold(grid, group)>
                <span class="turn" class:open=open><Icon name=IconName::Right class="i-s" /></span>
                <b class="ell">{move || group_name(grid, texts, group)}</b>
                <span class="t-3">{count}</span>
                <span class="money">{move || totals(false)}</span>
                <span class="second wide-only">
                    {move || Some(totals(true)).filter(|sum| !sum.is_empty()).map(|sum| texts.board().weighted_short(sum))}
                </span>
            </div>
        </div>
    }
}

/// Folds a group, or opens it.
pub fn fold(grid: Grid, group: usize) {
    let key = grid.heads.with_untracked(|heads| heads.groups.get(group).map(|head| head.key));
    if let Some(key) = key {
        grid.folded.update(|folded| {
            if !folded.remove(&key) {
                folded.insert(key);
            }
        });
    }
}
