//! A cell as text, and text as a cell's value: what is typed, pasted or copied.

use super::Column;
use crate::{
    activity::Activity,
    calendar::Zone,
    deal::{Deal, Priority},
    field::{FieldType, FieldValue},
    health::Standing,
    id::{AccountId, FieldId, MemberId, StageId},
    import::{Amount, DateColumn, DateForm, DecimalMark, Number},
    money::{Currency, Money},
    view::View,
    when::day_in_words,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// What would be accepted in place of a text that is no value of its column.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    Something,
    Number,
    Amount,
    /// No more decimals than the currency has.
    Decimals(Currency, u8),
    Date,
    /// The text is a date in more than one way of writing: the day and the month cannot be told apart.
    ClearDate,
    /// A member's name that is no other's.
    Member,
    /// The name of an account that is there.
    Account,
    /// One of these.
    Choice(Vec<String>),
    /// Nothing: the column is not edited here.
    Nothing,
}

/// A value for a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The value of the record's field; null: not set.
    Field(Value),
    /// A deal's stage changes by moving it.
    Stage(StageId),
}

/// What must be known to read cells.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    pub view: &'a View,
    pub today: NaiveDate,
    /// How dates are written in the column that the cell was pasted with, where that is known.
    pub dates: Option<DateForm>,
}

impl Reading<'_> {
    /// Reads what was written into a deal's cell.
    pub fn read(&self, deal: &Deal, column: Column, text: &str) -> Result<Entry, Expected> {
        if !column.is_editable() {
            return Err(Expected::Nothing);
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return match column {
                Column::Title | Column::Owner | Column::Stage => Err(Expected::Something),
                Column::Tags => Ok(Entry::Field(json!([]))),
                Column::Source => Ok(Entry::Field(json!(""))),
                _ => Ok(Entry::Field(Value::Null)),
            };
        }
        let value = match column {
            Column::Title | Column::Source => json!(trimmed),
            Column::LossReason => json!(self.loss_reason(deal, trimmed)?),
            Column::Stage => return self.stage(deal, trimmed).map(Entry::Stage),
            Column::Account => json!(self.account(trimmed)?),
            Column::Owner => json!(self.member(trimmed)?),
            Column::Amount => json!(self.amount(trimmed)?),
            Column::CloseOn => json!(self.date(trimmed)?),
            Column::Priority => priority(trimmed)?,
            Column::Tags => json!(tags(trimmed)),
            Column::Custom(field) => json!(self.custom(field, trimmed)?),
            Column::Pipeline | Column::Created | Column::Stay | Column::Next => return Err(Expected::Nothing),
        };
        Ok(Entry::Field(value))
    }

    /// One of the reasons of the deal's own pipeline, where it has any.
    fn loss_reason(&self, deal: &Deal, text: &str) -> Result<String, Expected> {
        let offered = self.view.pipelines.get(&deal.pipeline).map_or(&[][..], |pipeline| &pipeline.loss_reasons);
        match offered.iter().find(|reason| same(reason, text)) {
            Some(reason) => Ok(reason.clone()),
            None if offered.is_empty() => Ok(text.to_owned()),
            None => Err(Expected::Choice(offered.to_vec())),
        }
    }

    /// A stage of the deal's own pipeline.
    fn stage(&self, deal: &Deal, name: &str) -> Result<StageId, Expected> {
        let stages = self.view.stages_of(deal.pipeline);
        let found = stages.iter().find(|stage| stage.id.to_string() == name || same(&stage.name, name));
        found
            .map(|stage| stage.id)
            .ok_or_else(|| Expected::Choice(stages.iter().map(|stage| stage.name.clone()).collect()))
    }

    /// By name as far as the view holds it.
    fn account(&self, name: &str) -> Result<AccountId, Expected> {
        let by_id = name.parse().ok().filter(|id| self.view.accounts.contains_key(id));
        let mut named = self.view.accounts.values().filter(|account| same(&account.name, name));
        by_id.or_else(|| named.next().map(|account| account.id)).ok_or(Expected::Account)
    }

    /// By name or address, where only one active member has it.
    fn member(&self, name: &str) -> Result<MemberId, Expected> {
        if let Some(member) = name.parse().ok().and_then(|id| self.view.members.get(&id)) {
            return Ok(member.id);
        }
        let is_it = |text: &str| !text.is_empty() && same(text, name);
        let mut named =
            self.view.members.values().filter(|member| member.active && (is_it(&member.name) || is_it(&member.email)));
        match (named.next(), named.next()) {
            (Some(member), None) => Ok(member.id),
            _ => Err(Expected::Member),
        }
    }

    /// Without a currency beside it, the workspace's own is meant.
    fn amount(&self, text: &str) -> Result<Money, Expected> {
        let usual = usual(self.view);
        let amount = Amount::parse(text, DecimalMark::Point).map_err(|_| Expected::Amount)?;
        let currency = amount.currency.likely(usual).unwrap_or(usual);
        let too_precise = Expected::Decimals(currency, currency.decimals());
        match amount.to_money(currency) {
            Ok(money) if money.minor >= 0 => Ok(money),
            Err(crate::import::ValueError::TooPrecise { .. }) => Err(too_precise),
            _ => Err(Expected::Amount),
        }
    }

    fn date(&self, text: &str) -> Result<NaiveDate, Expected> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let in_words = || day_in_words(&words, self.today).filter(|(_, used)| *used == words.len()).map(|(day, _)| day);
        let in_form = |form: DateForm| form.parse(text).ok().map(|written| written.date);
        let known = self.dates.and_then(in_form).or_else(|| in_form(DateForm::ISO)).or_else(in_words);
        if let Some(day) = known {
            return Ok(day);
        }
        match DateColumn::detect([text]) {
            DateColumn::Known(form) => in_form(form).ok_or(Expected::Date),
            DateColumn::Ambiguous(forms) => {
                let mut days = forms.into_iter().filter_map(in_form);
                let first = days.next().ok_or(Expected::Date)?;
                if days.all(|day| day == first) { Ok(first) } else { Err(Expected::ClearDate) }
            }
            DateColumn::NotDates => Err(Expected::Date),
        }
    }

    fn custom(&self, id: FieldId, text: &str) -> Result<FieldValue, Expected> {
        let field = self.view.fields.get(&id).ok_or(Expected::Nothing)?;
        Ok(match &field.field_type {
            FieldType::Text => FieldValue::Text(text.to_owned()),
            FieldType::Number => {
                let number = Number::parse(text, DecimalMark::Point).map_err(|_| Expected::Number)?.to_f64();
                FieldValue::Number(Some(number).filter(|number| number.is_finite()).ok_or(Expected::Number)?)
            }
            FieldType::Money => FieldValue::Money(self.amount(text)?),
            FieldType::Date => FieldValue::Date(self.date(text)?),
            FieldType::Choice { options } => {
                let exact = options.iter().find(|option| *option == text);
                let chosen = exact.or_else(|| options.iter().find(|option| same(option, text)));
                FieldValue::Choice(chosen.cloned().ok_or_else(|| Expected::Choice(options.clone()))?)
            }
            FieldType::Person => FieldValue::Person(self.member(text)?),
        })
    }
}

/// How a column of pasted cells writes its dates, where all of them together tell.
pub fn date_form<'a>(cells: impl IntoIterator<Item = &'a str>) -> Option<DateForm> {
    match DateColumn::detect(cells) {
        DateColumn::Known(form) => Some(form),
        _ => None,
    }
}

/// Whether a column holds dates.
pub fn holds_dates(view: &View, column: Column) -> bool {
    match column {
        Column::CloseOn => true,
        Column::Custom(id) => view.fields.get(&id).is_some_and(|field| field.field_type == FieldType::Date),
        _ => false,
    }
}

/// The currency of amounts that are written without one.
pub fn usual(view: &View) -> Currency {
    view.workspace().map_or(Currency::CNY, |workspace| workspace.currency)
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.to_lowercase()
}

/// What people write in either language.
fn priority(text: &str) -> Result<Value, Expected> {
    let words = || Priority::ALL.map(|priority| priority.word().to_owned()).to_vec();
    let priority = Priority::in_words(text).ok_or_else(|| Expected::Choice(words()))?;
    // Normal is what holds where nothing is set.
    Ok(if priority == Priority::Normal { Value::Null } else { json!(priority) })
}

/// Words parted by commas, each once.
fn tags(text: &str) -> Vec<&str> {
    let mut tags: Vec<&str> = Vec::new();
    for tag in text.split([',', '，']).map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// A cell as plain text that [`Reading::read`] takes back: names, ISO dates, amounts with their currency where it is not
/// the workspace's own.
pub fn text(
    view: &View,
    deal: &Deal,
    column: Column,
    next: Option<&Activity>,
    zone: &Zone,
    today: NaiveDate,
) -> String {
    let member = |id: &MemberId| view.members.get(id).map(|member| member.name.clone());
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let own = usual(view);
    let money = |money: Money| {
        if money.currency == own { money.plain() } else { format!("{} {}", money.plain(), money.currency) }
    };
    let text = match column {
        Column::Title => Some(deal.title.clone()),
        Column::Account => deal.account.and_then(|id| view.accounts.get(&id)).map(|account| account.name.clone()),
        Column::Pipeline => view.pipelines.get(&deal.pipeline).map(|pipeline| pipeline.name.clone()),
        Column::Stage => view.stages.get(&deal.stage).map(|stage| stage.name.clone()),
        Column::Amount => deal.amount.map(money),
        Column::Owner => member(&deal.owner),
        Column::CloseOn => day(deal.close_on),
        Column::Priority => (deal.priority != Priority::Normal).then(|| deal.priority.word().to_owned()),
        Column::Source => Some(deal.source.clone()),
        Column::LossReason => Some(deal.loss_reason.clone()),
        Column::Tags => Some(deal.tags.join(", ")),
        Column::Created => Some(zone.day(deal.created_at).to_string()),
        Column::Stay => {
            let standing = Standing::of(deal, view.stages.get(&deal.stage), next, zone, today);
            standing.is_open().then(|| standing.stay.to_string())
        }
        Column::Next => next.map(|next| match next.due_on {
            Some(due) => format!("{due} {}", next.subject),
            None => next.subject.clone(),
        }),
        Column::Custom(id) => deal.custom.get(&id).and_then(|value| match value {
            FieldValue::Text(text) | FieldValue::Choice(text) => Some(text.clone()),
            FieldValue::Number(number) => Some(number.to_string()),
            FieldValue::Money(amount) => Some(money(*amount)),
            FieldValue::Date(day) => Some(day.to_string()),
            FieldValue::Person(id) => member(id),
        }),
    };
    text.unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
