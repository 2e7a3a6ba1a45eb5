//! What the funnel page is asked for. All of it stands in the address, so that a view is a link.

use super::{Cohort, Period, period::start_of_day, steps::Rule};
use crate::{
    calendar::Zone,
    field::{Field, FieldType},
    id::{FieldId, MemberId, PipelineId, StageId, TeamId},
    money::Money,
    record::Kind,
    stay::{Micros, StageIndex},
    view::View,
};
use chrono::NaiveDate;
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

/// Days from the first to the last, both included; an end that is not set is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Span {
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

impl Span {
    pub const ALWAYS: Self = Self { first: None, last: None };

    /// The instants of its days in a zone.
    pub fn period(self, zone: &Zone) -> Period {
        let from = self.first.map_or(Micros::MIN, |first| start_of_day(first, zone));
        let after = self.last.and_then(|last| last.succ_opt());
        Period { from, to: after.map_or(Micros::MAX, |after| start_of_day(after, zone)) }
    }

    /// As many days just before; none where an end is open.
    pub fn before(self) -> Option<Self> {
        let (first, last) = (self.first?, self.last?);
        let last_before = first.pred_opt()?;
        let first_before = last_before.checked_sub_signed(last.signed_duration_since(first))?;
        Some(Self { first: Some(first_before), last: Some(last_before) })
    }
}

/// Which deals are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Only {
    pub team: Option<TeamId>,
    pub owner: Option<MemberId>,
    pub source: Option<String>,
    /// The value of the field by which deals are told apart ([`Query::field`]).
    #[serde(default)]
    pub value: Option<String>,
    /// The amount from and up to this, in whole units of its currency. A deal without an amount is in no band.
    pub least: Option<u32>,
    pub most: Option<u32>,
}

impl Only {
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    pub fn admits(&self, owner: MemberId, source: &str, value: &str, amount: Option<Money>, view: &View) -> bool {
        let in_team = |team| view.members.get(&owner).is_some_and(|member| member.teams.contains(&team));
        let reaches = |bound: u32, is_least: bool| {
            amount.is_some_and(|amount| {
                let bound = i128::from(bound) * i128::from(amount.currency.scale());
                if is_least { i128::from(amount.minor) >= bound } else { i128::from(amount.minor) <= bound }
            })
        };
        self.team.is_none_or(in_team)
            && self.owner.is_none_or(|only| only == owner)
            && self.source.as_ref().is_none_or(|only| only == source)
            && self.value.as_ref().is_none_or(|only| only == value)
            && self.least.is_none_or(|least| reaches(least, true))
            && self.most.is_none_or(|most| reaches(most, false))
    }
}

/// With what the funnel is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The period of the same length just before.
    Before,
    /// Other days.
    Days(Span),
    Team(TeamId),
    Owner(MemberId),
    /// Another source, or another value of the field by which deals are told apart.
    Source(String),
    Value(String),
}

impl Compare {
    fn from_word(word: &str) -> Option<Self> {
        match word.split_once('.') {
            None if word == "before" => Some(Self::Before),
            Some(("days", days)) => {
                let (first, last) = days.split_once('.')?;
                Some(Self::Days(Span { first: day(first), last: day(last) }))
            }
            Some(("team", id)) => id.parse().ok().map(Self::Team),
            Some(("owner", id)) => id.parse().ok().map(Self::Owner),
            Some(("source", source)) => Some(Self::Source(source.to_owned())),
            Some(("value", value)) => Some(Self::Value(value.to_owned())),
            _ => None,
        }
    }

    /// As it stands in the address.
    pub fn word(&self) -> String {
        match self {
            Self::Before => "before".to_owned(),
            Self::Days(Span { first, last }) => {
                let word = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
                format!("days.{}.{}", word(*first), word(*last))
            }
            Self::Team(id) => format!("team.{id}"),
            Self::Owner(id) => format!("owner.{id}"),
            Self::Source(source) => format!("source.{source}"),
            Self::Value(value) => format!("value.{value}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// None: the first.
    pub pipeline: Option<PipelineId>,
    /// The deals that first entered this stage in the span; none: those created in it.
    pub entered: Option<StageId>,
    pub span: Span,
    pub only: Only,
    /// The custom field of deals, text or a choice, by which they are told apart; none: by their source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldId>,
    pub rule: Rule,
    pub compare: Option<Compare>,
    /// Steps are told by what their deals are worth, not by how many they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_amount: bool,
    /// The waterfall's days. None: from the first day of the quarter on, until now.
    pub bridge: Span,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            pipeline: None,
            entered: None,
            span: Span::ALWAYS,
            only: Only::default(),
            field: None,
            rule: Rule::Reached,
            compare: None,
            by_amount: false,
            bridge: Span::ALWAYS,
        }
    }
}

impl Query {
    /// Reads what an address holds: `pipeline`, `entered` (a stage), `from`, `to`, `team`, `owner`, `source`, `field` (a
    /// custom one), `value`, `least`, `most`, `rule` (`in_order`), `compare` (`before`, `days.….…`, `team.…`, `owner.…`,
    /// `source.…`, `value.…`), `by` (`amount`), `since`, `until`. What is not understood is passed over: an old link still opens.
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "pipeline" => read.pipeline = value.parse().ok(),
                "entered" => read.entered = value.parse().ok(),
                "from" => read.span.first = day(&value),
                "to" => read.span.last = day(&value),
                "team" => read.only.team = value.parse().ok(),
                "owner" => read.only.owner = value.parse().ok(),
                "source" => read.only.source = Some(value.into_owned()),
                "field" => read.field = value.parse().ok(),
                "value" => read.only.value = Some(value.into_owned()),
                "least" => read.only.least = value.parse().ok(),
                "most" => read.only.most = value.parse().ok(),
                "rule" if value == "in_order" => read.rule = Rule::InOrder,
                "compare" => read.compare = Compare::from_word(&value),
                "by" => read.by_amount = value == "amount",
                "since" => read.bridge.first = day(&value),
                "until" => read.bridge.last = day(&value),
                _ => {}
            }
        }
        read
    }

    /// The query with its question mark; empty where all is as usual.
    pub fn to_query(&self) -> String {
        let mut query = Serializer::new(String::new());
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        };
        put("pipeline", self.pipeline.map(|id| id.to_string()));
        put("entered", self.entered.map(|id| id.to_string()));
        put("from", self.span.first.map(|day| day.to_string()));
        put("to", self.span.last.map(|day| day.to_string()));
        put("team", self.only.team.map(|id| id.to_string()));
        put("owner", self.only.owner.map(|id| id.to_string()));
        put("source", self.only.source.clone());
        put("field", self.field.map(|id| id.to_string()));
        put("value", self.only.value.clone());
        put("least", self.only.least.map(|least| least.to_string()));
        put("most", self.only.most.map(|most| most.to_string()));
        put("rule", (self.rule == Rule::InOrder).then(|| "in_order".to_owned()));
        put("compare", self.compare.as_ref().map(Compare::word));
        put("by", self.by_amount.then(|| "amount".to_owned()));
        put("since", self.bridge.first.map(|day| day.to_string()));
        put("until", self.bridge.last.map(|day| day.to_string()));
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// The cohort in the pipeline's stages. A stage that it does not have: by creation.
    pub fn cohort(&self, stages: &[StageId], zone: &Zone) -> Cohort {
        let period = self.span.period(zone);
        let entered = (0..).zip(stages).find(|(_, stage)| self.entered == Some(**stage));
        entered.map_or(Cohort::Created(period), |(at, _): (StageIndex, _)| Cohort::Entered(at, period))
    }

    /// Whether deals can be told apart by a field: few values are met again and again.
    pub fn tells_apart(field: &Field) -> bool {
        field.on == Kind::Deal && matches!(field.field_type, FieldType::Text | FieldType::Choice { .. })
    }

    /// Without a field by which deals cannot be told apart, or that is no more, and what was asked of it.
    #[must_use]
    pub fn known(self, view: &View) -> Self {
        let field = self.field.filter(|field| view.fields.get(field).is_some_and(Self::tells_apart));
        let compare = self.compare.filter(|compare| field.is_some() || !matches!(compare, Compare::Value(_)));
        let only = Only { value: self.only.value.filter(|_| field.is_some()), ..self.only };
        Self { only, field, compare, ..self }
    }

    /// What it is compared with, as a query of its own; none where that is nothing.
    pub fn compared(&self) -> Option<Self> {
        let other = Self { compare: None, ..self.clone() };
        Some(match self.compare.clone()? {
            Compare::Before => Self { span: self.span.before()?, ..other },
            Compare::Days(span) => Self { span, ..other },
            Compare::Team(team) => Self { only: Only { team: Some(team), owner: None, ..other.only }, ..other },
            Compare::Owner(owner) => Self { only: Only { owner: Some(owner), team: None, ..other.only }, ..other },
            Compare::Source(source) => Self { only: Only { source: Some(source), ..other.only }, ..other },
            Compare::Value(value) => Self { only: Only { value: Some(value), ..other.only }, ..other },
        })
    }
}

/// A day as addresses write it, in years that calendars hold.
fn day(text: &str) -> Option<NaiveDate> {
    use chrono::Datelike;
    text.parse::<NaiveDate>().ok().filter(|day| (1900..=2200).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    #[test]
    fn a_view_is_a_link_and_back() {
        let id = "018f2f7c-0000-7000-8000-000000000001";
        let check = |query: &str| assert_eq!(Query::parse(query.trim_start_matches('?')).to_query(), query);
        check("");
        check(&format!("?pipeline={id}&entered={id}&from=2026-01-01&to=2026-03-31&team={id}&owner={id}"));
        check("?source=A%26B&least=1000&most=90000&rule=in_order&compare=before&since=2026-01-01&until=2026-02-01");
        check(&format!("?compare=team.{id}"));
        check(&format!("?field={id}&value=GTX+Pro&compare=value.MG.Advanced"));
        check("?compare=source.Fair");
        check(&format!("?compare=owner.{id}"));
        check("?compare=days.2025-01-01.2025-03-31&by=amount");
        check("?compare=days..2025-03-31");
        // What nobody knows is passed over.
        let wrong = "pipeline=1&entered=x&from=2026-13-01&to=9999-01-01&least=-1&rule=best&compare=team.1&by=weight&team=&until=";
        assert_eq!(Query::parse(wrong).to_query(), "");
    }

    #[test]
    fn fields_that_tell_no_deals_apart_are_passed_over() {
        let mut view = View::default();
        let mut put = |number: u128, on: Kind, field_type: FieldType| {
            let id = FieldId(uuid::Uuid::from_u128(number));
            view.put(Record::Field(Field { id, on, name: "Field".to_owned(), field_type, position: 0 }));
            id
        };
        let choice = || FieldType::Choice { options: vec!["A".to_owned()] };
        let known = [put(1, Kind::Deal, choice()), put(2, Kind::Deal, FieldType::Text)];
        let [account, day] = [put(3, Kind::Account, choice()), put(4, Kind::Deal, FieldType::Date)];
        let read = |query: &str| Query::parse(query).known(&view).to_query();
        for field in known {
            let query = format!("?field={field}&value=A&compare=value.B");
            assert_eq!(read(&query[1..]), query);
        }
        for field in [account, day, FieldId(uuid::Uuid::from_u128(5))] {
            assert_eq!(read(&format!("source=S&field={field}&value=A&compare=value.B")), "?source=S");
        }
        assert_eq!(read("source=S&value=A&compare=source.B"), "?source=S&compare=source.B");
    }

    #[test]
    fn a_span_has_one_before() {
        let check = |first: &str, last: &str, expected: &str| {
            let span = Span { first: first.parse().ok(), last: last.parse().ok() };
            let before = span.before().map(|before| format!("{} {}", before.first.unwrap(), before.last.unwrap()));
            assert_eq!(before.unwrap_or_default(), expected);
        };
        check("2026-04-01", "2026-04-30", "2026-03-02 2026-03-31");
        check("2026-04-01", "2026-04-01", "2026-03-31 2026-03-31");
        check("", "2026-04-01", "");
    }

    #[test]
    fn a_comparison_differs_in_one_thing() {
        let id = "018f2f7c-0000-7000-8000-000000000001";
        let compared = |query: &str| Query::parse(query).compared().map(|other| other.to_query());
        assert_eq!(compared("from=2026-04-01&to=2026-04-02&compare=before").unwrap(), "?from=2026-03-30&to=2026-03-31");
        assert_eq!(
            compared(&format!("owner={id}&compare=team.{id}&source=x")).unwrap(),
            format!("?team={id}&source=x")
        );
        assert_eq!(compared("from=2026-04-01&compare=before"), None);
        assert_eq!(compared("from=2026-04-01"), None);
    }
}
