//! Levelling, critical chain, fever chart and drift.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{by_hand::plan, *};

/// Each task needs all of the resource of its number here.
fn load(resources: &[u32]) -> Load {
    let demands = (0u32..).zip(resources).map(|(task, resource)| Demand { task, resource: *resource, amount: 100 });
    Load { demands: demands.collect(), capacities: vec![100; 10] }
}

/// That links hold, nothing is needed more than there is of it, and the edits of the proposal give its dates.
pub(super) fn fits(schedule: &Schedule, load: &Load, levelled: &Levelled) {
    let input = schedule.input();
    for link in input.links.iter().filter(|link| link.lag == Span::ZERO && link.kind == LinkKind::FinishStart) {
        let [from, to] = [link.from, link.to].map(|task| levelled.dates[task as usize]);
        let started = input.tasks[link.to as usize].progress != Progress::ToDo;
        assert!(started || from.finish <= to.start, "{link:?} {from:?} {to:?}");
    }
    for (resource, capacity) in (0u32..).zip(&load.capacities) {
        let mut steps: BTreeMap<Moment, i64> = BTreeMap::new();
        for demand in load.demands.iter().filter(|demand| demand.resource == resource && demand.amount <= *capacity) {
            let dates = levelled.dates[demand.task as usize];
            let is_open = input.tasks[demand.task as usize].progress == Progress::ToDo;
            if is_open && !levelled.too_much.contains(&demand.task) {
                *steps.entry(dates.start).or_default() += i64::from(demand.amount);
                *steps.entry(dates.finish).or_default() -= i64::from(demand.amount);
            }
        }
        let mut taken = 0;
        for step in steps.values() {
            taken += step;
            assert!(taken <= i64::from(*capacity));
        }
    }
    let mut carried_out = schedule.clone();
    carried_out.edit(&levelled.edits(schedule)).unwrap();
    for (task, dates) in (0u32..).zip(&levelled.dates) {
        assert_eq!(carried_out.planned_dates(task), *dates, "{task}");
    }
}

#[test]
fn one_person_does_one_thing_after_the_other() {
    let schedule = Schedule::new(plan(
        "
        A 2d
        B 3d
        C 1d A
        D 1d B
    ",
    ))
    .unwrap();
    let load = load(&[0, 0, 1, 1]);
    let levelled = schedule.level(&load);
    fits(&schedule, &load, &levelled);
    let told: Vec<_> =
        levelled.dates.iter().map(|dates| format!("{} {}", told(dates.start), told(dates.finish))).collect();
    // B, of which more hangs, goes first.
    let expected =
        ["06-04 09:00 06-05 18:00", "06-01 09:00 06-03 18:00", "06-08 09:00 06-08 18:00", "06-04 09:00 06-04 18:00"];
    assert_eq!(told, expected);
    assert_eq!((levelled.moved, levelled.too_much), (vec![0, 2], vec![]));
    // Nobody can give more than all.
    let load = Load { demands: vec![Demand { task: 1, resource: 0, amount: 101 }], ..load };
    assert_eq!(schedule.level(&load).too_much, [1]);
}

#[test]
fn the_chain_follows_links_and_people_and_buffers_are_roots_of_squares() {
    let input = plan(
        "
        A 2d
        B 3d
        C 2d A
        D 1d C, B
        E 1d
        F 1d E, D
    ",
    );
    let schedule = Schedule::new(input).unwrap();
    // A and B are one person's.
    let load = load(&[0, 0, 1, 2, 3, 4]);
    let safe: Vec<i32> = [5, 7, 2, 1, 4, 1].map(|days| days * 480).to_vec();
    let chain = schedule.critical_chain(&load, &safe);
    // By links alone it would be A, C, D, F.
    assert_eq!(chain.tasks, [0, 1, 3, 5]);
    // Of 3 and 4 days.
    assert_eq!(chain.buffer, 5 * 480);
    assert_eq!((told(chain.end), told(chain.promised)), ("06-09 18:00".to_owned(), "06-16 18:00".to_owned()));
    let feeding = [
        Feeding { tasks: vec![2], into: 3, buffer: 0, room: 480 },
        Feeding { tasks: vec![4], into: 5, buffer: 3 * 480, room: 5 * 480 },
    ];
    assert_eq!(chain.feeding, feeding);
}

#[test]
fn the_fever_chart_tells_how_much_of_the_buffer_the_chain_has_cost() {
    let mut schedule = Schedule::new(plan(
        "
        A 5d
        B 5d A
    ",
    ))
    .unwrap();
    let safe = [8, 9].map(|days| days * 480);
    let chain = schedule.critical_chain(&Load::default(), &safe);
    assert_eq!((chain.tasks.as_slice(), chain.buffer), ([0, 1].as_slice(), 5 * 480));
    let check = |schedule: &Schedule, completed: f64, consumed: f64, zone: FeverZone| {
        let fever = chain.fever(schedule, &FeverLines::default());
        assert!((fever.completed - completed).abs() < 1e-9 && (fever.consumed - consumed).abs() < 1e-9, "{fever:?}");
        assert_eq!(fever.zone, zone);
    };
    check(&schedule, 0.0, 0.0, FeverZone::Green);
    let mut done = |task: u32, start: &str, finish: &str| {
        let with = schedule.input().tasks[task as usize];
        let progress = Progress::Finished { start: at(start), finish: at(finish) };
        schedule.edit(&[(task, Task { progress, ..with })]).unwrap();
        schedule.clone()
    };
    // Three days late of five, with half of the chain done.
    check(&done(0, "2026-06-01 09:00", "2026-06-10 18:00"), 0.5, 0.6, FeverZone::Amber);
    check(&done(0, "2026-06-01 09:00", "2026-06-12 18:00"), 0.5, 1.0, FeverZone::Red);
    done(0, "2026-06-01 09:00", "2026-06-04 18:00");
    check(&done(1, "2026-06-05 09:00", "2026-06-11 18:00"), 1.0, -0.2, FeverZone::Green);
}

#[test]
fn drift_is_told_in_working_time() {
    let mut schedule = Schedule::new(plan(
        "
        A 2d
        B 4d A
    ",
    ))
    .unwrap();
    let agreed = [0, 1].map(|task| schedule.planned_dates(task));
    let longer = Task::new(days(3));
    schedule.edit(&[(0, longer)]).unwrap();
    let drift = [0, 1].map(|task| schedule.drift(task, agreed[task as usize]));
    assert_eq!(drift, [Drift { start: 0, finish: 480 }, Drift { start: 480, finish: 480 }]);
}

#[test]
fn workload_is_told_by_week_against_capacity() {
    let mut input = plan(
        "
        A 8d
        B 5d
        C 2d A
    ",
    );
    input.tasks[1].duration = Span::Elapsed(3 * 1440);
    let schedule = Schedule::new(input).unwrap();
    let amounts = [(0, 0, 100), (1, 0, 50), (2, 1, 100)];
    let demands = amounts.map(|(task, resource, amount)| Demand { task, resource, amount });
    let load = Load { capacities: vec![100, 50], demands: demands.to_vec() };
    let borders: Vec<Moment> = ["2026-06-01 00:00", "2026-06-08 00:00", "2026-06-15 00:00"].map(at).to_vec();
    let told = |taken: i64, capacity: i64| Workload { taken: taken * 480, capacity: capacity * 240 };
    // A's week, and half of the three days of B.
    let first = Workload { taken: 5 * 480 + 3 * 240, ..told(0, 10) };
    assert_eq!(schedule.workload(&load, &[0, 0], &borders), [[first, told(3, 10)], [told(0, 5), told(2, 5)]]);
}

proptest! {
    #[test]
    fn levelled_plans_fit_and_are_no_shorter(
        input in properties::plan(false),
        needs in prop::collection::vec((any::<u32>(), 0u32..3, 1u32..110), 0..30),
    ) {
        let mut input = input;
        let count = u32::try_from(input.tasks.len()).unwrap();
        for task in &mut input.tasks {
            // What has begun stands, whoever was to do it.
            task.progress = Progress::ToDo;
            task.constraint = if task.constraint == Constraint::Alap { Constraint::Asap } else { task.constraint };
        }
        // The proposal stands for a start no earlier, in place of a finish no earlier.
        for task in &mut input.tasks {
            if let Constraint::FinishNoEarlier(moment) = task.constraint {
                task.constraint = Constraint::StartNoEarlier(moment);
            }
        }
        let demands: Vec<Demand> =
            needs.iter().map(|(task, resource, amount)| Demand { task: task % count, resource: *resource, amount: *amount }).collect();
        let mut seen = std::collections::BTreeSet::new();
        let demands = demands.into_iter().filter(|demand| seen.insert((demand.task, demand.resource))).collect();
        let load = Load { capacities: vec![100; 3], demands };
        let schedule = Schedule::new(input).unwrap();
        let levelled = schedule.level(&load);
        fits(&schedule, &load, &levelled);
        prop_assert!(levelled.end >= schedule.end());
        // Without anything to share, nothing moves.
        let alone = schedule.level(&Load::default());
        prop_assert!(alone.moved.is_empty() && alone.end == schedule.end());
        let chain = schedule.critical_chain(&load, &[]);
        prop_assert_eq!(chain.end, levelled.end);
    }
}
