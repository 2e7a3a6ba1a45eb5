//! Durations and lags as people write them: `3`, `3d`, `0.5 天`, `4h`, `2w`, and with an `e` before the unit on the clock
//! instead of in working time: `3ed`.

use super::{DAY, Length};

/// The unit in which a length is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Days,
    Hours,
    Minutes,
}

const UNITS: [(&[&str], Measure, i32); 4] = [
    (&["", "d", "day", "days", "天", "日", "工作日"], Measure::Days, 1),
    (&["w", "week", "weeks", "周"], Measure::Days, 5),
    (&["h", "hour", "hours", "小时", "时"], Measure::Hours, 1),
    (&["m", "min", "minute", "minutes", "分钟", "分"], Measure::Minutes, 1),
];

impl Length {
    pub const ZERO: Self = Self { minutes: 0, elapsed: false };

    pub fn days(days: i32) -> Self {
        Self { minutes: days.saturating_mul(DAY), elapsed: false }
    }

    /// Reads what was typed; a number alone is days. `None`: it is no length.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let end = text.find(|letter: char| !(letter.is_ascii_digit() || "+-.,".contains(letter))).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number: f64 = number.replace(',', ".").parse().ok()?;
        let unit = unit.trim();
        let known = |unit: &str| UNITS.iter().find(|(words, ..)| words.contains(&unit));
        let elapsed = unit.strip_prefix('e').or_else(|| unit.strip_prefix("日历")).map(str::trim);
        let elapsed = elapsed.filter(|unit| !unit.is_empty());
        let (_, measure, count) = known(elapsed.unwrap_or(unit))?;
        let elapsed = elapsed.is_some();
        // A week on the clock has seven days.
        let count = if elapsed && *count == 5 { 7 } else { *count };
        let minutes = number * f64::from(count * measure.minutes(elapsed));
        #[expect(clippy::cast_possible_truncation, reason = "what is too long is refused by the rules")]
        let minutes = minutes.round() as i32;
        number.is_finite().then_some(Self { minutes, elapsed })
    }

    /// The number and the unit by which it is told: days where it is a number of halves of them.
    pub fn told(self) -> (f64, Measure) {
        let half = Measure::Days.minutes(self.elapsed) / 2;
        let measure = if self.minutes % half == 0 {
            Measure::Days
        } else if self.minutes % 30 == 0 {
            Measure::Hours
        } else {
            Measure::Minutes
        };
        (f64::from(self.minutes) / f64::from(measure.minutes(self.elapsed)), measure)
    }

    /// As it can be typed again.
    pub fn typed(self) -> String {
        let (number, measure) = self.told();
        let elapsed = if self.elapsed { "e" } else { "" };
        let unit = match measure {
            Measure::Days => "d",
            Measure::Hours => "h",
            Measure::Minutes => "m",
        };
        format!("{number}{elapsed}{unit}")
    }
}

impl Measure {
    fn minutes(self, elapsed: bool) -> i32 {
        match self {
            Self::Days if elapsed => 1440,
            Self::Days => DAY,
            Self::Hours => 60,
            Self::Minutes => 1,
        }
    }
}

/// Working minutes as days, to a tenth.
pub fn in_days(minutes: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "minutes of centuries are counted exactly")]
    let days = minutes as f64 / f64::from(DAY);
    (days * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_as_people_write_them() {
        let check = |text: &str, minutes: i32, elapsed: bool, again: &str| {
            let length = Length::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(length, Length { minutes, elapsed }, "{text}");
            assert_eq!(length.typed(), again);
            assert_eq!(Length::parse(again), Some(length));
        };
        check("3", 3 * DAY, false, "3d");
        check(" 1.5 days ", 720, false, "1.5d");
        check("0,5 天", 240, false, "0.5d");
        check("2周", 10 * DAY, false, "10d");
        check("3h", 180, false, "3h");
        check("3 小时", 180, false, "3h");
        check("45min", 45, false, "45m");
        check("2ed", 2880, true, "2ed");
        check("1ew", 7 * 1440, true, "7ed");
        check("3 日历天", 3 * 1440, true, "3ed");
        check("-1d", -DAY, false, "-1d");
        check("0", 0, false, "0d");
        for none in ["", "d", "three", "3x", "e", "--", "1..2"] {
            assert_eq!(Length::parse(none), None, "{none}");
        }
        assert!((in_days(720) - 1.5).abs() < 1e-9);
    }
}
