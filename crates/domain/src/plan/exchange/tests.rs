use super::*;
use crate::{
    decide::tests::{id, view},
    plan::{Criterion, sample},
    schedule::LinkKind,
};
use proptest::{option, prelude::*};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn now() -> DateTime<Utc> {
    "2026-11-25T08:00:00Z".parse().unwrap()
}

/// As the workspace of the tests has it, without summer time.
fn zone() -> Zone {
    Zone { first: 8 * 3600, ..Zone::default() }
}

fn read(view: &View, bytes: &[u8]) -> Result<Imported, NoPlan> {
    let (zone, seed) = (zone(), Uuid::from_u128(77));
    Reading { view, zone: &zone, name: "", seed, by: id(1), now: now() }.file(bytes)
}

/// A view with the plan, as if it had been kept.
fn kept(mut view: View, plan: Plan, tasks: Vec<Task>, baselines: Vec<Baseline>) -> View {
    view.plans.insert(plan.id, plan);
    view.tasks.extend(tasks.into_iter().map(|task| (task.id, task)));
    view.baselines.extend(baselines.into_iter().map(|baseline| (baseline.id, baseline)));
    view
}

fn written(view: &View, plan: &Plan) -> String {
    let hours = Hours::of(view, &zone(), now().date_naive());
    msproject::write(&project(view, plan, &hours, now()).expect("it can be reckoned"))
}

fn plan() -> Plan {
    Plan {
        id: id(500),
        name: "Roll-out <1> & \"更多\"".to_owned(),
        deal: None,
        start_on: "2026-12-01".parse().unwrap(),
        due_on: None,
        template: false,
        from: None,
        buffer: 0,
        created_at: now(),
    }
}

/// What a file can say of tasks, with numbers by their places for ids.
type Said = Vec<(
    (String, Option<usize>, Option<MemberId>, String, Length, Constraint, Option<NaiveDate>),
    (u8, Option<DateTime<Utc>>, Option<DateTime<Utc>>, BTreeMap<usize, Link>, String),
)>;

fn said(tasks: &[Task]) -> Said {
    let shared: Vec<_> = tasks.iter().cloned().map(Arc::new).collect();
    let order = Outline::of(&shared).order;
    let place = |id: TaskId| order.iter().position(|other| *other == id).unwrap();
    let task = |id: &TaskId| tasks.iter().find(|task| task.id == *id).unwrap();
    let said = order.iter().map(task).map(|task| {
        let links = task.links.iter().map(|(from, link)| (place(*from), *link)).collect();
        (
            (
                task.title.clone(),
                task.parent.map(place),
                task.owner,
                task.role.clone(),
                task.duration,
                task.constraint,
                task.deadline,
            ),
            (task.percent, task.started_at, task.finished_at, links, task.notes.clone()),
        )
    });
    said.collect()
}

fn any_time() -> impl Strategy<Value = NaiveDateTime> {
    (0i64..400 * 1440).prop_map(|minutes| {
        let start: NaiveDateTime = "2026-06-01T00:00:00".parse().unwrap();
        start + chrono::TimeDelta::minutes(minutes)
    })
}

fn any_length(least: i32) -> impl Strategy<Value = Length> {
    (least..20_000, any::<bool>()).prop_map(|(minutes, elapsed)| Length { minutes, elapsed })
}

fn any_constraint() -> impl Strategy<Value = Constraint> {
    (0u8..8, any_time()).prop_map(|(kind, date)| match kind {
        0 => Constraint::AsSoonAsPossible,
        1 => Constraint::AsLateAsPossible,
        2 => Constraint::StartOn(date),
        3 => Constraint::FinishOn(date),
        4 => Constraint::StartNoEarlier(date),
        5 => Constraint::StartNoLater(date),
        6 => Constraint::FinishNoEarlier(date),
        _ => Constraint::FinishNoLater(date),
    })
}

/// How far a task is: percent, when it began, when it ended.
fn any_progress() -> impl Strategy<Value = (u8, Option<DateTime<Utc>>, Option<DateTime<Utc>>)> {
    (0u8..4, 1u8..100, any_time(), 0i64..10_000).prop_map(|(kind, percent, time, lasted)| {
        let begun = time.and_utc();
        match kind {
            0 => (100, Some(begun), Some(begun + chrono::TimeDelta::minutes(lasted))),
            1 => (percent, Some(begun), None),
            _ => (0, None, None),
        }
    })
}

fn any_task(place: usize) -> impl Strategy<Value = Task> {
    let link = (0..place.max(1), 0usize..4, any_length(-2_000));
    (
        (
            option::weighted(0.4, 0..place.max(1)),
            "[a-z<>&\" ]{0,8}[\u{4e00}-\u{4e20}]",
            "[a-z\n&]{0,20}",
            any_length(0),
        ),
        (any_constraint(), option::of(any_time()), any_progress(), prop::collection::vec(link, 0..3)),
        (option::of(1u128..=5), "(|presales|法务)"),
    )
        .prop_map(
            move |((parent, title, notes, duration), (constraint, deadline, progress, links), (owner, role))| {
                let number = |at: usize| id(1_000 + at as u128);
                let kinds =
                    [LinkKind::FinishStart, LinkKind::StartStart, LinkKind::FinishFinish, LinkKind::StartFinish];
                let links = links.into_iter().filter(|_| place > 0);
                let (percent, started_at, finished_at) = progress;
                Task {
                    parent: parent.filter(|_| place > 0).map(number),
                    owner: owner.map(id),
                    role,
                    constraint,
                    deadline: deadline.map(|time| time.date()),
                    percent,
                    started_at,
                    finished_at,
                    links: links.map(|(from, kind, lag)| (number(from), Link { kind: kinds[kind], lag })).collect(),
                    notes,
                    ..Task::new(
                        number(place),
                        id(500),
                        order::at_end(now(), place as u64, 0),
                        title.trim().to_owned(),
                        duration,
                        now(),
                    )
                }
            },
        )
}

fn any_tasks() -> impl Strategy<Value = Vec<Task>> {
    (1usize..12).prop_flat_map(|count| (0..count).map(any_task).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn what_goes_out_comes_back(mut tasks in any_tasks(), agreed in prop::collection::vec((any_time(), 0i64..9_000), 12)) {
        // Only what a plan can be: links of groups are checked elsewhere.
        let groups: BTreeSet<TaskId> = tasks.iter().filter_map(|task| task.parent).collect();
        for task in &mut tasks {
            let own = groups.contains(&task.id);
            let parent = task.parent;
            task.links.retain(|from, _| !own && parent.is_none() && !groups.contains(from));
        }
        let agreed = tasks.iter().zip(&agreed).map(|(task, (start, lasts))| {
            let start = start.and_utc();
            (task.id, Agreed { start, finish: start + chrono::TimeDelta::minutes(*lasts) })
        });
        let baseline = Baseline {
            id: id(900), plan: id(500), name: "Baseline".to_owned(), by: id(1), created_at: now(), tasks: agreed.collect(),
        };
        let view = kept(view(), plan(), tasks.clone(), vec![baseline.clone()]);
        let back = read(&view, written(&view, &plan()).as_bytes()).expect("a plan");
        prop_assert_eq!(&back.plan.name, &plan().name);
        prop_assert_eq!(back.plan.start_on, plan().start_on);
        prop_assert_eq!(said(&back.tasks), said(&tasks));
        let dates = |baseline: &Baseline| {
            let mut dates: Vec<_> = baseline.tasks.values().copied().map(|one| (one.start, one.finish)).collect();
            dates.sort_unstable();
            dates
        };
        prop_assert_eq!(back.baselines.iter().map(dates).collect::<Vec<_>>(), vec![dates(&baseline)]);
        let Report { unread, dropped, doubled, .. } = back.report;
        prop_assert_eq!((unread.len(), dropped.len(), doubled.len()), (0, 0, 0));
    }
}

#[test]
fn people_and_calendars_go_along() {
    let mut view = view();
    let mut member = view.members[&id(3)].clone();
    member.name = "Lin Na".to_owned();
    member.email = "lin@example.com".to_owned();
    member.days_off.insert("2026-12-24".parse().unwrap(), "Leave".to_owned());
    view.members.insert(member.id, member);
    let criterion = Criterion { text: "Signed".to_owned(), position: 0, met: None };
    let mut task = Task { plan: id(500), ..sample::task(1, 3) };
    (task.owner, task.role) = (Some(id(3)), "fitter".to_owned());
    task.criteria.insert(id(5), criterion);
    let view = kept(view, plan(), vec![task], Vec::new());
    let xml = written(&view, &plan());
    let back = msproject::read(xml.as_bytes()).unwrap();
    assert_eq!(back.calendars.len(), 2);
    assert_eq!(back.calendars[1].exceptions.len(), 1);
    assert_eq!((back.resources[0].calendar, back.resources[1].calendar), (Some(2), None));
    // By e-mail, whatever the member is called by now.
    let mut elsewhere = view.clone();
    elsewhere.members.get_mut(&id(3)).unwrap().name = "Na Lin".to_owned();
    let imported = read(&elsewhere, xml.as_bytes()).unwrap();
    assert_eq!((imported.tasks[0].owner, imported.tasks[0].role.as_str()), (Some(id(3)), "fitter"));
    assert_eq!(imported.report.roles, ["fitter"]);
    // Whoever is no member stands as a role.
    elsewhere.members.get_mut(&id(3)).unwrap().email = String::new();
    let imported = read(&elsewhere, xml.as_bytes()).unwrap();
    assert_eq!((imported.tasks[0].owner, imported.tasks[0].role.as_str()), (None, "Lin Na, fitter"));
}

#[test]
fn hostile_files_are_refused() {
    let view = view();
    let refused = |bytes: &[u8]| read(&view, bytes).expect_err("no plan");
    assert!(matches!(refused(b"not a file"), NoPlan::NotXml { .. } | NoPlan::NotAProject));
    assert!(matches!(refused(b"<a><b></a>"), NoPlan::NotXml { .. } | NoPlan::NotAProject));
    assert_eq!(refused(b"<Project xmlns=\"http://schemas.microsoft.com/project\"></Project>"), NoPlan::Empty);
    let mut bomb = b"<!DOCTYPE p [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>".to_vec();
    bomb.extend(b"<Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks><Task><UID>1</UID><Name>&b;</Name></Task></Tasks></Project>");
    // Refused or left as it stands: never spelled out.
    assert!(read(&view, &bomb).is_err() || read(&view, &bomb).unwrap().tasks[0].title.len() < 10);
    let many = "<Task><UID>1</UID><OutlineLevel>1</OutlineLevel></Task>".repeat(MOST_TASKS + 1);
    let many = format!("<Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks>{many}</Tasks></Project>");
    assert_eq!(refused(many.as_bytes()), NoPlan::TooMany { max: MOST_TASKS });
}

/// Files that MS Project and others wrote: imported, written again and imported, they say the same.
#[test]
fn real_files_come_back() {
    let Some(folder) = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED real_files_come_back: FAIRLEAD_DATA is not set");
        return;
    };
    let mut count = 0;
    for part in ["raw", "derived-from-mpp"] {
        for file in fs::read_dir(folder.join("sched-msproject").join(part)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "xml") {
                continue;
            }
            let first = match read(&view(), &fs::read(&path).unwrap()) {
                Ok(first) => first,
                Err(NoPlan::Empty) => continue,
                Err(other) => panic!("{}: {other:?}", path.display()),
            };
            count += 1;
            let Imported { plan, tasks, baselines, .. } = first;
            let view = kept(view(), plan.clone(), tasks.clone(), baselines.clone());
            let again = read(&view, written(&view, &plan).as_bytes()).unwrap();
            assert_eq!(said(&again.tasks), said(&tasks), "{}", path.display());
            assert_eq!(again.baselines.len(), baselines.len(), "{}", path.display());
            assert_eq!(again.report.unread, BTreeMap::new(), "{}", path.display());
        }
    }
    assert!(count >= 8, "{count} files");
}
