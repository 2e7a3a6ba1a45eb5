//! What kind of thing a single cell looks like, for guesses over many cells.

use super::{DateForm, number};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Blank,
    Number,
    Date,
    /// An e-mail or web address.
    Address,
    /// `true` or `false`.
    Truth,
    Text,
}

impl Shape {
    const ALL: [Self; 6] = [Self::Blank, Self::Number, Self::Date, Self::Address, Self::Truth, Self::Text];

    pub fn of(cell: &str) -> Self {
        let cell = cell.trim();
        if cell.is_empty() {
            Self::Blank
        } else if DateForm::ALL.iter().any(|form| form.parse(cell).is_ok()) {
            Self::Date
        } else if number::looks_like_number(cell) {
            Self::Number
        } else if is_address(cell) {
            Self::Address
        } else if cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false") {
            Self::Truth
        } else {
            Self::Text
        }
    }

    /// The shape of more than half of the cells.
    pub fn usual<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut counts = [0usize; Self::ALL.len()];
        for cell in cells {
            counts[Self::of(cell) as usize] += 1;
        }
        let total: usize = counts.iter().sum();
        Self::ALL.into_iter().find(|&shape| counts[shape as usize] * 2 > total)
    }
}

fn is_address(cell: &str) -> bool {
    if cell.contains(char::is_whitespace) {
        return false;
    }
    let web = ["http://", "https://", "www."];
    let mail = |(name, host): (&str, &str)| !name.is_empty() && host.contains('.');
    web.iter().any(|start| cell.starts_with(start)) || cell.split_once('@').is_some_and(mail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (cell, shape) in [
            ("  ", Shape::Blank),
            ("-1,234.5", Shape::Number),
            ("5/3/2024", Shape::Date),
            ("a@example.com", Shape::Address),
            ("https://example.com/a", Shape::Address),
            ("FALSE", Shape::Truth),
            ("at @ noon", Shape::Text),
        ] {
            assert_eq!(Shape::of(cell), shape, "{cell}");
        }
        assert_eq!(Shape::usual(["1", "2", "x"].into_iter()), Some(Shape::Number));
        assert_eq!(Shape::usual(["1", "x"].into_iter()), None);
    }
}
