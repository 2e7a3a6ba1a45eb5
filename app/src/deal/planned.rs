//! What is planned next: done with one press, changed in place.

use super::quick::AskNext;
use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Icon, IconName,
        activity::{kind_icon, kind_name},
        focus::focus_again,
        refusal::sentence,
        time,
    },
};
use chrono::NaiveTime;
use domain::{
    activity::Activity,
    change::{Change, Target},
    command::Command,
    id::ActivityId,
    record::{Kind, Record},
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// A planned activity by its id: it stays the same element, and what is typed in it stays, while others change the deal.
#[component]
pub fn Planned(id: ActivityId, may_work: bool) -> impl IntoView {
    let client = expect_context::<Client>();
    let activity = Memo::new(move |_| client.with(|view| view.activities.get(&id).cloned()));
    let editing = RwSignal::new(false);
    view! {
        {move || activity.get().map(|activity| view! { <PlannedLine activity=activity may_work=may_work editing=editing /> })}
        {move || editing.get().then(|| activity.get_untracked()).flatten().map(|before| view! { <EditPlanned before=before open=editing /> })}
    }
}

#[component]
fn PlannedLine(activity: Activity, may_work: bool, editing: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let button = NodeRef::<html::Button>::new();
    focus_again(button, move || editing.get());
    let today = client.today();
    let overdue = activity.due_on.is_some_and(|due| due < today);
    let clock = activity.due_time.map(|at| at.format(" %H:%M").to_string()).unwrap_or_default();
    let day = activity.due_on.map(|due| time::day(texts, due, today) + &clock);
    let id = activity.id;
    let subject = activity.subject.clone();
    let asking = use_context::<AskNext>();
    let complete = move |_| {
        if let Some(command) = client.ask_or_tell(Command::CompleteActivity { activity: id }) {
            client.toasts.done(texts.activity().completed_toast(&subject), command);
            if let Some(AskNext(asking)) = asking {
                asking.set(true);
            }
        }
    };
    let label = texts.activity().edit_one(&activity.subject);
    let kind = activity.activity_type;
    let words = view! { <b>{day}</b> " " {kind_name(texts, kind)} " " {activity.subject.clone()} };
    view! {
        <div class="plan-next" class:overdue=overdue>
            <Icon name=kind_icon(kind) class="i-s" />
            {if may_work {
                view! {
                    <button type="button" class="ib grow ell" node_ref=button aria-label=label aria-expanded=move || editing.get().to_string()
                        on:click=move |_| editing.update(|editing| *editing = !*editing)>{words}</button>
                    <button type="button" class="btn" on:click=complete><Icon name=IconName::Check class="i-s" />{texts.activity().complete()}</button>
                }.into_any()
            } else {
                view! { <span class="grow ell">{words}</span> }.into_any()
            }}
        </div>
    }
}

#[component]
fn EditPlanned(before: Activity, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.activity();
    let target = Target::new(Kind::Activity, before.id);
    let subject = RwSignal::new(before.subject.clone());
    let day = RwSignal::new(before.due_on.map(|day| day.to_string()).unwrap_or_default());
    let at = RwSignal::new(before.due_time.map(|at| at.format("%H:%M").to_string()).unwrap_or_default());
    let problem = RwSignal::new(None::<String>);
    let first = NodeRef::<html::Input>::new();
    first.on_load(|input| {
        let _ = input.focus();
    });
    let name = before.subject.clone();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        // Half a date is none, and takes away nothing.
        let form = event.target().and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
        if form.is_some_and(|form| !form.report_validity()) {
            return;
        }
        let after = Activity {
            subject: subject.get_untracked(),
            due_on: day.get_untracked().parse().ok(),
            due_time: NaiveTime::parse_from_str(&at.get_untracked(), "%H:%M").ok(),
            ..before.clone()
        };
        // Only what was changed here is set: what others changed meanwhile stays.
        let (before, after) = (Record::Activity(before.clone()), Record::Activity(after));
        let Some(change) = Change::between(Some(&before), Some(&after)) else {
            open.set(false);
            return;
        };
        match client.ask(Command::Edit { target, fields: change.fields }) {
            Ok(command) => {
                open.try_set(false);
                client.toasts.done(texts.toast().saved(), command);
            }
            Err(refusal) => problem.set(Some(client.peek(|view| sentence(texts, view, &refusal)))),
        }
    };
    let delete = move |_| {
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(texts.toast().deleted(&name), command);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            open.set(false);
        }
    };
    view! {
        <form class="log" novalidate on:submit=save on:keydown=on_key>
            <input class="input" node_ref=first aria-label=t.text() prop:value=move || subject.get()
                on:input=move |event| subject.set(event_target_value(&event)) />
            {move || problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
            <div class="row">
                <input class="input" type="date" aria-label=t.day() prop:value=move || day.get()
                    on:input=move |event| day.set(event_target_value(&event)) />
                <input class="input" type="time" aria-label=t.time() prop:value=move || at.get()
                    on:input=move |event| at.set(event_target_value(&event)) />
                <button type="button" class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{texts.common().delete()}</button>
                <button type="button" class="btn push" on:click=move |_| open.set(false)>{texts.common().cancel()}</button>
                <button type="submit" class="btn primary">{texts.common().save()}</button>
            </div>
        </form>
    }
}
