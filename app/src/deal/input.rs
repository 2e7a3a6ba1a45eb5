//! The input for a shape. It takes the focus; Enter and leaving it commit, Escape cancels.

use super::{
    account_picker::{AccountPicker, Picked, Picker},
    members_input::MembersInput,
    shape::Shape,
};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{is_composing, priority},
};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

/// How editing ends. Taking an input away leaves it once more, when all is over already.
#[derive(Clone, Copy)]
pub struct End {
    over: StoredValue<bool>,
    commit: Callback<String>,
    cancel: Callback<()>,
}

impl End {
    fn is_first(&self) -> bool {
        let is_first = self.over.try_get_value() == Some(false);
        if is_first {
            self.over.set_value(true);
        }
        is_first
    }

    pub fn commit(&self, typed: String) {
        if self.is_first() {
            self.commit.run(typed);
        }
    }

    pub fn cancel(&self) {
        if self.is_first() {
            self.cancel.run(());
        }
    }

    /// Commits what stands in the input that the event comes from. Half a date is none, and changes nothing.
    fn commit_from<E: JsCast>(&self, event: &E) {
        let target = event.unchecked_ref::<web_sys::Event>().target();
        let input = target.and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if input.is_some_and(|input| !input.check_validity()) {
            self.cancel();
        } else {
            self.commit(event_target_value(event));
        }
    }

    /// Escape; and Enter, with Ctrl where Enter alone begins a line.
    fn on_key(&self, event: &web_sys::KeyboardEvent, is_long: bool) {
        let command = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                self.cancel();
            }
            "Enter" if !is_composing(event) && (command || !is_long) => {
                event.prevent_default();
                self.commit_from(event);
            }
            _ => {}
        }
    }
}

#[component]
pub fn Input(
    shape: Shape,
    start: String,
    label: String,
    commit: Callback<String>,
    cancel: Callback<()>,
) -> impl IntoView {
    let end = End { over: StoredValue::new(false), commit, cancel };
    let shape = if let Shape::Custom(_, inner) = shape { *inner } else { shape };
    match shape {
        Shape::LongText => view! { <LongInput start=start label=label end=end /> }.into_any(),
        Shape::Member => view! { <SelectInput options=members(&start) start=start label=label end=end /> }.into_any(),
        Shape::Choice(options) => {
            let options = options.into_iter().map(|option| (option.clone(), option)).collect();
            view! { <SelectInput options=options start=start label=label end=end /> }.into_any()
        }
        Shape::Priority => {
            view! { <SelectInput options=priority::options(use_texts()) start=start label=label end=end /> }.into_any()
        }
        Shape::Members => view! { <MembersInput start=start label=label end=end /> }.into_any(),
        Shape::Account => view! { <AccountInput start=start label=label end=end /> }.into_any(),
        Shape::Date => view! { <LineInput kind="date" start=start label=label end=end /> }.into_any(),
        Shape::Amount(_) | Shape::Number => {
            view! { <LineInput keys="decimal" start=start label=label end=end /> }.into_any()
        }
        Shape::Text | Shape::Tags | Shape::Custom(..) => {
            view! { <LineInput start=start label=label end=end /> }.into_any()
        }
    }
}

#[component]
fn LineInput(
    #[prop(default = "text")] kind: &'static str,
    /// Which keys a phone offers.
    #[prop(optional, into)]
    keys: Option<&'static str>,
    start: String,
    label: String,
    end: End,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| {
        take_focus(&input);
        input.select();
    });
    view! {
        // As an attribute, for it stands before the text is selected.
        <input class="input" type=kind inputmode=keys node_ref=node aria-label=label value=start autocomplete="off"
            on:keydown=move |event| end.on_key(&event, false) on:blur=move |event| end.commit_from(&event) />
    }
}

/// The input stands where the person looks, and nothing scrolls for it.
fn take_focus(input: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = input.focus_with_options(&options);
}

#[component]
fn LongInput(start: String, label: String, end: End) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    node.on_load(|area| {
        take_focus(&area);
    });
    view! {
        <textarea class="area" node_ref=node aria-label=label prop:value=start on:keydown=move |event| end.on_key(&event, true)
            on:blur=move |event| end.commit(event_target_value(&event))></textarea>
    }
}

#[component]
fn SelectInput(mut options: Vec<(String, String)>, start: String, label: String, end: End) -> impl IntoView {
    // A choice that is offered no longer stays until another is made.
    if !start.is_empty() && options.iter().all(|(value, _)| *value != start) {
        options.push((start.clone(), start.clone()));
    }
    let node = NodeRef::<html::Select>::new();
    node.on_load(|select| {
        take_focus(&select);
    });
    view! {
        <select class="input" node_ref=node aria-label=label on:keydown=move |event| end.on_key(&event, false)
            on:change=move |event| end.commit(event_target_value(&event)) on:blur=move |_| end.cancel()>
            <option value="">{use_texts().common().none()}</option>
            {options.into_iter().map(|(value, name)| {
                let selected = value == start;
                view! { <option value=value selected=selected>{name}</option> }
            }).collect_view()}
        </select>
    }
}

/// Who may be chosen, and who is.
fn members(start: &str) -> Vec<(String, String)> {
    expect_context::<Client>().peek(|view| {
        let active = view.members.values().filter(|member| member.active || member.id.to_string() == start);
        active.map(|member| (member.id.to_string(), member.name.clone())).collect()
    })
}

/// An account by a part of its name. Commits its id, or a name that no account has.
#[component]
fn AccountInput(start: String, label: String, end: End) -> impl IntoView {
    let client = expect_context::<Client>();
    let picker = Picker::new(client, &start);
    let choose = Callback::new(move |picked: Picked| match picked {
        Picked::Name(name) => {
            if let Some(id) = Picker::create(client, name) {
                end.commit(id.to_string());
            }
        }
        Picked::Account(id) => end.commit(id.to_string()),
        Picked::Nothing => end.commit(String::new()),
    });
    let leave = Callback::new(move |()| {
        spawn_local(async move {
            // Whether an account has the typed name may still be asked.
            match picker.settled().await {
                Picked::Nothing => end.commit(String::new()),
                Picked::Account(id) => end.commit(id.to_string()),
                Picked::Name(name) => end.commit(name),
            }
        });
    });
    let cancel = Callback::new(move |()| end.cancel());
    let node = NodeRef::<html::Input>::new();
    let is_name = matches!(untrack(|| picker.picked()), Picked::Name(_));
    node.on_load(move |input| {
        take_focus(&input);
        input.select();
        // What had been typed before is looked up again.
        if is_name {
            picker.ask(start);
        }
    });
    view! { <AccountPicker picker=picker label=label node=node choose=choose leave=leave cancel=cancel /> }
}
