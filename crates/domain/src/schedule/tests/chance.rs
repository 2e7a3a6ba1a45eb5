//! Simulation with a seed.

use super::{by_hand::plan, *};

fn estimate(task: u32, [least, likely, most]: [i32; 3]) -> Estimate {
    Estimate { task, least: least * 480, likely: likely * 480, most: most * 480 }
}

#[test]
fn a_task_is_as_critical_as_often_as_it_decides_the_end() {
    let mut input = plan(
        "
        A 4d
        B 4d
        C 1d A, B
        group 0d
        D 1d
    ",
    );
    input.tasks[4].parent = Some(3);
    let schedule = Schedule::new(input).unwrap();
    let estimates = [estimate(0, [2, 4, 6]), estimate(1, [2, 4, 6])];
    for spread in [Spread::Triangular, Spread::Pert] {
        let result = schedule.simulate(&estimates, spread, 4000, 7);
        let [a, b, c, group, d] = result.criticality[..] else { panic!() };
        assert!((0.48..0.52).contains(&a) && (0.48..0.52).contains(&b) && a + b >= 1.0, "{a} {b}");
        assert!(c > 0.999 && group < 0.001 && d < 0.001);
        assert_eq!(result.ends.len(), 4000);
        assert!(result.end(0.1) < result.end(0.5) && result.end(0.5) < result.end(0.9));
        assert_eq!((result.end(0.0), result.end(1.0)), (result.ends.first().copied(), result.ends.last().copied()));
        assert_eq!(schedule.simulate(&estimates, spread, 4000, 7), result, "one seed, one result");
        assert_ne!(schedule.simulate(&estimates, spread, 4000, 8), result);
    }
}

#[test]
fn drawn_durations_have_the_mean_and_the_spread_of_their_distribution() {
    let input = plan("A 1000d");
    let schedule = Schedule::new(input).unwrap();
    let check = |spread: Spread, [least, likely, most]: [i32; 3], mean: f64, deviation: f64| {
        let result = schedule.simulate(&[estimate(0, [least, likely, most])], spread, MAX_RUNS, 1);
        let calendar = &schedule.input().calendars[0];
        let lengths: Vec<f64> = result
            .ends
            .iter()
            .map(|end| f64::from(i32::try_from(calendar.minutes(monday(), *end)).unwrap()) / 480.0)
            .collect();
        let count = f64::from(MAX_RUNS);
        let found = lengths.iter().sum::<f64>() / count;
        let spread_found = (lengths.iter().map(|length| (length - found).powi(2)).sum::<f64>() / count).sqrt();
        assert!((found - mean).abs() < mean * 0.01, "{spread:?} {likely}: mean {found}, not {mean}");
        assert!(
            (spread_found - deviation).abs() < deviation * 0.03,
            "{spread:?} {likely}: {spread_found}, not {deviation}"
        );
        assert!(lengths.iter().all(|length| (f64::from(least)..=f64::from(most)).contains(length)));
    };
    let triangular = |[a, c, b]: [f64; 3]| ((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0).sqrt();
    // Of a beta distribution with exponents that add up to six.
    let pert = |[a, c, b]: [f64; 3]| {
        let mean = (a + 4.0 * c + b) / 6.0;
        ((mean - a) * (b - mean) / 7.0).sqrt()
    };
    for likely in [100, 200, 350, 400, 500] {
        let three = [100.0, f64::from(likely), 500.0];
        check(Spread::Triangular, [100, likely, 500], three.iter().sum::<f64>() / 3.0, triangular(three));
        check(Spread::Pert, [100, likely, 500], (100.0 + 4.0 * three[1] + 500.0) / 6.0, pert(three));
    }
}

#[test]
fn what_has_happened_is_not_drawn() {
    let mut input = plan(
        "
        A 4d
        B 4d A
    ",
    );
    input.tasks[0].progress = Progress::Finished { start: monday(), finish: at("2026-06-05 18:00") };
    input.tasks[1].progress = Progress::started(at("2026-06-08 09:00"), days(4), 50);
    let schedule = Schedule::new(input).unwrap();
    let estimates = [estimate(0, [2, 4, 60]), estimate(1, [4, 4, 8])];
    let result = schedule.simulate(&estimates, Spread::Triangular, 500, 3);
    // Half of B is done; of the other half, two to four days.
    assert!(result.end(0.0) >= Some(at("2026-06-11 18:00")) && result.end(1.0) <= Some(at("2026-06-15 18:00")));
    assert!(result.criticality[0] < 0.001 && result.criticality[1] > 0.999);
}
