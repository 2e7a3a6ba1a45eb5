use super::{everything, facts, instants, lines, percent, rounded};
use crate::{
    funnel::{
        Rate,
        closing::{self, outcomes_over_time, results_by},
        dwell::{between, plain},
        sample::Summary,
        steps::{Funnel, Rule, Tally},
    },
    import::real_data::{File, folder},
    pipeline::Outcome,
    process::variants::Variants,
    stay::{DAY, Entry, HOUR, Micros, StageIndex, Stages, Stay, stays},
};
use chrono::DateTime;
use std::{
    collections::{BTreeMap, HashMap},
    fs,
};

/// An event log: its cases in the order of their first event, its activities as stages, and the entries.
struct Log {
    cases: Vec<String>,
    activities: Vec<String>,
    entries: Vec<Entry>,
}

impl Log {
    fn new<'a>(events: impl IntoIterator<Item = (&'a str, &'a str, Micros)>) -> Self {
        let mut log = Self { cases: Vec::new(), activities: Vec::new(), entries: Vec::new() };
        let mut numbers = HashMap::new();
        for (case, activity, at) in events {
            let deal = *numbers.entry(case.to_owned()).or_insert_with(|| {
                log.cases.push(case.to_owned());
                u32::try_from(log.cases.len() - 1).unwrap()
            });
            let stage = log.activities.iter().position(|known| known == activity).unwrap_or_else(|| {
                log.activities.push(activity.to_owned());
                log.activities.len() - 1
            });
            log.entries.push(Entry { at, deal, into: StageIndex::try_from(stage).ok() });
        }
        log.entries.sort_by_key(|entry| (entry.deal, entry.at));
        log
    }

    fn stage(&self, activity: &str) -> StageIndex {
        StageIndex::try_from(self.activities.iter().position(|known| known == activity).unwrap()).unwrap()
    }

    /// Only some activities, as a pipeline of these stages in this order.
    fn pipeline(&self, ladder: &[(&str, Outcome)]) -> (Stages, Vec<Stay>) {
        let stages = Stages::new(ladder.iter().map(|(_, outcome)| *outcome));
        let known: HashMap<_, _> = (0_u16..).zip(ladder).map(|(at, (name, _))| (self.stage(name), at)).collect();
        let entries = self.entries.iter().filter_map(|entry| {
            let into = Some(*known.get(&entry.into?)?);
            Some(Entry { into, ..*entry })
        });
        let stays = stays(entries, &stages, 0);
        (stages, stays)
    }
}

fn events(file: &File) -> Log {
    let at = instants(file, "timestamp").into_iter().map(|at| at.unwrap().0);
    let each = file.column("case_id").zip(file.column("activity")).zip(at);
    Log::new(each.map(|((case, activity), at)| (case, activity, at)))
}

const BANK: [(&str, Outcome); 8] = [
    ("A_SUBMITTED", Outcome::Open),
    ("A_PARTLYSUBMITTED", Outcome::Open),
    ("A_PREACCEPTED", Outcome::Open),
    ("A_ACCEPTED", Outcome::Open),
    ("A_FINALIZED", Outcome::Open),
    ("A_APPROVED", Outcome::Won),
    ("A_DECLINED", Outcome::Lost),
    ("A_CANCELLED", Outcome::Lost),
];

#[test]
fn bpic_2012() {
    let Some(folder) = folder("funnel::bpic_2012") else { return };
    let file = File::read(&folder.join("log-bpic2012/bpic2012_stage_events.csv"));
    let log = events(&file);
    assert_eq!((log.cases.len(), log.entries.len()), (3927, 27508));
    let end = log.entries.iter().map(|entry| entry.at).max().unwrap();
    let start = log.entries.iter().map(|entry| entry.at).min().unwrap();
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
    assert_eq!((start, end), (instant("2011-10-01T00:38:44.546+02:00"), instant("2012-03-14T15:50:59.683+01:00")));
    let mut rows = HashMap::new();
    let columns = file.column("case_id").zip(file.column("amount_requested")).zip(instants(&file, "reg_date"));
    for ((case, amount), registered) in columns {
        rows.entry(case).or_insert((amount.parse::<i64>().unwrap(), registered.unwrap()));
    }
    let deals: Vec<_> = log.cases.iter().map(|case| facts(rows[case.as_str()].1.0, rows[case.as_str()].0)).collect();
    assert_eq!(deals.iter().map(|facts| facts.minor).max(), Some(99000));
    assert!(deals.iter().all(|facts| facts.minor > 0));

    // Every activity as a stage of its own: how many events, and how many cases reached it.
    let every = log.activities.iter().map(|name| (name.as_str(), Outcome::Open)).collect::<Vec<_>>();
    let (stages, stays) = log.pipeline(&every);
    let selection = everything(&stages, &stays, &deals, end);
    assert_eq!(stays.len(), 27508, "no activity follows itself, so every event is a stay");
    let tally = &Tally::count(selection, Rule::Reached, 1)[0];
    let mut reached = lines(
        "A_SUBMITTED | 3927 | 3927 | 100.00%
        A_PARTLYSUBMITTED | 3927 | 3927 | 100.00%
        A_DECLINED | 2303 | 2303 | 58.65%
        A_PREACCEPTED | 2193 | 2193 | 55.84%
        A_ACCEPTED | 1528 | 1528 | 38.91%
        O_SELECTED | 2107 | 1492 | 37.99%
        A_FINALIZED | 1492 | 1492 | 37.99%
        O_CREATED | 2107 | 1492 | 37.99%
        O_SENT | 2107 | 1492 | 37.99%
        O_SENT_BACK | 992 | 940 | 23.94%
        A_CANCELLED | 842 | 842 | 21.44%
        O_CANCELLED | 1116 | 810 | 20.63%
        A_REGISTERED | 659 | 659 | 16.78%
        A_APPROVED | 659 | 659 | 16.78%
        O_ACCEPTED | 659 | 659 | 16.78%
        A_ACTIVATED | 659 | 659 | 16.78%
        O_DECLINED | 231 | 231 | 5.88%",
    );
    reached.sort_unstable();
    let mut found: Vec<_> = (0_u16..)
        .zip(&log.activities)
        .map(|(stage, name)| {
            let events = stays.iter().filter(|stay| stay.stage == stage).count();
            let cases = tally.entered[usize::from(stage)];
            format!("{name} | {events} | {cases} | {}", percent(Rate::new(cases, 3927)))
        })
        .collect();
    found.sort_unstable();
    assert_eq!(found, reached);
    for (from, to, cases, mean, median) in [
        ("A_SUBMITTED", "A_PREACCEPTED", 2193, "2.17", "0.01"),
        ("A_PREACCEPTED", "A_ACCEPTED", 1528, "19.51", "4.18"),
        ("A_ACCEPTED", "A_FINALIZED", 1492, "0.14", "0.05"),
        ("A_FINALIZED", "A_APPROVED", 659, "390.68", "332.60"),
        ("O_SENT", "O_SENT_BACK", 940, "274.31", "218.11"),
    ] {
        let summary = between(selection, log.stage(from), log.stage(to), plain).unwrap();
        let [found_mean, found_median] = [summary.mean, summary.median].map(|time| rounded(time / HOUR as f64));
        assert_eq!((summary.count, found_mean.as_str(), found_median.as_str()), (cases, mean, median), "{from} {to}");
    }
    let created = log.stage("O_CREATED");
    let again =
        selection.courses().filter(|course| course.stays.iter().filter(|stay| stay.stage == created).count() > 1);
    assert_eq!(again.count(), 440);
    let variants = Variants::count(selection, 1);
    assert_eq!((variants.distinct, variants.top[0].deals.total()), (291, 1734));

    // As a pipeline: won, lost in two ways, or open.
    let (stages, stays) = log.pipeline(&BANK);
    let selection = everything(&stages, &stays, &deals, end);
    for rule in [Rule::InOrder, Rule::Reached] {
        let funnel = Funnel::new(rule, &Tally::count(selection, rule, 1)[0]);
        let steps: Vec<_> = funnel.steps.iter().map(|step| step.reached).collect();
        assert_eq!(steps, [3927, 3927, 2193, 1528, 1492, 659]);
        assert_eq!((funnel.cohort.open, percent(funnel.win_rate())), (123, "17.32%".to_owned()));
    }
    let mut outcomes = BTreeMap::<_, (u64, i64, Vec<i64>)>::new();
    for course in selection.courses() {
        let outcome = course.closing().map_or("open", |closing| BANK[usize::from(course.stays[closing].stage)].0);
        let (cases, amount, times) = outcomes.entry(outcome).or_default();
        *cases += 1;
        *amount += course.facts.minor;
        times.push(course.until() - course.stays[0].entered);
    }
    for (outcome, cases, share, amount, mean, median) in [
        ("A_APPROVED", 659, "16.78%", 10_466_995, "17.00", "14.74"),
        ("A_DECLINED", 2303, "58.65%", 28_586_396, "1.98", "0.01"),
        ("A_CANCELLED", 842, "21.44%", 13_069_702, "18.24", "16.32"),
        ("open", 123, "3.13%", 1_960_638, "", ""),
    ] {
        let (found, found_amount, times) = outcomes.get_mut(outcome).unwrap();
        assert_eq!((*found, *found_amount, percent(Rate::new(*found, 3927))), (cases, amount, share.to_owned()));
        if outcome != "open" {
            let summary = Summary::of(times).unwrap();
            let [found_mean, found_median] = [summary.mean, summary.median].map(|time| rounded(time / DAY as f64));
            assert_eq!((found_mean.as_str(), found_median.as_str()), (mean, median), "{outcome}");
        }
    }
    // With so few open the share won over time ends near the plain one, and with the lost and open ones makes one.
    let curve = outcomes_over_time(selection);
    let [won, lost] =
        [closing::WON, closing::LOST].map(|outcome| curve.incidence(usize::from(outcome), i64::MAX).unwrap());
    let open = curve.survival(i64::MAX).unwrap();
    assert!((won.value + lost.value + open.value - 1.0).abs() < 1e-9);
    assert!(
        won.low < 659.0 / (3927.0 - 123.0) && 659.0 / (3927.0 - 123.0) < won.high && won.low > 659.0 / 3927.0 - 0.01
    );

    // By month of registration, in local time as written.
    let month = |case: &String| rows[case.as_str()].1.1.format("%Y-%m").to_string();
    let each = selection.courses().map(|course| (month(&log.cases[course.deal as usize]), course.fate(), 0));
    let shown: Vec<_> = results_by(each)
        .iter()
        .map(|(month, results)| format!("{month} {} ({})", results.deals.total(), results.deals.won))
        .collect();
    assert_eq!(
        shown.join("; "),
        "2011-10 720 (151); 2011-11 882 (122); 2011-12 636 (119); 2012-01 824 (142); 2012-02 865 (125)"
    );
}

/// The same log as XES, its first 200 traces.
#[test]
fn bpic_2012_as_xes() {
    let Some(folder) = folder("funnel::bpic_2012_as_xes") else { return };
    let text = fs::read_to_string(folder.join("log-bpic2012/bpic2012_first200.xes")).unwrap();
    // A value of an attribute within a piece of the file, in which no character is escaped.
    let value = |piece: &str, key: &str| -> String {
        let after = piece.split_once(&format!("key=\"{key}\" value=\"")).unwrap().1;
        after.split_once('"').unwrap().0.to_owned()
    };
    let mut read = Vec::new();
    let (mut traces, mut all) = (0, 0);
    for trace in text.split("<trace>").skip(1) {
        traces += 1;
        let mut parts = trace.split("<event>");
        let case = value(parts.next().unwrap(), "concept:name");
        for event in parts {
            all += 1;
            let at = DateTime::parse_from_rfc3339(&value(event, "time:timestamp")).unwrap().timestamp_micros();
            let activity = value(event, "concept:name");
            if activity.starts_with(['A', 'O']) {
                read.push((case.clone(), activity, at));
            }
        }
    }
    assert_eq!((traces, all), (200, 4829));
    let from_xes = Log::new(read.iter().map(|(case, activity, at)| (case.as_str(), activity.as_str(), *at)));
    let from_csv = events(&File::read(&folder.join("log-bpic2012/bpic2012_stage_events.csv")));
    let cases: HashMap<_, _> = (0_u32..).zip(&from_csv.cases).map(|(number, case)| (case.as_str(), number)).collect();
    let (stages, of_all) = from_csv.pipeline(&BANK);
    let (_, of_some) = from_xes.pipeline(&BANK);
    for stays in of_some.chunk_by(|one, next| one.deal == next.deal) {
        let deal = cases[from_xes.cases[stays[0].deal as usize].as_str()];
        let same = of_all.iter().filter(|stay| stay.deal == deal).map(|stay| Stay { deal: stays[0].deal, ..*stay });
        assert_eq!(stays, same.collect::<Vec<_>>());
        assert!(stages.is_open(stays[0].stage));
    }
}

#[test]
fn receipt() {
    let Some(folder) = folder("funnel::receipt") else { return };
    let file = File::read(&folder.join("log-receipt/receipt_sample.csv"));
    let [started, ended, planned, at] = ["case:startdate", "case:enddate", "case:enddate_planned", "time:timestamp"]
        .map(|name| instants(&file, name).into_iter().map(|at| at.map(|(at, _)| at)).collect::<Vec<_>>());
    let each = file.column("case:concept:name").zip(file.column("concept:name")).zip(&at);
    let log = Log::new(each.map(|((case, activity), at)| (case, activity, at.unwrap())));
    assert_eq!((log.cases.len(), log.entries.len()), (598, 3590));

    let mut cases = BTreeMap::new();
    for (row, case) in file.column("case:concept:name").enumerate() {
        cases.entry(case).or_insert((started[row].unwrap(), ended[row], planned[row]));
    }
    let mut times: Vec<_> = cases.values().filter_map(|(start, end, _)| Some((*end)? - start)).collect();
    let summary = Summary::of(&mut times).unwrap();
    let [mean, median] = [summary.mean, summary.median].map(|time| rounded(time / DAY as f64));
    assert_eq!((mean.as_str(), median.as_str(), summary.count), ("59.00", "50.49", 554));
    let both = cases.values().filter_map(|(_, end, planned)| Some((*end)? > (*planned)?));
    let (late, judged) = both.fold((0, 0), |(late, all), is_late| (late + u64::from(is_late), all + 1));
    assert_eq!(Rate::new(late, judged), Rate::new(157, 554));
    assert_eq!(cases.values().filter(|(_, end, _)| end.is_none()).count(), 44);

    let activities = log.activities.iter().map(|name| (name.as_str(), Outcome::Open)).collect::<Vec<_>>();
    let (stages, stays) = log.pipeline(&activities);
    let deals: Vec<_> = log.cases.iter().map(|case| facts(cases[case.as_str()].0, 0)).collect();
    let selection = everything(&stages, &stays, &deals, i64::MAX - 1);
    for (activity, events) in [
        ("Confirmation of receipt", 598),
        ("T06 Determine necessity of stop advice", 595),
        ("T02 Check confirmation of receipt", 565),
        ("T04 Determine confirmation of receipt", 543),
        ("T05 Print and send confirmation of receipt", 542),
        ("T10 Determine necessity to stop indication", 532),
        ("T07-1 Draft intern advice aspect 1", 24),
        ("T11 Create document X request unlicensed", 22),
    ] {
        let stage = log.stage(activity);
        assert_eq!(log.entries.iter().filter(|entry| entry.into == Some(stage)).count(), events, "{activity}");
    }
    // One step may be repeated without another between, which is one stay.
    let repeated =
        log.entries.windows(2).filter(|two| two[0].deal == two[1].deal && two[0].into == two[1].into).count();
    assert_eq!(stays.len() + repeated, 3590);
    let confirmed =
        Tally::count(selection, Rule::Reached, 1)[0].entered[usize::from(log.stage("Confirmation of receipt"))];
    assert_eq!(confirmed, 598);
}
