//! The interface, compiled twice: the server renders a page from what it has read, and the browser takes the same page
//! over from the same data, which is inlined.

#![recursion_limit = "256"]

mod account;
mod board;
mod chunk;
mod client;
mod contact;
mod deal;
mod entry;
pub mod funnel;
mod gate;
pub mod grid;
pub mod import;
mod palette;
mod plan;
mod presence;
mod saved_view;
pub mod seed;
mod settings;
mod shell;
mod texts;
mod ui;

pub use seed::{Seed, Theme};
pub use texts::{Language, Texts};

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use seed::Place;

/// The document around a page.
pub fn shell(options: LeptosOptions, seed: &Seed) -> impl IntoView + use<> {
    // Inside a script element only "<" could end it; in JSON it stands only within strings.
    let json = serde_json::to_string(seed).unwrap_or_default().replace('<', "\\u003c");
    let (language, theme) = (seed.language, seed.theme);
    let seed = seed.clone();
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() data-theme=theme.map(Theme::word)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="apple-touch-icon" href="/icons/apple-touch.png" />
                <HashedStylesheet options=options.clone() id="style" />
                <HydrationScripts options=options />
                <script id="seed" type="application/json" inner_html=json></script>
                <MetaTags />
            </head>
            <body>
                <App seed=seed />
            </body>
        </html>
    }
}

/// What takes over the page that the server rendered, from the data that it inlined; its code is loaded when this returns.
pub async fn page_from_document() -> Option<impl FnOnce() -> AnyView> {
    let json = document().get_element_by_id("seed")?.text_content()?;
    let seed: Seed = serde_json::from_str(&json).ok()?;
    let location = window().location();
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    // The page stands and can be read meanwhile; it wakes up as soon as the network lets it.
    let mut wait = 250;
    while chunk::load_first(&seed, &path).await.is_err() {
        gloo_timers::future::TimeoutFuture::new(wait).await;
        wait = (wait * 2).min(8_000);
    }
    Some(move || view! { <App seed=seed /> }.into_any())
}

#[component]
fn App(seed: Seed) -> impl IntoView {
    provide_meta_context();
    provide_context(seed.language);
    match seed.place {
        Place::Work(snapshot) => view! { <shell::Work snapshot=*snapshot /> }.into_any(),
        Place::Entry(entry) => chunk::at_once(chunk::entry(*entry)),
        Place::NotFound => view! { <shell::Lost failed=false /> }.into_any(),
        Place::Failed => view! { <shell::Lost failed=true /> }.into_any(),
    }
}
