//! A column's head: its name, how many cards it has, what they add up to, and what one may do with it.

use super::{
    asks::asks,
    go::Go,
    late::LateMark,
    names::slot_name,
    state::{Board, ColumnState},
};
use crate::{
    presence::HeldOver,
    texts::{Texts, use_texts},
    ui::{Icon, IconName, figure},
};
use domain::{
    access::Right,
    pipeline::{Outcome, Stage},
};
use leptos::prelude::*;

/// The id of a column's heading.
pub fn heading(column: ColumnState) -> String {
    format!("column-{}", column.slot.word())
}

#[component]
pub fn Head(board: Board, column: ColumnState) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let language = texts.0;
    let totals = Memo::new(move |_| board.column_totals(column.slot));
    let name = Memo::new(move |_| client.with(|view| slot_name(texts, view, column.slot)));
    let stage =
        Memo::new(move |_| client.with(|view| column.slot.stage().and_then(|id| view.stages.get(&id).cloned())));
    let limit = move || stage.with(|stage| stage.as_ref().and_then(|stage| stage.wip_limit));
    let count = move || totals.with(|totals| totals.deals);
    let count_words = move || match limit() {
        Some(limit) => texts.board().wip(limit, count()),
        None => count().to_string(),
    };
    let over = move || limit().filter(|limit| count() > u32::from(*limit));
    let sums = move || totals.with(|totals| figure::sums_text(totals, false, language));
    let is_weighed = move || stage.with(|stage| stage.as_ref().is_none_or(|stage| stage.outcome == Outcome::Open));
    let weighted = move || {
        let words = totals.with(|totals| figure::sums_text(totals, true, language));
        (is_weighed() && !words.is_empty()).then(|| texts.board().weighted_short(words))
    };
    let about = move || stage.with(|stage| stage.as_ref().map(|stage| about(texts, stage)));
    let asks = asks(board, column.slot);
    let may_work = client.holds(Right::Work);
    let may_add = move || may_work && stage.with(|stage| stage.as_ref().is_some_and(|it| it.outcome == Outcome::Open));
    let word = column.slot.word();
    let folded_word = word.clone();
    let is_folded = Memo::new(move |_| board.is_folded(&folded_word));
    let go = expect_context::<Go>();
    let fold = move |_| go.fold(&word);
    let probability = move || stage.with(|stage| stage.as_ref().map(|stage| stage.probability));
    let adding = column.adding;
    view! {
        <header>
            <div class="ttl">
                <h2 id=heading(column) title=move || name.get()>{move || name.get()}</h2>
                <span class="n" class:t-amber=move || over().is_some()
                    title=move || over().map(|limit| texts.board().wip_over(limit, count()))>
                    {move || over().map(|_| view! { <Icon name=IconName::Alarm class="i-xs" /> })}
                    {count_words}
                </span>
                <button type="button" class="btn plain icon fold" aria-expanded=move || (!is_folded.get()).to_string()
                    aria-label=move || if is_folded.get() { texts.look().unfold(name.get()) } else { texts.look().fold(name.get()) }
                    title=move || if is_folded.get() { texts.look().unfold(name.get()) } else { texts.look().fold(name.get()) }
                    on:click=fold>
                    {move || view! { <Icon name=if is_folded.get() { IconName::Right } else { IconName::Left } class="i-s" /> }}
                </button>
                {move || (may_add() && !is_folded.get()).then(|| {
                    let label = texts.board().new_in_stage(name.get());
                    view! {
                        <button class="btn plain icon" aria-label=label.clone() title=label
                            on:click=move |_| adding.update(|adding| *adding = !*adding)>
                            <Icon name=IconName::Plus class="i-s" />
                        </button>
                    }
                })}
            </div>
            <div class="sum">
                <span class="money">{sums}</span>
                <span class="w">{weighted}</span>
            </div>
            <div class="lim meta">
                {move || match asks.get() {
                    Some(words) => view! { <span class="t-accent" role="status">{words}</span> }.into_any(),
                    None => view! { <span>{about}</span> }.into_any(),
                }}
                <LateMark board=board column=column.slot class="wide-only" />
            </div>
            {column.slot.stage().map(|stage| view! { <HeldOver stage=stage /> })}
            <div class="prob" title=move || probability().map(|probability| texts.board().probability(probability))>
                {move || probability().map(|probability| view! { <i style:width=format!("{probability}%")></i> })}
            </div>
        </header>
    }
}

fn about(texts: Texts, stage: &Stage) -> String {
    if stage.outcome == Outcome::Open && stage.waiting {
        let probability = texts.board().prob_only(stage.probability);
        return format!("{probability} · {}", texts.calendar().waiting_short());
    }
    match (stage.outcome, stage.limit()) {
        (Outcome::Open, Some(days)) => texts.board().prob_limit(days, stage.probability),
        (Outcome::Open, None) => texts.board().prob_only(stage.probability),
        (Outcome::Won, _) => texts.pipeline().kind_won().to_owned(),
        (Outcome::Lost, _) => texts.pipeline().kind_lost().to_owned(),
    }
}
