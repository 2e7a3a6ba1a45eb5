//! The account's head: its name, ways to reach it, merging and deleting it.

use super::{MergeWith, Name, links};
use crate::{
    client::Client,
    presence::EditingHere,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    access::Right,
    account::Account,
    change::Target,
    command::Command,
    id::AccountId,
    page::{Address, Listing},
    record::Kind,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

#[component]
pub fn Head(id: AccountId, account: Memo<Option<Account>>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.account();
    let editable = client.holds(Right::Work);
    let target = Target::new(Kind::Account, id);
    // Why it was not renamed or deleted.
    let problem = RwSignal::new(None::<String>);
    let name = Memo::new(move |_| account.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default()));
    let link = move |of: fn(&Account) -> Option<String>| account.with(|account| account.as_ref().and_then(of));
    let map =
        move || account.with(|account| account.as_ref().and_then(|it| links::map(&it.address, texts.0.is_chinese())));
    let navigate = use_navigate();
    let delete = move |_| {
        // The server refuses as well; what is known here need not be asked.
        let (deals, contacts) = client.peek(|view| {
            let deals = view.deals.values().filter(|deal| deal.account == Some(id)).count();
            (deals, view.contacts.values().filter(|contact| contact.account == Some(id)).count())
        });
        if deals > 0 {
            problem.set(Some(t.delete_blocked(deals)));
        } else if contacts > 0 {
            problem.set(Some(t.delete_contacts(contacts)));
        } else {
            let name = name.get_untracked();
            if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
                client.toasts.done(texts.toast().deleted(name), command);
                navigate(&Address::Accounts(Listing::default()).path(), NavigateOptions::default());
            }
        }
    };
    let may_delete = client.holds(Right::DeleteRecords);
    view! {
        <header class="dhead">
            <div class="dt">
                <Name target=target name=name label=t.name() editable=editable problem=problem />
                <span class="acts">
                    {move || link(|it| links::dial(&it.phone)).map(|href| view! {
                        <a class="btn" href=href aria-label=t.call(name.get())><Icon name=IconName::Phone class="i-s" />{texts.contact().call()}</a>
                    })}
                    {move || link(|it| links::website(&it.website)).map(|href| view! {
                        <a class="btn" href=href target="_blank" rel="noopener noreferrer" aria-label=t.visit(name.get())>
                            <Icon name=IconName::Globe class="i-s" />{t.website()}
                        </a>
                    })}
                    {move || map().map(|href| view! {
                        <a class="btn" href=href target="_blank" rel="noopener noreferrer" aria-label=texts.listing().map(name.get())>
                            <Icon name=IconName::Pin class="i-s" />{texts.listing().map_short()}
                        </a>
                    })}
                    <MergeWith target=target />
                    {may_delete.then(|| view! {
                        <button type="button" class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete()}</button>
                    })}
                </span>
            </div>
            <EditingHere target=target field="name" />
            {move || problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
        </header>
    }
}
