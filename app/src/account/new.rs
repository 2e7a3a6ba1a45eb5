//! A new account.

use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{
        dialog::Dialog,
        refusal::{rule_sentence, sentence},
    },
};
use domain::{
    account::Account,
    board::Totals,
    command::{Command, Place},
    id::AccountId,
    page::{AccountLine, Page},
    record::Record,
    refusal::Refusal,
};
use leptos::{html, prelude::*};

#[component]
pub fn NewAccount(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.account();
    let [name, industry, website, phone] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let problem = RwSignal::new(None::<Refusal>);
    let first = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            let _ = first.focus();
        }
    });
    let create = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let account = Account {
            industry: industry.get_untracked(),
            website: website.get_untracked(),
            phone: phone.get_untracked(),
            ..Account::new(AccountId(new_id()), name.get_untracked(), client.now())
        };
        let (id, said) = (account.id, account.name.clone());
        match client.ask(Command::Create { record: Record::Account(account), place: Place::default(), dated: false }) {
            Ok(command) => {
                open.set(false);
                // It stands at the top of the list as it is, whatever the filter says: it was just made here.
                client.page.update(|page| {
                    if let Page::Accounts { accounts, .. } = page {
                        accounts
                            .insert(0, AccountLine { account: id, open: Totals::default(), won: Totals::default() });
                    }
                });
                client.toasts.done(texts.toast().created(said), command);
            }
            Err(refusal) => problem.set(Some(refusal)),
        }
    };
    let at = move |field: &'static str| {
        problem.with(|problem| match problem {
            Some(Refusal::Invalid { field: other, rule }) if other == field => Some(rule_sentence(texts, rule)),
            _ => None,
        })
    };
    let general = move || {
        problem.with(|problem| match problem {
            Some(Refusal::Invalid { .. }) | None => None,
            Some(other) => Some(client.peek(|view| sentence(texts, view, other))),
        })
    };
    let input = move |field: &'static str, label: &'static str, kind: &'static str, value: RwSignal<String>| {
        let id = format!("account-{field}");
        view! {
            <div class="field full">
                <label for=id.clone()>{label}</label>
                <input class="input" id=id type=kind autocomplete="off" prop:value=move || value.get()
                    aria-invalid=move || at(field).map(|_| "true") on:input=move |event| value.set(event_target_value(&event)) />
                {move || at(field).map(|why| view! { <span class="err" role="alert">{why}</span> })}
            </div>
        }
    };
    view! {
        <Dialog title=t.new() on_close=Callback::new(move |()| open.set(false))>
            <form novalidate on:submit=create>
                <div class="body form-stack">
                    {move || general().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    <div class="field full">
                        <label for="account-name" class="req">{t.name()}</label>
                        <input class="input" id="account-name" node_ref=first autocomplete="off" prop:value=move || name.get()
                            aria-invalid=move || at("name").map(|_| "true") on:input=move |event| name.set(event_target_value(&event)) />
                        {move || at("name").map(|why| view! { <span class="err" role="alert">{why}</span> })}
                    </div>
                    {input("industry", t.industry(), "text", industry)}
                    {input("website", t.website(), "text", website)}
                    {input("phone", t.phone(), "tel", phone)}
                </div>
                <footer>
                    <button type="button" class="btn push" on:click=move |_| open.set(false)>{texts.common().cancel()}</button>
                    <button type="submit" class="btn primary">{texts.common().create()}</button>
                </footer>
            </form>
        </Dialog>
    }
}
