//! What holds of any plan.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::calendar::{Exception, Shift};

/// The usual hours; long days, Saturdays and a holiday; nights.
static CALENDARS: LazyLock<Vec<Arc<Calendar>>> = LazyLock::new(|| {
    let week = |shifts: &[Shift], days: usize| {
        std::array::from_fn(|day| if day < days { shifts.to_vec() } else { Vec::new() })
    };
    let holiday = |first: &str, last: &str| {
        vec![Exception { first: first.parse().unwrap(), last: last.parse().unwrap(), shifts: Vec::new() }]
    };
    let long = WorkingHours { week: week(&[Shift::hours(8, 20)], 6), exceptions: holiday("2026-06-03", "2026-06-05") };
    let nights = WorkingHours {
        week: week(&[Shift::hours(0, 6), Shift::hours(22, 24)], 7),
        exceptions: holiday("2026-06-10", "2026-06-10"),
    };
    vec![usual(), laid_out(&long), laid_out(&nights)]
});

fn moment() -> impl Strategy<Value = Moment> {
    (-2i64..40, 0i64..96).prop_map(|(day, quarter)| Moment(monday().0 + day * 1440 + quarter * 15))
}

fn constraint() -> impl Strategy<Value = Constraint> {
    prop_oneof![
        12 => Just(Constraint::Asap),
        1 => Just(Constraint::Alap),
        2 => moment().prop_map(Constraint::StartNoEarlier),
        1 => moment().prop_map(Constraint::FinishNoEarlier),
    ]
}

/// Constraints that take float away.
fn cap() -> impl Strategy<Value = Constraint> {
    prop_oneof![
        moment().prop_map(Constraint::StartOn),
        moment().prop_map(Constraint::FinishOn),
        moment().prop_map(Constraint::StartNoLater),
        moment().prop_map(Constraint::FinishNoLater),
    ]
}

fn progress(duration: Span) -> impl Strategy<Value = Progress> {
    let finished = (moment(), 0i64..4000)
        .prop_map(|(start, length)| Progress::Finished { start, finish: Moment(start.0 + length) });
    prop_oneof![
        10 => Just(Progress::ToDo),
        1 => (moment(), 0u8..=100).prop_map(move |(start, percent)| Progress::started(start, duration, percent)),
        1 => finished,
    ]
}

fn length() -> impl Strategy<Value = Span> {
    prop_oneof![
        1 => Just(Span::ZERO),
        6 => (1i32..40).prop_map(|hours| Span::Work(hours * 45)),
        1 => (1i32..40).prop_map(|hours| Span::Elapsed(hours * 60)),
    ]
}

fn task(caps: bool) -> impl Strategy<Value = Task> {
    let constraint = if caps { prop_oneof![4 => constraint(), 1 => cap()].boxed() } else { constraint().boxed() };
    let deadline = prop::option::weighted(0.1, moment()).prop_map(move |deadline| deadline.filter(|_| caps));
    (length(), 0u16..3, constraint, deadline).prop_flat_map(|(duration, calendar, constraint, deadline)| {
        progress(duration).prop_map(move |progress| Task {
            parent: None,
            calendar,
            duration,
            constraint,
            deadline,
            progress,
        })
    })
}

fn lag() -> impl Strategy<Value = Span> {
    prop_oneof![
        4 => Just(Span::ZERO),
        2 => (-20i32..40).prop_map(|hours| Span::Work(hours * 45)),
        1 => (-20i32..40).prop_map(|hours| Span::Elapsed(hours * 60)),
    ]
}

fn kind() -> impl Strategy<Value = LinkKind> {
    prop_oneof![
        4 => Just(LinkKind::FinishStart),
        1 => Just(LinkKind::StartStart),
        1 => Just(LinkKind::FinishFinish),
        1 => Just(LinkKind::StartFinish),
    ]
}

/// Plans without groups and maximal lags, most links from a task to a later one, so that few are refused.
pub(super) fn plan(caps: bool) -> impl Strategy<Value = Input> {
    let tasks = prop::collection::vec(task(caps), 1..20);
    let links = prop::collection::vec((any::<u32>(), any::<u32>(), kind(), lag()), 0..30);
    (tasks, links, prop::option::of(moment())).prop_map(|(tasks, links, status)| {
        let count = u32::try_from(tasks.len()).unwrap();
        let links = links.into_iter().filter_map(|(from, to, kind, lag)| {
            let (from, to) = (from % count, to % count);
            (from < to).then_some(Link { kind, lag, ..Link::new(from, to) })
        });
        let links = links.collect();
        Input { status, calendars: CALENDARS.clone(), tasks, links, ..Input::new(monday(), CALENDARS[0].clone()) }
    })
}

/// As [`plan`], with groups, and links that they allow.
fn nested() -> impl Strategy<Value = Input> {
    (plan(true), prop::collection::vec(prop::option::weighted(0.5, any::<u32>()), 20)).prop_map(
        |(mut input, parents)| {
            let mut groups = vec![false; input.tasks.len()];
            for (at, parent) in parents.iter().enumerate().take(input.tasks.len()).skip(1) {
                let parent = parent.map(|parent| parent % u32::try_from(at).unwrap());
                input.tasks[at].parent = parent;
                if let Some(parent) = parent {
                    groups[parent as usize] = true;
                }
            }
            for (task, is_group) in input.tasks.iter_mut().zip(&groups) {
                if *is_group {
                    task.constraint = match task.constraint {
                        free @ (Constraint::StartNoEarlier(_) | Constraint::FinishNoLater(_)) => free,
                        _ => Constraint::Asap,
                    };
                }
            }
            for link in &mut input.links {
                if groups[link.from as usize] || groups[link.to as usize] {
                    link.kind = LinkKind::FinishStart;
                }
            }
            input
        },
    )
}

fn leaves(input: &Input) -> Vec<u32> {
    let group = |task: u32| input.tasks.iter().any(|other| other.parent == Some(task));
    (0..u32::try_from(input.tasks.len()).unwrap()).filter(|task| !group(*task)).collect()
}

/// Whether the dates hold the link, reckoned on moments and not on places.
fn holds(input: &Input, link: &Link, from: Dates, to: Dates) -> bool {
    let (first, second) = match link.kind {
        LinkKind::FinishStart => (from.finish, to.start),
        LinkKind::StartStart => (from.start, to.start),
        LinkKind::FinishFinish => (from.finish, to.finish),
        LinkKind::StartFinish => (from.start, to.finish),
    };
    let task = &input.tasks[link.to as usize];
    let calendar = &input.calendars[usize::from(task.calendar)];
    let passed = match link.lag {
        Span::Elapsed(minutes) => second.0 - (first.0 + i64::from(minutes)),
        Span::Work(0) => second.0 - first.0,
        Span::Work(minutes) => calendar.minutes(first, second) - i64::from(minutes),
    };
    // Between an evening and the morning after nothing is worked: what ends in the evening may as well end then.
    let idle = matches!(link.kind, LinkKind::FinishFinish | LinkKind::StartFinish)
        && calendar.minutes(second, Moment(second.0 - passed)) == 0;
    passed >= 0 || idle
}

fn is_to_do(input: &Input, task: u32) -> bool {
    input.tasks[task as usize].progress == Progress::ToDo
}

/// Everything that is told.
fn rows(schedule: &Schedule) -> (Vec<Row>, Vec<Link>, Moment) {
    let count = u32::try_from(schedule.input().tasks.len()).unwrap();
    let rows = (0..count).map(|task| schedule.row(task)).collect();
    (rows, schedule.input().links.clone(), schedule.end())
}

/// Everything that was reckoned.
fn state(schedule: &Schedule) -> impl PartialEq + std::fmt::Debug + use<> {
    (rows(schedule), schedule.early.clone(), schedule.late.clone(), schedule.alap.clone())
}

/// With the task held back until then.
fn held(schedule: &Schedule, task: u32, start: Moment) -> Schedule {
    let mut held = schedule.clone();
    let with = Task { constraint: Constraint::StartNoEarlier(start), ..schedule.input().tasks[task as usize] };
    held.edit(&[(task, with)]).unwrap();
    held
}

fn own_calendar(schedule: &Schedule, task: u32) -> &Calendar {
    schedule.network.calendar(schedule.node(task))
}

proptest! {
    #[test]
    fn no_task_lies_where_its_links_and_constraints_do_not_allow(input in plan(true)) {
        let schedule = Schedule::new(input.clone()).unwrap();
        for link in &input.links {
            // What has happened has happened.
            if is_to_do(&input, link.to) {
                let [from, to] = [link.from, link.to].map(|task| schedule.row(task));
                prop_assert!(holds(&input, link, from.early, to.early), "{:?} {:?} {:?}", link, from.early, to.early);
                prop_assert!(holds(&input, link, from.planned, to.planned), "{:?} {:?} {:?}", link, from.planned, to.planned);
            }
        }
        for (number, task) in (0u32..).zip(&input.tasks).filter(|(_, task)| task.progress == Progress::ToDo) {
            let row = schedule.row(number);
            let calendar = own_calendar(&schedule, number);
            prop_assert_eq!(calendar.minutes(row.early.start, row.early.finish), i64::from(task.duration.minutes()));
            prop_assert!(row.early.start >= input.start.max(input.status.unwrap_or(input.start)));
            if let Constraint::StartNoEarlier(moment) | Constraint::StartOn(moment) = task.constraint {
                prop_assert!(row.early.start >= moment);
            }
            if let Constraint::FinishNoEarlier(moment) | Constraint::FinishOn(moment) = task.constraint {
                prop_assert!(calendar.minutes(row.early.finish, moment) <= 0);
            }
            prop_assert!(row.planned.start >= row.early.start && row.planned.finish <= schedule.end());
        }
    }

    #[test]
    fn the_latest_dates_keep_links_and_caps_too(input in plan(true)) {
        let schedule = Schedule::new(input.clone()).unwrap();
        for link in input.links.iter().filter(|link| is_to_do(&input, link.from) && is_to_do(&input, link.to)) {
            let [from, to] = [link.from, link.to].map(|task| schedule.row(task).late);
            prop_assert!(holds(&input, link, from, to), "{:?} {:?} {:?}", link, from, to);
        }
        for (number, task) in (0u32..).zip(&input.tasks).filter(|(_, task)| task.progress == Progress::ToDo) {
            let row = schedule.row(number);
            prop_assert!(task.deadline.is_none_or(|deadline| row.late.finish <= deadline));
            if let Constraint::StartNoLater(moment) | Constraint::StartOn(moment) = task.constraint {
                prop_assert!(row.late.start <= moment);
            }
            if let Constraint::FinishNoLater(moment) | Constraint::FinishOn(moment) = task.constraint {
                prop_assert!(row.late.finish <= moment);
            }
        }
    }

    #[test]
    fn float_is_how_far_a_task_may_slip_and_no_minute_less(input in plan(false), at in any::<prop::sample::Index>()) {
        let schedule = Schedule::new(input.clone()).unwrap();
        let open: Vec<u32> = leaves(&input).into_iter().filter(|task| is_to_do(&input, *task)).collect();
        prop_assume!(!open.is_empty());
        let task = open[at.index(open.len())];
        let row = schedule.row(task);
        let calendar = own_calendar(&schedule, task);
        prop_assert!(row.total_float >= 0);
        prop_assert_eq!(held(&schedule, task, row.late.start).end(), schedule.end());
        prop_assert!(held(&schedule, task, calendar.add(row.late.start, 1)).end() > schedule.end());
        // Planned later, it has less; and no more until another moves.
        prop_assert!((0..=row.total_float).contains(&row.free_float));
        let others = |schedule: &Schedule| {
            let others = leaves(&input).into_iter().filter(|other| *other != task);
            (others.map(|other| schedule.planned_dates(other)).collect::<Vec<_>>(), schedule.end())
        };
        if schedule.alap.is_empty() {
            let free = schedule.network.calendar(schedule.node(task)).add(row.early.start, row.free_float);
            prop_assert_eq!(others(&held(&schedule, task, free)), others(&schedule));
            let beyond = own_calendar(&schedule, task).add(row.early.start, row.free_float + 1);
            prop_assert_ne!(others(&held(&schedule, task, beyond)), others(&schedule));
        }
    }

    #[test]
    fn float_is_no_less_than_that_of_the_path_through_the_task(input in plan(true)) {
        // In one calendar, a path's float is told in the same minutes as that of the tasks on it.
        let mut input = Input { calendars: vec![CALENDARS[0].clone()], ..input };
        for task in &mut input.tasks {
            task.calendar = 0;
            task.duration = Span::Work(task.duration.minutes());
            task.progress = Progress::ToDo;
        }
        for link in &mut input.links {
            link.lag = Span::Work(link.lag.minutes());
        }
        let schedule = Schedule::new(input.clone()).unwrap();
        for task in leaves(&input) {
            let row = schedule.row(task);
            let least = row.driver.map(|link| schedule.row(input.links[link as usize].from).total_float);
            prop_assert!(least.is_none_or(|least| least <= row.total_float));
        }
    }

    #[test]
    fn an_edited_plan_is_the_edited_plan_reckoned(
        input in nested(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), task(true)), 1..8),
    ) {
        let Ok(mut schedule) = Schedule::new(input.clone()) else { return Ok(()) };
        let leaves = leaves(&input);
        for (at, with) in edits {
            let task = leaves[at.index(leaves.len())];
            let before: Vec<[Dates; 3]> = leaves.iter().map(|task| schedule.all_dates(*task)).collect();
            let edited = &schedule.input().tasks[task as usize];
            let with = Task { parent: edited.parent, calendar: edited.calendar, ..with };
            let effect = schedule.edit(&[(task, with)]).unwrap();
            let full = Schedule::new(schedule.input().clone()).unwrap();
            prop_assert_eq!(state(&schedule), state(&full));
            for (task, before) in leaves.iter().zip(before) {
                let now = schedule.all_dates(*task);
                prop_assert_eq!(now[..2] != before[..2], effect.moved.contains(task), "{} {:?} {:?}", task, before, now);
                prop_assert!(now[2] == before[2] || effect.limits.contains(task) || effect.moved.contains(task));
            }
        }
    }

    #[test]
    fn a_relinked_plan_is_the_relinked_plan_reckoned(
        input in nested(),
        edits in prop::collection::vec((0u8..3, any::<u32>(), any::<u32>(), any::<prop::sample::Index>(), kind(), lag()), 1..8),
    ) {
        let Ok(mut schedule) = Schedule::new(input.clone()) else { return Ok(()) };
        let leaves = leaves(&input);
        let count = u32::try_from(input.tasks.len()).unwrap();
        for (edit, from, to, at, kind, lag) in edits {
            let mut links = schedule.input().links.clone();
            let mut link = Link { kind, lag, ..Link::new(from % count, to % count) };
            let number = at.index(links.len().max(1));
            let before: Vec<[Dates; 3]> = leaves.iter().map(|task| schedule.all_dates(*task)).collect();
            let effect = match edit {
                _ if links.is_empty() || edit == 0 => {
                    links.push(link);
                    schedule.link(link)
                }
                1 => {
                    // Most changes are of the kind and the lag alone.
                    (link.from, link.to) = if from % 4 > 0 { (links[number].from, links[number].to) } else { (link.from, link.to) };
                    links[number] = link;
                    schedule.change_link(u32::try_from(number).unwrap(), link)
                }
                _ => {
                    links.remove(number);
                    schedule.unlink(u32::try_from(number).unwrap())
                }
            };
            let full = Schedule::new(Input { links, ..schedule.input().clone() });
            match (effect, full) {
                (Ok(effect), Ok(full)) => {
                    prop_assert_eq!(rows(&schedule), rows(&full));
                    for (task, before) in leaves.iter().zip(before) {
                        let now = schedule.all_dates(*task);
                        prop_assert_eq!(now[..2] != before[..2], effect.moved.contains(task));
                        prop_assert!(now[2] == before[2] || effect.limits.contains(task) || effect.moved.contains(task));
                    }
                }
                (Err(flaw), Err(expected)) => prop_assert_eq!(flaw, expected),
                (effect, full) => prop_assert!(false, "{:?} {:?}", effect, full.err()),
            }
        }
    }

    #[test]
    fn a_group_spans_what_lies_in_it_and_holds_it(input in nested()) {
        let Ok(schedule) = Schedule::new(input.clone()) else { return Ok(()) };
        for (number, task) in (0u32..).zip(&input.tasks) {
            let Some(parent) = task.parent else { continue };
            let [inner, outer] = [number, parent].map(|task| schedule.row(task).planned);
            prop_assert!(outer.start <= inner.start && inner.finish <= outer.finish);
        }
        let leaves = leaves(&input);
        let within = |leaf: u32, group: u32| {
            std::iter::successors(Some(leaf), |task| input.tasks[*task as usize].parent).any(|task| task == group)
        };
        for link in &input.links {
            let from = schedule.row(link.from).early;
            for leaf in leaves.iter().filter(|leaf| within(**leaf, link.to) && is_to_do(&input, **leaf)) {
                let to = schedule.row(*leaf).early;
                let lag_in_same = input.tasks[*leaf as usize].calendar == input.tasks[link.to as usize].calendar;
                prop_assert!(!lag_in_same || *leaf == link.to || holds(&input, link, from, to), "{:?} {}", link, leaf);
            }
        }
    }

    #[test]
    fn maximal_lags_hold_or_contradict(
        input in plan(false),
        most in prop::collection::vec((any::<u32>(), any::<u32>(), kind(), 0i32..100), 1..6),
        alike in any::<bool>(),
    ) {
        let mut input = input;
        let count = u32::try_from(input.tasks.len()).unwrap();
        for task in &mut input.tasks {
            task.progress = Progress::ToDo;
            if alike {
                (task.calendar, task.duration) = (0, Span::Work(task.duration.minutes()));
            }
        }
        for link in input.links.iter_mut().filter(|_| alike) {
            link.lag = Span::Work(link.lag.minutes());
        }
        input.links.extend(most.into_iter().map(|(from, to, kind, hours)| {
            let lag = Span::Work(hours * 60);
            Link { kind, lag, bound: Bound::AtMost, ..Link::new(from % count, to % count) }
        }));
        match Schedule::new(input.clone()) {
            Err(flaw) => {
                let Flaw::Contradiction(tasks) = flaw else { panic!("{flaw:?}") };
                // The links between these tasks alone contradict each other.
                let all = |link: &&Link| tasks.contains(&link.from) && tasks.contains(&link.to);
                let alone = Input { links: input.links.iter().filter(all).copied().collect(), ..input.clone() };
                // Between calendars, it depends on when they lie.
                prop_assert!(!alike || matches!(Schedule::new(alone), Err(Flaw::Contradiction(_))));
            }
            Ok(schedule) => {
                for link in &input.links {
                    let [from, to] = [link.from, link.to].map(|task| schedule.row(task).early);
                    match link.bound {
                        Bound::AtLeast => prop_assert!(holds(&input, link, from, to)),
                        Bound::AtMost => {
                            let calendar = &input.calendars[usize::from(input.tasks[link.to as usize].calendar)];
                            let (first, second) = match link.kind {
                                LinkKind::FinishStart => (from.finish, to.start),
                                LinkKind::StartStart => (from.start, to.start),
                                LinkKind::FinishFinish => (from.finish, to.finish),
                                LinkKind::StartFinish => (from.start, to.finish),
                            };
                            // What ends in the evening may as well end on the morning after.
                            let own = own_calendar(&schedule, link.from);
                            let finishes = matches!(link.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
                            let first = if finishes { own.next_start(first) } else { first };
                            prop_assert!(calendar.minutes(first, second) <= i64::from(link.lag.minutes()), "{:?}", link);
                        }
                    }
                }
            }
        }
    }
}
