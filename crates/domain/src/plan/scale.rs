//! Time drawn from left to right: where a moment lies, and what the time head says over it.

use super::query::Zoom;
use crate::calendar::{Calendar, Moment, Zone};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

const DAY: f64 = 1440.0;

/// How much of the screen a day takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What lies at the left edge.
    pub origin: Moment,
    /// Pixels of a day of 24 hours.
    pub day: f64,
}

/// Pixels of a day in each zoom that has a name.
const ZOOMS: [(Zoom, f64); 5] =
    [(Zoom::Hour, 480.0), (Zoom::Day, 36.0), (Zoom::Week, 12.0), (Zoom::Month, 4.0), (Zoom::Quarter, 1.5)];

/// The least and the most pixels of a day.
pub const LEAST: f64 = 0.5;
pub const MOST: f64 = 960.0;

/// Pixels of a day.
pub fn day_of(zoom: Zoom) -> f64 {
    ZOOMS.into_iter().find(|(other, _)| *other == zoom).map_or(LEAST, |(_, day)| day)
}

/// The zoom that comes nearest to so many pixels of a day.
pub fn zoom_near(day: f64) -> Zoom {
    let apart = |zoom: f64| (zoom.ln() - day.ln()).abs();
    let nearest = ZOOMS.into_iter().min_by(|(_, one), (_, other)| apart(*one).total_cmp(&apart(*other)));
    nearest.map(|(zoom, _)| zoom).unwrap_or_default()
}

/// What one step of a time head covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Hours(u32),
    Day,
    /// From Monday.
    Week,
    Month,
    Quarter,
    Year,
}

/// The beginning of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    pub at: Moment,
    /// What the wall's clock shows then.
    pub local: NaiveDateTime,
}

impl Scale {
    pub fn x(&self, moment: Moment) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "minutes of centuries are counted exactly")]
        let minutes = (moment.0 - self.origin.0) as f64;
        minutes / DAY * self.day
    }

    /// Where a moment of work is drawn: where days are told apart and hours are not, a working day takes the whole of its
    /// day, so that what is done from morning to evening fills it.
    pub fn x_worked(&self, calendar: &Calendar, moment: Moment) -> f64 {
        if self.grain() < 1440 {
            return self.x(moment);
        }
        let zone = calendar.zone();
        let day = zone.day(moment.instant());
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        let [from, to] = [day, next].map(|day| zone.moment(day.and_time(NaiveTime::MIN)));
        let worked = calendar.minutes(from, to);
        let (done, all) = if worked > 0 {
            (calendar.minutes(from, moment), worked)
        } else {
            (moment.0 - from.0, (to.0 - from.0).max(1))
        };
        #[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
        let share = done as f64 / all as f64;
        self.x(from) + share * (self.x(to) - self.x(from))
    }

    pub fn moment(&self, x: f64) -> Moment {
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        let minutes = (x / self.day * DAY).round() as i64;
        Moment(self.origin.0 + minutes)
    }

    /// The units of the upper and of the lower line of the time head.
    pub fn units(&self) -> (Unit, Unit) {
        match self.day {
            day if day >= 720.0 => (Unit::Day, Unit::Hours(1)),
            day if day >= 360.0 => (Unit::Day, Unit::Hours(3)),
            day if day >= 120.0 => (Unit::Day, Unit::Hours(6)),
            day if day >= 24.0 => (Unit::Month, Unit::Day),
            day if day >= 7.0 => (Unit::Month, Unit::Week),
            day if day >= 2.2 => (Unit::Year, Unit::Month),
            day if day >= 0.7 => (Unit::Year, Unit::Quarter),
            _ => (Unit::Year, Unit::Year),
        }
    }

    /// How finely a bar can be put, in minutes: a day, and less only where hours are shown.
    pub fn grain(&self) -> i64 {
        if self.day >= 120.0 { 60 } else { 1440 }
    }
}

/// The steps that begin from the one that holds `from` up to `to`.
pub fn ticks(unit: Unit, zone: &Zone, from: Moment, to: Moment) -> Vec<Tick> {
    let mut next = Some(begin(unit, zone.local(from.instant())));
    std::iter::from_fn(|| {
        let local = next?;
        let at = zone.moment(local);
        next = step(unit, local);
        (at < to).then_some(Tick { at, local })
    })
    .collect()
}

fn begin(unit: Unit, local: NaiveDateTime) -> NaiveDateTime {
    let day = local.date();
    let first = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let date = match unit {
        Unit::Hours(hours) => {
            let hour = local.hour() / hours.max(1) * hours.max(1);
            return day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN));
        }
        Unit::Day => day,
        Unit::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
        Unit::Month => first(day),
        Unit::Quarter => first(day) - Months::new(day.month0() % 3),
        Unit::Year => first(day) - Months::new(day.month0()),
    };
    date.and_time(NaiveTime::MIN)
}

fn step(unit: Unit, local: NaiveDateTime) -> Option<NaiveDateTime> {
    match unit {
        Unit::Hours(hours) => local.checked_add_signed(chrono::TimeDelta::hours(i64::from(hours.max(1)))),
        Unit::Day => local.checked_add_days(Days::new(1)),
        Unit::Week => local.checked_add_days(Days::new(7)),
        Unit::Month => local.checked_add_months(Months::new(1)),
        Unit::Quarter => local.checked_add_months(Months::new(3)),
        Unit::Year => local.checked_add_months(Months::new(12)),
    }
}

/// When nothing is worked between two moments: whole days, or to the minute.
pub fn idle(calendar: &Calendar, from: Moment, to: Moment, by_minute: bool) -> Vec<(Moment, Moment)> {
    let mut free: Vec<(Moment, Moment)> = Vec::new();
    let mut add = |from: Moment, to: Moment| match free.last_mut() {
        Some(last) if last.1 >= from => last.1 = to,
        _ if from < to => free.push((from, to)),
        _ => {}
    };
    if by_minute {
        let mut at = from;
        for (start, end) in calendar.stretches(from, to) {
            add(at, start);
            at = end;
        }
        add(at, to);
    } else {
        for tick in ticks(Unit::Day, calendar.zone(), from, to) {
            if !calendar.is_working_day(tick.local.date()) {
                let next = tick.local.checked_add_days(Days::new(1)).unwrap_or(tick.local);
                add(tick.at, calendar.zone().moment(next));
            }
        }
    }
    free
}

/// The beginning of the grain that lies nearest: of a day, or of an hour.
pub fn nearest(zone: &Zone, moment: Moment, grain: i64) -> NaiveDateTime {
    let half = Moment(moment.0 + grain / 2);
    begin(if grain < 1440 { Unit::Hours(1) } else { Unit::Day }, zone.local(half.instant()))
}

/// The number of the week that holds the day, by ISO 8601.
pub fn week_of(local: NaiveDateTime) -> u32 {
    local.date().iso_week().week()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::WorkingHours;

    fn at(text: &str) -> Moment {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().into()
    }

    fn days(unit: Unit, from: &str, to: &str) -> Vec<String> {
        let ticks = ticks(unit, &Zone::default(), at(from), at(to));
        ticks.iter().map(|tick| tick.local.format("%m-%d %H").to_string()).collect()
    }

    #[test]
    fn steps_begin_where_the_unit_does() {
        assert_eq!(days(Unit::Week, "2026-11-25 10:00", "2026-12-08 00:00"), ["11-23 00", "11-30 00", "12-07 00"]);
        assert_eq!(days(Unit::Quarter, "2026-11-25 10:00", "2027-02-01 00:00"), ["10-01 00", "01-01 00"]);
        assert_eq!(days(Unit::Year, "2026-11-25 10:00", "2027-02-01 00:00"), ["01-01 00", "01-01 00"]);
        assert_eq!(days(Unit::Hours(6), "2026-11-25 10:00", "2026-11-25 19:00"), ["11-25 06", "11-25 12", "11-25 18"]);
        assert_eq!(days(Unit::Month, "2026-01-31 00:00", "2026-03-01 00:00"), ["01-01 00", "02-01 00"]);
    }

    #[test]
    fn a_day_of_23_hours_is_a_step_too() {
        let spring: chrono::DateTime<chrono::Utc> = "2026-03-29T01:00:00Z".parse().unwrap();
        let berlin = Zone { first: 3600, then: vec![(spring, 7200)], ..Zone::default() };
        let ticks = ticks(Unit::Day, &berlin, at("2026-03-28 12:00"), at("2026-03-31 00:00"));
        let hours: Vec<i64> = ticks.windows(2).map(|pair| (pair[1].at.0 - pair[0].at.0) / 60).collect();
        assert_eq!(hours, [24, 23, 24]);
    }

    #[test]
    fn moments_and_places_are_each_others_inverse() {
        let scale = Scale { origin: at("2026-11-23 00:00"), day: 12.0 };
        assert!((scale.x(at("2026-11-24 12:00")) - 18.0).abs() < 1e-9);
        assert_eq!(scale.moment(18.0), at("2026-11-24 12:00"));
        assert_eq!(zoom_near(10.0), Zoom::Week);
        assert_eq!(zoom_near(day_of(Zoom::Month)), Zoom::Month);
    }

    #[test]
    fn a_working_day_fills_its_day() {
        let calendar =
            Calendar::new(&WorkingHours::default(), &Zone::default(), at("2026-11-23 00:00").instant().date_naive());
        let calendar = calendar.unwrap();
        let scale = Scale { origin: at("2026-11-23 00:00"), day: 12.0 };
        let x = |text: &str| format!("{:.1}", scale.x_worked(&calendar, at(text)));
        assert_eq!([x("2026-11-24 09:00"), x("2026-11-24 18:00"), x("2026-11-24 14:00")], ["12.0", "24.0", "18.0"]);
        // A Saturday has no work to go by.
        assert_eq!(x("2026-11-28 12:00"), "66.0");
        let hours = Scale { day: 480.0, ..scale };
        assert!((hours.x_worked(&calendar, at("2026-11-23 12:00")) - 240.0).abs() < 1e-9);
    }

    #[test]
    fn weekends_and_nights_are_idle() {
        let calendar =
            Calendar::new(&WorkingHours::default(), &Zone::default(), at("2026-11-23 00:00").instant().date_naive());
        let calendar = calendar.unwrap();
        let [from, to] = ["2026-11-26 00:00", "2026-12-01 00:00"].map(at);
        assert_eq!(idle(&calendar, from, to, false), [(at("2026-11-28 00:00"), at("2026-11-30 00:00"))]);
        let friday = idle(&calendar, at("2026-11-27 08:00"), at("2026-11-27 20:00"), true);
        assert_eq!(friday.len(), 3);
        assert_eq!(friday[1], (at("2026-11-27 12:00"), at("2026-11-27 13:00")));
    }

    #[test]
    fn a_bar_is_put_on_whole_days_or_hours() {
        let zone = Zone::default();
        let told = |text: &str, grain| nearest(&zone, at(text), grain).format("%m-%d %H").to_string();
        assert_eq!(told("2026-11-25 13:00", 1440), "11-26 00");
        assert_eq!(told("2026-11-25 11:00", 1440), "11-25 00");
        assert_eq!(told("2026-11-25 11:40", 60), "11-25 12");
    }
}
