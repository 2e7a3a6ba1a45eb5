//! A plan from an MS Project file: what became of it, and what of it is not understood.

use super::{act, state::Gantt};
use crate::{
    client::{HttpError, post_file},
    texts::{Texts, use_texts},
    ui::{dialog::Dialog, refusal::sentence},
};
use domain::plan::{
    exchange::{Answer, NoPlan, Report},
    lines::Key,
};
use leptos::{html, prelude::*, task::spawn_local};
use serde::Deserialize;

/// How many names of a kind are listed.
const LISTED: usize = 20;

#[derive(Deserialize)]
struct Refused {
    reason: NoPlan,
}

/// Why a file became no plan.
fn why(gantt: Gantt, texts: Texts, reason: &NoPlan) -> String {
    let t = texts.gantt();
    match reason {
        NoPlan::NotXml { .. } => t.file_not_xml().to_owned(),
        NoPlan::NotAProject => t.file_not_project().to_owned(),
        NoPlan::TooDeep { .. } => t.file_too_deep().to_owned(),
        NoPlan::TooMany { max } => t.file_too_many(max),
        NoPlan::Empty => t.file_empty().to_owned(),
        NoPlan::Refused { refusal } => gantt.client.peek(|view| sentence(texts, view, refusal)),
    }
}

#[component]
pub fn FromFile(gantt: Gantt) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let client = gantt.client;
    let node = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let told = RwSignal::new(None::<Report>);
    let choose = move |_| {
        let Some(input) = node.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file can be chosen again.
        input.set_value("");
        busy.set(true);
        let mut query = form_urlencoded::Serializer::new(String::new());
        let name = file.name();
        query.append_pair("name", name.rsplit_once('.').map_or(name.as_str(), |(name, _)| name));
        if let Some(deal) = gantt.query.with_untracked(|query| query.deal) {
            query.append_pair("deal", &deal.to_string());
        }
        let path = format!("/api/v1/plans/import?{}", query.finish());
        spawn_local(async move {
            let answer = post_file::<Answer>(&path, &file).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(Answer { refusal: Some(refusal), .. }) => client.tell(&refusal),
                Ok(answer) => {
                    client.toasts.say(t.file_taken(answer.report.links, &answer.report.name, answer.report.tasks));
                    gantt.chosen.set(Some(Key::Plan(answer.plan)));
                    if !lists(texts, &answer.report).is_empty() {
                        told.set(Some(answer.report));
                    }
                }
                Err(HttpError::Refused(_, body)) => match serde_json::from_str::<Refused>(&body) {
                    Ok(refused) => client.toasts.fail(why(gantt, texts, &refused.reason)),
                    Err(_) => client.toasts.fail(t.file_not_project()),
                },
                Err(HttpError::SignedOut) => {
                    let _ = window().location().reload();
                }
                Err(HttpError::Away) => client.toasts.fail(texts.errors().offline_needs()),
            }
        });
    };
    view! {
        <button type="button" class="btn wide-only" aria-busy=move || busy.get().to_string() disabled=move || busy.get()
            on:click=move |_| { if let Some(input) = node.get_untracked() { input.click(); } }>
            {t.from_file()}
        </button>
        <input type="file" class="vh" tabindex="-1" accept=".xml,application/xml,text/xml" aria-label=t.from_file() node_ref=node on:change=choose />
        {move || told.get().map(|report| view! { <Told gantt=gantt report=report told=told /> })}
    }
}

/// What is told of a file, with the names that it is told of.
fn lists(texts: Texts, report: &Report) -> Vec<(&'static str, Vec<String>)> {
    let t = texts.gantt();
    let unread = report.unread.iter().map(|(name, count)| format!("{name} × {count}")).collect();
    let lists = vec![
        (t.file_unread(), unread),
        (t.file_stretched(), report.stretched.clone()),
        (t.file_dropped(), report.dropped.clone()),
        (t.file_doubled(), report.doubled.clone()),
        (t.file_milestones(), report.lasting_milestones.clone()),
        (t.file_remaining(), report.remaining.clone()),
        (t.file_shortened(), report.shortened.clone()),
        (t.file_calendars(), report.calendars.clone()),
        (t.file_roles(), report.roles.clone()),
    ];
    lists.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

#[component]
fn Told(gantt: Gantt, report: Report, told: RwSignal<Option<Report>>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let close = move || {
        told.set(None);
        act::focus(gantt);
    };
    view! {
        <Dialog title=t.file_taken(report.links, &report.name, report.tasks) on_close=Callback::new(move |()| close())>
            <div class="body" tabindex="0" role="region" aria-label=t.file_differs()>
                <p>{t.file_differs()}</p>
                {lists(texts, &report).into_iter().map(|(what, names)| {
                    let more = names.len().saturating_sub(LISTED);
                    view! {
                        <section>
                            <h3>{what}</h3>
                            <p class="second">{names.into_iter().take(LISTED).collect::<Vec<_>>().join(" · ")}</p>
                            {(more > 0).then(|| view! { <p class="meta">{t.and_more(more)}</p> })}
                        </section>
                    }
                }).collect_view()}
            </div>
            <footer><button type="button" class="btn primary push" on:click=move |_| close()>{texts.common().done()}</button></footer>
        </Dialog>
    }
}
