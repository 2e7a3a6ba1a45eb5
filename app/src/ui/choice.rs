//! A choice in a table or form that is carried out at once. A refusal stands under it, and the choice goes back to what
//! holds.

use crate::ui::{Icon, IconName};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[component]
pub fn Choice(
    #[prop(into)] label: String,
    /// Value and name of each.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    /// Carries the choice out; an error is the reason why not.
    choose: Callback<String, Result<(), String>>,
    editable: bool,
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let name = move || {
        let value = value.get();
        options.with(|options| options.iter().find(|(other, _)| *other == value).map(|(_, name)| name.clone()))
    };
    if !editable {
        return view! { <span>{name}</span> }.into_any();
    }
    let change = move |event: web_sys::Event| {
        let result = choose.run(event_target_value(&event));
        if result.is_err() {
            let select = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
            if let Some(select) = select {
                select.set_value(&value.get_untracked());
            }
        }
        problem.set(result.err());
    };
    view! {
        <span class="select sm quiet">
            <select aria-label=label aria-invalid=move || problem.with(Option::is_some).then_some("true") on:change=change>
                {move || options.get().into_iter().map(|(option, name)| {
                    let first = value.get_untracked() == option;
                    let this = option.clone();
                    view! {
                        <option value=option selected=first prop:selected=move || value.with(|value| *value == this)>{name}</option>
                    }
                }).collect_view()}
            </select>
            <Icon name=IconName::Down class="i-s" />
        </span>
        {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
    }
    .into_any()
}
