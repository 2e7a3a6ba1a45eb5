//! What the sync chip opens.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        command::command_text,
        refusal::{clash_sentence, field_name, sentence, value_text},
    },
};
use domain::{change::Target, page::Address, record::Kind, refusal::Clash};
use leptos::prelude::*;
use leptos_router::components::A;

/// What waits, what others changed meanwhile, and what was not accepted.
#[component]
pub fn SyncList() -> impl IntoView {
    let texts = use_texts();
    let t = texts.sync();
    let client = expect_context::<Client>();
    let waiting = move || {
        client.sync.track();
        client
            .waiting()
            .iter()
            .map(|command| client.with(|view| command_text(texts, view, command)))
            .collect::<Vec<_>>()
    };
    let is_empty = move || {
        client.sync.with(|sync| sync.waiting == 0)
            && client.conflicts.with(Vec::is_empty)
            && client.refused.with(Vec::is_empty)
    };
    view! {
        <div class="pop pad menu end sync-list">
            {move || is_empty().then(|| view! { <p class="second">{t.all_there()}</p> })}
            {move || {
                let waiting = waiting();
                (!waiting.is_empty()).then(|| view! {
                    <h3>{t.waiting_title()}</h3>
                    <p class="second">{t.will_be_sent()}</p>
                    <ul>{waiting.into_iter().map(|words| view! { <li><p class="prose">{words}</p></li> }).collect_view()}</ul>
                })
            }}
            {move || {
                let conflicts = client.conflicts.get();
                (!conflicts.is_empty()).then(|| view! {
                    <h3>{t.conflicts_title()}</h3>
                    <ul>{conflicts.into_iter().map(|(target, clash)| view! { <Conflict target=target clash=clash /> }).collect_view()}</ul>
                })
            }}
            {move || {
                let refused = client.refused.get();
                (!refused.is_empty()).then(|| view! {
                    <h3>{t.refused_title()}</h3>
                    <ul>{refused.into_iter().map(|refused| {
                        let id = refused.request.id;
                        let (words, why) = client.peek(|view| {
                            (command_text(texts, view, &refused.request.command), sentence(texts, view, &refused.refusal))
                        });
                        view! {
                            <li>
                                <p class="prose">{words}</p>
                                <p class="err">{why}</p>
                                <p class="acts">
                                    <button type="button" class="btn" on:click=move |_| client.try_again(id)>{t.again()}</button>
                                    <button type="button" class="btn plain" on:click=move |_| client.forget(id)>{t.discard()}</button>
                                </p>
                            </li>
                        }
                    }).collect_view()}</ul>
                })
            }}
        </div>
    }
}

/// One field that somebody else changed meanwhile: both values, the record, and the choice.
#[component]
fn Conflict(target: Target, clash: Clash) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let by = client.who_set(target, &clash.field, &clash.theirs);
    let (field, said, yours, theirs) = client.peek(|view| {
        let text = |value| value_text(texts, view, &clash.field, value);
        let said = clash_sentence(texts, view, &clash, by);
        (field_name(texts, view, &clash.field), said, text(&clash.yours), text(&clash.theirs))
    });
    let address = match target.kind {
        Kind::Deal => Some(Address::Deal(target.id.into()).path()),
        Kind::Account => Some(Address::Account(target.id.into()).path()),
        _ => None,
    };
    let keep = clash.yours.clone();
    let name = StoredValue::new(clash.field);
    view! {
        <li>
            <p class="prose">
                {match address {
                    Some(address) => view! { <A href=address attr:class="link">{field}</A> }.into_any(),
                    None => view! { <span>{field}</span> }.into_any(),
                }}
                ": " {said}
            </p>
            <p class="acts">
                <button type="button" class="btn" on:click=move |_| client.settle(target, &name.get_value(), None)>
                    {texts.errors().keep_theirs(&theirs)}
                </button>
                <button type="button" class="btn" on:click=move |_| client.settle(target, &name.get_value(), Some(keep.clone()))>
                    {texts.errors().keep_yours(&yours)}
                </button>
            </p>
        </li>
    }
}
