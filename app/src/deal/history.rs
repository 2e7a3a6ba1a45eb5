//! What happened to a record: who, when, which field, from what to what.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Avatar,
        refusal::{field_name, value_text},
        time,
    },
};
use domain::{
    change::{Change, Recorded, Target, Verb},
    page::History,
};
use leptos::prelude::*;

/// Fields that only say where a card stands in its column.
const SILENT: [&str; 3] = ["key", "entered_at", "closed_at"];

#[component]
pub fn HistoryTable(
    target: Target,
    /// What the page read; what happens while it is open is added.
    history: History,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let recorded = RwSignal::new(history.recorded);
    client.listen(move |_, confirmed| {
        let Some(confirmed) = confirmed else { return };
        let is_new = recorded.with_untracked(|list| list.first().is_none_or(|last| last.version < confirmed.version));
        if is_new && confirmed.changes.iter().any(|change| change.target == target) {
            recorded.update(|list| list.insert(0, confirmed.clone()));
        }
    });
    let lines = move || {
        recorded.with(|list| {
            list.iter().flat_map(|recorded| lines_of(recorded, target)).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="panel">
            <header>
                <h2>{texts.history().title()}</h2>
                <span class="meta">{move || lines().len()}</span>
            </header>
            <table class="hist">
                <tbody>
                    <For each=lines key=|line: &Line| (line.recorded.version, line.field.clone())
                        children=move |line: Line| view! { <HistoryLine line=line /> } />
                </tbody>
            </table>
        </div>
    }
}

/// A field's change, or (no field) the record's coming and going.
#[derive(Clone)]
struct Line {
    recorded: Recorded,
    change: Change,
    field: Option<String>,
}

fn lines_of(recorded: &Recorded, target: Target) -> Vec<Line> {
    let changes = recorded.changes.iter().filter(|change| change.target == target);
    changes
        .flat_map(|change| {
            let whole = || Recorded { changes: Vec::new(), ..recorded.clone() };
            let line = |field| Line { recorded: whole(), change: change.clone(), field };
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
                let text = |value| value_text(texts, view, field, value);
                (field_name(texts, view, field), format!("{} → {}", text(&delta.before), text(&delta.after)))
            }
            (None, Verb::Deleted) => (texts.common().delete().to_owned(), texts.history().deleted().to_owned()),
            (None, _) => (texts.deal().created().to_owned(), texts.history().created().to_owned()),
        })
    };
    let what = words.clone();
    view! {
        <tr title=full>
            <td class="t-3">{when}</td>
            <td><Avatar member=member /></td>
            <td>{move || words().0}</td>
            <td>{move || what().1}</td>
        </tr>
    }
}
