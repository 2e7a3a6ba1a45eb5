//! Who may import, and whose files and runs these are.

use crate::support::Office;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::access::Role;

#[tokio::test(flavor = "multi_thread")]
async fn only_importers_of_the_workspace_reach_its_files_and_runs() {
    let office = Office::open().await;
    let (manager, rep, viewer) =
        (office.hire(Role::Manager).await, office.hire(Role::Rep).await, office.hire(Role::Viewer).await);
    let neighbour = office.neighbour().await;
    let file = office.upload("a.csv", "name,phone,website\nA,1,x\n").await;
    let run = office.import(&file).await.run.id;
    let upload = file.upload;

    let of_file = [
        (Method::GET, format!("/api/v1/imports/{upload}/checking"), ""),
        (Method::GET, format!("/api/v1/imports/{upload}/refused.csv"), ""),
        (Method::POST, format!("/api/v1/imports/{upload}/inspect"), "{}"),
        (Method::DELETE, format!("/api/v1/imports/{upload}"), ""),
    ];
    let of_run = [
        (Method::GET, format!("/api/v1/imports/runs/{run}"), ""),
        (Method::GET, format!("/api/v1/imports/runs/{run}/refused.csv"), ""),
        (Method::POST, format!("/api/v1/imports/runs/{run}/cancel"), ""),
        (Method::POST, format!("/api/v1/imports/runs/{run}/undo"), ""),
    ];
    for (method, path, body) in of_file.iter().chain(&of_run) {
        for person in [&rep, &viewer] {
            let (status, _) = office.send(person, method.clone(), path, Body::from(*body)).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
        }
        let (status, _) = office.send(&neighbour, method.clone(), path, Body::from(*body)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path} from another workspace");
    }
    for (method, path, body) in &of_file {
        let (status, _) = office.send(&manager, method.clone(), path, Body::from(*body)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}: another member's file");
    }
    let (status, _) = office.send(&rep, Method::POST, "/api/v1/imports?name=x.csv", Body::from("a,b\n1,2\n")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let nobody = crate::support::Person { cookie: String::new(), ..rep };
    let (status, _) = office.send(&nobody, Method::POST, "/api/v1/imports?name=x.csv", Body::from("a,b\n1,2\n")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    office.close().await;
}
