//! The interface, compiled twice: the server renders a page from what it has read, and the browser takes the same page
//! over from the same data, which is inlined.

#![recursion_limit = "256"]

mod account;
mod board;
mod client;
mod deal;
mod entry;
pub mod import;
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

/// The page, from the data that the server inlined.
pub fn page_from_document() -> impl IntoView {
    let json = document().get_element_by_id("seed").and_then(|element| element.text_content());
    let seed: Option<Seed> = json.and_then(|json| serde_json::from_str(&json).ok());
    seed.map(|seed| view! { <App seed=seed /> })
}

#[component]
fn App(seed: Seed) -> impl IntoView {
    provide_meta_context();
    provide_context(seed.language);
    match seed.place {
        Place::Work(snapshot) => view! { <shell::Work snapshot=*snapshot /> }.into_any(),
        Place::Entry(entry) => view! { <entry::EntryPage entry=*entry /> }.into_any(),
        Place::NotFound => view! { <shell::Lost failed=false /> }.into_any(),
        Place::Failed => view! { <shell::Lost failed=true /> }.into_any(),
    }
}
