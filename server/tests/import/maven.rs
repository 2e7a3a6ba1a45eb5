//! The opportunities, accounts, products and teams of crm-maven.

use crate::support::{Office, data, in_stage};
use app::import::{plan::RowKind, report::RunStatus};
use chrono::Datelike;
use domain::{deal::Deal, field::FieldValue, money::Currency, page::RunState, record::Kind, view::View};
use std::collections::BTreeMap;

/// Won and lost deals and the sum of the won, in whole dollars, by something.
fn closed_by(view: &View, by: impl Fn(&Deal) -> Vec<String>) -> BTreeMap<String, (u32, u32, i64)> {
    let mut groups = BTreeMap::<String, (u32, u32, i64)>::new();
    for deal in in_stage(view, "Won") {
        for group in by(deal) {
            let (won, _, value) = groups.entry(group).or_default();
            *won += 1;
            *value += deal.amount.expect("an amount").minor / 100;
        }
    }
    for deal in in_stage(view, "Lost") {
        for group in by(deal) {
            groups.entry(group).or_default().1 += 1;
        }
    }
    groups
}

fn check(groups: &BTreeMap<String, (u32, u32, i64)>, expected: &[(&str, u32, u32, i64)]) {
    for (group, won, lost, value) in expected {
        assert_eq!(groups.get(*group), Some(&(*won, *lost, *value)), "{group}");
    }
}

fn quarter(deal: &Deal) -> Vec<String> {
    // The workspace is in Shanghai.
    let day = (deal.closed_at.expect("closed") + chrono::Duration::hours(8)).date_naive();
    vec![format!("{}-Q{}", day.year(), day.month0() / 3 + 1)]
}

fn teams(view: &View, deal: &Deal) -> Vec<String> {
    view.members[&deal.owner].teams.iter().map(|team| view.teams[team].name.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn arrives_with_the_counts_and_sums_of_its_owners() {
    let Some(folder) = data("maven") else { return };
    let folder = folder.join("crm-maven");
    let office = Office::open().await;

    let mut file = office.upload_file(folder.join("sales_pipeline.csv")).await;
    assert_eq!((file.rows, file.plan.rows), (5280, RowKind::Deals));
    file.plan.currency = Currency::USD;
    let before = office.version().await;
    let dry = office.check(&file).await;
    assert_eq!(office.version().await, before, "a check writes nothing");
    assert_eq!((dry.counts.created, dry.counts.refused, dry.counts.accounts), (5280, 0, 85));
    assert_eq!((dry.makes.members.len(), dry.makes.fields.as_slice()), (30, &["product".to_owned()][..]));
    let stages: Vec<_> = dry.stages.iter().map(|stage| (stage.name.as_str(), stage.totals.deals)).collect();
    assert_eq!(stages, [("Prospecting", 300), ("Engaging", 954), ("Won", 2532), ("Lost", 1494)]);
    assert_eq!(dry.stages[2].totals.sums[&Currency::USD].amount, 606_444_500);

    let started = std::time::Instant::now();
    let deals_run = office.import(&file).await;
    println!("crm-maven's 5,280 opportunities took {:?}", started.elapsed());
    assert_eq!(deals_run.run.progress, dry.counts, "the import does what the check said");

    let pipeline = office.pipeline_named("sales_pipeline").await;
    let view = office.board(pipeline).await;
    assert_eq!((view.deals.len(), in_stage(&view, "Engaging").len()), (5280, 954));
    assert_eq!(view.deals.values().filter(|deal| deal.account.is_none()).count(), 874);
    check(
        &closed_by(&view, quarter),
        &[
            ("2017-Q1", 308, 68, 628_261),
            ("2017-Q2", 756, 480, 1_899_261),
            ("2017-Q3", 749, 474, 1_828_525),
            ("2017-Q4", 719, 472, 1_708_398),
        ],
    );
    let field = view.fields_of(Kind::Deal)[0].id;
    let product = |deal: &Deal| match &deal.custom[&field] {
        FieldValue::Choice(product) => vec![product.clone()],
        other => panic!("{other:?}"),
    };
    check(
        &closed_by(&view, product),
        &[("GTK 500", 9, 8, 237_227), ("GTXPro", 421, 258, 2_034_321), ("MG Special", 438, 266, 24_114)],
    );
    let won = in_stage(&view, "Won");
    let days: i64 = won.iter().map(|deal| (deal.closed_at.expect("closed") - deal.created_at).num_days()).sum();
    assert_eq!(days * 100 / 2532, 5237, "52.37 days on average");
    let by_time = |deals: &mut Vec<&Deal>| {
        deals.sort_by(|a, b| a.key.cmp(&b.key));
        deals.is_sorted_by_key(|deal| deal.entered_at)
    };
    assert!(by_time(&mut won.clone()), "cards stand in the order of time");
    let largest =
        view.deals.values().find(|deal| deal.external_id.as_deref() == Some("60UOBOEM")).expect("it is there");
    assert_eq!(largest.amount.expect("an amount").minor, 3_028_800);

    let teams_file = office.upload_file(folder.join("sales_teams.csv")).await;
    assert_eq!(teams_file.plan.rows, RowKind::Members);
    let teams_run = office.import(&teams_file).await;
    let view = office.board(pipeline).await;
    assert_eq!((view.members.len(), view.teams.len()), (1 + 35 + 6, 3 + 6));
    check(
        &closed_by(&view, |deal| teams(&view, deal)),
        &[
            ("Central", 986, 585, 2_058_598),
            ("East", 709, 434, 1_905_357),
            ("West", 837, 475, 2_100_490),
            ("Cara Losch", 281, 161, 671_080),
            ("Melvin Marxen", 548, 313, 1_390_660),
        ],
    );

    let accounts = office.upload_file(folder.join("accounts.csv")).await;
    let accounts_run = office.import(&accounts).await;
    let counts = accounts_run.run.progress;
    assert_eq!((counts.created, counts.updated, counts.refused), (0, 85, 0), "{counts:?}");
    let view = office.board(pipeline).await;
    assert_eq!(view.fields_of(Kind::Account).len(), 4);

    let products = office.upload_file(folder.join("products.csv")).await;
    assert_eq!(products.plan.rows, RowKind::Options);
    let products_run = office.import(&products).await;
    let counts = products_run.run.progress;
    assert_eq!((counts.created, counts.unchanged), (1, 6), "GTX Pro is new, as the deals call it GTXPro");

    // The same files again change nothing, whatever was imported in between.
    for name in ["sales_pipeline.csv", "accounts.csv", "products.csv", "sales_teams.csv"] {
        let before = office.version().await;
        let mut again = office.upload_file(folder.join(name)).await;
        again.plan.currency = Currency::USD;
        let counts = office.import(&again).await.run.progress;
        assert_eq!((counts.unchanged, counts.done), (counts.rows, counts.rows), "{name}: {counts:?}");
        assert_eq!(office.version().await, before, "{name}");
    }

    // Taken back in reverse order, nothing is left.
    for run in [products_run, accounts_run, teams_run, deals_run] {
        let undone = office.undo(&run).await.run;
        assert_eq!((undone.state, undone.progress.done), (RunState::Undone, undone.progress.rows), "{undone:?}");
    }
    let view = office.board(office.pipeline).await;
    let left = (view.members.len(), view.teams.len(), view.fields.len(), view.pipelines.len(), view.stages.len());
    assert_eq!(left, (1, 0, 0, 1, 4));
    let accounts: domain::page::Snapshot = office.get("/api/v1/page?address=/accounts").await;
    assert!(matches!(accounts.page, domain::page::Page::Accounts { accounts, .. } if accounts.is_empty()));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_deals_refer_to_stay_with_their_fields() {
    let Some(folder) = data("maven_undo") else { return };
    let folder = folder.join("crm-maven");
    let office = Office::open().await;
    let accounts = office.import(&office.upload_file(folder.join("accounts.csv")).await).await;
    let deals = office.import(&office.upload_file(folder.join("sales_pipeline.csv")).await).await;

    let asked: RunStatus = office.get(&format!("/api/v1/imports/runs/{}?changed=true", accounts.run.id)).await;
    assert_eq!((asked.held, asked.changed_since), (Some(85), Some(0)));
    let partly = office.undo(&accounts).await;
    assert_eq!((partly.run.progress.rows, partly.run.progress.done, partly.may_undo), (85 + 4, 0, true));
    let view = office.board(office.pipeline).await;
    assert_eq!(view.fields_of(Kind::Account).len(), 4);

    let undone = office.undo(&deals).await;
    assert!(!undone.may_undo, "{undone:?}");
    let rest = office.undo(&accounts).await;
    assert_eq!((rest.run.progress.done, rest.may_undo), (85 + 4, false), "{rest:?}");
    office.close().await;
}
