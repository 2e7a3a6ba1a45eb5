//! Searching deals, accounts and contacts from the top bar.

use crate::{
    client::get,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    page::{Address, Found},
    record::Kind,
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

#[component]
pub fn Search(node: NodeRef<html::Input>) -> impl IntoView {
    let texts = use_texts();
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<Found>>);
    let chosen = RwSignal::new(0_usize);
    let asked = StoredValue::new(0_u32);
    let ask = move |typed: String| {
        text.set(typed.clone());
        chosen.set(0);
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        if typed.trim().is_empty() {
            found.set(None);
            return;
        }
        spawn_local(async move {
            let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            let answer = get::<Vec<Found>>(&format!("/api/v1/search?q={query}")).await;
            // An answer to what is no longer typed is late.
            if asked.try_get_value() == Some(number) {
                found.set(Some(answer.unwrap_or_default()));
            }
        });
    };
    let close = move || {
        text.set(String::new());
        found.set(None);
    };
    let navigate = use_navigate();
    let go = move |target: &Found| {
        navigate(&path(target), leptos_router::NavigateOptions::default());
        close();
    };
    let go_key = go.clone();
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            close();
            if let Some(input) = node.get_untracked() {
                let _ = input.blur();
            }
        }
        "ArrowDown" => {
            event.prevent_default();
            let last = found.with_untracked(|found| found.as_ref().map_or(0, Vec::len)).saturating_sub(1);
            chosen.update(|chosen| *chosen = (*chosen + 1).min(last));
        }
        "ArrowUp" => {
            event.prevent_default();
            chosen.update(|chosen| *chosen = chosen.saturating_sub(1));
        }
        "Enter" => {
            let target = found.with_untracked(|found| found.as_ref()?.get(chosen.get_untracked()).cloned());
            if let Some(target) = target {
                go_key(&target);
            }
        }
        _ => {}
    };
    view! {
        <span class="anchor search-anchor" role="search">
            <label class="search">
                <Icon name=IconName::Search class="i-s" />
                <input type="search" node_ref=node placeholder=texts.nav().search_hint() aria-label=texts.nav().search()
                    role="combobox" aria-expanded=move || found.with(Option::is_some).to_string() aria-controls="found"
                    autocomplete="off" aria-keyshortcuts="Control+K" prop:value=move || text.get()
                    on:input=move |event| ask(event_target_value(&event)) on:keydown=on_key />
                <kbd>"Ctrl K"</kbd>
            </label>
            {move || found.get().map(|list| {
                let go = go.clone();
                view! {
                    <div class="pop menu" id="found" role="listbox" aria-label=texts.search().title()>
                        {if list.is_empty() {
                            view! { <p class="head">{texts.search().empty(text.get_untracked())}</p> }.into_any()
                        } else {
                            list.into_iter().enumerate().map(|(place, target)| {
                                let (go, name, of) = (go.clone(), target.name.clone(), target.of.clone());
                                let icon = icon(&target);
                                view! {
                                    <button type="button" role="option"
                                        aria-selected=move || (chosen.get() == place).to_string()
                                        on:pointerdown=move |event: web_sys::PointerEvent| event.prevent_default()
                                        on:click=move |_| go(&target)>
                                        <Icon name=icon class="i-s" />
                                        <span class="ell grow">{name}</span>
                                        <span class="meta ell">{of}</span>
                                    </button>
                                }
                            }).collect_view().into_any()
                        }}
                    </div>
                }
            })}
        </span>
    }
}

fn icon(found: &Found) -> IconName {
    match found.kind {
        Kind::Account => IconName::Building,
        Kind::Contact => IconName::User,
        _ => IconName::Deals,
    }
}

fn path(found: &Found) -> String {
    match found.kind {
        Kind::Account => Address::Account(found.id.into()).path(),
        Kind::Contact => Address::Accounts { text: found.of.clone() }.path(),
        _ => Address::Deal(found.id.into()).path(),
    }
}
