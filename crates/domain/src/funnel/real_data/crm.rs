use super::{everything, facts, instants, lines, percent, rounded};
use crate::{
    calendar::Zone,
    funnel::{
        Cohort, DealFacts, Fate, Period, Rate, Selection, Unit,
        closing::{self, Results, closings, outcomes_over_time, results_by},
        dwell::{Percentiles, ageing, plain, time_in_stage},
        flow::{Flow, throughput},
        sample::Summary,
        steps::{Funnel, Rule, Tally},
    },
    import::real_data::{File, folder},
    pipeline::Outcome,
    stay::{DAY, Entry, Stages, stays},
};
use chrono::{DateTime, Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
        let dated = engaged.map(|at| (at, 1)).into_iter().chain(closed.map(|at| (at, number(stage))));
        for (at, stage) in [(created, 0)].into_iter().chain(dated) {
            entries.push(Entry { at, deal, into: Some(stage) });
        }
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
    for (course, closing) in &all {
        total.add(closing.fate, course.facts.minor);
    }
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
    let quarter = |day: NaiveDate| format!("{}-Q{}", day.year(), day.month().div_ceil(3));
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
    for tally in &tallies {
        all.merge(tally);
    }
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
