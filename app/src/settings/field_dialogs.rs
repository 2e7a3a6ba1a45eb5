//! A new custom field, and the choices of one.

use super::{
    cell::reason,
    fields::{KINDS, type_name},
    members::word,
};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog},
};
use domain::{
    change::Target,
    command::{Command, Place},
    field::{Field, FieldType},
    id::FieldId,
    record::{Kind, Record},
    refusal::Refusal,
};
use leptos::{html, prelude::*};
use serde_json::json;

fn types() -> [FieldType; 6] {
    let choice = FieldType::Choice { options: Vec::new() };
    [FieldType::Text, FieldType::Number, FieldType::Money, FieldType::Date, choice, FieldType::Person]
}

/// One choice on each line; blank lines and repetitions say nothing.
fn choices(typed: &str) -> Vec<String> {
    let mut choices: Vec<String> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !choices.iter().any(|other| other == line) {
            choices.push(line.to_owned());
        }
    }
    choices
}

#[component]
pub fn NewField(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.field();
    let name = RwSignal::new(String::new());
    let on = RwSignal::new(Kind::Deal);
    let kind = RwSignal::new(0_usize);
    let options = RwSignal::new(String::new());
    // The field of the form, and why.
    let problem = RwSignal::new(None::<(String, String)>);
    let first = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            let _ = first.focus();
        }
    });
    let is_choice = move || matches!(types()[kind.get()], FieldType::Choice { .. });
    let at = move |field: &'static str| {
        move || problem.with(|problem| problem.as_ref().filter(|(other, _)| other == field).map(|(_, why)| why.clone()))
    };
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let mut field_type = types()[kind.get_untracked()].clone();
        if let FieldType::Choice { options: of } = &mut field_type {
            *of = choices(&options.get_untracked());
            if of.is_empty() {
                problem.set(Some(("options".to_owned(), texts.errors().required().to_owned())));
                return;
            }
        }
        let on = on.get_untracked();
        let position = client.peek(|view| view.fields_of(on).into_iter().map(|it| it.position + 1).max().unwrap_or(0));
        let field = Field { id: FieldId(new_id()), on, name: name.get_untracked(), field_type, position };
        let said = field.name.clone();
        match client.ask(Command::Create { record: Record::Field(field), place: Place::default(), dated: false }) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().created(said), command);
            }
            Err(refusal) => {
                let field = match &refusal {
                    Refusal::Invalid { field, .. } if field == "name" || field == "options" => field.clone(),
                    _ => "form".to_owned(),
                };
                problem.set(Some((field, reason(texts, client, &refusal))));
            }
        }
    };
    view! {
        <Dialog title=t.new() on_close=Callback::new(move |()| open.set(false))>
            <form novalidate on:submit=create>
                <div class="body form-stack">
                    {move || at("form")().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    <div class="field">
                        <label class="req" for="field-name">{t.name()}</label>
                        <input class="input" id="field-name" node_ref=first maxlength="300" autocomplete="off"
                            prop:value=move || name.get() aria-invalid=move || at("name")().map(|_| "true")
                            on:input=move |event| name.set(event_target_value(&event)) />
                        {move || at("name")().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                    </div>
                    <div class="form-grid">
                        <div class="field">
                            <label for="field-on">{t.on_entity()}</label>
                            <span class="select">
                                <select id="field-on" on:change=move |event| {
                                    let chosen = event_target_value(&event);
                                    on.set(KINDS.into_iter().find(|kind| word(kind) == chosen).unwrap_or(Kind::Deal));
                                }>
                                    {KINDS.into_iter().map(|kind| {
                                        let name = match kind {
                                            Kind::Account => t.on_account(),
                                            Kind::Contact => t.on_contact(),
                                            _ => t.on_deal(),
                                        };
                                        view! { <option value=word(kind)>{name}</option> }
                                    }).collect_view()}
                                </select>
                                <Icon name=IconName::Down class="i-s" />
                            </span>
                        </div>
                        <div class="field">
                            <label for="field-kind">{t.kind()}</label>
                            <span class="select">
                                <select id="field-kind" on:change=move |event| kind.set(event_target_value(&event).parse().unwrap_or(0))>
                                    {types().into_iter().enumerate().map(|(number, of)| view! {
                                        <option value=number.to_string()>{type_name(texts, &of)}</option>
                                    }).collect_view()}
                                </select>
                                <Icon name=IconName::Down class="i-s" />
                            </span>
                            <span class="hint">{t.kind_stays()}</span>
                        </div>
                    </div>
                    {move || is_choice().then(|| view! {
                        <div class="field">
                            <label class="req" for="field-options">{t.choices()}</label>
                            <textarea class="area" id="field-options" rows="5" prop:value=move || options.get()
                                aria-invalid=move || at("options")().map(|_| "true")
                                on:input=move |event| options.set(event_target_value(&event))></textarea>
                            {move || at("options")().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                            <span class="hint">{t.choices_hint()}</span>
                        </div>
                    })}
                </div>
                <footer>
                    <button type="button" class="btn push" on:click=move |_| open.set(false)>{texts.common().cancel()}</button>
                    <button type="submit" class="btn primary">{texts.common().create()}</button>
                </footer>
            </form>
        </Dialog>
    }
}

#[component]
pub fn EditChoices(id: FieldId, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.field();
    let (name, before) = client.peek(|view| match view.fields.get(&id) {
        Some(Field { name, field_type: FieldType::Choice { options }, .. }) => (name.clone(), options.clone()),
        _ => (String::new(), Vec::new()),
    });
    let typed = RwSignal::new(before.join("\n"));
    let problem = RwSignal::new(None::<String>);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let after = choices(&typed.get_untracked());
        if after == before {
            open.set(false);
            return;
        }
        if after.is_empty() {
            problem.set(Some(texts.errors().required().to_owned()));
            return;
        }
        match client.set(Target::new(Kind::Field, id), "options", json!(after)) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().saved(), command);
            }
            Err(refusal) => problem.set(Some(reason(texts, client, &refusal))),
        }
    };
    let title = t.choices_of(&name);
    view! {
        <Dialog title=title.clone() on_close=Callback::new(move |()| open.set(false))>
            <form novalidate on:submit=save>
                <div class="body">
                    <div class="field">
                        <textarea class="area" rows="10" aria-label=title prop:value=move || typed.get()
                            aria-invalid=move || problem.with(Option::is_some).then_some("true")
                            on:input=move |event| typed.set(event_target_value(&event))></textarea>
                        {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                        <span class="hint">{t.choices_hint()} ". " {t.choices_kept()}</span>
                    </div>
                </div>
                <footer>
                    <button type="button" class="btn push" on:click=move |_| open.set(false)>{texts.common().cancel()}</button>
                    <button type="submit" class="btn primary">{texts.common().save()}</button>
                </footer>
            </form>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn a_choice_on_each_line() {
        assert_eq!(choices("甲\r\n乙\n\n 丙 \n甲"), ["甲", "乙", "丙"]);
        assert!(choices(" \n").is_empty());
    }
}
