//! A value in a table that is edited in place: plain text with a dotted line; a click gives an input of the same height,
//! Enter or leaving it saves, Escape does not. What is refused stays, with the reason under it.

use crate::{
    client::Client,
    deal::fields::{Input, Shape, value_of},
    texts::use_texts,
    ui::refusal::rule_sentence,
};
use domain::{
    change::Target,
    refusal::{Refusal, Rule},
};
use leptos::{html, prelude::*};
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

/// A value as it stands in the input.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
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
    let editing = RwSignal::new(false);
    // The reason, and what was typed.
    let problem = RwSignal::new(None::<(String, String)>);
    let value = Memo::new(move |_| client.with(|view| plain(&value_of(view, target, field))));
    let label = StoredValue::new(label);
    let commit = Callback::new(move |text: String| {
        editing.set(false);
        if text == value.get_untracked() {
            problem.set(None);
            return;
        }
        let asked = typed.read(&text).map_err(|rule| Refusal::invalid(field, rule));
        match asked.and_then(|value| client.set(target, field, value)) {
            Ok(command) => {
                problem.set(None);
                let now = value.get_untracked();
                let now = if now.is_empty() { none.to_owned() } else { shown.run(now) };
                client.toasts.done(texts.toast().field_changed(label.get_value(), now), command);
            }
            Err(refusal) => problem.set(Some((reason(texts, client, &refusal), text))),
        }
    });
    let cancel = Callback::new(move |()| {
        problem.set(None);
        editing.set(false);
    });
    let text = move || match problem.get() {
        Some((_, typed)) => typed,
        None => value.with(|value| if value.is_empty() { none.to_owned() } else { shown.run(value.clone()) }),
    };
    let is_none = move || problem.with(Option::is_none) && value.with(String::is_empty);
    let name = move || format!("{}: {}", label.get_value(), text());
    let button = NodeRef::<html::Button>::new();
    focus_again(button, editing);
    view! {
        {move || if editing.get() {
            let start = problem.get_untracked().map_or_else(|| value.get_untracked(), |(_, typed)| typed);
            view! {
                <span class="cell-edit" class:whole=typed != Typed::Text>
                    <Input shape=typed.shape() start=start label=label.get_value() commit=commit cancel=cancel />
                </span>
            }.into_any()
        } else if editable {
            view! {
                <button type="button" class="ib" class:third=is_none node_ref=button aria-label=name
                    on:click=move |_| editing.set(true)>{text}</button>
            }.into_any()
        } else {
            view! { <span class:third=is_none>{text}</span> }.into_any()
        }}
        {move || problem.get().map(|(why, _)| view! { <span class="cell-err" role="alert">{why}</span> })}
    }
}

/// Why a value was not taken, without the field's name: it stands at the field.
pub fn reason(texts: crate::texts::Texts, client: Client, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { rule, .. } => rule_sentence(texts, rule),
        other => client.peek(|view| crate::ui::refusal::sentence(texts, view, other)),
    }
}

/// Gives the focus back to the button when its input is gone and nothing else has taken it: whoever goes by keyboard
/// stays where they were.
pub fn focus_again(button: NodeRef<html::Button>, editing: RwSignal<bool>) {
    let edited = StoredValue::new(false);
    Effect::new(move |_| {
        let (now, button) = (editing.get(), button.get());
        if now {
            edited.set_value(true);
        } else if edited.get_value()
            // The button of before the editing is told from the new one by not being in the page any more.
            && let Some(button) = button.filter(|button| button.is_connected())
        {
            edited.set_value(false);
            if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
                let _ = button.focus();
            }
        }
    });
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
