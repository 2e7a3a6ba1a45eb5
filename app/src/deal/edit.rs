//! One field while it is edited in place. The editor remembers the value that it was opened on: where nothing was typed
//! nothing is asked, and what others saved meanwhile is not overwritten unseen.

use crate::{client::Client, ui::focus::focus_again};
use domain::{
    change::Target,
    id::CommandId,
    presence::Doing,
    refusal::{Refusal, Rule},
};
use leptos::{html, prelude::*};
use serde_json::Value;

#[derive(Clone, Copy)]
pub struct Edit {
    client: Client,
    target: Target,
    field: StoredValue<String>,
    /// The value that the editor was opened on, while it is open.
    seen: RwSignal<Option<Value>>,
    /// What was refused: why, and what had been typed. The next opening begins with it.
    refused: RwSignal<Option<(Refusal, String)>>,
    /// What opens the editor, and has the focus again when it is closed.
    pub button: NodeRef<html::Button>,
}

impl Edit {
    pub fn new(client: Client, target: Target, field: &str) -> Self {
        let (seen, button) = (RwSignal::new(None::<Value>), NodeRef::new());
        focus_again(button, move || seen.with(Option::is_some));
        let doing = Doing::Editing { target, field: field.to_owned() };
        client.presence.while_doing(move || seen.with(Option::is_some).then(|| doing.clone()));
        let field = StoredValue::new(field.to_owned());
        Self { client, target, field, seen, refused: RwSignal::new(None), button }
    }

    pub fn open(&self) {
        let value = self.field.with_value(|field| self.client.value(self.target, field));
        self.seen.set(Some(value));
    }

    pub fn is_open(&self) -> bool {
        self.seen.with(Option::is_some)
    }

    /// Closes the editor; what was refused before is given up too.
    pub fn cancel(&self) {
        self.seen.set(None);
        self.refused.set(None);
    }

    /// What the input begins with.
    pub fn start(&self, written: impl Fn(&Value) -> String) -> String {
        let refused = self.refused.with_untracked(|refused| refused.as_ref().map(|(_, typed)| typed.clone()));
        refused.unwrap_or_else(|| self.seen.with_untracked(|seen| written(seen.as_ref().unwrap_or(&Value::Null))))
    }

    /// Why the last text was refused, and that text.
    pub fn refused(&self) -> Option<(Refusal, String)> {
        self.refused.get()
    }

    /// Closes the editor and asks for what was typed. `None` where nothing changes: it was not typed, or it was refused.
    pub fn commit(
        &self,
        typed: String,
        written: impl Fn(&Value) -> String,
        read: impl Fn(&str) -> Result<Value, Rule>,
    ) -> Option<CommandId> {
        let seen = self.seen.get_untracked()?;
        self.cancel();
        if written(&seen) == typed {
            return None;
        }
        let field = self.field.get_value();
        let asked = match read(&typed) {
            Ok(value) if value == seen => return None,
            Ok(value) => self.client.set_from(self.target, &field, seen, value),
            Err(rule) => Err(Refusal::invalid(&field, rule)),
        };
        match asked {
            Ok(command) => Some(command),
            // Told with both values, by the box that asks which to keep.
            Err(Refusal::Conflict { .. }) => None,
            Err(refusal) => {
                self.refused.set(Some((refusal, typed)));
                None
            }
        }
    }
}
