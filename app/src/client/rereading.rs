//! Reading the page anew when what is asked for has changed.

use super::{Client, HttpError};
use domain::page::Address;
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// Whether a page is being read anew, and whether that failed: what is shown is then of before.
#[derive(Clone, Copy)]
pub struct Rereading {
    pub is_on: RwSignal<bool>,
    pub failed: RwSignal<bool>,
    /// Grows with every question: answers to older ones are late.
    number: StoredValue<u32>,
}

impl Rereading {
    pub fn new() -> Self {
        Self { is_on: RwSignal::new(false), failed: RwSignal::new(false), number: StoredValue::new(0) }
    }

    /// Reads the page after a rest in milliseconds, unless another is asked for meanwhile.
    pub fn read(self, client: Client, address: Address, rest: u32) {
        let Some(number) = self.number.try_update_value(|number| {
            *number += 1;
            *number
        }) else {
            return;
        };
        let is_wanted = move || self.number.try_get_value() == Some(number);
        spawn_local(async move {
            TimeoutFuture::new(rest).await;
            if !is_wanted() {
                return;
            }
            let answer = client.read_if(&address, is_wanted).await;
            if !is_wanted() {
                return;
            }
            self.is_on.set(false);
            match answer {
                Ok(()) => self.failed.set(false),
                Err(HttpError::SignedOut) => {
                    let _ = window().location().reload();
                }
                Err(_) => self.failed.set(true),
            }
        });
    }
}
