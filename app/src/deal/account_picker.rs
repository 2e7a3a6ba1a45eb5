//! Choosing an account: by typing a part of its name, or by a name that no account has yet.

use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{finder::Finder, is_composing},
};
use domain::{
    account::Account,
    command::{Command, Place},
    id::AccountId,
    page::Found,
    record::{Kind, Record},
};
use leptos::{html, prelude::*};

/// What is chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Picked {
    Nothing,
    Account(AccountId),
    /// A name that no account has.
    Name(String),
}

#[derive(Clone, Copy)]
pub struct Picker {
    client: Client,
    finder: Finder,
    /// The account that was chosen, as long as nothing else is typed.
    chosen: RwSignal<Option<AccountId>>,
}

impl Picker {
    /// Begins with an account's id, or with what had been typed before.
    pub fn new(client: Client, start: &str) -> Self {
        let chosen = start.parse::<AccountId>().ok();
        let name = chosen.and_then(|id| client.peek(|view| view.accounts.get(&id).map(|account| account.name.clone())));
        let text = if chosen.is_some() { name.unwrap_or_default() } else { start.to_owned() };
        let finder = Finder::new(client, text, Some(Kind::Account));
        Self { client, finder, chosen: RwSignal::new(chosen) }
    }

    /// Begins with an account that may not be held here.
    pub fn with(client: Client, account: Found) -> Self {
        let chosen = RwSignal::new(Some(AccountId(account.id)));
        Self { client, finder: Finder::new(client, account.name, Some(Kind::Account)), chosen }
    }

    /// What is chosen, as soon as it is known whether an account has the typed name.
    pub async fn settled(self) -> Picked {
        self.finder.settled().await;
        untrack(|| self.picked())
    }

    pub fn ask(&self, typed: String) {
        self.chosen.set(None);
        self.finder.ask(typed);
    }

    /// Whether what is typed is known to be a new name.
    pub fn is_new_name(&self) -> bool {
        self.finder.is_fresh.get() && matches!(self.picked(), Picked::Name(_))
    }

    /// Makes an account of that name; a refusal is told.
    pub fn create(client: Client, name: String) -> Option<AccountId> {
        let account = Account::new(AccountId(new_id()), name, client.now());
        let id = account.id;
        let command = Command::Create { record: Record::Account(account), place: Place::default(), dated: false };
        client.ask_or_tell(command).map(|_| id)
    }

    pub fn picked(&self) -> Picked {
        let text = self.finder.text.try_get().unwrap_or_default();
        let name = text.trim();
        match self.chosen.try_get().flatten() {
            Some(id) => Picked::Account(id),
            None if name.is_empty() => Picked::Nothing,
            None => self.named(name).map_or_else(|| Picked::Name(name.to_owned()), Picked::Account),
        }
    }

    /// The account of exactly this name.
    fn named(&self, name: &str) -> Option<AccountId> {
        let is_it = |other: &str| other.to_lowercase() == name.to_lowercase();
        let found = self.finder.found.try_with(|found| {
            found.iter().flatten().find(|hit| is_it(&hit.found.name)).map(|hit| AccountId(hit.found.id))
        });
        let held = || self.client.peek(|view| view.accounts.values().find(|it| is_it(&it.name)).map(|it| it.id));
        found.flatten().or_else(held)
    }

    /// What the list offers: the accounts found, and last, where none has this name, a new one.
    fn options(&self) -> Vec<(Picked, String)> {
        let Some(found) = self.finder.found.get().filter(|_| self.finder.open.get()) else { return Vec::new() };
        let accounts = found.into_iter().map(|hit| (Picked::Account(AccountId(hit.found.id)), hit.found.name));
        let new = match self.picked() {
            Picked::Name(name) => Some((Picked::Name(name.clone()), self.client.texts.deal().account_new(name))),
            _ => None,
        };
        accounts.chain(new).collect()
    }

    fn choose(&self, picked: &Picked) {
        if let Picked::Account(id) = picked {
            let found = self.finder.found.get_untracked().unwrap_or_default();
            if let Some(hit) = found.into_iter().find(|hit| hit.found.id == id.0) {
                self.finder.text.set(hit.found.name);
            }
            self.chosen.set(Some(*id));
        }
        self.finder.open.set(false);
    }
}

#[component]
pub fn AccountPicker(
    picker: Picker,
    label: String,
    #[prop(optional)] placeholder: &'static str,
    /// Offers no new account.
    #[prop(optional)]
    only_existing: bool,
    /// The input's id, for a label outside.
    #[prop(optional)]
    id: &'static str,
    node: NodeRef<html::Input>,
    /// Called with what is chosen from the list.
    choose: Callback<Picked>,
    /// Called when the input is left otherwise.
    leave: Callback<()>,
    /// Called by Escape when there is no list to close.
    #[prop(optional, into)]
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let finder = picker.finder;
    let options = Memo::new(move |_| {
        let mut options = picker.options();
        options.retain(|(picked, _)| !only_existing || matches!(picked, Picked::Account(_)));
        options
    });
    let is_open = move || !options.with(Vec::is_empty);
    let take = move |picked: Picked| {
        picker.choose(&picked);
        choose.run(picked);
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if is_composing(&event) || finder.step(&event, options.with_untracked(Vec::len)) {
            return;
        }
        match event.key().as_str() {
            "Escape" if untrack(is_open) => {
                // Only the list goes, not what is around it.
                event.prevent_default();
                event.stop_propagation();
                finder.open.set(false);
            }
            "Escape" => {
                if let Some(cancel) = cancel {
                    event.stop_propagation();
                    cancel.run(());
                }
            }
            "Enter" if untrack(is_open) || cancel.is_some() => {
                event.prevent_default();
                let at = finder.chosen.get_untracked();
                match options.with_untracked(|options| options.get(at).cloned()) {
                    // What was found for less than is typed by now is not what is meant.
                    Some(_) if !finder.is_fresh.get_untracked() => {}
                    Some((picked, _)) => take(picked),
                    None => leave.run(()),
                }
            }
            _ => {}
        }
    };
    // Taking the input away leaves it once more, when it is gone already.
    let left = move |_| {
        if finder.text.try_get_untracked().is_some() {
            leave.run(());
            finder.open.set(false);
        }
    };
    let option = move |at: usize| format!("account-option-{at}");
    view! {
        <span class="anchor grow">
            <input class="input" id=id node_ref=node role="combobox" aria-label=label placeholder=placeholder autocomplete="off" aria-autocomplete="list"
                aria-expanded=move || is_open().to_string() aria-controls="account-options"
                aria-activedescendant=move || is_open().then(|| option(finder.chosen.get()))
                prop:value=move || finder.text.get() on:input=move |event| picker.ask(event_target_value(&event)) on:keydown=on_key on:blur=left />
            {move || is_open().then(|| view! {
                <div class="pop menu" id="account-options" role="listbox" aria-label=use_texts().deal().account()>
                    {options.get().into_iter().enumerate().map(|(at, (picked, name))| view! {
                        <button type="button" role="option" tabindex="-1" id=option(at)
                            aria-selected=move || (finder.chosen.get() == at).to_string()
                            // The mouse presses on a choice before the input loses the focus.
                            on:pointerdown=|event: web_sys::PointerEvent| event.prevent_default()
                            on:click=move |_| take(picked.clone())>
                            <span class="ell">{name}</span>
                        </button>
                    }).collect_view()}
                </div>
            })}
        </span>
    }
}
