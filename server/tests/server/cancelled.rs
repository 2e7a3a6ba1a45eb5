//! Browsers that go away in the middle of a request.

use crate::support::{DEADLINE, Random, World, any_account, applied, run};
use domain::command::{Outcome, Request};
use futures_util::future::join_all;
use reqwest::Method;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

const REQUESTS: usize = 10_000;
const AT_ONCE: usize = 100;
/// Farther behind, a log is not handed out.
const COMMANDS: usize = 4_500;

#[test]
fn ten_thousand_cancelled_requests_lose_nothing() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let before = admin.version().await;
        let mut random = Random(7);
        let commands: Vec<Request> = (0..COMMANDS).map(|_| any_account()).collect();
        let mut unsent = commands.iter();
        let mut acknowledged = BTreeMap::new();
        let mut cancelled = 0;
        for _ in 0..REQUESTS / AT_ONCE {
            let requests = (0..AT_ONCE).map(|at| {
                let command = if at * REQUESTS < AT_ONCE * COMMANDS { unsent.next() } else { None };
                let reads = ["/api/v1/page?address=/board", "/api/v1/changes?since=0", "/api/v1/search?q=acc"];
                let read = reads[at % reads.len()];
                let patience = Duration::from_micros(random.below(40_000));
                let admin = &admin;
                async move {
                    let asked = async {
                        let Some(command) = command else {
                            let _ = admin.request(Method::GET, read).send().await;
                            return None;
                        };
                        let response = admin.try_post(std::slice::from_ref(command)).await.ok()?;
                        let outcome = response.json::<Vec<Outcome>>().await.ok()?.pop()?;
                        Some(applied(outcome))
                    };
                    // Dropped, the request's connection is closed under the server.
                    tokio::time::timeout(patience, asked).await
                }
            });
            for answer in join_all(requests).await {
                match answer {
                    Ok(Some(recorded)) => _ = acknowledged.insert(recorded.command, recorded.version),
                    Ok(None) => {}
                    Err(_) => cancelled += 1,
                }
            }
        }
        assert!(cancelled > REQUESTS / 4, "only {cancelled} were cancelled");

        // Whatever was not answered is asked again: then each stands in the log, once.
        for some in commands.chunks(500) {
            for (outcome, request) in admin.post(some).await.into_iter().zip(some) {
                let recorded = applied(outcome);
                let told = acknowledged.get(&request.id);
                assert!(told.is_none_or(|told| *told == recorded.version), "acknowledged as another version");
            }
        }
        let log = admin.changes(before).await;
        let logged: BTreeSet<_> = log.iter().map(|recorded| recorded.command).collect();
        assert_eq!((log.len(), logged.len()), (COMMANDS, COMMANDS), "one effect for each command");

        let open = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
        let since = Instant::now();
        while world.ask(open) != "0" {
            assert!(since.elapsed() < DEADLINE, "a transaction was left open");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        applied(admin.send(&any_account()).await);
    });
}
