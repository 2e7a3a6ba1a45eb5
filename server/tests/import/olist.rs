//! The leads of crm-olist, and the file that says which of them were won.

use crate::support::{Office, column, data, in_stage};
use chrono::NaiveDate;
use domain::{
    deal::Deal,
    import::{DateForm, DateOrder, YearDigits},
};
use std::collections::BTreeMap;

fn day(instant: chrono::DateTime<chrono::Utc>) -> NaiveDate {
    // The workspace is in Shanghai.
    (instant + chrono::Duration::hours(8)).date_naive()
}

const LEADS: &str = "olist_marketing_qualified_leads_dataset.csv";
const WON: &str = "olist_closed_deals_dataset.csv";

#[tokio::test(flavor = "multi_thread")]
async fn leads_are_won_by_a_second_file() {
    check([(LEADS, 4827, 0), (WON, 0, 239)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_won_gets_its_beginning_by_a_second_file() {
    check([(WON, 239, 0), (LEADS, 4588, 239)]).await;
}

/// Imports the files in this order; of each is known how many deals it makes and changes.
async fn check(files: [(&str, u64, u64); 2]) {
    let Some(folder) = data("olist") else { return };
    let folder = folder.join("crm-olist");
    let office = Office::open().await;

    for (name, created, updated) in files {
        let file = office.upload_file(folder.join(name)).await;
        if name == LEADS {
            let american = DateForm { order: DateOrder::MonthDayYear, year: YearDigits::Four };
            assert_eq!(file.plan.columns[column(&file, "first_contact_date")].dates, Some(american));
        }
        let counts = office.import(&file).await.run.progress;
        assert_eq!((counts.rows, counts.created, counts.updated), (created + updated, created, updated), "{name}");
    }

    let view = office.board(office.pipeline).await;
    let won = in_stage(&view, "Won");
    assert_eq!((view.deals.len(), won.len()), (4827, 239));
    let mut days: Vec<i64> =
        won.iter().map(|deal| (day(deal.closed_at.expect("won")) - day(deal.created_at)).num_days()).collect();
    days.sort_unstable();
    assert_eq!((days[0], days[119], days[238]), (-2, 10, 369));
    assert_eq!(days.iter().sum::<i64>() * 100 / 239, 2823, "28.23 days on average");
    let first = won.iter().filter_map(|deal| deal.closed_at).min().expect("some");
    assert_eq!(first.to_rfc3339(), "2017-12-11T10:07:00+00:00", "the time of day is kept");

    let mut origins = BTreeMap::<&str, (u32, u32)>::new();
    for deal in view.deals.values() {
        let origin = origins.entry(&deal.source).or_default();
        origin.0 += 1;
        origin.1 += u32::from(deal.closed_at.is_some());
    }
    for (origin, expected) in
        [("organic_search", (1353, 73)), ("paid_search", (961, 64)), ("", (38, 3)), ("other", (87, 0))]
    {
        assert_eq!(origins[origin], expected, "{origin}");
    }
    let segment = view.fields.values().find(|field| field.name == "business_segment").expect("a field").id;
    let pets = |deal: &&&Deal| serde_json::to_value(&deal.custom[&segment]).expect("JSON")["choice"] == "home_decor";
    assert_eq!(won.iter().filter(pets).count(), 28);
    office.close().await;
}
