//! The menu's twin of dragging, for one card or all that are chosen: to which column, to whom, or away. `M`, `A`, the right
//! button or a long press opens it.

use super::{
    drag::{Target, editable},
    lift::focus_soon,
    moving::{self, may_put},
    names::slot_name,
    selection,
    state::Board,
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog},
};
use domain::{
    access::{Right, Role},
    board::Slot,
    id::{DealId, MemberId, StageId},
    page::Address,
    pipeline::Outcome,
};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn CardMenu(board: Board, deals: Vec<DealId>) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let Some(first) = deals.first().and_then(|deal| client.peek(|view| view.deals.get(deal).cloned())) else {
        return ().into_any();
    };
    let held = editable(board, &deals);
    let is_one = deals.len() == 1;
    let may_edit = !held.is_empty();
    let title = if is_one { first.title.clone() } else { texts.look().selected_count(deals.len()) };
    let id = first.id;
    let close = move || {
        board.menu.set(None);
        focus_soon(id);
    };
    let held = StoredValue::new(held);
    let seats: Vec<_> = deals.iter().filter_map(|deal| board.seat(*deal)).map(|(cell, _)| cell).collect();
    let lane = seats.first().map(|cell| cell.lane);
    // Into another column of the same lane.
    let columns = board.columns.get_value().into_iter().filter_map(|column| {
        let cell = board.cell(lane?, column.slot)?;
        let is_here = seats.iter().all(|seat| seat.slot == column.slot);
        let may = held.with_value(|held| may_put(board, held, &cell));
        may.then(|| (column.slot, client.peek(|view| slot_name(texts, view, column.slot)), is_here))
    });
    let columns: Vec<(Slot, String, bool)> = columns.collect();
    let put = move |slot: Slot| {
        close();
        if let Some(lane) = lane {
            held.with_value(|held| moving::put(board, held, &Target { lane, slot, place: None }));
        }
    };
    let in_stages = columns.iter().any(|(slot, ..)| slot.stage().is_some());
    let ends: Vec<(StageId, String)> = client.peek(|view| {
        let stages = view.stages_of(board.pipeline).into_iter();
        let ends = stages.filter(|stage| stage.outcome != Outcome::Open && !in_stages);
        ends.map(|stage| (stage.id, stage.name.clone())).collect()
    });
    let end = move |stage: StageId| {
        close();
        held.with_value(|held| moving::to_stage(board, held, stage));
    };
    let members: Vec<(MemberId, String)> = client.peek(|view| {
        let active = view.members.values().filter(|member| member.active && member.role != Role::Viewer);
        active.map(|member| (member.id, member.name.clone())).collect()
    });
    let owner = is_one.then_some(first.owner);
    let give = move |member: MemberId| {
        close();
        held.with_value(|held| moving::give(board, held, member));
    };
    let may_give = may_edit && client.holds(Right::EditAllDeals);
    let may_delete = may_edit && client.holds(Right::DeleteRecords);
    let choice = move |name: String, is_here: bool, act: Callback<()>| {
        view! {
            <li><button type="button" class="btn plain" disabled=is_here aria-current=is_here.then_some("true")
                on:click=move |_| act.run(())>{name}</button></li>
        }
    };
    view! {
        <Dialog title=title on_close=Callback::new(move |()| close())>
            <div class="body form-grid">
                <p class="acts">
                    {is_one.then(|| view! {
                        <A href=Address::Deal(id).path() attr:class="btn">{texts.move_menu().open()}</A>
                        <button type="button" class="btn" on:click=move |_| { board.menu.set(None); board.peeked.set(Some(id)); }>
                            {texts.move_menu().peek()}
                        </button>
                        <button type="button" class="btn" on:click=move |_| { close(); selection::toggle(board, id); }>
                            {if board.selected.with_untracked(|it| it.contains(&id)) { texts.look().select_none() } else { texts.keys().select() }}
                        </button>
                    })}
                    {may_delete.then(|| view! {
                        <button type="button" class="btn" on:click=move |_| {
                            close();
                            held.with_value(|held| moving::delete(board, held));
                        }><Icon name=IconName::Trash class="i-s" />{texts.common().delete()}</button>
                    })}
                </p>
                {(!may_edit).then(|| view! { <p class="second">{texts.errors().no_permission(texts.right().edit_all_deals())}</p> })}
                {may_edit.then(|| view! {
                    <section>
                        <h3>{texts.move_menu().title()}</h3>
                        <ul class="choices">
                            {columns.into_iter().map(|(slot, name, is_here)| choice(name, is_here, Callback::new(move |()| put(slot)))).collect_view()}
                            {ends.into_iter().map(|(stage, name)| choice(name, false, Callback::new(move |()| end(stage)))).collect_view()}
                        </ul>
                    </section>
                })}
                {may_give.then(|| view! {
                    <section>
                        <h3>{texts.deal().owner()}</h3>
                        <ul class="choices">
                            {members.into_iter().map(|(member, name)| {
                                choice(name, owner == Some(member), Callback::new(move |()| give(member)))
                            }).collect_view()}
                        </ul>
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
