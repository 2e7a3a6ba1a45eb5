//! The people of the deal: its own contacts first, then the account's others, which one tap puts to the deal.

use crate::{
    account::links,
    client::{Client, new_id},
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    access::Right,
    change::Target,
    command::{Command, Place},
    contact::Contact,
    id::{AccountId, ContactId, DealId},
    record::{Kind, Record},
};
use leptos::{html, prelude::*};
use serde_json::json;

#[component]
pub fn Contacts(deal: DealId, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let record = Memo::new(move |_| {
        client.with(|view| view.deals.get(&deal).map(|deal| (deal.account, deal.contacts.clone()))).unwrap_or_default()
    });
    let account = Memo::new(move |_| record.get().0);
    // Those of the deal, and the account's others.
    let contacts = move || {
        let (account, own) = record.get();
        client.with(|view| {
            let is_shown = |contact: &&Contact| {
                own.contains(&contact.id) || contact.account.is_some() && contact.account == account
            };
            let mut list: Vec<Contact> = view.contacts.values().filter(is_shown).cloned().collect();
            list.sort_by_key(|contact| (contact.name.to_lowercase(), contact.id));
            list.into_iter().partition::<Vec<_>, _>(|contact| own.contains(&contact.id))
        })
    };
    // Puts a contact to the deal, or takes it out.
    let toggle = move |contact: Contact| {
        let mut after = untrack(|| record.get().1);
        let is_own = after.contains(&contact.id);
        if is_own {
            after.retain(|id| *id != contact.id);
        } else {
            after.push(contact.id);
        }
        // None at all is "not set" in a record.
        let value = if after.is_empty() { serde_json::Value::Null } else { json!(after) };
        match client.set(Target::new(Kind::Deal, deal), "contacts", value) {
            Ok(command) => {
                let t = texts.deal();
                let name = contact.name;
                let said = if is_own { t.contact_detached(name) } else { t.contact_attached(name) };
                client.toasts.done(said, command);
            }
            Err(refusal) => client.tell(&refusal),
        }
    };
    let line = move |contact: Contact, is_own: bool| {
        let label = if is_own {
            texts.deal().contact_detach(&contact.name)
        } else {
            texts.deal().contact_attach(&contact.name)
        };
        let icon = if is_own { IconName::X } else { IconName::Plus };
        let this = contact.clone();
        view! {
            <li>
                <ContactLine contact=contact />
                {editable.get().then(|| view! {
                    <button type="button" class="btn plain icon" aria-label=label.clone() title=label
                        on:click=move |_| toggle(this.clone())>
                        <Icon name=icon class="i-s" />
                    </button>
                })}
            </li>
        }
    };
    let adding = RwSignal::new(false);
    let may_work = client.holds(Right::Work);
    view! {
        <div class="panel">
            <header>
                <h2>{texts.deal().contacts()}</h2>
                {move || (may_work && account.get().is_some()).then(|| view! {
                    <button class="link more meta" on:click=move |_| adding.update(|adding| *adding = !*adding)>
                        {texts.common().add()}
                    </button>
                })}
            </header>
            {move || adding.get().then(|| account.get()).flatten().map(|account| view! { <AddContact account=account open=adding /> })}
            {move || {
                let (own, others) = contacts();
                let parted = !own.is_empty() && !others.is_empty();
                let none = own.is_empty() && others.is_empty();
                let hint =
                    if account.get().is_some() { texts.deal().contacts_none() } else { texts.deal().contacts_need_account() };
                view! {
                    {none.then(|| view! { <p class="meta">{hint}</p> })}
                    <ul class="contacts">{own.into_iter().map(|contact| line(contact, true)).collect_view()}</ul>
                    {parted.then(|| view! { <h3 class="meta">{texts.deal().contacts_of_account()}</h3> })}
                    <ul class="contacts">{others.into_iter().map(|contact| line(contact, false)).collect_view()}</ul>
                }
            }}
        </div>
    }
}

#[component]
fn ContactLine(contact: Contact) -> impl IntoView {
    let texts = use_texts();
    let initial: String = contact.name.chars().take(1).collect();
    let call = texts.deal().contact_call(&contact.name);
    let mail = texts.deal().contact_mail(&contact.name);
    let (number, address) = (links::dial(&contact.phone), links::mail(&contact.email));
    view! {
        <span class="av lg" aria-hidden="true">{initial}</span>
        <span class="grow"><b>{contact.name}</b><span class="meta">{contact.title}</span></span>
        {number.map(|href| view! {
            <a class="btn plain icon" href=href aria-label=call><Icon name=IconName::Phone /></a>
        })}
        {address.map(|href| view! {
            <a class="btn plain icon" href=href aria-label=mail><Icon name=IconName::Mail /></a>
        })}
    }
}

#[component]
fn AddContact(account: AccountId, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts().contact();
    let client = expect_context::<Client>();
    let (name, job, phone, email) = (input_ref(), input_ref(), input_ref(), input_ref());
    Effect::new(move |_| {
        if let Some(name) = name.get() {
            let _ = name.focus();
        }
    });
    let value = |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.value()).unwrap_or_default();
    let save = move || {
        let mut contact = Contact::new(ContactId(new_id()), value(name), client.now());
        contact.account = Some(account);
        contact.title = value(job);
        contact.phone = value(phone);
        contact.email = value(email);
        let command = Command::Create { record: Record::Contact(contact), place: Place::default(), dated: false };
        if client.ask_or_tell(command).is_some() {
            open.set(false);
        }
    };
    view! {
        <form class="log" on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            save();
        }>
            <input class="input" node_ref=name required maxlength="300" placeholder=texts.name() aria-label=texts.name() />
            <input class="input" node_ref=job maxlength="300" placeholder=texts.job() aria-label=texts.job() />
            <input class="input" node_ref=phone type="tel" maxlength="300" placeholder=texts.phone() aria-label=texts.phone() />
            <input class="input" node_ref=email type="email" maxlength="300" placeholder=texts.email() aria-label=texts.email() />
            <div class="row">
                <button type="button" class="btn" on:click=move |_| open.set(false)>{use_texts().common().cancel()}</button>
                <button type="submit" class="btn primary push">{use_texts().common().save()}</button>
            </div>
        </form>
    }
}

fn input_ref() -> NodeRef<html::Input> {
    NodeRef::new()
}
