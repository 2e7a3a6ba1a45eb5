//! Choosing an account: by typing a part of its name, or making a new one of that name.

use crate::{
    client::{Client, get, new_id},
    texts::use_texts,
};
use domain::{
    account::Account,
    command::{Command, Place},
    id::AccountId,
    page::Found,
    record::{Kind, Record},
};
use leptos::{html, prelude::*, task::spawn_local};

#[component]
pub fn AccountPicker(
    label: String,
    /// The id of the account that is chosen now, or nothing.
    start: String,
    /// Called with the id of the chosen account, or nothing.
    commit: Callback<String>,
    cancel: Callback<()>,
    /// A form keeps the input and shows the name of what was chosen.
    #[prop(optional)]
    keep: bool,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let node = NodeRef::<html::Input>::new();
    let name = start.parse().ok().and_then(|id: AccountId| {
        client.peek(|view| view.accounts.get(&id).map(|account| account.name.clone()))
    });
    let typed = RwSignal::new(name.unwrap_or_default());
    let found = RwSignal::new(None::<Vec<Found>>);
    let asked = StoredValue::new(0_u32);
    if !keep {
        Effect::new(move |_| {
            if let Some(node) = node.get() {
                let _ = node.focus();
                node.select();
            }
        });
    }
    let ask = move |text: String| {
        typed.set(text.clone());
        if keep {
            // What is typed is no choice yet.
            commit.run(String::new());
        }
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        if text.trim().is_empty() {
            found.set(None);
            return;
        }
        spawn_local(async move {
            let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let answer = get::<Vec<Found>>(&format!("/api/v1/search?q={query}")).await.unwrap_or_default();
            if asked.try_get_value() == Some(number) {
                let accounts = answer.into_iter().filter(|found| found.kind == Kind::Account).take(8);
                found.set(Some(accounts.collect()));
            }
        });
    };
    let choose = Callback::new(move |(id, name): (String, String)| {
        typed.set(name);
        found.set(None);
        commit.run(id);
    });
    let create = move |_| {
        let name = typed.get_untracked();
        let account = Account::new(AccountId(new_id()), name.clone(), client.now());
        let id = account.id.to_string();
        let command = Command::Create { record: Record::Account(account), place: Place::default(), dated: false };
        if client.ask_or_tell(command).is_some() {
            choose.run((id, name));
        }
    };
    // Taking the input away leaves it once more, when it is gone already.
    let leave = move || {
        if asked.try_get_value().is_some() {
            if keep {
                found.set(None);
            } else {
                cancel.run(());
            }
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            found.set(None);
            leave();
        }
        "Enter" => {
            event.prevent_default();
            let first = found.with_untracked(|found| found.as_ref().and_then(|list| list.first().cloned()));
            match first {
                Some(first) => choose.run((first.id.to_string(), first.name)),
                None if typed.with_untracked(|typed| typed.trim().is_empty()) => choose.run(Default::default()),
                None => {}
            }
        }
        _ => {}
    };
    // The mouse presses on a choice before the input loses the focus.
    let hold = |event: web_sys::PointerEvent| event.prevent_default();
    view! {
        <span class="anchor grow">
            <input class="input" node_ref=node role="combobox" aria-label=label autocomplete="off"
                aria-expanded=move || found.with(Option::is_some).to_string() prop:value=move || typed.get()
                on:input=move |event| ask(event_target_value(&event)) on:keydown=on_key
                on:blur=move |_| leave() />
            {move || found.get().map(|list| {
                let exact = list.iter().any(|found| found.name == typed.get_untracked());
                view! {
                    <div class="pop menu" role="listbox">
                        {list.into_iter().map(|found| {
                            let choice = (found.id.to_string(), found.name.clone());
                            view! {
                                <button type="button" role="option" on:pointerdown=hold
                                    on:click=move |_| choose.run(choice.clone())>
                                    <span class="ell">{found.name}</span>
                                </button>
                            }
                        }).collect_view()}
                        {(!exact).then(|| view! {
                            <button type="button" role="option" on:pointerdown=hold on:click=create>
                                {texts.deal().account_new(typed.get_untracked())}
                            </button>
                        })}
                    </div>
                }
            })}
        </span>
    }
}
