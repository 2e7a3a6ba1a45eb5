//! Waiting between tries to reach the server.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

/// In milliseconds: doubled from the first to the last.
const FIRST: u32 = 500;
const LAST: u32 = 15_000;
/// How often a wait looks whether the network is back, in milliseconds.
const LOOK: u32 = 250;

/// The waits between tries at one thing, each longer than the one before.
pub struct Wait(u32);

impl Wait {
    pub fn new() -> Self {
        Self(FIRST)
    }

    /// Waits before the next try; no longer once the device is on the network again.
    pub async fn pause(&mut self) {
        let on_line = || window().navigator().on_line();
        let was_off = !on_line();
        let mut left = jittered(self.0);
        self.0 = (self.0 * 2).min(LAST);
        while left > 0 && !(was_off && on_line()) {
            let part = left.min(LOOK);
            TimeoutFuture::new(part).await;
            left -= part;
        }
    }
}

/// Between half and all of the wait, so that many browsers do not come back at once.
fn jittered(wait: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number below half the wait")]
    let part = (js_sys::Math::random() * f64::from(wait / 2)) as u32;
    wait / 2 + part
}
