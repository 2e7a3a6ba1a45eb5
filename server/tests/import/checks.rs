//! Checks that nobody waits for any more.

use crate::{runs::leads, support::Office};
use app::import::report::Checking;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use std::time::Duration;

const ROWS: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_check_ends_when_it_is_no_longer_wanted() {
    let office = Office::open().await;
    let file = leads(&office, ROWS).await;
    let check = format!("/api/v1/imports/{}/check", file.upload);
    let checking = format!("/api/v1/imports/{}/checking", file.upload);
    let done = async || office.get::<Checking>(&checking).await.done;
    let under_way = async || {
        while !(1..ROWS as u64).contains(&done().await) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };

    // The client goes away.
    tokio::select! {
        answer = office.try_post(&check, &file.plan) => panic!("{answer:?}"),
        () = under_way() => {}
    }
    let stopped_at = done().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(done().await, stopped_at);

    // Another one is begun, as when the plan was changed meanwhile.
    let first = office.try_post(&check, &file.plan);
    let second = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        under_way().await;
        office.try_post(&check, &file.plan).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.0, second.0), (StatusCode::CONFLICT, StatusCode::OK));

    // The file is forgotten.
    let forget = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        under_way().await;
        office.send(&office.admin, Method::DELETE, &format!("/api/v1/imports/{}", file.upload), Body::empty()).await
    };
    let (checked, forgotten) = tokio::join!(office.try_post(&check, &file.plan), forget);
    assert_eq!((checked.0, forgotten.0), (StatusCode::CONFLICT, StatusCode::NO_CONTENT));
    office.close().await;
}
