//! What the browser keeps until it is done with, also when the tab is closed: commands that the server has not answered,
//! those that it refused when they arrived, and conflicts that wait for a choice. Nothing that a person typed is lost
//! without their word.

use super::{Client, Gated, Pending, in_browser, new_id};
use domain::{
    change::Target,
    command::{Command, Request},
    id::CommandId,
    refusal::{Clash, Refusal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A command that was refused only when it arrived, with what the person had typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub request: Request,
    pub refusal: Refusal,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    waiting: Vec<Request>,
    refused: Vec<Refused>,
    conflicts: Vec<(Target, Clash)>,
}

impl Client {
    /// Writes down what waits, and shows how much it is.
    pub(super) fn keep(&self) {
        let waiting: Vec<Request> =
            self.state.with_value(|state| state.pending.iter().map(|pending| pending.request.clone()).collect());
        self.sync.update(|sync| sync.waiting = waiting.len());
        let (Some(storage), Some(place)) = (storage(), self.kept_at.get_value()) else { return };
        let kept = Kept { waiting, refused: self.refused.get_untracked(), conflicts: self.conflicts.get_untracked() };
        if kept.waiting.is_empty() && kept.refused.is_empty() && kept.conflicts.is_empty() {
            let _ = storage.remove_item(&place);
        } else if let Ok(json) = serde_json::to_string(&kept) {
            let _ = storage.set_item(&place, &json);
        }
    }

    /// Takes up what earlier pages of this member left in this browser. Another page may still stand and send the same:
    /// that is one effect, for a command has its receipt.
    pub(super) fn take_up(&self) {
        let places = format!("fairlead kept {} ", self.me);
        self.kept_at.set_value(Some(format!("{places}{}", new_id())));
        let Some(storage) = storage() else { return };
        let count = storage.length().unwrap_or(0);
        let names: Vec<String> = (0..count).filter_map(|at| storage.key(at).ok().flatten()).collect();
        let mut all = Kept::default();
        for name in names.into_iter().filter(|name| name.starts_with(&places)) {
            let kept = storage.get_item(&name).ok().flatten();
            if let Some(kept) = kept.and_then(|json| serde_json::from_str::<Kept>(&json).ok()) {
                all.waiting.extend(kept.waiting);
                all.refused.extend(kept.refused);
                all.conflicts.extend(kept.conflicts);
            }
            let _ = storage.remove_item(&name);
        }
        // Ids are made in order of time: so the commands of several pages come in theirs.
        all.waiting.sort_by_key(|request| request.id);
        let now = self.now();
        let touched = self.state.try_update_value(|state| {
            state.pending.extend(all.waiting.into_iter().map(|request| Pending { request, guess: Vec::new() }));
            state.guess_again(self.me, now)
        });
        self.refused.set(all.refused);
        self.conflicts.set(all.conflicts);
        self.changed(&touched.unwrap_or_default(), None);
        self.send();
    }

    /// The server has refused a command. What can be asked again by one press is only told; what was typed is kept.
    pub(super) fn note_refused(&self, request: Request, refusal: Refusal) {
        // A move that only lacks what a gate asks for is pending: trying it again asks for that.
        let is_pending = matches!(refusal, Refusal::Gate { .. });
        let is_told =
            matches!(request.command, Command::Undo { .. } | Command::MoveDeal { .. } | Command::Delete { .. });
        if is_pending || !is_told {
            self.refused.update(|refused| refused.push(Refused { request, refusal }));
        }
    }

    /// Asks for a refused command once more, under a new id.
    pub fn try_again(&self, id: CommandId) {
        let kept = self.refused.with_untracked(|refused| {
            let kept = refused.iter().find(|refused| refused.request.id == id);
            kept.map(|refused| (refused.request.command.clone(), refused.refusal.clone()))
        });
        let client = *self;
        match kept {
            // The server knows where the deals have been; asked here, it would only refuse again.
            Some((command, Refusal::Gate { unmet })) => {
                let then = Arc::new(move |_| client.forget(id));
                self.gated.set(Some(Gated { command, unmet, then }));
            }
            Some((command, _)) => self.ask_through_or_tell(command, move |_| client.forget(id)),
            None => {}
        }
    }

    /// Gives up what was refused.
    pub fn forget(&self, id: CommandId) {
        self.refused.update(|refused| refused.retain(|refused| refused.request.id != id));
        self.keep();
    }
}

fn storage() -> Option<web_sys::Storage> {
    if !in_browser() {
        return None;
    }
    window().local_storage().ok().flatten()
}
