//! What is worked on a working day: from when to when, with the pauses between.

use super::cell::reason;
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{calendar::Shift, change::Target, record::Kind};
use leptos::prelude::*;
use serde_json::json;

/// More pauses has no day.
const MOST: usize = 12;
const DAY: u16 = 1440;

/// As a field for a time wants it; the end of the day is its beginning.
fn clock(minute: u16) -> String {
    let minute = minute % DAY;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// What such a field says, in minutes since midnight.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let minute = hour.parse::<u16>().ok()?.checked_mul(60)? + minute.get(..2)?.parse::<u16>().ok()?;
    (minute < DAY).then_some(minute)
}

/// An hour after an hour's pause, as far as the day holds it.
fn another(shifts: &[Shift]) -> Option<Shift> {
    let from = shifts.last().map_or(9 * 60, |last| last.to.saturating_add(60));
    (from < DAY && shifts.len() < MOST).then(|| Shift { from, to: from.saturating_add(60).min(DAY) })
}

/// How many hours are worked, to a tenth.
fn a_day(shifts: &[Shift]) -> f64 {
    let minutes: i32 = shifts.iter().map(|shift| i32::from(shift.to) - i32::from(shift.from)).sum();
    (f64::from(minutes) / 6.0).round() / 10.0
}

#[component]
pub fn HoursOfDay(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.plan_rules();
    let problem = RwSignal::new(None::<String>);
    let shifts = Memo::new(move |_| {
        client.with(|view| view.workspace().map(|workspace| workspace.hours.clone())).unwrap_or_default()
    });
    let save = move |after: Vec<Shift>| {
        let Some(id) = client.peek(|view| view.workspace().map(|workspace| workspace.id)) else { return };
        let asked = client.set(Target::new(Kind::Workspace, id), "hours", json!(after));
        if let Ok(command) = &asked {
            client.toasts.done(texts.toast().saved(), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let change = move |at: usize, is_end: bool, text: &str| {
        let Some(read) = minute(text) else { return problem.set(Some(texts.errors().required().to_owned())) };
        let mut after = shifts.get_untracked();
        if let Some(shift) = after.get_mut(at) {
            // Midnight ends a day, and begins one.
            *(if is_end { &mut shift.to } else { &mut shift.from }) = if is_end && read == 0 { DAY } else { read };
            save(after);
        }
    };
    let field = move |at: usize, is_end: bool| {
        let holds = move || {
            problem.track();
            shifts.with(|shifts| shifts.get(at).map(|shift| clock(if is_end { shift.to } else { shift.from })))
        };
        let label = if is_end { t.hours_to(at + 1) } else { t.hours_from(at + 1) };
        view! {
            <input class="input" type="time" aria-label=label disabled=!editable value=untrack(holds) prop:value=holds
                on:change=move |event| change(at, is_end, &event_target_value(&event)) />
        }
    };
    let remove = move |at: usize| {
        let mut after = shifts.get_untracked();
        if at < after.len() {
            after.remove(at);
            save(after);
        }
    };
    let row = move |at: usize| {
        view! {
            <div class="hours-row">
                {field(at, false)}<span aria-hidden="true">"–"</span>{field(at, true)}
                {editable.then(|| view! {
                    <button type="button" class="btn icon" aria-label=t.hours_remove(at + 1)
                        disabled=move || shifts.with(|shifts| shifts.len() < 2) on:click=move |_| remove(at)>
                        <Icon name=IconName::Trash class="i-s" />
                    </button>
                })}
            </div>
        }
    };
    let add = move |_| {
        let mut after = shifts.get_untracked();
        if let Some(more) = another(&after) {
            after.push(more);
            save(after);
        }
    };
    view! {
        <fieldset class="hours">
            <legend>{t.hours()}</legend>
            <For each=move || 0..shifts.with(Vec::len) key=|at| *at children=row />
            {editable.then(|| view! {
                <button type="button" class="btn" disabled=move || shifts.with(|shifts| another(shifts).is_none()) on:click=add>
                    <Icon name=IconName::Plus class="i-s" />{t.hours_add()}
                </button>
            })}
            {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
            <span class="hint">{move || t.hours_a_day(shifts.with(|shifts| a_day(shifts)))} " " {t.hours_hint()}</span>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_and_back() {
        for (text, minutes) in [("00:00", 0), ("09:30", 570), ("23:59", 1439)] {
            assert_eq!((minute(text), clock(minutes)), (Some(minutes), text.to_owned()));
        }
        for wrong in ["", "9", "24:00", "x:10", "10:x"] {
            assert_eq!(minute(wrong), None, "{wrong}");
        }
        assert_eq!(another(&[Shift::hours(9, 24)]), None);
        assert_eq!(another(&[Shift::hours(9, 18)]), Some(Shift::hours(19, 20)));
    }
}
