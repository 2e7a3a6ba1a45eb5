//! What happened on a deal as one stream: activities, files and changes, day by day, newest first.

use super::{files::content, history::RecordHistory, log::About};
use crate::{
    client::Client,
    import::figures::size,
    texts::{Texts, use_texts},
    ui::{
        Icon, IconName,
        activity::{kind_icon, kind_name},
        refusal::{SILENT, field_name, value_text},
        time,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    activity::Activity,
    change::{Change, Recorded, Target, Verb},
    file::File,
    id::MemberId,
    page::Address,
    view::View,
};
use leptos::prelude::*;
use leptos_router::components::A;

/// What the stream shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    All,
    Activities,
    Files,
    Changes,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    Done(Activity),
    Filed(File),
    /// A command's changes to the deal itself.
    Changed(Recorded),
}

impl Entry {
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Done(activity) => activity.done_at.unwrap_or(activity.created_at),
            Self::Filed(file) => file.created_at,
            Self::Changed(recorded) => recorded.at,
        }
    }

    fn by(&self) -> Option<MemberId> {
        match self {
            Self::Done(activity) => Some(activity.owner),
            Self::Filed(file) => Some(file.by),
            Self::Changed(recorded) => recorded.by,
        }
    }
}

/// The deal's own changes, those that say something.
pub fn changes(history: RecordHistory, target: Target) -> Vec<Recorded> {
    let spoken = |change: &Change| match change.verb {
        Verb::Created => true,
        Verb::Edited => change.fields.keys().any(|field| !SILENT.contains(&field.as_str())),
        Verb::Deleted => false,
    };
    history.with(|list| {
        let of_deal = list.iter().map(|recorded| {
            let changes = recorded.changes.iter().filter(|change| change.target == target && spoken(change));
            Recorded { changes: changes.cloned().collect(), ..recorded.clone() }
        });
        of_deal.filter(|recorded| !recorded.changes.is_empty()).collect()
    })
}

/// The entries, newest first, by the day on the workspace's wall.
#[component]
pub fn Stream(
    about: About,
    #[prop(into)] entries: Signal<Vec<Entry>>,
    /// There is more than is shown, or held.
    #[prop(into)]
    more: Signal<bool>,
    show_more: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let days = move || {
        let zone = client.zone();
        let mut days: Vec<(NaiveDate, Vec<Entry>)> = Vec::new();
        for entry in entries.get() {
            let day = zone.day(entry.at());
            match days.last_mut() {
                Some((last, list)) if *last == day => list.push(entry),
                _ => days.push((day, vec![entry])),
            }
        }
        days
    };
    view! {
        <div class="tline" role="region" aria-label=texts.activity().timeline()>
            {move || {
                let days = days();
                if days.is_empty() {
                    return view! { <p class="empty">{texts.activity().timeline_empty()}</p> }.into_any();
                }
                days.into_iter().map(|(day, list)| view! {
                    <h3>{time::heading(texts, day, client.today())}</h3>
                    <ol>{list.into_iter().map(|entry| view! { <Line entry=entry about=about /> }).collect_view()}</ol>
                }).collect_view().into_any()
            }}
            {move || more.get().then(|| view! {
                <button type="button" class="link meta" on:click=move |_| show_more.run(())>{texts.stream().more()}</button>
            })}
        </div>
    }
}

#[component]
fn Line(entry: Entry, about: About) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let by = entry.by().and_then(|by| client.peek(|view| view.members.get(&by).map(|member| member.name.clone())));
    let who = by.unwrap_or_else(|| texts.common().system().to_owned());
    let at = time::clock(&client.zone(), entry.at());
    let (icon, words) = match entry {
        Entry::Done(activity) => {
            let note = (!activity.note.is_empty()).then(|| format!("\n{}", activity.note));
            let kind = activity.activity_type;
            // Where several deals come together, each says which it is about.
            let of = activity.deal.filter(|deal| about != About::Deal(*deal));
            let of = of.and_then(|id| client.peek(|view| view.deals.get(&id).map(|deal| (id, deal.title.clone()))));
            let words = view! {
                <p><b>{who}</b>{activity.subject}{note}</p>
                <span class="tag line">{kind_name(texts, kind)}</span>
                {of.map(|(id, title)| view! { " " <A href=Address::Deal(id).path() attr:class="link meta">{title}</A> })}
            };
            (kind_icon(kind), words.into_any())
        }
        Entry::Filed(file) => {
            let words = view! {
                <p><b>{who}</b></p>
                <a class="tag line" href=content(file.id, true) target="_blank" rel="noopener">
                    <Icon name=IconName::Clip class="i-xs" />{file.name}" · "{size(file.bytes)}
                </a>
            };
            (IconName::Clip, words.into_any())
        }
        Entry::Changed(recorded) => {
            let said = client.peek(|view| {
                recorded.changes.iter().flat_map(|change| said(texts, view, change)).collect::<Vec<_>>().join("; ")
            });
            let is_new = recorded.changes.iter().any(|change| change.verb == Verb::Created);
            (if is_new { IconName::Plus } else { IconName::Swap }, view! { <p><b>{who}</b>{said}</p> }.into_any())
        }
    };
    view! {
        <li>
            <time>{at}</time>
            <Icon name=icon />
            <div>{words}</div>
        </li>
    }
}

/// A change in words, one for each field.
fn said(texts: Texts, view: &View, change: &Change) -> Vec<String> {
    let t = texts.stream();
    if change.verb == Verb::Created {
        return vec![t.created().to_owned()];
    }
    let spoken = change.fields.iter().filter(|(field, _)| !SILENT.contains(&field.as_str()));
    spoken
        .map(|(field, delta)| {
            let (before, after) =
                (value_text(texts, view, field, &delta.before), value_text(texts, view, field, &delta.after));
            if field == "stage" {
                t.moved(before, after)
            } else {
                t.before_after(after, before, field_name(texts, view, field))
            }
        })
        .collect()
}
