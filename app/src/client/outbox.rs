//! The outbox: commands in their order until the server has answered each.

use super::{Client, HttpError, Wait, in_browser, post_json};
use domain::{
    command::{Outcome, Request},
    refusal::{Refusal, Rule},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use std::cell::Cell;

/// How many commands go in one request.
const BATCH: usize = 100;

/// How it stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sync {
    /// Commands that the server has not answered.
    pub waiting: usize,
    /// The last try did not reach the server.
    pub away: bool,
    /// Others' changes do not arrive at the moment.
    pub live_lost: bool,
}

thread_local! {
    /// One request at a time: the server must see the commands in their order.
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

impl Client {
    pub(super) fn send(&self) {
        self.keep();
        if !in_browser() || SENDING.with(|sending| sending.replace(true)) {
            return;
        }
        let client = *self;
        spawn_local(async move {
            client.send_all().await;
            SENDING.with(|sending| sending.set(false));
        });
    }

    async fn send_all(&self) {
        let mut wait = Wait::new();
        loop {
            let batch: Vec<Request> = self
                .state
                .with_value(|state| state.pending.iter().take(BATCH).map(|pending| pending.request.clone()).collect());
            if batch.is_empty() {
                return;
            }
            match post_json::<Vec<Outcome>>("/api/v1/commands", &batch).await {
                Ok(outcomes) => {
                    wait = Wait::new();
                    self.sync.update(|sync| sync.away = false);
                    for (request, outcome) in batch.into_iter().zip(outcomes) {
                        self.answered(request, outcome);
                    }
                    self.keep();
                }
                Err(HttpError::SignedOut) => {
                    let _ = window().location().set_href("/enter");
                    return;
                }
                Err(HttpError::Away) => {
                    self.sync.update(|sync| sync.away = true);
                    wait.pause().await;
                }
                Err(HttpError::Refused(_, why)) => {
                    // Not understood at all: sending it again would not help.
                    leptos::logging::error!("commands were not taken: {why}");
                    for request in batch {
                        self.give_up(request.id);
                        self.note_refused(request, Refusal::invalid("command", Rule::WrongType));
                    }
                    self.keep();
                    self.toasts.fail(self.texts.errors().not_saved());
                }
            }
        }
    }

    /// Waits until the server has answered everything, or is away.
    pub async fn settled(&self) {
        while self.sync.with_untracked(|sync| sync.waiting > 0 && !sync.away) {
            TimeoutFuture::new(20).await;
        }
    }
}
