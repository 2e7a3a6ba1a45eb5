//! Presence: where people are and what they are doing there. It is told and passes; it is never stored, and no change.

use crate::{
    change::Target,
    id::{AccountId, DealId, MemberId, PipelineId, StageId},
    record::Kind,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How long a field's name may be, in bytes: that of a custom field, `custom.` and an id, is the longest there is.
const FIELD: usize = 64;

/// The page that somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Board(PipelineId),
    Deal(DealId),
    Account(AccountId),
    #[default]
    Elsewhere,
}

/// What somebody does there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    #[default]
    Nothing,
    /// Holds a card, and over which stage.
    Holding { deal: DealId, over: Option<StageId> },
    /// Has a field's editor open.
    Editing { target: Target, field: String },
}

/// Where one page of a person is, and what they do in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Spot {
    pub place: Place,
    #[serde(default)]
    pub doing: Doing,
}

impl Spot {
    /// Whether it may be passed on: a field of a deal or of what everybody may see, by a name of a field's length.
    pub fn is_sound(&self) -> bool {
        match &self.doing {
            Doing::Editing { target, field } => {
                let kind = target.kind;
                let is_told = kind.is_settings() || matches!(kind, Kind::Deal | Kind::Account | Kind::Contact);
                is_told && (1..=FIELD).contains(&field.len())
            }
            Doing::Nothing | Doing::Holding { .. } => true,
        }
    }

    /// The deals that it names.
    pub fn deals(&self) -> BTreeSet<DealId> {
        let place = if let Place::Deal(deal) = self.place { Some(deal) } else { None };
        place.into_iter().chain(self.doing.deal()).collect()
    }

    /// What somebody may learn of it who sees only some deals: without the others.
    #[must_use]
    pub fn without_unseen(&self, sees: impl Fn(DealId) -> bool) -> Self {
        let place = match self.place {
            Place::Deal(deal) if !sees(deal) => Place::Elsewhere,
            place => place,
        };
        let doing = if self.doing.deal().is_none_or(&sees) { self.doing.clone() } else { Doing::Nothing };
        Self { place, doing }
    }
}

impl Doing {
    fn deal(&self) -> Option<DealId> {
        match self {
            Self::Holding { deal, .. } => Some(*deal),
            Self::Editing { target: Target { kind: Kind::Deal, id }, .. } => Some((*id).into()),
            Self::Editing { .. } | Self::Nothing => None,
        }
    }
}

/// What a page tells the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The page's own id: a person may have several open.
    pub page: Uuid,
    /// `None`: the page goes.
    pub spot: Option<Spot>,
}

/// People with the spots of all their pages.
pub type People = BTreeMap<MemberId, Vec<Spot>>;

/// What the server tells a page of the others.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct News {
    /// These are all; otherwise those of whom something is new.
    pub whole: bool,
    /// Who has no spot any more is gone.
    pub people: People,
}

impl News {
    /// Carries the news into what was known.
    pub fn apply(self, known: &mut People) {
        if self.whole {
            known.clear();
        }
        known.extend(self.people);
        known.retain(|_, spots| !spots.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn editing(kind: Kind, field: &str) -> Spot {
        let target = Target { kind, id: id(1) };
        Spot { place: Place::Elsewhere, doing: Doing::Editing { target, field: field.to_owned() } }
    }

    #[test]
    fn a_spot_without_the_deals_that_are_not_seen() {
        let check = |spot: &Spot, seen: &[DealId], expected: &Spot| {
            assert_eq!(spot.without_unseen(|deal| seen.contains(&deal)), *expected);
        };
        let (one, two): (DealId, DealId) = (id(1), id(2));
        let holding = Doing::Holding { deal: two, over: Some(id(9)) };
        let board = Spot { place: Place::Board(id(5)), doing: holding.clone() };
        check(&board, &[two], &board);
        check(&board, &[one], &Spot { doing: Doing::Nothing, ..board.clone() });
        let page = Spot { place: Place::Deal(one), doing: holding };
        assert_eq!(page.deals(), BTreeSet::from([one, two]));
        check(&page, &[two], &Spot { place: Place::Elsewhere, ..page.clone() });
        check(&page, &[], &Spot::default());
        check(&editing(Kind::Deal, "title"), &[], &Spot::default());
        // Accounts are everybody's.
        check(&editing(Kind::Account, "name"), &[], &editing(Kind::Account, "name"));
    }

    #[test]
    fn only_fields_of_what_others_may_see() {
        let check = |spot: &Spot, expected: bool| assert_eq!(spot.is_sound(), expected, "{spot:?}");
        check(&Spot::default(), true);
        check(&editing(Kind::Deal, &format!("custom.{}", Uuid::from_u128(1))), true);
        check(&editing(Kind::Deal, ""), false);
        check(&editing(Kind::Deal, &"x".repeat(65)), false);
        check(&editing(Kind::Stage, "name"), true);
        for kind in [Kind::Activity, Kind::Invitation, Kind::SavedView] {
            check(&editing(kind, "name"), false);
        }
    }

    #[test]
    fn news_replace_whom_they_name_or_all() {
        let spot = |number| vec![Spot { place: Place::Board(id(number)), doing: Doing::Nothing }];
        let (ada, ben): (MemberId, MemberId) = (id(1), id(2));
        let mut known = People::from([(ada, spot(1)), (ben, spot(1))]);
        News { whole: false, people: [(ada, spot(2))].into() }.apply(&mut known);
        assert_eq!(known, [(ada, spot(2)), (ben, spot(1))].into());
        News { whole: false, people: [(ada, Vec::new())].into() }.apply(&mut known);
        assert_eq!(known, [(ben, spot(1))].into());
        News { whole: true, people: [(ada, spot(3))].into() }.apply(&mut known);
        assert_eq!(known, [(ada, spot(3))].into());
    }
}
