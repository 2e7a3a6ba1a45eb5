//! Merging: several accounts, or several contacts, that are the same in truth become one. What the person chose is kept;
//! everything that refers to the others refers to the kept one from then on, and the others are gone. It is one command:
//! one version, and one undo that restores everything.
//!
//! Whoever merges may delete records, and may edit every deal that moves. Where something moves that they do not see,
//! they are refused, as an undo would be.

use crate::{
    decide::{is_blank, is_editable},
    record::{Fields, Kind, Record},
};
use serde_json::Value;

/// How many records refer at most to those that are merged into another.
pub const MOST: usize = 5_000;
/// How many are merged into another at once.
pub const AT_ONCE: usize = 20;

/// The field whose texts are joined: notes of several are all kept.
pub const JOINED: &str = "notes";

/// Whether records of this kind are merged.
pub fn is_mergeable(kind: Kind) -> bool {
    matches!(kind, Kind::Account | Kind::Contact)
}

/// What the kept record says when nobody chooses: each of its own values, else the first that the others have; notes
/// stand one below the other, each once.
pub fn union(kept: &Record, others: &[Record]) -> Fields {
    let kind = kept.kind();
    let mut fields = kept.to_fields();
    for (name, value) in others.iter().flat_map(Record::to_fields) {
        if !is_editable(kind, &name) || is_blank(&value) {
            continue;
        }
        let own = fields.entry(name.clone()).or_insert(Value::Null);
        if is_blank(own) {
            *own = value;
        } else if name == JOINED
            && let (Value::String(own), Some(more)) = (own, value.as_str())
            && !own.split("\n\n").any(|part| part == more)
            && own != more
        {
            *own = format!("{own}\n\n{more}");
        }
    }
    fields
}

/// The fields in which the records differ, each with the different values that there are, in the records' order; without
/// those that are joined or that nobody edits. Not set counts only where the kept one, the first, has a value.
pub fn differing(records: &[Record]) -> Vec<(String, Vec<Value>)> {
    let Some(first) = records.first() else { return Vec::new() };
    let kind = first.kind();
    let all: Vec<Fields> = records.iter().map(Record::to_fields).collect();
    let mut names: Vec<&String> = all.iter().flat_map(|fields| fields.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let values = |name: &String| {
        let mut values: Vec<Value> = Vec::new();
        for value in all.iter().filter_map(|fields| fields.get(name)).filter(|value| !is_blank(value)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    };
    let chosen = names.into_iter().filter(|name| is_editable(kind, name) && *name != JOINED);
    chosen.map(|name| (name.clone(), values(name))).filter(|(_, values)| values.len() > 1).collect()
}
