//! The menu's twin of dragging: moving a card to a stage or giving it to another member, by choosing from a list. `M`, `A` or
//! the right button opens it on a card.

use super::{drag::move_deal, lift::focus_soon, state::Board};
use crate::{texts::use_texts, ui::dialog::Dialog};
use domain::{
    access::Right,
    change::Target,
    command::Place,
    id::{DealId, MemberId, StageId},
    record::Kind,
};
use leptos::prelude::*;
use serde_json::json;

/// Of which card the menu is open.
pub type Open = RwSignal<Option<DealId>>;

#[component]
pub fn CardMenu(board: Board, deal: DealId, open: Open) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let Some(record) = client.peek(|view| view.deals.get(&deal).cloned()) else { return ().into_any() };
    let editable = client.may_edit(&record);
    let (here, owner) = (record.stage, record.owner);
    let stages: Vec<(StageId, String)> = client
        .peek(|view| view.stages_of(board.pipeline).into_iter().map(|stage| (stage.id, stage.name.clone())).collect());
    let members: Vec<(MemberId, String)> = client.peek(|view| {
        let active = view.members.values().filter(|member| member.active);
        active.map(|member| (member.id, member.name.clone())).collect()
    });
    let close = move || {
        open.set(None);
        focus_soon(deal);
    };
    let move_to = move |stage: StageId| {
        close();
        move_deal(board, deal, here, stage, Place::default());
    };
    let give_to = move |member: MemberId| {
        close();
        match client.set_from(Target::new(Kind::Deal, deal), "owner", json!(owner), json!(member)) {
            Ok(command) => client.toasts.done(texts.toast().saved(), command),
            Err(refusal) => client.tell(&refusal),
        }
    };
    let may_give = editable && client.holds(Right::EditAllDeals);
    view! {
        <Dialog title=record.title on_close=Callback::new(move |()| close())>
            <div class="body form-grid">
                {(!editable).then(|| view! { <p class="second">{texts.errors().no_permission(texts.right().edit_all_deals())}</p> })}
                {editable.then(|| view! {
                    <section>
                        <h3>{texts.move_menu().title()}</h3>
                        <ul class="choices">{stages.into_iter().map(|(stage, name)| view! {
                            <li><button type="button" class="btn plain" disabled=stage == here
                                aria-current=(stage == here).then_some("true") on:click=move |_| move_to(stage)>{name}</button></li>
                        }).collect_view()}</ul>
                    </section>
                })}
                {may_give.then(|| view! {
                    <section>
                        <h3>{texts.deal().owner()}</h3>
                        <ul class="choices">{members.into_iter().map(|(member, name)| view! {
                            <li><button type="button" class="btn plain" disabled=member == owner
                                aria-current=(member == owner).then_some("true") on:click=move |_| give_to(member)>{name}</button></li>
                        }).collect_view()}</ul>
                    </section>
                })}
            </div>
            <footer>
                <button type="button" class="btn push" on:click=move |_| close()>{texts.common().cancel()}</button>
            </footer>
        </Dialog>
    }
    .into_any()
}
