//! A contact as a form: a new one, or one that is there, which can be deleted here too.

use super::contacts::Open;
use crate::{
    client::{Client, new_id},
    deal::{AccountPicker, Picked, Picker},
    texts::use_texts,
    ui::{
        Icon, IconName,
        form::{AreaField, Form, FormDialog, Labelled, TextField},
    },
};
use domain::{
    access::Right,
    account::Account,
    change::{Change, Target},
    command::{Command, Place},
    contact::Contact,
    id::{AccountId, ContactId},
    record::{Kind, Record},
};
use leptos::{html, prelude::*, task::spawn_local};

#[component]
pub fn ContactDialog(
    /// The account of a new one; none: it is chosen here.
    account: Option<AccountId>,
    what: Open,
    open: RwSignal<Option<Open>>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.contact();
    let before = match what {
        Open::Edit(id) => client.peek(|view| view.contacts.get(&id).cloned()),
        Open::New => None,
    };
    let start = before
        .clone()
        .unwrap_or_else(|| Contact { account, ..Contact::new(ContactId(new_id()), String::new(), client.now()) });
    let [name, title, phone, email, notes] =
        [&start.name, &start.title, &start.phone, &start.email, &start.notes].map(|text| RwSignal::new(text.clone()));
    let form = Form::new(client, "contact");
    let is_new = before.is_none();
    let id = start.id;
    let picker = Picker::new(client, "");
    let account_input = NodeRef::<html::Input>::new();
    let chooses_account = is_new && account.is_none();
    let save = move |picked: Picked| {
        // An account that nobody has yet begins together with its first contact.
        let new_account = match &picked {
            Picked::Name(name) => Some(Account::new(AccountId(new_id()), name.clone(), client.now())),
            _ => None,
        };
        let chosen = match picked {
            Picked::Account(id) => Some(id),
            _ => new_account.as_ref().map(|account| account.id),
        };
        let after = Contact {
            account: if chooses_account { chosen } else { start.account },
            name: name.get_untracked(),
            title: title.get_untracked(),
            phone: phone.get_untracked(),
            email: email.get_untracked(),
            notes: notes.get_untracked(),
            ..start.clone()
        };
        let said = after.name.clone();
        let command = match &before {
            None => {
                let create = |record| Command::Create { record, place: Place::default(), dated: false };
                let contact = create(Record::Contact(after));
                match new_account {
                    Some(account) => Command::Batch { parts: vec![create(Record::Account(account)), contact] },
                    None => contact,
                }
            }
            // Only what was changed here is set: what others changed meanwhile stays.
            Some(before) => {
                let (before, after) = (Record::Contact(before.clone()), Record::Contact(after));
                let Some(change) = Change::between(Some(&before), Some(&after)) else {
                    open.set(None);
                    return;
                };
                Command::Edit { target: change.target, fields: change.fields }
            }
        };
        match client.ask(command) {
            Ok(command) => {
                open.set(None);
                let said = if is_new { texts.toast().created(said) } else { texts.toast().saved().to_owned() };
                client.toasts.done(said, command);
            }
            Err(refusal) => form.refuse(refusal),
        }
    };
    // Whether an account has the typed name may still be asked.
    let submit = Callback::new(move |()| {
        let save = save.clone();
        spawn_local(async move {
            let picked = picker.settled().await;
            if open.try_get_untracked().flatten().is_some() {
                save(picked);
            }
        });
    });
    let delete = move |_| match client.ask(Command::Delete { target: Target::new(Kind::Contact, id) }) {
        Ok(command) => {
            open.set(None);
            client.toasts.done(texts.toast().deleted(name.get_untracked()), command);
        }
        Err(refusal) => form.refuse(refusal),
    };
    let may_delete = !is_new && client.holds(Right::DeleteRecords);
    let other = move || {
        may_delete.then(|| view! {
            <button type="button" class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete()}</button>
        })
    };
    let (heading, word) = if is_new { (t.new(), texts.common().create()) } else { (t.edit(), texts.common().save()) };
    view! {
        <FormDialog form=form title=heading submit=word on_submit=submit on_close=Callback::new(move |()| open.set(None)) other=other>
            <div class="form-grid">
                <TextField form=form name="name" label=t.name() value=name required=true />
                {chooses_account.then(|| view! {
                    <Labelled form=form name="account" label=t.account() full=true>
                        <AccountPicker picker=picker label=t.account().to_owned() id="contact-account" node=account_input
                            choose=Callback::new(|_| ()) leave=Callback::new(|()| ()) />
                        {move || picker.is_new_name().then(|| view! { <span class="hint">{texts.deal().account_will_be_new()}</span> })}
                    </Labelled>
                })}
                <TextField form=form name="title" label=t.job() value=title />
                <TextField form=form name="phone" label=t.phone() value=phone kind="tel" />
                <TextField form=form name="email" label=t.email() value=email kind="email" />
                <AreaField form=form name="notes" label=t.notes() value=notes />
            </div>
        </FormDialog>
    }
}
