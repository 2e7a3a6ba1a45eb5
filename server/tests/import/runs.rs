//! Runs: one at a time, cancelled midway, taken back, and what people changed since stays.

use crate::support::Office;
use app::import::{
    inspection::Inspection,
    plan::Apply,
    report::{RunStatus, is_partly_undone},
    trouble::Trouble,
};
use axum::http::StatusCode;
use domain::{
    change::{Delta, Target},
    command::{Command, Request},
    id::{CommandId, ImportId},
    page::{RunState, Snapshot},
    record::Kind,
};
use serde_json::json;
use server::clock;
use std::fmt::Write as _;

pub async fn leads(office: &Office, rows: usize) -> Inspection {
    let mut csv = "id,deal name,company,stage,create date\n".to_owned();
    for row in 0..rows {
        writeln!(csv, "{row},Lead {row},Company {},Lead,2024-03-01", row % 50).expect("a string");
    }
    office.upload("leads.csv", csv).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_import_keeps_what_is_in_until_it_is_undone() {
    let office = Office::open().await;
    let file = leads(&office, 20_000).await;
    let other = leads(&office, 10).await;
    let apply = Apply { run: ImportId(clock::new_id()), plan: file.plan.clone() };
    let path = format!("/api/v1/imports/{}/apply", file.upload);
    let started: RunStatus = office.post(&path, &apply).await;
    // Asked twice, it is one import.
    let again: RunStatus = office.post(&path, &apply).await;
    assert_eq!(again.run.id, started.run.id);
    // A second one has to wait.
    let second = Apply { run: ImportId(clock::new_id()), plan: other.plan.clone() };
    let (status, body) = office.try_post(&format!("/api/v1/imports/{}/apply", other.upload), &second).await;
    let trouble: Trouble = serde_json::from_slice(&body).expect("a reason");
    assert_eq!((status, trouble), (StatusCode::CONFLICT, Trouble::ImportRunning { run: started.run.id }));

    office.until(started.run.id, |status| status.run.progress.done > 0).await;
    let _: RunStatus = office.post(&format!("/api/v1/imports/runs/{}/cancel", started.run.id), &()).await;
    let ended = office.over(started.run.id).await;
    let counts = ended.run.progress;
    assert_eq!(ended.run.state, RunState::Cancelled);
    assert!(counts.done > 0 && counts.done < 20_000, "{counts:?}");
    let view = office.board(office.pipeline).await;
    assert_eq!(view.deals.len() as u64, counts.created, "what was counted is there");

    let undone = office.undo(&ended).await.run;
    assert_eq!((undone.state, undone.progress.done), (RunState::Undone, undone.progress.rows));
    assert!(office.board(office.pipeline).await.deals.is_empty());
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_leaves_what_people_changed_since() {
    let office = Office::open().await;
    let run = office.import(&leads(&office, 300).await).await;
    let view = office.board(office.pipeline).await;
    let mut deals = view.deals.values();
    let (edited, called) = (deals.next().expect("a deal"), deals.next().expect("another"));
    let delta = Delta { before: json!(edited.title), after: json!("Renamed") };
    let edit = Command::set(Target::new(Kind::Deal, edited.id), "title", delta);
    let call = json!({
        "create": { "record": { "activity": {
            "id": clock::new_id(), "deal": called.id, "type": "call", "subject": "Called", "owner": office.admin.member,
            "created_at": clock::now(),
        } } },
    });
    let call: Command = serde_json::from_value(call).expect("a command");
    let requests = [edit, call].map(|command| Request { id: CommandId(clock::new_id()), command });
    office.carry_out(&requests).await;
    assert_eq!(office.status(run.run.id).await.changed_since, None, "counted only where it is asked for");
    let asked: RunStatus = office.get(&format!("/api/v1/imports/runs/{}?changed=true", run.run.id)).await;
    assert_eq!(asked.changed_since, Some(1));

    let undone = office.undo(&run).await.run;
    assert_eq!(undone.state, RunState::Undone);
    let view = office.board(office.pipeline).await;
    let mut left: Vec<_> = view.deals.values().map(|deal| deal.title.clone()).collect();
    left.sort();
    assert_eq!(left, [called.title.clone(), "Renamed".to_owned()]);
    // 300 deals and 50 accounts came; two deals stay with their accounts.
    let accounts = if edited.account == called.account { 1 } else { 2 };
    assert_eq!(undone.progress.rows - undone.progress.done, 2 + accounts);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_stays_until_a_later_undo() {
    let office = Office::open().await;
    let accounts = office.upload("accounts.csv", "company,phone,employees\nAcme,1,7\nBeta,2,8\n").await;
    let accounts = office.import(&accounts).await;
    let deals = office.upload("deals.csv", "id,deal name,company,stage\n1,A,Acme,Lead\n").await;
    let deals = office.import(&deals).await;
    let path = format!("/api/v1/imports/runs/{}?changed=true", accounts.run.id);
    let asked: RunStatus = office.get(&path).await;
    assert_eq!((asked.held, asked.changed_since), (Some(1), Some(0)), "one account has a deal");

    let partly = office.undo(&accounts).await;
    // A field and two accounts came: what stays keeps the field that it has a value of.
    let progress = partly.run.progress;
    assert_eq!((partly.run.state, progress.rows, progress.done), (RunState::Undone, 3, 1), "{partly:?}");
    assert!(partly.may_undo && is_partly_undone(&partly.run));
    let view = office.board(office.pipeline).await;
    let fields: Vec<_> = view.fields.keys().collect();
    let page: Snapshot = office.get("/api/v1/page?address=/accounts").await;
    let left: Vec<_> = page.view.accounts.values().collect();
    assert_eq!((left.len(), left[0].name.as_str(), fields.len()), (1, "Acme", 1));
    assert!(fields.iter().all(|field| left[0].custom.contains_key(field)), "{left:?}");

    let deals = office.undo(&deals).await;
    assert!(!deals.may_undo && deals.run.progress.done == 1, "{deals:?}");
    let asked: RunStatus = office.get(&path).await;
    assert_eq!((asked.held, asked.changed_since), (Some(0), Some(0)));
    let rest = office.undo(&accounts).await;
    assert_eq!((rest.run.progress.rows, rest.run.progress.done, rest.may_undo), (3, 3, false), "{rest:?}");
    assert!(office.board(office.pipeline).await.fields.is_empty());
    let undo = format!("/api/v1/imports/runs/{}/undo", accounts.run.id);
    assert_eq!(office.try_post(&undo, &()).await.0, StatusCode::CONFLICT, "nothing is left");
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_is_cancelled_goes_on_later() {
    let office = Office::open().await;
    let run = office.import(&leads(&office, 5_000).await).await;
    let path = format!("/api/v1/imports/runs/{}", run.run.id);
    let _: RunStatus = office.post(&format!("{path}/undo"), &()).await;
    office.until(run.run.id, |status| (1..5_000).contains(&status.run.progress.done)).await;
    let _: RunStatus = office.post(&format!("{path}/cancel"), &()).await;
    let stopped = office.over(run.run.id).await;
    assert!(stopped.may_undo && is_partly_undone(&stopped.run), "{stopped:?}");
    let left = office.board(office.pipeline).await.deals.len() as u64;
    let progress = stopped.run.progress;
    assert_eq!(progress.rows - progress.done, left + 50, "the accounts go after their deals");

    let undone = office.undo(&stopped).await.run;
    assert_eq!((undone.progress.rows, undone.progress.done), (5_050, 5_050));
    assert!(office.board(office.pipeline).await.deals.is_empty());
    office.close().await;
}
