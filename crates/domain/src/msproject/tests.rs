//! Files that MS Project wrote, against the dates, slack and critical flags that it reckoned; they come with the data, see
//! its EXPECT.md.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
};

use serde_json::Value;

use super::*;
use crate::{
    calendar::{Moment, Zone},
    schedule::{Criticality, Schedule},
};

const FILES: [&str; 9] = [
    "derived-from-mpp/bug2.mspdi.xml",
    "derived-from-mpp/mpp14baseline.mspdi.xml",
    "derived-from-mpp/mpp14relations.mspdi.xml",
    "raw/mspdiduration.xml",
    "raw/mspdinulltasks.xml",
    "raw/mspdirelations.xml",
    "raw/sample.xml",
    "raw/task-links-project2010-mspdi.xml",
    "raw/task-links-project2019-mspdi.xml",
];

/// The folder of real data; none, with a line in the test's output, where it is not set.
fn folder(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from);
    if folder.is_none() {
        writeln!(io::stderr(), "SKIPPED {test}: FAIRLEAD_DATA is not set").unwrap();
    }
    folder
}

/// Slack that MS Project stored at another time than the dates, or reckons otherwise: in these rows only the dates and the
/// critical flag count.
fn is_stale(file: &str, number: i64) -> bool {
    // Its late dates are those of an earlier, shorter plan.
    let shorter = file.ends_with("mspdiduration.xml") && (1..=4).contains(&number);
    // A strict backward pass gives less.
    let loose = file.ends_with("project2019-mspdi.xml") && (number == 11 || number == 13);
    shorter || loose
}

#[test]
fn dates_slack_and_critical_flags_are_those_of_ms_project() {
    let Some(folder) = folder("dates_slack_and_critical_flags_are_those_of_ms_project") else { return };
    let expected: Value = serde_json::from_slice(&fs::read(folder.join("EXPECT.json")).unwrap()).unwrap();
    let mut compared = 0;
    for file in FILES {
        let project = read(&fs::read(folder.join("sched-msproject").join(file)).unwrap()).unwrap();
        let facts = &expected["sched-msproject"][file.rsplit('/').next().unwrap()];
        let plan = project.plan(&Zone::default()).unwrap();
        assert!(plan.dropped.is_empty(), "{file}");
        let schedule = Schedule::new(plan.input).unwrap();
        for (place, task) in (0u32..).zip(&project.tasks) {
            let facts = &facts["tasks"][task.number.to_string()];
            let row = schedule.row(place);
            let calendar = &schedule.input().calendars[usize::from(schedule.input().tasks[place as usize].calendar)];
            let elapsed = matches!(task.duration, Span::Elapsed(_));
            let moment =
                |fact: &str| Moment::from(facts[fact].as_str().unwrap().parse::<NaiveDateTime>().unwrap().and_utc());
            // An evening and the morning after are the same in working time.
            let same =
                |ours: Moment, theirs: Moment| ours == theirs || (!elapsed && calendar.minutes(ours, theirs) == 0);
            let told = || format!("{file} {}: {:?} {facts}", task.number, row);
            assert!(same(row.planned.start, moment("start")), "{}", told());
            assert!(same(row.planned.finish, moment("finish")), "{}", told());
            assert_eq!(row.criticality == Criticality::Critical, facts["critical"].as_bool().unwrap(), "{}", told());
            // In files written by another program, a slack of nothing is left out.
            let slack: i64 = facts["total_slack_tenth_min"].as_str().map_or(0, |slack| slack.parse().unwrap());
            if !is_stale(file, task.number) {
                assert_eq!(row.total_float * 10, slack, "{}", told());
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 97);
}

#[test]
fn exceptions_come_again_as_often_and_as_long_as_the_file_says() {
    let Some(folder) = folder("exceptions_come_again_as_often_and_as_long_as_the_file_says") else { return };
    let file = folder.join("sched-msproject/raw/calendar-recurring-exceptions-project2013-mspdi.xml");
    let bytes = fs::read(file).unwrap();
    let mut series = 0;
    xml::entries(&bytes, &["Calendars"], |_, calendar| {
        for exception in calendar.all("Exceptions").flat_map(|list| list.all("Exception")) {
            let exceptions = hours::exceptions(exception, &mut |what| panic!("{what}"));
            let days: Vec<_> =
                exceptions.iter().flat_map(|days| days.first.iter_days().take_while(|day| *day <= days.last)).collect();
            let last = exception.child("TimePeriod").unwrap().text("ToDate")[..10].to_owned();
            assert_eq!(days.len().to_string(), exception.text("Occurrences"), "{}", exception.text("Name"));
            assert_eq!(days.last().unwrap().to_string(), last, "{}", exception.text("Name"));
            series += 1;
        }
    })
    .unwrap();
    assert_eq!(series, 27);
    let project = read(&bytes).unwrap();
    assert!(project.unread.is_empty(), "{:?}", project.unread);
    let hours = project.hours(project.calendar).unwrap();
    assert!(hours.shifts("2002-01-07".parse().unwrap()).is_empty());
    assert_eq!(hours.shifts("2010-01-02".parse().unwrap()), [Shift::hours(9, 13), Shift::hours(14, 17)]);
}

#[test]
fn baselines_notes_and_blank_rows() {
    let Some(folder) = folder("baselines_notes_and_blank_rows") else { return };
    let of = |file: &str| read(&fs::read(folder.join("sched-msproject").join(file)).unwrap()).unwrap();
    let baseline = of("derived-from-mpp/mpp14baseline.mspdi.xml");
    let third = baseline.tasks.iter().find(|task| task.number == 3).unwrap();
    assert_eq!(third.baselines[0].start, Some("2006-08-29T08:00:00".parse().unwrap()));
    assert_eq!(third.actual_start, Some("2006-08-30T08:00:00".parse().unwrap()));
    assert_eq!((third.percent, third.baselines[0].duration), (100, Some(32 * 60)));
    let names: Vec<String> = of("raw/mspdinulltasks.xml").tasks.into_iter().map(|task| task.name).collect();
    assert_eq!(names, ["Task 1", "Task 2", "Task 3", "Task 4", "Task 5"]);
}

#[test]
fn a_file_written_and_read_again_is_the_same() {
    let shift = |from: u16, to: u16| Shift { from, to };
    let calendar = ProjectCalendar {
        number: 3,
        name: "Nights <&> \"days\"".to_owned(),
        base: Some(1),
        week: std::array::from_fn(|day| {
            [Some(vec![shift(0, 90), shift(1380, 1440)]), Some(Vec::new()), None].into_iter().cycle().nth(day).flatten()
        }),
        exceptions: vec![
            Exception { first: "2026-05-01".parse().unwrap(), last: "2026-05-05".parse().unwrap(), shifts: Vec::new() },
            Exception {
                first: "2026-05-05".parse().unwrap(),
                last: "2026-05-05".parse().unwrap(),
                shifts: vec![shift(540, 720)],
            },
        ],
    };
    let time = |text: &str| Some(text.parse::<NaiveDateTime>().unwrap());
    let task = ProjectTask {
        number: 12,
        name: "合同 签署\r\n]]>".to_owned(),
        level: 2,
        start: time("2026-05-05T09:00:00"),
        finish: None,
        duration: Span::Elapsed(95),
        remaining: 40,
        milestone: true,
        manual: true,
        constraint: (7, time("2026-06-05T09:30:00")),
        deadline: time("2026-06-07T18:00:00"),
        percent: 40,
        actual_start: time("2026-05-05T09:05:00"),
        actual_finish: None,
        calendar: Some(3),
        notes: "a\tb".to_owned(),
        links: vec![
            ProjectLink { from: 4, kind: LinkKind::StartFinish, lag: ProjectLag::Time(Span::Work(-30)) },
            ProjectLink { from: 5, kind: LinkKind::FinishFinish, lag: ProjectLag::Time(Span::Elapsed(60)) },
            ProjectLink { from: 6, kind: LinkKind::StartStart, lag: ProjectLag::Percent(50) },
        ],
        baselines: vec![Baseline { number: 2, start: None, finish: time("2026-06-07T18:00:00"), duration: Some(481) }],
        critical: true,
        slack: Some(-4800),
    };
    let project = Project {
        name: "Plan".to_owned(),
        start: time("2026-05-05T09:00:00"),
        finish: None,
        status: time("2026-05-06T18:00:00"),
        calendar: 3,
        minutes_per_day: 450,
        critical_slack: 2,
        calendars: vec![calendar],
        tasks: vec![task.clone(), ProjectTask { level: 3, number: 13, links: Vec::new(), ..task }],
        resources: vec![Resource {
            number: 1,
            name: "王 小明".to_owned(),
            email: "wang@example.com".to_owned(),
            calendar: None,
        }],
        assignments: vec![Assignment { task: 13, resource: 1, percent: 50, work: 480 }],
        unread: BTreeMap::new(),
    };
    assert_eq!(read(write(&project).as_bytes()).unwrap(), project);
}

#[test]
fn files_of_ms_project_come_back_as_they_were() {
    let Some(folder) = folder("files_of_ms_project_come_back_as_they_were") else { return };
    for file in FILES {
        let project = read(&fs::read(folder.join("sched-msproject").join(file)).unwrap()).unwrap();
        let again = read(write(&project).as_bytes()).unwrap();
        assert_eq!(again, Project { unread: BTreeMap::new(), ..project }, "{file}");
    }
}

#[test]
fn plans_in_other_forms_are_told_from_broken_ones() {
    let Some(folder) = folder("plans_in_other_forms_are_told_from_broken_ones") else { return };
    let folder = folder.join("sched-msproject/raw");
    for file in ["planner-sample.planner", "project1.planner", "sample.mpx"] {
        assert_eq!(read(&fs::read(folder.join(file)).unwrap()), Err(Unreadable::NotAProject), "{file}");
    }
    let whole = fs::read(folder.join("sample.xml")).unwrap();
    assert!(matches!(read(&whole[..whole.len() / 2]), Err(Unreadable::NotXml { .. })));
}

#[test]
fn what_is_no_project_is_told_and_never_breaks() {
    let check = |text: &str, expected: Unreadable| assert_eq!(read(text.as_bytes()), Err(expected), "{text}");
    check("", Unreadable::NotAProject);
    check("MPX;Microsoft Project", Unreadable::NotAProject);
    check("<?xml version=\"1.0\"?><project name=\"planner\"/>", Unreadable::NotAProject);
    check("<Project><Tasks><Task><UID>1</UID>", Unreadable::NotXml { at: 34 });
    check("<Project><Name>&nothing;</Name></Project>", Unreadable::NotXml { at: 24 });
    let deep = format!("<Project>{}", "<A>".repeat(100));
    assert!(matches!(read(deep.as_bytes()), Err(Unreadable::TooDeep { .. })));
    let project = read(
        "<Project><Name>A &amp; B</Name><Tasks><Task><UID>7</UID><Name><![CDATA[<x>]]>&#233;</Name><OutlineLevel>1</OutlineLevel>\
         <Cost>5</Cost><Duration>PT1H30M0S</Duration><DurationFormat>6</DurationFormat></Task></Tasks></Project>"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!((project.name.as_str(), project.tasks[0].name.as_str()), ("A & B", "<x>é"));
    assert_eq!(project.tasks[0].duration, Span::Elapsed(90));
    assert_eq!(project.unread.into_iter().collect::<Vec<_>>(), [("Cost".to_owned(), 1)]);
}
