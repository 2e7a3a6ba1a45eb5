//! Taking over the days of a calendar file: it is read here, shown, and what is chosen is added as one command.

use super::{
    calendar::{Special, add, day_words, specials},
    cell::reason,
};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog},
};
use chrono::Datelike;
use domain::ics;
use leptos::{html, prelude::*, task::spawn_local};
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// How many years ahead what repeats is taken over, and how many back.
const AHEAD: i32 = 5;
const BACK: i32 = 1;
/// No calendar of holidays is longer, in bytes.
const LONGEST: f64 = 8.0 * 1024.0 * 1024.0;

/// What was read of a file.
#[derive(Clone)]
struct Found {
    file: String,
    days: Vec<Special>,
    skipped: usize,
    years: (i32, i32),
}

#[component]
pub fn ImportDays() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.calendar();
    let found = RwSignal::new(None::<Found>);
    let input = NodeRef::<html::Input>::new();
    let choose = move |event: web_sys::Event| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(element) = element else { return };
        let file = element.files().and_then(|files| files.get(0));
        // The same file may be chosen again.
        element.set_value("");
        let Some(file) = file else { return };
        if file.size() > LONGEST {
            return client.toasts.fail(t.not_ics());
        }
        let name = file.name();
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
            let year = client.today().year();
            let years = (year - BACK, year + AHEAD);
            let Some(read) = ics::read(&text, years.0..=years.1) else {
                return client.toasts.fail(t.not_ics());
            };
            let here = client.peek(|view| view.workspace().map(specials).unwrap_or_default());
            let is_new = |it: &Special| !here.iter().any(|other| (other.day, other.worked) == (it.day, it.worked));
            let days = read.days.into_iter().map(|(day, it)| Special { day, name: it.name, worked: it.worked });
            let days = days.filter(is_new).collect();
            found.try_set(Some(Found { file: name, days, skipped: read.skipped, years }));
        });
    };
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <input type="file" accept=".ics,text/calendar" hidden node_ref=input aria-label=t.import_file() on:change=choose />
        <button type="button" class="btn" on:click=open><Icon name=IconName::Upload class="i-s" />{t.import_file()}</button>
        {move || found.get().map(|it| view! { <Preview found=it open=found /> })}
    }
}

#[component]
fn Preview(found: Found, open: RwSignal<Option<Found>>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.calendar();
    let Found { file, days, skipped, years } = found;
    let count = days.len();
    let without = RwSignal::new(BTreeSet::<usize>::new());
    let chosen = move || count - without.with(BTreeSet::len);
    let problem = RwSignal::new(None::<String>);
    let all = StoredValue::new(days.clone());
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let taken = without.with_untracked(|without| {
            let all = all.get_value().into_iter().enumerate();
            all.filter(|(at, _)| !without.contains(at)).map(|(_, day)| day).collect::<Vec<_>>()
        });
        if taken.is_empty() {
            return open.set(None);
        }
        match add(client, &taken) {
            Ok(command) => {
                open.set(None);
                client.toasts.done(t.added(taken.len()), command);
            }
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    let line = move |(at, it): (usize, Special)| {
        view! {
            <li>
                <label class="checkline grow">
                    <input class="check" type="checkbox" checked=true prop:checked=move || without.with(|without| !without.contains(&at))
                        on:change=move |event| {
                            let is_in = event_target_checked(&event);
                            without.update(|without| { if is_in { without.remove(&at); } else { without.insert(at); } });
                        } />
                    <span>{day_words(texts, it.day)} " " {it.name}</span>
                </label>
                <span class="tag line">{if it.worked { t.worked() } else { t.off() }}</span>
            </li>
        }
    };
    view! {
        <Dialog title=t.import_title(file) on_close=Callback::new(move |()| open.set(None))>
            <form novalidate on:submit=save>
                <div class="body form-stack">
                    {move || problem.get().map(|why| view! { <p class="form-err" role="alert">{why}</p> })}
                    <p class="second">{if count == 0 { t.import_none(years.0, years.1) } else { t.import_text().to_owned() }}</p>
                    {(count > 1).then(|| view! {
                        <label class="checkline">
                            <input class="check" type="checkbox" checked=true prop:checked=move || without.with(BTreeSet::is_empty)
                                on:change=move |event| without.set(if event_target_checked(&event) { BTreeSet::new() } else { (0..count).collect() }) />
                            <span>{t.all()}</span>
                        </label>
                    })}
                    <ul class="gate-list">{days.into_iter().enumerate().map(line).collect_view()}</ul>
                    {(skipped > 0).then(|| view! { <p class="hint-line">{t.import_skipped(skipped)}</p> })}
                </div>
                <footer>
                    <button type="button" class="btn push" on:click=move |_| open.set(None)>{texts.common().cancel()}</button>
                    {(count > 0).then(|| view! {
                        <button type="submit" class="btn primary" disabled=move || chosen() == 0>{move || t.import_do(chosen())}</button>
                    })}
                </footer>
            </form>
        </Dialog>
    }
}
