//! Naming a view: the present page as a new one, or one that is there.

use super::{Naming, present_address};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::form::{Form, FormDialog, TextField},
};
use domain::{
    access::Right,
    change::Target,
    command::{Command, Place},
    id::SavedViewId,
    record::{Kind, Record},
    saved_view::SavedView,
};
use leptos::prelude::*;
use serde_json::json;

#[component]
pub fn ViewForm(what: Naming, naming: RwSignal<Option<Naming>>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.saved_view();
    let form = Form::new(client, "view");
    let here = present_address(client);
    let before = match what {
        Naming::New => None,
        Naming::Other(id) => client.peek(|view| view.saved_views.get(&id).map(|saved| saved.name.clone())),
    };
    let name = RwSignal::new(before.clone().unwrap_or_default());
    let shared = RwSignal::new(false);
    let may_share = what == Naming::New && client.holds(Right::Work);
    let save = move |()| {
        let name = name.get_untracked().trim().to_owned();
        if before.as_ref() == Some(&name) {
            naming.set(None);
            return;
        }
        let asked = match what {
            Naming::New => {
                let path = here.get_untracked().unwrap_or_default();
                let id = SavedViewId(new_id());
                let saved =
                    SavedView { id, name: name.clone(), owner: client.me, shared: shared.get_untracked(), path };
                let record = Record::SavedView(saved);
                client.ask(Command::Create { record, place: Place::default(), dated: false })
            }
            Naming::Other(id) => {
                let target = Target::new(Kind::SavedView, id);
                client.set_from(target, "name", json!(before.clone().unwrap_or_default()), json!(name))
            }
        };
        match asked {
            Ok(command) => {
                let told = if what == Naming::New { t.saved(name) } else { t.renamed(name) };
                client.toasts.done(told, command);
                naming.set(None);
            }
            Err(refusal) => form.refuse(refusal),
        }
    };
    let title = if what == Naming::New { t.new() } else { t.rename() };
    view! {
        <FormDialog form=form title=title submit=texts.common().save() on_submit=Callback::new(save)
            on_close=Callback::new(move |()| naming.set(None))>
            <TextField form=form name="name" label=t.name() value=name required=true full=true />
            {may_share.then(|| view! {
                <label class="checkline">
                    <input class="check" type="checkbox" prop:checked=move || shared.get()
                        on:change=move |event| shared.set(event_target_checked(&event)) />
                    {t.share_on_save()}
                </label>
            })}
        </FormDialog>
    }
}
