//! The frame around every page of the workspace: rail, top bar, sync chip, person.

mod choices;
mod frame;
mod keys;
mod keys_list;
mod sync_chip;
mod sync_list;

pub use choices::{LanguageChoice, ThemeChoice, choose_language, choose_theme};
pub use frame::TopBar;
pub use keys::{FILTER, PLACES, types};
pub use keys_list::Keys;
pub use sync_list::SyncList;

use crate::{
    client::Client,
    presence,
    texts::use_texts,
    ui::{Icon, IconName, Mark, Title},
};
use domain::page::Snapshot;
use leptos::prelude::*;
use leptos_router::{
    WildcardSegment,
    components::{Route, Router, Routes},
};

/// The workspace: everything that a signed-in member sees.
#[component]
pub fn Work(snapshot: Snapshot) -> impl IntoView {
    let client = Client::new(snapshot);
    provide_context(client);
    Effect::new(move |_| client.connect());
    presence::begin(client);
    view! {
        <Router>
            // One route for every address: the router keeps the address bar, the frame chooses the page.
            <Routes fallback=|| ()>
                <Route path=WildcardSegment("address") view=frame::Frame />
            </Routes>
        </Router>
    }
}

/// No page stands here, or it could not be read.
#[component]
pub fn Lost(failed: bool) -> impl IntoView {
    let texts = use_texts();
    let (title, text) = if failed {
        (texts.errors().not_loaded(), texts.errors().busy())
    } else {
        (texts.errors().not_found(), texts.errors().not_found_text())
    };
    view! {
        <Title text=texts.app().title(title) />
        <main class="sign">
            <header><span class="brand"><Mark /><b>{texts.app().name()}</b></span></header>
            <div class="empty page-empty">
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="acts"><a class="btn" href="/"><Icon name=IconName::Board class="i-s" />{texts.errors().home()}</a></p>
            </div>
        </main>
    }
}
