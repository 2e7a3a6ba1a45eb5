//! Reading days off, and days made up for them, from an iCalendar file (RFC 5545): its events of whole days. What repeats
//! every year is told for the years that are asked for.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// One day of a calendar of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub name: String,
    /// It is worked, to make up for another.
    pub worked: bool,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    pub days: BTreeMap<NaiveDate, Holiday>,
    /// Events that are no whole days, or repeat in a way that is not read.
    pub skipped: usize,
}

/// The longest event that is taken for days off, in days: longer ones are something else.
const LONGEST: u64 = 62;

/// Words for a day that is worked to make up for another.
const MAKE_UP: [&str; 8] = ["补班", "（班）", "(班)", "上班", "工作日", "working day", "workday", "make-up"];

/// What before such a word says the contrary.
const NOT: [&str; 13] =
    ["not", "not a", "no", "non", "isn't a", "非", "不", "不是", "不用", "不必", "无需", "无须", "免"];

/// Whether a day's name says that it is worked: a word of that, and nothing before it that says the contrary.
fn says_worked(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_denied = |at: usize| {
        let before = name[..at].trim_end_matches(|letter: char| letter.is_whitespace() || "-‐‑–—".contains(letter));
        NOT.iter().any(|not| {
            let rest = before.strip_suffix(not);
            // A Latin word ends with another one that only looks like it.
            rest.is_some_and(|rest| !not.is_ascii() || !rest.ends_with(char::is_alphanumeric))
        })
    };
    let mut said = MAKE_UP.iter().flat_map(|word| name.match_indices(word));
    said.any(|(at, _)| !is_denied(at))
}

/// Reads a file, and the days in it from one year to another; `None` where it is no calendar.
pub fn read(text: &str, years: std::ops::RangeInclusive<i32>) -> Option<Holidays> {
    let lines = unfolded(text.trim_start_matches('\u{feff}'));
    let mut holidays = Holidays::default();
    let mut event: Option<Event> = None;
    let (mut is_calendar, mut nested) = (false, 0_u32);
    for line in &lines {
        let Some(property) = Property::read(line) else { continue };
        match (property.name.as_str(), property.value.trim().to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCALENDAR") => is_calendar = true,
            ("BEGIN", "VEVENT") if event.is_none() => event = Some(Event::default()),
            // An alarm within an event has properties of its own.
            ("BEGIN", _) if event.is_some() => nested += 1,
            ("END", _) if nested > 0 => nested -= 1,
            ("END", "VEVENT") => {
                if let Some(event) = event.take() {
                    event.put_into(&mut holidays, &years);
                }
            }
            _ if nested == 0 => {
                if let Some(event) = &mut event {
                    event.take_in(&property);
                }
            }
            _ => {}
        }
    }
    is_calendar.then_some(holidays)
}

/// Lines as they were before they were folded, however they end.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split(['\n', '\r']) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

struct Property {
    name: String,
    value: String,
}

impl Property {
    /// `NAME;PARAMETER="…":value`; a colon within quotes parts nothing.
    fn read(line: &str) -> Option<Self> {
        let mut quoted = false;
        let at = line.char_indices().find(|(_, letter)| {
            quoted ^= *letter == '"';
            *letter == ':' && !quoted
        });
        let (head, value) = (&line[..at?.0], &line[at?.0 + 1..]);
        let name = head.split(';').next().unwrap_or_default().trim().to_ascii_uppercase();
        Some(Self { name, value: value.to_owned() })
    }
}

#[derive(Default)]
struct Event {
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    length: Option<u64>,
    name: String,
    rule: Option<String>,
    also: Vec<NaiveDate>,
    without: Vec<NaiveDate>,
    /// It says when it is in a way that is not read.
    is_odd: bool,
    worked: Option<bool>,
    cancelled: bool,
}

/// A whole day; a time of day is none.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    (text.len() == 8).then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok()).flatten()
}

/// A length in whole days or weeks: `P3D`, `P1W`, `P1DT0H`. None is as little one as part of a day.
fn length(text: &str) -> Option<u64> {
    let text = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let (days, time) = text.split_once('T').unwrap_or((text, ""));
    if time.chars().any(|letter| !matches!(letter, '0' | 'H' | 'M' | 'S')) {
        return None;
    }
    let number = |days: &str| days.parse::<u64>().ok().filter(|days| *days > 0);
    match days.strip_suffix('W') {
        Some(weeks) => number(weeks)?.checked_mul(7),
        None => number(days.strip_suffix('D')?),
    }
}

impl Event {
    fn take_in(&mut self, property: &Property) {
        let value = property.value.as_str();
        match property.name.as_str() {
            "DTSTART" => self.start = day(value),
            "DTEND" => self.end = day(value),
            "DURATION" => {
                self.length = length(value);
                self.is_odd |= self.length.is_none();
            }
            "RDATE" => {
                for also in value.split(',').map(day) {
                    self.is_odd |= also.is_none();
                    self.also.extend(also);
                }
            }
            "SUMMARY" => self.name = unescaped(value),
            "RRULE" => self.rule = Some(value.trim().to_ascii_uppercase()),
            "EXDATE" => self.without.extend(value.split(',').filter_map(day)),
            "STATUS" => self.cancelled = value.trim().eq_ignore_ascii_case("CANCELLED"),
            // How Apple's calendars tell the two apart.
            "X-APPLE-SPECIAL-DAY" => self.worked = Some(value.trim().eq_ignore_ascii_case("ALTERNATE-WORKDAY")),
            _ => {}
        }
    }

    fn put_into(self, holidays: &mut Holidays, years: &std::ops::RangeInclusive<i32>) {
        if self.cancelled {
            return;
        }
        let is_backwards = self.start.zip(self.end).is_some_and(|(start, end)| end < start);
        let Some(first) = self.start.filter(|_| !self.is_odd && !is_backwards) else {
            holidays.skipped += 1;
            return;
        };
        let until_end = self.end.and_then(|end| u64::try_from((end - first).num_days()).ok());
        let count = until_end.or(self.length).unwrap_or(1).max(1);
        let starts = match &self.rule {
            None => Some(vec![first]),
            Some(rule) => yearly(rule, first, *years.end()),
        };
        let Some(starts) = starts.filter(|_| count <= LONGEST) else {
            holidays.skipped += 1;
            return;
        };
        let worked = self.worked.unwrap_or_else(|| says_worked(&self.name));
        let days = starts.into_iter().chain(self.also).filter(|start| !self.without.contains(start));
        let days = days.flat_map(|start| (0..count).filter_map(move |more| start.checked_add_days(Days::new(more))));
        for day in days.filter(|day| years.contains(&day.year())) {
            holidays.days.entry(day).or_insert_with(|| Holiday { name: self.name.clone(), worked });
        }
    }
}

/// The days on which something that repeats every year begins, up to the end of a year; `None` where the rule says more
/// than which day of the year, or which weekday of a month.
fn yearly(rule: &str, first: NaiveDate, last_year: i32) -> Option<Vec<NaiveDate>> {
    let mut parts: BTreeMap<&str, &str> = rule.split(';').filter_map(|part| part.split_once('=')).collect();
    if parts.remove("FREQ") != Some("YEARLY") {
        return None;
    }
    let number = |text: Option<&str>, usual: usize| text.map_or(Some(usual), |text| text.parse().ok());
    let every = number(parts.remove("INTERVAL"), 1).filter(|every| *every > 0)?;
    let count = number(parts.remove("COUNT"), usize::MAX)?;
    let until = parts.remove("UNTIL").map_or(Some(NaiveDate::MAX), |until| day(until.get(..8)?))?;
    parts.remove("WKST");
    let month = match parts.remove("BYMONTH") {
        Some(month) => month.parse::<u32>().ok()?,
        None => first.month(),
    };
    let monthday = parts.remove("BYMONTHDAY").map(str::parse::<u32>);
    let weekday = parts.remove("BYDAY").map(nth_weekday);
    let of_year = |year: i32| match (&monthday, &weekday) {
        (None, None) => NaiveDate::from_ymd_opt(year, month, first.day()),
        (Some(Ok(day)), None) => NaiveDate::from_ymd_opt(year, month, *day),
        (None, Some(Some((nth, weekday)))) => of_month(year, month, *nth, *weekday),
        _ => None,
    };
    let is_read =
        parts.is_empty() && monthday.as_ref().is_none_or(Result::is_ok) && weekday.is_none_or(|it| it.is_some());
    if !is_read {
        return None;
    }
    let days = (first.year()..=last_year).step_by(every).filter_map(of_year).filter(|day| *day >= first);
    Some(days.take(count).take_while(|day| *day <= until).collect())
}

/// `4TH`: the fourth Thursday; `-1MO`: the last Monday.
fn nth_weekday(text: &str) -> Option<(i8, Weekday)> {
    let at = text.len().checked_sub(2)?;
    let weekday = match text.get(at..)? {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let nth = text.get(..at)?.parse::<i8>().ok().filter(|nth| (1..=5).contains(&nth.abs()))?;
    Some((nth, weekday))
}

fn of_month(year: i32, month: u32, nth: i8, weekday: Weekday) -> Option<NaiveDate> {
    if let Ok(nth) = u8::try_from(nth) {
        return NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth);
    }
    let mut all = (1..=5_u8).filter_map(|nth| NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth)).rev();
    all.nth(usize::from(nth.unsigned_abs()).checked_sub(1)?)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            '\0' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// The days of these events, one a line.
    fn told(events: &str) -> String {
        let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
        let holidays = read(&text, 2026..=2028).unwrap();
        let line =
            |(day, it): (&NaiveDate, &Holiday)| format!("{day} {}{}", it.name, if it.worked { " worked" } else { "" });
        holidays
            .days
            .iter()
            .map(line)
            .chain((holidays.skipped > 0).then(|| format!("+{}", holidays.skipped)))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn event(lines: &[&str]) -> String {
        format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n"))
    }

    #[test]
    fn days_off_and_days_made_up() {
        let off = event(&["DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261003", "SUMMARY:国庆节（休）"]);
        let made_up = event(&["DTSTART;VALUE=DATE:20261010", "SUMMARY:国庆节 补班"]);
        let apple = event(&["DTSTART;VALUE=DATE:20260926", "SUMMARY:中秋", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"]);
        let expected =
            "2026-09-26 中秋 worked\n2026-10-01 国庆节（休）\n2026-10-02 国庆节（休）\n2026-10-10 国庆节 补班 worked";
        assert_eq!(told(&(off + &made_up + &apple)), expected);
    }

    #[test]
    fn what_is_not_worked_is_not_made_up() {
        for name in [
            "Non-working day",
            "Not a working day",
            "No workday",
            "Nonworkday",
            "非工作日",
            "放假，不用上班",
            "不 上班",
        ] {
            assert!(!says_worked(name), "{name}");
        }
        for name in
            ["Working day", "Casino working day", "Make-up day", "春节补班", "调休上班", "工作日", "非工作日改为工作日"]
        {
            assert!(says_worked(name), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_counted() {
        let of = |lines: &[&str]| told(&event(&[&["DTSTART;VALUE=DATE:20260301", "SUMMARY:X"], lines].concat()));
        for odd in [
            "DURATION:P99999999999999999999D",
            "DURATION:P0D",
            "DURATION:-P2D",
            "DURATION:PT8H",
            "DURATION:P1Y",
            "DTEND;VALUE=DATE:20260201",
            "RDATE;VALUE=PERIOD:20260301T000000Z/P1D",
        ] {
            assert_eq!(of(&[odd]), "+1", "{odd}");
        }
        assert_eq!(of(&["DURATION:P2DT0H0M0S"]), "2026-03-01 X\n2026-03-02 X");
        assert_eq!(of(&["RDATE;VALUE=DATE:20260401,20270501"]), "2026-03-01 X\n2026-04-01 X\n2027-05-01 X");
        assert_eq!(of(&["RDATE;VALUE=DATE:20260401", "EXDATE;VALUE=DATE:20260401"]), "2026-03-01 X");
    }

    #[test]
    fn what_repeats_every_year() {
        let check = |rule: &str, start: &str, expected: &str| {
            let text = event(&[&format!("DTSTART;VALUE=DATE:{start}"), &format!("RRULE:{rule}"), "SUMMARY:X"]);
            assert_eq!(told(&text).replace(" X", ""), expected, "{rule}");
        };
        check("FREQ=YEARLY", "20240101", "2026-01-01\n2027-01-01\n2028-01-01");
        check("FREQ=YEARLY;COUNT=4", "20240101", "2026-01-01\n2027-01-01");
        check("FREQ=YEARLY;INTERVAL=2;UNTIL=20271231T000000Z", "20240101", "2026-01-01");
        check("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20241128", "2026-11-26\n2027-11-25\n2028-11-23");
        check("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "20240527", "2026-05-25\n2027-05-31\n2028-05-29");
        check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "20240229", "2028-02-29");
        check("FREQ=WEEKLY", "20260101", "+1");
        check("FREQ=YEARLY;BYSETPOS=1;BYDAY=MO", "20260101", "+1");
        check("FREQ=YEARLY;INTERVAL=0", "20260101", "+1");
    }

    #[test]
    fn what_is_no_whole_day_is_counted_and_what_is_called_off_is_not() {
        let timed = event(&["DTSTART:20260101T090000Z", "SUMMARY:Meeting"]);
        let called_off = event(&["DTSTART;VALUE=DATE:20260102", "STATUS:CANCELLED"]);
        let long = event(&["DTSTART;VALUE=DATE:20260103", "DURATION:P90D"]);
        let with_alarm = event(&[
            "DTSTART;VALUE=DATE:20260105",
            "DURATION:P1D",
            "SUMMARY;LANGUAGE=\"a:b\":Fol",
            " ded\\, and escaped",
            "BEGIN:VALARM",
            "SUMMARY:Not this",
            "END:VALARM",
        ]);
        assert_eq!(told(&(timed + &called_off + &long + &with_alarm)), "2026-01-05 Folded, and escaped\n+2");
        assert_eq!(read("BEGIN:VCARD\nEND:VCARD", 2026..=2026), None);
        assert_eq!(read("", 2026..=2026), None);
        // The end before the beginning, and a day that is none.
        assert_eq!(told(&event(&["DTSTART;VALUE=DATE:20260107", "DTEND;VALUE=DATE:20260101", "SUMMARY:Y"])), "+1");
        assert_eq!(told(&event(&["DTSTART;VALUE=DATE:20261399", "SUMMARY:Z"])), "+1");
    }

    /// Files that programs wrote, among them broken ones: read or refused, never worse.
    #[test]
    fn real_files_are_read() {
        let Some(root) = std::env::var_os("FAIRLEAD_DATA") else {
            // Past the test harness, which keeps what a passing test prints to itself.
            writeln!(std::io::stderr(), "SKIPPED real_files_are_read: FAIRLEAD_DATA is not set").unwrap();
            return;
        };
        let mut folders = vec![std::path::PathBuf::from(root).join("cal-ics-vcf")];
        let (mut calendars, mut days) = (0, 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "ics") {
                    let bytes = std::fs::read(path).unwrap();
                    let holidays = read(&String::from_utf8_lossy(&bytes), 1990..=2040);
                    calendars += usize::from(holidays.is_some());
                    days += holidays.map_or(0, |holidays| holidays.days.len());
                }
            }
        }
        assert!(calendars > 50 && days > 0, "{calendars} calendars, {days} days");
    }
}
