//! Small plans reckoned by hand.

use super::*;
use crate::calendar::Shift;

/// A plan written as lines: a name, a duration, and what it waits for: `C 2d A FS+1d, B SS`. Durations and lags are in
/// working days (`d`), working hours (`h`) or hours on the clock (`eh`).
pub(super) fn plan(text: &str) -> Input {
    let mut input = Input::new(monday(), usual());
    let mut names = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.splitn(3, ' ');
        let [name, duration, waits] = [(); 3].map(|()| words.next().unwrap_or_default());
        names.push(name.to_owned());
        let number = u32::try_from(input.tasks.len()).unwrap();
        input.tasks.push(Task::new(span(duration)));
        for wait in waits.split(", ").filter(|wait| !wait.is_empty()) {
            let (from, rest) = wait.split_once(' ').unwrap_or((wait, "FS"));
            let from = names.iter().position(|name| name == from).unwrap();
            let (kind, lag) = rest.split_at(2);
            let kind = match kind {
                "FS" => LinkKind::FinishStart,
                "SS" => LinkKind::StartStart,
                "FF" => LinkKind::FinishFinish,
                _ => LinkKind::StartFinish,
            };
            let lag = if lag.is_empty() { Span::ZERO } else { span(lag) };
            let from = u32::try_from(from).unwrap();
            input.links.push(Link { kind, lag, ..Link::new(from, number) });
        }
    }
    input
}

fn span(text: &str) -> Span {
    let unit = text.trim_start_matches(['+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let count: i32 = text[..text.len() - unit.len()].parse().unwrap();
    match unit {
        "eh" => Span::Elapsed(count * 60),
        "h" => Span::Work(count * 60),
        _ => days(count),
    }
}

fn reckoned(input: &Input) -> Schedule {
    Schedule::new(input.clone()).unwrap()
}

/// Each task's dates, total and free float in hours, and whether it is critical.
fn check(input: &Input, expected: &[&str]) {
    let schedule = reckoned(input);
    let rows = (0..u32::try_from(input.tasks.len()).unwrap()).map(|task| {
        let row = schedule.row(task);
        let float = |minutes: i64| {
            assert_eq!(minutes % 60, 0);
            format!("{}h", minutes / 60)
        };
        let critical = if row.criticality == Criticality::Critical { " critical" } else { "" };
        let [start, finish] = [row.planned.start, row.planned.finish].map(told);
        format!("{start} - {finish} {} {}{critical}", float(row.total_float), float(row.free_float))
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}

#[test]
fn the_longest_chain_is_critical_and_the_rest_has_float() {
    let input = plan(
        "
        A 3d
        B 2d A
        C 1d A
        D 0d B, C
    ",
    );
    check(
        &input,
        &[
            "06-01 09:00 - 06-03 18:00 0h 0h critical",
            "06-04 09:00 - 06-05 18:00 0h 0h critical",
            "06-04 09:00 - 06-04 18:00 8h 8h",
            "06-05 18:00 - 06-05 18:00 0h 0h critical",
        ],
    );
    let schedule = reckoned(&input);
    assert_eq!(schedule.row(3).driver, Some(2), "B and not C decides when D is");
    assert_eq!(schedule.row(0).driver, None);
    assert_eq!(schedule.critical(), [0, 1, 3]);
}

#[test]
fn all_kinds_of_links_lead_and_lag() {
    check(
        &plan(
            "
        A 2d
        B 1d A SS+1d
        C 1d A FF
        D 1d A SF+3d
        E 2d A FS-1d
        F 1d A FS+24eh
        G 1d A FS+1d
    ",
        ),
        &[
            "06-01 09:00 - 06-02 18:00 0h 0h critical",
            "06-02 09:00 - 06-02 18:00 16h 16h",
            "06-02 09:00 - 06-02 18:00 16h 16h",
            "06-03 09:00 - 06-03 18:00 8h 8h",
            "06-02 09:00 - 06-03 18:00 8h 8h",
            "06-04 09:00 - 06-04 18:00 0h 0h critical",
            "06-04 09:00 - 06-04 18:00 0h 0h critical",
        ],
    );
}

#[test]
fn elapsed_time_runs_at_night_and_at_the_weekend() {
    check(
        &plan(
            "
        paint 1d
        dry 96eh paint
        hang 2h dry
    ",
        ),
        &[
            // Dry on Monday morning is soon enough: the weekend is float.
            "06-01 09:00 - 06-01 18:00 16h 0h",
            "06-01 18:00 - 06-05 18:00 63h 63h",
            "06-08 09:00 - 06-08 11:00 0h 0h critical",
        ],
    );
}

#[test]
fn each_task_is_worked_in_its_own_hours() {
    let mut input = plan(
        "
        A 1d
        B 1d A
        C 4h B
    ",
    );
    let week = std::array::from_fn(|day| if day < 6 { vec![Shift::hours(8, 12)] } else { Vec::new() });
    let mornings = WorkingHours { week, exceptions: Vec::new() };
    input.calendars.push(laid_out(&mornings));
    input.tasks[1].calendar = 1;
    input.tasks[1].duration = Span::Work(20 * 60);
    check(
        &input,
        &[
            "06-01 09:00 - 06-01 18:00 0h 0h critical",
            // On Monday, B's day begins an hour before that of C.
            "06-02 08:00 - 06-06 12:00 1h 1h",
            "06-08 09:00 - 06-08 14:00 0h 0h critical",
        ],
    );
}

#[test]
fn dates_that_links_do_not_allow_show_as_float_below_zero() {
    let mut input = plan(
        "
        A 3d
        B 2d A
    ",
    );
    input.tasks[1].deadline = Some(at("2026-06-04 18:00"));
    check(&input, &["06-01 09:00 - 06-03 18:00 -8h 0h critical", "06-04 09:00 - 06-05 18:00 -8h 0h critical"]);
    input.tasks[1].deadline = None;
    for constraint in [Constraint::StartOn(at("2026-06-03 09:00")), Constraint::StartNoLater(at("2026-06-03 09:00"))] {
        input.tasks[1].constraint = constraint;
        check(&input, &["06-01 09:00 - 06-03 18:00 -8h 0h critical", "06-04 09:00 - 06-05 18:00 -8h 0h critical"]);
    }
    input.tasks[1].constraint = Constraint::StartNoEarlier(at("2026-06-05 09:00"));
    check(&input, &["06-01 09:00 - 06-03 18:00 8h 8h", "06-05 09:00 - 06-08 18:00 0h 0h critical"]);
    input.tasks[1].constraint = Constraint::FinishOn(at("2026-06-09 18:00"));
    check(&input, &["06-01 09:00 - 06-03 18:00 16h 16h", "06-08 09:00 - 06-09 18:00 0h 0h critical"]);
}

#[test]
fn as_late_as_possible_moves_nothing_else() {
    let mut input = plan(
        "
        A 5d
        B 1d
        C 1d B
        D 1d A, C
    ",
    );
    input.tasks[1].constraint = Constraint::Alap;
    input.tasks[2].constraint = Constraint::Alap;
    check(
        &input,
        &[
            "06-01 09:00 - 06-05 18:00 0h 0h critical",
            "06-04 09:00 - 06-04 18:00 24h 0h",
            "06-05 09:00 - 06-05 18:00 24h 0h",
            "06-08 09:00 - 06-08 18:00 0h 0h critical",
        ],
    );
}

#[test]
fn what_has_happened_stands_and_the_rest_goes_on_from_it() {
    let mut input = plan(
        "
        A 2d
        B 4d A
        C 1d B
    ",
    );
    input.tasks[0].progress = Progress::Finished { start: at("2026-06-01 09:00"), finish: at("2026-06-03 12:00") };
    input.tasks[1].progress = Progress::started(at("2026-06-03 13:00"), days(4), 25);
    check(
        &input,
        &[
            "06-01 09:00 - 06-03 12:00 0h 0h",
            "06-03 13:00 - 06-09 12:00 0h 0h critical",
            "06-09 13:00 - 06-10 12:00 0h 0h critical",
        ],
    );
    // By then, all but a quarter should have been done: it still has to be.
    input.status = Some(at("2026-06-09 12:00"));
    check(
        &input,
        &[
            "06-01 09:00 - 06-03 12:00 0h 0h",
            "06-03 13:00 - 06-12 12:00 0h 0h critical",
            "06-12 13:00 - 06-15 12:00 0h 0h critical",
        ],
    );
}

#[test]
fn a_group_is_as_long_as_what_lies_in_it_and_links_hold_all_of_it() {
    let mut input = plan(
        "
        A 1d
        phase 0d A
        B 2d
        C 3d
        D 1d phase
    ",
    );
    input.tasks[2].parent = Some(1);
    input.tasks[3].parent = Some(1);
    check(
        &input,
        &[
            "06-01 09:00 - 06-01 18:00 0h 0h critical",
            "06-02 09:00 - 06-04 18:00 0h 0h critical",
            "06-02 09:00 - 06-03 18:00 8h 8h",
            "06-02 09:00 - 06-04 18:00 0h 0h critical",
            "06-05 09:00 - 06-05 18:00 0h 0h critical",
        ],
    );
    let schedule = reckoned(&input);
    assert_eq!([2, 3, 4].map(|task| schedule.row(task).driver), [Some(0), Some(0), Some(1)]);
    // Waiting for the group that one lies in is waiting for oneself.
    input.links.push(Link::new(1, 3));
    assert_eq!(Schedule::new(input).unwrap_err(), Flaw::Cycle(vec![1, 3]));
}

#[test]
fn nearly_critical_is_what_the_plan_says() {
    let mut input = plan(
        "
        A 5d
        B 4d
        C 3d
    ",
    );
    input.near = 480;
    let schedule = reckoned(&input);
    let expected = [Criticality::Critical, Criticality::Near, Criticality::None];
    assert_eq!([0, 1, 2].map(|task| schedule.row(task).criticality), expected);
    input.end = Some(at("2026-06-08 18:00"));
    let schedule = reckoned(&input);
    assert_eq!([0, 1, 2].map(|task| schedule.row(task).total_float), [480, 960, 1440]);
}

#[test]
fn cycles_are_refused_by_name() {
    let mut input = plan(
        "
        A 1d
        B 1d A
        C 1d B SS
        D 1d C
        E 1d D
    ",
    );
    input.links.push(Link { kind: LinkKind::FinishFinish, ..Link::new(3, 1) });
    assert_eq!(Schedule::new(input.clone()).unwrap_err(), Flaw::Cycle(vec![1, 2, 3]));
    input.links.pop();
    let mut schedule = reckoned(&input);
    let mut links = input.links.clone();
    links.push(Link::new(2, 2));
    assert_eq!(schedule.relink(links), Err(Flaw::Cycle(vec![2])));
    assert_eq!(schedule.input().links, input.links, "a refused edit leaves all as it was");
    input.tasks[0].parent = Some(1);
    input.tasks[1].parent = Some(0);
    assert_eq!(Schedule::new(input).unwrap_err(), Flaw::Nesting(vec![0, 1]));
}

#[test]
fn maximal_lags_pull_the_predecessor_and_contradict_by_name() {
    let mut input = plan(
        "
        mix 1d
        stir 4d
        pour 1d mix, stir
    ",
    );
    // Poured within a day of being mixed.
    input.links.push(Link { bound: Bound::AtMost, lag: days(1), ..Link::new(0, 2) });
    check(
        &input,
        &[
            "06-03 09:00 - 06-03 18:00 8h 8h",
            "06-01 09:00 - 06-04 18:00 0h 0h critical",
            "06-05 09:00 - 06-05 18:00 0h 0h critical",
        ],
    );
    input.links[0].lag = days(2);
    assert_eq!(Schedule::new(input).unwrap_err(), Flaw::Contradiction(vec![0, 2]));
}

#[test]
fn what_cannot_be_is_refused() {
    let flaw = |change: fn(&mut Input)| {
        let mut input = plan(
            "
            A 1d
            B 1d A
            C 1d
        ",
        );
        change(&mut input);
        Schedule::new(input).map(|_| ()).unwrap_err()
    };
    assert_eq!(flaw(|input| input.tasks[1].parent = Some(9)), Flaw::UnknownInTask(1));
    assert_eq!(flaw(|input| input.tasks[1].calendar = 1), Flaw::UnknownInTask(1));
    assert_eq!(flaw(|input| input.links[0].to = 3), Flaw::UnknownInLink(0));
    assert_eq!(flaw(|input| input.tasks[1].duration = Span::Work(-1)), Flaw::Duration(1));
    assert_eq!(
        flaw(|input| input.tasks[1].progress = Progress::Started { start: monday(), remaining: 481 }),
        Flaw::Duration(1)
    );
    assert_eq!(flaw(|input| input.start = Moment(i64::MAX)), Flaw::PlanDate);
    assert_eq!(flaw(|input| input.tasks[2].deadline = Some(Moment(i64::MIN))), Flaw::Date(2));
    assert_eq!(
        flaw(|input| input.tasks[2].progress = Progress::Finished { start: monday(), finish: Moment(0) }),
        Flaw::Date(2)
    );
    assert_eq!(flaw(|input| input.links[0].lag = Span::Elapsed(i32::MIN)), Flaw::Lag(0));
    assert_eq!(
        flaw(|input| {
            input.tasks[2].parent = Some(1);
            input.links[0].kind = LinkKind::FinishFinish;
        }),
        Flaw::GroupLink(0)
    );
    assert_eq!(
        flaw(|input| {
            input.tasks[2].parent = Some(1);
            input.tasks[1].constraint = Constraint::Alap;
        }),
        Flaw::GroupConstraint(1)
    );
}
