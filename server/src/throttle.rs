//! Slows down guessing: failed sign-ins are counted for each account and each address.

use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Failures within the window after which further tries are refused.
const FAILURES: usize = 10;
const WINDOW: Duration = Duration::minutes(15);
/// More names than this are not remembered: the oldest window is dropped.
const NAMES: usize = 10_000;

#[derive(Default)]
pub struct Throttle(Mutex<HashMap<String, Vec<DateTime<Utc>>>>);

impl Throttle {
    /// Whether another try under this name may be made.
    pub fn admits(&self, name: &str, now: DateTime<Utc>) -> bool {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(times) = failures.get_mut(name) else { return true };
        times.retain(|time| now - *time < WINDOW);
        times.len() < FAILURES
    }

    pub fn failed(&self, name: &str, now: DateTime<Utc>) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= NAMES {
            failures.retain(|_, times| times.last().is_some_and(|last| now - *last < WINDOW));
        }
        if failures.len() < NAMES || failures.contains_key(name) {
            failures.entry(name.to_owned()).or_default().push(now);
        }
    }

    pub fn succeeded(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_close_the_door_for_a_while() {
        let throttle = Throttle::default();
        let now: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        for _ in 0..FAILURES {
            assert!(throttle.admits("a@b", now));
            throttle.failed("a@b", now);
        }
        assert!(!throttle.admits("a@b", now));
        assert!(throttle.admits("c@d", now));
        assert!(throttle.admits("a@b", now + WINDOW));
        throttle.succeeded("a@b");
        assert!(throttle.admits("a@b", now));
    }
}
