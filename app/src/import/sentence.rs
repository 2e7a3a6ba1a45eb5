//! Why rows are refused, in the person's language: on the page and in the file of refused rows.

use super::report::{Reason, RowProblem};
use crate::{
    texts::Texts,
    ui::refusal::{rule_sentence, sentence},
};
use domain::{
    import::{DateForm, DateOrder, DecimalMark, Problem, YearDigits},
    refusal::Refusal,
    view::View,
};

/// A row's problem with the column it is in.
pub fn problem_sentence(texts: Texts, view: &View, problem: &RowProblem) -> String {
    let reason = reason_sentence(texts, view, problem);
    match (&problem.column, problem.value.trim()) {
        (None, _) => match &problem.reason {
            // Without its column a reason must name the field.
            Reason::Refused { refusal } => sentence(texts, view, refusal),
            _ => reason,
        },
        (Some(column), "") => format!("{column}: {reason}"),
        (Some(column), value) => format!("{column} “{value}”: {reason}"),
    }
}

/// The reason alone, where the column stands beside it.
pub fn reason_sentence(texts: Texts, view: &View, problem: &RowProblem) -> String {
    let importer = texts.importer();
    match &problem.reason {
        Reason::Written { problem: Problem::Long { cells } | Problem::Short { cells }, columns } => {
            importer.ragged(cells, columns)
        }
        Reason::Written { problem: Problem::UnclosedQuote, .. } => importer.unclosed_quote().to_owned(),
        Reason::Written { problem: Problem::StrayQuote, .. } => importer.stray_quote().to_owned(),
        Reason::NotADate { form } if is_written(*form, &problem.value) => importer.no_such_day(form_example(*form)),
        Reason::NotADate { form } => importer.not_a_date(form_example(*form)),
        Reason::NotANumber { mark: DecimalMark::Point } => importer.not_a_number(importer.number_point()),
        Reason::NotANumber { mark: DecimalMark::Comma } => importer.not_a_number(importer.number_comma()),
        Reason::TooPrecise { decimals } => importer.too_precise(decimals),
        Reason::TooLarge => importer.amount_too_large().to_owned(),
        Reason::NotACurrency => importer.not_a_currency().to_owned(),
        Reason::OtherCurrency => importer.other_currency(currency_mark(&problem.value)),
        Reason::UnknownStage => importer.stage_unknown().to_owned(),
        Reason::RefusedStage => importer.stage_refused().to_owned(),
        Reason::UnknownPipeline => importer.pipeline_unknown().to_owned(),
        Reason::UnknownMember => importer.member_unknown().to_owned(),
        Reason::Duplicate { line } => importer.duplicate_row(line),
        Reason::Refused { refusal: Refusal::Conflict { .. } } => importer.kept_conflict().to_owned(),
        Reason::Refused { refusal: Refusal::Invalid { rule, field } } if !field.is_empty() => {
            rule_sentence(texts, rule)
        }
        Reason::Refused { refusal } => sentence(texts, view, refusal),
    }
}

/// A date as the form writes it.
pub fn form_example(form: DateForm) -> &'static str {
    match (form.order, form.year) {
        (DateOrder::YearMonthDay, YearDigits::Four) => "2026-11-23",
        (DateOrder::DayMonthYear, YearDigits::Four) => "23.11.2026",
        (DateOrder::MonthDayYear, YearDigits::Four) => "11/23/2026",
        (DateOrder::YearMonthDay, YearDigits::Two) => "26-11-23",
        (DateOrder::DayMonthYear, YearDigits::Two) => "23.11.26",
        (DateOrder::MonthDayYear, YearDigits::Two) => "11/23/26",
    }
}

/// Whether a cell is written in the form, so that what keeps it from being a date is the calendar.
fn is_written(form: DateForm, cell: &str) -> bool {
    let parts: Vec<&str> = cell.trim().trim_end_matches(['日', '号']).split(['-', '/', '.', '年', '月']).collect();
    let year = match form.year {
        YearDigits::Four => 4,
        YearDigits::Two => 2,
    };
    let lengths = match form.order {
        DateOrder::YearMonthDay => [year..=year, 1..=2, 1..=2],
        DateOrder::DayMonthYear | DateOrder::MonthDayYear => [1..=2, 1..=2, year..=year],
    };
    let fits = |(part, length): (&&str, &std::ops::RangeInclusive<usize>)| {
        length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.len() == lengths.len() && parts.iter().zip(&lengths).all(fits)
}

/// What an amount says of its currency: its cell without the number.
fn currency_mark(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_numeric() || c.is_whitespace() || "+-.,'’()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_told_from_another_way_of_writing() {
        let german = DateForm { order: DateOrder::DayMonthYear, year: YearDigits::Four };
        let check = |form: DateForm, cell: &str, expected: bool| assert_eq!(is_written(form, cell), expected, "{cell}");
        check(DateForm::ISO, "2026-13-40", true);
        check(DateForm::ISO, " 2026年2月30日", true);
        check(DateForm::ISO, "31.02.2026", false);
        check(DateForm::ISO, "2026-11", false);
        check(DateForm::ISO, "soon", false);
        check(german, "31.02.2026", true);
        check(german, "2026-02-31", false);
    }

    #[test]
    fn the_currency_of_an_amount_is_quoted() {
        for (cell, mark) in [("€ 1,234.50", "€"), ("1 234 USD", "USD"), ("(12万元)", "万元"), ("-¥5", "¥")] {
            assert_eq!(currency_mark(cell), mark);
        }
    }
}
