//! Custom fields: the workspace's own fields on deals, accounts and contacts.

use crate::{
    id::{FieldId, MemberId},
    money::Money,
    pipeline::check_position,
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a custom field holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldType {
    Text,
    Number,
    Money,
    Date,
    Choice { options: Vec<String> },
    Person,
}

/// The definition of a custom field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub id: FieldId,
    /// The kind of record that carries it: deal, account or contact.
    pub on: Kind,
    pub name: String,
    #[serde(flatten)]
    pub field_type: FieldType,
    /// Its place among the fields of that kind, from 0.
    pub position: u32,
}

impl Field {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        check_position(self.position)?;
        if !matches!(self.on, Kind::Deal | Kind::Account | Kind::Contact) {
            return Err(Refusal::invalid("on", Rule::NotAChoice));
        }
        if let FieldType::Choice { options } = &self.field_type {
            if options.len() > 500 {
                return Err(Refusal::invalid("options", Rule::TooMany { max: 500 }));
            }
            for option in options {
                text::required("options", option, text::SHORT)?;
            }
        }
        Ok(())
    }
}

/// A custom field's value, tagged by its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    Text(String),
    Number(f64),
    Money(Money),
    Date(NaiveDate),
    Choice(String),
    Person(MemberId),
}

/// The custom fields of one record.
pub type Custom = BTreeMap<FieldId, FieldValue>;

/// Checks the values that differ from the record as it was.
pub(crate) fn check_custom(kind: Kind, old: Option<&Custom>, new: &Custom, view: &View) -> Result<(), Refusal> {
    for (id, value) in new {
        if old.and_then(|old| old.get(id)) == Some(value) {
            continue;
        }
        let name = format!("custom.{id}");
        let Some(field) = view.fields.get(id).filter(|field| field.on == kind) else {
            return Err(Refusal::invalid(&name, Rule::Unknown { kind: Kind::Field }));
        };
        match (&field.field_type, value) {
            (FieldType::Text, FieldValue::Text(text)) => text::optional(&name, text, text::LONG)?,
            (FieldType::Number, FieldValue::Number(number)) if number.is_finite() => {}
            (FieldType::Money, FieldValue::Money(money)) => crate::deal::check_amount(&name, *money)?,
            (FieldType::Date, FieldValue::Date(date)) => crate::deal::check_date(&name, *date)?,
            (FieldType::Choice { options }, FieldValue::Choice(choice)) => {
                if !options.contains(choice) {
                    return Err(Refusal::invalid(&name, Rule::NotAChoice));
                }
            }
            (FieldType::Person, FieldValue::Person(member)) => {
                if !view.members.contains_key(member) {
                    return Err(Refusal::invalid(&name, Rule::Unknown { kind: Kind::Member }));
                }
            }
            _ => return Err(Refusal::invalid(&name, Rule::WrongType)),
        }
    }
    Ok(())
}
