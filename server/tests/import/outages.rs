//! Kills of the database and of the server: an import goes on or is told as failed, and nothing is doubled or lost from
//! its undo.

use crate::{runs::leads, support::Office};
use app::import::report::RunStatus;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use domain::{
    access::Role,
    command::{Command, Place, Request},
    id::{CommandId, ImportId},
    page::{ImportRun, Progress, RunState},
    record::Record,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::{clock, postgres::State};
use std::time::Duration;

fn kill_database(office: &Office) {
    let State::Ready { pid } = *office.embedded.state().borrow() else { panic!("PostgreSQL is not ready") };
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("a process to kill");
}

/// Waits for a run as its page does: while the database is away there is no status, and it is asked again.
async fn until(office: &Office, run: ImportId, state: impl Fn(&RunStatus) -> bool) -> RunStatus {
    loop {
        let path = format!("/api/v1/imports/runs/{run}");
        let (code, body) = office.send(&office.admin, Method::GET, &path, Body::empty()).await;
        if code == StatusCode::OK {
            let status = serde_json::from_slice(&body).expect("a status");
            if state(&status) {
                return status;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_over(status: &RunStatus) -> bool {
    !matches!(status.run.state, RunState::Running | RunState::Undoing)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_its_undo_go_on_when_the_database_was_killed() {
    const ROWS: usize = 6_000;
    let office = Office::open().await;
    let started = office.start(&leads(&office, ROWS).await).await;
    for rows in [0, 3_000] {
        until(&office, started.run.id, |status| status.run.progress.done > rows).await;
        kill_database(&office);
    }
    let ended = until(&office, started.run.id, is_over).await;
    let counts = ended.run.progress;
    assert_eq!((ended.run.state, counts.created, counts.accounts), (RunState::Done, ROWS as u64, 50), "{ended:?}");
    let view = office.board(office.pipeline).await;
    assert_eq!(view.deals.len(), ROWS, "nothing is doubled");

    let _: RunStatus = office.post(&format!("/api/v1/imports/runs/{}/undo", ended.run.id), &()).await;
    until(&office, ended.run.id, |status| status.run.progress.done > 0).await;
    kill_database(&office);
    let undone = until(&office, ended.run.id, is_over).await.run;
    assert_eq!((undone.state, undone.progress.done), (RunState::Undone, ROWS as u64 + 50));
    assert!(office.board(office.pipeline).await.deals.is_empty());
    office.close().await;
}

/// What another server did before it was killed: the set-up is committed and its end was heard of by nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_a_killed_server_is_told_as_failed_and_undone_whole() {
    let office = Office::open().await;
    let (id, runner) = (ImportId(clock::new_id()), clock::new_id());
    let run = ImportRun {
        id,
        by: office.admin.member,
        file_name: "a.csv".to_owned(),
        started_at: clock::now(),
        state: RunState::Running,
        progress: Progress::default(),
    };
    office.store.start_import(office.workspace, &run, runner).await.expect("started");
    let member = crate::support::person("Imported", Role::Rep);
    let create = Command::Create { record: Record::Member(member.clone()), place: Place::default(), dated: false };
    let requests = [Request { id: CommandId(clock::new_id()), command: create }];
    let never_asked = [CommandId(clock::new_id())];
    let note = async |number, commands: &[CommandId]| {
        office.store.note_chunk(office.workspace, id, runner, number, commands).await.expect("noted");
    };
    note(0, &[requests[0].id]).await;
    // Noted again, as where the answer was lost.
    note(0, &[requests[0].id]).await;
    office.carry_out(&requests).await;
    note(1, &never_asked).await;
    let lines = ["Row,Reason,id\r\n2,Bad,1\r\n", "9,Bad,2\r\n"];
    for (number, lines) in [(1, lines[0]), (2, lines[1])] {
        let keep = office.store.keep_refused(office.workspace, id, runner, number, lines);
        keep.await.expect("kept");
    }
    let progress = Progress { rows: 9, done: 9, refused: 2, ..Progress::default() };
    let note = office.store.note_import(office.workspace, id, runner, RunState::Running, &progress);
    note.await.expect("noted");

    // A second server starts, and the first is not silent yet.
    office.store.close_unfinished_imports().await.expect("closed");
    assert_eq!(office.status(id).await.run.state, RunState::Running);
    let (status, _) = office.try_post(&format!("/api/v1/imports/runs/{id}/undo"), &()).await;
    assert_eq!(status, StatusCode::CONFLICT);
    // Nobody here carries it out: whoever does hears with the next beat that it is to stop.
    let beat = async || office.store.beat_import(office.workspace, id, runner).await.expect("its own");
    assert!(!beat().await);
    let _: RunStatus = office.post(&format!("/api/v1/imports/runs/{id}/cancel"), &()).await;
    assert!(beat().await);

    let failed = office.over(id).await;
    assert_eq!(failed.run.state, RunState::Failed);
    let told: serde_json::Value = office.get(&format!("/api/v1/imports/runs/{id}")).await;
    assert_eq!(told["why"], "The server that carried it out was stopped or lost the database.");
    office.store.close_unfinished_imports().await.expect("closed");
    assert!(failed.has_refused);
    let refused = format!("/api/v1/imports/runs/{id}/refused.csv");
    let (_, refused) = office.send(&office.admin, Method::GET, &refused, Body::empty()).await;
    assert_eq!(String::from_utf8(refused).expect("UTF-8"), lines.concat(), "what was refused until then");

    let undone = office.undo(&failed).await.run;
    assert_eq!((undone.state, undone.progress.rows, undone.progress.done), (RunState::Undone, 1, 1));
    assert!(!office.board(office.pipeline).await.members.contains_key(&member.id));
    // Whoever was only slow finds that the run is no longer theirs.
    let late = office.store.note_import(office.workspace, id, runner, RunState::Running, &run.progress).await;
    assert!(matches!(late, Err(store::Error::NotFound)));
    assert_eq!(office.status(id).await.run.state, RunState::Undone);
    office.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_plan_again_finds_what_it_made() {
    let office = Office::open().await;
    let mut csv = "id,deal name,stage,owner,region,close date\n".to_owned();
    for row in 0..30 {
        let (stage, region) = (["Demo", "Bid", "Signed"][row % 3], ["North", "South"][row % 2]);
        csv += &format!("{row},Lead {row},{stage},Person {},{region},2024-03-01\n", row % 4);
    }
    let file = office.upload("pipe.csv", csv).await;
    let first = office.check(&file).await.makes;
    assert_eq!((first.stages.len(), first.members.len(), first.fields.as_slice()), (3, 4, &["region".to_owned()][..]));
    office.import(&file).await;
    let before = office.board(office.pipeline).await;

    // As if the run had been killed before anybody saw its end: the page sends the plan that it has.
    let again = office.check(&file).await;
    assert_eq!((&again.makes, again.counts.unchanged), (&app::import::report::Makes::default(), 30), "{again:?}");
    office.import(&file).await;
    let after = office.board(office.pipeline).await;
    let sizes =
        |view: &domain::view::View| (view.pipelines.len(), view.stages.len(), view.members.len(), view.fields.len());
    assert_eq!(sizes(&after), sizes(&before));
    assert_eq!(sizes(&after), (2, 4 + 3, 1 + 4, 1));
    office.close().await;
}
