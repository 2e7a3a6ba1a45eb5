//! The invitations that stand: until when, as what, and withdrawing them.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{gate::role_name, time::short_day},
};
use domain::{change::Target, command::Command, member::Invitation, record::Kind};
use leptos::prelude::*;

#[component]
pub fn Invitations() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let list = Memo::new(move |_| {
        client.with(|view| {
            let mut list: Vec<Invitation> = view.invitations.values().cloned().collect();
            list.sort_by_key(|invitation| (invitation.expires_at, invitation.id));
            list
        })
    });
    view! {
        <section class="set-block">
            <h3>{texts.invite().title()}</h3>
            {move || list.with(Vec::is_empty).then(|| view! { <p class="second">{texts.invite().empty()}</p> })}
            <ul class="lines">
                <For each=move || list.get() key=|invitation| invitation.id
                    children=move |invitation| view! { <InvitationLine invitation=invitation /> } />
            </ul>
        </section>
    }
}

#[component]
fn InvitationLine(invitation: Invitation) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.invite();
    let date = short_day(client.zone().day(invitation.expires_at), client.today());
    let is_over = invitation.expires_at <= client.now();
    let role = role_name(texts, invitation.role);
    let team_ids = invitation.teams.clone();
    let teams = move || {
        client.with(|view| {
            let names = team_ids.iter().filter_map(|team| view.teams.get(team)).map(|team| team.name.clone());
            names.collect::<Vec<_>>().join(", ")
        })
    };
    let target = Target::new(Kind::Invitation, invitation.id);
    let withdraw = move |_| {
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(t.withdrawn(), command);
        }
    };
    view! {
        <li>
            <span>{role}</span>
            <span class="second ell grow">{teams}</span>
            {if is_over {
                view! { <span class="tag">{t.expired()}</span> }.into_any()
            } else {
                view! { <span class="second nw">{t.expires(&date)}</span> }.into_any()
            }}
            <button type="button" class="btn plain" aria-label=t.withdraw_one(&date, role) on:click=withdraw>{t.revoke()}</button>
        </li>
    }
}
