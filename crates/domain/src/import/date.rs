//! Dates as people and programs write them. A column's form is decided over all of its cells, never cell by cell:
//! `02/01/2014` beside `31/12/2012` is the second of January.

use std::borrow::Cow;

use chrono::{FixedOffset, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::ValueError;
use super::value::narrowed;
use crate::when::english_month;

/// A date, and the time and offset from UTC where they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenDate {
    /// The calendar day as written; an offset does not move it.
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
    pub offset: Option<FixedOffset>,
}

/// In which order the parts of a date stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

/// How many digits a year has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearDigits {
    Four,
    /// 70 to 99 are of the 20th century and 00 to 69 of the 21st, as POSIX reads them.
    Two,
}

/// How dates are written in a column.
///
/// The parts stand between `-`, `/`, `.` or spaces, or before 年, 月 and 日; the month may be an English name; a year,
/// month and day may stand as eight digits. A time may follow, with seconds, AM or PM or 上午 or 下午, and an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateForm {
    pub order: DateOrder,
    pub year: YearDigits,
}

impl DateForm {
    /// ISO 8601's order, with four digits of the year.
    pub const ISO: Self = Self { order: DateOrder::YearMonthDay, year: YearDigits::Four };

    /// Every form, the likeliest first.
    pub const ALL: [Self; 6] = [
        Self::ISO,
        Self { order: DateOrder::DayMonthYear, year: YearDigits::Four },
        Self { order: DateOrder::MonthDayYear, year: YearDigits::Four },
        Self { order: DateOrder::DayMonthYear, year: YearDigits::Two },
        Self { order: DateOrder::MonthDayYear, year: YearDigits::Two },
        Self::TWO_DIGIT_YEAR_FIRST,
    ];

    const TWO_DIGIT_YEAR_FIRST: Self = Self { order: DateOrder::YearMonthDay, year: YearDigits::Two };

    /// Reads one cell. Fails with [`ValueError::NotADate`] if it is not written in this form or is no day of the
    /// calendar.
    pub fn parse(self, cell: &str) -> Result<WrittenDate, ValueError> {
        let error = ValueError::NotADate { form: self };
        let cell: Cow<'_, str> = narrowed(cell.trim());
        let (date, rest) = self.parse_day(&cell).ok_or(error)?;
        let (time, offset) = parse_time(rest).ok_or(error)?;
        Ok(WrittenDate { date, time, offset })
    }

    fn parse_day(self, text: &str) -> Option<(NaiveDate, &str)> {
        let (parts, rest) = split_compact(text).or_else(|| split_parts(text))?;
        let (year, month, day) = match self.order {
            DateOrder::YearMonthDay => (parts[0], parts[1], parts[2]),
            DateOrder::DayMonthYear => (parts[2], parts[1], parts[0]),
            DateOrder::MonthDayYear => (parts[2], parts[0], parts[1]),
        };
        let year_number: i32 = year.parse().ok()?;
        let year = match (self.year, year.len()) {
            (YearDigits::Four, 4) => year_number,
            (YearDigits::Two, 2) if year_number < 70 => 2000 + year_number,
            (YearDigits::Two, 2) => 1900 + year_number,
            _ => return None,
        };
        // Nobody writes 26-Feb-15 for a year, a month and a day.
        if self == Self::TWO_DIGIT_YEAR_FIRST && month.len() > 2 {
            return None;
        }
        let month = month_number(month)?;
        let day = Some(day).filter(|day| day.len() <= 2)?.parse().ok()?;
        Some((NaiveDate::from_ymd_opt(year, month, day)?, rest))
    }
}

/// How a column's dates are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "dates", content = "forms", rename_all = "snake_case")]
pub enum DateColumn {
    /// Fewer than half of its cells are dates, or all are blank.
    NotDates,
    Known(DateForm),
    /// The cells fit several forms with different meanings, or contradict each other; a person must choose. The form
    /// that fits most cells stands first.
    Ambiguous(Vec<DateForm>),
}

impl DateColumn {
    /// Decides over a column's cells, all of them where possible: one day beyond the 12th settles the order.
    pub fn detect<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        // How many cells each set of forms can read, the set as bits.
        let mut cells_by_forms = [0usize; 1 << DateForm::ALL.len()];
        for cell in cells.into_iter().filter(|cell| !cell.trim().is_empty()) {
            let bits = DateForm::ALL.iter().enumerate();
            let forms = bits.fold(0, |set, (bit, form)| set | usize::from(form.parse(cell).is_ok()) << bit);
            cells_by_forms[forms] += 1;
        }
        let cells_with = |wanted: &dyn Fn(usize) -> bool| -> usize {
            let sets = cells_by_forms.iter().enumerate();
            sets.filter(|&(set, _)| wanted(set)).map(|(_, count)| count).sum()
        };
        let reads = |form: usize| move |set: usize| set >> form & 1 == 1;

        let dates = cells_with(&|set| set != 0);
        if dates == 0 || dates < cells_by_forms[0] {
            return Self::NotDates;
        }
        let mut forms: Vec<(usize, usize)> =
            (0..DateForm::ALL.len()).map(|form| (form, cells_with(&reads(form)))).filter(|form| form.1 > 0).collect();
        forms.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let (best, most) = forms[0];
        let year = DateForm::ALL[best].year;
        // Another form is a rival if it reads as many cells, or if it alone reads some that have years of the same
        // length: then day and month are mixed up somewhere. ISO dates among others are merely not of the form.
        let is_rival = |form: usize, count: usize| {
            let alone = cells_with(&|set| reads(form)(set) && !reads(best)(set)) > 0;
            let same_kind = DateForm::ALL[form].year == year && DateForm::ALL[form] != DateForm::ISO;
            count == most || (alone && same_kind && DateForm::ALL[best] != DateForm::ISO)
        };
        forms.retain(|&(form, count)| form == best || is_rival(form, count));
        let mut forms: Vec<DateForm> = forms.into_iter().map(|(form, _)| DateForm::ALL[form]).collect();
        if forms.len() == 1 { Self::Known(forms.remove(0)) } else { Self::Ambiguous(forms) }
    }
}

/// Eight digits: a year, a month and a day.
fn split_compact(text: &str) -> Option<([&str; 3], &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 8).then(|| ([&text[..4], &text[4..6], &text[6..8]], &text[8..]))
}

/// Three parts and what follows them. The separators must be alike, except around a month's name.
fn split_parts(text: &str) -> Option<([&str; 3], &str)> {
    let (first, rest) = split_part(text)?;
    let (separator, rest) = split_separator(rest);
    let (second, rest) = split_part(rest)?;
    let (separator_2, rest) = split_separator(rest);
    let (third, rest) = split_part(rest)?;
    let is_named = [first, second].iter().any(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
    let chinese = (separator, separator_2) == ("年", "月");
    let usual = matches!(separator, "-" | "/" | "." | " ") && separator == separator_2;
    let named = is_named
        && [separator, separator_2].iter().all(|s| matches!(*s, "-" | "/" | "." | " " | ", " | "," | ". " | ""));
    let rest = if chinese { rest.trim_start().strip_prefix(['日', '号']).unwrap_or(rest) } else { rest };
    (chinese || usual || named).then_some(([first, second, third], rest))
}

/// Digits or letters of ASCII, at least one.
fn split_part(text: &str) -> Option<(&str, &str)> {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let same = |c: char| if digits { c.is_ascii_digit() } else { c.is_ascii_alphabetic() };
    let end = text.find(|c| !same(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn split_separator(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (separator, rest) = text.split_at(end);
    // Spaces around 年 and 月 mean nothing.
    match separator.trim() {
        trimmed @ ("年" | "月") => (trimmed, rest),
        _ => (separator, rest),
    }
}

fn month_number(part: &str) -> Option<u32> {
    if part.len() <= 2 {
        return part.parse().ok();
    }
    english_month(&part.to_ascii_lowercase())
}

/// The time and offset after a day; both absent if nothing follows, none if what follows is no time.
fn parse_time(text: &str) -> Option<(Option<NaiveTime>, Option<FixedOffset>)> {
    let text = text.trim_start_matches([' ', 'T', ',']);
    if text.is_empty() {
        return Some((None, None));
    }
    let (half, text) = split_half_before(text);
    let (hour, rest) = split_number(text)?;
    let (minute, rest) = split_number(rest.strip_prefix(':')?)?;
    let (second, rest) = rest.strip_prefix(':').map_or(Some((0, rest)), split_number)?;
    let (nanos, rest) = split_fraction(rest);
    let rest = rest.trim_start();
    let (half, rest) = match half {
        Some(_) => (half, rest),
        None => split_half_after(rest),
    };
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(Half::Morning) => hour % 12,
        Some(Half::Afternoon) => hour % 12 + 12,
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    let rest = rest.trim_start();
    let offset = if rest.is_empty() { None } else { Some(parse_offset(rest)?) };
    Some((Some(time), offset))
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

fn split_half_before(text: &str) -> (Option<Half>, &str) {
    for (word, half) in [("上午", Half::Morning), ("下午", Half::Afternoon)] {
        if let Some(rest) = text.strip_prefix(word) {
            return (Some(half), rest.trim_start());
        }
    }
    (None, text)
}

fn split_half_after(text: &str) -> (Option<Half>, &str) {
    for (word, half) in [("AM", Half::Morning), ("PM", Half::Afternoon)] {
        match text.split_at_checked(word.len()) {
            Some((start, rest)) if start.eq_ignore_ascii_case(word) => return (Some(half), rest),
            _ => {}
        }
    }
    (None, text)
}

/// One or two digits.
fn split_number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(end);
    (1..=2).contains(&end).then(|| Some((digits.parse().ok()?, rest)))?
}

/// Nanoseconds after a point or comma; digits beyond the ninth are dropped.
fn split_fraction(text: &str) -> (u32, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else {
        return (0, text);
    };
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at(end);
    let nanos = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    (nanos.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), rest)
}

/// An offset from UTC by name, by digits, or both.
fn parse_offset(text: &str) -> Option<FixedOffset> {
    let text = match ["UTC", "GMT", "Z", "z"].iter().find_map(|name| text.strip_prefix(name)) {
        Some("") => return FixedOffset::east_opt(0),
        Some(rest) => rest,
        None => text,
    };
    let (east, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits.split_at_checked(2).unwrap_or((digits, "")),
    };
    let number = |part: &str, most: i32| match split_number(part)? {
        (number, "") => i32::try_from(number).ok().filter(|&number| number <= most),
        _ => None,
    };
    let minutes = if minutes.is_empty() { 0 } else { number(minutes, 59)? };
    FixedOffset::east_opt(east * (number(hours, 14)? * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str) -> DateForm {
        let named = ["ymd", "dmy", "mdy", "dmy2", "mdy2", "ymd2"].iter().zip(DateForm::ALL);
        named.into_iter().find(|pair| *pair.0 == name).unwrap().1
    }

    /// The date, time and offset in ISO's form, or `-` if the cell is not in the form.
    fn check(form_name: &str, cell: &str, expected: &str) {
        let shown = form(form_name).parse(cell).map_or("-".to_owned(), |written| {
            let time = written.time.map(|time| format!("T{time}")).unwrap_or_default();
            let offset = written.offset.map(|offset| offset.to_string()).unwrap_or_default();
            format!("{}{time}{offset}", written.date)
        });
        assert_eq!(shown, expected, "{cell}");
    }

    #[test]
    fn days() {
        check("ymd", "2024-03-05", "2024-03-05");
        check("ymd", " 2024/3/5 ", "2024-03-05");
        check("ymd", "2024.03.05", "2024-03-05");
        check("ymd", "20240305", "2024-03-05");
        check("ymd", "2024年3月5日", "2024-03-05");
        check("ymd", "2024 年 3 月 5 日", "2024-03-05");
        check("ymd", "２０２４年３月５日", "2024-03-05");
        check("dmy", "31/12/2012", "2012-12-31");
        check("dmy", "5.3.2024", "2024-03-05");
        check("dmy", "5 March 2024", "2024-03-05");
        check("mdy", "10/20/2017", "2017-10-20");
        check("mdy", "Mar 5, 2024", "2024-03-05");
        check("dmy2", "01-10-17", "2017-10-01");
        check("dmy2", "15/Feb/26", "2026-02-15");
        check("dmy2", "5-Mar-70", "1970-03-05");
        check("mdy2", "12/31/69", "2069-12-31");
        check("ymd2", "24-03-05", "2024-03-05");
    }

    #[test]
    fn what_is_not_of_the_form() {
        for cell in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "31/12/2012",
            "24-03-05",
            "2024-3/5",
            "2024年3月",
            "2024-03-05x",
            "2024-03-05 25:00",
            "2024-03-005",
            "20240230",
            "500233000000",
            "1.2.3",
            "+2024-03-05",
            "2024-03-05 10",
            "２月",
            "2024-03-05 10:00 13:00",
            "2024--03--05",
            "2024-03-05 10:00+99:00",
        ] {
            check("ymd", cell, "-");
        }
        check("dmy", "12/31/2012", "-");
        check("dmy", "31/12/12", "-");
        check("dmy", "Mar 5, 2024", "-");
    }

    #[test]
    fn times() {
        check("ymd", "2013-11-23T02:30:31-08:00", "2013-11-23T02:30:31-08:00");
        check("ymd", "2020-12-30 3:15:52", "2020-12-30T03:15:52");
        check("ymd", "2011-12-06 13:41:31.788000+01:00", "2011-12-06T13:41:31.788+01:00");
        check("ymd", "2024-03-05T10:00:00Z", "2024-03-05T10:00:00+00:00");
        check("ymd", "2024-03-05 10:00 UTC", "2024-03-05T10:00:00+00:00");
        check("ymd", "2024-03-05 10:00 +0530", "2024-03-05T10:00:00+05:30");
        check("ymd", "2024/3/5 下午 3:20", "2024-03-05T15:20:00");
        check("ymd", "2024年3月5日 上午12:05", "2024-03-05T00:05:00");
        check("mdy", "2/26/2018 19:58", "2018-02-26T19:58:00");
        check("dmy2", "15/Feb/26 4:37 PM", "2026-02-15T16:37:00");
    }

    fn check_column(cells: &str, expected: &str) {
        let name =
            |f: &DateForm| *["ymd", "dmy", "mdy", "dmy2", "mdy2", "ymd2"].iter().find(|name| form(name) == *f).unwrap();
        let shown = match DateColumn::detect(cells.split('|')) {
            DateColumn::NotDates => "not dates".to_owned(),
            DateColumn::Known(form) => name(&form).to_owned(),
            DateColumn::Ambiguous(forms) => forms.iter().map(name).collect::<Vec<_>>().join("?"),
        };
        assert_eq!(shown, expected, "{cells}");
    }

    #[test]
    fn columns() {
        check_column("", "not dates");
        check_column("a|b|2024-03-05", "not dates");
        check_column("2024-03-05||2024-03-06", "ymd");
        check_column("2024-03-05|TBD|2024-03-06", "ymd");
        check_column("02/01/2014|31/12/2012", "dmy");
        check_column("1/22/2018|2/3/2018", "mdy");
        check_column("02/01/2014|03/04/2014", "dmy?mdy");
        check_column("01-10-17|01-11-17", "dmy2?mdy2?ymd2");
        check_column("31-12-13", "dmy2?ymd2");
        check_column("15/Feb/26", "dmy2");
        check_column("17-12-31|17-12-30|17-12-29|17-12-01", "dmy2?ymd2");
        check_column("99-12-31|00-01-02", "ymd2");
        // Days and months are mixed up: the most frequent stands first, a person decides.
        check_column("31/12/2012|30/12/2012|12/31/2012", "dmy?mdy");
        // Dates that cannot be mistaken do not unsettle the others.
        check_column("31/12/2012|30/12/2012|2012-12-29", "dmy");
        check_column("5 Mar 2024|1/2/2024", "dmy");
        check_column("2024年3月5日|2024/3/6", "ymd");
    }
}
