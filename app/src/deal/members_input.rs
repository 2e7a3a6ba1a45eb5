//! Choosing several members: a list of boxes that hangs from the field.

use super::input::End;
use crate::{client::Client, texts::use_texts};
use domain::view::View;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

#[component]
pub fn MembersInput(
    /// The ids of those who are chosen, parted by commas.
    start: String,
    label: String,
    end: End,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let before: Vec<String> = start.split(", ").filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let offered = client.peek(|view| offered(view, &before));
    let chosen = RwSignal::new(before.clone());
    // Who was there keeps the place, also without being listed; who is new comes last.
    let ids = StoredValue::new(before);
    let commit = move || {
        let after = ids.with_value(|before| {
            chosen.with_untracked(|chosen| {
                let stayed = before.iter().filter(|id| chosen.contains(id));
                let new = chosen.iter().filter(|id| !before.contains(id));
                stayed.chain(new).cloned().collect::<Vec<_>>().join(", ")
            })
        });
        end.commit(after);
    };
    let node = NodeRef::<html::Div>::new();
    node.on_load(|list| {
        if let Ok(Some(first)) = list.query_selector("input") {
            let _ = first.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    });
    let left = move |event: web_sys::FocusEvent| {
        let next = event.related_target().and_then(|next| next.dyn_into::<web_sys::Node>().ok());
        if node.try_get_untracked().flatten().is_some_and(|list| !list.contains(next.as_ref())) {
            commit();
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            end.cancel();
        }
        "Enter" => {
            event.prevent_default();
            commit();
        }
        _ => {}
    };
    view! {
        <span class="anchor grow">
            // It may have the focus itself, so that a press between the boxes does not leave it.
            <div class="pop pad menu boxes" tabindex="-1" role="group" aria-label=label node_ref=node on:focusout=left on:keydown=on_key>
                {offered.into_iter().map(|(id, name)| {
                    let (own, this) = (id.clone(), id);
                    view! {
                        <label class="checkline">
                            <input class="check" type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&own))
                                on:change=move |event| chosen.update(|chosen| {
                                    chosen.retain(|other| *other != this);
                                    if event_target_checked(&event) {
                                        chosen.push(this.clone());
                                    }
                                }) />
                            <span class="ell">{name}</span>
                        </label>
                    }
                }).collect_view()}
                <button type="button" class="btn wide" on:click=move |_| commit()>{texts.common().done()}</button>
            </div>
        </span>
    }
}

/// Who may be chosen, and who is, by name.
fn offered(view: &View, chosen: &[String]) -> Vec<(String, String)> {
    let members = view.members.values().filter(|member| member.active || chosen.contains(&member.id.to_string()));
    let mut members: Vec<_> = members.map(|member| (member.id.to_string(), member.name.clone())).collect();
    members.sort_by_key(|(id, name)| (name.to_lowercase(), id.clone()));
    members
}
