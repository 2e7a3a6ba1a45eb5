//! A new invitation: role, team and how long it stands; then its link, which is shown only once.

use super::{
    cell::reason,
    invite_link::{link, new_token, token_hash},
    members::word,
    teams::teams,
};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{Icon, IconName, copy::copy, dialog::Dialog, gate::role_name},
};
use domain::{
    access::Role,
    command::{Command, Place},
    id::{InvitationId, TeamId},
    member::Invitation,
    record::Record,
};
use leptos::{html, prelude::*, task::spawn_local};

/// For how many days an invitation may stand.
const DAYS: [i64; 2] = [7, 30];

#[component]
pub fn InviteButton() -> impl IntoView {
    let texts = use_texts();
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="btn primary right" on:click=move |_| open.set(true)>
            <Icon name=IconName::Link class="i-s" />
            <span>{texts.invite().new()}</span>
        </button>
        {move || open.get().then(|| view! { <Invite open=open /> })}
    }
}

#[component]
fn Invite(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.invite();
    let made = RwSignal::new(None::<String>);
    let title = move || if made.with(Option::is_some) { t.ready() } else { t.new() };
    // The dialog's name is fixed when it opens; the heading inside tells the step.
    view! {
        <Dialog title=t.new() on_close=Callback::new(move |()| open.set(false))>
            <p class="vh" role="status">{title}</p>
            {move || match made.get() {
                Some(link) => view! { <Made link=link open=open /> }.into_any(),
                None => view! { <Form made=made open=open /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn Form(made: RwSignal<Option<String>>, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.invite();
    let role = RwSignal::new(Role::Rep);
    let team = RwSignal::new(None::<TeamId>);
    let days = RwSignal::new(DAYS[0]);
    let problem = RwSignal::new(None::<String>);
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let workspace = client.peek(|view| view.workspace().map(|workspace| workspace.id));
        let (Some(workspace), Some(token)) = (workspace, new_token()) else {
            problem.set(Some(texts.errors().not_saved().to_owned()));
            return;
        };
        let invitation = Invitation {
            id: InvitationId(new_id()),
            token_hash: token_hash(&token),
            role: role.get_untracked(),
            teams: team.get_untracked().into_iter().collect(),
            expires_at: client.now() + chrono::Duration::days(days.get_untracked()),
        };
        let record = Record::Invitation(invitation);
        match client.ask(Command::Create { record, place: Place::default(), dated: false }) {
            Ok(_) => made.set(Some(link(workspace, &token))),
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    view! {
        <form on:submit=create>
            <div class="body form-stack">
                <p class="second">{t.text()}</p>
                {move || problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                <div class="form-grid">
                    <div class="field">
                        <label for="invite-role">{t.role()}</label>
                        <span class="select">
                            <select id="invite-role" on:change=move |event| {
                                let chosen = event_target_value(&event);
                                role.set(Role::ALL.into_iter().find(|role| word(role) == chosen).unwrap_or(Role::Rep));
                            }>
                                {Role::ALL.into_iter().map(|role| view! {
                                    <option value=word(role) selected=role == Role::Rep>{role_name(texts, role)}</option>
                                }).collect_view()}
                            </select>
                            <Icon name=IconName::Down class="i-s" />
                        </span>
                        <span class="hint">{move || match role.get() {
                            Role::Admin => texts.role().admin_text(),
                            Role::Manager => texts.role().manager_text(),
                            Role::Rep => texts.role().rep_text(),
                            Role::Viewer => texts.role().viewer_text(),
                        }}</span>
                    </div>
                    <div class="field">
                        <label for="invite-team">{t.team()}</label>
                        <span class="select">
                            <select id="invite-team" on:change=move |event| team.set(event_target_value(&event).parse().ok())>
                                <option value="">{texts.team().none()}</option>
                                {client.peek(teams).into_iter().map(|team| view! {
                                    <option value=team.id.to_string()>{team.name}</option>
                                }).collect_view()}
                            </select>
                            <Icon name=IconName::Down class="i-s" />
                        </span>
                    </div>
                </div>
                <div class="field">
                    <span class="label" id="invite-days">{t.valid()}</span>
                    <span class="seg" role="group" aria-labelledby="invite-days">
                        {DAYS.into_iter().map(|n| view! {
                            <button type="button" aria-pressed=move || (days.get() == n).to_string() on:click=move |_| days.set(n)>
                                {texts.dates().days(n)}
                            </button>
                        }).collect_view()}
                    </span>
                </div>
            </div>
            <footer>
                <button type="button" class="btn push" on:click=move |_| open.set(false)>{texts.common().cancel()}</button>
                <button type="submit" class="btn primary">{t.create()}</button>
            </footer>
        </form>
    }
}

#[component]
fn Made(link: String, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.invite();
    let input = NodeRef::<html::Input>::new();
    let said = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let on_copy = move |_| {
        let Some(element) = input.get_untracked() else { return };
        spawn_local(async move {
            let copied = copy(element).await;
            said.try_set(Some(if copied { t.copied() } else { t.copy_failed() }));
        });
    };
    view! {
        <div class="body form-stack">
            <div class="field">
                <label for="invite-link">{t.link()}</label>
                <span class="copy">
                    <input class="input" id="invite-link" node_ref=input readonly value=link.clone() prop:value=link
                        on:focus=move |_| if let Some(input) = input.get_untracked() { input.select() } />
                    <button type="button" class="btn lg" on:click=on_copy><Icon name=IconName::Clip class="i-s" />{texts.common().copy()}</button>
                </span>
                <span class="hint">{t.link_once()}</span>
                <p role="status">{move || said.get()}</p>
            </div>
        </div>
        <footer>
            <button type="button" class="btn primary push" on:click=move |_| {
                open.set(false);
                client.toasts.say(t.created());
            }>{texts.common().done()}</button>
        </footer>
    }
}
