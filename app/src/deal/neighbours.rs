//! The deals before and after this one in its column of the board, where the whole board is held here.

use crate::{
    client::Client,
    shell::types,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{id::DealId, page::Address};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

#[derive(Debug, Clone, Copy, PartialEq)]
struct Neighbours {
    before: Option<DealId>,
    after: Option<DealId>,
    place: usize,
    of: usize,
}

fn find(client: Client, deal: DealId) -> Option<Neighbours> {
    client.with(|view| {
        let here = view.deals.get(&deal).filter(|deal| client.is_complete(deal.pipeline))?;
        let mut column: Vec<_> = view.deals.values().filter(|other| other.stage == here.stage).collect();
        column.sort_by_key(|deal| (&deal.key, deal.id));
        let at = column.iter().position(|other| other.id == deal)?;
        let id = |at: usize| column.get(at).map(|deal| deal.id);
        Some(Neighbours { before: at.checked_sub(1).and_then(id), after: id(at + 1), place: at + 1, of: column.len() })
    })
}

#[component]
pub fn NeighboursBar(deal: DealId) -> impl IntoView {
    let texts = use_texts();
    let t = texts.stream();
    let client = expect_context::<Client>();
    let found = Memo::new(move |_| find(client, deal));
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || types(&event) {
                return;
            }
            let Some(found) = found.get_untracked() else { return };
            let to = match event.key().as_str() {
                "j" => found.after,
                "k" => found.before,
                _ => None,
            };
            if let Some(to) = to {
                navigate(&Address::Deal(to).path(), NavigateOptions::default());
            }
        });
        on_cleanup(move || handle.remove());
    });
    let step = move |to: Option<DealId>, icon: IconName, label: &'static str| {
        to.map(|to| {
            view! {
                <A href=Address::Deal(to).path() attr:class="btn plain icon" attr:aria-label=label attr:title=label>
                    <Icon name=icon class="i-s" />
                </A>
            }
        })
    };
    move || {
        found.get().map(|found| {
            view! {
                <span class="near wide-only">
                    {step(found.before, IconName::Left, t.previous())}
                    {step(found.after, IconName::Right, t.following())}
                    <span class="meta nw">{texts.deal().position(found.place, found.of)}</span>
                </span>
            }
        })
    }
}
