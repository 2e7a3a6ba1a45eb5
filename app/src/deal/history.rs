//! What happened to a record: who, when, which field, from what to what.

use crate::{
    client::{Client, HttpError, get},
    palette,
    texts::use_texts,
    ui::{
        Avatar,
        refusal::{SILENT, field_name, value_text},
        time,
    },
};
use domain::{
    Version,
    change::{Change, Recorded, Target, Verb},
    id::MemberId,
    page::History,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

/// What is known of a record's history: what the page read, what happens while it is open, and what was asked for since.
#[derive(Clone, Copy)]
pub struct RecordHistory {
    target: Target,
    recorded: RwSignal<Vec<Recorded>>,
    /// There is more before it.
    more: RwSignal<bool>,
    /// It could not be read.
    failed: RwSignal<bool>,
}

impl RecordHistory {
    /// Begins with what the page read, and listens for as long as the owner lives.
    pub fn new(client: Client, target: Target, history: History) -> Self {
        // Whoever opens a record's page will look for it again.
        palette::note(client, target);
        let recorded = RwSignal::new(history.recorded);
        client.listen(move |_, confirmed| {
            let Some(confirmed) = confirmed else { return };
            let is_new =
                recorded.with_untracked(|list| list.first().is_none_or(|last| last.version < confirmed.version));
            if is_new && confirmed.changes.iter().any(|change| change.target == target) {
                recorded.update(|list| list.insert(0, confirmed.clone()));
            }
        });
        Self { target, recorded, more: RwSignal::new(history.more), failed: RwSignal::new(false) }
    }

    /// Who last gave a field this value.
    pub fn who_set(&self, target: Target, field: &str, value: &Value) -> Option<MemberId> {
        let did = |change: &Change| {
            change.target == target && change.fields.get(field).is_some_and(|delta| delta.after == *value)
        };
        self.recorded
            .with(|list| list.iter().find(|recorded| recorded.changes.iter().any(did)).and_then(|recorded| recorded.by))
    }

    /// What is known, newest first.
    pub fn with<T>(&self, read: impl FnOnce(&[Recorded]) -> T) -> T {
        self.recorded.with(|list| read(list))
    }

    pub fn has_more(&self) -> bool {
        self.more.get()
    }

    /// Reads what was before; where that fails, it is told.
    pub async fn tell_earlier(self) {
        let failed = self.read_earlier().await.is_err();
        self.failed.try_set(failed);
    }

    async fn read_earlier(self) -> Result<(), HttpError> {
        let Target { kind, id } = self.target;
        let first = self.recorded.with_untracked(|list| list.last().map_or(Version::MAX, |recorded| recorded.version));
        let earlier = get::<History>(&format!("/api/v1/history/{}/{id}?before={first}", kind.name())).await?;
        self.recorded.try_update(|list| list.extend(earlier.recorded));
        self.more.try_set(earlier.more);
        Ok(())
    }
}

#[component]
pub fn HistoryTable(history: RecordHistory) -> impl IntoView {
    let texts = use_texts();
    let lines = move || {
        history
            .recorded
            .with(|list| list.iter().flat_map(|recorded| lines_of(recorded, history.target)).collect::<Vec<_>>())
    };
    let earlier = move |_| spawn_local(history.tell_earlier());
    let count = move || {
        let more = if history.more.get() { "+" } else { "" };
        format!("{}{more}", lines().len())
    };
    view! {
        <div class="panel">
            <header>
                <h2>{texts.history().title()}</h2>
                <span class="meta">{count}</span>
            </header>
            <table class="hist">
                <tbody>
                    <For each=lines key=|line: &Line| (line.recorded.version, line.part, line.field.clone())
                        children=move |line: Line| view! { <HistoryLine line=line /> } />
                </tbody>
            </table>
            {move || history.more.get().then(|| view! {
                <button type="button" class="link meta" on:click=earlier>{texts.history().earlier()}</button>
            })}
            {move || history.failed.get().then(|| view! { <p class="form-err" role="alert">{texts.errors().offline_needs()}</p> })}
        </div>
    }
}

/// A field's change, or (no field) the record's coming and going.
#[derive(Clone)]
struct Line {
    recorded: Recorded,
    /// Which of the command's changes it belongs to.
    part: usize,
    change: Change,
    field: Option<String>,
}

fn lines_of(recorded: &Recorded, target: Target) -> Vec<Line> {
    let changes = recorded.changes.iter().enumerate().filter(|(_, change)| change.target == target);
    changes
        .flat_map(|(part, change)| {
            let whole = || Recorded { changes: Vec::new(), ..recorded.clone() };
            let line = |field| Line { recorded: whole(), part, change: change.clone(), field };
            if change.verb == Verb::Edited {
                let spoken = change.fields.keys().filter(|field| !SILENT.contains(&field.as_str()));
                spoken.map(|field| line(Some(field.clone()))).collect()
            } else {
                vec![line(None)]
            }
        })
        .collect()
}

#[component]
fn HistoryLine(line: Line) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let member = line.recorded.by.and_then(|by| client.peek(|view| view.members.get(&by).cloned()));
    let who = member.as_ref().map_or_else(|| texts.common().system().to_owned(), |member| member.name.clone());
    let zone = client.zone();
    let when = time::when(&zone, line.recorded.at, client.today());
    let full = format!("{who} {}", zone.local(line.recorded.at).format("%Y-%m-%d %H:%M"));
    let words = move || {
        client.with(|view| match (&line.field, line.change.verb) {
            (Some(field), _) => {
                let delta = &line.change.fields[field];
                let text = |value| {
                    let text = value_text(texts, view, field, value);
                    text.parse().map_or(text, |day| time::short_day(day, client.today()))
                };
                (field_name(texts, view, field), format!("{} → ", text(&delta.before)), text(&delta.after))
            }
            (None, Verb::Deleted) => {
                (texts.common().delete().to_owned(), String::new(), texts.history().deleted().to_owned())
            }
            (None, _) => (texts.deal().created().to_owned(), String::new(), texts.history().created().to_owned()),
        })
    };
    let what = words.clone();
    let after = words.clone();
    let whole = words.clone();
    let open = RwSignal::new(false);
    view! {
        <tr class:open=move || open.get() title=move || { let (_, before, after) = whole(); format!("{full}\n{before}{after}") } on:click=move |_| open.update(|open| *open = !*open)>
            <td class="t-3">{when}</td>
            <td><Avatar member=member /></td>
            <td>{move || words().0}</td>
            <td><span class="second">{move || what().1}</span>{move || after().2}</td>
        </tr>
    }
}
