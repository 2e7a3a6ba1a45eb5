//! How long a deal stayed in each stage, from its history.

use chrono::{DateTime, Utc};
use domain::{
    calendar::Zone,
    change::{Recorded, Target, Verb},
    id::StageId,
};
use std::collections::BTreeMap;

/// Working days in each stage that was left, as far as the history is known. It comes newest first.
pub fn stays(recorded: &[Recorded], target: Target, zone: &Zone) -> BTreeMap<StageId, u32> {
    let mut stays = BTreeMap::new();
    let mut entered: Option<(StageId, DateTime<Utc>)> = None;
    for recorded in recorded.iter().rev() {
        for change in recorded.changes.iter().filter(|change| change.target == target && change.verb != Verb::Deleted) {
            let stage = change.after("stage").and_then(|stage| stage.as_str()?.parse().ok());
            let Some(stage) = stage else { continue };
            // An import may have dated it back.
            let at = change.after("entered_at").and_then(|at| serde_json::from_value(at.clone()).ok());
            let at = at.unwrap_or(recorded.at);
            if let Some((left, since)) = entered {
                *stays.entry(left).or_default() += zone.worked_since(since, zone.day(at));
            }
            entered = Some((stage, at));
        }
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        change::{Change, Delta},
        id::CommandId,
        record::Kind,
    };
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn stays_add_up() {
        let id = |number| Uuid::from_u128(number);
        let target = Target::new(Kind::Deal, id(1));
        let moved = |version, verb, stage, at: &str| Recorded {
            version,
            command: CommandId(id(9)),
            by: None,
            at: at.parse().unwrap(),
            changes: vec![Change {
                target,
                verb,
                fields: [("stage".to_owned(), Delta { before: json!(null), after: json!(id(stage)) })].into(),
            }],
        };
        // Mondays, a week apart; then back to the first stage for a day.
        let history = [
            moved(4, Verb::Edited, 3, "2026-11-17T09:00:00Z"),
            moved(3, Verb::Edited, 2, "2026-11-16T09:00:00Z"),
            moved(2, Verb::Edited, 3, "2026-11-09T09:00:00Z"),
            moved(1, Verb::Created, 2, "2026-11-02T09:00:00Z"),
        ];
        let expected = BTreeMap::from([(StageId(id(2)), 6), (StageId(id(3)), 5)]);
        assert_eq!(stays(&history, target, &Zone::default()), expected);
    }
}
