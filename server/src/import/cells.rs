//! One row's cells as values. What cannot be read is noted with its column, and the row goes on, so that a person hears of
//! all problems at once.

use super::inspect::shortened;
use app::import::{
    plan::Plan,
    report::{Reason, RowProblem},
};
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use domain::{
    import::{
        Column, CurrencyMark, Record, WrittenDate,
        number::{Amount, Number, has_unknown_unit},
    },
    money::{Currency, Money},
};
use std::sync::Arc;

/// How long a cell is shown beside its problem.
const VALUE_CHARS: usize = 200;

/// Turns a workspace's clock times into instants.
pub type WallClock = Arc<dyn Fn(NaiveDateTime) -> DateTime<Utc> + Send + Sync>;

pub struct Cells<'a> {
    pub record: &'a Record,
    pub plan: &'a Plan,
    pub columns: &'a [Column],
    pub problems: Vec<RowProblem>,
}

impl<'a> Cells<'a> {
    pub fn new(record: &'a Record, plan: &'a Plan, columns: &'a [Column]) -> Self {
        let mut cells = Self { record, plan, columns, problems: Vec::new() };
        for problem in record.problems.iter().filter(|problem| problem.is_unsound()) {
            let reason = Reason::Written { problem: *problem, columns: columns.len() };
            cells.problems.push(RowProblem { column: None, value: String::new(), reason });
        }
        cells
    }

    /// The cell exactly as written; none where it is blank.
    pub fn text(&self, at: Option<&usize>) -> Option<&'a str> {
        let cell = self.record.cells.get(*at?)?;
        (!cell.trim().is_empty()).then_some(cell)
    }

    /// The cell as a name, without the spaces around it.
    pub fn name(&self, at: Option<&usize>) -> Option<&'a str> {
        self.text(at).map(str::trim)
    }

    pub fn note(&mut self, at: Option<usize>, reason: impl Into<Reason>) {
        let cell = at.and_then(|at| self.record.cells.get(at));
        self.problems.push(RowProblem {
            column: at.and_then(|at| self.columns.get(at)).map(|column| column.name.clone()),
            value: cell.map(|cell| shortened(cell, VALUE_CHARS)).unwrap_or_default(),
            reason: reason.into(),
        });
    }

    pub fn date(&mut self, at: Option<&usize>) -> Option<WrittenDate> {
        let cell = self.text(at)?;
        let form = self.plan.columns.get(*at?)?.dates?;
        form.parse(cell).map_err(|error| self.note(at.copied(), error)).ok()
    }

    pub fn number(&mut self, at: usize) -> Option<f64> {
        let cell = self.text(Some(&at))?;
        let number = Number::parse(cell, self.plan.decimal);
        number.map(Number::to_f64).map_err(|error| self.note(Some(at), error)).ok()
    }

    /// An amount in the currency that stands beside it, in the row's column of currencies, or in the plan.
    pub fn amount(&mut self, at: Option<&usize>, currency: Option<&usize>) -> Option<Money> {
        let stated = match self.name(currency) {
            None => None,
            Some(code) => {
                if let Ok(currency) = code.to_ascii_uppercase().parse::<Currency>() {
                    Some(currency)
                } else {
                    self.note(currency.copied(), Reason::NotACurrency);
                    return None;
                }
            }
        };
        let cell = self.text(at)?;
        let amount = match Amount::parse(cell, self.plan.decimal) {
            Ok(amount) => amount,
            Err(_) if has_unknown_unit(cell, self.plan.decimal) => {
                self.note(at.copied(), Reason::NotACurrency);
                return None;
            }
            Err(error) => {
                self.note(at.copied(), error);
                return None;
            }
        };
        let currency = match (stated, amount.currency) {
            (None, CurrencyMark::Code(code)) => code,
            (stated, _) => stated.unwrap_or(self.plan.currency),
        };
        if !amount.currency.allows(currency) {
            self.note(at.copied(), Reason::OtherCurrency);
            return None;
        }
        let exponent = if amount.has_factor { 0 } else { self.plan.amount_exponent };
        let scaled = amount.number.times_ten_to(exponent);
        let money = scaled.and_then(|number| Amount { number, ..amount }.to_money(currency));
        money.map_err(|error| self.note(at.copied(), error)).ok()
    }
}

/// The instant that a date means. A day without a time stands at its noon, which stays on that day when a zone's rules
/// are read a little differently; today's at the latest now, as nothing imported lies in the future.
pub fn instant(written: WrittenDate, clock: &WallClock, now: DateTime<Utc>) -> DateTime<Utc> {
    let Some(time) = written.time else {
        let at = |hour| clock(written.date.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()));
        let noon = at(12);
        return if noon > now && at(0) <= now { now } else { noon };
    };
    let local = written.date.and_time(time);
    let offset = written.offset.and_then(|offset| local.and_local_timezone(offset).single());
    offset.map_or_else(|| clock(local), |instant| instant.to_utc())
}

/// A list of words in one cell.
pub fn words(cell: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in cell.split([',', ';', '|', '，', '；', '、']).map(str::trim).filter(|word| !word.is_empty()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::import::DateForm;

    #[test]
    fn days_stand_at_noon_and_never_in_the_future() {
        // Shanghai, without summer time.
        let clock: WallClock = Arc::new(|local| local.and_utc() - chrono::Duration::hours(8));
        let now: DateTime<Utc> = "2026-11-23T01:00:00Z".parse().unwrap();
        let check = |cell: &str, expected: &str| {
            let written = DateForm::ISO.parse(cell).unwrap();
            assert_eq!(instant(written, &clock, now), expected.parse::<DateTime<Utc>>().unwrap(), "{cell}");
        };
        check("2017-03-01", "2017-03-01T04:00:00Z");
        check("2026-11-23", "2026-11-23T01:00:00Z");
        check("2026-11-24", "2026-11-24T04:00:00Z");
        check("2018-02-26 19:58", "2018-02-26T11:58:00Z");
        check("2018-02-26T19:58:00-08:00", "2018-02-27T03:58:00Z");
    }

    #[test]
    fn a_cell_of_words() {
        assert_eq!(words("a, b;a、 c|"), ["a", "b", "c"]);
    }
}
