//! What every handler shares.

use crate::{import::Imports, presence::Presence, throttle::Throttle, visitor::Proxies};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::sync::Arc;
use store::Store;
use tokio::sync::Semaphore;

#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub leptos: LeptosOptions,
    /// The demo workspace may be entered without a password: only on an embedded database bound to loopback.
    pub demo: bool,
    pub proxies: Proxies,
    pub throttle: Arc<Throttle>,
    /// Hashing a password takes 46 MiB and a core: two at once, the rest waits.
    pub hashing: Arc<Semaphore>,
    pub imports: Arc<Imports>,
    pub presence: Arc<Presence>,
}

impl AppState {
    pub fn new(store: Store, leptos: LeptosOptions, demo: bool) -> Self {
        Self {
            imports: Arc::new(Imports::new(store.clone())),
            store,
            leptos,
            demo,
            proxies: Proxies::default(),
            throttle: Arc::default(),
            hashing: Arc::new(Semaphore::new(2)),
            presence: Arc::default(),
        }
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
