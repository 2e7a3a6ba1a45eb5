//! Real and practice data that other people wrote, read as an import reads it. The expected facts were computed from the
//! raw files by other means; they come with the data, see its EXPECT.md.

use super::{
    Cohort, DealFacts, Fate, Period, Rate, Selection, Unit,
    closing::{self, Results, closings, outcomes_over_time, results_by},
    dwell::{Percentiles, ageing, between, plain, time_in_stage},
    flow::{Flow, throughput},
    sample::Summary,
    steps::{Funnel, Rule, Tally},
};
use crate::{
    calendar::Zone,
    import::{
        DateColumn,
        real_data::{File, folder},
    },
    pipeline::Outcome,
    process::variants::Variants,
    stay::{DAY, Entry, HOUR, Micros, StageIndex, Stages, Stay, stays},
};
use chrono::{DateTime, NaiveDate};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
};

/// As the expected facts are rounded.
fn rounded(value: f64) -> String {
    format!("{value:.2}")
}

fn percent(rate: Rate) -> String {
    rate.value().map_or("n/a".to_owned(), |value| format!("{:.2}%", value * 100.0))
}

/// A column of dates or instants: microseconds, and the day as written.
fn instants(file: &File, name: &str) -> Vec<Option<(Micros, NaiveDate)>> {
    let DateColumn::Known(form) = DateColumn::detect(file.column(name)) else { panic!("{name}") };
    let read = |cell: &str| {
        let written = form.parse(cell).unwrap();
        let local = written.date.and_time(written.time.unwrap_or_default()).and_utc().timestamp_micros();
        let east = written.offset.map_or(0, |offset| i64::from(offset.local_minus_utc()));
        (local - east * 1_000_000, written.date)
    };
    file.column(name).map(|cell| (!cell.is_empty()).then(|| read(cell))).collect()
}

fn column<'a>(file: &'a File, name: &str) -> Vec<&'a str> {
    file.column(name).collect()
}

/// Lines of `key | won | lost | win rate | won value`, as the tables of EXPECT.md.
fn table<K: Ord + ToString>(results: &BTreeMap<K, Results>) -> Vec<String> {
    let line = |(key, results): (&K, &Results)| {
        let Results { deals, won, .. } = results;
        format!("{} | {} | {} | {} | {won}", key.to_string(), deals.won, deals.lost, percent(results.win_rate()))
    };
    results.iter().map(line).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// One deal's facts, with everything else left out.
fn facts(created: Micros, minor: i64) -> DealFacts {
    DealFacts { created, minor, group: Some(0), ..DealFacts::default() }
}

fn everything<'a>(stages: &'a Stages, stays: &'a [Stay], deals: &'a [DealFacts], as_of: Micros) -> Selection<'a> {
    Selection { stages, stays, deals, cohort: Cohort::Created(Period::ALWAYS), as_of, group: None }
}

const MAVEN: [(&str, Outcome); 4] =
    [("Prospecting", Outcome::Open), ("Engaging", Outcome::Open), ("Won", Outcome::Won), ("Lost", Outcome::Lost)];

#[test]
fn crm_maven() {
    let Some(folder) = folder("funnel::crm_maven") else { return };
    let file = File::read(&folder.join("crm-maven/sales_pipeline.csv"));
    let [ids, agents, products] = ["opportunity_id", "sales_agent", "product"].map(|name| column(&file, name));
    let stage_names = column(&file, "deal_stage");
    let [engaged, closed] = ["engage_date", "close_date"].map(|name| instants(&file, name));
    let values: Vec<i64> = file.column("close_value").map(|cell| cell.parse().unwrap_or(0)).collect();
    let stages = Stages::new(MAVEN.map(|(_, outcome)| outcome));
    // Nothing says when a deal was created: with its first date, at the latest.
    let first = engaged.iter().flatten().map(|(at, _)| *at).min().unwrap();
    let number = |name: &str| (0_u16..).zip(MAVEN).find(|(_, (known, _))| *known == name).unwrap().0;
    let mut entries = Vec::new();
    let mut deals = Vec::new();
    for (deal, stage) in (0_u32..).zip(&stage_names) {
        let [engaged, closed] = [&engaged, &closed].map(|dates| dates[deal as usize].map(|(at, _)| at));
        let created = engaged.unwrap_or(first);
        let mut enter = |at, stage| entries.push(Entry { at, deal, into: Some(stage) });
        enter(created, 0);
        engaged.into_iter().for_each(|at| enter(at, 1));
        closed.into_iter().for_each(|at| enter(at, number(stage)));
        deals.push(facts(created, values[deal as usize]));
    }
    let stays = stays(entries, &stages, 0);
    let end = "2017-12-31T00:00:00Z".parse::<DateTime<chrono::Utc>>().unwrap().timestamp_micros();
    let selection = everything(&stages, &stays, &deals, end);

    // Deals by stage, and the funnel: created, engaged, closed, won.
    let flow = Flow::count(selection, &[end]);
    assert_eq!([0, 1, 2, 3].map(|stage| flow.standing(0, stage).unwrap()), [300, 954, 2532, 1494]);
    for rule in [Rule::InOrder, Rule::Reached] {
        let funnel = Funnel::new(rule, &Tally::count(selection, rule, 1)[0]);
        assert_eq!(funnel.steps.iter().map(|step| step.reached).collect::<Vec<_>>(), [5280, 4980, 2532]);
        let engaging = &funnel.steps[1];
        assert_eq!((engaging.lost, engaging.open, funnel.steps[0].open), (1494, 954, 300));
        assert_eq!(engaging.advanced + engaging.lost, 4026);
        assert_eq!((funnel.cohort.open, percent(funnel.win_rate())), (1254, "62.89%".to_owned()));
        // Every deal created that is not open has been engaged, so both conversions are one.
        assert_eq!(rounded(100.0 * engaging.conversion.unwrap().value), "62.89");
        assert_eq!(rounded(100.0 * funnel.steps[2].cumulative.unwrap().value), "62.89");
    }

    // Values and cycle times.
    let all: Vec<_> = closings(selection, Period::ALWAYS).collect();
    let mut total = Results::default();
    all.iter().for_each(|(course, closing)| total.add(closing.fate, course.facts.minor));
    assert_eq!((total.won, rounded(total.average_won().unwrap())), (6_064_445, "2395.12".to_owned()));
    let largest = all.iter().max_by_key(|(course, _)| course.facts.minor).unwrap();
    assert_eq!((ids[largest.0.deal as usize], largest.0.facts.minor), ("60UOBOEM", 30288));
    let cycle = |fate: Option<Fate>| {
        let of_fate = all.iter().filter(|(_, closing)| fate.is_none_or(|fate| closing.fate == fate));
        let mut days: Vec<_> = of_fate.map(|(_, closing)| closing.cycle / DAY).collect();
        Summary::of(&mut days).unwrap()
    };
    for (fate, mean, median) in
        [(Some(Fate::Won), "52.37", 59.0), (Some(Fate::Lost), "41.29", 14.0), (None, "48.26", 47.0)]
    {
        let summary = cycle(fate);
        assert_eq!((rounded(summary.mean), summary.median.to_string()), (mean.to_owned(), median.to_string()));
    }
    assert_eq!(cycle(None).most, 137);

    // The same as a distribution: among the deals that ended, time in stage has no censored stays.
    let ended: Vec<_> =
        (deals.iter().zip(&closed)).map(|(facts, closed)| DealFacts { group: closed.map(|_| 0), ..*facts }).collect();
    let curves = time_in_stage(Selection { deals: &ended, ..selection }, |from, to| (to - from) / DAY);
    assert_eq!(Percentiles::of(&curves[1]).p50.value, Some(47.0));
    assert_eq!((curves[1].ended(), curves[1].running()), (4026, 0));

    // Ages of what is open.
    let curves = time_in_stage(selection, plain);
    let ages: Vec<_> = ageing(selection, &curves, plain);
    let engaging: Vec<_> = ages.iter().filter(|ageing| ageing.stage == 1).map(|ageing| ageing.age / DAY).collect();
    assert_eq!(rounded(Summary::of(&mut engaging.clone()).unwrap().mean), "198.55");

    // Quarters and months of closing.
    let keyed = |key: &dyn Fn(usize) -> String| {
        results_by(all.iter().map(|(course, closing)| (key(course.deal as usize), closing.fate, course.facts.minor)))
    };
    let day_closed = |deal: usize| closed[deal].unwrap().1;
    let quarter = |day: NaiveDate| {
        day.format("%Y-Q").to_string() + &((day.format("%-m").to_string().parse::<u32>().unwrap() + 2) / 3).to_string()
    };
    assert_eq!(
        table(&keyed(&|deal| quarter(day_closed(deal)))),
        lines(
            "2017-Q1 | 308 | 68 | 81.91% | 628261
            2017-Q2 | 756 | 480 | 61.17% | 1899261
            2017-Q3 | 749 | 474 | 61.24% | 1828525
            2017-Q4 | 719 | 472 | 60.37% | 1708398"
        )
    );
    assert_eq!(
        table(&keyed(&|deal| day_closed(deal).format("%Y-%m").to_string())),
        lines(
            "2017-03 | 308 | 68 | 81.91% | 628261
            2017-04 | 172 | 185 | 48.18% | 434130
            2017-05 | 279 | 221 | 55.80% | 636275
            2017-06 | 305 | 74 | 80.47% | 828856
            2017-07 | 183 | 203 | 47.41% | 416390
            2017-08 | 256 | 195 | 56.76% | 627260
            2017-09 | 310 | 76 | 80.31% | 784875
            2017-10 | 161 | 168 | 48.94% | 420489
            2017-11 | 252 | 224 | 52.94% | 616881
            2017-12 | 306 | 80 | 79.27% | 671028"
        )
    );
    let borders = Unit::Quarter.borders("2017-01-01".parse().unwrap(), "2017-12-31".parse().unwrap(), &Zone::default());
    let quarters: Vec<_> = throughput(selection, &borders).iter().map(|quarter| (quarter.won, quarter.lost)).collect();
    assert_eq!(quarters, [(308, 68), (756, 480), (749, 474), (719, 472)]);

    // By product, and by agent, manager and office.
    assert_eq!(
        table(&keyed(&|deal| products[deal].to_owned())),
        lines(
            "GTK 500 | 9 | 8 | 52.94% | 237227
            GTX Basic | 562 | 319 | 63.79% | 306112
            GTX Plus Basic | 398 | 234 | 62.97% | 433023
            GTX Plus Pro | 305 | 147 | 67.48% | 1680437
            GTXPro | 421 | 258 | 62.00% | 2034321
            MG Advanced | 399 | 262 | 60.36% | 1349211
            MG Special | 438 | 266 | 62.22% | 24114"
        )
    );
    let known = File::read(&folder.join("crm-maven/products.csv"));
    let known: BTreeSet<_> = known.column("product").map(str::to_owned).collect();
    assert_eq!(products.iter().filter(|product| !known.contains(**product)).count(), 878);
    let teams = File::read(&folder.join("crm-maven/sales_teams.csv"));
    let team = |column: &str| -> HashMap<String, String> {
        teams.column("sales_agent").zip(teams.column(column)).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    };
    let (offices, managers) = (team("regional_office"), team("manager"));
    assert_eq!(
        table(&keyed(&|deal| offices[agents[deal]].clone())),
        lines(
            "Central | 986 | 585 | 62.76% | 2058598
            East | 709 | 434 | 62.03% | 1905357
            West | 837 | 475 | 63.80% | 2100490"
        )
    );
    assert_eq!(
        table(&keyed(&|deal| managers[agents[deal]].clone())),
        lines(
            "Cara Losch | 281 | 161 | 63.57% | 671080
            Celia Rouche | 354 | 212 | 62.54% | 926603
            Dustin Brinkmann | 438 | 272 | 61.69% | 667938
            Melvin Marxen | 548 | 313 | 63.65% | 1390660
            Rocco Neubert | 428 | 273 | 61.06% | 1234277
            Summer Sewald | 483 | 263 | 64.75% | 1173887"
        )
    );
    let mut top: Vec<_> =
        keyed(&|deal| agents[deal].to_owned()).into_iter().map(|(agent, it)| (it.won, agent)).collect();
    top.sort_unstable_by(|one, other| other.cmp(one));
    let top: Vec<_> = top.iter().take(5).map(|(won, agent)| format!("{agent} {won}")).collect();
    assert_eq!(
        top.join("; "),
        "Darcel Schlecht 654596; Donn Cantrell 301470; Kary Hendrixson 278886; Cassey Cress 278385; Vicki Laflamme 246635"
    );
    assert_eq!(agents.iter().collect::<BTreeSet<_>>().len(), 30);
}

#[test]
fn crm_olist() {
    let Some(folder) = folder("funnel::crm_olist") else { return };
    let leads = File::read(&folder.join("crm-olist/olist_marketing_qualified_leads_dataset.csv"));
    let closed = File::read(&folder.join("crm-olist/olist_closed_deals_dataset.csv"));
    let (ids, origins) = (column(&leads, "mql_id"), column(&leads, "origin"));
    let contacts: Vec<_> = instants(&leads, "first_contact_date").into_iter().map(Option::unwrap).collect();
    let won: HashMap<_, _> =
        closed.column("mql_id").zip(instants(&closed, "won_date").into_iter().map(Option::unwrap)).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());

    let names: Vec<_> = origins.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let group = |origin: &str| u16::try_from(names.binary_search(&origin).unwrap()).unwrap();
    let stages = Stages::new([Outcome::Open, Outcome::Won]);
    let mut entries = Vec::new();
    let mut deals = Vec::new();
    for (deal, (id, (contact, _))) in (0_u32..).zip(ids.iter().zip(&contacts)) {
        entries.push(Entry { at: *contact, deal, into: Some(0) });
        entries.extend(won.get(id).map(|(at, _)| Entry { at: *at, deal, into: Some(1) }));
        deals.push(DealFacts { group: Some(group(origins[deal as usize])), ..facts(*contact, 0) });
    }
    let stays = stays(entries, &stages, 0);
    let end = won.values().map(|(at, _)| *at).max().unwrap();
    let selection = everything(&stages, &stays, &deals, end);

    // By origin, all in one pass, and together.
    let tallies = Tally::count(selection, Rule::Reached, names.len());
    let line = |(name, tally): (&&str, &Tally)| {
        let funnel = Funnel::new(Rule::Reached, tally);
        let [leads, won] = [0, 1].map(|step| funnel.steps[step].reached);
        format!("{name} | {leads} | {won} | {}", percent(Rate::new(won, leads)))
    };
    assert_eq!(
        names.iter().zip(&tallies).map(line).collect::<Vec<_>>(),
        lines(
            "| 38 | 3 | 7.89%
            direct_traffic | 310 | 22 | 7.10%
            display | 61 | 1 | 1.64%
            email | 306 | 2 | 0.65%
            organic_search | 1353 | 73 | 5.40%
            other | 87 | 0 | 0.00%
            other_publicities | 36 | 0 | 0.00%
            paid_search | 961 | 64 | 6.66%
            referral | 170 | 6 | 3.53%
            social | 832 | 19 | 2.28%
            unknown | 673 | 49 | 7.28%"
        )
        .into_iter()
        .map(|line| if line.starts_with('|') { format!(" {line}") } else { line })
        .collect::<Vec<_>>()
    );
    let mut all = Tally::empty(1);
    tallies.iter().for_each(|tally| all.merge(tally));
    assert_eq!((all.furthest[0].open, all.furthest[1].won, all.entered[0]), (4827 - 239, 239, 4827));
    assert_eq!(percent(Rate::new(239, 4827)), "4.95%");
    // None of the rest is known to be lost, so what can be told is how many are won by when.
    assert_eq!(Funnel::new(Rule::Reached, &all).win_rate(), Rate::new(239, 239));
    let curve = outcomes_over_time(selection);
    let [month, year] = [30, 365].map(|days| curve.incidence(usize::from(closing::WON), days * DAY).unwrap().value);
    assert!(0.03 < month && month < year && year < 0.08, "{month} {year}");

    // Days from lead to win; a few were won before they were leads.
    let mut days: Vec<_> = (ids.iter().zip(&contacts))
        .filter_map(|(id, (_, contact))| won.get(id).map(|(_, won)| (*won - *contact).num_days()))
        .collect();
    let summary = Summary::of(&mut days).unwrap();
    assert_eq!((rounded(summary.mean), summary.median.to_string()), ("28.23".to_owned(), "10".to_owned()));
    assert_eq!((summary.least, summary.most), (-2, 369));

    // Cohorts by month of first contact, and wins by month.
    let borders = Unit::Month.borders("2017-06-01".parse().unwrap(), "2018-08-31".parse().unwrap(), &Zone::default());
    let wins = throughput(selection, &borders);
    let mut shown = Vec::new();
    for (place, month) in borders.windows(2).enumerate() {
        let cohort = Cohort::Created(Period { from: month[0], to: month[1] });
        let (mut leads, mut won) = (0, 0);
        for tally in Tally::count(Selection { cohort, ..selection }, Rule::InOrder, names.len()) {
            leads += tally.furthest.iter().map(|fates| fates.total()).sum::<u64>();
            won += tally.furthest[1].won;
        }
        let name = DateTime::from_timestamp_micros(month[0]).unwrap().format("%Y-%m");
        assert_eq!(wins[place].started, leads);
        shown.push(format!("{name} | {leads} | {won} | {} | {}", percent(Rate::new(won, leads)), wins[place].won));
    }
    // The two wins before the first contact count from the contact here: neither crosses the end of a month.
    assert_eq!(
        shown,
        lines(
            "2017-06 | 3 | 0 | 0.00% | 0
            2017-07 | 146 | 1 | 0.68% | 0
            2017-08 | 225 | 1 | 0.44% | 0
            2017-09 | 175 | 0 | 0.00% | 0
            2017-10 | 242 | 3 | 1.24% | 0
            2017-11 | 274 | 5 | 1.82% | 0
            2017-12 | 120 | 4 | 3.33% | 1
            2018-01 | 696 | 44 | 6.32% | 24
            2018-02 | 628 | 51 | 8.12% | 45
            2018-03 | 710 | 42 | 5.92% | 45
            2018-04 | 816 | 57 | 6.99% | 59
            2018-05 | 792 | 31 | 3.91% | 41
            2018-06 | 0 | 0 | n/a | 15
            2018-07 | 0 | 0 | n/a | 7
            2018-08 | 0 | 0 | n/a | 2"
        )
    );

    // What was won, by segment and by type.
    let counted = |name: &str| {
        let each = closed.column(name).map(|cell| (cell, Fate::Won, 0));
        let mut counted: Vec<_> = results_by(each).into_iter().map(|(key, it)| (it.deals.won, key)).collect();
        counted.sort_unstable_by(|one, other| (other.0, one.1).cmp(&(one.0, other.1)));
        counted.iter().map(|(count, key)| format!("{key} {count}")).collect::<Vec<_>>().join("; ")
    };
    assert!(counted("business_segment").starts_with(
        "home_decor 28; household_utilities 26; audio_video_electronics 23; health_beauty 23; \
         construction_tools_house_garden 22; "
    ));
    assert_eq!(
        counted("lead_type"),
        "online_medium 98; online_big 54; industry 29; online_small 20; offline 16; online_beginner 16;  3; online_top 3"
    );
}

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
