//! Logging what happened and planning what comes next.

use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{activity::kind_name, refusal::sentence},
};
use chrono::NaiveDate;
use domain::{
    activity::{Activity, ActivityType},
    command::{Command, Place},
    id::{AccountId, ActivityId, ContactId, DealId},
    record::Record,
    view::View,
};
use leptos::prelude::*;

/// Whose activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Deal(DealId),
    /// The account's own, and those of its deals.
    Account(AccountId),
    /// Those of the deals that name the contact.
    Contact(ContactId),
}

impl About {
    pub fn has(self, view: &View, activity: &Activity) -> bool {
        let deal = || activity.deal.and_then(|deal| view.deals.get(&deal));
        match self {
            Self::Deal(id) => activity.deal == Some(id),
            Self::Account(id) => activity.account == Some(id) || deal().is_some_and(|deal| deal.account == Some(id)),
            Self::Contact(id) => deal().is_some_and(|deal| deal.contacts.contains(&id)),
        }
    }

    /// Those planned, in the order of their days, and those that happened.
    pub fn activities(self, client: Client) -> Memo<(Vec<Activity>, Vec<Activity>)> {
        Memo::new(move |_| {
            client.with(|view| {
                let ours = view.activities.values().filter(|activity| self.has(view, activity));
                let (mut planned, done): (Vec<_>, Vec<_>) = ours.cloned().partition(Activity::is_planned);
                planned.sort_by_key(|activity| {
                    (activity.due_on.unwrap_or(NaiveDate::MAX), activity.due_time, activity.id)
                });
                (planned, done)
            })
        })
    }
}

/// One form for both: with a day ahead it is planned, without it has happened.
#[component]
pub fn LogForm(
    about: About,
    /// What was begun elsewhere goes on here.
    text: RwSignal<String>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let kind = RwSignal::new(ActivityType::Call);
    let (deal, account) = match about {
        About::Deal(id) => (Some(id), None),
        About::Account(id) => (None, Some(id)),
        // Nothing is logged with a person alone.
        About::Contact(_) => (None, None),
    };
    let day = RwSignal::new(String::new());
    let at = RwSignal::new(String::new());
    let planning = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let save = move || {
        let now = client.now();
        let is_plan = planning.get_untracked();
        let typed = text.get_untracked();
        let (subject, note) = parted(&typed);
        let activity = Activity {
            id: ActivityId(new_id()),
            deal,
            account,
            activity_type: kind.get_untracked(),
            subject,
            note,
            owner: client.me,
            due_on: if is_plan { day.get_untracked().parse().ok().or_else(|| Some(client.today())) } else { None },
            due_time: if is_plan { chrono::NaiveTime::parse_from_str(&at.get_untracked(), "%H:%M").ok() } else { None },
            done_at: (!is_plan).then_some(now),
            created_at: now,
        };
        let command = Command::Create { record: Record::Activity(activity), place: Place::default(), dated: false };
        match client.ask(command) {
            Ok(id) => {
                text.set(String::new());
                // The next one has most likely happened.
                planning.set(false);
                day.set(String::new());
                at.set(String::new());
                problem.set(None);
                let said = if is_plan { texts.activity().planned() } else { texts.activity().logged() };
                client.toasts.done(said, id);
            }
            Err(refusal) => problem.set(Some(client.peek(|view| sentence(texts, view, &refusal)))),
        }
    };
    view! {
        <form class="log" on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            save();
        }>
            <div class="row">
                <span class="seg" role="group" aria-label=texts.activity().kind()>
                    {ActivityType::ALL.into_iter().map(|one| view! {
                        <button type="button" aria-pressed=move || (kind.get() == one).to_string()
                            on:click=move |_| kind.set(one)>{kind_name(texts, one)}</button>
                    }).collect_view()}
                </span>
            </div>
            <textarea class="area" id="log-text" aria-label=texts.activity().text() placeholder=texts.activity().text_hint()
                prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))
                on:keydown=move |event: web_sys::KeyboardEvent| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        save();
                    }
                }></textarea>
            {move || problem.get().map(|problem| view! { <p class="form-err" role="alert">{problem}</p> })}
            <div class="row">
                <label class="checkline">
                    <input type="checkbox" class="check" prop:checked=move || planning.get()
                        on:change=move |event| planning.set(event_target_checked(&event)) />
                    {texts.activity().plan()}
                </label>
                {move || planning.get().then(|| view! {
                    <input class="input" type="date" aria-label=texts.activity().day() prop:value=move || day.get()
                        on:input=move |event| day.set(event_target_value(&event)) />
                    <input class="input" type="time" aria-label=texts.activity().time() prop:value=move || at.get()
                        on:input=move |event| at.set(event_target_value(&event)) />
                })}
                <button class="btn primary push" type="submit">
                    {move || if planning.get() { texts.activity().plan() } else { texts.activity().log() }}
                </button>
            </div>
        </form>
    }
}

/// The first line is what it is about, the rest is the note; where the first line is too long, the note holds all of it.
pub fn parted(typed: &str) -> (String, String) {
    let (subject, note) = typed.split_once('\n').unwrap_or((typed, ""));
    if subject.chars().count() > domain::text::NAME {
        (subject.chars().take(domain::text::NAME).collect(), typed.to_owned())
    } else {
        (subject.to_owned(), note.to_owned())
    }
}
