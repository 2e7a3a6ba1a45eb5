//! The members: who works here, in which role, and what they see; then the teams and the open invitations.

use super::{
    cell::{Cell, Typed, reason},
    invitations::Invitations,
    suspend::Standing,
    teams::{TeamsBlock, TeamsOf},
};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Avatar, choice::Choice, gate::role_name},
};
use domain::{
    access::{Role, Scope},
    change::Target,
    id::MemberId,
    member::Member,
    record::Kind,
};
use leptos::prelude::*;
use serde_json::json;

#[component]
pub fn MembersPart(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    // Those who work here first; the rest by name.
    let members = Memo::new(move |_| {
        client.with(|view| {
            let mut members: Vec<&Member> = view.members.values().collect();
            members.sort_by_key(|member| (!member.active, member.name.to_lowercase(), member.id));
            members.into_iter().map(|member| member.id).collect::<Vec<_>>()
        })
    });
    let t = texts.member();
    view! {
        <div class="sh">
            <div class="grow">
                <h2>{texts.settings().members()}</h2>
                <p>{move || t.count(members.with(Vec::len))}</p>
            </div>
        </div>
        <table class="table roomy stack members">
            <thead>
                <tr>
                    <th scope="col">{t.name()}</th>
                    <th scope="col">{t.email()}</th>
                    <th scope="col">{t.role()}</th>
                    <th scope="col">{t.scope()}</th>
                    <th scope="col">{t.teams()}</th>
                    <th scope="col">{t.state()}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || members.get() key=|id| *id
                    children=move |id| view! { <MemberRow id=id editable=editable /> } />
            </tbody>
        </table>
        {move || (members.with(Vec::len) == 1).then(|| view! { <p class="set-block second">{t.empty()}</p> })}
        <TeamsBlock editable=editable />
        {editable.then(|| view! { <Invitations /> })}
    }
}

#[component]
fn MemberRow(id: MemberId, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let target = Target::new(Kind::Member, id);
    let member = Memo::new(move |_| client.with(|view| view.members.get(&id).cloned()));
    let name = move || member.with_untracked(|member| member.as_ref().map(|m| m.name.clone()).unwrap_or_default());
    let t = texts.member();
    let role = Signal::derive(move || member.with(|member| member.as_ref().map(|m| word(m.role)).unwrap_or_default()));
    let scope =
        Signal::derive(move || member.with(|member| member.as_ref().map(|m| word(m.scope)).unwrap_or_default()));
    let set = move |field: &'static str, value: String, said: String| match client.set(target, field, json!(value)) {
        Ok(command) => {
            client.toasts.done(said, command);
            Ok(())
        }
        Err(refusal) => Err(reason(client, &refusal)),
    };
    let set_role = Callback::new(move |value: String| {
        let said = Role::ALL.into_iter().find(|role| word(role) == value).map(|role| role_name(texts, role));
        set("role", value, t.role_changed(name(), said.unwrap_or_default()))
    });
    let set_scope = Callback::new(move |value: String| {
        let said = SCOPES.into_iter().find(|scope| word(scope) == value).map(|scope| scope_name(texts, scope));
        set("scope", value, t.scope_changed(name(), said.unwrap_or_default()))
    });
    let roles: Vec<_> = Role::ALL.into_iter().map(|role| (word(role), role_name(texts, role).to_owned())).collect();
    let scopes: Vec<_> = SCOPES.into_iter().map(|scope| (word(scope), scope_name(texts, scope).to_owned())).collect();
    let email = move || member.with(|member| member.as_ref().map(|member| member.email.clone()));
    view! {
        <tr class:left=move || member.with(|member| member.as_ref().is_some_and(|member| !member.active))>
            <td class="name">
                <span class="person">
                    {move || view! { <Avatar member=member.get() me=client.me /> }}
                    <Cell label=t.name() target=target field="name" typed=Typed::Text shown=Callback::new(|name| name) editable=editable />
                    {(id == client.me).then(|| view! { <span class="meta">{t.yourself()}</span> })}
                </span>
            </td>
            <td class="second" title=t.email_fixed()>{email}</td>
            <td><Choice label=t.role() options=roles value=role choose=set_role editable=editable /></td>
            <td><span class="phone-only">{t.scope()} " "</span><Choice label=t.scope() options=scopes value=scope choose=set_scope editable=editable /></td>
            <td><TeamsOf member=member editable=editable /></td>
            <td><Standing member=member editable=editable /></td>
        </tr>
    }
}

const SCOPES: [Scope; 3] = [Scope::Workspace, Scope::Team, Scope::Own];

/// The word of an enum as it stands in a record.
pub fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn scope_name(texts: Texts, scope: Scope) -> &'static str {
    match scope {
        Scope::Workspace => texts.member().scope_workspace(),
        Scope::Team => texts.member().scope_team(),
        Scope::Own => texts.member().scope_own(),
    }
}
