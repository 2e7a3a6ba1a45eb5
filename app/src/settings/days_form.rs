//! The form that enters days which differ from their week: of the workspace, or of a member.

use super::{calendar::Special, cell::reason};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use chrono::{Days, NaiveDate};
use domain::{id::CommandId, refusal::Refusal};
use leptos::prelude::*;

/// How many days are entered at once: no holiday is longer.
const AT_ONCE: u64 = 62;

/// What the form's fields are called.
#[derive(Clone, Copy)]
pub struct Words {
    pub name: &'static str,
    pub off: &'static str,
    pub worked: &'static str,
}

/// Puts the days in; the text says what was done.
pub type Enter = Callback<Vec<Special>, Result<(CommandId, String), Refusal>>;

#[component]
pub fn DaysForm(
    words: Words,
    enter: Enter,
    /// What stands before the days, such as whose they are.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.calendar();
    let [from, until, name] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let worked = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let read = |text: RwSignal<String>| text.get_untracked().parse::<NaiveDate>().ok();
        let Some(first) = read(from) else {
            return problem.set(Some(format!("{}: {}", t.day(), texts.errors().required())));
        };
        let count = (read(until).unwrap_or(first) - first).num_days() + 1;
        let Some(count) = u64::try_from(count).ok().filter(|count| *count > 0) else {
            return problem.set(Some(t.order().to_owned()));
        };
        if count > AT_ONCE {
            return problem.set(Some(t.too_many(AT_ONCE)));
        }
        let day = |more: u64| Special {
            day: first + Days::new(more),
            name: name.get_untracked().trim().to_owned(),
            worked: worked.get_untracked(),
        };
        match enter.run((0..count).map(day).collect()) {
            Ok((command, said)) => {
                client.toasts.done(said, command);
                problem.set(None);
                for text in [from, until, name] {
                    text.set(String::new());
                }
            }
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    let date = move |label: &'static str, value: RwSignal<String>| {
        view! {
            <label class="field"><span class="label">{label}</span>
                <input class="input" type="date" min="1900-01-01" max="2999-12-31" prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event)) />
            </label>
        }
    };
    view! {
        <form class="add-days" novalidate on:submit=save>
            {children.map(|children| children())}
            {date(t.day(), from)}
            {date(t.until(), until)}
            <label class="field grow"><span class="label">{words.name}</span>
                <input class="input" type="text" maxlength="300" autocomplete="off" prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event)) />
            </label>
            <label class="field"><span class="label">{t.kind()}</span>
                <span class="select">
                    <select on:change=move |event| worked.set(event_target_value(&event) == "on")>
                        <option value="off">{words.off}</option>
                        <option value="on">{words.worked}</option>
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            </label>
            <button type="submit" class="btn"><Icon name=IconName::Plus class="i-s" />{t.add()}</button>
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </form>
    }
}
