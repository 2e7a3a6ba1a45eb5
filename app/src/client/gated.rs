//! Commands before a gate: what is missing is asked for in one place, from wherever a deal was moved or made.

use super::Client;
use domain::{command::Command, gate::Unmet, id::CommandId, refusal::Refusal};
use leptos::prelude::*;
use std::sync::Arc;

/// A command that lacks something, until the person has given it or gives up.
#[derive(Clone)]
pub struct Gated {
    pub command: Command,
    pub unmet: Vec<Unmet>,
    /// What follows when it is carried out.
    pub then: Arc<dyn Fn(CommandId) + Send + Sync>,
}

impl Client {
    /// Asks for a command; `then` follows when it is carried out: at once, or when what a gate asks for has been given.
    ///
    /// # Errors
    /// Any refusal that is not a gate's.
    pub fn ask_through(
        &self,
        command: Command,
        then: impl Fn(CommandId) + Send + Sync + 'static,
    ) -> Result<(), Refusal> {
        match self.ask(command.clone()) {
            Ok(id) => then(id),
            Err(Refusal::Gate { unmet }) => {
                self.gated.set(Some(Gated { command, unmet, then: Arc::new(then) }));
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// The same, and tells any other refusal in a toast.
    pub fn ask_through_or_tell(&self, command: Command, then: impl Fn(CommandId) + Send + Sync + 'static) {
        if let Err(refusal) = self.ask_through(command, then) {
            self.tell(&refusal);
        }
    }
}
