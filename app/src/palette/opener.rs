//! What the frame opens from anywhere, and the top bar's button for the palette.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    grid::Query,
    id::PipelineId,
    page::{Found, Page},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What is open over the page.
#[derive(Clone, Copy)]
pub struct Opener {
    pub palette: RwSignal<bool>,
    /// The list of keys.
    pub help: RwSignal<bool>,
    /// The form for a new deal.
    pub creating: RwSignal<bool>,
    /// What C makes on the page that stands, where that is no deal.
    pub creates: RwSignal<Option<Callback<()>>>,
    /// The account that the form begins with.
    pub customer: RwSignal<Option<Found>>,
}

impl Opener {
    pub fn new() -> Self {
        let [palette, help, creating] = std::array::from_fn(|_| RwSignal::new(false));
        Self { palette, help, creating, creates: RwSignal::new(None), customer: RwSignal::new(None) }
    }
}

/// The pipeline into which a new deal goes: the one that the page shows, or the first.
pub fn pipeline_here() -> impl Fn() -> Option<PipelineId> + Copy {
    let client = expect_context::<Client>();
    let search = use_location().search;
    move || {
        let shown = client.page.with_untracked(|page| match page {
            Page::Board(board) => Some(board.pipeline),
            // The page is not read anew when its address chooses another.
            Page::Deals(_) => Query::parse(search.get_untracked().trim_start_matches('?')).pipeline,
            Page::Deal { deal, .. } => client.peek(|view| view.deals.get(deal).map(|deal| deal.pipeline)),
            _ => None,
        });
        shown.or_else(|| client.peek(|view| view.pipelines().first().map(|first| first.id)))
    }
}

#[component]
pub fn SearchButton() -> impl IntoView {
    let texts = use_texts().palette();
    let Opener { palette, .. } = expect_context();
    view! {
        <button type="button" class="search" aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K"
            aria-expanded=move || palette.get().to_string() on:click=move |_| palette.set(true)>
            <Icon name=IconName::Search class="i-s" />
            <span>{texts.open()}</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
    }
}
