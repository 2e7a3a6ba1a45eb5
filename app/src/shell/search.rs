//! Searching deals, accounts and contacts from the top bar.

use crate::{
    texts::use_texts,
    ui::{Icon, IconName, finder::Finder, is_composing},
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
    let finder = Finder::new(String::new(), None);
    let close = move || finder.ask(String::new());
    let navigate = use_navigate();
    let go = move |target: &Found| {
        navigate(&path(target), leptos_router::NavigateOptions::default());
        close();
    };
    let go_key = go.clone();
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = finder.found.with_untracked(|found| found.as_ref().map_or(0, Vec::len));
        if is_composing(&event) || finder.step(&event, count) {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                close();
                if let Some(input) = node.get_untracked() {
                    let _ = input.blur();
                }
            }
            "Enter" => {
                let go = go_key.clone();
                spawn_local(async move {
                    // What is meant is what is typed by now.
                    finder.settled().await;
                    let chosen = finder.chosen.try_get_untracked().unwrap_or_default();
                    let target = finder.found.try_with_untracked(|found| found.as_ref()?.get(chosen).cloned());
                    if let Some(target) = target.flatten() {
                        go(&target);
                    }
                });
            }
            _ => {}
        }
    };
    let option = |place: usize| format!("found-{place}");
    let is_open = move || finder.open.get() && finder.found.with(Option::is_some);
    view! {
        <span class="anchor search-anchor" role="search">
            <label class="search">
                <Icon name=IconName::Search class="i-s" />
                <input type="search" node_ref=node placeholder=texts.nav().search_hint() aria-label=texts.nav().search()
                    role="combobox" aria-expanded=move || is_open().to_string() aria-controls="found"
                    aria-activedescendant=move || is_open().then(|| option(finder.chosen.get()))
                    autocomplete="off" aria-keyshortcuts="Control+K" prop:value=move || finder.text.get()
                    on:focus=move |_| finder.open.set(true) on:blur=move |_| finder.open.set(false)
                    on:input=move |event| finder.ask(event_target_value(&event)) on:keydown=on_key />
                <kbd>"Ctrl K"</kbd>
            </label>
            {move || (finder.open.get() && finder.failed.get()).then(|| view! {
                <div class="pop menu"><p class="head" role="alert">{texts.search().unreached()}</p></div>
            })}
            {move || finder.found.get().filter(|_| finder.open.get()).map(|list| {
                let go = go.clone();
                view! {
                    <div class="pop menu" id="found" role="listbox" aria-label=texts.search().title()>
                        {if list.is_empty() {
                            view! { <p class="head">{texts.search().empty(finder.text.get_untracked())}</p> }.into_any()
                        } else {
                            list.into_iter().enumerate().map(|(place, target)| {
                                let (go, name, of) = (go.clone(), target.name.clone(), target.of.clone());
                                let icon = icon(&target);
                                view! {
                                    <button type="button" role="option" tabindex="-1" id=option(place)
                                        aria-selected=move || (finder.chosen.get() == place).to_string()
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
        Kind::Contact => Address::Contact(found.id.into()).path(),
        _ => Address::Deal(found.id.into()).path(),
    }
}
