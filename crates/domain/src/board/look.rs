//! How a board is laid out: by what its columns and lanes part the cards, in which order, how high the cards are, and what
//! is folded. It stands in the address beside the filter, so that a view is a link.

use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Look {
    /// `by=month`; the stages where it is not set.
    pub columns: Columns,
    /// `lanes=owner`, `team`, `account` or `health`.
    pub lanes: Option<Lanes>,
    /// `sort=amount`, `close`, `next`, `stay` or `title`.
    pub sort: Sort,
    /// `dense=1`: two lines for a card.
    pub dense: bool,
    /// `fold=…`, repeated: the words of columns ([`super::Slot::word`]) and lanes ([`super::Lane::word`]).
    pub folded: BTreeSet<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Columns {
    #[default]
    Stages,
    /// The forecast: open deals by the month in which they are expected to close, won ones by that in which they were won.
    Months,
}

/// What a lane across the columns holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lanes {
    Owner,
    Team,
    Account,
    Health,
}

/// The order of the cards in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Sort {
    /// As people have put them; in the forecast, where nobody puts them, by day.
    #[default]
    Manual,
    /// The largest first; the workspace's currency before others, and those without an amount last.
    Amount,
    /// The earliest expected close first.
    Close,
    /// The earliest next activity first, those without one last.
    Next,
    /// The longest in its stage first.
    Stay,
    Title,
}

impl Lanes {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Team, Self::Account, Self::Health];

    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Team => "team",
            Self::Account => "account",
            Self::Health => "health",
        }
    }
}

impl Sort {
    pub const ALL: [Self; 6] = [Self::Manual, Self::Amount, Self::Close, Self::Next, Self::Stay, Self::Title];

    pub fn word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Amount => "amount",
            Self::Close => "close",
            Self::Next => "next",
            Self::Stay => "stay",
            Self::Title => "title",
        }
    }
}

impl Look {
    /// Reads a query. What is not understood is passed over: an old link still opens.
    pub fn parse(query: &str) -> Self {
        let mut look = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "by" if value == "month" => look.columns = Columns::Months,
                "lanes" => look.lanes = Lanes::ALL.into_iter().find(|lanes| lanes.word() == value),
                "sort" => look.sort = Sort::ALL.into_iter().find(|sort| sort.word() == value).unwrap_or_default(),
                "dense" => look.dense = value == "1",
                "fold" => {
                    look.folded.insert(value.into_owned());
                }
                _ => {}
            }
        }
        look
    }

    /// Writes to a query what is not as it is at first.
    pub fn append(&self, query: &mut Serializer<String>) {
        if self.columns == Columns::Months {
            query.append_pair("by", "month");
        }
        if let Some(lanes) = self.lanes {
            query.append_pair("lanes", lanes.word());
        }
        if self.sort != Sort::Manual {
            query.append_pair("sort", self.sort.word());
        }
        if self.dense {
            query.append_pair("dense", "1");
        }
        for word in &self.folded {
            query.append_pair("fold", word);
        }
    }

    /// Cards stand in their stages' columns as people have put them.
    pub fn is_plain(&self) -> bool {
        self.columns == Columns::Stages && self.lanes.is_none() && self.sort == Sort::Manual
    }

    /// Whether another look draws the same cards in the same places, apart from what is folded and how high they are.
    pub fn arranges_like(&self, other: &Self) -> bool {
        (self.columns, self.lanes, self.sort) == (other.columns, other.lanes, other.sort)
    }
}
