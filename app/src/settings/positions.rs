//! Changing the order of records that carry their position.

use domain::{
    change::{Delta, Target},
    command::Command,
};
use serde_json::json;

/// The command that moves the record at `from` to the place `to`: every position that is not right afterwards is set,
/// all as one. `None` where nothing would move.
pub fn reorder(in_order: &[(Target, u32)], from: usize, to: usize) -> Option<Command> {
    if from == to || from >= in_order.len() || to >= in_order.len() {
        return None;
    }
    let mut records = in_order.to_vec();
    let moved = records.remove(from);
    records.insert(to, moved);
    let parts: Vec<Command> = records
        .into_iter()
        .zip(0_u32..)
        .filter(|((_, before), now)| before != now)
        .map(|((target, before), now)| {
            Command::set(target, "position", Delta { before: json!(before), after: json!(now) })
        })
        .collect();
    Some(Command::Batch { parts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::Kind;
    use uuid::Uuid;

    #[test]
    fn positions_follow_the_new_order() {
        let record = |number: u128, position| (Target::new(Kind::Stage, Uuid::from_u128(number)), position);
        let edits = |list: &[(Target, u32)], from, to| match reorder(list, from, to) {
            Some(Command::Batch { parts }) => parts.len(),
            _ => 0,
        };
        let list = [record(1, 0), record(2, 1), record(3, 2)];
        assert_eq!(edits(&list, 0, 1), 2);
        assert_eq!(edits(&list, 2, 0), 3);
        assert_eq!(edits(&list, 1, 1), 0);
        assert_eq!(edits(&list, 2, 3), 0);
        // Positions that were equal or had gaps are put right on the way.
        assert_eq!(edits(&[record(1, 0), record(2, 0), record(3, 7)], 0, 1), 2);
    }
}
