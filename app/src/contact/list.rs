//! The list of contacts, called or written to with one press. What it shows stands in the address.

use crate::{
    account::{
        contact_dialog::ContactDialog,
        contacts::Open,
        links,
        listing::{Listed, Merging, More, Parts, Pick, SortHead, Toolbar},
    },
    client::Client,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    contact::Contact,
    page::{Address, Page, Sort},
    record::Kind,
};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn ContactsPage() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.contact();
    let listed = Listed::new(client, Kind::Contact);
    let creating = RwSignal::new(None::<Open>);
    let may_work = client.holds(Right::Work);
    let lines = Memo::new(move |_| {
        client.page.with(|page| match page {
            Page::Contacts { contacts, .. } => client.with(|view| {
                let line = |contact: &Contact| Shown {
                    account: contact.account.and_then(|id| view.accounts.get(&id).map(|account| account.name.clone())),
                    contact: contact.clone(),
                };
                contacts.iter().filter_map(|id| view.contacts.get(id)).map(line).collect::<Vec<_>>()
            }),
            _ => Vec::new(),
        })
    });
    let more = Signal::derive(move || client.page.with(|page| matches!(page, Page::Contacts { more: true, .. })));
    let hint = texts.listing().search_contacts();
    let sorts = vec![(Sort::Name, texts.listing().by_name()), (Sort::Account, texts.listing().by_account())];
    let create = move || {
        may_work.then(|| {
            view! {
                <button type="button" class="btn primary" aria-haspopup="dialog" on:click=move |_| creating.set(Some(Open::New))>
                    <Icon name=IconName::Plus class="i-s" />
                    <span>{t.new()}</span>
                </button>
            }
        })
    };
    let text = move || listed.listing.with(|listing| listing.text.clone());
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar>
            <h1 class="wide-only">{t.title()}</h1>
            <Parts kind=Kind::Contact />
            {create()}
        </TopBar>
        <main class="page" id="main">
            <Toolbar listed=listed hint=hint sorts=sorts />
            {move || listed.failed.get().then(|| view! { <p class="notice warn" role="alert">{texts.account().not_searched()}</p> })}
            <div class="table-wrap" on:scroll=move |event| listed.scrolled(&event, more.get_untracked())>
                {move || match (lines.with(Vec::is_empty), text().is_empty()) {
                    (true, true) => view! {
                        <div class="empty page-empty">
                            <b>{t.empty()}</b>
                            <p>{texts.listing().create_contact()}</p>
                            <p class="acts">{create()}</p>
                        </div>
                    }.into_any(),
                    (true, false) => view! {
                        <div class="empty page-empty">
                            <b>{texts.listing().no_contacts(text())}</b>
                            <p class="acts">
                                <button type="button" class="btn" on:click=move |_| listed.search(String::new())>{texts.filter().clear()}</button>
                                {create()}
                            </p>
                        </div>
                    }.into_any(),
                    (false, _) => view! {
                        <table class="table stack">
                            <thead>
                                <tr>
                                    {listed.may_merge.then(|| view! { <td class="pick"></td> })}
                                    <SortHead listed=listed sort=Sort::Name label=t.name() />
                                    <th scope="col">{t.job()}</th>
                                    <SortHead listed=listed sort=Sort::Account label=t.account() />
                                    <th scope="col">{t.phone()}</th>
                                    <th scope="col">{t.email()}</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || lines.get() key=Shown::key children=move |line| view! { <Line line=line listed=listed /> } />
                            </tbody>
                        </table>
                    }.into_any(),
                }}
                <More listed=listed has_more=more hint=texts.listing().contacts_more() />
            </div>
        </main>
        {move || creating.get().map(|what| view! { <ContactDialog account=None what=what open=creating /> })}
        <Merging listed=listed />
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Shown {
    contact: Contact,
    account: Option<String>,
}

impl Shown {
    /// Lines that show the same are drawn once.
    fn key(&self) -> (uuid::Uuid, [String; 4], Option<String>) {
        let Contact { id, name, title, phone, email, .. } = &self.contact;
        (id.0, [name, title, phone, email].map(Clone::clone), self.account.clone())
    }
}

/// A text that is a link where it can be one.
fn linked(text: String, href: Option<String>) -> AnyView {
    match href {
        Some(href) => view! { <a class="link" href=href>{text}</a> }.into_any(),
        None => text.into_any(),
    }
}

#[component]
fn Line(line: Shown, listed: Listed) -> impl IntoView {
    let Shown { contact, account } = line;
    let id = contact.id.0;
    let pick = listed.may_merge.then(|| view! { <Pick listed=listed id=id name=contact.name.clone() /> });
    let of = contact.account.zip(account).map(|(id, name)| {
        view! { <A href=Address::Account(id).path()>{name}</A> }
    });
    let (dial, mail) = (links::dial(&contact.phone), links::mail(&contact.email));
    view! {
        <tr on:keydown=move |event| listed.on_key(&event, id)>
            {pick}
            <td class="name"><A href=Address::Contact(contact.id).path()>{contact.name}</A></td>
            <td class="second">{contact.title}</td>
            <td class="second">{of}</td>
            <td>{linked(contact.phone, dial)}</td>
            <td>{linked(contact.email, mail)}</td>
        </tr>
    }
}
