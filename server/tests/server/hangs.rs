//! A database that is there and does not answer.

use crate::{
    program::{Program, until},
    support::{Visitor, any_account, applied, ask, folder, run_alone},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use reqwest::StatusCode;
use std::{fs, path::Path};

/// The processes of a database, which go on at the latest when the test ends.
struct Processes(Vec<Pid>);

impl Processes {
    /// The server's, and those that serve connections.
    fn of(folder: &Path) -> Self {
        let url = format!("postgres://fairlead@localhost:5432/fairlead?host={}", folder.join("data/run").display());
        let connections = ask(&url, "SELECT pid FROM pg_stat_activity");
        let file = fs::read_to_string(folder.join("data/postgres/postmaster.pid")).expect("it runs");
        let pids = file.lines().take(1).chain(connections.lines());
        Self(pids.map(|pid| Pid::from_raw(pid.parse().expect("a process id"))).collect())
    }

    fn signal(&self, signal: Signal) {
        for pid in &self.0 {
            // The connection that asked for them is gone.
            let _ = kill(*pid, signal);
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.signal(Signal::SIGCONT);
    }
}

#[test]
fn a_database_that_hangs_holds_nobody_for_ever() {
    run_alone(async {
        let folder = folder();
        let mut program = Program::start(folder.path());
        let member = Visitor::new(&program.base).found("Founder").await;
        let since = member.version().await;
        let database = Processes::of(folder.path());
        database.signal(Signal::SIGSTOP);
        let request = any_account();
        let asked = [request.clone()];
        let (page, command) = tokio::join!(member.get("/board"), member.try_post(&asked));
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.text().await.expect("a page").contains("<html"), "people are told by a page");
        assert_eq!(command.expect("an answer").status(), StatusCode::SERVICE_UNAVAILABLE);
        // Whether it was done is not known; asked again, it is done once.
        database.signal(Signal::SIGCONT);
        until("ready again", async || member.status("/readyz").await == StatusCode::OK).await;
        let recorded = applied(member.send(&request).await);
        assert_eq!(member.changes(since).await, [recorded]);

        let database = Processes::of(folder.path());
        database.signal(Signal::SIGSTOP);
        // Asked to stop once it waits for the database a while, asked again it ends at once.
        until("it ends", async || {
            let ended = program.child.try_wait().expect("watched").is_some();
            if !ended {
                program.signal(Signal::SIGTERM);
            }
            ended
        })
        .await;
        database.signal(Signal::SIGCONT);
        kill(database.0[0], Signal::SIGINT).expect("it is left behind");
        let file = folder.path().join("data/postgres/postmaster.pid");
        until("the database ends", async || !file.exists()).await;
    });
}
