//! Fields edited in place: the value as text, a click (or E, or Enter) gives an input of the same height, Enter or leaving
//! it saves, Escape does not. A refusal stands under the field with what was typed; a conflict shows both values.

use super::{account_picker::AccountPicker, amount::parse_amount};
use crate::{
    client::Client,
    texts::use_texts,
    ui::refusal::{sentence, value_text},
};
use domain::{
    change::Target,
    field::{Field, FieldType},
    id::FieldId,
    money::{Currency, Money},
    refusal::{Refusal, Rule},
    view::View,
};
use leptos::{html, prelude::*};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;

/// How a field is typed and what its value is in the record.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Text,
    LongText,
    Number,
    Amount(Currency),
    Date,
    /// Words parted by commas.
    Tags,
    Member,
    Members,
    Account,
    /// One of these.
    Choice(Vec<String>),
    /// A custom field's value, tagged with the name of its type.
    Custom(&'static str, Box<Shape>),
}

impl Shape {
    /// The shape of a custom field.
    pub fn of(field: &Field, currency: Currency) -> Self {
        let (tag, shape) = match &field.field_type {
            FieldType::Text => ("text", Self::Text),
            FieldType::Number => ("number", Self::Number),
            FieldType::Money => ("money", Self::Amount(currency)),
            FieldType::Date => ("date", Self::Date),
            FieldType::Choice { options } => ("choice", Self::Choice(options.clone())),
            FieldType::Person => ("person", Self::Member),
        };
        Self::Custom(tag, Box::new(shape))
    }

    /// The value as it stands in the input.
    fn text(&self, value: &Value) -> String {
        match self {
            Self::Custom(tag, shape) => shape.text(value.get(tag).unwrap_or(&Value::Null)),
            Self::Amount(usual) => match serde_json::from_value::<Money>(value.clone()) {
                Ok(money) if money.currency == *usual => money.plain(),
                Ok(money) => format!("{} {}", money.plain(), money.currency),
                Err(_) => String::new(),
            },
            Self::Tags | Self::Members => {
                let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
                list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
            }
            _ => match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            },
        }
    }

    /// What was typed as a value; null where nothing was.
    fn read(&self, typed: &str) -> Result<Value, Rule> {
        if let Self::Custom(tag, shape) = self {
            let value = shape.read(typed)?;
            return Ok(if value.is_null() { value } else { json!({ *tag: value }) });
        }
        if typed.trim().is_empty() && !matches!(self, Self::Text | Self::LongText) {
            return Ok(Value::Null);
        }
        match self {
            Self::Number => {
                let number = typed.replace([',', ' '], "").parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(|number| json!(number)).ok_or(Rule::WrongType)
            }
            Self::Amount(usual) => {
                parse_amount(typed, *usual).map(|money| json!(money)).ok_or(Rule::WrongType)
            }
            Self::Tags => {
                let tags = typed.split([',', '，']).map(str::trim).filter(|tag| !tag.is_empty());
                Ok(json!(tags.collect::<Vec<_>>()))
            }
            Self::Members => Ok(json!(typed.split(", ").filter(|id| !id.is_empty()).collect::<Vec<_>>())),
            // An emptied text is not set, unless the record must have it: then the rules say so.
            _ if typed.is_empty() => Ok(Value::Null),
            _ => Ok(Value::String(typed.to_owned())),
        }
    }
}

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
    editable: bool,
    /// How the value is shown while it is not edited; by default as text.
    #[prop(optional, into)]
    shown: Option<ViewFn>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let editing = RwSignal::new(false);
    let problem = RwSignal::new(None::<(String, String)>);
    let field = StoredValue::new(field);
    let shape = StoredValue::new(shape);
    let value = Memo::new(move |_| client.with(|view| field.with_value(|field| value_of(view, target, field))));
    let commit = Callback::new(move |typed: String| {
        editing.set(false);
        let old = shape.with_value(|shape| shape.text(&value.get_untracked()));
        if typed == old {
            problem.set(None);
            return;
        }
        let name = field.get_value();
        let asked = match shape.with_value(|shape| shape.read(&typed)) {
            Ok(value) => client.set(target, &name, value),
            Err(rule) => Err(Refusal::invalid(&name, rule)),
        };
        match asked {
            Ok(_) => problem.set(None),
            Err(refusal) => {
                let why = client.peek(|view| sentence(texts, view, &refusal));
                problem.set(Some((why, typed)));
            }
        }
    });
    let text = move || {
        client.with(|view| field.with_value(|field| value_text(texts, view, field, &value.get())))
    };
    let name = label.clone();
    let edit_label = texts.deal().edit_field(&label);
    let is_long = shape.with_value(|shape| *shape == Shape::LongText);
    view! {
        <div class:tall=is_long data-field=field.get_value()>
            <dt title=label.clone()>{label.clone()}</dt>
            <dd>
                {move || {
                    if editing.get() {
                        let start = problem.get_untracked().map(|(_, typed)| typed);
                        let start = start.unwrap_or_else(|| shape.with_value(|shape| shape.text(&value.get_untracked())));
                        let cancel = Callback::new(move |()| editing.set(false));
                        view! { <Input shape=shape.get_value() start=start label=name.clone() commit=commit cancel=cancel /> }.into_any()
                    } else {
                        let shown = shown.clone();
                        let is_empty = move || matches!(value.get(), Value::Null);
                        let inside = move || match &shown {
                            Some(shown) if !is_empty() => shown.run(),
                            _ if is_empty() => texts.common().empty_value().into_any(),
                            _ => text().into_any(),
                        };
                        if editable {
                            view! {
                                <button class="val" class:none=is_empty aria-label=edit_label.clone()
                                    on:click=move |_| editing.set(true)>
                                    <span>{inside}</span>
                                </button>
                            }.into_any()
                        } else {
                            view! { <span class="val">{inside}</span> }.into_any()
                        }
                    }
                }}
            </dd>
            {move || problem.get().map(|(why, _)| view! { <p class="err" role="alert">{why}</p> })}
            <ConflictBox target=target field=field.get_value() />
        </div>
    }
}

/// The input for a shape. It takes the focus; Enter and leaving it commit, Escape cancels.
#[component]
pub fn Input(
    shape: Shape,
    start: String,
    label: String,
    commit: Callback<String>,
    cancel: Callback<()>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let texts = use_texts();
    let shape = if let Shape::Custom(_, inner) = shape { *inner } else { shape };
    // Leaving an input that Escape or Enter has closed must not commit again.
    let over = StoredValue::new(false);
    let finish = move |typed: String| {
        // Taking the input away leaves it once more, when it is gone already.
        if over.try_get_value() == Some(false) {
            over.set_value(true);
            commit.run(typed);
        }
    };
    let leave = move || {
        if over.try_get_value() == Some(false) {
            over.set_value(true);
            cancel.run(());
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            leave();
        }
        "Enter" if !event.is_composing() && event.key_code() != 229 => {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(input) = target {
                event.prevent_default();
                finish(input.value());
            }
        }
        _ => {}
    };
    let focus = move |element: web_sys::HtmlElement| {
        let _ = element.focus();
    };
    match shape {
        Shape::LongText => {
            let node = NodeRef::<html::Textarea>::new();
            Effect::new(move |_| if let Some(node) = node.get() { focus(node.unchecked_into()) });
            view! {
                <textarea class="area" node_ref=node aria-label=label prop:value=start on:keydown=on_key
                    on:blur=move |event| finish(event_target_value(&event))></textarea>
            }
            .into_any()
        }
        Shape::Member | Shape::Choice(_) => {
            let node = NodeRef::<html::Select>::new();
            Effect::new(move |_| if let Some(node) = node.get() { focus(node.unchecked_into()) });
            let options: Vec<(String, String)> = match shape {
                Shape::Choice(options) => options.into_iter().map(|option| (option.clone(), option)).collect(),
                _ => client.peek(|view| {
                    let active = view.members.values().filter(|member| member.active || member.id.to_string() == start);
                    active.map(|member| (member.id.to_string(), member.name.clone())).collect()
                }),
            };
            view! {
                <select class="input" node_ref=node aria-label=label on:keydown=on_key
                    on:change=move |event| finish(event_target_value(&event)) on:blur=move |_| leave()>
                    <option value="">{texts.common().none()}</option>
                    {options.into_iter().map(|(value, name)| {
                        let selected = value == start;
                        view! { <option value=value selected=selected>{name}</option> }
                    }).collect_view()}
                </select>
            }
            .into_any()
        }
        Shape::Members => {
            let chosen: Vec<String> = start.split(", ").map(str::to_owned).collect();
            let members: Vec<(String, String)> = client.peek(|view| {
                let active = view.members.values().filter(|member| member.active);
                active.map(|member| (member.id.to_string(), member.name.clone())).collect()
            });
            let node = NodeRef::<html::Select>::new();
            Effect::new(move |_| if let Some(node) = node.get() { focus(node.unchecked_into()) });
            let read = move || {
                let options = node.get_untracked().map(|select| select.selected_options());
                let chosen = options.map(|options| {
                    (0..options.length())
                        .filter_map(|at| options.item(at)?.get_attribute("value"))
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                chosen.unwrap_or_default()
            };
            view! {
                <select class="area" multiple node_ref=node aria-label=label on:keydown=on_key on:blur=move |_| finish(read())>
                    {members.into_iter().map(|(value, name)| {
                        let selected = chosen.contains(&value);
                        view! { <option value=value selected=selected>{name}</option> }
                    }).collect_view()}
                </select>
            }
            .into_any()
        }
        Shape::Account => view! { <AccountPicker label=label start=start commit=commit cancel=cancel /> }.into_any(),
        other => {
            let node = NodeRef::<html::Input>::new();
            Effect::new(move |_| {
                if let Some(node) = node.get() {
                    let _ = node.focus();
                    node.select();
                }
            });
            let kind = if other == Shape::Date { "date" } else { "text" };
            let mode = matches!(other, Shape::Amount(_) | Shape::Number).then_some("decimal");
            view! {
                // As an attribute, for it stands before the text is selected.
                <input class="input" type=kind inputmode=mode node_ref=node aria-label=label value=start
                    autocomplete="off" on:keydown=on_key on:blur=move |event| finish(event_target_value(&event)) />
            }
            .into_any()
        }
    }
}

/// Somebody else changed the field meanwhile: both values, and the choice.
#[component]
fn ConflictBox(target: Target, field: String) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let field = StoredValue::new(field);
    let clash = Memo::new(move |_| {
        client.conflicts.with(|conflicts| {
            let mine = conflicts.iter().find(|(other, clash)| {
                *other == target && field.with_value(|field| *field == clash.field)
            });
            mine.map(|(_, clash)| clash.clone())
        })
    });
    move || {
        clash.get().map(|clash| {
            let (yours, theirs) = client.peek(|view| {
                let text = |value| value_text(texts, view, &clash.field, value);
                (text(&clash.yours), text(&clash.theirs))
            });
            let keep = clash.yours.clone();
            view! {
                <div class="conflict" role="alert">
                    <p>{texts.errors().conflict(&theirs, texts.errors().somebody(), &yours)}</p>
                    <p class="acts">
                        <button class="btn" on:click=move |_| client.settle(target, &field.get_value(), None)>
                            {texts.errors().keep_theirs(&theirs)}
                        </button>
                        <button class="btn" on:click=move |_| client.settle(target, &field.get_value(), Some(keep.clone()))>
                            {texts.errors().keep_yours(&yours)}
                        </button>
                    </p>
                </div>
            }
        })
    }
}

/// The rows of a kind's custom fields.
#[component]
pub fn CustomFields(target: Target, editable: bool) -> impl IntoView {
    let client = expect_context::<Client>();
    let currency = client.peek(|view| view.workspace().map_or(Currency::CNY, |workspace| workspace.currency));
    let fields = Memo::new(move |_| {
        client.with(|view| view.fields_of(target.kind).into_iter().cloned().collect::<Vec<Field>>())
    });
    view! {
        <For each=move || fields.get() key=|field: &Field| (field.id, field.name.clone(), format!("{:?}", field.field_type))
            children=move |field: Field| {
                let id: FieldId = field.id;
                view! {
                    <FieldRow label=field.name.clone() target=target field=format!("custom.{id}")
                        shape=Shape::of(&field, currency) editable=editable />
                }
            } />
    }
}
