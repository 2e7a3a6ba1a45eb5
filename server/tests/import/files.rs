//! Files as other tools write them: every one is read, checked and imported, or refused with a reason.

use crate::support::{Office, column, data};
use app::import::{
    plan::{RowKind, Target},
    trouble::Trouble,
};
use axum::http::StatusCode;
use domain::import::guess::AccountField;
use std::{fs, path::Path};

fn all_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(all_files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "csv") {
            files.push(entry);
        }
    }
    files.sort();
    files
}

/// Data rows by EXPECT.md.
const ROWS: [(&str, u64); 12] = [
    ("comma_in_quotes.csv", 1),
    ("newlines.csv", 3),
    ("FY09_EDU_Recipients_by_State.csv", 52),
    ("bad.csv", 3),
    ("mac_newlines.csv", 2),
    ("null_byte.csv", 1),
    ("test_utf16_big.csv", 2),
    ("blank-rows-multiple.csv", 2),
    ("table-with-accents.csv", 638),
    ("without-headers.csv", 3),
    ("smallpop-colon.csv", 10),
    ("uspop.csv", 100),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_dialect_is_read_or_refused_with_a_reason() {
    let Some(folder) = data("dialects") else { return };
    let office = Office::open().await;
    let files = all_files(&folder.join("csv-dialects"));
    assert_eq!(files.len(), 34);
    for path in files {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let mut file = office.upload_file(path).await;
        if let Some((_, rows)) = ROWS.iter().find(|(known, _)| *known == name) {
            assert_eq!(file.rows, *rows, "{name}");
        }
        // The guess first, then with the first column as the name of an account.
        let checked = office.try_post(&format!("/api/v1/imports/{}/check", file.upload), &file.plan).await;
        if checked.0 != StatusCode::OK {
            assert_eq!(checked.0, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            let trouble: Trouble = serde_json::from_slice(&checked.1).expect("a reason");
            assert!(matches!(trouble, Trouble::Plan { .. }), "{name}: {trouble:?}");
        }
        file.plan.rows = RowKind::Accounts;
        file.plan.columns.iter_mut().for_each(|column| column.target = Target::Ignore);
        file.plan.columns[0].target = Target::Account(AccountField::Name);
        let counts = office.check(&file).await.counts;
        assert_eq!((counts.rows, counts.done), (file.rows, file.rows), "{name}");
        let accepted = counts.created + counts.updated + counts.unchanged;
        assert_eq!(accepted + counts.refused, counts.rows, "{name}: {counts:?}");
        if name == "bad.csv" || name == "defective-rows.csv" {
            assert!(counts.refused > 0, "{name}: rows that are too long are refused, not shifted");
        }
    }
    office.close().await;
}

/// The same records in three encodings: what one file brings in, the others find unchanged.
#[tokio::test(flavor = "multi_thread")]
async fn chinese_files_hold_the_same_in_every_encoding() {
    let Some(folder) = data("chinese") else { return };
    let office = Office::open().await;
    for (name, encoding) in
        [("adcodes_gb18030.csv", "gb18030"), ("adcodes_utf8.csv", "UTF-8"), ("adcodes_utf8_bom.csv", "UTF-8")]
    {
        let file = office.upload_file(folder.join("csv-chinese").join(name)).await;
        assert_eq!((file.format.encoding.name(), file.rows, file.malformed), (encoding, 2107, 0));
        assert_eq!(file.plan.rows, RowKind::Accounts);
        let adcode = &file.plan.columns[column(&file, "adcode")].target;
        assert_eq!(*adcode, Target::Account(AccountField::ExternalId), "every row has one of its own");
        let counts = office.import(&file).await.run.progress;
        let expected = if name == "adcodes_gb18030.csv" { (2107, 0) } else { (0, 2107) };
        assert_eq!((counts.created, counts.unchanged), expected, "{name}: {counts:?}");
    }
    let found: domain::page::Snapshot = office.get("/api/v1/page?address=/accounts%3Fq=%E5%BF%A0%E5%8E%BF").await;
    assert!(found.view.accounts.values().any(|account| account.external_id.as_deref() == Some("500233000000")));
    office.close().await;
}
