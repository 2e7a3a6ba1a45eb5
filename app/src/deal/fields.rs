//! Fields edited in place: the value as text, a click gives an input of the same height, Enter or leaving it saves,
//! Escape does not. A refusal stands under the field with what was typed; a conflict shows both values.

use super::{conflict::ConflictBox, edit::Edit, input::Input, shape::Shape};
use crate::{
    client::Client,
    presence::EditingHere,
    texts::use_texts,
    ui::refusal::{sentence, value_text},
};
use domain::{
    change::Target,
    field::Field,
    money::Currency,
    refusal::{Refusal, Rule},
    view::View,
};
use leptos::prelude::*;
use serde_json::Value;

/// The value of a record's field, null where it is not set.
pub fn value_of(view: &View, target: Target, field: &str) -> Value {
    let fields = view.get(target.kind, target.id).map(|record| record.to_fields());
    fields.and_then(|mut fields| fields.remove(field)).unwrap_or_default()
}

/// One row of a list of fields.
#[component]
pub fn FieldRow(
    #[prop(into)] label: String,
    target: Target,
    #[prop(into)] field: String,
    shape: Shape,
    /// Whether the member may edit it.
    #[prop(into)]
    editable: Signal<bool>,
    /// How the value is shown while it is not edited; by default as text.
    #[prop(optional, into)]
    shown: Option<ViewFn>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let edit = Edit::new(client, target, &field);
    let field = StoredValue::new(field);
    let shape = StoredValue::new(shape);
    let value = Memo::new(move |_| client.with(|view| field.with_value(|field| value_of(view, target, field))));
    let commit = Callback::new(move |typed: String| {
        shape.with_value(|shape| edit.commit(typed, |value| shape.text(value), |typed| shape.read(typed)));
    });
    let cancel = Callback::new(move |()| edit.cancel());
    let text = move || client.with(|view| field.with_value(|field| value_text(texts, view, field, &value.get())));
    let problem = move || {
        edit.refused().map(|(refusal, typed)| match refusal {
            // A name that was typed, and is none.
            Refusal::Invalid { rule: Rule::Unknown { .. }, .. }
                if shape.with_value(|shape| *shape == Shape::Account) =>
            {
                texts.errors().unknown_account(typed)
            }
            other => client.peek(|view| sentence(texts, view, &other)),
        })
    };
    let name = label.clone();
    let edit_label = texts.deal().edit_field(&label);
    view! {
        <div data-field=field.get_value()>
            <dt title=label.clone()>{label.clone()}</dt>
            <dd>
                {move || {
                    if edit.is_open() {
                        let start = shape.with_value(|shape| edit.start(|value| shape.text(value)));
                        view! { <Input shape=shape.get_value() start=start label=name.clone() commit=commit cancel=cancel /> }.into_any()
                    } else {
                        let shown = shown.clone();
                        let is_empty = move || matches!(value.get(), Value::Null);
                        let inside = move || match &shown {
                            Some(shown) if !is_empty() => shown.run(),
                            _ if is_empty() => texts.common().empty_value().into_any(),
                            _ => text().into_any(),
                        };
                        if editable.get() {
                            view! {
                                <button type="button" class="val" class:none=is_empty node_ref=edit.button aria-label=edit_label.clone()
                                    on:click=move |_| edit.open()>
                                    <span>{inside}</span>
                                </button>
                            }.into_any()
                        } else {
                            view! { <span class="val"><span>{inside}</span></span> }.into_any()
                        }
                    }
                }}
                <EditingHere target=target field=field.get_value() />
            </dd>
            {move || problem().map(|why| view! { <p class="err" role="alert">{why}</p> })}
            <ConflictBox target=target field=field />
        </div>
    }
}

/// The rows of a kind's custom fields.
#[component]
pub fn CustomFields(target: Target, #[prop(into)] editable: Signal<bool>) -> impl IntoView {
    let client = expect_context::<Client>();
    let currency = client.peek(|view| view.workspace().map_or(Currency::CNY, |workspace| workspace.currency));
    let fields = Memo::new(move |_| {
        client.with(|view| view.fields_of(target.kind).into_iter().cloned().collect::<Vec<Field>>())
    });
    view! {
        <For each=move || fields.get() key=|field: &Field| (field.id, field.name.clone(), format!("{:?}", field.field_type))
            children=move |field: Field| view! {
                <FieldRow label=field.name.clone() target=target field=format!("custom.{}", field.id)
                    shape=Shape::of(&field, currency) editable=editable />
            } />
    }
}
