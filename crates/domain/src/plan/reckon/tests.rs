use super::*;
use crate::{
    calendar::Zone,
    plan::{
        DAY,
        sample::{after, beneath, day, id, now, plan, reckoned, task, view},
    },
    schedule::Criticality,
};

fn days(plan: &Reckoned, number: u128) -> (String, String) {
    let dates = plan.dates(plan.place(id(number)).unwrap());
    let told = |day: NaiveDate| day.format("%m-%d").to_string();
    (told(plan.first_day(dates)), told(plan.last_day(dates)))
}

fn on(from: &str, to: &str) -> (String, String) {
    (from.to_owned(), to.to_owned())
}

#[test]
fn tasks_follow_each_other_over_the_weekend_and_days_off() {
    let tasks = [task(1, 4), after(task(2, 2), 1)];
    let plan = reckoned(plan(), &tasks).unwrap();
    assert_eq!(days(&plan, 1), on("12-01", "12-04"));
    assert_eq!(days(&plan, 2), on("12-07", "12-08"));
    let view = view(|workspace| {
        workspace.days_off.insert(day("2026-12-02"), String::new());
        workspace.days_on.insert(day("2026-12-05"), String::new());
    });
    let hours = Hours::of(&view, &Zone::default(), day("2026-11-25"));
    let plan = Reckoned::of(plan.plan, tasks.map(Arc::new).to_vec(), &hours, now()).unwrap();
    assert_eq!(days(&plan, 1), on("12-01", "12-05"));
    assert_eq!(plan.driver(1), Some(id(1)));
}

#[test]
fn what_was_not_done_is_done_from_today_on() {
    let past = Plan { start_on: day("2026-11-02"), ..plan() };
    let mut begun = task(2, 4);
    (begun.percent, begun.started_at) = (50, Some("2026-11-10T09:00:00Z".parse().unwrap()));
    let mut done = task(3, 1);
    done.started_at = Some("2026-11-10T09:00:00Z".parse().unwrap());
    (done.percent, done.finished_at) = (100, Some("2026-11-11T18:00:00Z".parse().unwrap()));
    let tasks = [task(1, 1), begun, done];
    let all = reckoned(past.clone(), &tasks).unwrap();
    assert_eq!(days(&all, 1), on("11-25", "11-25"));
    assert_eq!(days(&all, 2), on("11-10", "11-26"));
    assert_eq!(days(&all, 3), on("11-10", "11-11"));
    let template = reckoned(Plan { template: true, ..past }, &tasks[..1]).unwrap();
    assert_eq!(days(&template, 1), on("11-02", "11-02"));
}

#[test]
fn the_outline_is_read_from_above() {
    let mut group = task(1, 30);
    group.constraint = Constraint::FinishOn(day("2030-01-01").and_time(NaiveTime::MIN));
    let stray = beneath(task(5, 2), 9);
    let plan = reckoned(
        plan(),
        &[stray, beneath(task(3, 2), 1), beneath(task(4, 2), 3), group, after(beneath(task(2, 2), 1), 4)],
    )
    .unwrap();
    assert_eq!(plan.outline.order, [1, 2, 3, 4, 5].map(id));
    assert_eq!(plan.outline.depth, [0, 1, 1, 2, 0]);
    assert_eq!(plan.outline.end, [4, 2, 4, 4, 5]);
    assert_eq!(days(&plan, 1), on("12-01", "12-04"));
    assert_eq!(plan.row(0).criticality, Criticality::Critical);
    assert_eq!(plan.row(4).total_float, i64::from(2 * DAY));
}

#[test]
fn flaws_name_the_tasks() {
    let waits = reckoned(plan(), &[after(task(1, 1), 2), after(task(2, 1), 1)]);
    let Err(Flaw::Cycle(mut tasks)) = waits else { panic!("{waits:?}") };
    tasks.sort_unstable();
    assert_eq!(tasks, [1, 2].map(id));
    let nested = reckoned(plan(), &[task(1, 1), beneath(task(2, 1), 3), beneath(task(3, 1), 2)]);
    assert!(matches!(&nested, Err(Flaw::Nesting(tasks)) if tasks.len() == 2), "{nested:?}");
    assert!(matches!(reckoned(plan(), &[task(1, -1)]), Err(Flaw::Duration(task)) if task == id(1)));
}

#[test]
fn an_edit_is_as_reckoning_anew() {
    let mut tasks = vec![task(1, 2), after(task(2, 2), 1), after(task(3, 1), 2), task(4, 1)];
    let before = reckoned(plan(), &tasks).unwrap();
    let mut plan = before.clone();
    let mut check = |tasks: &[Task], edited: &[usize]| {
        let edits: Vec<Arc<Task>> = edited.iter().map(|at| Arc::new(tasks[*at].clone())).collect();
        plan.edit(&edits).unwrap();
        let anew = reckoned(plan.plan.as_ref().clone(), tasks).unwrap();
        assert_eq!(plan.outline.order, anew.outline.order);
        assert!((0..plan.places()).all(|place| plan.row(place) == anew.row(place)));
        plan.moves_since(&before)
    };
    tasks[1].constraint = Constraint::StartNoEarlier(day("2026-12-08").and_time(NaiveTime::MIN));
    let moves = check(&tasks, &[1]);
    assert_eq!(
        moves.iter().map(|moved| (moved.task, moved.by / i64::from(DAY))).collect::<Vec<_>>(),
        [(id(2), 3), (id(3), 3)]
    );
    tasks[3] = after(tasks[3].clone(), 3);
    assert_eq!(check(&tasks, &[3]).len(), 3);
    tasks.push(beneath(task(5, 6), 1));
    assert_eq!(check(&tasks, &[4]).len(), 3);
    // What cannot be reckoned leaves all as it was.
    let Err(Flaw::Cycle(_)) = plan.edit(&[Arc::new(after(task(2, 1), 4))]) else { panic!("a cycle") };
    assert_eq!(plan.len(), 5);
}

#[test]
fn the_reserve_lies_between_the_last_task_and_the_promise() {
    let promised = Plan { due_on: Some(day("2026-12-07")), buffer: 960, ..plan() };
    let reserve = |days| reckoned(promised.clone(), &[task(1, days)]).unwrap().reserve().unwrap();
    assert_eq!((reserve(3).left, reserve(3).kept), (i64::from(2 * DAY), 960));
    assert_eq!(reserve(7).left, i64::from(-2 * DAY));
    let kept = reckoned(Plan { buffer: 480, ..plan() }, &[task(1, 4)]).unwrap();
    let bar = kept.reserve().unwrap();
    assert_eq!((bar.from.instant().to_rfc3339(), bar.left), ("2026-12-07T09:00:00+00:00".to_owned(), i64::from(DAY)));
    assert_eq!(reckoned(plan(), &[task(1, 4)]).unwrap().reserve(), None);
    let mut late = task(1, 4);
    late.deadline = Some(day("2026-12-03"));
    let late = reckoned(plan(), &[late]).unwrap();
    assert_eq!(late.missed(0), Some(i64::from(DAY)));
    assert_eq!(late.row(0).total_float, i64::from(-DAY));
}
