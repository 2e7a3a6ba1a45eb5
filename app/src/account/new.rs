//! A new account.

use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::form::{Form, FormDialog, TextField},
};
use domain::{
    account::Account,
    board::Totals,
    command::{Command, Place},
    id::AccountId,
    page::{AccountLine, Page},
    record::Record,
};
use leptos::prelude::*;

#[component]
pub fn NewAccount(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.account();
    let [name, industry, website, phone] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let form = Form::new(client, "account");
    let create = Callback::new(move |()| {
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
            Err(refusal) => form.refuse(refusal),
        }
    });
    view! {
        <FormDialog form=form title=t.new() submit=texts.common().create() on_submit=create
            on_close=Callback::new(move |()| open.set(false))>
            <TextField form=form name="name" label=t.name() value=name required=true full=true />
            <TextField form=form name="industry" label=t.industry() value=industry full=true />
            <TextField form=form name="website" label=t.website() value=website keys="url" full=true />
            <TextField form=form name="phone" label=t.phone() value=phone kind="tel" full=true />
        </FormDialog>
    }
}
