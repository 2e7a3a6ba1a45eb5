//! Others' changes as they happen. After a loss the stream is opened again from the version that is known, so nothing is
//! skipped and nothing comes twice. Of a browser's tabs one listens, and passes on what it hears.

use super::{Client, Wait, get, http::ask_as, in_browser, tabs::Tabs};
use domain::{Version, change::Recorded};
use futures_util::{StreamExt, future::Either, future::select, stream};
use gloo_net::eventsource::{State, futures::EventSource};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use std::pin::pin;

/// How often the stream's state is looked at, in milliseconds.
const LOOK: u32 = 1_500;
/// How often a tab that listens to another makes sure that it hears everything, and how late it may hear it.
const PROBE: u32 = 15_000;
const LATE: u32 = 2_000;

#[derive(Deserialize)]
struct Changes {
    version: Version,
    recorded: Option<Vec<Recorded>>,
}

impl Client {
    /// Begins to listen, and takes up what an earlier page had not sent. Once, in the browser.
    pub fn connect(&self) {
        if !in_browser() {
            return;
        }
        ask_as(self.me);
        self.take_up();
        let client = *self;
        spawn_local(async move { client.listen_for_ever().await });
    }

    async fn listen_for_ever(&self) {
        let tabs = Tabs::open(*self);
        select(pin!(tabs.lead()), pin!(self.left_alone())).await;
        tabs.stop_following();
        let mut wait = Wait::new();
        loop {
            if self.listen_once(tabs).await {
                wait = Wait::new();
            }
            self.live_is_lost(true);
            tabs.tell_state(true);
            wait.pause().await;
            // An ended session cannot be told from a lost stream; asking for the changes tells.
            match get::<Changes>(&format!("/api/v1/changes?since={}", self.version())).await {
                Ok(changes) => self.take_changes(changes),
                Err(super::HttpError::SignedOut) => {
                    let _ = window().location().reload();
                    return;
                }
                Err(_) => {}
            }
        }
    }

    /// Waits until the tab that listens for this one has stopped to pass on what it hears: a browser may let a tab in the
    /// background sleep.
    async fn left_alone(&self) {
        loop {
            TimeoutFuture::new(PROBE).await;
            if document().hidden() {
                continue;
            }
            let Ok(changes) = get::<Changes>(&format!("/api/v1/changes?since={}", self.version())).await else {
                continue;
            };
            if changes.version > self.version() {
                TimeoutFuture::new(LATE).await;
                if changes.version > self.version() {
                    self.take_changes(changes);
                    return;
                }
            }
        }
    }

    pub(super) fn live_is_lost(&self, lost: bool) {
        if self.sync.with_untracked(|sync| sync.live_lost != lost) {
            self.sync.update(|sync| sync.live_lost = lost);
            if lost {
                self.presence.forget();
            }
        }
    }

    /// Listens until the stream is lost; `true` where something arrived.
    async fn listen_once(&self, tabs: Tabs) -> bool {
        let address = format!("/api/v1/live?since={}&member={}", self.version(), self.me);
        let Ok(mut source) = EventSource::new(&address) else { return false };
        let (Ok(messages), Ok(mut resets)) = (source.subscribe("message"), source.subscribe("reset")) else {
            return false;
        };
        let Ok(presence) = source.subscribe("presence") else { return false };
        let mut messages = stream::select(messages, presence);
        let mut arrived = false;
        loop {
            // The browser tries again by itself and says nothing of it: looking now and then tells.
            let look = pin!(TimeoutFuture::new(LOOK));
            let event = select(select(messages.next(), resets.next()), look).await;
            let lost = source.state() != State::Open;
            if self.sync.with_untracked(|sync| sync.live_lost != lost) {
                self.live_is_lost(lost);
                tabs.tell_state(lost);
            }
            let event = match event {
                Either::Left((event, _)) => event,
                Either::Right(_) if source.state() == State::Closed => return arrived,
                Either::Right(_) => continue,
            };
            match event {
                Either::Left((Some(Ok((kind, message))), _)) => {
                    arrived = true;
                    let Some(text) = message.data().as_string() else { continue };
                    if kind == "presence" {
                        tabs.pass_on_presence(&text);
                        self.presence.hear(&text);
                        continue;
                    }
                    tabs.pass_on(&text);
                    let Ok(recorded) = serde_json::from_str(&text) else { continue };
                    if !self.receive(&recorded) {
                        return true;
                    }
                }
                Either::Right((Some(Ok(_)), _)) => {
                    // What is held here is too old, or other things may be seen now.
                    let _ = window().location().reload();
                    return true;
                }
                _ => return arrived,
            }
        }
    }

    /// Fetches what was missed.
    pub(super) fn catch_up(&self) {
        let client = *self;
        spawn_local(async move {
            if let Ok(changes) = get::<Changes>(&format!("/api/v1/changes?since={}", client.version())).await {
                client.take_changes(changes);
            }
        });
    }

    fn take_changes(&self, changes: Changes) {
        match changes.recorded {
            Some(recorded) => {
                for recorded in &recorded {
                    self.receive(recorded);
                }
            }
            None if changes.version != self.version() => {
                let _ = window().location().reload();
            }
            None => {}
        }
    }
}
