//! Somebody else changed the field meanwhile: both values, and the choice.

use super::history::RecordHistory;
use crate::{client::Client, texts::use_texts, ui::refusal::value_text};
use domain::change::Target;
use leptos::prelude::*;

#[component]
pub fn ConflictBox(target: Target, field: StoredValue<String>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let history = use_context::<RecordHistory>();
    let clash = Memo::new(move |_| {
        client.conflicts.with(|conflicts| {
            let mine = conflicts
                .iter()
                .find(|(other, clash)| *other == target && field.with_value(|field| *field == clash.field));
            mine.map(|(_, clash)| clash.clone())
        })
    });
    move || {
        clash.get().map(|clash| {
            let (yours, theirs) = client.peek(|view| {
                let text = |value| value_text(texts, view, &clash.field, value);
                (text(&clash.yours), text(&clash.theirs))
            });
            let by = history.and_then(|history| history.who_set(target, &clash.field, &clash.theirs));
            let by = by.and_then(|by| client.peek(|view| view.members.get(&by).map(|member| member.name.clone())));
            let who = by.as_deref().unwrap_or(texts.errors().somebody());
            let keep = clash.yours.clone();
            view! {
                <div class="conflict" role="alert">
                    <p>{texts.errors().conflict(&theirs, who, &yours)}</p>
                    <p class="acts">
                        <button type="button" class="btn" on:click=move |_| client.settle(target, &field.get_value(), None)>
                            {texts.errors().keep_theirs(&theirs)}
                        </button>
                        <button type="button" class="btn" on:click=move |_| client.settle(target, &field.get_value(), Some(keep.clone()))>
                            {texts.errors().keep_yours(&yours)}
                        </button>
                    </p>
                </div>
            }
        })
    }
}
