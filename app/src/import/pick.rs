//! A choice in the import's steps: a small heading, and a select under it.

use crate::ui::{Icon, IconName};
use leptos::prelude::*;

#[component]
pub fn Pick(
    #[prop(into)] label: String,
    /// Only said to those who hear the page.
    #[prop(optional)]
    quiet: bool,
    /// Value and name of each.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    pick: Callback<String>,
) -> impl IntoView {
    let heading = (!quiet).then(|| view! { <span class="label" aria-hidden="true">{label.clone()}</span> });
    view! {
        <div class="field">
            {heading}
            <span class="select">
                <select aria-label=label on:change=move |event| pick.run(event_target_value(&event))>
                    {move || {
                        let options = options.get();
                        options.into_iter().map(|(own, name)| {
                            let this = own.clone();
                            view! { <option value=own prop:selected=move || value.with(|value| *value == this)>{name}</option> }
                        }).collect_view()
                    }}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
        </div>
    }
}

/// A choice's value as the text of an option.
pub fn code(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The choice that an option stands for.
pub fn decode<T: serde::de::DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_str(code).ok()
}
