//! Live updates: every version once, in order, to those whom it concerns.

use crate::support::{DEADLINE, Member, Random, World, any_account, applied, run};
use domain::{
    Version,
    access::Role,
    change::{Delta, Recorded, Target},
    command::Command,
    presence::News,
    record::Kind,
};
use reqwest::{Method, Response, StatusCode};
use std::time::Duration;

/// An open stream of server-sent events.
pub struct Events {
    response: Response,
    received: Vec<u8>,
}

#[derive(Debug, PartialEq)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: String,
}

impl Events {
    pub async fn open(member: &Member, since: Version) -> Self {
        Self::start(member.get(&format!("/api/v1/live?since={since}")).await)
    }

    fn start(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, received: Vec::new() }
    }

    /// The next event but news of who is where; `None` where the stream ends.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.next_of_any().await?;
            if event.name != "presence" {
                return Some(event);
            }
        }
    }

    /// The next news of who is where.
    pub async fn next_news(&mut self) -> News {
        loop {
            let event = self.next_of_any().await.expect("an event");
            if event.name == "presence" {
                assert_eq!(event.id, "", "it has no version");
                return serde_json::from_str(&event.data).expect("news");
            }
        }
    }

    async fn next_of_any(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.received.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.received.drain(..end + 2).collect();
                let block = String::from_utf8(block).expect("UTF-8");
                let field = |name: &str| {
                    let lines = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    lines.map(str::trim_start).collect::<Vec<_>>().join("\n")
                };
                let event = Event { name: field("event"), id: field("id"), data: field("data") };
                // Comments keep the connection alive.
                if !event.data.is_empty() {
                    return Some(event);
                }
                continue;
            }
            let chunk = tokio::time::timeout(DEADLINE, self.response.chunk()).await.expect("an event in time");
            self.received.extend_from_slice(&chunk.ok()??);
        }
    }

    pub async fn next_recorded(&mut self) -> Recorded {
        let event = self.next().await.expect("an event");
        assert_eq!(event.name, "", "{event:?}");
        let recorded: Recorded = serde_json::from_str(&event.data).expect("a change");
        assert_eq!(event.id, recorded.version.to_string());
        recorded
    }
}

#[test]
fn a_change_arrives_at_others_with_its_version() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let other = admin.hire(Role::Rep).await;
        let mut elsewhere = other.clone();
        let replica = world.serve_replica().await;
        elsewhere.at.base.clone_from(&replica.base);
        let since = other.version().await;
        let mut near = Events::open(&other, since).await;
        let mut far = Events::open(&elsewhere, since).await;
        for _ in 0..5 {
            let recorded = applied(admin.send(&any_account()).await);
            assert_eq!(near.next_recorded().await, recorded);
            assert_eq!(far.next_recorded().await, recorded, "through another server");
        }
        // Several in one transaction, and by whoever listens.
        let commands: Vec<_> = (0..5).map(|_| any_account()).collect();
        for outcome in elsewhere.post(&commands).await {
            let recorded = applied(outcome);
            assert_eq!(near.next_recorded().await, recorded);
            assert_eq!(far.next_recorded().await, recorded);
        }
    });
}

#[test]
fn who_was_away_gets_what_was_missed_and_goes_on() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let since = admin.version().await;
        let mut missed = Vec::new();
        for _ in 0..3 {
            missed.push(applied(admin.send(&any_account()).await));
        }
        let mut events = Events::open(&admin, since).await;
        // A browser that reconnects by itself says what it had; the address is the one it began with.
        let again = admin.request(Method::GET, "/api/v1/live?since=0").header("last-event-id", since + 1);
        let mut again = Events::start(again.send().await.expect("an answer"));
        for recorded in &missed {
            assert_eq!(events.next_recorded().await, *recorded);
        }
        for recorded in &missed[1..] {
            assert_eq!(again.next_recorded().await, *recorded);
        }
        let recorded = applied(admin.send(&any_account()).await);
        assert_eq!(events.next_recorded().await, recorded);
        assert_eq!(again.next_recorded().await, recorded);

        // A version that the workspace never had, and one that is no number.
        for since in [-1, 1_000_000] {
            let mut events = Events::open(&admin, since).await;
            assert_eq!(events.next().await.expect("a reset").name, "reset");
            assert_eq!(events.next().await, None);
        }
        assert_eq!(admin.status("/api/v1/live?since=x").await, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn nothing_is_skipped_or_doubled_by_reconnecting_under_load() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let since = admin.version().await;
        let listeners: Vec<_> = (0..4)
            .map(|seed| {
                let admin = admin.clone();
                tokio::spawn(async move {
                    let mut random = Random(seed);
                    let mut reached = since;
                    while reached < since + 400 {
                        let mut events = Events::open(&admin, reached).await;
                        for _ in 0..=random.below(60) {
                            let version = events.next_recorded().await.version;
                            assert_eq!(version, reached + 1);
                            reached = version;
                            if reached == since + 400 {
                                break;
                            }
                        }
                    }
                })
            })
            .collect();
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let admin = admin.clone();
                tokio::spawn(async move {
                    for _ in 0..50 {
                        applied(admin.send(&any_account()).await);
                    }
                })
            })
            .collect();
        for task in writers.into_iter().chain(listeners) {
            task.await.expect("done");
        }
        assert_eq!(admin.version().await, since + 400);
    });
}

#[test]
fn a_listener_that_does_not_read_misses_nothing() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let since = admin.version().await;
        let mut events = Events::open(&admin, since).await;
        for _ in 0..6 {
            let commands: Vec<_> = (0..500).map(|_| any_account()).collect();
            admin.post(&commands).await;
        }
        for version in since + 1..=since + 3_000 {
            assert_eq!(events.next_recorded().await.version, version);
        }
    });
}

#[test]
fn only_whose_rights_or_sight_change_loads_anew() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (rep, other) = (admin.hire(Role::Rep).await, admin.hire(Role::Rep).await);
        let since = admin.version().await;
        let mut reps = Events::open(&rep, since).await;
        let mut others = [Events::open(&other, since).await, Events::open(&admin, since).await];
        let set = |field: &str, before: &str, after: &str| {
            Command::set(Target::new(Kind::Member, rep.id), field, Delta { before: before.into(), after: after.into() })
        };
        let renamed = admin.apply(set("name", "Joined", "Renamed")).await;
        assert_eq!(reps.next_recorded().await, renamed);
        let raised = admin.apply(set("role", "rep", "manager")).await;
        assert_eq!(reps.next_recorded().await, raised);
        assert_eq!(reps.next().await.expect("a reset").name, "reset");
        assert_eq!(reps.next().await, None);
        let later = applied(admin.send(&any_account()).await);
        for events in &mut others {
            for recorded in [&renamed, &raised, &later] {
                assert_eq!(events.next_recorded().await, *recorded);
            }
        }
    });
}

#[test]
fn another_workspace_hears_nothing() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, stranger) = (server.found().await, server.found().await);
        let mut heard = Events::open(&stranger, stranger.version().await).await;
        let mut own = Events::open(&admin, admin.version().await).await;
        for _ in 0..20 {
            applied(admin.send(&any_account()).await);
            own.next_recorded().await;
        }
        // The first thing that arrives is their own.
        let recorded = applied(stranger.send(&any_account()).await);
        assert_eq!(heard.next_recorded().await, recorded);
        let quiet = tokio::time::timeout(Duration::from_millis(50), heard.next()).await;
        assert!(quiet.is_err(), "{quiet:?}");
    });
}
