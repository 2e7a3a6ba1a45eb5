//! A record's name as the heading of its page, edited in place.

use crate::{
    client::Client,
    deal::{edit::Edit, input::Input, shape::Shape},
    texts::use_texts,
    ui::{Icon, IconName, refusal::sentence},
};
use domain::change::Target;
use leptos::prelude::*;

#[component]
pub fn Name(
    target: Target,
    #[prop(into)] name: Signal<String>,
    label: &'static str,
    editable: bool,
    /// Why the name was refused, for the place where that is told.
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let edit = Edit::new(client, target, "name");
    let rename = Callback::new(move |typed: String| {
        problem.set(None);
        let asked = edit.commit(typed, |value| Shape::Text.text(value), |typed| Shape::Text.read(typed));
        if let Some(command) = asked {
            client.toasts.done(texts.toast().field_changed(label, name.get_untracked()), command);
        }
        problem.set(untrack(|| edit.refused()).map(|(refusal, _)| client.peek(|view| sentence(texts, view, &refusal))));
    });
    let cancel = Callback::new(move |()| {
        problem.set(None);
        edit.cancel();
    });
    view! {
        {move || if edit.is_open() {
            let start = edit.start(|value| Shape::Text.text(value));
            view! { <Input shape=Shape::Text start=start label=label.to_owned() commit=rename cancel=cancel /> }.into_any()
        } else {
            view! { <h1 on:click=move |_| if editable { edit.open() }>{move || name.get()}</h1> }.into_any()
        }}
        {editable.then(|| view! {
            <button type="button" class="btn plain icon" node_ref=edit.button aria-label=texts.deal().edit_field(label)
                on:click=move |_| edit.open()><Icon name=IconName::Edit class="i-s" /></button>
        })}
    }
}
