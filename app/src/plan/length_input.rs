//! An input for a length of time. What is none is told beneath it, and what was typed stays.

use super::words;
use crate::texts::use_texts;
use domain::plan::Length;
use leptos::prelude::*;

#[component]
pub fn LengthInput(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<Length>,
    /// Below zero is a length too: two tasks may overlap.
    #[prop(optional)]
    signed: bool,
    commit: Callback<Length>,
) -> impl IntoView {
    let texts = use_texts();
    let problem = RwSignal::new(false);
    let change = move |event: web_sys::Event| {
        let length = Length::parse(&event_target_value(&event)).filter(|length| signed || length.minutes >= 0);
        problem.set(length.is_none());
        if let Some(length) = length.filter(|length| *length != value.get_untracked()) {
            commit.run(length);
        }
    };
    view! {
        <span class="length">
            <input class="input sm" type="text" autocomplete="off" aria-label=label prop:value=move || value.get().typed()
                value=value.get_untracked().typed() aria-invalid=move || problem.get().then_some("true") on:change=change />
            <span class="meta">{move || words::length(texts, value.get())}</span>
            {move || problem.get().then(|| view! { <span class="err" role="alert">{texts.gantt().expect_length()}</span> })}
        </span>
    }
}
