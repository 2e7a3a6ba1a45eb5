//! The server and its database are killed under load, again and again.

use crate::{
    program::{Program, until},
    support::{Member, Random, Visitor, any_account, applied, folder, run_alone},
};
use domain::{
    Version,
    command::{Outcome, Request},
    id::CommandId,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use reqwest::StatusCode;
use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

const ROUNDS: u64 = 20;
const WRITERS: usize = 8;

/// What a writer asked, and the version that it was told, if it was told.
type Asked = Vec<(Request, Option<Version>)>;

/// Asks one command after the other until one is not answered, or until told to stop: a database that is back at once
/// leaves every command answered.
async fn write(member: Member, acknowledged: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Asked {
    let mut asked = Asked::new();
    while !stop.load(Ordering::Relaxed) {
        let request = any_account();
        let answer = async {
            let response = member.try_post(std::slice::from_ref(&request)).await.ok()?;
            if response.status() != StatusCode::OK {
                return None;
            }
            response.json::<Vec<Outcome>>().await.ok()?.pop()
        };
        let Some(outcome) = answer.await else {
            asked.push((request, None));
            return asked;
        };
        asked.push((request, Some(applied(outcome).version)));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    asked
}

#[test]
fn kills_lose_nothing_acknowledged_and_double_nothing() {
    run_alone(async {
        let folder = folder();
        let mut program = Program::start(folder.path());
        let mut member = Visitor::new(&program.base).found("Founder").await;
        let mut random = Random(20);
        let mut checked = member.version().await;
        for round in 0..ROUNDS {
            let acknowledged = Arc::new(AtomicUsize::new(0));
            let stop = Arc::new(AtomicBool::new(false));
            let writer = || tokio::spawn(write(member.clone(), acknowledged.clone(), stop.clone()));
            let writers: Vec<_> = (0..WRITERS).map(|_| writer()).collect();
            let enough = usize::try_from(20 + random.below(60)).expect("small");
            until("the load gets going", async || acknowledged.load(Ordering::Relaxed) >= enough).await;
            let server_dies = round % 2 == 0;
            if server_dies {
                program.signal(Signal::SIGKILL);
                program.child.wait().expect("it dies");
            } else {
                let pid_file = fs::read_to_string(folder.path().join("data/postgres/postmaster.pid"));
                let pid = pid_file.expect("it runs").lines().next().and_then(|pid| pid.parse().ok());
                kill(Pid::from_raw(pid.expect("a process id")), Signal::SIGKILL).expect("it runs");
            }
            stop.store(true, Ordering::Relaxed);
            let mut asked = Asked::new();
            for writer in writers {
                asked.extend(writer.await.expect("a writer"));
            }
            if server_dies {
                program = Program::start(folder.path());
                member.at.base.clone_from(&program.base);
            }
            until("ready again", async || member.status("/readyz").await == StatusCode::OK).await;

            // What was told stands in the log as it was told, and what was not told at most once.
            let log = member.changes(checked).await;
            let logged: BTreeMap<CommandId, Version> =
                log.iter().map(|recorded| (recorded.command, recorded.version)).collect();
            assert_eq!(logged.len(), log.len(), "round {round}: a command took effect twice");
            for (request, told) in &asked {
                if told.is_some() {
                    assert_eq!(logged.get(&request.id), told.as_ref(), "round {round}: acknowledged and not kept");
                }
            }
            assert!(logged.keys().all(|id| asked.iter().any(|(request, _)| request.id == *id)), "round {round}");

            // Asked again, the rest is there once as well.
            for (request, _) in asked.iter().filter(|(_, told)| told.is_none()) {
                let recorded = applied(member.send(request).await);
                assert!(logged.get(&request.id).is_none_or(|version| *version == recorded.version));
            }
            let log = member.changes(checked).await;
            assert_eq!(log.len(), asked.len(), "round {round}: one effect for each command");
            checked += i64::try_from(log.len()).expect("small");
        }
        drop(program);
    });
}
