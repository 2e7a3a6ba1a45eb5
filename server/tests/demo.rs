//! The demo workspace in a real database.

use std::{fs, os::unix::fs::PermissionsExt};

use chrono::NaiveDate;
use domain::{access::Role, id::WorkspaceId, page::Address};
use server::{
    demo::{Counts, DemoSeeded, SeedError, seed},
    postgres::{Embedded, Options},
};
use store::Store;
use tempfile::TempDir;

/// A database of its own.
struct Database {
    folder: TempDir,
    embedded: Embedded,
    store: Store,
}

impl Database {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The account that runs PostgreSQL enters it, too.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let options = Options::new(folder.path().join("data"));
        let embedded = Embedded::start(&options).await.unwrap_or_else(|error| panic!("{error}\n{}", error.advice()));
        let store = Store::connect(embedded.url()).await.expect("a connection");
        store.migrate().await.expect("the schema");
        Self { folder, embedded, store }
    }

    async fn stop(self) {
        self.store.close().await;
        self.embedded.stop().await;
        drop(self.folder);
    }
}

fn day() -> NaiveDate {
    "2026-11-23".parse().expect("a day")
}

fn new((seeded, what): (DemoSeeded, &str)) -> (WorkspaceId, i64, Counts) {
    match seeded {
        DemoSeeded::Seeded { workspace, version, counts } => (workspace, version, counts),
        DemoSeeded::AlreadyThere { .. } => panic!("{what}: there is a demo already"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_day_gives_the_same_demo_once() {
    let (one, other) = tokio::join!(Database::start(), Database::start());
    let first = new((seed(&one.store, day()).await.expect("seeded"), "the first"));
    let second = new((seed(&other.store, day()).await.expect("seeded"), "the second"));
    assert_eq!(first, second);
    let (workspace, version, counts) = first;
    assert_eq!((counts.accounts, counts.deals), (90, 300));
    assert!(version > i64::try_from(counts.commands).expect("a count"), "commands changed nothing: {version}");

    // Another day does not add another demo.
    let again = seed(&one.store, day().succ_opt().expect("a day")).await.expect("answered");
    assert_eq!(again, DemoSeeded::AlreadyThere { workspace });
    assert_eq!(one.store.version(workspace).await.expect("a version"), version);

    // Whoever enters it sees the same in both.
    let now = "2026-11-23T02:00:00Z".parse().expect("an instant");
    let mut boards = Vec::new();
    for store in [&one.store, &other.store] {
        let (workspace, member) = store.demo(Role::Manager).await.expect("answered").expect("a demo");
        let reader = store.reader_of(workspace, member).await.expect("answered").expect("a member");
        let board = Address::parse("/board").expect("an address");
        boards.push(store.page(&reader, &board, now).await.expect("a board"));
    }
    assert_eq!(boards[0], boards[1]);
    assert!(boards[0].view.deals.len() > 31);

    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_beyond_every_calendar_is_refused() {
    let database = Database::start().await;
    let far = NaiveDate::from_ymd_opt(9999, 1, 1).expect("a day");
    assert!(matches!(seed(&database.store, far).await, Err(SeedError::Day(day)) if day == far));
    assert_eq!(database.store.demo(Role::Manager).await.expect("answered"), None);
    database.stop().await;
}
