//! A contact as a form: a new one, or one that is there, which can be deleted here too.

use super::contacts::Open;
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{
        Icon, IconName,
        form::{AreaField, Form, FormDialog, TextField},
    },
};
use domain::{
    access::Right,
    change::{Change, Target},
    command::{Command, Place},
    contact::Contact,
    id::{AccountId, ContactId},
    record::{Kind, Record},
};
use leptos::prelude::*;

#[component]
pub fn ContactDialog(account: AccountId, what: Open, open: RwSignal<Option<Open>>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.contact();
    let before = match what {
        Open::Edit(id) => client.peek(|view| view.contacts.get(&id).cloned()),
        Open::New => None,
    };
    let start = before.clone().unwrap_or_else(|| Contact {
        account: Some(account),
        ..Contact::new(ContactId(new_id()), String::new(), client.now())
    });
    let [name, title, phone, email, notes] =
        [&start.name, &start.title, &start.phone, &start.email, &start.notes].map(|text| RwSignal::new(text.clone()));
    let form = Form::new(client, "contact");
    let is_new = before.is_none();
    let id = start.id;
    let save = Callback::new(move |()| {
        let after = Contact {
            name: name.get_untracked(),
            title: title.get_untracked(),
            phone: phone.get_untracked(),
            email: email.get_untracked(),
            notes: notes.get_untracked(),
            ..start.clone()
        };
        let said = after.name.clone();
        let command = match &before {
            None => Command::Create { record: Record::Contact(after), place: Place::default(), dated: false },
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
    let (heading, submit) = if is_new { (t.new(), texts.common().create()) } else { (t.edit(), texts.common().save()) };
    view! {
        <FormDialog form=form title=heading submit=submit on_submit=save on_close=Callback::new(move |()| open.set(None)) other=other>
            <div class="form-grid">
                <TextField form=form name="name" label=t.name() value=name required=true />
                <TextField form=form name="title" label=t.job() value=title />
                <TextField form=form name="phone" label=t.phone() value=phone kind="tel" />
                <TextField form=form name="email" label=t.email() value=email kind="email" />
                <AreaField form=form name="notes" label=t.notes() value=notes />
            </div>
        </FormDialog>
    }
}
