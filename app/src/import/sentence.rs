//! Why rows are refused, in the person's language: on the page and in the file of refused rows.

use super::report::{Reason, RowProblem};
use crate::{
    texts::Texts,
    ui::refusal::{rule_sentence, sentence},
};
use domain::{
    import::{DateForm, DateOrder, Problem, YearDigits},
    refusal::Refusal,
    view::View,
};

/// A row's problem with the column it is in.
pub fn problem_sentence(texts: Texts, view: &View, problem: &RowProblem) -> String {
    let reason = reason_sentence(texts, view, &problem.reason);
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
pub fn reason_sentence(texts: Texts, view: &View, reason: &Reason) -> String {
    let importer = texts.importer();
    match reason {
        Reason::Written { problem: Problem::Long { cells } | Problem::Short { cells }, columns } => {
            importer.ragged(cells, columns)
        }
        Reason::Written { problem: Problem::UnclosedQuote, .. } => importer.unclosed_quote().to_owned(),
        Reason::Written { problem: Problem::StrayQuote, .. } => importer.stray_quote().to_owned(),
        Reason::NotADate { form } => importer.not_a_date(form_example(*form)),
        Reason::NotANumber { .. } => importer.not_a_number().to_owned(),
        Reason::TooPrecise { decimals } => importer.too_precise(decimals),
        Reason::TooLarge => importer.amount_too_large().to_owned(),
        Reason::NotACurrency => importer.not_a_currency().to_owned(),
        Reason::OtherCurrency => importer.other_currency().to_owned(),
        Reason::UnknownStage => importer.stage_unknown().to_owned(),
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
