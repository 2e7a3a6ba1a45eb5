//! A value in a table that is edited in place: plain text with a dotted line; a click gives an input of the same height,
//! Enter or leaving it saves, Escape does not. What is refused stays, with the reason under it.

use crate::{
    client::Client,
    deal::{conflict::ConflictBox, edit::Edit, fields::value_of, input::Input, shape::Shape},
    texts::use_texts,
    ui::refusal::{sentence, why},
};
use domain::{
    change::Target,
    refusal::{Refusal, Rule},
};
use leptos::prelude::*;
use serde_json::{Value, json};

/// What may be typed into a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Typed {
    Text,
    /// A whole number from `min` to `max`; where it is optional, nothing means not set.
    Whole {
        min: u16,
        max: u16,
        optional: bool,
    },
}

impl Typed {
    /// What was typed as the record's value.
    fn read(self, typed: &str) -> Result<Value, Rule> {
        let Self::Whole { min, max, optional } = self else { return Ok(json!(typed)) };
        let typed = typed.trim().trim_end_matches('%').trim_end();
        if typed.is_empty() {
            return if optional { Ok(Value::Null) } else { Err(Rule::Required) };
        }
        let number = typed.parse::<u16>().ok().filter(|number| (min..=max).contains(number));
        number.map(|number| json!(number)).ok_or(Rule::OutOfRange { min: min.to_string(), max: max.to_string() })
    }

    fn shape(self) -> Shape {
        match self {
            Self::Text => Shape::Text,
            Self::Whole { .. } => Shape::Number,
        }
    }
}

#[component]
pub fn Cell(
    /// What the value is, for those who hear the page.
    #[prop(into)]
    label: String,
    target: Target,
    field: &'static str,
    typed: Typed,
    /// How the value is shown; nothing where it is not set.
    #[prop(into)]
    shown: Callback<String, String>,
    /// What stands where nothing is set.
    #[prop(optional)]
    none: &'static str,
    editable: bool,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let edit = Edit::new(client, target, field);
    let value = Memo::new(move |_| client.with(|view| typed.shape().text(&value_of(view, target, field))));
    let label = StoredValue::new(label);
    let saved = move || value.with(|value| if value.is_empty() { none.to_owned() } else { shown.run(value.clone()) });
    let commit = Callback::new(move |text: String| {
        let asked = edit.commit(text, |value| typed.shape().text(value), |text| typed.read(text));
        if let Some(command) = asked {
            client.toasts.done(texts.toast().field_changed(label.get_value(), untrack(saved)), command);
        }
    });
    let cancel = Callback::new(move |()| edit.cancel());
    let text = move || edit.refused().map_or_else(saved, |(_, typed)| typed);
    let is_none = move || edit.refused().is_none() && value.with(String::is_empty);
    let name = move || format!("{}: {}", label.get_value(), text());
    view! {
        {move || if edit.is_open() {
            let start = edit.start(|value| typed.shape().text(value));
            view! {
                <span class="cell-edit" class:whole=typed != Typed::Text>
                    <Input shape=typed.shape() start=start label=label.get_value() commit=commit cancel=cancel />
                </span>
            }.into_any()
        } else if editable {
            view! {
                <button type="button" class="ib" class:third=is_none node_ref=edit.button aria-label=name
                    on:click=move |_| edit.open()>{text}</button>
            }.into_any()
        } else {
            view! { <span class:third=is_none>{text}</span> }.into_any()
        }}
        {move || edit.refused().map(|(refusal, _)| view! {
            <span class="cell-err" role="alert">{reason(client, &refusal)}</span>
        })}
        <ConflictBox target=target field=StoredValue::new(field.to_owned()) />
    }
}

/// Why a value was not taken, without the field's name: it stands at the field.
pub fn reason(client: Client, refusal: &Refusal) -> String {
    client.peek(|view| match refusal {
        Refusal::Invalid { field, rule } => why(client.texts, view, field, rule),
        other => sentence(client.texts, view, other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        let check = |optional: bool, text: &str, expected: Option<Value>| {
            let typed = Typed::Whole { min: 1, max: 100, optional };
            assert_eq!(typed.read(text).ok(), expected, "{text}");
        };
        check(false, "40", Some(json!(40)));
        check(false, " 40 % ", Some(json!(40)));
        check(false, "", None);
        check(true, "", Some(Value::Null));
        for wrong in ["0", "101", "-1", "1.5", "ten", "99999999"] {
            check(true, wrong, None);
        }
        assert_eq!(Typed::Text.read(" a "), Ok(json!(" a ")));
    }
}
