//! Custom fields: the workspace's own fields of deals, accounts and contacts.

use super::{
    cell::{Cell, Typed},
    field_dialogs::{EditChoices, NewField},
    positions::reorder,
};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Icon, IconName},
};
use domain::{
    change::Target,
    command::Command,
    field::{Field, FieldType},
    id::FieldId,
    record::Kind,
};
use leptos::prelude::*;

/// What may carry custom fields.
pub const KINDS: [Kind; 3] = [Kind::Deal, Kind::Account, Kind::Contact];

#[component]
pub fn NewFieldButton() -> impl IntoView {
    let texts = use_texts();
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="btn primary right" on:click=move |_| open.set(true)>
            <Icon name=IconName::Plus class="i-s" />
            <span>{texts.field().new()}</span>
        </button>
        {move || open.get().then(|| view! { <NewField open=open /> })}
    }
}

#[component]
pub fn FieldsPart(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.field();
    let none = move || client.with(|view| view.fields.is_empty());
    view! {
        <div class="sh">
            <div class="grow"><h2>{t.title()}</h2>{move || (!none()).then(|| view! { <p>{t.empty_text()}</p> })}</div>
        </div>
        {move || if none() {
            view! { <div class="set-block"><div class="empty"><b>{t.empty()}</b><p>{t.empty_text()}</p></div></div> }.into_any()
        } else {
            KINDS.into_iter().map(|on| view! { <FieldsOf on=on editable=editable /> }).collect_view().into_any()
        }}
    }
}

#[component]
fn FieldsOf(on: Kind, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.field();
    let ids = Memo::new(move |_| {
        client.with(|view| view.fields_of(on).into_iter().map(|field| field.id).collect::<Vec<_>>())
    });
    let title = match on {
        Kind::Account => t.on_accounts(),
        Kind::Contact => t.on_contacts(),
        _ => t.on_deals(),
    };
    view! {
        <section class="field-part" aria-label=title>
            <h3>{title}</h3>
            {move || if ids.with(Vec::is_empty) {
                view! { <p class="second none-here">{t.none_here()}</p> }.into_any()
            } else {
                view! {
                    <table class="table roomy stack">
                        <thead>
                            <tr>
                                <th scope="col">{t.name()}</th>
                                <th scope="col">{t.kind()}</th>
                                <th scope="col">{t.choices()}</th>
                                <th scope="col"><span class="vh">{texts.pipeline().actions()}</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || ids.get() key=|id| *id
                                children=move |id| view! { <FieldLine id=id ids=ids editable=editable /> } />
                        </tbody>
                    </table>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn FieldLine(id: FieldId, ids: Memo<Vec<FieldId>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.field();
    let target = Target::new(Kind::Field, id);
    let field = Memo::new(move |_| client.with(|view| view.fields.get(&id).cloned()));
    let name = move || field.with(|field| field.as_ref().map(|field| field.name.clone()).unwrap_or_default());
    let choices = move || match field.get().map(|field| field.field_type) {
        Some(FieldType::Choice { options }) => Some(options),
        _ => None,
    };
    let place = move || ids.with(|ids| ids.iter().position(|other| *other == id).unwrap_or(0));
    let is_last = move || place() + 1 >= ids.with(Vec::len);
    let editing = RwSignal::new(false);
    let go = move |to: Option<usize>| {
        let Some(to) = to else { return };
        let entry = |field: &Field| (Target::new(Kind::Field, field.id), field.position);
        let order: Vec<_> = client.peek(|view| {
            ids.with_untracked(|ids| ids.iter().filter_map(|id| view.fields.get(id)).map(entry).collect())
        });
        if let Some(command) = reorder(&order, place(), to).and_then(|command| client.ask_or_tell(command)) {
            client.toasts.done(texts.pipeline().reordered(to + 1, name()), command);
        }
    };
    let delete = move |_| {
        let name = name();
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(t.deleted(name), command);
        }
    };
    view! {
        <tr>
            <td class="name"><Cell label=t.name() target=target field="name" typed=Typed::Text shown=Callback::new(|name| name) editable=editable /></td>
            <td class="second">{move || field.get().map(|field| type_name(texts, &field.field_type))}</td>
            <td class="clip">
                {move || choices().map(|options| {
                    let words = options.join(", ");
                    if editable {
                        let label = t.choices_of(name());
                        view! {
                            <button type="button" class="ib" title=words aria-label=label aria-haspopup="dialog" on:click=move |_| editing.set(true)>
                                {t.choices_n(options.len())}
                            </button>
                        }.into_any()
                    } else {
                        view! { <span>{words}</span> }.into_any()
                    }
                })}
                {move || editing.get().then(|| view! { <EditChoices id=id open=editing /> })}
            </td>
            <td class="row-acts">
                {editable.then(|| view! {
                    <button type="button" class="btn plain mini" aria-label=move || texts.pipeline().up(name()) disabled=move || place() == 0
                        on:click=move |_| go(place().checked_sub(1))><Icon name=IconName::Down class="i-s flip" /></button>
                    <button type="button" class="btn plain mini" aria-label=move || texts.pipeline().down(name()) disabled=is_last
                        on:click=move |_| go(Some(place() + 1))><Icon name=IconName::Down class="i-s" /></button>
                    <button type="button" class="btn plain mini" aria-label=move || t.delete(name()) on:click=delete>
                        <Icon name=IconName::Trash class="i-s" />
                    </button>
                })}
            </td>
        </tr>
    }
}

pub fn type_name(texts: Texts, field_type: &FieldType) -> &'static str {
    let t = texts.field();
    match field_type {
        FieldType::Text => t.text(),
        FieldType::Number => t.number(),
        FieldType::Money => t.money(),
        FieldType::Date => t.date(),
        FieldType::Choice { .. } => t.choice(),
        FieldType::Person => t.person(),
    }
}
