//! Networks from the literature, with lengths, floats and critical sets that were computed from the raw files by other
//! means; they come with the data, see its EXPECT.md. A day is one of eight hours with a weekend between every five.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::*;

/// The folder of real data; none, with a line in the test's output, where it is not set.
fn folder(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from);
    if folder.is_none() {
        writeln!(io::stderr(), "SKIPPED {test}: FAIRLEAD_DATA is not set").unwrap();
    }
    folder
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn expected(folder: &Path, set: &str) -> serde_json::Map<String, Value> {
    let all: Value = serde_json::from_str(&read(&folder.join("EXPECT.json"))).unwrap();
    all[set].as_object().unwrap().clone()
}

/// The rows of the table under a heading of EXPECT.md, by the first cell.
fn table(folder: &Path, heading: &str) -> Vec<(String, Vec<String>)> {
    let text = read(&folder.join("EXPECT.md"));
    let lines = text.lines().skip_while(|line| *line != format!("## {heading}")).skip(1);
    let rows = lines.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| {
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        (cells[0].clone(), cells)
    })
    .collect()
}

fn numbers(line: &str) -> Vec<i32> {
    line.split_whitespace().map_while(|word| word.parse().ok()).collect()
}

/// Durations in days and, for each activity, which begin when it ends.
fn network(durations: &[i32], successors: &[Vec<i32>]) -> Input {
    let mut input = Input::new(monday(), usual());
    input.tasks = durations.iter().map(|duration| Task::new(days(*duration))).collect();
    for (from, successors) in (0u32..).zip(successors) {
        input.links.extend(successors.iter().map(|to| Link::new(from, u32::try_from(to - 1).unwrap())));
    }
    input
}

/// The .sm form: a section of successors and one of durations, each under a heading and a rule.
fn psplib(text: &str) -> Input {
    let section = |heading: &'static str| {
        let lines = text.lines().skip_while(move |line| !line.starts_with(heading)).skip(1);
        lines.map(numbers).skip_while(Vec::is_empty).take_while(|row| !row.is_empty())
    };
    let successors: Vec<_> = section("PRECEDENCE RELATIONS").map(|row| row[3..].to_vec()).collect();
    let durations: Vec<i32> = section("REQUESTS/DURATIONS").map(|row| row[2]).collect();
    network(&durations, &successors)
}

/// The .rcp form: numbers of activities and resources, capacities, then for each activity its duration, demands, number
/// of successors and those.
fn patterson(text: &str) -> Input {
    let mut words = text.split_whitespace().map(|word| word.parse::<i32>().unwrap());
    let mut take = |count: i32| words.by_ref().take(usize::try_from(count).unwrap()).collect::<Vec<_>>();
    let head = take(2);
    take(head[1]);
    let mut durations = Vec::new();
    let mut successors = Vec::new();
    for _ in 0..head[0] {
        durations.extend(take(1));
        take(head[1]);
        let count = take(1)[0];
        successors.push(take(count));
    }
    network(&durations, &successors)
}

/// The .SCH form: for each node its arcs with lags from start to start, then for each its duration.
fn rcpsp_max(text: &str) -> (Vec<i32>, Vec<(u32, u32, i32)>) {
    let mut lines = text.lines();
    let count = usize::try_from(numbers(lines.next().unwrap())[0]).unwrap() + 2;
    let mut arcs = Vec::new();
    for line in lines.by_ref().take(count) {
        let words: Vec<i32> =
            line.split_whitespace().map(|word| word.trim_matches(['[', ']']).parse().unwrap()).collect();
        let [from, fan] = [words[0], words[2]].map(|number| usize::try_from(number).unwrap());
        for at in 0..fan {
            let to = u32::try_from(words[3 + at]).unwrap();
            arcs.push((u32::try_from(from).unwrap(), to, words[3 + fan + at]));
        }
    }
    (lines.take(count).map(|line| numbers(line)[2]).collect(), arcs)
}

/// Working days since the plan's start.
fn day_of(schedule: &Schedule, moment: Moment) -> i64 {
    let minutes = schedule.input().calendars[0].minutes(monday(), moment);
    assert_eq!(minutes % 480, 0);
    minutes / 480
}

fn check(name: &str, schedule: &Schedule, facts: &Value, first: u32, real: impl Fn(&Task) -> bool) {
    assert_eq!(day_of(schedule, schedule.end()), facts["length"].as_i64().unwrap(), "{name}: length");
    let tasks = &schedule.input().tasks;
    let critical = schedule.critical().into_iter().filter(|task| real(&tasks[*task as usize]));
    let critical: Vec<Value> = critical.map(|task| (task + first).into()).collect();
    assert_eq!(Value::from(critical), facts["critical"], "{name}: critical");
    for task in 0..u32::try_from(tasks.len()).unwrap() {
        let row = schedule.row(task);
        let of = |fact: &str| facts.get(fact).map(|by_task| by_task[(task + first).to_string()].as_i64().unwrap());
        if let Some(start) = of("es") {
            assert_eq!(day_of(schedule, row.early.start), start, "{name}: start of {task}");
        }
        if let Some(float) = of("total_float") {
            assert_eq!(row.total_float, float * 480, "{name}: total float of {task}");
            assert!((0..=row.total_float).contains(&row.free_float), "{name}: free float of {task}");
        }
    }
}

#[test]
fn psplib_lengths_floats_and_critical_sets() {
    let Some(folder) = folder("psplib_lengths_floats_and_critical_sets") else { return };
    let facts = expected(&folder, "sched-psplib");
    let table = table(&folder, "sched-psplib");
    assert_eq!((facts.len(), table.len()), (84, 84));
    for (name, facts) in &facts {
        let size = &name[..if name.starts_with("j120") { 4 } else { 3 }];
        let schedule = Schedule::new(psplib(&read(&folder.join("sched-psplib").join(size).join(name)))).unwrap();
        check(name, &schedule, facts, 1, |_| true);
        let cells = &table.iter().find(|(file, _)| file == name).unwrap().1;
        let count = u32::try_from(schedule.input().tasks.len()).unwrap();
        let rows = (1..count - 1).map(|task| schedule.row(task));
        assert_eq!(cells[1..3], [count.to_string(), schedule.input().links.len().to_string()], "{name}: size");
        assert_eq!(rows.clone().filter(|row| row.free_float > 0).count().to_string(), cells[9], "{name}: free floats");
        assert_eq!((rows.map(|row| row.total_float).sum::<i64>() / 480).to_string(), cells[8], "{name}: sum of floats");
    }
}

#[test]
fn patterson_lengths_and_critical_sets() {
    let Some(folder) = folder("patterson_lengths_and_critical_sets") else { return };
    let facts = expected(&folder, "sched-rcplib");
    assert_eq!(facts.len(), 38);
    for (name, facts) in &facts {
        let schedule = Schedule::new(patterson(&read(&folder.join("sched-rcplib").join(name)))).unwrap();
        check(name, &schedule, facts, 1, |_| true);
    }
}

#[test]
fn minimal_and_maximal_lags() {
    let Some(folder) = folder("minimal_and_maximal_lags") else { return };
    let facts = expected(&folder, "sched-rcpspmax");
    let table = table(&folder, "sched-rcpspmax");
    assert_eq!(table.len(), 16);
    for (file, cells) in &table {
        let (durations, arcs) = rcpsp_max(&read(&folder.join("sched-rcpspmax").join(file)));
        let maximal = arcs.iter().filter(|(.., lag)| *lag < 0).count();
        assert_eq!(cells[1..4], [durations.len(), arcs.len(), maximal].map(|count| count.to_string()), "{file}: size");
        let mut input = network(&durations, &[]);
        let link =
            |from: u32, to: u32, lag: i32| Link { kind: LinkKind::StartStart, lag: days(lag), ..Link::new(from, to) };
        let minimal = arcs.iter().filter(|(.., lag)| *lag >= 0);
        input.links = minimal.map(|(from, to, lag)| link(*from, *to, *lag)).collect();
        let name = file.trim_end_matches(".SCH").replace('/', "_");
        let refused = match Schedule::new(input.clone()) {
            Ok(schedule) => {
                check(file, &schedule, &facts[&name], 0, |task| task.duration.minutes() > 0);
                Vec::new()
            }
            Err(flaw) => {
                let Flaw::Cycle(tasks) = flaw else { panic!("{file}: {flaw:?}") };
                assert_eq!(cells[4], "cyclic", "{file}");
                tasks
            }
        };
        // A link without lag that goes round in a circle says the same as one at most without lag.
        let at_most = |from: u32, to: u32, lag: i32| Link { bound: Bound::AtMost, ..link(to, from, -lag) };
        input.links = arcs
            .iter()
            .map(|(from, to, lag)| {
                let circular = *lag == 0 && refused.contains(from) && refused.contains(to);
                if *lag < 0 || circular { at_most(*from, *to, *lag) } else { link(*from, *to, *lag) }
            })
            .collect();
        let schedule = Schedule::new(input.clone()).unwrap_or_else(|flaw| panic!("{file}: {flaw:?}"));
        assert_eq!(day_of(&schedule, schedule.end()).to_string(), cells[6], "{file}: earliest end with all lags");
        for (from, to, lag) in arcs {
            let [from, to] = [from, to].map(|task| day_of(&schedule, schedule.row(task).early.start));
            assert!(to >= from + i64::from(lag), "{file}");
        }
    }
}

/// Demands and capacities of the .sm form.
fn psplib_load(text: &str) -> Load {
    let section = |heading: &'static str| text.lines().skip_while(move |line| !line.starts_with(heading)).skip(1);
    let amounts = |row: &[i32]| row.iter().map(|amount| u32::try_from(*amount).unwrap()).collect::<Vec<_>>();
    let capacities = section("RESOURCEAVAILABILITIES").map(numbers).find(|row| !row.is_empty()).unwrap();
    let rows = section("REQUESTS/DURATIONS").map(numbers).skip_while(Vec::is_empty).take_while(|row| !row.is_empty());
    let demands = (0u32..).zip(rows).flat_map(|(task, row)| {
        let needed = (0u32..).zip(amounts(&row[3..]));
        needed.map(move |(resource, amount)| Demand { task, resource, amount })
    });
    Load { demands: demands.collect(), capacities: amounts(&capacities) }
}

#[test]
fn levelled_networks_come_near_the_best_known() {
    let Some(folder) = folder("levelled_networks_come_near_the_best_known") else { return };
    let (mut ours, mut best) = (0, 0);
    for (name, cells) in table(&folder, "sched-psplib") {
        let size = &name[..if name.starts_with("j120") { 4 } else { 3 }];
        let text = read(&folder.join("sched-psplib").join(size).join(&name));
        let schedule = Schedule::new(psplib(&text)).unwrap();
        let load = psplib_load(&text);
        let levelled = schedule.level(&load);
        resources::fits(&schedule, &load, &levelled);
        let end = day_of(&schedule, levelled.end);
        // A known optimum, or bounds of it.
        let bounds: Vec<i64> = cells[10].split("..").filter_map(|bound| bound.parse().ok()).collect();
        assert!(end >= bounds[0] || cells[10].starts_with(".."), "{name}: {end} is less than the least, {bounds:?}");
        (ours, best) = (ours + end, best + bounds[bounds.len() - 1]);
    }
    assert!(ours * 100 <= best * 110, "{ours} days in all, the best known are {best}");
}
