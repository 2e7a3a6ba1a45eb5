//! What the page is asked for, and what it has: the query follows the address, and the report follows the query and what
//! happens to deals meanwhile.

use crate::client::{Client, Rereading};
use domain::{
    funnel::{query::Query, report::Report},
    page::{Address, Page},
    record::Kind,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::sync::Arc;

/// How long typing must rest before figures are read, in milliseconds.
const REST: u32 = 200;
/// How long after others' changes they are read again, in milliseconds.
const LATER: u32 = 4_000;

#[derive(Clone, Copy)]
pub struct Funnel {
    pub client: Client,
    pub query: Memo<Query>,
    pub report: Memo<Option<Arc<Report>>>,
    pub rereading: Rereading,
    go: Callback<Query>,
}

impl Funnel {
    pub fn new(client: Client) -> Self {
        let location = use_location();
        let query = Memo::new(move |before: Option<&Query>| {
            let search = location.search.get();
            let address = format!("{}?{}", location.pathname.get(), search.trim_start_matches('?'));
            // On the way to another page the query is gone too; that is no question to the server.
            match Address::parse(&address) {
                Some(Address::Funnel(query)) => query,
                _ => before.cloned().unwrap_or_default(),
            }
        });
        let report = Memo::new(move |before: Option<&Option<Arc<Report>>>| {
            let read = client.page.with(|page| match page {
                Page::Funnel(report) => serde_json::from_str(report).ok().map(Arc::new),
                _ => None,
            });
            read.or_else(|| before.cloned().flatten())
        });
        let navigate = use_navigate();
        let go = Callback::new(move |query: Query| {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&Address::Funnel(query).path(), options);
        });
        let state = Self { client, query, report, rereading: Rereading::new(), go };
        state.follow();
        state
    }

    /// Changes what is asked for.
    pub fn change(&self, change: impl FnOnce(&mut Query)) {
        let mut query = self.query.get_untracked();
        change(&mut query);
        self.go.run(query);
    }

    fn follow(self) {
        Effect::new(move |before: Option<Query>| {
            // Counts and amounts come together.
            let query = Query { by_amount: false, ..self.query.get() };
            if before.is_some_and(|before| before != query) {
                self.rereading.is_on.set(true);
                self.read(REST);
            }
            query
        });
        let waiting = StoredValue::new(false);
        self.client.listen(move |touched, confirmed| {
            let counts = touched.iter().any(|target| matches!(target.kind, Kind::Deal | Kind::Stage | Kind::Member));
            if confirmed.is_none() || !counts || waiting.get_value() {
                return;
            }
            waiting.set_value(true);
            spawn_local(async move {
                TimeoutFuture::new(LATER).await;
                if waiting.try_set_value(false).is_none() {
                    self.read(0);
                }
            });
        });
    }

    /// Reads the figures anew after a rest, unless something else is asked for meanwhile.
    pub fn read(self, rest: u32) {
        self.rereading.read(self.client, Address::Funnel(self.query.get_untracked()), rest);
    }
}
