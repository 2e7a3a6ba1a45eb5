//! A contact's page: head, fields, the deals that name them with what happened in these, history.

use crate::{
    account::{MergeWith, Name, deals::Deals, links, read_arrivals},
    client::Client,
    deal::{
        About, Activities, HistoryTable, RecordHistory,
        fields::{CustomFields, FieldRow},
        shape::Shape,
    },
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    change::Target,
    command::Command,
    contact::Contact,
    deal::Deal,
    id::ContactId,
    page::{Address, History, Listing, Page},
    record::Kind,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

#[component]
pub fn ContactPage(contact: ContactId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.contact();
    let record = Memo::new(move |_| client.with(|view| view.contacts.get(&contact).cloned()));
    let is_there = Memo::new(move |_| record.with(Option::is_some));
    let editable = client.holds(Right::Work);
    let target = Target::new(Kind::Contact, contact);
    let read = client.page.with_untracked(|page| match page {
        Page::Contact { history, .. } => history.clone(),
        _ => History::default(),
    });
    let history = RecordHistory::new(client, target, read);
    provide_context(history);
    read_arrivals(client, target, "contacts");
    let name = Memo::new(move |_| record.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default()));
    let list = Address::Contacts(Listing::default()).path();
    let account = move || {
        let id = record.with(|it| it.as_ref()?.account)?;
        let name = client.with(|view| view.accounts.get(&id).map(|account| account.name.clone()))?;
        Some(view! { <A href=Address::Account(id).path() attr:class="link">{name}</A> })
    };
    let row = move |label: &'static str, field: &'static str, shape: Shape| {
        view! { <FieldRow label=label target=target field=field shape=shape editable=editable /> }
    };
    view! {
        <Title text=move || texts.app().title(name.get()) />
        <TopBar>
            <A href=list.clone() attr:class="crumb back phone-only" attr:aria-label=texts.common().back()><Icon name=IconName::Left /></A>
            <A href=list attr:class="crumb wide-only">{t.title()}</A>
            <span class="crumb wide-only">"/"</span>
            <span class="here ell">{name}</span>
        </TopBar>
        {move || if is_there.get() {
            view! {
                <main class="page deal" id="main">
                    <Head id=contact contact=record name=name account=ViewFn::from(account) />
                    <div class="cols">
                        <section class="c1" aria-label=texts.deal().fields()>
                            <dl class="fields">
                                {row(t.account(), "account", Shape::Account)}
                                {row(t.job(), "title", Shape::Text)}
                                {row(t.phone(), "phone", Shape::Text)}
                                {row(t.email(), "email", Shape::Text)}
                                <CustomFields target=target editable=editable />
                                {row(t.notes(), "notes", Shape::LongText)}
                                {row(texts.account().external_id(), "external_id", Shape::Text)}
                            </dl>
                        </section>
                        <section class="c2" aria-label=texts.listing().contact_deals()>
                            <Deals title=texts.listing().contact_deals() none=texts.listing().contact_no_deals()
                                wanted=move |deal: Deal| deal.contacts.contains(&contact) />
                            <h2 class="vh">{texts.listing().contact_activities()}</h2>
                            <Activities about=About::Contact(contact) />
                        </section>
                        <section class="c3" aria-label=texts.history().title()>
                            <HistoryTable history=history />
                        </section>
                    </div>
                </main>
            }.into_any()
        } else {
            view! {
                <main class="page" id="main">
                    <div class="empty page-empty">
                        <b>{texts.errors().not_found()}</b>
                        <p>{t.not_found()}</p>
                        <p class="acts"><A href="/contacts" attr:class="btn">{t.title()}</A></p>
                    </div>
                </main>
            }.into_any()
        }}
    }
}

/// The name, ways to reach the person, merging and deleting.
#[component]
fn Head(id: ContactId, contact: Memo<Option<Contact>>, name: Memo<String>, account: ViewFn) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.contact();
    let editable = client.holds(Right::Work);
    let target = Target::new(Kind::Contact, id);
    let problem = RwSignal::new(None::<String>);
    let link = move |of: fn(&Contact) -> Option<String>| contact.with(|contact| contact.as_ref().and_then(of));
    let navigate = use_navigate();
    let delete = move |_| {
        // The server refuses as well; what is known here need not be asked.
        let deals = client.peek(|view| view.deals.values().filter(|deal| deal.contacts.contains(&id)).count());
        if deals > 0 {
            problem.set(Some(t.delete_blocked(deals)));
            return;
        }
        let name = name.get_untracked();
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(texts.toast().deleted(name), command);
            navigate(&Address::Contacts(Listing::default()).path(), NavigateOptions::default());
        }
    };
    let may_delete = client.holds(Right::DeleteRecords);
    view! {
        <header class="dhead">
            <div class="dt">
                <Name target=target name=name label=t.name() editable=editable problem=problem />
                {move || account.run()}
                <span class="acts">
                    {move || link(|it| links::dial(&it.phone)).map(|href| view! {
                        <a class="btn" href=href aria-label=texts.deal().contact_call(name.get())><Icon name=IconName::Phone class="i-s" />{t.call()}</a>
                    })}
                    {move || link(|it| links::mail(&it.email)).map(|href| view! {
                        <a class="btn" href=href aria-label=texts.deal().contact_mail(name.get())><Icon name=IconName::Mail class="i-s" />{t.email()}</a>
                    })}
                    <MergeWith target=target />
                    {may_delete.then(|| view! {
                        <button type="button" class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete()}</button>
                    })}
                </span>
            </div>
            {move || problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
        </header>
    }
}
