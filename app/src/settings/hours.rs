//! The hours of a working day: stretches from when to when, saved together whenever one of them is changed.

use super::cell::reason;
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use chrono::{NaiveTime, Timelike};
use domain::{calendar::Shift, change::Target, record::Kind};
use leptos::prelude::*;
use serde_json::json;

/// How long an added stretch is, and how long after the one before it begins, in minutes.
const LONG: u16 = 120;
const PAUSE: u16 = 60;
/// The end of the day.
const DAY: u16 = 1440;

/// Minutes since midnight as a clock shows them; the end of the day is its last minute, which inputs can show.
fn clock(minutes: u16) -> String {
    let minutes = minutes.min(DAY - 1);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn read(text: &str) -> Option<u16> {
    let time = NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()?;
    let minutes = u16::try_from(time.hour() * 60 + time.minute()).ok()?;
    Some(if minutes == DAY - 1 { DAY } else { minutes })
}

#[component]
pub fn HoursOfDay(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.working();
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
    let change = move |at: usize, typed: &str, is_end: bool| {
        let Some(minutes) = read(typed) else { return };
        let mut after = shifts.get_untracked();
        if let Some(shift) = after.get_mut(at) {
            *if is_end { &mut shift.to } else { &mut shift.from } = minutes;
        }
        save(after);
    };
    let add = move |_| {
        let mut after = shifts.get_untracked();
        let from = after.last().map_or(9 * 60, |last| last.to + PAUSE);
        if from < DAY {
            after.push(Shift { from, to: (from + LONG).min(DAY) });
        }
        save(after);
    };
    let remove = move |at: usize| {
        let mut after = shifts.get_untracked();
        after.remove(at);
        save(after);
    };
    let input = move |at: usize, label: &'static str, minutes: u16, is_end: bool| {
        view! {
            <label class="field"><span class="label">{label}</span>
                <input class="input" type="time" readonly=!editable value=clock(minutes) prop:value=clock(minutes)
                    on:change=move |event| change(at, &event_target_value(&event), is_end) />
            </label>
        }
    };
    let total = move || {
        let minutes: u16 = shifts.with(|shifts| shifts.iter().map(|shift| shift.to.saturating_sub(shift.from)).sum());
        t.a_day(f64::from(minutes) / 60.0)
    };
    view! {
        <fieldset class="week day-hours">
            <legend>{t.hours()}</legend>
            {move || {
                problem.track();
                let all = shifts.get();
                let may_remove = editable && all.len() > 1;
                all.into_iter().enumerate().map(|(at, shift)| {
                    let label = t.remove_shift(clock(shift.from), clock(shift.to));
                    view! {
                        <div class="add-days">
                            {input(at, t.from(), shift.from, false)}
                            {input(at, t.to(), shift.to, true)}
                            {may_remove.then(|| view! {
                                <button type="button" class="btn plain mini" aria-label=label.clone() title=label on:click=move |_| remove(at)>
                                    <Icon name=IconName::X class="i-s" />
                                </button>
                            })}
                        </div>
                    }
                }).collect_view()
            }}
            {editable.then(|| view! {
                <button type="button" class="btn" on:click=add><Icon name=IconName::Plus class="i-s" />{t.add_shift()}</button>
            })}
            {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
            <span class="hint">{t.hours_text()} " " {total}</span>
        </fieldset>
    }
}
