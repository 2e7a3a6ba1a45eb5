//! A contact as a form: a new one, or one that is there, which can be deleted here too.

use super::contacts::Open;
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{
        Icon, IconName,
        dialog::Dialog,
        refusal::{rule_sentence, sentence},
    },
};
use domain::{
    access::Right,
    change::{Change, Target},
    command::{Command, Place},
    contact::Contact,
    id::{AccountId, ContactId},
    record::{Kind, Record},
    refusal::Refusal,
};
use leptos::{html, prelude::*};

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
    let problem = RwSignal::new(None::<Refusal>);
    let blocked = RwSignal::new(None::<String>);
    let is_new = before.is_none();
    let id = start.id;
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
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
            Err(refusal) => problem.set(Some(refusal)),
        }
    };
    let delete = move |_| {
        let used = client.peek(|view| view.deals.values().filter(|deal| deal.contacts.contains(&id)).count());
        if used > 0 {
            blocked.set(Some(t.delete_blocked(used)));
            return;
        }
        match client.ask(Command::Delete { target: Target::new(Kind::Contact, id) }) {
            Ok(command) => {
                open.set(None);
                client.toasts.done(texts.toast().deleted(name.get_untracked()), command);
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
        blocked.get().or_else(|| {
            problem.with(|problem| match problem {
                Some(Refusal::Invalid { field, .. })
                    if ["name", "title", "phone", "email", "notes"].contains(&field.as_str()) =>
                {
                    None
                }
                Some(other) => Some(client.peek(|view| sentence(texts, view, other))),
                None => None,
            })
        })
    };
    let first = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            let _ = first.focus();
        }
    });
    let input = move |field: &'static str, label: &'static str, kind: &'static str, value: RwSignal<String>| {
        let id = format!("contact-{field}");
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input class="input" id=id type=kind autocomplete="off" prop:value=move || value.get()
                    aria-invalid=move || at(field).map(|_| "true") on:input=move |event| value.set(event_target_value(&event)) />
                {move || at(field).map(|why| view! { <span class="err" role="alert">{why}</span> })}
            </div>
        }
    };
    let may_delete = !is_new && client.holds(Right::DeleteRecords);
    view! {
        <Dialog title=if is_new { t.new() } else { t.edit() } on_close=Callback::new(move |()| open.set(None))>
            <form novalidate on:submit=save>
                <div class="body form-stack">
                    {move || general().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    <div class="form-grid">
                        <div class="field">
                            <label for="contact-name" class="req">{t.name()}</label>
                            <input class="input" id="contact-name" node_ref=first autocomplete="off" prop:value=move || name.get()
                                aria-invalid=move || at("name").map(|_| "true") on:input=move |event| name.set(event_target_value(&event)) />
                            {move || at("name").map(|why| view! { <span class="err" role="alert">{why}</span> })}
                        </div>
                        {input("title", t.job(), "text", title)}
                        {input("phone", t.phone(), "tel", phone)}
                        {input("email", t.email(), "email", email)}
                        <div class="field full">
                            <label for="contact-notes">{t.notes()}</label>
                            <textarea class="area" id="contact-notes" prop:value=move || notes.get()
                                aria-invalid=move || at("notes").map(|_| "true")
                                on:input=move |event| notes.set(event_target_value(&event))></textarea>
                            {move || at("notes").map(|why| view! { <span class="err" role="alert">{why}</span> })}
                        </div>
                    </div>
                </div>
                <footer>
                    {may_delete.then(|| view! {
                        <button type="button" class="btn plain" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete()}</button>
                    })}
                    <button type="button" class="btn push" on:click=move |_| open.set(None)>{texts.common().cancel()}</button>
                    <button type="submit" class="btn primary">{if is_new { texts.common().create() } else { texts.common().save() }}</button>
                </footer>
            </form>
        </Dialog>
    }
}
