//! How the board is laid out: columns, lanes, order, height of cards; and taking it along as a file or on paper.

use super::{go::Go, state::Board};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    board::{Columns, Lanes, Look, Sort},
    grid,
};
use leptos::prelude::*;
use std::time::Duration;

/// Until every card is drawn for the paper.
const DRAWN: Duration = Duration::from_millis(120);

#[component]
pub fn Display(board: Board, go: Go, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.look();
    let look = board.look;
    let lanes = [
        (None, t.lanes_none()),
        (Some(Lanes::Owner), texts.deal().owner()),
        (Some(Lanes::Team), texts.filter().team()),
        (Some(Lanes::Account), texts.deal().account()),
        (Some(Lanes::Health), texts.filter().health()),
    ];
    let sorts = Sort::ALL.map(|sort| {
        let name = match sort {
            Sort::Manual => t.sort_manual(),
            Sort::Amount => texts.deal().amount(),
            Sort::Close => texts.deal().close_date(),
            Sort::Next => texts.grid().next(),
            Sort::Stay => texts.grid().stay(),
            Sort::Title => texts.account().name(),
        };
        (sort, name)
    });
    let columns = [(Columns::Stages, t.by_stage()), (Columns::Months, t.by_month())];
    let heights = [(false, t.roomy()), (true, t.dense())];
    let export = move || {
        let filter = board.filter.get();
        let query = grid::Query { pipeline: Some(board.pipeline), filter, ..grid::Query::default() };
        format!("/api/v1/deals.csv{}", query.to_query())
    };
    let print = move |_| {
        open.set(false);
        board.printing.set(true);
        set_timeout(
            move || {
                let _ = window().print();
                board.printing.try_set(false);
            },
            DRAWN,
        );
    };
    view! {
        <div class="display">
            {choice(t.columns(), columns, look, |look| look.columns, move |columns| go.look(|look| {
                look.columns = columns;
                look.folded.clear();
            }))}
            {choice(t.lanes(), lanes, look, |look| look.lanes, move |lanes| go.look(|look| look.lanes = lanes))}
            {choice(t.sort(), sorts, look, |look| look.sort, move |sort| go.look(|look| look.sort = sort))}
            {choice(t.height(), heights, look, |look| look.dense, move |dense| go.look(|look| look.dense = dense))}
            <div class="acts">
                {move || look.with(|look| !look.folded.is_empty()).then(|| view! {
                    <button type="button" class="btn" on:click=move |_| go.look(|look| look.folded.clear())>{t.unfold_all()}</button>
                })}
                <a class="btn" rel="external" download="deals.csv" href=export><Icon name=IconName::File class="i-s" />{texts.grid().export()}</a>
                <button type="button" class="btn" on:click=print>{t.print()}</button>
            </div>
        </div>
    }
}

/// One of a few, as segments.
fn choice<T: Copy + PartialEq + Send + Sync + 'static, const N: usize>(
    label: &'static str,
    options: [(T, &'static str); N],
    look: RwSignal<Look>,
    now: fn(&Look) -> T,
    choose: impl Fn(T) + Copy + Send + 'static,
) -> impl IntoView {
    view! {
        <div class="line">
            <span class="meta">{label}</span>
            <span class="seg" role="group" aria-label=label>
                {options.into_iter().map(|(value, name)| view! {
                    <button type="button" aria-pressed=move || (look.with(now) == value).to_string()
                        on:click=move |_| choose(value)>{name}</button>
                }).collect_view()}
            </span>
        </div>
    }
}
