//! One line that logs or plans, with what will come of it under it before it is saved. Shift-Enter opens the longer form.

use super::log::{About, LogForm};
use crate::{
    client::{Client, new_id},
    texts::{Texts, use_texts},
    ui::{Icon, IconName, activity::kind_name, draft::draft, is_composing, refusal::sentence, time},
};
use domain::{
    activity::Activity,
    command::{Command, Place},
    id::{ActivityId, DealId},
    quick::{Line, read},
    record::Record,
};
use leptos::prelude::*;

/// Asks what comes next, under what is planned.
#[derive(Clone, Copy)]
pub struct AskNext(pub RwSignal<bool>);

/// Where the key `L` goes.
pub const LINE: &str = "quick-line";

#[component]
pub fn Quick(deal: DealId) -> impl IntoView {
    let texts = use_texts();
    let long = RwSignal::new(false);
    let text = draft(format!("log {deal}"));
    view! {
        {move || if long.get() {
            view! {
                <LogForm about=About::Deal(deal) text=text />
                <button type="button" class="link meta" on:click=move |_| long.set(false)>{texts.quick_line().shorter()}</button>
            }.into_any()
        } else {
            view! { <QuickLine deal=deal text=text planning=false longer=Callback::new(move |()| long.set(true)) /> }.into_any()
        }}
    }
}

/// "What is next?", with a line that plans. Escape or the button leaves it open.
#[component]
pub fn NextLine(deal: DealId, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts().quick_line();
    let text = draft(format!("next {deal}"));
    let close = Callback::new(move |()| {
        open.try_set(false);
    });
    view! {
        <div class="next-ask" role="group" aria-label=texts.next()>
            <p><b>{texts.next()}</b><button type="button" class="link meta" on:click=move |_| close.run(())>{texts.no_next()}</button></p>
            <QuickLine deal=deal text=text planning=true close=close />
        </div>
    }
}

#[component]
fn QuickLine(
    deal: DealId,
    text: RwSignal<String>,
    /// A line without a day is planned for today.
    planning: bool,
    /// Opens the longer form.
    #[prop(optional, into)]
    longer: Option<Callback<()>>,
    /// Called when it is saved, and by Escape.
    #[prop(optional, into)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.quick_line();
    let client = expect_context::<Client>();
    let problem = RwSignal::new(None::<String>);
    let line = move |typed: &str| {
        let now = client.zone().local(client.now());
        client.peek(|view| read(view, typed, now, planning))
    };
    let save = move || {
        let typed = text.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        let line = line(&typed);
        let is_plan = line.plan.is_some();
        match client.ask(command(client, deal, line)) {
            Ok(command) => {
                text.set(String::new());
                problem.set(None);
                let said = if is_plan { texts.activity().planned() } else { texts.activity().logged() };
                client.toasts.done(said, command);
                if let Some(close) = close {
                    close.run(());
                }
            }
            Err(refusal) => problem.set(Some(client.peek(|view| sentence(texts, view, &refusal)))),
        }
    };
    let will = move || {
        let typed = text.get();
        (!typed.trim().is_empty()).then(|| preview(texts, client, &line(&typed)))
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                match longer {
                    Some(longer) if event.shift_key() => longer.run(()),
                    _ => save(),
                }
            }
            "Escape" => {
                event.stop_propagation();
                if let Some(close) = close {
                    close.run(());
                } else if let Some(input) = document().get_element_by_id(LINE) {
                    let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(input).blur();
                }
            }
            _ => {}
        }
    };
    let node = NodeRef::<leptos::html::Input>::new();
    if planning {
        node.on_load(|input| {
            let _ = input.focus();
        });
    }
    let (hint, keys) = if planning { (t.hint_next(), t.enter_next()) } else { (t.hint(), t.enter()) };
    view! {
        <form class="quick" on:submit=move |event: web_sys::SubmitEvent| event.prevent_default()>
            <Icon name=IconName::Edit class="i-s" />
            <input id=(!planning).then_some(LINE) node_ref=node aria-label=if planning { t.next() } else { t.label() } placeholder=hint
                autocomplete="off" prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) on:keydown=on_key />
            {(!planning).then(|| view! { <kbd aria-hidden="true">"L"</kbd> })}
        </form>
        <div class="under">
            <p class="meta will" role="status">
                {move || will().map(|will| view! { <b>{will}</b> " · " {keys} })}
            </p>
            {longer.map(|longer| view! {
                <button type="button" class="link meta" on:click=move |_| longer.run(())>{t.longer()}</button>
            })}
        </div>
        {move || problem.get().map(|problem| view! { <p class="form-err" role="alert">{problem}</p> })}
    }
}

fn command(client: Client, deal: DealId, line: Line) -> Command {
    let now = client.now();
    let (subject, note) = super::log::parted(&line.subject);
    let activity = Activity {
        id: ActivityId(new_id()),
        deal: Some(deal),
        account: None,
        activity_type: line.kind,
        subject,
        note,
        owner: line.owner.unwrap_or(client.me),
        due_on: line.plan.map(|(day, _)| day),
        due_time: line.plan.and_then(|(_, time)| time),
        done_at: line.plan.is_none().then_some(now),
        created_at: now,
    };
    Command::Create { record: Record::Activity(activity), place: Place::default(), dated: false }
}

/// What saving the line will do: `Plan: Visit 11-27 15:00 Bo`.
fn preview(texts: Texts, client: Client, line: &Line) -> String {
    let t = texts.quick_line();
    let owner = line.owner.unwrap_or(client.me);
    let name = client.peek(|view| view.members.get(&owner).map(|member| member.name.clone())).unwrap_or_default();
    let kind = kind_name(texts, line.kind);
    match line.plan {
        Some((day, at)) => {
            let day = time::short_day(day, client.today());
            let at = at.map(|at| at.format(" %H:%M").to_string()).unwrap_or_default();
            t.will_plan(format!("{kind} {day}{at} {name}"))
        }
        None => t.will_log(format!("{kind} {name}")),
    }
}
