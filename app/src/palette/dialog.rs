//! The open palette: its field, its list, and the keys that go through it.

use super::{
    Opener,
    commands::{Act, Offer, carry_out},
    entries::{Entry, groups},
};
use crate::{
    client::Client,
    saved_view::read_views,
    texts::use_texts,
    ui::{Icon, IconName, figure::Exact, finder::Finder, is_composing},
};
use domain::search::{marked, words};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

fn option(place: usize) -> String {
    format!("palette-{place}")
}

#[component]
pub fn Palette(opener: Opener) -> impl IntoView {
    let texts = use_texts();
    let t = texts.palette();
    let client = expect_context::<Client>();
    let finder = Finder::new(client, String::new(), None);
    let offer = RwSignal::new(None::<Offer>);
    // What was gone to by the arrows; the first entry as long as nothing was.
    let chosen = RwSignal::new(None::<(usize, Entry)>);
    let groups = Memo::new(move |_| groups(client, finder, offer.get()));
    let flat =
        Memo::new(move |_| groups.with(|groups| groups.iter().flat_map(|it| it.entries.clone()).collect::<Vec<_>>()));
    let at = Memo::new(move |_| {
        let Some((place, chosen)) = chosen.get() else { return 0 };
        // It keeps its place, or is found again where an answer has moved it.
        flat.with(|flat| match flat.get(place) {
            Some(entry) if *entry == chosen => place,
            _ => flat.iter().position(|entry| *entry == chosen).unwrap_or(0),
        })
    });
    // Without them the palette goes without them.
    spawn_local(async move {
        let _ = read_views(client).await;
    });

    let (node, input, list) =
        (NodeRef::<html::Dialog>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Div>::new());
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }
    });
    // Closed by its own means before it is taken away, it gives the focus back to where it came from.
    on_cleanup(move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    });
    Effect::new(move |_| {
        groups.track();
        let place = at.get();
        if let Some(list) = list.get() {
            show(&list, place);
        }
    });
    let close = move || {
        opener.palette.try_set(false);
    };
    let ask = move |typed: String| {
        chosen.set(None);
        // What is offered is here.
        if offer.with_untracked(Option::is_some) { finder.text.set(typed) } else { finder.ask(typed) }
    };
    let turn = move |to: Option<Offer>| {
        chosen.set(None);
        offer.set(to);
        finder.ask(String::new());
    };
    let navigate = StoredValue::new_local(use_navigate());
    let run = move |act: Act, new_tab: bool| {
        if let Act::Offer(to) = act {
            return turn(Some(to));
        }
        let navigate = navigate.get_value();
        close();
        match act {
            Act::Open(path) if new_tab => {
                let _ = window().open_with_url_and_target(&path, "_blank");
            }
            Act::Open(path) => navigate(&path, NavigateOptions::default()),
            act => carry_out(client, opener, &act),
        }
    };
    let take = move |new_tab: bool| {
        let entry = flat.try_with_untracked(|flat| flat.get(at.get_untracked()).map(|entry| entry.act.clone()));
        if let Some(act) = entry.flatten() {
            run(act, new_tab);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        let last = flat.with_untracked(Vec::len).saturating_sub(1);
        let now = at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" => {
                if now == last {
                    0
                } else {
                    now + 1
                }
            }
            "ArrowUp" => now.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            "PageDown" => (now + 8).min(last),
            "PageUp" => now.saturating_sub(8),
            key => {
                match key {
                    "Enter" => spawn_local(async move {
                        // What is meant is what is typed by now, unless something was gone to.
                        if chosen.try_with_untracked(Option::is_none) == Some(true) {
                            finder.settled().await;
                        }
                        take(command);
                    }),
                    "Escape" if offer.with_untracked(Option::is_some) => turn(None),
                    "Escape" => close(),
                    "Backspace"
                        if offer.with_untracked(Option::is_some) && finder.text.with_untracked(String::is_empty) =>
                    {
                        turn(None);
                    }
                    "k" | "K" if command => close(),
                    // There is one stop; the arrows go through the list.
                    "Tab" => {}
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
                return;
            }
        };
        event.prevent_default();
        chosen.set(flat.with_untracked(|flat| flat.get(to).map(|entry| (to, entry.clone()))));
    };
    // A press beside it closes it.
    let pressed = move |event: web_sys::PointerEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|element| element.tag_name() == "DIALOG") {
            close();
        }
    };
    let is_open = move || flat.with(|flat| !flat.is_empty());
    let label = move || match offer.get() {
        None => t.open(),
        Some(Offer::Stage) => texts.move_menu().title(),
        Some(Offer::Owner) => texts.deal().owner(),
        Some(Offer::Priority) => texts.priority().title(),
    };
    let status = move || match (is_open(), finder.is_fresh.get()) {
        (_, false) => t.searching().to_owned(),
        (true, true) => t.count(flat.with(Vec::len)),
        (false, true) => String::new(),
    };
    view! {
        <dialog class="scrim find" node_ref=node aria-label=t.title() on:close=move |_| close() on:pointerdown=pressed>
            <div class="palette">
                <div class="q">
                    <Icon name=IconName::Search />
                    <input type="text" node_ref=input role="combobox" aria-label=label placeholder=label autocomplete="off" spellcheck="false"
                        aria-autocomplete="list" aria-expanded=move || is_open().to_string() aria-controls="palette-list"
                        aria-activedescendant=move || is_open().then(|| option(at.get())) prop:value=move || finder.text.get()
                        on:input=move |event| ask(event_target_value(&event)) on:keydown=on_key />
                    <button type="button" class="btn plain icon phone-only" aria-label=texts.common().close() on:click=move |_| close()>
                        <Icon name=IconName::X />
                    </button>
                </div>
                {move || finder.failed.get().then(|| view! { <p class="note" role="alert">{t.held()}</p> })}
                {move || (!is_open() && finder.is_fresh.get()).then(|| view! {
                    <p class="note" role="status">{texts.search().empty(finder.text.get())}</p>
                })}
                <div class="list" id="palette-list" role="listbox" aria-label=t.title() node_ref=list>
                    {move || {
                        let words = words(&finder.text.get());
                        let mut place = 0;
                        groups.get().into_iter().map(|group| {
                            let entries = group.entries.into_iter().map(|entry| {
                                let line = line(entry, place, &words, at, run);
                                place += 1;
                                line
                            });
                            let entries = entries.collect_view();
                            view! {
                                <div role="group" aria-label=group.title>
                                    <p class="head" aria-hidden="true">{group.title}</p>
                                    {entries}
                                </div>
                            }
                        }).collect_view()
                    }}
                </div>
                <footer>
                    <span class="wide-only"><kbd>"↑"</kbd> <kbd>"↓"</kbd> {t.key_choose()}</span>
                    <span class="wide-only"><kbd>"Enter"</kbd> {t.key_take()}</span>
                    <span class="wide-only"><kbd>"Ctrl Enter"</kbd> {t.key_tab()}</span>
                    <span class="count" role="status">{status}</span>
                </footer>
            </div>
        </dialog>
    }
}

/// One entry, with the words of what is typed marked in it.
fn line(
    entry: Entry,
    place: usize,
    words: &[String],
    at: Memo<usize>,
    run: impl Fn(Act, bool) + Copy + 'static,
) -> impl IntoView {
    let mark = |text: &str| {
        let part = |(part, is_word): (&str, bool)| {
            let part = part.to_owned();
            if is_word { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
        };
        marked(text, words).into_iter().map(part).collect_view()
    };
    let (name, about) = (mark(&entry.name), mark(&entry.about));
    let Entry { icon, end, amount, key, act, .. } = entry;
    let middle = act.clone();
    view! {
        <div role="option" id=option(place) aria-selected=move || (at.get() == place).to_string()
            // The field keeps the focus.
            on:mousedown=move |event| event.prevent_default()
            on:click=move |event| run(act.clone(), event.ctrl_key() || event.meta_key())
            on:auxclick=move |event| if event.button() == 1 { run(middle.clone(), true) }>
            <Icon name=icon class="i-s" />
            <span class="what ell">{name}</span>
            <span class="meta ell">{about}</span>
            <span class="r">
                {(!end.is_empty()).then(|| view! { <span class="meta">{end}</span> })}
                {amount.map(|amount| view! { <Exact amount=amount /> })}
                {(!key.is_empty()).then(|| view! { <kbd aria-hidden="true">{key}</kbd> })}
            </span>
        </div>
    }
}

/// Scrolls the list so that an entry is in sight; the first one with its heading.
fn show(list: &web_sys::HtmlDivElement, place: usize) {
    if place == 0 {
        list.set_scroll_top(0);
        return;
    }
    let Ok(Some(entry)) = list.query_selector(&format!("#{}", option(place))) else { return };
    let (seen, own) = (list.get_bounding_client_rect(), entry.get_bounding_client_rect());
    let by = if own.top() < seen.top() { own.top() - seen.top() } else { (own.bottom() - seen.bottom()).max(0.0) };
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
    list.set_scroll_top(list.scroll_top() + by as i32);
}
