//! A record's fields as a change sets them.

use crate::{
    change::{Delta, Deltas},
    record::{Fields, Record},
    refusal::{Refusal, Rule},
};
use serde_json::Value;

/// The record with its new fields. A value that it cannot have, or a field of which it knows nothing, is named.
pub(super) fn read(old: &Record, fields: Fields, deltas: &Deltas) -> Result<Record, Refusal> {
    let new = Record::from_fields(old.kind(), fields).map_err(|_| blame(old, deltas))?;
    let kept = new.to_fields();
    let unheard_of = |(name, delta): &(&String, &Delta)| !is_blank(&delta.after) && !kept.contains_key(*name);
    match deltas.iter().find(unheard_of) {
        Some((name, _)) => Err(Refusal::invalid(name, Rule::NotEditable)),
        None => Ok(new),
    }
}

/// Whether a record that has this value says nothing of it.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

pub(super) fn set(fields: &mut Fields, name: &str, value: &Value) {
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value.clone());
    }
}

/// Names the first field with which the record cannot be read.
fn blame(old: &Record, deltas: &Deltas) -> Refusal {
    let unreadable = |name: &&String| {
        let mut fields = old.to_fields();
        set(&mut fields, name, &deltas[*name].after);
        Record::from_fields(old.kind(), fields).is_err()
    };
    let field = deltas.keys().find(unreadable).or_else(|| deltas.keys().next()).map_or("", String::as_str);
    let missing = deltas.get(field).is_some_and(|delta| delta.after.is_null());
    Refusal::invalid(field, if missing { Rule::Required } else { Rule::WrongType })
}
