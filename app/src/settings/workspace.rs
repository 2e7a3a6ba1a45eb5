//! The workspace: its name, the currency of new deals, and its time zone. Each is saved by itself.

use super::{cell::reason, zones};
use crate::{client::Client, texts::use_texts};
use domain::{
    change::Target,
    money::{COMMON, Currency},
    record::Kind,
    workspace::Workspace,
};
use leptos::prelude::*;
use serde_json::json;

#[component]
pub fn WorkspacePart(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let of = move |read: fn(&Workspace) -> String| {
        Signal::derive(move || client.with(|view| view.workspace().map(read).unwrap_or_default()))
    };
    let save = move |field: &'static str, name: &'static str, value: String| {
        let Some(id) = client.peek(|view| view.workspace().map(|workspace| workspace.id)) else { return Ok(()) };
        match client.set(Target::new(Kind::Workspace, id), field, json!(value)) {
            Ok(command) => {
                client.toasts.done(texts.toast().field_changed(name, value), command);
                Ok(())
            }
            Err(refusal) => Err(reason(client, &refusal)),
        }
    };
    let t = texts.workspace();
    let name = Callback::new(move |typed| save("name", t.name(), typed));
    let currency = Callback::new(move |typed: String| {
        let code: Currency = typed.trim().to_uppercase().parse().map_err(|_| t.currency_wrong().to_owned())?;
        save("currency", t.currency(), code.to_string())
    });
    let zone = Callback::new(move |typed: String| match zones::find(&typed) {
        Some(zone) => save("zone", t.time_zone(), zone),
        None => Err(t.zone_wrong().to_owned()),
    });
    view! {
        <div class="sh"><div class="grow"><h2>{texts.settings().workspace()}</h2></div></div>
        <div class="set-block form-stack">
            <Setting id="workspace-name" label=t.name() hint=t.name_hint() value=of(|w| w.name.clone()) save=name editable=editable />
            <Setting id="workspace-currency" label=t.currency() hint=t.currency_hint() value=of(|w| w.currency.to_string())
                save=currency editable=editable suggested=&COMMON />
            <Setting id="workspace-zone" label=t.time_zone() hint=t.zone_hint() value=of(|w| w.zone.clone())
                save=zone editable=editable suggested=&zones::COMMON />
        </div>
    }
}

/// One setting: saved by Enter or by leaving the field; Escape brings back what holds.
#[component]
fn Setting(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    value: Signal<String>,
    save: Callback<String, Result<(), String>>,
    editable: bool,
    #[prop(optional)] suggested: &'static [&'static str],
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let typed = RwSignal::new(None::<String>);
    let shown = move || typed.get().unwrap_or_else(|| value.get());
    let first = value.get_untracked();
    let commit = move |_| {
        let Some(text) = typed.get_untracked() else { return };
        if text == value.get_untracked() {
            typed.set(None);
            problem.set(None);
            return;
        }
        let result = save.run(text);
        if result.is_ok() {
            typed.set(None);
        }
        problem.set(result.err());
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            typed.set(None);
            problem.set(None);
        }
    };
    let list = (!suggested.is_empty() && editable).then(|| format!("{id}-list"));
    let describes = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input class="input" id=id autocomplete="off" value=first prop:value=shown readonly=!editable
                list=list.clone() aria-describedby=describes.clone()
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                on:input=move |event| typed.set(Some(event_target_value(&event))) on:change=commit on:keydown=on_key />
            {list.map(|list| view! {
                <datalist id=list>{suggested.iter().map(|name| view! { <option value=*name></option> }).collect_view()}</datalist>
            })}
            {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
            <span class="hint" id=describes>{hint}</span>
        </div>
    }
}
