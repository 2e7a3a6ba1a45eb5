//! The people of the deal: its own contacts first, then the account's others; called or written to with one tap.

use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    access::Right,
    command::{Command, Place},
    contact::Contact,
    id::{AccountId, ContactId, DealId},
    record::Record,
};
use leptos::{html, prelude::*};

#[component]
pub fn Contacts(deal: DealId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let account = Memo::new(move |_| client.with(|view| view.deals.get(&deal).and_then(|deal| deal.account)));
    let contacts = move || {
        client.with(|view| {
            let own = view.deals.get(&deal).map(|deal| deal.contacts.clone()).unwrap_or_default();
            let of_account = |contact: &&Contact| {
                own.contains(&contact.id) || contact.account.is_some() && contact.account == account.get()
            };
            let mut list: Vec<Contact> = view.contacts.values().filter(of_account).cloned().collect();
            list.sort_by_key(|contact| (!own.contains(&contact.id), contact.name.clone()));
            list
        })
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
            <ul class="contacts">
                {move || contacts().into_iter().map(|contact| view! { <ContactLine contact=contact /> }).collect_view()}
            </ul>
        </div>
    }
}

#[component]
fn ContactLine(contact: Contact) -> impl IntoView {
    let texts = use_texts();
    let initial: String = contact.name.chars().take(1).collect();
    let call = texts.deal().contact_call(&contact.name);
    let mail = texts.deal().contact_mail(&contact.name);
    view! {
        <li>
            <span class="av lg" aria-hidden="true">{initial}</span>
            <span class="grow"><b>{contact.name}</b><span class="meta">{contact.title}</span></span>
            {(!contact.phone.is_empty()).then(|| view! {
                <a class="btn plain icon" href=format!("tel:{}", contact.phone) aria-label=call><Icon name=IconName::Phone /></a>
            })}
            {(!contact.email.is_empty()).then(|| view! {
                <a class="btn plain icon" href=format!("mailto:{}", contact.email) aria-label=mail><Icon name=IconName::Mail /></a>
            })}
        </li>
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
