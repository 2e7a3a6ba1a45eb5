//! The table of deals: which deals it lists, in which order, grouped by what, and in which columns. All of it stands in
//! the address, so that a view is a link.

pub mod cell;
pub mod sheet;

use crate::{
    board::{Filter, Totals},
    deal::Deal,
    field::FieldType,
    id::{AccountId, DealId, FieldId, MemberId, PipelineId, StageId},
    page::{filter_query, parse_filter},
    record::Kind,
    view::View,
};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A column of the table. Its word stands in addresses and in what the browser keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Column {
    Title,
    Account,
    Pipeline,
    Stage,
    Amount,
    Owner,
    CloseOn,
    Priority,
    Source,
    Tags,
    LossReason,
    Created,
    /// Working days in the present stage, of an open deal.
    Stay,
    /// What is planned next.
    Next,
    Custom(FieldId),
}

impl Column {
    /// Every column but those of custom fields, as lists offer them.
    pub const FIXED: [Self; 14] = [
        Self::Title,
        Self::Account,
        Self::Pipeline,
        Self::Stage,
        Self::Amount,
        Self::Owner,
        Self::CloseOn,
        Self::Next,
        Self::Stay,
        Self::Priority,
        Self::Source,
        Self::Tags,
        Self::LossReason,
        Self::Created,
    ];

    /// What is shown where nobody chose.
    pub const USUAL: [Self; 10] = [
        Self::Title,
        Self::Account,
        Self::Stage,
        Self::Amount,
        Self::Owner,
        Self::CloseOn,
        Self::Next,
        Self::Stay,
        Self::Source,
        Self::Tags,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Account => "account",
            Self::Pipeline => "pipeline",
            Self::Stage => "stage",
            Self::Amount => "amount",
            Self::Owner => "owner",
            Self::CloseOn => "close_on",
            Self::Priority => "priority",
            Self::Source => "source",
            Self::Tags => "tags",
            Self::LossReason => "loss_reason",
            Self::Created => "created_at",
            Self::Stay => "stay",
            Self::Next => "next",
            Self::Custom(_) => "custom",
        }
    }

    /// The record's field that the column shows and edits; none where it is worked out.
    pub fn field(self) -> Option<String> {
        match self {
            Self::Stay | Self::Next => None,
            column => Some(column.to_string()),
        }
    }

    /// Whether cells of the column are edited in the table.
    pub fn is_editable(self) -> bool {
        !matches!(self, Self::Pipeline | Self::Created | Self::Stay | Self::Next)
    }

    /// Whether the workspace has the column: a field may have been deleted since a link was made.
    pub fn is_known(self, view: &View) -> bool {
        match self {
            Self::Custom(id) => view.fields.get(&id).is_some_and(|field| field.on == Kind::Deal),
            _ => true,
        }
    }

    /// Whether cells of the column hold figures, which stand at the right.
    pub fn is_figure(self, view: &View) -> bool {
        match self {
            Self::Amount | Self::Stay => true,
            Self::Custom(id) => view
                .fields
                .get(&id)
                .is_some_and(|field| matches!(field.field_type, FieldType::Number | FieldType::Money)),
            _ => false,
        }
    }

    /// All columns that a workspace offers.
    pub fn all(view: &View) -> Vec<Self> {
        let custom = view.fields_of(Kind::Deal).into_iter().map(|field| Self::Custom(field.id));
        Self::FIXED.into_iter().chain(custom).collect()
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Custom(id) => write!(f, "custom.{id}"),
            column => f.write_str(column.word()),
        }
    }
}

/// The word is no column's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAColumn;

impl fmt::Display for NotAColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no column of the table of deals has this name")
    }
}

impl FromStr for Column {
    type Err = NotAColumn;

    fn from_str(word: &str) -> Result<Self, NotAColumn> {
        if let Some(id) = word.strip_prefix("custom.") {
            return id.parse().map(Self::Custom).map_err(|_| NotAColumn);
        }
        Self::FIXED.into_iter().find(|column| column.word() == word).ok_or(NotAColumn)
    }
}

impl TryFrom<String> for Column {
    type Error = NotAColumn;

    fn try_from(word: String) -> Result<Self, NotAColumn> {
        word.parse()
    }
}

impl From<Column> for String {
    fn from(column: Column) -> Self {
        column.to_string()
    }
}

/// In which order rows stand. What is not set comes last in either direction, and equal ones stand by their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    pub column: Column,
    pub descending: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self { column: Column::Created, descending: true }
    }
}

/// By what rows are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Stage,
    Owner,
    Account,
    Pipeline,
    /// The month of the expected close.
    Month,
}

impl Group {
    pub const ALL: [Self; 5] = [Self::Stage, Self::Owner, Self::Account, Self::Pipeline, Self::Month];

    pub fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Owner => "owner",
            Self::Account => "account",
            Self::Pipeline => "pipeline",
            Self::Month => "month",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }

    /// The group that a deal belongs to.
    pub fn of(self, deal: &Deal) -> GroupKey {
        match self {
            Self::Stage => GroupKey::Stage(deal.stage),
            Self::Owner => GroupKey::Owner(deal.owner),
            Self::Account => GroupKey::Account(deal.account),
            Self::Pipeline => GroupKey::Pipeline(deal.pipeline),
            Self::Month => GroupKey::Month(deal.close_on.and_then(|day| day.with_day(1))),
        }
    }
}

/// What the rows of one group have in common. A month is its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKey {
    Stage(StageId),
    Owner(MemberId),
    Account(Option<AccountId>),
    Pipeline(PipelineId),
    Month(Option<NaiveDate>),
}

/// What the table shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// None: the deals of all pipelines.
    pub pipeline: Option<PipelineId>,
    pub filter: Filter,
    pub sort: Sort,
    pub group: Option<Group>,
    /// In their order. None: as the person last had them.
    pub columns: Vec<Column>,
}

impl Query {
    /// Reads what an address holds: `pipeline`, the filter's words, `sort` (with `-` before it descending), `group`,
    /// `columns`. What is not understood is passed over: an old link still opens.
    pub fn parse(query: &str) -> Self {
        let mut read = Self { filter: parse_filter(query), ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "pipeline" => read.pipeline = value.parse().ok(),
                "sort" => {
                    let (descending, word) = value.strip_prefix('-').map_or((false, &*value), |word| (true, word));
                    read.sort = word.parse().map_or(read.sort, |column| Sort { column, descending });
                }
                "group" => read.group = Group::from_word(&value),
                "columns" => {
                    read.columns.clear();
                    for column in value.split(',').filter_map(|word| word.parse().ok()) {
                        if !read.columns.contains(&column) {
                            read.columns.push(column);
                        }
                    }
                }
                _ => {}
            }
        }
        read
    }

    /// The query with its question mark; empty where all is as usual.
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(filter_query(&self.filter).trim_start_matches('?').to_owned());
        if let Some(pipeline) = self.pipeline {
            query.append_pair("pipeline", &pipeline.to_string());
        }
        if self.sort != Sort::default() {
            let sign = if self.sort.descending { "-" } else { "" };
            query.append_pair("sort", &format!("{sign}{}", self.sort.column));
        }
        if let Some(group) = self.group {
            query.append_pair("group", group.word());
        }
        if !self.columns.is_empty() {
            let columns: Vec<String> = self.columns.iter().map(Column::to_string).collect();
            query.append_pair("columns", &columns.join(","));
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// What a view holds of the list, the newest first: what can be shown while nothing can be asked.
    pub fn held(&self, view: &View) -> Window {
        let is_listed = |deal: &&Deal| {
            self.pipeline.is_none_or(|pipeline| deal.pipeline == pipeline) && self.filter.admits(deal, view)
        };
        let mut deals: Vec<&Deal> = view.deals.values().filter(is_listed).collect();
        deals.sort_by_key(|deal| (std::cmp::Reverse(deal.created_at), deal.id));
        let mut totals = Totals::default();
        for deal in &deals {
            totals.add(deal, view.stages.get(&deal.stage).map_or(0, |stage| stage.probability));
        }
        let query = Self { sort: Sort::default(), group: None, ..self.clone() };
        let rows = deals.into_iter().map(|deal| deal.id).collect();
        Window { query, from: 0, rows, heads: Some(Heads { totals, groups: Vec::new() }) }
    }

    /// Whether any deal may be left out.
    pub fn is_filtered(&self) -> bool {
        self.pipeline.is_some() || !self.filter.is_empty()
    }

    /// Whether the same deals stand in the same order, whatever the columns.
    pub fn lists_same(&self, other: &Self) -> bool {
        (self.pipeline, &self.filter, self.sort, self.group) == (other.pipeline, &other.filter, other.sort, other.group)
    }
}

/// What all rows add up to, and each group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Heads {
    pub totals: Totals,
    /// In their order; none where the rows are not grouped.
    pub groups: Vec<GroupHead>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupHead {
    pub key: GroupKey,
    /// The account's name, which a view need not hold; empty for other groups.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub totals: Totals,
}

/// A window of the table: its rows are counted through all groups.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    pub query: Query,
    pub from: u32,
    pub rows: Vec<DealId>,
    /// Where they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Heads>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_a_link_and_back() {
        let id = "018f2f7c-0000-7000-8000-000000000001";
        let check = |query: &str| assert_eq!(Query::parse(query.trim_start_matches('?')).to_query(), query);
        check("");
        check("?sort=created_at");
        check("?group=month&columns=title%2Camount");
        check(&format!("?owner={id}&tag=A%26B&q=%E5%8C%97&pipeline={id}&sort=-custom.{id}&group=stage"));
        // What nobody knows is passed over.
        assert_eq!(
            Query::parse("sort=-nothing&group=weather&columns=,x,title,title&pipeline=1").to_query(),
            "?columns=title"
        );
    }

    #[test]
    fn every_column_has_its_own_word() {
        for column in Column::FIXED {
            assert_eq!(column.to_string().parse(), Ok(column));
        }
        assert!(Column::USUAL.iter().all(|column| Column::FIXED.contains(column)));
        assert_eq!("custom".parse::<Column>(), Err(NotAColumn));
    }
}
