//! A day in words, in English and Chinese, as people write it in passing: `tomorrow`, `next Friday`, `in 3 days`, `Dec 3`,
//! `明天`, `下周五`, `3天后`, `12月3日`, `月底`; and times of day.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

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

/// A day, a time of that day, or both, as somebody wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub day: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
}

/// The moment that a text begins with, and where its rest begins, in bytes: `tomorrow 3pm`, `14:30`, `明天下午3点`,
/// `下周二上午10点半`. In Chinese the rest may follow without a space.
pub fn moment_at_start(text: &str, today: NaiveDate) -> Option<(Moment, usize)> {
    if let Some((day, used)) = day_at_start(text, today) {
        let at = used + spaces(&text[used..]);
        let time = time_at_start(&text[at..], true);
        return Some((
            Moment { day: Some(day), time: time.map(|(time, _)| time) },
            time.map_or(used, |(_, more)| at + more),
        ));
    }
    let (time, used) = time_at_start(text, false)?;
    let at = used + spaces(&text[used..]);
    let day = day_at_start(&text[at..], today);
    Some((Moment { day: day.map(|(day, _)| day), time: Some(time) }, day.map_or(used, |(_, more)| at + more)))
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn day_at_start(text: &str, today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    if text.starts_with(char::is_whitespace) {
        return None;
    }
    if let Some((day, used)) = day_in_words(&words, today) {
        let last = words.get(used - 1)?;
        return Some((day, last.as_ptr() as usize - text.as_ptr() as usize + last.len()));
    }
    let word = words.first()?;
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(2).take(8).collect();
    ends.into_iter().rev().find_map(|end| {
        let day = chinese(&word[..end], today)?;
        // 周一 may begin a name, and a month's day a number: what follows must be a time.
        let is_plain = word.starts_with(['今', '明', '后', '大', '下']);
        (is_plain || time_at_start(&word[end..], true).is_some()).then_some((day, end))
    })
}

/// Parts of the day, and whether the afternoon's hours are meant.
const PARTS: [(&str, bool); 9] = [
    ("凌晨", false),
    ("早上", false),
    ("早晨", false),
    ("上午", false),
    ("中午", true),
    ("下午", true),
    ("傍晚", true),
    ("晚上", true),
    ("晚", true),
];

/// A time of day. A bare 3点 may mean three points: without a day before it, nothing may follow it directly.
fn time_at_start(text: &str, after_day: bool) -> Option<(NaiveTime, usize)> {
    let start = if text.get(..3).is_some_and(|at| at.eq_ignore_ascii_case("at ")) { 3 } else { 0 };
    let text = &text[start..];
    if let Some(rest) = text.get(..4).filter(|noon| noon.eq_ignore_ascii_case("noon")).map(|_| &text[4..]) {
        return ends_word(rest).then_some((NaiveTime::from_hms_opt(12, 0, 0)?, start + 4));
    }
    let part = PARTS.iter().find(|(name, _)| text.starts_with(name));
    let mut at = part.map_or(0, |(name, _)| name.len() + spaces(&text[name.len()..]));
    let (hour, used) = number_at_start(&text[at..])?;
    at += used;
    let mut minute = 0;
    let mut rest = &text[at..];
    // People put a space between digits and Chinese.
    if rest.trim_start().starts_with('点') {
        rest = rest.trim_start();
    }
    let is_chinese = [":", "：", "点", "时"].iter().position(|mark| rest.starts_with(mark));
    match is_chinese {
        Some(0 | 1) => {
            let mark = rest.chars().next()?.len_utf8();
            let digits = rest.get(mark..mark + 2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            minute = digits.parse().ok()?;
            rest = &rest[mark + 2..];
        }
        Some(_) => {
            rest = &rest["点".len()..];
            if let Some((name, minutes)) = [("半", 30), ("一刻", 15), ("三刻", 45), ("整", 0), ("钟", 0)]
                .into_iter()
                .find(|(name, _)| rest.starts_with(name))
            {
                minute = minutes;
                rest = &rest[name.len()..];
            } else if let Some((minutes, used)) = number_at_start(rest) {
                minute = minutes;
                rest = rest[used..].strip_prefix('分').unwrap_or(&rest[used..]);
            }
            if part.is_none() && !after_day && !ends_word(rest) {
                return None;
            }
        }
        None => {}
    }
    let half = rest.trim_start();
    let half = ["am", "pm"].iter().position(|name| half.get(..2).is_some_and(|half| half.eq_ignore_ascii_case(name)));
    let half = half.filter(|_| ends_word(&rest.trim_start()[2..]));
    if half.is_some() {
        rest = &rest.trim_start()[2..];
    }
    if is_chinese.is_none() && half.is_none() || matches!(is_chinese, Some(0 | 1)) && !ends_word(rest) && part.is_none()
    {
        return None;
    }
    let hour = match (half, part) {
        (Some(_), _) if !(1..=12).contains(&hour) => return None,
        (Some(0), _) => hour % 12,
        (Some(_), _) => hour % 12 + 12,
        (None, Some(("中午", _))) if hour >= 11 => hour,
        (None, Some((_, true))) if hour < 12 => hour + 12,
        _ => hour,
    };
    Some((NaiveTime::from_hms_opt(hour, minute, 0)?, start + text.len() - rest.len()))
}

fn ends_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(|letter| !letter.is_alphanumeric())
}

/// At most two digits, or a number up to twelve in Chinese.
fn number_at_start(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return if digits <= 2 { Some((text[..digits].parse().ok()?, digits)) } else { None };
    }
    let names = ["十二", "十一", "十", "九", "八", "七", "六", "五", "四", "三", "两", "二", "一"];
    let values = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 2, 1];
    let at = names.iter().position(|name| text.starts_with(name))?;
    Some((values[at], names[at].len()))
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

    #[test]
    fn times_as_people_write_them() {
        // A Wednesday.
        let today: NaiveDate = "2026-11-25".parse().unwrap();
        let check = |text: &str, day: Option<&str>, time: Option<&str>, rest: &str| {
            let (moment, used) = moment_at_start(text, today).unwrap_or_else(|| panic!("{text}"));
            let day = day.map(|day| day.parse().unwrap());
            let time = time.map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap());
            assert_eq!((moment, text[used..].trim()), (Moment { day, time }, rest), "{text}");
        };
        check("明天下午3点", Some("2026-11-26"), Some("15:00"), "");
        check("明天下午 3 点 拜访", Some("2026-11-26"), Some("15:00"), "拜访");
        check("明天下午三点半见王总", Some("2026-11-26"), Some("15:30"), "见王总");
        check("下周二上午10点", Some("2026-12-01"), Some("10:00"), "");
        check("周五晚上8点一刻", Some("2026-11-27"), Some("20:15"), "");
        check("12月3日14:30 开会", Some("2026-12-03"), Some("14:30"), "开会");
        check("中午12点", None, Some("12:00"), "");
        check("明天见王总", Some("2026-11-26"), None, "见王总");
        check("tomorrow 3pm call", Some("2026-11-26"), Some("15:00"), "call");
        check("tomorrow at 3:30 pm", Some("2026-11-26"), Some("15:30"), "");
        check("next Friday", Some("2026-12-04"), None, "");
        check("14:30", None, Some("14:30"), "");
        check("3pm tomorrow visit", Some("2026-11-26"), Some("15:00"), "visit");
        check("12am Friday", Some("2026-11-27"), Some("00:00"), "");
        check("noon", None, Some("12:00"), "");
        for none in
            ["周一鸣", "3点建议", "3 cranes", "14:3", "25:00", "13pm", "3pmx", "", "nooner", "三个人", "at home"]
        {
            assert_eq!(moment_at_start(none, today), None, "{none}");
        }
    }
}
