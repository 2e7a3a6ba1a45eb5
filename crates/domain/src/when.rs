//! A day in words, in English and Chinese, as people write it in passing: `tomorrow`, `next Friday`, `in 3 days`, `Dec 3`,
//! `明天`, `下周五`, `3天后`, `12月3日`, `月底`.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The day that the first words name, and how many of them do so. A bare weekday is the next one to come, `next` and 下周
/// mean next week's; a date without a year is the next one to come.
pub fn day_in_words(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let lower: Vec<String> = words.iter().take(3).map(|word| word.to_lowercase()).collect();
    let word = |at: usize| lower.get(at).map(String::as_str).unwrap_or_default();
    let english = || match (word(0), word(1), word(2)) {
        ("today", ..) => Some((today, 1)),
        ("tomorrow", ..) => Some((today + Days::new(1), 1)),
        ("next", name, _) => Some((in_week(today, 1, english_weekday(name)?), 2)),
        ("in", count, unit) => Some((later(today, count.parse().ok()?, unit)?, 3)),
        (month, day, _) if english_month(month).is_some() => {
            Some((dated(today, english_month(month)?, day.parse().ok()?)?, 2))
        }
        (day, month, _) if english_month(month).is_some() => {
            Some((dated(today, english_month(month)?, day.parse().ok()?)?, 2))
        }
        // Short for a day is also short for other things: `Sun panels`.
        (name, ..) => Some((coming(today, english_weekday(name).filter(|_| name.len() > 3)?), 1)),
    };
    let written =
        word(0).parse::<NaiveDate>().ok().filter(|day| (1900..3000).contains(&day.year())).map(|day| (day, 1));
    written.or_else(english).or_else(|| chinese(word(0), today).map(|day| (day, 1)))
}

fn chinese(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let days = |count| Some(today + Days::new(count));
    match word {
        "今天" => return days(0),
        "明天" => return days(1),
        "后天" => return days(2),
        "大后天" => return days(3),
        "月底" => return last_of_month(today),
        _ => {}
    }
    if let Some(count) = word.strip_suffix("天后") {
        return days(count.parse().ok().filter(|count| *count <= MOST)?);
    }
    if let Some(count) = word.strip_suffix("周后").or_else(|| word.strip_suffix("个星期后")) {
        return days(count.parse::<u64>().ok().filter(|count| *count <= MOST)? * 7);
    }
    if let Some((month, day)) = word.trim_end_matches(['日', '号']).split_once('月') {
        return dated(today, month.parse().ok()?, day.parse().ok()?);
    }
    let (weeks, name) = match word.strip_prefix("下下") {
        Some(name) => (2, name),
        None => word.strip_prefix('下').map_or((0, word), |name| (1, name)),
    };
    let name = ["周", "星期", "礼拜"].into_iter().find_map(|prefix| name.strip_prefix(prefix))?;
    let at = ["一", "二", "三", "四", "五", "六"].iter().position(|number| *number == name);
    let at = at.or_else(|| matches!(name, "日" | "天").then_some(6))?;
    let weekday = WEEK[at];
    Some(if weeks == 0 { coming(today, weekday) } else { in_week(today, weeks, weekday) })
}

/// How many days, weeks or months ahead are understood: nobody means more.
const MOST: u64 = 999;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn english_weekday(name: &str) -> Option<Weekday> {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let at = names.iter().position(|full| name.len() >= 3 && (*full == name || full[..3] == *name))?;
    Some(WEEK[at])
}

/// The number of a month by its name in lower case, whole or short.
pub(crate) fn english_month(name: &str) -> Option<u32> {
    let name = if name == "sept" { "sep" } else { name };
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = names.iter().position(|full| name.len() >= 3 && (*full == name || full[..3] == *name))?;
    u32::try_from(at + 1).ok()
}

/// The next such weekday after today.
fn coming(today: NaiveDate, weekday: Weekday) -> NaiveDate {
    let ahead = (weekday.num_days_from_monday() + 7 - today.weekday().num_days_from_monday()) % 7;
    today + Days::new(u64::from(if ahead == 0 { 7 } else { ahead }))
}

/// The weekday of a week that begins on Monday, so many weeks after this one.
fn in_week(today: NaiveDate, weeks: u64, weekday: Weekday) -> NaiveDate {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    monday + Days::new(weeks * 7 + u64::from(weekday.num_days_from_monday()))
}

fn later(today: NaiveDate, count: u64, unit: &str) -> Option<NaiveDate> {
    let count = Some(count).filter(|count| *count <= MOST)?;
    match unit.trim_end_matches('s') {
        "day" => Some(today + Days::new(count)),
        "week" => Some(today + Days::new(count * 7)),
        "month" => today.checked_add_months(Months::new(u32::try_from(count).ok()?)),
        _ => None,
    }
}

fn dated(today: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day).filter(|day| *day >= today);
    this_year.or_else(|| NaiveDate::from_ymd_opt(today.year() + 1, month, day))
}

fn last_of_month(today: NaiveDate) -> Option<NaiveDate> {
    today.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        // A Wednesday.
        let today: NaiveDate = "2026-11-25".parse().unwrap();
        let check = |text: &str, expected: Option<(&str, usize)>| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let expected = expected.map(|(day, used)| (day.parse().unwrap(), used));
            assert_eq!(day_in_words(&words, today), expected, "{text}");
        };
        check("today", Some(("2026-11-25", 1)));
        check("Tomorrow call", Some(("2026-11-26", 1)));
        check("friday", Some(("2026-11-27", 1)));
        check("next fri", Some(("2026-12-04", 2)));
        check("Wednesday", Some(("2026-12-02", 1)));
        check("next Friday visit", Some(("2026-12-04", 2)));
        check("in 3 days", Some(("2026-11-28", 3)));
        check("in 2 months", Some(("2027-01-25", 3)));
        check("Dec 3", Some(("2026-12-03", 2)));
        check("3 January", Some(("2027-01-03", 2)));
        check("2027-02-28", Some(("2027-02-28", 1)));
        check("明天", Some(("2026-11-26", 1)));
        check("大后天", Some(("2026-11-28", 1)));
        check("周五", Some(("2026-11-27", 1)));
        check("下周五", Some(("2026-12-04", 1)));
        check("下下星期一", Some(("2026-12-07", 1)));
        check("10天后", Some(("2026-12-05", 1)));
        check("3月1日", Some(("2027-03-01", 1)));
        check("月底", Some(("2026-11-30", 1)));
        for no_day in [
            "",
            "next",
            "next phase",
            "in progress",
            "Mona",
            "Sun panels",
            "May",
            "May 45",
            "may be",
            "下单",
            "周转",
            "30 cranes",
        ] {
            check(no_day, None);
        }
    }
}
