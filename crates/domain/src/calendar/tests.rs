use chrono::{NaiveTime, TimeDelta};
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A year with a short night in March and a long one in October.
fn berlin() -> Zone {
    let [spring, autumn] = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"].map(|text| text.parse().unwrap());
    Zone { first: 3600, then: vec![(spring, 7200), (autumn, 3600)], ..Zone::default() }
}

fn calendar(hours: &WorkingHours) -> Calendar {
    Calendar::new(hours, &berlin(), day("2026-06-01")).unwrap()
}

fn at(local: &str) -> Moment {
    berlin().moment(format!("{local}:00").parse().unwrap())
}

fn told(moment: Moment) -> String {
    berlin().local(moment.instant()).format("%Y-%m-%dT%H:%M").to_string()
}

#[test]
fn weekends_do_not_count() {
    // 2026-11-20 is a Friday.
    assert_eq!(working_days(day("2026-11-20"), day("2026-11-20")), 0);
    assert_eq!(working_days(day("2026-11-20"), day("2026-11-22")), 0);
    assert_eq!(working_days(day("2026-11-20"), day("2026-11-23")), 1);
    assert_eq!(working_days(day("2026-11-02"), day("2026-11-23")), 15);
    assert_eq!(working_days(day("2026-11-23"), day("2026-11-20")), 0);
}

#[test]
fn a_zone_changes_its_offset_at_the_instant() {
    let spring = "2026-03-29T01:00:00Z".parse().unwrap();
    let zone = Zone { first: 3600, then: vec![(spring, 7200)], ..Zone::default() };
    assert_eq!(zone.local(spring - chrono::Duration::seconds(1)).to_string(), "2026-03-29 01:59:59");
    assert_eq!(zone.local(spring).to_string(), "2026-03-29 03:00:00");
}

#[test]
fn a_clock_on_the_wall_tells_a_moment() {
    let check = |local: &str, expected: &str| {
        let moment = berlin().moment(local.parse().unwrap());
        assert_eq!(moment.instant().to_rfc3339(), expected, "{local}");
    };
    check("2026-03-29T01:59:00", "2026-03-29T00:59:00+00:00");
    check("2026-03-29T02:30:00", "2026-03-29T01:00:00+00:00");
    check("2026-03-29T03:00:00", "2026-03-29T01:00:00+00:00");
    check("2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00");
    check("2026-10-25T03:00:00", "2026-10-25T02:00:00+00:00");
}

#[test]
fn work_goes_on_after_pauses() {
    let holiday = Exception { first: day("2026-05-25"), last: day("2026-05-25"), shifts: Vec::new() };
    let calendar = calendar(&WorkingHours { exceptions: vec![holiday], ..WorkingHours::default() });
    let check = |from: &str, minutes: i64, expected: &str| {
        assert_eq!(told(calendar.add(at(from), minutes)), expected, "{from} {minutes:+}");
    };
    check("2026-05-21T09:00", 480, "2026-05-21T18:00");
    check("2026-05-21T08:00", 181, "2026-05-21T13:01");
    check("2026-05-21T09:00", 180, "2026-05-21T12:00");
    check("2026-05-22T13:00", 480, "2026-05-26T12:00");
    check("2026-05-26T12:00", -480, "2026-05-22T13:00");
    check("2026-05-25T12:00", -1, "2026-05-22T17:59");
    check("2026-05-25T12:00", 0, "2026-05-25T12:00");
    // Far beyond what is laid out.
    check("1971-01-04T09:00", 5 * 480, "1971-01-08T18:00");
    check("2150-01-05T09:00", -1, "2150-01-02T17:59");
    assert_eq!(calendar.minutes(at("2026-05-21T09:00"), at("2026-05-27T09:00")), 3 * 480);
    assert_eq!(calendar.minutes(at("2026-05-27T09:00"), at("2026-05-21T09:00")), -3 * 480);
    assert_eq!(calendar.minutes(at("2020-01-06T09:00"), at("2020-01-13T12:00")), 5 * 480 + 180);
    assert_eq!(told(calendar.next_start(at("2026-05-22T18:00"))), "2026-05-26T09:00");
    assert_eq!(told(calendar.last_end(at("2026-05-26T09:00"))), "2026-05-22T18:00");
}

#[test]
fn a_night_in_which_the_clock_is_changed_is_as_long_as_it_is() {
    let mut hours = WorkingHours::default();
    hours.week = std::array::from_fn(|_| vec![Shift::hours(0, 6), Shift::hours(22, 24)]);
    let calendar = calendar(&hours);
    let night = |from: &str, to: &str| calendar.minutes(at(from), at(to));
    assert_eq!(night("2026-03-27T22:00", "2026-03-28T06:00"), 480);
    assert_eq!(night("2026-03-28T22:00", "2026-03-29T06:00"), 420);
    assert_eq!(night("2026-10-24T22:00", "2026-10-25T06:00"), 540);
    assert_eq!(told(calendar.add(at("2026-03-28T22:00"), 480)), "2026-03-29T23:00");
}

#[test]
fn work_is_cut_into_its_stretches() {
    let calendar = calendar(&WorkingHours::default());
    let stretches: Vec<_> = calendar
        .stretches(at("2026-06-05T10:00"), at("2026-06-08T15:00"))
        .map(|(from, to)| format!("{} {}", told(from), told(to)))
        .collect();
    let expected = [
        "2026-06-05T10:00 2026-06-05T12:00",
        "2026-06-05T13:00 2026-06-05T18:00",
        "2026-06-08T09:00 2026-06-08T12:00",
        "2026-06-08T13:00 2026-06-08T15:00",
    ];
    assert_eq!(stretches, expected);
}

#[test]
fn without_exceptions_working_days_are_those_of_the_week() {
    let calendar = calendar(&WorkingHours::default());
    for (from, to) in [("2026-11-20", "2026-11-23"), ("1999-01-01", "2044-05-05"), ("2026-11-23", "2026-11-20")] {
        assert_eq!(calendar.working_days(day(from), day(to)), working_days(day(from), day(to)), "{from} {to}");
    }
    assert_eq!(calendar.after_working_days(day("2026-11-20"), 1), day("2026-11-23"));
    assert_eq!(calendar.after_working_days(day("2026-11-21"), 5), day("2026-11-27"));
    assert_eq!(calendar.after_working_days(day("2026-11-21"), 0), day("2026-11-21"));
    assert_eq!(calendar.after_working_days(day("2026-11-21"), u32::MAX), NaiveDate::MAX);
}

fn shifts() -> impl Strategy<Value = Vec<Shift>> {
    prop::collection::btree_set(0u16..=96, 0..5).prop_map(|quarters| {
        let minutes: Vec<u16> = quarters.into_iter().map(|quarter| quarter * 15).collect();
        minutes.chunks_exact(2).map(|pair| Shift { from: pair[0], to: pair[1] }).collect()
    })
}

fn hours() -> impl Strategy<Value = WorkingHours> {
    let exception = (0u64..500, 0u64..9, shifts()).prop_map(|(first, length, shifts)| {
        let first = day("2026-01-01") + chrono::Days::new(first);
        Exception { first, last: first + chrono::Days::new(length), shifts }
    });
    let week = prop::array::uniform7(shifts());
    (week, prop::collection::vec(exception, 0..8)).prop_map(|(mut week, exceptions)| {
        week[2].extend((week.iter().all(Vec::is_empty)).then_some(Shift::hours(9, 17)));
        WorkingHours { week, exceptions }
    })
}

/// Whether the minute that begins at the moment is worked.
fn worked(hours: &WorkingHours, moment: i64) -> bool {
    let day = berlin().day(Moment(moment).instant());
    let of_day = |minute: u16| berlin().moment(day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute.into())).0;
    hours.shifts(day).iter().any(|shift| (of_day(shift.from)..of_day(shift.to)).contains(&moment))
}

proptest! {
    #[test]
    fn counting_one_by_one_comes_to_the_same(hours in hours(), from in -400i64..900, length in 0i64..800) {
        let calendar = calendar(&hours);
        let from = at("2026-01-01T00:00").0 + from * 1440 + 435;
        let to = from + length * 15;
        let counted = (from..to).step_by(15).filter(|minute| worked(&hours, *minute)).count();
        let counted = i64::try_from(counted * 15).unwrap();
        prop_assert_eq!(calendar.minutes(Moment(from), Moment(to)), counted);
        if counted > 0 {
            let end = calendar.add(Moment(from), counted).0;
            prop_assert!(end <= to);
            prop_assert!(worked(&hours, end - 1));
            prop_assert_eq!(calendar.minutes(Moment(from), Moment(end)), counted);
            let start = calendar.add(Moment(to), -counted).0;
            prop_assert!(start >= from);
            prop_assert!(worked(&hours, start));
        }
    }

    #[test]
    fn places_and_moments_answer_each_other(hours in hours(), minute in -900_000i64..900_000) {
        let calendar = calendar(&hours);
        let moment = at("2026-06-01T00:00").0 + minute;
        let [ceil, floor] = [calendar.ceil(moment), calendar.floor(moment)];
        prop_assert!(calendar.moment(ceil) >= moment && calendar.moment(ceil - 1) < moment);
        prop_assert!(calendar.moment(floor) <= moment && calendar.moment(floor + 1) > moment);
        prop_assert_eq!(calendar.moment(ceil | 1), calendar.next_start(Moment(moment)).0);
    }

    #[test]
    fn days_are_counted_one_by_one(hours in hours(), from in -1500i64..4000, count in 1u32..300) {
        let calendar = calendar(&hours);
        let from = day("2025-01-01") + TimeDelta::days(from);
        let expected = from.iter_days().skip(1).filter(|day| !hours.shifts(*day).is_empty()).nth(count as usize - 1).unwrap();
        prop_assert_eq!(calendar.after_working_days(from, count), expected);
        prop_assert_eq!(calendar.working_days(from, expected), count);
        prop_assert!(calendar.is_working_day(expected));
    }
}
