//! An account's page: head, fields and contacts, deals, history.

use super::{contacts::Contacts, deals::Deals, head::Head};
use crate::{
    client::Client,
    deal::{
        About, Activities, HistoryTable, RecordHistory,
        fields::{CustomFields, FieldRow},
        shape::Shape,
    },
    presence::PresentHere,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    change::Target,
    command::references,
    deal::Deal,
    id::AccountId,
    page::{Address, History, Listing, Page},
    presence::Place,
    record::Kind,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;

#[component]
pub fn AccountPage(account: AccountId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.account();
    let record = Memo::new(move |_| client.with(|view| view.accounts.get(&account).cloned()));
    let is_there = Memo::new(move |_| record.with(Option::is_some));
    let editable = client.holds(Right::Work);
    let target = Target::new(Kind::Account, account);
    let read = client.page.with_untracked(|page| match page {
        Page::Account { history, .. } => history.clone(),
        _ => History::default(),
    });
    let history = RecordHistory::new(client, target, read);
    provide_context(history);
    read_arrivals(client, target, "account");
    let name = move || record.with(|record| record.as_ref().map(|account| account.name.clone()).unwrap_or_default());
    let list = Address::Accounts(Listing::default()).path();
    let row = move |label: &'static str, field: &'static str, shape: Shape| {
        view! { <FieldRow label=label target=target field=field shape=shape editable=editable /> }
    };
    view! {
        <Title text=move || texts.app().title(name()) />
        <TopBar>
            <A href=list.clone() attr:class="crumb back phone-only" attr:aria-label=texts.common().back()><Icon name=IconName::Left /></A>
            <A href=list attr:class="crumb wide-only">{t.title()}</A>
            <span class="crumb wide-only">"/"</span>
            <span class="here ell">{name}</span>
            <PresentHere place=Place::Account(account) />
        </TopBar>
        {move || if is_there.get() {
            view! {
                <main class="page deal" id="main">
                    <Head id=account account=record />
                    <div class="cols">
                        <section class="c1" aria-label=texts.deal().fields()>
                            <dl class="fields">
                                {row(t.industry(), "industry", Shape::Text)}
                                {row(t.website(), "website", Shape::Text)}
                                {row(t.phone(), "phone", Shape::Text)}
                                {row(t.address(), "address", Shape::LongText)}
                                <CustomFields target=target editable=editable />
                                {row(t.notes(), "notes", Shape::LongText)}
                                {row(t.external_id(), "external_id", Shape::Text)}
                            </dl>
                            <Contacts account=account />
                        </section>
                        <section class="c2" aria-label=t.deals()>
                            <Deals title=t.deals() none=t.no_deals() wanted=move |deal: Deal| deal.account == Some(account) />
                            <Activities about=About::Account(account) />
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
                        <p class="acts"><A href="/accounts" attr:class="btn">{t.title()}</A></p>
                    </div>
                </main>
            }.into_any()
        }}
    }
}

/// Reads the page anew when something comes to the record that this browser does not hold, as by a merge.
pub fn read_arrivals(client: Client, to: Target, field: &'static str) {
    let reading = StoredValue::new(false);
    let address = match to.kind {
        Kind::Contact => Address::Contact(to.id.into()),
        _ => Address::Account(to.id.into()),
    };
    client.listen(move |_, confirmed| {
        let Some(confirmed) = confirmed else { return };
        let arrives = client.peek(|view| {
            confirmed.changes.iter().any(|change| {
                let names = change.after(field).is_some_and(|value| references(field, value).contains(&to));
                names && !view.holds(change.target.kind, change.target.id)
            })
        });
        if !arrives || reading.try_get_value() != Some(false) {
            return;
        }
        reading.set_value(true);
        let address = address.clone();
        spawn_local(async move {
            // Without an answer the page stays as it is.
            let _ = client.read_if(&address, || reading.try_get_value().is_some()).await;
            reading.try_set_value(false);
        });
    });
}
