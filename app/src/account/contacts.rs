//! The people of an account: called or written to with one tap, changed in a dialog.

use super::{contact_dialog::ContactDialog, links};
use crate::{
    client::Client,
    deal::fields::CustomFields,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    access::Right,
    change::Target,
    contact::Contact,
    id::{AccountId, ContactId},
    page::Address,
    record::Kind,
};
use leptos::prelude::*;
use leptos_router::components::A;

/// What the dialog is open for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Open {
    New,
    Edit(ContactId),
}

#[component]
pub fn Contacts(account: AccountId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let open = RwSignal::new(None::<Open>);
    let editable = client.holds(Right::Work);
    let contacts = Memo::new(move |_| {
        client.with(|view| {
            let of_account = view.contacts.values().filter(|contact| contact.account == Some(account));
            let mut list: Vec<Contact> = of_account.cloned().collect();
            list.sort_by_key(|contact| (contact.name.to_lowercase(), contact.id));
            list
        })
    });
    view! {
        <div class="panel">
            <header>
                <h2>{texts.account().contacts()}</h2>
                <span class="meta">{move || contacts.with(Vec::len)}</span>
                {editable.then(|| view! {
                    <button type="button" class="link more meta" aria-label=texts.contact().new() on:click=move |_| open.set(Some(Open::New))>
                        {texts.common().add()}
                    </button>
                })}
            </header>
            {move || contacts.with(Vec::is_empty).then(|| view! { <p class="second">{texts.contact().empty_text()}</p> })}
            <ul class="contacts">
                {move || contacts.get().into_iter()
                    .map(|contact| view! { <ContactLine contact=contact open=open editable=editable /> })
                    .collect_view()}
            </ul>
        </div>
        {move || open.get().map(|what| view! { <ContactDialog account=Some(account) what=what open=open /> })}
    }
}

#[component]
fn ContactLine(contact: Contact, open: RwSignal<Option<Open>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.contact();
    let id = contact.id;
    let initial: String = contact.name.chars().take(1).collect();
    let call = texts.deal().contact_call(&contact.name);
    let write = texts.deal().contact_mail(&contact.name);
    let edit = t.edit_one(&contact.name);
    let (dial, mail) = (links::dial(&contact.phone), links::mail(&contact.email));
    // What cannot be called or written to stands there as it was typed.
    let rest = [(&contact.phone, dial.is_none()), (&contact.email, mail.is_none())];
    let rest = rest.into_iter().filter(|(text, is_plain)| *is_plain && !text.is_empty()).map(|(text, _)| text.clone());
    let rest = rest.collect::<Vec<_>>().join(" · ");
    let has_more = client.peek(|view| !view.fields_of(Kind::Contact).is_empty());
    view! {
        <li>
            <span class="av lg" aria-hidden="true">{initial}</span>
            <span class="grow">
                <b><A href=Address::Contact(id).path()>{contact.name}</A></b>
                <span class="meta">{contact.title}</span>
                {(!rest.is_empty()).then(|| view! { <span class="meta">{rest}</span> })}
            </span>
            {dial.map(|href| view! {
                <a class="btn plain icon" href=href title=contact.phone aria-label=call><Icon name=IconName::Phone /></a>
            })}
            {mail.map(|href| view! {
                <a class="btn plain icon" href=href title=contact.email aria-label=write><Icon name=IconName::Mail /></a>
            })}
            {editable.then(|| view! {
                <button type="button" class="btn plain icon" aria-label=edit aria-haspopup="dialog" on:click=move |_| open.set(Some(Open::Edit(id)))>
                    <Icon name=IconName::Edit class="i-s" />
                </button>
            })}
        </li>
        {has_more.then(|| view! {
            <li class="contact-more">
                <details>
                    <summary class="meta">{texts.deal().custom_fields()}</summary>
                    <dl class="fields"><CustomFields target=Target::new(Kind::Contact, id) editable=editable /></dl>
                </details>
            </li>
        })}
    }
}
