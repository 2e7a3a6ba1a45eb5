//! Event logs as imports: several rows tell of one deal, each where it stood from then on. The counts, rates and times are
//! those that others computed from the same files.

use crate::support::{Office, column, data};
use app::import::{
    inspection::Inspection,
    plan::{ColumnPlan, NewStage, PipelineChoice, StageChoice, Target},
};
use chrono::NaiveDate;
use domain::{
    change::{Delta, Target as Record},
    command::{Command, Request},
    funnel::report::{Behind, Report},
    id::{CommandId, PipelineId, StageId},
    import::{DateForm, DateOrder, YearDigits, guess::DealField},
    money::Currency,
    pipeline::Outcome,
    record::Kind,
    stay::DAY,
};
use serde_json::json;
use server::clock;
use std::{collections::BTreeMap, fs};

const ISO: DateForm = DateForm { order: DateOrder::YearMonthDay, year: YearDigits::Four };

/// Every column of the file is left out but these.
fn plan(file: &mut Inspection, columns: &[(&str, DealField)], pipeline: &str, stages: &[(&str, Outcome)]) {
    file.plan.columns.fill(ColumnPlan::IGNORED);
    for (name, field) in columns {
        let target = Target::Deal(*field);
        let dates = target.is_date().then_some(ISO);
        let at = column(file, name);
        file.plan.columns[at] = ColumnPlan { target, dates };
    }
    let deals = &mut file.plan.deals;
    deals.pipeline = PipelineChoice::New { name: pipeline.to_owned() };
    let stage =
        |(name, outcome): &(&str, Outcome)| NewStage { name: (*name).to_owned(), outcome: *outcome, probability: 50 };
    deals.new_stages = stages.iter().map(stage).collect();
    deals.stages = BTreeMap::new();
    (deals.first_stage, deals.closed_stage, deals.last_open) = (None, None, None);
    deals.title_from = Vec::new();
}

#[expect(clippy::cast_precision_loss, reason = "days of some months")]
fn hundredths(micros: f64) -> String {
    format!("{:.2}", micros / DAY as f64)
}

async fn report(office: &Office, pipeline: PipelineId, query: &str) -> Report {
    office.get(&format!("/api/v1/funnel?pipeline={pipeline}{query}")).await
}

async fn stages_of(office: &Office, pipeline: PipelineId) -> Vec<(String, StageId)> {
    let view = office.board(pipeline).await;
    view.stages_of(pipeline).into_iter().map(|stage| (stage.name.clone(), stage.id)).collect()
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

#[tokio::test(flavor = "multi_thread")]
async fn log_bpic2012_brings_its_past() {
    let Some(folder) = data("logs") else { return };
    let text = fs::read_to_string(folder.join("log-bpic2012/bpic2012_stage_events.csv")).expect("the log");
    // The application's own activities; those of offers and of booking run beside them.
    let is_kept =
        |line: &&str| line.starts_with("case_id") || BANK.iter().any(|(name, _)| line.contains(&format!(",{name},")));
    let kept: Vec<&str> = text.lines().filter(is_kept).collect();
    let office = Office::open().await;
    // Months are those of the clock on the bank's wall.
    let zone = Delta { before: json!("Asia/Shanghai"), after: json!("Europe/Amsterdam") };
    let command = Command::set(Record::new(Kind::Workspace, office.workspace), "zone", zone);
    office.carry_out(&[Request { id: CommandId(clock::new_id()), command }]).await;

    let mut file = office.upload("bank.csv", kept.join("\n")).await;
    let columns = [
        ("case_id", DealField::ExternalId),
        ("reg_date", DealField::CreatedOn),
        ("amount_requested", DealField::Amount),
        ("activity", DealField::Stage),
        ("timestamp", DealField::EnteredOn),
    ];
    plan(&mut file, &columns, "Bank", &BANK);
    file.plan.currency = Currency::EUR;
    let check = office.check(&file).await;
    let run = office.import(&file).await;
    let progress = run.run.progress;
    assert_eq!((progress.rows, progress.created, progress.updated, progress.refused), (16_871, 3927, 12_944, 0));
    assert_eq!(progress, check.counts, "the import does what the check said");
    let stages: Vec<_> = check.stages.iter().map(|stage| (&*stage.name, stage.totals.deals)).collect();
    assert_eq!(stages[stages.len() - 3..], [("A_APPROVED", 659), ("A_DECLINED", 2303), ("A_CANCELLED", 842)]);
    assert_eq!(office.store.strayed(office.workspace).await.expect("an answer"), []);

    let pipeline = office.pipeline_named("Bank").await;
    for rule in ["", "&rule=in_order"] {
        let side = report(&office, pipeline, rule).await.main;
        let reached: Vec<_> = side.funnel.steps.iter().map(|step| step.reached).collect();
        assert_eq!(reached, [3927, 3927, 2193, 1528, 1492, 659], "{rule}");
    }
    let all = report(&office, pipeline, "").await.main;
    let cohort = all.funnel.cohort;
    assert_eq!((cohort.open, cohort.won, cohort.lost), (123, 659, 2303 + 842));
    let rate = all.funnel.win_rate().estimate().expect("a rate");
    assert_eq!(format!("{:.2}", 100.0 * rate.value), "17.32");
    let euros = all.results[&Currency::EUR];
    assert_eq!((euros.won, euros.lost), (1_046_699_500, 2_858_639_600 + 1_306_970_200));
    let won = all.to_won.expect("won");
    assert_eq!((hundredths(won.mean), hundredths(won.median), won.count), ("17.00".into(), "14.74".into(), 659));
    assert_eq!((all.process.ended, all.again), (659 + 2303 + 842, 0));
    // What steps are worth begins with all of it and ends with what was won.
    let worth = &all.worth[&Currency::EUR];
    assert_eq!((worth[0].reached, worth[5].reached), (5_408_373_100, euros.won));
    // Each activity's cases are those that entered its stage.
    let cases = [3927, 3927, 2193, 1528, 1492, 659, 2303, 842];
    for ((name, stage), expected) in stages_of(&office, pipeline).await.into_iter().zip(cases) {
        let entered = report(&office, pipeline, &format!("&entered={stage}")).await.main.funnel.cohort;
        assert_eq!(entered.total(), expected, "{name}");
    }
    // The log begins in summer, which a zone that is known for some years around the present takes for winter: within the
    // hour before its October.
    for (first, last, cases, approved) in [
        ("2011-09-30", "2011-10-31", 720, 151),
        ("2011-11-01", "2011-11-30", 882, 122),
        ("2011-12-01", "2011-12-31", 636, 119),
        ("2012-01-01", "2012-01-31", 824, 142),
        ("2012-02-01", "2012-02-29", 865, 125),
    ] {
        let cohort = report(&office, pipeline, &format!("&from={first}&to={last}")).await.main.funnel.cohort;
        assert_eq!((cohort.total(), cohort.won), (cases, approved), "{first}");
    }
    // The playback begins and ends where the waterfall does, and its columns open their deals.
    let days = "&since=2011-11-01&until=2011-12-31";
    let played = report(&office, pipeline, days).await;
    let waterfall = &played.bridge.waterfalls[&Currency::EUR];
    assert_eq!(waterfall.total(), waterfall.closing.minor);
    let open = |frame: &domain::funnel::playback::Frame| {
        let columns = &frame.columns[..5];
        let deals: u64 = columns.iter().map(|column| u64::from(column.deals)).sum();
        (columns.iter().map(|column| column.sums[0]).sum::<i128>(), deals)
    };
    let frames = &played.playback.frames;
    assert_eq!((frames.len(), played.playback.step), (62, 1));
    assert_eq!(open(&frames[0]), (waterfall.opening.minor, waterfall.opening.deals));
    assert_eq!(open(&frames[61]), (waterfall.closing.minor, waterfall.closing.deals));
    let stood = format!("/api/v1/funnel/deals?pipeline={pipeline}{days}&figure=stood.3.{}", frames[30].at);
    let behind: Behind = office.get(&stood).await;
    assert_eq!(u32::try_from(behind.count), Ok(frames[30].columns[3].deals));

    // Once more it tells nothing new.
    let mut again = office.upload("again.csv", kept.join("\n")).await;
    plan(&mut again, &columns, "Bank", &BANK);
    again.plan.currency = Currency::EUR;
    again.plan.deals.pipeline = PipelineChoice::Existing { id: pipeline };
    let counts = office.check(&again).await.counts;
    assert_eq!((counts.unchanged, counts.created, counts.refused), (16_871, 0, 0));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn log_receipt_is_as_long_as_its_owners_found() {
    let Some(folder) = data("logs") else { return };
    let path = folder.join("log-receipt/receipt_sample.csv");
    let office = Office::open().await;
    // As deals: of each case the first row counts.
    let mut file = office.upload_file(path.clone()).await;
    let columns = [
        ("case:concept:name", DealField::ExternalId),
        ("case:startdate", DealField::CreatedOn),
        ("case:enddate", DealField::ClosedOn),
    ];
    plan(&mut file, &columns, "Cases", &[("Open", Outcome::Open), ("Done", Outcome::Won)]);
    file.plan.deals.first_stage = Some(StageChoice::New { name: "Open".to_owned() });
    file.plan.deals.closed_stage = Some(StageChoice::New { name: "Done".to_owned() });
    let run = office.import(&file).await;
    assert_eq!((run.run.progress.created, run.run.progress.refused), (598, 3590 - 598));
    let pipeline = office.pipeline_named("Cases").await;
    let side = report(&office, pipeline, "").await.main;
    let won = side.to_won.expect("ended");
    assert_eq!((won.count, hundredths(won.mean), hundredths(won.median)), (554, "59.00".into(), "50.49".into()));
    assert_eq!(side.funnel.cohort.open, 44);
    office.undo(&run).await;

    // As a log: every event is a row.
    let mut file = office.upload_file(path).await;
    let names: Vec<String> = file.plan.columns.iter().map(|_| String::new()).collect();
    let columns = [
        ("case:concept:name", DealField::ExternalId),
        ("case:startdate", DealField::CreatedOn),
        ("concept:name", DealField::Stage),
        ("time:timestamp", DealField::EnteredOn),
    ];
    let at = column(&file, "concept:name");
    let activities = activities(&folder.join("log-receipt/receipt_sample.csv"), at, names.len());
    let stages: Vec<(&str, Outcome)> = activities.iter().map(|name| (name.as_str(), Outcome::Open)).collect();
    plan(&mut file, &columns, "Receipts", &stages);
    let run = office.import(&file).await;
    let progress = run.run.progress;
    assert_eq!((progress.rows, progress.created, progress.refused), (3590, 598, 0));
    let pipeline = office.pipeline_named("Receipts").await;
    let stages = stages_of(&office, pipeline).await;
    let confirmed = stages.iter().find(|(name, _)| name == "Confirmation of receipt").expect("is there").1;
    let entered = report(&office, pipeline, &format!("&entered={confirmed}")).await;
    assert_eq!(entered.main.funnel.cohort.total(), 598);
    // Stays are as many as rows that changed something.
    let all = report(&office, pipeline, "").await.main;
    let stays: u64 = all.times.iter().map(|time| time.over + time.lasting).sum();
    assert_eq!(stays, progress.created + progress.updated);
    assert!(all.process.rework.deals.hits > 0 && all.process.variants.deals == 598);
    office.close().await;
}

/// The distinct values of a column, in the order in which they come.
fn activities(path: &std::path::Path, at: usize, columns: usize) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the log");
    let mut all: Vec<String> = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns, "no cell is quoted");
        if !all.iter().any(|known| known == cells[at]) {
            all.push(cells[at].to_owned());
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn events_may_come_late_stop_and_go_back() {
    let office = Office::open().await;
    let import = async |text: &str, existing: Option<PipelineId>| {
        let mut file = office.upload("log.csv", text.to_owned()).await;
        let columns =
            [("id", DealField::ExternalId), ("step", DealField::Stage), ("entered stage on", DealField::EnteredOn)];
        plan(
            &mut file,
            &columns,
            "Log",
            &[("A", Outcome::Open), ("B", Outcome::Open), ("W", Outcome::Won), ("L", Outcome::Lost)],
        );
        if let Some(id) = existing {
            file.plan.deals.pipeline = PipelineChoice::Existing { id };
        }
        office.import(&file).await.run.progress
    };
    let first = "id,step,entered stage on\n\
        1,A,2026-01-05T09:00:00Z\n2,A,2026-01-05T10:00:00Z\n1,B,2026-01-06T09:00:00Z\n1,A,2026-01-07T09:00:00Z\n\
        2,L,2026-01-08T09:00:00Z\n2,B,2026-01-09T09:00:00Z\n2,W,2026-01-09T09:00:00Z\n3,A,\n3,A,2999-01-01T00:00:00Z\n";
    let progress = import(first, None).await;
    assert_eq!((progress.created, progress.updated, progress.refused), (2, 5, 2));
    let pipeline = office.pipeline_named("Log").await;
    let side = report(&office, pipeline, "").await.main;
    assert_eq!((side.funnel.cohort.open, side.funnel.cohort.won, side.again), (1, 1, 1));
    let created = office.board(pipeline).await.deals.values().map(|deal| deal.created_at.date_naive()).max();
    assert_eq!(created, NaiveDate::from_ymd_opt(2026, 1, 5));
    // What it told already, it tells not again; what is new, it does.
    let progress =
        import(&format!("{}1,B,2026-01-12T09:00:00Z\n", first.split_once("3,A").expect("is there").0), Some(pipeline))
            .await;
    assert_eq!((progress.unchanged, progress.updated, progress.refused), (7, 1, 0));
    assert_eq!(report(&office, pipeline, "").await.main.process.rework.loops.len(), 1);
    assert_eq!(office.store.strayed(office.workspace).await.expect("an answer"), []);
    office.close().await;
}
