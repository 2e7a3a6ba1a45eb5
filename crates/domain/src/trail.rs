//! The stages that a deal has stood in, one after another, as they are kept beside it: what stage history is read from
//! (see [`stay`](crate::stay)).
//!
//! A trail follows the record of changes by three rules: a move adds a footing; a date that is set right changes the last
//! one; and a change that brings back an earlier footing exactly, as undoing does, takes back what came after it. So a
//! move that was undone leaves no trace, and undoing the deletion of a deal finds its trail as it was.

use crate::{
    change::{Change, Verb},
    deal::Deal,
    id::StageId,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Where a deal stands, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footing {
    pub stage: StageId,
    pub entered_at: DateTime<Utc>,
}

impl Footing {
    pub fn of(deal: &Deal) -> Self {
        Self { stage: deal.stage, entered_at: deal.entered_at }
    }

    /// As it was before a change; none before a creation.
    fn before(self, change: &Change) -> Option<Self> {
        (change.verb != Verb::Created).then(|| Self {
            stage: before(change, "stage").unwrap_or(self.stage),
            entered_at: before(change, "entered_at").unwrap_or(self.entered_at),
        })
    }
}

fn before<T: DeserializeOwned>(change: &Change, field: &str) -> Option<T> {
    change.fields.get(field).and_then(|delta| T::deserialize(&delta.before).ok())
}

/// Whether a deal's change concerns where it stands.
pub fn concerns(change: &Change) -> bool {
    change.fields.contains_key("stage") || change.fields.contains_key("entered_at")
}

/// Where a deal stood after each of its changes that concern it, from the changes in their order and where it stands after
/// all of them (none where it is deleted).
pub fn footings(changes: &[&Change], last: Option<Footing>) -> Vec<Footing> {
    let mut footings = Vec::new();
    let mut here = last;
    for change in changes.iter().rev() {
        if change.verb == Verb::Deleted {
            let gone = |stage| before(change, "entered_at").map(|entered_at| Footing { stage, entered_at });
            here = before(change, "stage").and_then(gone);
            continue;
        }
        footings.extend(here.filter(|_| concerns(change)));
        here = here.and_then(|here| here.before(change));
    }
    footings.reverse();
    footings
}

/// Follows a deal to where it stands now.
pub fn follow(trail: &mut Vec<Footing>, now: Footing) {
    if let Some(at) = trail.iter().rposition(|footing| *footing == now) {
        trail.truncate(at + 1);
        return;
    }
    match trail.last_mut() {
        Some(last) if last.stage == now.stage => last.entered_at = now.entered_at,
        _ => trail.push(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        change::{Delta, Target},
        record::Kind,
    };
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn footing(text: &str) -> Footing {
        let (stage, second) = text.split_once(' ').unwrap();
        let entered_at = DateTime::from_timestamp(second.parse().unwrap(), 0).unwrap();
        Footing { stage: StageId(Uuid::from_u128(stage.parse().unwrap())), entered_at }
    }

    fn check(steps: &[&str], expected: &[&str]) {
        let mut trail = Vec::new();
        for step in steps {
            follow(&mut trail, footing(step));
        }
        assert_eq!(trail, expected.iter().map(|step| footing(step)).collect::<Vec<_>>(), "{steps:?}");
    }

    #[test]
    fn a_trail_follows_the_deal() {
        check(&["1 5", "2 7", "1 9"], &["1 5", "2 7", "1 9"]);
        // Set right, and back.
        check(&["1 5", "1 3"], &["1 3"]);
        check(&["1 5", "2 7", "2 6", "2 7"], &["1 5", "2 7"]);
        // A move undone, done again, and undone with the one before.
        check(&["1 5", "2 7", "1 5"], &["1 5"]);
        check(&["1 5", "2 7", "1 5", "2 7"], &["1 5", "2 7"]);
        check(&["1 5", "2 7", "3 9", "2 7", "1 5"], &["1 5"]);
        // A deal that is brought back after its deletion.
        check(&["1 5", "2 7", "2 7"], &["1 5", "2 7"]);
    }

    #[test]
    fn each_change_has_its_footing() {
        let change = |verb, fields: &[(&str, Value, Value)]| {
            let delta = |(name, before, after): &(&str, Value, Value)| {
                (String::from(*name), Delta { before: before.clone(), after: after.clone() })
            };
            let target = Target::new(Kind::Deal, Uuid::nil());
            Change { target, verb, fields: fields.iter().map(delta).collect() }
        };
        let [one, two, three] = ["1 5", "2 7", "2 6"].map(footing);
        let value = |footing: Footing| (json!(footing.stage), json!(footing.entered_at));
        let ((a, at), (b, later), (_, earlier)) = (value(one), value(two), value(three));
        let null = Value::Null;
        let created =
            change(Verb::Created, &[("stage", null.clone(), a.clone()), ("entered_at", null.clone(), at.clone())]);
        let moved = change(Verb::Edited, &[("stage", a, b.clone()), ("entered_at", at, later.clone())]);
        let renamed = change(Verb::Edited, &[("title", json!("x"), json!("y"))]);
        let dated = change(Verb::Edited, &[("entered_at", later, earlier.clone())]);
        let deleted = change(Verb::Deleted, &[("stage", b, null.clone()), ("entered_at", earlier, null)]);
        assert_eq!(footings(&[&created, &moved, &renamed, &dated], Some(three)), [one, two, three]);
        assert_eq!(footings(&[&moved, &renamed], Some(two)), [two]);
        assert_eq!(footings(&[&created, &moved, &dated, &deleted], None), [one, two, three]);
        assert_eq!(footings(&[&deleted, &created], Some(one)), [one]);
    }
}
