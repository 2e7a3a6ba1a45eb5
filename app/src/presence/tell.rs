//! Telling the server where this page is: at once when it changes, a few times a second while a card is dragged, and again
//! now and then, as what is not told again passes. A page that nobody sees tells nothing.

use crate::client::{Client, HttpError, new_id, post_json};
use domain::{
    page::Page,
    presence::{Place, Report, Spot},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use uuid::Uuid;

const ADDRESS: &str = "/api/v1/presence";
/// The least time between two reports, in milliseconds.
const GAP: u32 = 250;
/// How often it is told again.
const BEAT: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
struct Teller {
    page: Uuid,
    spot: Memo<Spot>,
    lost: Memo<bool>,
    /// One report at a time, so that the last one to arrive is the last one that was sent.
    telling: StoredValue<bool>,
}

/// Tells from now on where the page is, for as long as it stands.
pub fn begin(client: Client) {
    Effect::new(move |_| {
        let presence = client.presence;
        let place = Memo::new(move |_| client.page.with(place_of));
        let spot = Memo::new(move |_| {
            let place = place.get();
            let spot = Spot { place, doing: presence.doing.get() };
            // What cannot be passed on is not told.
            if spot.is_sound() { spot } else { Spot { place, ..Spot::default() } }
        });
        let lost = Memo::new(move |_| client.sync.with(|sync| sync.live_lost || sync.away));
        let teller = Teller { page: new_id(), spot, lost, telling: StoredValue::new(false) };
        Effect::new(move |_| {
            spot.track();
            lost.track();
            teller.tell();
        });
        let beat = set_interval_with_handle(move || teller.tell(), BEAT);
        let seen = window_event_listener_untyped("visibilitychange", move |_| teller.tell());
        let left = window_event_listener_untyped("pagehide", move |_| teller.leave());
        on_cleanup(move || {
            if let Ok(beat) = beat {
                beat.clear();
            }
            seen.remove();
            left.remove();
        });
    });
}

fn place_of(page: &Page) -> Place {
    match page {
        Page::Board(board) => Place::Board(board.pipeline),
        Page::Deal { deal, .. } => Place::Deal(*deal),
        Page::Account { account, .. } => Place::Account(*account),
        _ => Place::Elsewhere,
    }
}

impl Teller {
    fn tell(self) {
        if self.lost.get_untracked() || document().hidden() || self.telling.get_value() {
            return;
        }
        self.telling.set_value(true);
        spawn_local(async move {
            while let Some(spot) = self.spot.try_get_untracked() {
                let report = Report { page: self.page, spot: Some(spot.clone()) };
                // Where it does not arrive, the next one will.
                let _: Result<(), HttpError> = post_json(ADDRESS, &report).await;
                TimeoutFuture::new(GAP).await;
                if self.spot.try_with_untracked(|now| *now == spot) != Some(false) {
                    break;
                }
            }
            self.telling.try_update_value(|telling| *telling = false);
        });
    }

    /// The browser sends this also when the page is gone.
    fn leave(self) {
        let report = Report { page: self.page, spot: None };
        if let Ok(report) = serde_json::to_string(&report) {
            let _ = window().navigator().send_beacon_with_opt_str(ADDRESS, Some(&report));
        }
    }
}
