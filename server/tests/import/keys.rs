//! By what records are found again, and what a check says of rows that are not, or that say less or else than a deal here.

use crate::support::Office;
use app::import::plan::{OwnerChoice, RowKind};
use domain::page::Snapshot;

#[tokio::test(flavor = "multi_thread")]
async fn names_and_addresses_are_found_again_however_they_are_written() {
    let office = Office::open().await;
    for (name, csv) in [
        ("accounts.csv", "company,phone\n Acme\u{a0},1\n\tBeta \u{3000},2\nΟΔΟΣ,3\nİstanbul A.Ş.,4\nSTRASSE ẞ,5\n"),
        ("contacts.csv", "full name,email,job title\n Ann , ann@x.io\u{a0},Boss\nBen,İB@x.io,Clerk\n"),
    ] {
        let file = office.upload(name, csv).await;
        let counts = office.import(&file).await.run.progress;
        assert_eq!((counts.created, counts.refused), (file.rows, 0), "{name}: {counts:?}");
        let before = office.version().await;
        let counts = office.import(&office.upload(name, csv).await).await.run.progress;
        assert_eq!((counts.unchanged, counts.done), (file.rows, file.rows), "{name}: {counts:?}");
        assert_eq!(office.version().await, before, "{name}");
    }
    let found: Snapshot = office.get("/api/v1/page?address=/accounts").await;
    assert!(found.view.accounts.values().all(|account| account.name.trim() == account.name));

    // Deals name the same accounts, in whatever case.
    let deals = "id,deal name,company,stage\n1,A,acme,Lead\n2,B,οδοσ,Lead\n3,C,İSTANBUL A.Ş.,Lead\n";
    let counts = office.import(&office.upload("deals.csv", deals).await).await.run.progress;
    assert_eq!((counts.created, counts.accounts), (3, 0), "{counts:?}");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_without_an_id_and_rows_cut_off_are_told() {
    let office = Office::open().await;
    let csv = "id,deal name,company,stage\n1,A,Acme,Lead\n,B,Acme,Lead\n3,C,Acme\n4,D\n";
    let check = office.check(&office.upload("deals.csv", csv).await).await;
    assert_eq!((check.counts.created, check.keyless, check.short_rows), (4, 1, 2), "{check:?}");
    let all = office.check(&office.upload("deals.csv", "deal name,stage\nA,Lead\n").await).await;
    assert_eq!((all.unmatched, all.keyless), (true, 0), "the file as a whole has none");
    let contacts = office.upload("c.csv", "full name,email,job title\nAnn,ann@x.io,Boss\nBen,,Clerk\n").await;
    assert_eq!(contacts.plan.rows, RowKind::Contacts);
    assert_eq!(office.check(&contacts).await.keyless, 1);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_is_there_takes_the_dates_of_its_row() {
    let office = Office::open().await;
    let file =
        async |rows: &str| office.upload("d.csv", format!("id,deal name,stage,create date,closed date\n{rows}")).await;
    let first = "1,A,Won,2024-03-01,2024-03-05\n2,B,Lead,2024-03-01,\n";
    office.import(&file(first).await).await;
    let again = office.check(&file(first).await).await;
    assert_eq!(again.counts.unchanged, 2);
    // One was created another day, one closed another day, and one is closed only now.
    let other = "1,A,Won,2024-03-01,2024-03-06\n2,B,Won,2024-03-02,2024-03-09\n";
    assert_eq!(office.check(&file(other).await).await.counts.updated, 2);
    office.import(&file(other).await).await;
    let view = office.board(office.pipeline).await;
    let mut dates: Vec<_> = view
        .deals
        .values()
        .map(|deal| {
            [Some(deal.created_at), deal.closed_at, Some(deal.entered_at)]
                .map(|at| at.map(|at| at.date_naive().to_string()))
        })
        .collect();
    dates.sort();
    let day = |day: &str| Some(format!("2024-03-{day}"));
    assert_eq!(dates, [[day("01"), day("06"), day("06")], [day("02"), day("09"), day("09")]]);
    assert_eq!(office.check(&file(other).await).await.counts.unchanged, 2);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_of_accepted_rows_become_members() {
    let office = Office::open().await;
    let csv = "id,deal name,stage,owner,amount\n1,A,Lead,Ann,1\n2,B,Lead,Bob,much\n3,C,Lead,ann,2\n4,D,Lead,Cid,3\n";
    let mut file = office.upload("deals.csv", csv).await;
    file.plan.deals.other_owners = OwnerChoice::Create;
    let check = office.check(&file).await;
    assert_eq!((check.counts.created, check.counts.refused), (3, 1), "{check:?}");
    assert_eq!(check.makes.members, ["Ann", "Cid"]);
    let run = office.import(&file).await;
    let names = async || {
        let view = office.board(office.pipeline).await;
        let mut names: Vec<_> = view.members.values().map(|member| member.name.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(names().await, ["Admin", "Ann", "Cid"]);
    let undone = office.undo(&run).await.run.progress;
    assert_eq!((undone.rows, undone.done), (5, 5));
    assert_eq!(names().await, ["Admin"]);
    office.close().await;
}
