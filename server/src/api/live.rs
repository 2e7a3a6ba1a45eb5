//! `GET /api/v1/live?since=N`: server-sent events. Each carries its version as the event's id and the changes as its data;
//! `reset` asks the page to load anew. `presence` tells who is where, without a version; it waits for every change.

use crate::{
    clock,
    error::{AppError, Result},
    session::{Asker, SessionCookie},
    state::AppState,
};
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::id::MemberId;
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, PollNext, Stream},
};
use metrics::gauge;
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};

#[derive(Deserialize)]
pub struct Since {
    #[serde(default)]
    since: i64,
    /// For whom the page listens: an event stream carries no headers of ours.
    member: Option<MemberId>,
}

/// Counts open streams for as long as it lives.
struct Counted;

impl Counted {
    fn new() -> Self {
        gauge!("fairlead_live_streams").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!("fairlead_live_streams").decrement(1.0);
    }
}

pub async fn live(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Query(Since { since, member }): Query<Since>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    if member.is_some_and(|member| member != reader.member) {
        return Err(AppError::SignedOut);
    }
    let session = SessionCookie::from_headers(&headers).ok_or(AppError::SignedOut)?;
    // A browser that reconnects by itself says what it received last.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let presence = state.presence.listen(&reader, clock::now());
    let live = state.store.live(reader, session.token_hash(), last.unwrap_or(since)).await?;
    let changes = stream::unfold((live, Counted::new()), async |(mut live, counted)| {
        let event = match live.next().await? {
            store::Event::Changes { version, json } => Event::default().id(version.to_string()).data(&*json),
            store::Event::Reset => Event::default().event("reset").data("{}"),
        };
        Some((event, (live, counted)))
    });
    let presence = stream::unfold(presence, async |mut presence| {
        let news = serde_json::to_string(&presence.next().await).unwrap_or_default();
        Some((Event::default().event("presence").data(news), presence))
    });
    // The changes go first, and with them everything ends.
    let changes = changes.map(Some).chain(stream::once(ready(None)));
    let events = stream::select_with_strategy(changes, presence.map(Some), |(): &mut ()| PollNext::Left)
        .take_while(|event| ready(event.is_some()))
        .filter_map(|event| ready(event.map(Ok)));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
