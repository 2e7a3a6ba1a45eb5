//! What is too large, or no table at all, is refused early and says why.

use crate::support::Office;
use app::import::trouble::Trouble;
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use domain::import::{LimitKind, ReadError};
use futures_util::stream;
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

const MIB: u64 = 1024 * 1024;

/// Sends a file and gives the status with the reason.
async fn refusal(office: &Office, body: impl Into<Body>) -> (StatusCode, Trouble) {
    let (status, body) = office.send(&office.admin, Method::POST, "/api/v1/imports?name=x.csv", body.into()).await;
    (status, serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{status} {}", String::from_utf8_lossy(&body))))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_cut_off_early() {
    let office = Office::open().await;

    // Said beforehand: nothing is read.
    let request = Request::post("/api/v1/imports?name=x.csv")
        .header(header::HOST, "localhost")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, &office.admin.cookie)
        .header(header::CONTENT_LENGTH, 200 * MIB)
        .body(Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()))
        .expect("a request");
    let (status, _) = office.answer(request).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);

    // Not said: reading stops at the limit.
    let given = Arc::new(AtomicU64::new(0));
    let counter = given.clone();
    let piece = Bytes::from(vec![b'x'; 256 * 1024]);
    let pieces = stream::iter((0..800).map(move |_| {
        counter.fetch_add(piece.len() as u64, Ordering::Relaxed);
        Ok::<_, Infallible>(piece.clone())
    }));
    let (status, trouble) = refusal(&office, Body::from_stream(pieces)).await;
    assert_eq!((status, trouble), (StatusCode::PAYLOAD_TOO_LARGE, Trouble::FileTooLarge { max: 64 * MIB }));
    let given = given.load(Ordering::Relaxed);
    assert!(given <= 65 * MIB, "{given} bytes of 200 MiB were taken");

    let too_large = |body: String, limit: LimitKind| {
        let office = &office;
        async move {
            let (status, trouble) = refusal(office, body).await;
            let Trouble::Unreadable { why: ReadError::TooLarge { limit: found, .. } } = trouble else {
                panic!("{trouble:?}");
            };
            assert_eq!((status, found), (StatusCode::UNPROCESSABLE_ENTITY, limit));
        }
    };
    too_large(format!("a,b\n{}", "1,2\n".repeat(200_001)), LimitKind::Rows).await;
    too_large(format!("a,b\n1,{}\n", "x".repeat(1024 * 1024)), LimitKind::Cell).await;
    too_large(format!("{}\n1\n", "a,".repeat(600)), LimitKind::Columns).await;

    let noise = "\0\u{1}\u{2}\u{3}data".repeat(50);
    for (body, why) in [
        ("", ReadError::Empty),
        ("\n\n", ReadError::Empty),
        ("PK\u{3}\u{4}x", ReadError::NotText),
        (&noise, ReadError::NotText),
    ] {
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, Trouble::Unreadable { why });
        assert_eq!(refusal(&office, body.to_owned()).await, expected, "{body:?}");
    }
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_push_out_the_oldest_of_the_same_member() {
    let office = Office::open().await;
    let first = office.upload("first.csv", "name,phone\nA,1\n").await;
    for _ in 0..4 {
        office.upload("more.csv", "name,phone\nA,1\n").await;
    }
    let path = format!("/api/v1/imports/{}/checking", first.upload);
    assert_eq!(office.send(&office.admin, Method::GET, &path, Body::empty()).await.0, StatusCode::NOT_FOUND);
    office.close().await;
}
