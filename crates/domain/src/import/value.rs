//! What is common to the values of cells: why one cannot be read, and what a column seems to hold.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::number;
use super::{DateColumn, DateForm, DecimalMark, NumberColumn};

/// Why a cell's text is not the value that its column should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ValueError {
    /// Not written in the column's form, or no day of the calendar.
    NotADate { form: DateForm },
    /// Not a number with this decimal mark.
    NotANumber { mark: DecimalMark },
    /// More decimals than the currency has; nothing is rounded unseen.
    TooPrecise { decimals: u8 },
    /// Beyond what can be stored.
    TooLarge,
}

/// What a column's cells seem to be, for proposing a field's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ColumnKind {
    Blank,
    Text,
    Number(NumberColumn),
    Date(DateColumn),
}

/// Digits from which on a number without any mark is taken for a code: telephone numbers, ids, postal codes of a whole
/// country.
const CODE_DIGITS: usize = 9;

impl ColumnKind {
    /// Decides over a column's cells. Dates and numbers only if every filled cell is one; codes of digits, such as
    /// `007` or `500233000000`, are text, as they would not survive as numbers.
    pub fn detect<'a>(cells: impl IntoIterator<Item = &'a str, IntoIter: Clone>) -> Self {
        let cells = cells.into_iter().filter(|cell| !cell.trim().is_empty());
        if cells.clone().next().is_none() {
            return Self::Blank;
        }
        let any_form = |cell: &str| DateForm::ALL.iter().any(|form| form.parse(cell).is_ok());
        if cells.clone().all(any_form) {
            return Self::Date(DateColumn::detect(cells));
        }
        if cells.clone().any(is_code) || !cells.clone().all(number::looks_like_number) {
            return Self::Text;
        }
        Self::Number(NumberColumn::detect(cells))
    }
}

/// Whether a cell is digits that name something rather than count it.
fn is_code(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    digits && (cell.len() >= CODE_DIGITS || (cell.len() > 1 && cell.starts_with('0')))
}

/// The text with full-width letters, digits and signs, as typed in Chinese, made the usual ones.
pub(super) fn narrowed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' | '\u{202F}' | '\u{2009}' => ' ',
        c => c,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cells: &str, expected: &str) {
        let kind = match ColumnKind::detect(cells.split('|')) {
            ColumnKind::Blank => "blank".to_owned(),
            ColumnKind::Text => "text".to_owned(),
            ColumnKind::Number(column) => format!("{column:?}"),
            ColumnKind::Date(column) => format!("{column:?}").split('(').next().unwrap().to_owned(),
        };
        assert_eq!(kind, expected, "{cells}");
    }

    #[test]
    fn kinds() {
        check("| |", "blank");
        check("a|1", "text");
        check("1|2.5|", "Known(Point)");
        check("1,7|2", "Known(Comma)");
        check("2024-01-02|2024-01-03", "Known");
        check("02/01/2014", "Ambiguous");
        check("01|002|00003", "text");
        check("500233000000|410322000000", "text");
        check("13800138000", "text");
        check("0|0.5", "Known(Point)");
    }
}
