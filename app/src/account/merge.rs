//! Merging accounts or contacts: which one stays, what it says where they differ, and what moves to it.

use crate::{
    client::{Client, get},
    texts::use_texts,
    ui::{
        dialog::Dialog,
        form::{Form, FormDialog},
        refusal::{field_name, value_text},
    },
};
use domain::{
    change::Target,
    command::Command,
    merge::{JOINED, differing},
    page::Mergeable,
    record::{Fields, Kind, Record},
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// What is done with the one that stays. It outlives the dialog: with the record that goes, its page does as well.
pub type Done = Arc<dyn Fn(Uuid) + Send + Sync>;

#[derive(Clone)]
enum Read {
    Waiting,
    Failed,
    Here(Vec<Mergeable>),
}

#[component]
pub fn MergeDialog(kind: Kind, ids: Vec<Uuid>, open: RwSignal<Option<Vec<Uuid>>>, done: Done) -> impl IntoView {
    let texts = use_texts();
    let title = if kind == Kind::Contact { texts.merge().contacts() } else { texts.merge().accounts() };
    // One for each dialog that is drawn: a dialog that gives way to the next is not closed by anybody.
    let close = move || {
        Callback::new(move |()| {
            open.try_set(None);
        })
    };
    let read = RwSignal::new(Read::Waiting);
    let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let ask = Callback::new(move |()| {
        read.set(Read::Waiting);
        let path = format!("/api/v1/mergeable/{}?ids={ids}", kind.name());
        spawn_local(async move {
            let answer = get::<Vec<Mergeable>>(&path).await;
            read.try_set(answer.map_or(Read::Failed, Read::Here));
        });
    });
    Effect::new(move |_| ask.run(()));
    // Two dialogs in all, one for what may be said and one to choose in: a dialog that is drawn again closes itself.
    let parts = Memo::new(move |_| {
        read.with(|read| if let Read::Here(parts) = read { (parts.len() > 1).then(|| parts.clone()) } else { None })
    });
    move || {
        match parts.get() {
        Some(parts) => view! { <Choosing title=title kind=kind parts=parts close=close() done=done.clone() /> }.into_any(),
        None => view! {
            <Dialog title=title on_close=close()>
                <div class="body form-stack">
                    {move || match read.get() {
                        Read::Waiting => view! { <p class="second" role="status">{texts.common().loading()}</p> }.into_any(),
                        Read::Failed => view! {
                            <p class="form-err" role="alert">{texts.errors().offline_needs()}</p>
                            <p><button type="button" class="btn" on:click=move |_| ask.run(())>{texts.common().retry()}</button></p>
                        }.into_any(),
                        Read::Here(_) => view! { <p class="second">{texts.merge().too_few()}</p> }.into_any(),
                    }}
                </div>
            </Dialog>
        }
        .into_any(),
    }
    }
}

fn name(record: &Record) -> String {
    match record {
        Record::Account(account) => account.name.clone(),
        Record::Contact(contact) => contact.name.clone(),
        _ => String::new(),
    }
}

/// How much refers to it.
fn weight(part: &Mergeable) -> u32 {
    part.deals + part.contacts + part.activities
}

#[component]
fn Choosing(title: &'static str, kind: Kind, parts: Vec<Mergeable>, close: Callback<()>, done: Done) -> impl IntoView {
    let texts = use_texts();
    let t = texts.merge();
    let client = expect_context::<Client>();
    let form = Form::new(client, "merge");
    let count = parts.len();
    // The one with most behind it stays, unless another is chosen.
    let heaviest = (0..count).max_by_key(|at| (weight(&parts[*at]), std::cmp::Reverse(*at))).unwrap_or(0);
    let keep = RwSignal::new(heaviest);
    let chosen = RwSignal::new(BTreeMap::<String, Value>::new());
    let busy = RwSignal::new(false);
    let records: Vec<Record> = parts.iter().map(|part| part.record.clone()).collect();
    let kept_fields = StoredValue::new(records.iter().map(Record::to_fields).collect::<Vec<_>>());
    let fields = differing(&records);
    let joins = records.iter().filter(|record| record.to_fields().contains_key(JOINED)).count() > 1;
    let all_fields = StoredValue::new(fields.clone());
    // What stands for a field: what was chosen, else the kept one's own, else the first there is.
    let value = move |field: &str| {
        let picked = chosen.with(|chosen| chosen.get(field).cloned());
        let own = || kept_fields.with_value(|all| all.get(keep.get()).and_then(|fields| fields.get(field).cloned()));
        let first = || {
            all_fields.with_value(|all| {
                all.iter().find(|(name, _)| name == field).and_then(|(_, values)| values.first().cloned())
            })
        };
        picked.or_else(own).or_else(first).unwrap_or_default()
    };
    let targets: Vec<Target> = records.iter().map(|record| Target::new(kind, record.uuid())).collect();
    let names: Vec<String> = records.iter().map(name).collect();
    let said = names.clone();
    let submit = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let at = keep.get_untracked();
        let Some(kept) = targets.get(at).copied() else { return };
        let drop = targets.iter().copied().filter(|target| *target != kept).collect();
        let names = all_fields.with_value(|all| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
        let fields: Fields = names.into_iter().map(|name| (name.clone(), untrack(|| value(&name)))).collect();
        let said = fields.get("name").and_then(Value::as_str).map_or_else(|| said[at].clone(), str::to_owned);
        match client.ask(Command::Merge { keep: kept, drop, fields }) {
            Ok(command) => {
                busy.set(true);
                let done = done.clone();
                spawn_local(async move {
                    if client.confirmed(command).await {
                        client.toasts.done(t.done(said), command);
                        close.try_run(());
                        done(kept.id);
                        return;
                    }
                    // Told here, as long as the dialog stands; else it waits in the list of what was refused.
                    let refused = client.refused.with_untracked(|refused| {
                        refused.iter().find(|it| it.request.id == command).map(|it| it.refusal.clone())
                    });
                    if busy.try_set(false).is_none()
                        && let Some(refusal) = refused
                    {
                        client.toasts.close();
                        client.forget(command);
                        form.refuse(refusal);
                    }
                });
            }
            Err(refusal) => form.refuse(refusal),
        }
    });
    let accounts: BTreeMap<String, String> = parts
        .iter()
        .filter_map(|part| match &part.record {
            Record::Contact(contact) => Some((contact.account?.to_string(), part.of.clone())),
            _ => None,
        })
        .collect();
    let words = move |field: &str, value: &Value| {
        let of = value.as_str().filter(|_| field == "account").and_then(|id| accounts.get(id).cloned());
        of.unwrap_or_else(|| client.peek(|view| value_text(texts, view, field, value)))
    };
    let sums = StoredValue::new(parts.iter().map(|it| (it.deals, it.contacts, it.activities)).collect::<Vec<_>>());
    let moves = move || {
        let at = keep.get();
        let (deals, contacts, activities) = sums.with_value(|sums| {
            let others = sums.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, sum)| sum);
            others.fold((0, 0, 0), |all, one| (all.0 + one.0, all.1 + one.1, all.2 + one.2))
        });
        t.moves(activities, contacts, deals, count - 1)
    };
    let line = move |(at, part): (usize, Mergeable)| {
        let zone = client.zone();
        let created = match &part.record {
            Record::Account(account) => account.created_at,
            Record::Contact(contact) => contact.created_at,
            _ => client.now(),
        };
        let about = [part.of.clone(), format!("{} {}", texts.deal().created(), zone.day(created))];
        let about = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        view! {
            <label class="checkline">
                <input type="radio" class="check" name="merge-keep" prop:checked=move || keep.get() == at
                    on:change=move |_| keep.set(at) />
                <span>
                    {name(&part.record)} " "
                    <span class="meta">{about} " · " {t.counts(part.activities, part.contacts, part.deals)}</span>
                </span>
            </label>
        }
    };
    let choice = move |(field, values): (String, Vec<Value>)| {
        let label = client.peek(|view| field_name(texts, view, &field));
        let options = values.into_iter().map(|option| {
            let (here, this) = (field.clone(), field.clone());
            let (is, text) = (option.clone(), words(&field, &option));
            view! {
                <label class="checkline">
                    <input type="radio" class="check" name=format!("merge-{field}") prop:checked=move || value(&here) == is
                        on:change=move |_| chosen.update(|chosen| { chosen.insert(this.clone(), option.clone()); }) />
                    <span>{text}</span>
                </label>
            }
        });
        let options = options.collect_view();
        view! { <fieldset class="field"><legend>{label}</legend>{options}</fieldset> }
    };
    view! {
        <FormDialog form=form title=title submit=t.merge() on_submit=submit on_close=close>
            {move || busy.get().then(|| view! {
                <p class="notice" role="status">
                    {move || if client.sync.with(|sync| sync.away) { t.waits() } else { t.working() }}
                </p>
            })}
            <fieldset class="field" disabled=move || busy.get()>
                <legend>{t.keep()}</legend>
                {parts.into_iter().enumerate().map(line).collect_view()}
            </fieldset>
            {fields.into_iter().map(choice).collect_view()}
            {joins.then(|| view! { <p class="second">{t.notes()}</p> })}
            <p class="second" role="status">{moves}</p>
        </FormDialog>
    }
}
