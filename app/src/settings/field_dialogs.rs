//! A new custom field, and the choices of one.

use super::{
    fields::{KINDS, type_name},
    members::word,
};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::form::{AreaField, Form, FormDialog, SelectField, TextField},
};
use domain::{
    change::Target,
    command::{Command, Place},
    field::{Field, FieldType},
    id::FieldId,
    record::{Kind, Record},
    refusal::{Refusal, Rule},
};
use leptos::prelude::*;
use serde_json::json;

fn types() -> [FieldType; 6] {
    let choice = FieldType::Choice { options: Vec::new() };
    [FieldType::Text, FieldType::Number, FieldType::Money, FieldType::Date, choice, FieldType::Person]
}

/// One choice on each line; blank lines and repetitions say nothing.
pub fn choices(typed: &str) -> Vec<String> {
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
    let on = RwSignal::new(word(Kind::Deal));
    let of_type = RwSignal::new("0".to_owned());
    let options = RwSignal::new(String::new());
    let form = Form::new(client, "field");
    let chosen_type = move || of_type.get().parse::<usize>().ok().and_then(|at| types().get(at).cloned());
    let is_choice = Memo::new(move |_| matches!(chosen_type(), Some(FieldType::Choice { .. })));
    let create = Callback::new(move |()| {
        let Some(mut field_type) = untrack(chosen_type) else { return };
        if let FieldType::Choice { options: of } = &mut field_type {
            *of = choices(&options.get_untracked());
            if of.is_empty() {
                form.refuse(Refusal::invalid("options", Rule::Required));
                return;
            }
        }
        let chosen = on.get_untracked();
        let on = KINDS.into_iter().find(|kind| word(kind) == chosen).unwrap_or(Kind::Deal);
        let position = client.peek(|view| view.fields_of(on).into_iter().map(|it| it.position + 1).max().unwrap_or(0));
        let field = Field { id: FieldId(new_id()), on, name: name.get_untracked(), field_type, position };
        let said = field.name.clone();
        match client.ask(Command::Create { record: Record::Field(field), place: Place::default(), dated: false }) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().created(said), command);
            }
            Err(refusal) => form.refuse(refusal),
        }
    });
    let kinds = KINDS.into_iter().map(|kind| {
        let name = match kind {
            Kind::Account => t.on_account(),
            Kind::Contact => t.on_contact(),
            _ => t.on_deal(),
        };
        (word(kind), name.to_owned())
    });
    let kinds = kinds.collect::<Vec<_>>();
    let of_types = types().into_iter().enumerate().map(|(at, of)| (at.to_string(), type_name(texts, &of).to_owned()));
    let of_types = of_types.collect::<Vec<_>>();
    view! {
        <FormDialog form=form title=t.new() submit=texts.common().create() on_submit=create
            on_close=Callback::new(move |()| open.set(false))>
            <TextField form=form name="name" label=t.name() value=name required=true />
            <div class="form-grid">
                <SelectField form=form name="on" label=t.on_entity() options=kinds value=on />
                <SelectField form=form name="type" label=t.kind() options=of_types value=of_type hint=t.kind_stays() />
            </div>
            {move || is_choice.get().then(|| view! {
                <AreaField form=form name="options" label=t.choices() value=options rows=5 required=true hint=t.choices_hint() />
            })}
        </FormDialog>
    }
}

#[component]
pub fn EditChoices(id: FieldId, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.field();
    let target = Target::new(Kind::Field, id);
    let (name, before) = client.peek(|view| match view.fields.get(&id) {
        Some(Field { name, field_type: FieldType::Choice { options }, .. }) => (name.clone(), options.clone()),
        _ => (String::new(), Vec::new()),
    });
    let seen = client.value(target, "options");
    let typed = RwSignal::new(before.join("\n"));
    let form = Form::new(client, "field");
    let save = Callback::new(move |()| {
        let after = choices(&typed.get_untracked());
        if after == before {
            open.set(false);
            return;
        }
        if after.is_empty() {
            form.refuse(Refusal::invalid("options", Rule::Required));
            return;
        }
        match client.set_from(target, "options", seen.clone(), json!(after)) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().saved(), command);
            }
            Err(refusal) => form.refuse(refusal),
        }
    });
    view! {
        <FormDialog form=form title=t.choices_of(&name) submit=texts.common().save() on_submit=save
            on_close=Callback::new(move |()| open.set(false))>
            <AreaField form=form name="options" label=t.choices() value=typed rows=10 hint=t.choices_hint() />
            <p class="second">{t.choices_kept()}</p>
        </FormDialog>
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
