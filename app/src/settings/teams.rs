//! Teams: making, naming and deleting them, and which of them a member belongs to.

use super::cell::{Cell, Typed, reason};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{
        Icon, IconName,
        form::{Form, FormDialog},
    },
};
use domain::{
    change::Target,
    command::{Command, Place},
    id::TeamId,
    member::{Member, Team},
    record::{Kind, Record},
    view::View,
};
use leptos::{html, prelude::*};
use serde_json::json;

/// The teams by name.
pub fn teams(view: &View) -> Vec<Team> {
    let mut teams: Vec<Team> = view.teams.values().cloned().collect();
    teams.sort_by_key(|team| (team.name.to_lowercase(), team.id));
    teams
}

#[component]
pub fn TeamsBlock(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.team();
    let ids = Memo::new(move |_| client.with(|view| teams(view).into_iter().map(|team| team.id).collect::<Vec<_>>()));
    view! {
        <section class="set-block">
            <h3>{t.title()}</h3>
            {move || ids.with(Vec::is_empty).then(|| view! { <p class="second">{t.empty()}</p> })}
            <ul class="lines">
                <For each=move || ids.get() key=|id| *id children=move |id| view! { <TeamLine id=id editable=editable /> } />
            </ul>
            {editable.then(|| view! { <AddTeam /> })}
        </section>
    }
}

#[component]
fn TeamLine(id: TeamId, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.team();
    let problem = RwSignal::new(None::<String>);
    let target = Target::new(Kind::Team, id);
    let name = move || client.with(|view| view.teams.get(&id).map(|team| team.name.clone()).unwrap_or_default());
    let members = move || client.with(|view| view.members.values().filter(|member| member.teams.contains(&id)).count());
    let delete = move |_| {
        // The server refuses as well; asked here first, nothing has to be taken back.
        let used = client.peek(|view| {
            let members = view.members.values().filter(|member| member.teams.contains(&id)).count();
            members + view.invitations.values().filter(|invitation| invitation.teams.contains(&id)).count()
        });
        if used > 0 {
            problem.set(Some(t.delete_blocked(used)));
            return;
        }
        let name = client.peek(|view| view.teams.get(&id).map(|team| team.name.clone()).unwrap_or_default());
        match client.ask(Command::Delete { target }) {
            Ok(command) => client.toasts.done(texts.toast().deleted(name), command),
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    view! {
        <li>
            <span class="grow">
                <Cell label=t.name() target=target field="name" typed=Typed::Text shown=Callback::new(|name| name) editable=editable />
            </span>
            <span class="meta">{move || texts.member().count(members())}</span>
            {editable.then(|| view! {
                <button type="button" class="btn plain mini" aria-label=move || t.delete(name()) on:click=delete>
                    <Icon name=IconName::Trash class="i-s" />
                </button>
            })}
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </li>
    }
}

#[component]
fn AddTeam() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.team();
    let problem = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(element) = input.get_untracked() else { return };
        let team = Team { id: TeamId(new_id()), name: element.value() };
        let name = team.name.clone();
        match client.ask(Command::Create { record: Record::Team(team), place: Place::default(), dated: false }) {
            Ok(command) => {
                problem.set(None);
                element.set_value("");
                client.toasts.done(texts.toast().created(name), command);
            }
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    view! {
        <form class="add-line" novalidate on:submit=add>
            <div class="field grow">
                <input class="input sm" node_ref=input maxlength="300" autocomplete="off" placeholder=t.new() aria-label=t.new()
                    aria-invalid=move || problem.with(Option::is_some).then_some("true") />
                {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
            </div>
            <button type="submit" class="btn">{texts.common().add()}</button>
        </form>
    }
}

/// The teams of a member; a click opens the choice among all.
#[component]
pub fn TeamsOf(member: Memo<Option<Member>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let open = RwSignal::new(false);
    let names = move || {
        client.with(|view| {
            let mine = member.with(|member| member.as_ref().map(|member| member.teams.clone()).unwrap_or_default());
            let names = teams(view).into_iter().filter(|team| mine.contains(&team.id)).map(|team| team.name);
            names.collect::<Vec<_>>().join(", ")
        })
    };
    let shown =
        move || Some(names()).filter(|names| !names.is_empty()).unwrap_or_else(|| texts.team().none().to_owned());
    let label = move || format!("{}: {}", texts.member().teams(), shown());
    let is_none = move || names().is_empty();
    let any = move || client.with(|view| !view.teams.is_empty());
    view! {
        {move || if editable && any() {
            view! {
                <button type="button" class="ib" class:third=is_none aria-label=label aria-haspopup="dialog"
                    on:click=move |_| open.set(true)>{shown}</button>
            }.into_any()
        } else {
            view! { <span class:third=is_none>{shown}</span> }.into_any()
        }}
        {move || open.get().then(|| member.get_untracked()).flatten().map(|member| view! { <ChooseTeams member=member open=open /> })}
    }
}

#[component]
fn ChooseTeams(member: Member, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let chosen = RwSignal::new(member.teams.clone());
    let form = Form::new(client, "teams");
    let all = client.peek(teams);
    let (target, before) = (Target::new(Kind::Member, member.id), member.teams.clone());
    let seen = client.value(target, "teams");
    let save = Callback::new(move |()| {
        let after = chosen.get_untracked();
        if after == before {
            open.set(false);
            return;
        }
        // None at all is "not set" in a record.
        let value = if after.is_empty() { serde_json::Value::Null } else { json!(after) };
        match client.set_from(target, "teams", seen.clone(), value) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().saved(), command);
            }
            Err(refusal) => form.refuse(refusal),
        }
    });
    view! {
        <FormDialog form=form title=texts.member().teams_of(&member.name) submit=texts.common().save() on_submit=save
            on_close=Callback::new(move |()| open.set(false))>
            {all.into_iter().map(|team| {
                let id = team.id;
                view! {
                    <label class="checkline">
                        <input class="check" type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&id))
                            on:change=move |event| chosen.update(|chosen| {
                                chosen.retain(|other| *other != id);
                                if event_target_checked(&event) {
                                    chosen.push(id);
                                }
                            }) />
                        {team.name}
                    </label>
                }
            }).collect_view()}
        </FormDialog>
    }
}
