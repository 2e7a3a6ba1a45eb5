//! Who may import, and whose files and runs these are.

use crate::support::{Office, read};
use app::import::{
    inspection::Inspection,
    report::{Check, Reason, RunStatus},
    trouble::Trouble,
};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    access::Role,
    change::{Delta, Target},
    command::{Command, Request},
    id::CommandId,
    record::Kind,
    refusal::{Refusal, Rule},
};
use serde_json::json;
use server::clock;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_file_tells_nothing_of_deals_that_are_not_seen() {
    let office = Office::open().await;
    let manager = office.hire(Role::Manager).await;
    let own = Delta { before: json!("workspace"), after: json!("own") };
    let command = Command::set(Target::new(Kind::Member, manager.member), "scope", own);
    office.carry_out(&[Request { id: CommandId(clock::new_id()), command }]).await;
    let csv = "id,deal name,company,stage,create date\n7,Hidden,Acme,Lead,2024-03-01\n";
    office.import(&office.upload("mine.csv", csv).await).await;

    // Even who guesses every cell does not learn that the guess is right.
    let (status, body) = office.send(&manager, Method::POST, "/api/v1/imports?name=x.csv", Body::from(csv)).await;
    let file: Inspection = read("x.csv", status, &body);
    let plan = serde_json::to_vec(&file.plan).expect("JSON");
    let path = format!("/api/v1/imports/{}/check", file.upload);
    let (status, body) = office.send(&manager, Method::POST, &path, Body::from(plan)).await;
    let check: Check = read(&path, status, &body);
    assert_eq!((check.counts.unchanged, check.counts.refused), (0, 1), "{check:?}");
    let taken = Refusal::invalid("external_id", Rule::Taken);
    assert_eq!(check.refused[0].problems[0].reason, Reason::Refused { refusal: taken });
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_see_a_runs_records_neither_reads_its_rows_nor_undoes_it() {
    let office = Office::open().await;
    let manager = office.hire(Role::Manager).await;
    let csv = "id,deal name,stage,create date\n1,Hidden,Lead,2024-03-01\n2,Secret,Lead,never\n3,,,soon\n";
    let mut file = office.upload("mine.csv", csv).await;
    file.plan.columns[3].dates = Some(domain::import::DateForm::ISO);
    let run = office.import(&file).await.run.id;
    let refused = format!("/api/v1/imports/runs/{run}/refused.csv");
    let (status, _) = office.send(&manager, Method::GET, &refused, Body::empty()).await;
    assert_eq!(status, StatusCode::OK, "who sees everything may read it");

    let own = Delta { before: json!("workspace"), after: json!("own") };
    let command = Command::set(Target::new(Kind::Member, manager.member), "scope", own);
    office.carry_out(&[Request { id: CommandId(clock::new_id()), command }]).await;
    let undo = format!("/api/v1/imports/runs/{run}/undo");
    for (method, path) in [(Method::GET, &refused), (Method::POST, &undo)] {
        let (status, body) = office.send(&manager, method, path, Body::empty()).await;
        let trouble: Trouble = serde_json::from_slice(&body).expect("a reason");
        assert_eq!((status, trouble), (StatusCode::FORBIDDEN, Trouble::OthersRun), "{path}");
    }
    let told = format!("/api/v1/imports/runs/{run}?changed=true");
    let (status, body) = office.send(&manager, Method::GET, &told, Body::empty()).await;
    let told: RunStatus = read(&told, status, &body);
    assert_eq!((told.may_undo, told.has_refused, told.changed_since), (false, false, None));

    let told = office.status(run).await;
    assert!(told.may_undo && told.has_refused);
    let undone = office.undo(&told).await;
    assert_eq!((undone.run.progress.rows, undone.run.progress.done), (1, 1));
    office.close().await;
}
