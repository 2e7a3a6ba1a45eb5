//! The funnel of imported deals: the counts, rates and times that others computed from the same file.

use crate::support::{Office, data};
use app::import::plan::StageChoice;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    field::FieldType,
    funnel::{
        closing::Results,
        report::{Behind, Report},
    },
    money::Currency,
    page::{Page, Snapshot},
    record::Kind,
    stay::DAY,
};
use std::collections::BTreeMap;

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "days of some months")]
fn hundredths(micros: f64) -> i64 {
    (micros / DAY as f64 * 100.0).round() as i64
}

#[tokio::test(flavor = "multi_thread")]
async fn crm_maven_comes_out_of_the_page_as_its_owners_counted_it() {
    let Some(folder) = data("funnel") else { return };
    let office = Office::open().await;
    let mut file = office.upload_file(folder.join("crm-maven/sales_pipeline.csv")).await;
    file.plan.currency = Currency::USD;
    // Who has the date of an engagement was engaging until it ended: so it is proposed.
    assert!(file.plan.deals.last_open == Some(StageChoice::New { name: "Engaging".to_owned() }));
    let run = office.import(&file).await;
    assert_eq!((run.run.progress.created, run.run.progress.refused), (5280, 0));
    assert_eq!(office.store.strayed(office.workspace).await.expect("an answer"), []);

    let pipeline = office.pipeline_named("sales_pipeline").await;
    let report: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}")).await;
    let side = &report.main;
    let reached: Vec<u64> = side.funnel.steps.iter().map(|step| step.reached).collect();
    assert_eq!(reached, [5280, 4980, 2532], "created, engaged, won");
    let in_order: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}&rule=in_order")).await;
    let funnel = &in_order.main.funnel;
    assert_eq!(funnel.steps.iter().map(|step| step.reached).collect::<Vec<_>>(), [5280, 4980, 2532], "in order");
    assert_eq!(funnel.off_path, 0);
    let engaging = &side.funnel.steps[1];
    assert_eq!((engaging.advanced + engaging.lost, engaging.lost, engaging.open), (4026, 1494, 954), "closed");
    let cohort = side.funnel.cohort;
    assert_eq!((cohort.open, cohort.won, cohort.lost), (1254, 2532, 1494));
    let rate = side.funnel.win_rate().estimate().expect("a rate");
    assert_eq!(format!("{:.2}", 100.0 * rate.value), "62.89");
    assert!(rate.low < rate.value && rate.value < rate.high);
    assert_eq!(side.results[&Currency::USD].won, 606_444_500);
    let (won, lost) = (side.to_won.expect("won"), side.to_lost.expect("lost"));
    assert_eq!((hundredths(won.mean), hundredths(won.median)), (5237, 5900));
    assert_eq!((hundredths(lost.mean), hundredths(lost.median)), (4129, 1400));
    assert_eq!(side.losses.iter().map(|loss| (loss.step, loss.deals)).collect::<Vec<_>>(), [(Some(1), 1494)]);
    assert_eq!(side.again, 0);

    // By quarter of the closing.
    let quarters: Vec<_> = side.throughput.iter().map(|one| (one.won, one.lost)).collect();
    let year = [(308, 68), (756, 480), (749, 474), (719, 472)];
    assert!(quarters.windows(4).any(|four| four == year), "{quarters:?}");

    // The page holds the same, and each figure its deals.
    let page: Snapshot = office.get(&format!("/api/v1/page?address=/funnel?pipeline={pipeline}")).await;
    let Page::Funnel(json) = page.page else { panic!("another page") };
    let shown: Report = serde_json::from_str(&json).expect("a report");
    assert_eq!(shown.main.funnel, side.funnel);
    for (figure, count) in [
        ("reached.1", 4980),
        ("lost.1", 1494),
        ("fate.open", 1254),
        ("open.0", 300),
        ("lost_from.1", 1494),
        ("again", 0),
    ] {
        let behind: Behind = office.get(&format!("/api/v1/funnel/deals?pipeline={pipeline}&figure={figure}")).await;
        assert_eq!((behind.count, behind.deals.len()), (count, count.min(500)), "{figure}");
    }
    let largest: Behind = office.get(&format!("/api/v1/funnel/deals?pipeline={pipeline}&figure=fate.won")).await;
    assert_eq!(largest.deals[0].amount.expect("an amount").minor, 3_028_800);

    // A person's deals, a band of amounts, a cohort of some days.
    let by_hand = office.board(pipeline).await;
    let owner = by_hand.members.values().find(|member| member.name == "Darcel Schlecht").expect("is there");
    let mine: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}&owner={}", owner.id)).await;
    let expected = by_hand.deals.values().filter(|deal| deal.owner == owner.id).count() as u64;
    assert_eq!(mine.main.funnel.cohort.total(), expected);
    let band: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}&least=10000&most=30288")).await;
    let in_band = |minor: i64| (1_000_000..=3_028_800).contains(&minor);
    let expected = by_hand.deals.values().filter(|deal| deal.amount.is_some_and(|amount| in_band(amount.minor)));
    assert_eq!(band.main.funnel.cohort.total(), expected.count() as u64);
    let span = "from=2017-04-01&to=2017-06-30";
    let compared: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}&{span}&compare=before")).await;
    let other = compared.other.as_ref().expect("compared");
    assert_eq!(compared.differences.len(), 3);
    let before: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}&from=2016-12-31&to=2017-03-31")).await;
    assert_eq!(other.funnel, before.main.funnel);
    let own = compared.main.funnel.cohort.total();
    let created = by_hand.deals.values().filter(|deal| {
        let day = (deal.created_at + chrono::Duration::hours(8)).date_naive().to_string();
        ("2017-04-01"..="2017-06-30").contains(&&*day)
    });
    assert_eq!(own, created.count() as u64);

    // The waterfall over a quarter adds up.
    let days = "since=2017-04-01&until=2017-06-30";
    let bridge: Report = office.get(&format!("/api/v1/funnel?pipeline={pipeline}&{days}")).await;
    let waterfalls = &bridge.bridge.waterfalls;
    let waterfall = &waterfalls[&Currency::USD];
    assert_eq!(waterfall.total(), waterfall.closing.minor);
    assert_eq!(waterfall.bar(domain::waterfall::Bar::Won).deals, 756);

    // As a file, and where nothing is understood.
    let (status, csv) = office
        .send(&office.admin, Method::GET, &format!("/api/v1/funnel.csv?pipeline={pipeline}"), Body::empty())
        .await;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(status.is_success() && csv.contains("Engaging,4980,63%"), "{csv}");
    for (path, expected) in [
        ("/api/v1/funnel/deals?figure=best", StatusCode::BAD_REQUEST),
        ("/api/v1/funnel/deals", StatusCode::BAD_REQUEST),
        ("/api/v1/funnel?pipeline=018f2f7c-0000-7000-8000-000000000001", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(office.send(&office.admin, Method::GET, path, Body::empty()).await.0, expected, "{path}");
    }

    // Taken back, nothing is counted.
    office.undo(&run).await;
    let empty: Report = office.get("/api/v1/funnel").await;
    assert_eq!((empty.main.funnel.cohort.total(), empty.bridge.waterfalls.len()), (0, 0));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn crm_maven_by_product_and_by_agent() {
    let Some(folder) = data("funnel_by_field") else { return };
    let office = Office::open().await;
    let mut file = office.upload_file(folder.join("crm-maven/sales_pipeline.csv")).await;
    file.plan.currency = Currency::USD;
    office.import(&file).await;
    let pipeline = office.pipeline_named("sales_pipeline").await;
    let board = office.board(pipeline).await;
    let [field] = board.fields_of(Kind::Deal)[..] else { panic!("other fields") };
    assert_eq!(field.name, "product");
    assert!(matches!(field.field_type, FieldType::Choice { .. }), "as the page proposes");
    let read =
        async |query: &str| -> Report { office.get(&format!("/api/v1/funnel?pipeline={pipeline}{query}")).await };
    let closed = |results: &Results| {
        let rate = results.win_rate().estimate().map(|rate| format!("{:.2}", 100.0 * rate.value));
        (results.deals.won, results.deals.lost, rate.unwrap_or_default(), results.won / 100)
    };
    // Open deals have no amount yet, and count in the workspace's currency.
    let total = |of: &BTreeMap<Currency, Results>| of.values().map(|results| results.deals.total()).sum::<u64>();

    let by_product = [
        ("GTK 500", 9, 8, "52.94", 237_227),
        ("GTX Basic", 562, 319, "63.79", 306_112),
        ("GTX Plus Basic", 398, 234, "62.97", 433_023),
        ("GTX Plus Pro", 305, 147, "67.48", 1_680_437),
        ("GTXPro", 421, 258, "62.00", 2_034_321),
        ("MG Advanced", 399, 262, "60.36", 1_349_211),
        ("MG Special", 438, 266, "62.22", 24_114),
    ];
    let by = format!("&field={}", field.id);
    let apart = read(&by).await;
    let table = &apart.main.by_value;
    assert_eq!(apart.values, by_product.map(|(product, ..)| product));
    assert_eq!(table.len(), by_product.len());
    for (product, won, lost, rate, value) in by_product {
        assert_eq!(closed(&table[product][&Currency::USD]), (won, lost, rate.to_owned(), value), "{product}");
        // Each of its figures opens these deals.
        for (fate, count) in [("won", won), ("lost", lost), ("all", total(&table[product]))] {
            let figure = format!("of.{fate}.{product}").replace(' ', "+");
            let behind: Behind =
                office.get(&format!("/api/v1/funnel/deals?pipeline={pipeline}{by}&figure={figure}")).await;
            assert_eq!(behind.count as u64, count, "{figure}");
        }
    }
    assert_eq!(table.values().map(total).sum::<u64>(), 5280, "the open ones too");

    // As a filter, and one beside the other.
    let basic = read(&format!("{by}&value=GTX+Basic&compare=value.GTXPro")).await;
    assert_eq!(basic.main.results, table["GTX Basic"]);
    assert_eq!(basic.main.by_value.keys().collect::<Vec<_>>(), ["GTX Basic"]);
    assert_eq!(basic.values, apart.values, "there is still a choice");
    assert_eq!(basic.other.expect("compared").results, table["GTXPro"]);

    // A field that nobody knows is passed over, with what was asked of it.
    let all = read("").await;
    let unknown = "&field=018f2f7c-0000-7000-8000-000000000001&value=GTX+Basic&compare=value.GTXPro";
    let passed = read(unknown).await;
    assert_eq!((passed.query, passed.other), (all.query, None));
    assert_eq!((&passed.main.results, &passed.main.by_value), (&all.main.results, &all.main.by_value));
    assert_eq!(passed.main.by_value.keys().collect::<Vec<_>>(), [""], "the deals have no source");

    // By agent: the five who won most.
    let mut agents = Vec::new();
    for member in board.members.values() {
        let report = read(&format!("&owner={}", member.id)).await;
        let won = report.main.results.get(&Currency::USD).map_or(0, |results| results.won / 100);
        agents.push((won, member.name.as_str()));
    }
    agents.sort_unstable_by(|one, next| next.cmp(one));
    assert_eq!(agents.iter().map(|(won, _)| won).sum::<i128>(), 6_064_445);
    assert_eq!(
        agents[..5],
        [
            (654_596, "Darcel Schlecht"),
            (301_470, "Donn Cantrell"),
            (278_886, "Kary Hendrixson"),
            (278_385, "Cassey Cress"),
            (246_635, "Vicki Laflamme"),
        ]
    );
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn crm_olist_by_origin_and_month() {
    let Some(folder) = data("funnel") else { return };
    let office = Office::open().await;
    for name in ["olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"] {
        let file = office.upload_file(folder.join("crm-olist").join(name)).await;
        office.import(&file).await;
    }
    let read = async |query: &str| {
        let report: Report = office.get(&format!("/api/v1/funnel?pipeline={}{query}", office.pipeline)).await;
        report.main
    };
    let all = read("").await;
    assert_eq!((all.funnel.cohort.total(), all.funnel.cohort.won), (4827, 239));
    // Most leads are open still, so the share that is won so far is not the funnel's, which waits for their end.
    assert_eq!((all.funnel.cohort.open, all.funnel.cohort.lost), (4588, 0));
    for (origin, leads, won) in [
        ("organic_search", 1353, 73),
        ("paid_search", 961, 64),
        ("social", 832, 19),
        ("unknown", 673, 49),
        ("direct_traffic", 310, 22),
        ("email", 306, 2),
        ("referral", 170, 6),
        ("other", 87, 0),
        ("display", 61, 1),
        ("other_publicities", 36, 0),
    ] {
        let cohort = read(&format!("&source={origin}")).await.funnel.cohort;
        assert_eq!((cohort.total(), cohort.won), (leads, won), "{origin}");
    }
    let unnamed = &all.by_value[""].values().map(|of| (of.deals.total(), of.deals.won)).collect::<Vec<_>>();
    assert_eq!((all.by_value.len(), unnamed.as_slice()), (11, &[(38, 3)][..]), "by source, those without one too");
    for (month, last, leads, won) in [
        ("2017-07", 31, 146, 1),
        ("2017-11", 30, 274, 5),
        ("2018-01", 31, 696, 44),
        ("2018-02", 28, 628, 51),
        ("2018-03", 31, 710, 42),
        ("2018-04", 30, 816, 57),
        ("2018-05", 31, 792, 31),
    ] {
        let cohort = read(&format!("&from={month}-01&to={month}-{last}")).await.funnel.cohort;
        assert_eq!((cohort.total(), cohort.won), (leads, won), "{month}");
    }
    // Two months beside each other, whichever they are.
    let days = "&from=2018-02-01&to=2018-02-28&compare=days.2018-05-01.2018-05-31";
    let compared: Report = office.get(&format!("/api/v1/funnel?pipeline={}{days}", office.pipeline)).await;
    let other = compared.other.expect("compared").funnel.cohort;
    assert_eq!((compared.main.funnel.cohort.won, other.total(), other.won), (51, 792, 31));
    // Wins by quarter of the closing.
    let quarters: Vec<_> = all.throughput.iter().map(|one| one.won).collect();
    assert!(quarters.windows(4).any(|four| four == [1, 24 + 45 + 45, 59 + 41 + 15, 7 + 2]), "{quarters:?}");
    office.close().await;
}
