//! Somebody else changed the field meanwhile: both values, and the choice.

use super::history::RecordHistory;
use crate::{
    client::Client,
    texts::use_texts,
    ui::refusal::{clash_sentence, value_text},
};
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
            let by = history.and_then(|history| history.who_set(target, &clash.field, &clash.theirs));
            let by = by.or_else(|| client.who_set(target, &clash.field, &clash.theirs));
            let (sentence, yours, theirs) = client.peek(|view| {
                let text = |value| value_text(texts, view, &clash.field, value);
                (clash_sentence(texts, view, &clash, by), text(&clash.yours), text(&clash.theirs))
            });
            let keep = clash.yours.clone();
            view! {
                <div class="conflict" role="alert">
                    <p>{sentence}</p>
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
