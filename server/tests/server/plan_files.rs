//! MS Project's files: taken in and given out by routes, with what of them is not taken over.

use crate::support::{Member, Server, World, read, run};
use domain::{
    access::{Role, Scope},
    change::{Delta, Target},
    command::Command,
    id::DealId,
    page::Page,
    plan::exchange::Answer,
    record::Kind,
    refusal::Refusal,
};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

async fn send(by: &Member, query: &str, bytes: Vec<u8>) -> Response {
    let request = by.request(Method::POST, &format!("/api/v1/plans/import{query}"));
    request.body(bytes).send().await.expect("an answer")
}

async fn take(by: &Member, query: &str, bytes: Vec<u8>) -> Answer {
    read(send(by, query, bytes).await).await
}

fn file(tasks: &str) -> Vec<u8> {
    format!("<Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks>{tasks}</Tasks></Project>").into_bytes()
}

fn task(number: u32, after: Option<u32>) -> String {
    let link = after.map(|from| {
        format!("<PredecessorLink><PredecessorUID>{from}</PredecessorUID><Type>1</Type></PredecessorLink>")
    });
    format!(
        "<Task><UID>{number}</UID><Name>Task {number}</Name><OutlineLevel>1</OutlineLevel>\
         <Duration>PT8H0M0S</Duration>{}</Task>",
        link.unwrap_or_default()
    )
}

async fn founded(world: &World) -> (Server, Member, DealId) {
    let server = world.serve().await;
    let admin = server.found().await;
    let deal = admin.new_deal("Planned elsewhere").await;
    (server, admin, deal)
}

#[test]
fn a_file_is_tried_taken_in_given_out_and_undone() {
    run(async |world: World| {
        let (_server, admin, deal) = founded(&world).await;
        let xml = file(&[task(1, None), task(2, Some(1))].concat());
        let tried = take(&admin, &format!("?try=1&deal={deal}&name=Roll-out"), xml.clone()).await;
        assert_eq!((tried.report.tasks, tried.report.links, tried.refusal), (2, 1, None));
        assert!(admin.page(&format!("/deals/{deal}")).await.view.plans.is_empty(), "it was only tried");
        let id = server::clock::new_id();
        let query = format!("?deal={deal}&name=Roll-out&id={id}");
        let answer = take(&admin, &query, xml.clone()).await;
        // Sending it again is one effect.
        assert_eq!(take(&admin, &query, xml).await.plan, answer.plan);
        let view = admin.page(&format!("/deals/{deal}")).await.view;
        assert_eq!((view.plans.len(), view.tasks.len()), (1, 2));
        assert_eq!(view.plans[&answer.plan].name, "Roll-out");
        let out = admin.get(&format!("/api/v1/plans/{}/project.xml", answer.plan)).await;
        assert_eq!(out.headers()[header::CONTENT_TYPE], "application/xml; charset=utf-8");
        assert!(out.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").contains("Roll-out.xml"));
        let back = out.bytes().await.expect("a body").to_vec();
        assert_eq!(take(&admin, "?try=1", back).await.report.links, 1);
        admin.apply(Command::Undo { of: answer.command }).await;
        assert!(admin.page(&format!("/deals/{deal}")).await.view.plans.is_empty());
    });
}

#[test]
fn who_may_not_edit_the_deal_makes_no_plan_of_it() {
    run(async |world: World| {
        let (_server, admin, deal) = founded(&world).await;
        let rep = admin.hire(Role::Rep).await;
        let xml = || file(&task(1, None));
        for query in [format!("?deal={deal}&try=1"), format!("?deal={deal}")] {
            let answer = take(&rep, &query, xml()).await;
            assert!(matches!(answer.refusal, Some(Refusal::NotAllowed { .. })), "{:?}", answer.refusal);
        }
        let plan = take(&admin, &format!("?deal={deal}"), xml()).await.plan;
        let path = format!("/api/v1/plans/{plan}/project.xml");
        assert_eq!(rep.status(&path).await, StatusCode::OK);
        let narrow = Delta { before: Value::Null, after: json!(Scope::Own) };
        admin.apply(Command::set(Target::new(Kind::Member, rep.id), "scope", narrow)).await;
        assert_eq!(rep.status(&path).await, StatusCode::NOT_FOUND);
        assert_eq!(send(&rep, &format!("?deal={deal}"), xml()).await.status(), StatusCode::NOT_FOUND);
    });
}

#[test]
fn what_is_no_plan_is_refused_with_its_reason() {
    run(async |world: World| {
        let (_server, admin, _) = founded(&world).await;
        let reason = async |bytes: Vec<u8>| {
            let answer = send(&admin, "", bytes).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            answer.json::<Value>().await.expect("JSON")["reason"].clone()
        };
        assert!(!reason(b"PK\x03\x04 not a file".to_vec()).await.is_null());
        let broken = b"<Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks><Task></Tasks>".to_vec();
        assert!(reason(broken).await["not_xml"].is_object());
        assert_eq!(reason(b"<html></html>".to_vec()).await, json!("not_a_project"));
        assert_eq!(reason(file("")).await, json!("empty"));
        let many = file(&"<Task><UID>1</UID><OutlineLevel>1</OutlineLevel></Task>".repeat(200_001));
        assert_eq!(reason(many).await, json!({ "too_many": { "max": 10_000 } }));
        let mut bomb = String::from("<!DOCTYPE p [<!ENTITY a0 \"x\">");
        for level in 1..40 {
            let before = format!("&a{};", level - 1).repeat(10);
            bomb += &format!("<!ENTITY a{level} \"{before}\">");
        }
        bomb += "]><Project xmlns=\"http://schemas.microsoft.com/project\"><Tasks><Task><UID>1</UID><Name>&a39;</Name></Task></Tasks></Project>";
        let answer = send(&admin, "?try=1", bomb.into_bytes()).await;
        assert!(answer.status().is_client_error() || answer.status().is_success());
        assert!(answer.bytes().await.expect("a body").len() < 10_000, "it is not spelled out");
        let large = send(&admin, "", vec![b' '; 25 * 1024 * 1024 + 1]).await;
        assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
        // A circle names its tasks, of which nobody else knows.
        let circle = file(&[task(1, Some(2)), task(2, Some(1))].concat());
        for query in ["?try=1", ""] {
            let answer = take(&admin, query, circle.clone()).await;
            assert!(matches!(answer.refusal, Some(Refusal::Cycle { .. })), "{:?}", answer.refusal);
            let names: Vec<_> = answer.names.values().map(String::as_str).collect();
            assert_eq!(names.len(), 2, "{names:?}");
        }
    });
}

#[test]
fn real_files_go_in_and_out() {
    let Some(folder) = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED real_files_go_in_and_out: FAIRLEAD_DATA is not set");
        return;
    };
    run(async |world: World| {
        let (_server, admin, deal) = founded(&world).await;
        let mut taken = 0;
        for part in ["raw", "derived-from-mpp"] {
            for entry in fs::read_dir(folder.join("sched-msproject").join(part)).expect("a folder") {
                let path = entry.expect("a file").path();
                if path.extension().is_none_or(|extension| extension != "xml") {
                    continue;
                }
                let answer = send(&admin, &format!("?deal={deal}"), fs::read(&path).expect("a file")).await;
                if answer.status() == StatusCode::UNPROCESSABLE_ENTITY {
                    continue;
                }
                let answer: Answer = read(answer).await;
                assert_eq!(answer.refusal, None, "{}", path.display());
                let out = admin.get(&format!("/api/v1/plans/{}/project.xml", answer.plan)).await;
                assert_eq!(out.status(), StatusCode::OK, "{}", path.display());
                let again = take(&admin, "?try=1", out.bytes().await.expect("a body").to_vec()).await;
                let counts = |answer: &Answer| (answer.report.tasks, answer.report.links, answer.report.baselines);
                assert_eq!(counts(&again), counts(&answer), "{}", path.display());
                assert!(again.report.unread.is_empty(), "{}", path.display());
                taken += 1;
            }
        }
        assert!(taken >= 8, "{taken} files");
        let page = admin.page(&format!("/plan?deal={deal}")).await;
        assert!(matches!(page.page, Page::Plan { plans, .. } if plans.len() == taken));
    });
}
