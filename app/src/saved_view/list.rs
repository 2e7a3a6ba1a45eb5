//! The menu's inside: the views, what can be done with each, and saving the present page as a further one.

use super::{Naming, present_address};
use crate::{
    client::{Client, HttpError, get},
    texts::use_texts,
    ui::{Avatar, Icon, IconName, copy::copy_text},
};
use domain::{
    access::Right,
    change::Target,
    command::Command,
    id::SavedViewId,
    page::Address,
    record::Kind,
    saved_view::{SavedView, can_be_saved},
    view::Versioned,
};
use leptos::{html, prelude::*, task::spawn_local};
use serde_json::json;
use wasm_bindgen::JsCast;

/// Reads every view that the member may see.
pub async fn read_views(client: Client) -> Result<(), HttpError> {
    let views: Versioned = get("/api/v1/views").await?;
    client.complete_views(views);
    Ok(())
}

/// How reading the views stands.
#[derive(Clone, Copy, PartialEq)]
enum Read {
    UnderWay,
    Done,
    Failed,
}

#[component]
pub fn Views(open: RwSignal<bool>, naming: RwSignal<Option<Naming>>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.saved_view();
    let read = RwSignal::new(Read::UnderWay);
    let fetch = move || {
        read.set(Read::UnderWay);
        spawn_local(async move {
            let is_read = read_views(client).await.is_ok();
            read.try_set(if is_read { Read::Done } else { Read::Failed });
        });
    };
    fetch();
    let here = present_address(client);
    // Of which view the further actions are shown.
    let opened = RwSignal::new(None::<SavedViewId>);
    let views = Memo::new(move |_| {
        client.with(|view| {
            let seen = view.saved_views.values().filter(|saved| saved.is_seen_by(client.me));
            let mut seen: Vec<SavedView> = seen.cloned().collect();
            seen.sort_by_cached_key(|saved| (saved.owner != client.me, saved.name.to_lowercase(), saved.id));
            seen
        })
    });
    let section = move |title: &'static str, own: bool| {
        let views: Vec<SavedView> = views.get().into_iter().filter(|saved| (saved.owner == client.me) == own).collect();
        (!views.is_empty()).then(|| {
            view! {
                <section aria-label=title>
                    <p class="head">{title}</p>
                    <ul>{views.into_iter().map(|saved| view! {
                        <Row saved=saved here=here opened=opened open=open naming=naming />
                    }).collect_view()}</ul>
                </section>
            }
        })
    };
    let may_save =
        move || here.with(|here| here.as_deref().and_then(Address::parse).is_some_and(|it| can_be_saved(&it)));
    let first = NodeRef::<html::Div>::new();
    first.on_load(|list| {
        let _ = list.focus();
    });
    view! {
        <div class="menu" tabindex="-1" node_ref=first>
            {move || section(t.mine(), true)}
            {move || section(t.others(), false)}
            {move || match (read.get(), views.with(Vec::is_empty)) {
                (Read::UnderWay, true) => view! { <p class="head" role="status">{texts.common().loading()}</p> }.into_any(),
                (Read::Done, true) => view! { <div class="none"><b>{t.empty()}</b><p>{t.empty_text()}</p></div> }.into_any(),
                (Read::Failed, _) => view! {
                    <p class="head" role="alert">
                        {t.not_loaded()} " "
                        <button type="button" class="link" on:click=move |_| fetch()>{texts.common().retry()}</button>
                    </p>
                }.into_any(),
                _ => ().into_any(),
            }}
            {move || may_save().then(|| view! {
                <button type="button" class="item save" on:click=move |_| {
                    naming.set(Some(Naming::New));
                    open.set(false);
                }><Icon name=IconName::Plus class="i-s" />{t.save_here()}</button>
            })}
        </div>
    }
}

/// Whoever goes by keyboard stays in the menu when the row that had the focus is gone.
fn focus_menu() {
    let menu = document().query_selector(".views .menu").ok().flatten();
    if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = menu.focus();
    }
}

#[component]
fn Row(
    saved: SavedView,
    here: Memo<Option<String>>,
    opened: RwSignal<Option<SavedViewId>>,
    open: RwSignal<bool>,
    naming: RwSignal<Option<Naming>>,
) -> impl IntoView {
    let client = expect_context::<Client>();
    let t = use_texts().saved_view();
    let SavedView { id, name, owner, shared, path } = saved.clone();
    let leads = Address::parse(&path);
    let is_here = Memo::new(move |_| here.with(|here| here.as_deref().and_then(Address::parse) == leads));
    let by = (owner != client.me).then(|| client.peek(|view| view.members.get(&owner).cloned())).flatten();
    let is_open = move || opened.get() == Some(id);
    let toggle = move |_| opened.update(|opened| *opened = if *opened == Some(id) { None } else { Some(id) });
    view! {
        <li class:here=move || is_here.get()>
            <div class="row">
                <a class="item grow" href=path aria-current=move || is_here.get().then_some("page") on:click=move |_| open.set(false)>
                    <span class="mark">{move || is_here.get().then(|| view! { <Icon name=IconName::Check class="i-s" /> })}</span>
                    <span class="ell grow">{name.clone()}</span>
                    {(shared && by.is_none()).then(|| view! { <span class="tag">{t.shared()}</span> })}
                    <Avatar member=by />
                </a>
                <button type="button" class="btn plain icon" aria-label=t.more(&name) title=t.more(&name)
                    aria-expanded=move || is_open().to_string() on:click=toggle>
                    <Icon name=IconName::Down class="i-s" />
                </button>
            </div>
            {move || is_open().then(|| view! {
                <Actions saved=saved.clone() here=here is_here=is_here open=open naming=naming />
            })}
        </li>
    }
}

#[component]
fn Actions(
    saved: SavedView,
    here: Memo<Option<String>>,
    is_here: Memo<bool>,
    open: RwSignal<bool>,
    naming: RwSignal<Option<Naming>>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.saved_view();
    let SavedView { id, name, owner, shared, path } = saved;
    let target = Target::new(Kind::SavedView, id);
    let is_own = owner == client.me;
    let may_change = is_own || client.holds(Right::ManageViews);
    let may_share = is_own && (shared || client.holds(Right::Work));
    let name = StoredValue::new(name);
    // Carried out, it is told with a way back; refused, with the reason.
    let ask = move |command: Command, told: String| {
        let asked = client.ask_or_tell(command);
        if let Some(command) = asked {
            client.toasts.done(told, command);
        }
        asked.is_some()
    };
    let set = move |field: &str, after: serde_json::Value| {
        let before = client.value(target, field);
        Command::set(target, field, domain::change::Delta { before, after })
    };
    let copy = move |_| {
        let link = window().location().origin().unwrap_or_default() + &path;
        spawn_local(async move {
            if copy_text(&link).await {
                client.toasts.say(t.copied());
            } else {
                client.toasts.fail(t.copy_failed(link));
            }
        });
    };
    let can_replace = move || {
        let address = here.with(|here| here.as_deref().and_then(Address::parse));
        !is_here.get() && address.is_some_and(|address| can_be_saved(&address))
    };
    let replace = move |_| {
        if let Some(path) = here.get_untracked() {
            ask(set("path", json!(path)), t.replaced(name.get_value()));
        }
    };
    view! {
        <div class="acts">
            <button type="button" class="item" on:click=copy>{t.copy()}</button>
            {may_change.then(|| view! {
                <button type="button" class="item" on:click=move |_| {
                    naming.set(Some(Naming::Other(id)));
                    open.set(false);
                }>{t.rename_to()}</button>
                {move || can_replace().then(|| view! {
                    <button type="button" class="item" on:click=replace>{t.replace()}</button>
                })}
            })}
            {may_share.then(|| view! {
                <button type="button" class="item" on:click=move |_| {
                    let name = name.get_value();
                    ask(set("shared", json!(!shared)), if shared { t.now_own(name) } else { t.now_shared(name) });
                }>{if shared { t.unshare() } else { t.share() }}</button>
            })}
            {may_change.then(|| view! {
                <button type="button" class="item danger" on:click=move |_| {
                    if ask(Command::Delete { target }, texts.toast().deleted(name.get_value())) {
                        focus_menu();
                    }
                }>{texts.common().delete()}</button>
            })}
        </div>
    }
}
