//! The account's head: its name, ways to reach it, and deleting it.

use super::links;
use crate::{
    client::Client,
    deal::{edit::Edit, input::Input, shape::Shape},
    presence::EditingHere,
    texts::use_texts,
    ui::{Icon, IconName, refusal::sentence},
};
use domain::{
    access::Right, account::Account, change::Target, command::Command, id::AccountId, page::Address, record::Kind,
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
    let edit = Edit::new(client, target, "name");
    // Why the account cannot be deleted.
    let blocked = RwSignal::new(None::<String>);
    let name =
        Memo::new(move |_| account.with(|account| account.as_ref().map(|it| it.name.clone()).unwrap_or_default()));
    let rename = Callback::new(move |typed: String| {
        blocked.set(None);
        let asked = edit.commit(typed, |value| Shape::Text.text(value), |typed| Shape::Text.read(typed));
        if let Some(command) = asked {
            client.toasts.done(texts.toast().field_changed(t.name(), name.get_untracked()), command);
        }
    });
    let cancel = Callback::new(move |()| edit.cancel());
    let refused = move || edit.refused().map(|(refusal, _)| client.peek(|view| sentence(texts, view, &refusal)));
    let site = move || account.with(|account| account.as_ref().and_then(|it| links::website(&it.website)));
    let phone = move || account.with(|account| account.as_ref().and_then(|it| links::dial(&it.phone)));
    let map =
        move || account.with(|account| account.as_ref().and_then(|it| links::map(&it.address, texts.0.is_chinese())));
    let navigate = use_navigate();
    let delete = move |_| {
        // The server refuses as well; what is known here need not be asked.
        let (deals, contacts) = client.peek(|view| {
            let deals = view.deals.values().filter(|deal| deal.account.is_some_and(|id| id.0 == target.id)).count();
            let contacts = view.contacts.values().filter(|it| it.account.is_some_and(|id| id.0 == target.id)).count();
            (deals, contacts)
        });
        if deals > 0 {
            blocked.set(Some(t.delete_blocked(deals)));
        } else if contacts > 0 {
            blocked.set(Some(t.delete_contacts(contacts)));
        } else {
            let name = name.get_untracked();
            if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
                client.toasts.done(texts.toast().deleted(name), command);
                navigate(&Address::Accounts { text: String::new() }.path(), NavigateOptions::default());
            }
        }
    };
    let may_delete = client.holds(Right::DeleteRecords);
    view! {
        <header class="dhead">
            <div class="dt">
                {move || if edit.is_open() {
                    let start = edit.start(|value| Shape::Text.text(value));
                    view! { <Input shape=Shape::Text start=start label=t.name().to_owned() commit=rename cancel=cancel /> }.into_any()
                } else {
                    view! { <h1 on:click=move |_| if editable { edit.open() }>{move || name.get()}</h1> }.into_any()
                }}
                {editable.then(|| view! {
                    <button type="button" class="btn plain icon" node_ref=edit.button aria-label=texts.deal().edit_field(t.name())
                        on:click=move |_| edit.open()><Icon name=IconName::Edit class="i-s" /></button>
                })}
                <span class="acts">
                    {move || phone().map(|href| view! {
                        <a class="btn" href=href aria-label=t.call(name.get())><Icon name=IconName::Phone class="i-s" />{texts.contact().call()}</a>
                    })}
                    {move || site().map(|href| view! {
                        <a class="btn" href=href target="_blank" rel="noopener noreferrer" aria-label=t.visit(name.get())>
                            <Icon name=IconName::Globe class="i-s" />{t.website()}
                        </a>
                    })}
                    {move || map().map(|href| view! {
                        <a class="btn" href=href target="_blank" rel="noopener noreferrer"><Icon name=IconName::Pin class="i-s" />{texts.stream().map()}</a>
                    })}
                    {may_delete.then(|| view! {
                        <button type="button" class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete()}</button>
                    })}
                </span>
            </div>
            <EditingHere target=target field="name" />
            {move || refused().or_else(|| blocked.get()).map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
        </header>
    }
}
