//! Taking back what was done here, and doing it again. Both are commands like any other.

use super::Client;
use crate::ui::refusal::{SILENT, field_name, sentence};
use domain::{command::Command, id::CommandId, refusal::Refusal};
use leptos::prelude::*;

impl Client {
    /// Takes back a command of one's own.
    pub fn undo(&self, of: CommandId) {
        self.state.update_value(|state| state.undoable.retain(|other| *other != of));
        match self.ask(Command::Undo { of }) {
            Ok(undoing) => {
                self.state.update_value(|state| state.redoable.push(undoing));
                self.once_done(undoing, |client| client.toasts.say(client.texts.undo().undone()));
            }
            Err(refusal) => self.tell_not_undone(&refusal),
        }
    }

    /// Does again what was undone last.
    pub fn redo_last(&self) {
        match self.state.with_value(|state| state.redoable.last().copied()) {
            Some(of) => {
                let client = *self;
                // A deal that comes into a stage again is asked for what the gate asks for by now.
                let asked = self.ask_through(Command::Undo { of }, move |redoing| {
                    client.state.update_value(|state| {
                        state.redoable.retain(|other| *other != of);
                        state.note_undoable(redoing);
                    });
                    client.once_done(redoing, move |client| client.toasts.done(client.texts.undo().redone(), redoing));
                });
                if let Err(refusal) = asked {
                    self.state.update_value(|state| state.redoable.retain(|other| *other != of));
                    self.tell_not_undone(&refusal);
                }
            }
            None => self.toasts.say(self.texts.undo().nothing_to_redo()),
        }
    }

    /// Why something stays done: usually somebody went on working with it.
    pub(super) fn tell_not_undone(&self, refusal: &Refusal) {
        let why = match refusal {
            Refusal::Conflict { fields, .. } => {
                let mut names = self.peek(|view| {
                    let spoken = fields.iter().filter(|clash| !SILENT.contains(&clash.field.as_str()));
                    spoken.map(|clash| field_name(self.texts, view, &clash.field)).collect::<Vec<_>>()
                });
                names.dedup();
                self.texts.undo().changed_since(names.join(", "))
            }
            other => self.peek(|view| sentence(self.texts, view, other)),
        };
        self.toasts.fail(why);
    }

    /// Takes back the last command of one's own.
    pub fn undo_last(&self) {
        match self.state.try_update_value(|state| state.undoable.pop()).flatten() {
            Some(of) => self.undo(of),
            None => self.toasts.say(self.texts.undo().nothing()),
        }
    }
}
