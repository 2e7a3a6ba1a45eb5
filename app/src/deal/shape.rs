//! How a field is typed, and what was typed as its value.

use super::amount::{parse_amount, without_thousands};
use crate::ui::refusal::plain_number;
use domain::{
    field::{Field, FieldType},
    id::AccountId,
    money::{Currency, Money},
    record::Kind,
    refusal::Rule,
};
use serde_json::{Value, json};

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
    /// Not set means normal.
    Priority,
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

    /// The value as it stands in the input, to the letter: what still stands there when it is left was not typed.
    pub fn text(&self, value: &Value) -> String {
        match self {
            Self::Custom(tag, shape) => shape.text(value.get(tag).unwrap_or(&Value::Null)),
            Self::Amount(usual) => match serde_json::from_value::<Money>(value.clone()) {
                Ok(money) if money.currency == *usual => money.plain(),
                Ok(money) => format!("{} {}", money.plain(), money.currency),
                Err(_) => String::new(),
            },
            Self::Tags | Self::Members => {
                let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
                one_line(&list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
            }
            // What browsers make of line breaks.
            Self::LongText => value.as_str().unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n"),
            _ => match value {
                Value::String(text) => one_line(text),
                Value::Number(number) => plain_number(number),
                Value::Null => String::new(),
                other => other.to_string(),
            },
        }
    }

    /// What was typed as a value; null where nothing was.
    pub fn read(&self, typed: &str) -> Result<Value, Rule> {
        if let Self::Custom(tag, shape) = self {
            let value = shape.read(typed)?;
            return Ok(if value.is_null() { value } else { json!({ *tag: value }) });
        }
        if typed.trim().is_empty() && !matches!(self, Self::Text | Self::LongText) {
            return Ok(Value::Null);
        }
        match self {
            Self::Number => {
                let number = without_thousands(&typed.replace(' ', "")).and_then(|number| number.parse::<f64>().ok());
                let number = number.filter(|number| number.is_finite());
                number.map(|number| json!(number)).ok_or(Rule::WrongType)
            }
            Self::Amount(usual) => parse_amount(typed, *usual).map(|money| json!(money)).ok_or(Rule::WrongType),
            Self::Tags => {
                let mut tags: Vec<&str> = Vec::new();
                for tag in typed.split([',', '，']).map(str::trim).filter(|tag| !tag.is_empty()) {
                    if !tags.contains(&tag) {
                        tags.push(tag);
                    }
                }
                Ok(json!(tags))
            }
            Self::Members => Ok(json!(typed.split(", ").filter(|id| !id.is_empty()).collect::<Vec<_>>())),
            // A name that was typed is no account yet.
            Self::Account if typed.parse::<AccountId>().is_err() => Err(Rule::Unknown { kind: Kind::Account }),
            // An emptied text is not set, unless the record must have it: then the rules say so.
            _ if typed.is_empty() => Ok(Value::Null),
            _ => Ok(Value::String(typed.to_owned())),
        }
    }
}

/// An input of one line drops what would break it.
fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_typed_reads_back_equal() {
        let check = |shape: Shape, value: Value, text: &str| {
            assert_eq!(shape.text(&value), text);
            assert_eq!(shape.read(text), Ok(value));
        };
        check(Shape::Custom("number", Box::new(Shape::Number)), json!({ "number": 1500.0 }), "1500");
        check(Shape::Number, json!(0.25), "0.25");
        check(Shape::Tags, json!(["a", "b c"]), "a, b c");
        check(Shape::Members, json!(["1", "2"]), "1, 2");
        check(Shape::Amount(Currency::CNY), json!(Money::new(250_050, Currency::CNY)), "2500.50");
        check(Shape::LongText, json!("a\nb"), "a\nb");
        check(Shape::Text, Value::Null, "");
    }

    #[test]
    fn tags_stand_once_and_a_name_is_no_account() {
        assert_eq!(Shape::Tags.read("a, b，a ,,"), Ok(json!(["a", "b"])));
        assert_eq!(Shape::Account.read("Acme"), Err(Rule::Unknown { kind: Kind::Account }));
        assert_eq!(Shape::Account.read(" "), Ok(Value::Null));
        assert_eq!(Shape::LongText.text(&json!("a\r\nb")), "a\nb");
        assert_eq!(Shape::Text.text(&json!("a\nb")), "ab");
    }
}
