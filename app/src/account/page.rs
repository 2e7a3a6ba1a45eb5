//! An account's page: head, fields and contacts, deals, history.

use super::{contacts::Contacts, deals::Deals, head::Head};
use crate::{
    client::Client,
    deal::{
        HistoryTable, RecordHistory,
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
    id::AccountId,
    page::{Address, History, Page},
    presence::Place,
    record::Kind,
};
use leptos::prelude::*;
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
    let name = move || record.with(|record| record.as_ref().map(|account| account.name.clone()).unwrap_or_default());
    let list = Address::Accounts { text: String::new() }.path();
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
                        <section class="c2" aria-label=t.deals()><Deals account=account /></section>
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
