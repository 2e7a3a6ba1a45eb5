//! Small discs of the others: who is here, who holds a card, who edits a field. Nothing in the layout moves for them.

use crate::{client::Client, texts::use_texts, ui::Avatar};
use domain::{
    change::Target,
    id::{DealId, MemberId, StageId},
    member::Member,
    presence::Place,
};
use leptos::prelude::*;

/// How many discs stand in a row; a phone has room for fewer.
const DISCS: usize = 5;
const DISCS_ON_PHONE: usize = 2;

fn members(client: Client, ids: &[MemberId]) -> Vec<Member> {
    client.peek(|view| ids.iter().filter_map(|id| view.members.get(id).cloned()).collect())
}

fn names(members: &[Member]) -> String {
    members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>().join(use_texts().presence().and())
}

/// Others who are at the same place.
#[component]
pub fn PresentHere(place: Place) -> impl IntoView {
    let texts = use_texts().presence();
    let client = expect_context::<Client>();
    let here = Memo::new(move |_| client.presence.at(place));
    move || {
        let members = here.with(|here| members(client, here));
        let label = texts.also_here(names(&members));
        let more = |shown: usize, class: &'static str| {
            let more = members.get(shown..).filter(|more| !more.is_empty());
            more.map(|more| view! { <span class=format!("n {class}") title=names(more)>"+" {more.len()}</span> })
        };
        let (more_wide, more_on_phone) = (more(DISCS, "wide-only"), more(DISCS_ON_PHONE, "phone-only"));
        (!members.is_empty()).then(|| {
            view! {
                <span class="present" role="group" aria-label=label>
                    {members.into_iter().take(DISCS).enumerate().map(|(at, member)| view! {
                        <span class:wide-only={at >= DISCS_ON_PHONE}><Avatar member=Some(member) /></span>
                    }).collect_view()}
                    {more_wide}
                    {more_on_phone}
                </span>
            }
        })
    }
}

/// On a card: who else holds it.
#[component]
pub fn HeldBy(deal: DealId) -> impl IntoView {
    let texts = use_texts().presence();
    let client = expect_context::<Client>();
    move || {
        let holder = client.presence.holder(deal);
        members(client, holder.as_slice()).pop().map(|member| {
            let label = texts.holds(&member.name);
            view! { <span class="held-by" role="img" aria-label=label.clone() title=label><Avatar member=Some(member) /></span> }
        })
    }
}

/// In a column's head: who else is over it with a card.
#[component]
pub fn HeldOver(stage: StageId) -> impl IntoView {
    let texts = use_texts().presence();
    let client = expect_context::<Client>();
    move || {
        let members = members(client, &client.presence.over(stage));
        (!members.is_empty()).then(|| {
            let label = texts.holds_over(names(&members));
            view! {
                <span class="held-over" role="img" aria-label=label>
                    {members.into_iter().take(DISCS).map(|member| view! { <Avatar member=Some(member) /> }).collect_view()}
                </span>
            }
        })
    }
}

/// At a field: who else edits it.
#[component]
pub fn EditingHere(target: Target, #[prop(into)] field: String) -> impl IntoView {
    let texts = use_texts().presence();
    let client = expect_context::<Client>();
    let editors = Memo::new(move |_| client.presence.editors(target, &field));
    view! {
        <span class="editing" role="status">
            {move || {
                let members = editors.with(|editors| members(client, editors));
                let text = match members.as_slice() {
                    [] => return None,
                    [one] => texts.edits(&one.name),
                    several => texts.edit(names(several)),
                };
                let first = members.into_iter().next();
                Some(view! { <span><span aria-hidden="true"><Avatar member=first /></span>{text}</span> })
            }}
        </span>
    }
}
