//! What stands at the board's foot while cards are chosen.

use super::{drag::editable, moving, state::Board};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, figure},
};
use domain::{access::Right, board::Totals};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// How many are chosen, what they add up to, and what can be done with them.
#[component]
pub fn SelectionBar(board: Board) -> impl IntoView {
    let texts = use_texts();
    let t = texts.look();
    let client = board.client;
    let totals = Memo::new(move |_| {
        let mut totals = Totals::default();
        client.with(|view| {
            board.selected.with(|selected| {
                for deal in selected.iter().filter_map(|deal| view.deals.get(deal)) {
                    totals.add(deal, 0);
                }
            });
        });
        totals
    });
    let chosen = move || board.in_order(&board.selected.get_untracked());
    let delete = move |_| {
        moving::delete(board, &editable(board, &chosen()));
        board.selected.set(BTreeSet::new());
    };
    let may_work = client.holds(Right::Work);
    let may_delete = client.holds(Right::DeleteRecords);
    view! {
        <div class="selbar" role="region" aria-label=t.selection()>
            <span>{move || totals.with(|totals| t.selected_count(totals.deals))}</span>
            <span class="money">{move || totals.with(|totals| figure::sums_text(totals, false, texts.0))}</span>
            {may_work.then(|| view! {
                <button type="button" class="btn" on:click=move |_| board.menu.set(Some(chosen()))><Icon name=IconName::Swap class="i-s" />{t.act()}</button>
            })}
            {may_delete.then(|| view! {
                <button type="button" class="btn" on:click=delete><Icon name=IconName::Trash class="i-s" />{texts.common().delete()}</button>
            })}
            <button type="button" class="btn plain icon" aria-label=t.select_none() title=t.select_none()
                on:click=move |_| board.selected.set(BTreeSet::new())><Icon name=IconName::X class="i-s" /></button>
        </div>
    }
}
