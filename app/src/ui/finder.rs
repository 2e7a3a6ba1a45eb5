//! Looking records up while it is typed: the question, its answer, and the list of what can be chosen.

use crate::client::{Client, get};
use domain::{
    access::Sight,
    record::Kind,
    search::{self, Hit},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// How many are offered where only one kind is asked for.
const OFFERED: usize = 8;
/// How long nothing more is typed before everything is searched, in milliseconds.
const PAUSE: u32 = 90;

#[derive(Clone, Copy)]
pub struct Finder {
    client: Client,
    pub text: RwSignal<String>,
    /// What was found; nothing where nothing is asked for. Until the answer is here it is that of what was typed before.
    pub found: RwSignal<Option<Vec<Hit>>>,
    pub is_fresh: RwSignal<bool>,
    /// The server was not reached. Of one kind nothing is known then; of all, what this browser holds was found.
    pub failed: RwSignal<bool>,
    /// Whether the list is shown.
    pub open: RwSignal<bool>,
    /// The place of the option that Enter takes.
    pub chosen: RwSignal<usize>,
    /// Only records of this kind.
    only: Option<Kind>,
    asked: StoredValue<u32>,
}

impl Finder {
    pub fn new(client: Client, text: String, only: Option<Kind>) -> Self {
        Self {
            client,
            text: RwSignal::new(text),
            found: RwSignal::new(None),
            is_fresh: RwSignal::new(true),
            failed: RwSignal::new(false),
            open: RwSignal::new(false),
            chosen: RwSignal::new(0),
            only,
            asked: StoredValue::new(0),
        }
    }

    pub fn ask(&self, typed: String) {
        let Self { client, found, failed, is_fresh, only, asked, .. } = *self;
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let is_blank = typed.trim().is_empty();
        self.text.set(typed.clone());
        self.chosen.set(0);
        self.open.set(!is_blank);
        is_fresh.set(is_blank);
        failed.set(false);
        if is_blank {
            found.set(None);
            return;
        }
        spawn_local(async move {
            if only.is_none() {
                TimeoutFuture::new(PAUSE).await;
                if asked.try_get_value() != Some(number) {
                    return;
                }
            }
            let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            let answer = get::<Vec<Hit>>(&format!("/api/v1/search?q={query}")).await;
            // An answer to what is no longer typed is late.
            if asked.try_get_value() != Some(number) {
                return;
            }
            failed.set(answer.is_err());
            found.set(match (answer, only) {
                (Ok(mut hits), Some(only)) => {
                    hits.retain(|hit| hit.found.kind == only);
                    hits.truncate(OFFERED);
                    Some(hits)
                }
                (Ok(hits), None) => Some(hits),
                (Err(_), Some(_)) => None,
                (Err(_), None) => {
                    Some(client.peek(|view| search::held(view, &Sight::of(view, client.me), &typed, OFFERED)))
                }
            });
            is_fresh.set(true);
        });
    }

    /// Waits until what was found belongs to what is typed.
    pub async fn settled(&self) {
        while self.is_fresh.try_get_untracked() == Some(false) {
            TimeoutFuture::new(20).await;
        }
    }

    /// Moves the choice among so many options; `true` where the key does that.
    pub fn step(&self, event: &web_sys::KeyboardEvent, options: usize) -> bool {
        let last = options.saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => self.chosen.update(|chosen| *chosen = (*chosen + 1).min(last)),
            "ArrowUp" => self.chosen.update(|chosen| *chosen = chosen.saturating_sub(1)),
            _ => return false,
        }
        event.prevent_default();
        true
    }
}
