//! The plan that a file suggests.

use crate::support::{Office, column};
use app::import::{
    inspection::Inspection,
    plan::{FieldChoice, NewStage, PipelineChoice, RowKind, StageChoice, Target},
    report::Reason,
};
use domain::{
    change::{Delta, Target as Changed},
    command::{Command, Request},
    id::CommandId,
    import::guess::{AccountField, DealField},
    pipeline::Outcome,
    record::Kind,
};
use serde_json::json;
use server::clock;
use std::fmt::Write as _;

/// The name of the new field that a column becomes.
fn new_field(file: &Inspection, column: usize) -> Option<&str> {
    match &file.plan.columns[column].target {
        Target::Custom(FieldChoice::New { name, .. }) => Some(name),
        _ => None,
    }
}

async fn with_currency(office: &Office, before: &str, after: &str) {
    let delta = Delta { before: json!(before), after: json!(after) };
    let command = Command::set(Changed::new(Kind::Workspace, office.workspace), "currency", delta);
    office.carry_out(&[Request { id: CommandId(clock::new_id()), command }]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_in_the_currency_that_header_or_cells_state() {
    let office = Office::open().await;
    let guessed = async |header: &str, cells: [&str; 2]| {
        let [a, b] = cells;
        let file = office.upload("a.csv", format!("deal name,{header},stage\nA,{a},Lead\nB,{b},Lead\n")).await;
        (file.plan.currency.code().to_owned(), file.plan.amount_exponent, office.check(&file).await)
    };
    with_currency(&office, "CNY", "USD").await;
    for (header, cells, currency, minor) in [
        ("金额（元）", ["1000", "500"], "CNY", 150_000),
        ("金额（万元）", ["12.5", "1"], "CNY", 13_500_000),
        ("金额（万元）", ["12.5万元", "1"], "CNY", 13_500_000),
        ("金额", ["人民币5", "1"], "CNY", 600),
        ("amount", ["RMB 5", "1"], "CNY", 600),
        ("amount", ["¥5", "￥1"], "CNY", 600),
        ("amount (CHF)", ["5", "1"], "CHF", 600),
        ("amount", ["5", "1"], "USD", 600),
        ("amount", ["$5", "1"], "USD", 600),
    ] {
        let (guess, _, check) = guessed(header, cells).await;
        assert_eq!(guess, currency, "{header} {cells:?}");
        assert_eq!(check.counts.refused, 0, "{header} {cells:?}: {check:?}");
        let sums = &check.stages[0].totals.sums;
        assert_eq!(sums[&currency.parse().expect("a currency")].amount, minor, "{header} {cells:?}");
    }
    with_currency(&office, "USD", "JPY").await;
    assert_eq!(guessed("amount", ["¥5", "￥1"]).await.0, "JPY");
    assert_eq!(guessed("金额（元）", ["5", "1"]).await.0, "CNY");

    let (currency, _, check) = guessed("amount", ["12 pcs", "100"]).await;
    assert_eq!((currency.as_str(), check.counts.created, check.counts.refused), ("JPY", 1, 1));
    let problem = &check.refused[0].problems[0];
    assert_eq!((problem.value.as_str(), &problem.reason), ("12 pcs", &Reason::NotACurrency));
    // What the cell says stands beside the reason.
    let (_, _, check) = guessed("金额（元）", ["$5", "1"]).await;
    let problem = &check.refused[0].problems[0];
    assert_eq!((problem.value.as_str(), &problem.reason), ("$5", &Reason::OtherCurrency));
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_occur_twice_become_fields_of_their_own() {
    let office = Office::open().await;
    let csv = "id,name,id,age,id\n1101,John,0,30,001101\n1102,Julie,0,26,001102\n";
    let file = office.upload("people.csv", csv).await;
    let again = office.upload("names.csv", "name,name,name\nA,B,C\n").await;
    assert_eq!([1, 2].map(|at| new_field(&again, at)), [Some("name (2)"), Some("name (3)")]);
    assert_eq!(office.check(&again).await.counts.created, 1);

    assert_eq!([2, 4].map(|at| new_field(&file, at)), [Some("id (2)"), Some("id (3)")]);
    office.import(&file).await;
    let file = office.upload("people.csv", csv).await;
    assert!((0..5).all(|at| new_field(&file, at).is_none()), "{:?}", file.plan.columns);
    let counts = office.check(&file).await.counts;
    assert_eq!((counts.unchanged, counts.refused), (2, 0), "{counts:?}");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_name_rows_where_nothing_else_does() {
    let office = Office::open().await;
    let file = async |header: &str, cell: fn(u32) -> String| {
        let mut csv = format!("company,{header}\n");
        for row in 0..20 {
            writeln!(csv, "Company {row},{}", cell(row)).expect("a string");
        }
        office.upload("a.csv", csv).await
    };
    let external = Target::Account(AccountField::ExternalId);
    for (header, cell, expected) in [
        ("sku", (|row| format!("AB-{row:03}")) as fn(u32) -> String, true),
        ("adcode", |row| format!("5002330{row:05}"), true),
        ("sku", |row| format!("AB-{:03}", row / 2), false),
        ("words", |row| format!("word {row}"), false),
        ("employees", |row| row.to_string(), false),
        ("since", |row| format!("2024-01-{:02}", row + 1), false),
        ("fax", |row| format!("138001380{row:02}"), false),
    ] {
        let file = file(header, cell).await;
        assert_eq!(file.plan.rows, RowKind::Accounts);
        assert_eq!(file.plan.columns[1].target == external, expected, "{header} {:?}", file.plan.columns);
    }
    let with_id = office.upload("b.csv", "company,sku,id\n".to_owned() + &"A,A1,1\n".repeat(20)).await;
    assert_eq!(with_id.plan.columns[2].target, external);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn states_of_a_country_are_no_stages_and_hundreds_of_columns_no_fields() {
    let office = Office::open().await;
    let rows: String = ["AL", "AK", "AZ", "CA"].repeat(3).iter().map(|state| format!("Deal,{state}\n")).collect();
    let file = office.upload("a.csv", format!("deal name,State\n{rows}")).await;
    assert!(new_field(&file, 1).is_some(), "{:?}", file.plan.columns);
    let file = office.upload("b.csv", "deal name,State\nA,Lead\nB,Won\n").await;
    assert_eq!(file.plan.columns[column(&file, "State")].target, Target::Deal(DealField::Stage));

    let headers: Vec<String> = (0..200).map(|at| format!("extra {at}")).collect();
    let wide = format!("company,{}\nA,{}\n", headers.join(","), vec!["1"; 200].join(","));
    let file = office.upload("wide.csv", wide).await;
    let ignored = file.plan.columns.iter().filter(|column| column.target == Target::Ignore).count();
    assert_eq!((new_field(&file, 60), ignored), (Some("extra 59"), 140));
    assert_eq!(office.check(&file).await.makes.fields.len(), 60);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_that_are_left_out_are_counted() {
    let office = Office::open().await;
    assert_eq!(office.upload("a.csv", "name,phone\nAc\0me,12\u{0}3\nBeta,\0\n").await.nuls, 3);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_is_there_can_be_refused_or_made_anew() {
    let office = Office::open().await;
    let mut file = office.upload("a.csv", "id,deal name,stage\n1,A,Lead\n2,B,Offer\n").await;
    let deals = &mut file.plan.deals;
    assert_eq!(deals.pipeline, PipelineChoice::Existing { id: office.pipeline });
    deals.stages.insert("Lead".to_owned(), StageChoice::Refuse);
    deals.stages.insert("Offer".to_owned(), StageChoice::New { name: "Offer".to_owned() });
    deals.new_stages.push(NewStage { name: "Offer".to_owned(), outcome: Outcome::Lost, probability: 0 });
    let check = office.check(&file).await;
    assert_eq!((check.counts.created, check.counts.refused), (1, 1), "{check:?}");
    assert_eq!(check.refused[0].problems[0].reason, Reason::RefusedStage);
    assert!(check.unknown_stages.is_empty());
    assert_eq!((check.stages[0].name.as_str(), check.stages[0].outcome), ("Offer", Outcome::Lost));
    assert_eq!(check.makes.stages, ["Offer"]);
    office.close().await;
}
