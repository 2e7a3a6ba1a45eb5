//! Two edits of one list of the settings: what either adds, takes out, changes or moves stays done, or is asked about.

use crate::change::Delta;
use serde_json::Value;

#[derive(Debug, PartialEq)]
pub(super) enum Merged {
    /// What both edits make of it.
    List(Value),
    /// Both changed the same entry, or the order.
    Clash,
}

/// A list that somebody else has edited since the person saw it; nothing where it is no list. A field that says nothing is
/// an empty one.
pub(super) fn merged(delta: &Delta, now: &Value) -> Option<Merged> {
    let (before, after, now) = (list(&delta.before)?, list(&delta.after)?, list(now)?);
    Some(merge(before, after, now).map_or(Merged::Clash, Merged::List))
}

fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Null => Some(&[]),
        Value::Array(list) => Some(list),
        _ => None,
    }
}

/// What stays the same while an entry is edited: its id, or else itself.
fn key(entry: &Value) -> &Value {
    entry.get("id").unwrap_or(entry)
}

fn find<'a>(list: &'a [Value], entry: &Value) -> Option<&'a Value> {
    list.iter().find(|other| key(other) == key(entry))
}

fn merge(before: &[Value], after: &[Value], now: &[Value]) -> Option<Value> {
    let mut merged: Vec<Value> = Vec::new();
    for theirs in now {
        match (find(before, theirs), find(after, theirs)) {
            (Some(seen), None) if seen == theirs => {}
            (Some(seen), Some(mine)) if seen == theirs => merged.push(mine.clone()),
            (seen, mine) if seen == mine || mine == Some(theirs) => merged.push(theirs.clone()),
            _ => return None,
        }
    }
    for mine in after.iter().filter(|mine| find(now, mine).is_none()) {
        match find(before, mine) {
            None => merged.push(mine.clone()),
            // They took out what this edit leaves as it is.
            Some(seen) if seen == mine => {}
            Some(_) => return None,
        }
    }
    if is_reordered(before, after) {
        if is_reordered(before, now) && is_reordered(after, now) {
            return None;
        }
        let place = |entry: &Value| after.iter().position(|other| key(other) == key(entry)).unwrap_or(after.len());
        merged.sort_by_key(place);
    }
    Some(Value::Array(merged))
}

/// Whether the entries that both lists have stand in another order.
fn is_reordered(one: &[Value], other: &[Value]) -> bool {
    let common = |list: &'_ [Value], of: &[Value]| {
        list.iter().filter(|entry| find(of, entry).is_some()).map(|entry| key(entry).clone()).collect::<Vec<_>>()
    };
    common(one, other) != common(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists as `a1 b1`: a letter is an id, the digit what else the entry says.
    fn read(text: &str) -> Value {
        text.split_whitespace().map(|entry| serde_json::json!({ "id": &entry[..1], "text": &entry[1..] })).collect()
    }

    fn check(before: &str, after: &str, now: &str, expected: Option<&str>) {
        let delta = Delta { before: read(before), after: read(after) };
        let expected = expected.map_or(Merged::Clash, |list| Merged::List(read(list)));
        assert_eq!(merged(&delta, &read(now)), Some(expected), "{before}: {after}, {now}");
    }

    #[test]
    fn what_either_does_stays_done() {
        check("a1", "a1 b1", "a1 c1", Some("a1 c1 b1"));
        check("a1 b1", "a1", "a1 b1 c1", Some("a1 c1"));
        check("a1 b1", "a2 b1", "a1", Some("a2"));
        check("a1 b1", "a2 b1", "a1 b3", Some("a2 b3"));
        check("a1 b1", "b1 a1", "a1 b1 c1", Some("b1 a1 c1"));
        check("a1 b1", "a1 b1 c1", "b1 a1", Some("b1 a1 c1"));
        check("", "a1", "b1", Some("b1 a1"));
    }

    #[test]
    fn what_both_do_otherwise_is_asked_about() {
        check("a1", "a2", "a3", None);
        check("a1 b1", "b1", "a2 b1", None);
        check("a1 b1", "a2 b1", "b1", None);
        check("a1 b1 c1", "c1 a1 b1", "b1 a1 c1", None);
        check("", "a1", "a2", None);
    }

    #[test]
    fn words_are_their_own_ids_and_other_fields_no_lists() {
        let delta = |before: Value, after: Value| Delta { before, after };
        let words = |list: &[&str]| Value::from(list.to_vec());
        assert_eq!(
            merged(&delta(Value::Null, words(&["Price"])), &words(&["Time"])),
            Some(Merged::List(words(&["Time", "Price"])))
        );
        assert_eq!(merged(&delta("a".into(), "b".into()), &"c".into()), None);
    }
}
