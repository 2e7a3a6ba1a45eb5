//! Giving tasks to somebody else: dragged to another line, or chosen from a list. All of it is one command.

use super::state::Load;
use crate::{plan::state::Gantt, texts::use_texts};
use domain::{
    change::{Delta, Target},
    command::Command,
    id::{MemberId, TaskId},
    plan::load,
    record::Kind,
};
use leptos::prelude::*;
use serde_json::json;

/// How far the pointer goes before a press is a drag, in pixels.
const SLACK: f64 = 6.0;

/// Tasks that the pointer holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub tasks: Vec<TaskId>,
    from: Option<MemberId>,
    start: (f64, f64),
    pub at: (f64, f64),
    pub is_moving: bool,
    /// The line under the pointer, where it is another person's.
    pub over: Option<usize>,
}

/// Gives tasks to somebody, or to nobody.
pub fn give(gantt: Gantt, tasks: &[TaskId], to: Option<MemberId>) {
    let client = gantt.client;
    let t = client.texts.plan_load();
    let edit = |task: &TaskId| {
        let target = Target::new(Kind::Task, *task);
        let delta = Delta { before: client.value(target, "owner"), after: json!(to) };
        (delta.before != delta.after).then(|| Command::set(target, "owner", delta))
    };
    let mut parts: Vec<Command> = tasks.iter().filter(|task| gantt.may_edit_task(**task)).filter_map(edit).collect();
    let count = parts.len();
    let command = match count {
        0 => return client.toasts.fail(t.none_to_give()),
        1 => parts.remove(0),
        _ => Command::Batch { parts },
    };
    let name = client.peek(|view| to.and_then(|to| view.members.get(&to).map(|member| member.name.clone())));
    let name = name.unwrap_or_else(|| client.texts.gantt().nobody().to_owned());
    match client.ask(command) {
        Ok(id) => {
            client.toasts.done(t.given(count, &name), id);
            gantt.say(t.given(count, &name));
        }
        Err(refusal) => client.tell(&refusal),
    }
}

fn at(event: &web_sys::PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// The pointer takes what is in a cell and still to be done. A finger scrolls instead.
pub fn press_cell(load: Load, row: usize, column: usize, event: &web_sys::PointerEvent) {
    if event.button() != 0 || event.pointer_type() != "mouse" {
        return;
    }
    let who = load.people.with_untracked(|people| people.get(row).copied().flatten());
    let Some(column) = load.columns.with_untracked(|columns| columns.get(column).copied()) else { return };
    let plans = untrack(|| super::plans(load.gantt));
    let parts = load::parts(&plans, who, column).into_iter();
    let open = parts.map(|part| &plans[part.plan].tasks[part.place as usize]).filter(|task| !task.is_done());
    let tasks = open.filter(|task| load.gantt.may_edit_task(task.id)).map(|task| task.id).collect();
    take(load, tasks, who, event);
}

/// The pointer takes tasks of somebody.
pub fn take(load: Load, tasks: Vec<TaskId>, from: Option<MemberId>, event: &web_sys::PointerEvent) {
    let held = Held { tasks, from, start: at(event), at: at(event), is_moving: false, over: None };
    load.held.set(Some(held).filter(|held| !held.tasks.is_empty()));
}

/// Whether the press that ends now was a drag.
pub fn was_drag(load: Load) -> bool {
    load.held.with_untracked(|held| held.as_ref().is_some_and(|held| held.is_moving))
}

/// Follows the pointer for as long as the view stands.
pub fn listen(load: Load) {
    Effect::new(move |_| {
        let moved = window_event_listener(leptos::ev::pointermove, move |event| {
            if load.held.with_untracked(Option::is_none) {
                return;
            }
            let (x, y) = at(&event);
            let row = row_under(x, y);
            load.held.update(|held| {
                let Some(held) = held else { return };
                held.at = (x, y);
                held.is_moving |= (x - held.start.0).hypot(y - held.start.1) > SLACK;
                let is_other = |row: &usize| {
                    load.people.with_untracked(|people| people.get(*row).is_some_and(|who| *who != held.from))
                };
                held.over = row.filter(is_other).filter(|_| held.is_moving);
            });
        });
        let up = window_event_listener(leptos::ev::pointerup, move |_| {
            let Some(held) = load.held.get_untracked() else { return };
            let to = held.over.and_then(|row| load.people.with_untracked(|people| people.get(row).copied()));
            if let Some(to) = to {
                give(load.gantt, &held.tasks, to);
            }
            // The click that follows belongs to the drag.
            set_timeout(
                move || {
                    load.held.try_set(None);
                },
                std::time::Duration::ZERO,
            );
        });
        let lost = window_event_listener(leptos::ev::pointercancel, move |_| load.held.set(None));
        let escaped = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "Escape" && was_drag(load) {
                load.held.set(None);
                event.stop_immediate_propagation();
            }
        });
        on_cleanup(move || {
            moved.remove();
            up.remove();
            lost.remove();
            escaped.remove();
        });
    });
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
fn row_under(x: f64, y: f64) -> Option<usize> {
    let element = document().element_from_point(x as f32, y as f32)?;
    element.closest("[data-person]").ok().flatten()?.get_attribute("data-person")?.parse().ok()
}

/// What the pointer holds, beside it.
#[component]
pub fn Ghost(load: Load) -> impl IntoView {
    let t = use_texts().plan_load();
    let what = move |tasks: &[TaskId]| match tasks {
        [one] => {
            load.gantt.plans.with_untracked(|plans| plans.task(*one).map(|task| task.title.clone())).unwrap_or_default()
        }
        several => t.tasks(several.len()),
    };
    move || {
        load.held.get().filter(|held| held.is_moving).map(|held| {
            let to = held.over.and_then(|row| load.people.with_untracked(|people| people.get(row).copied()));
            let to = to.map(|to| format!(" → {}", untrack(|| load.name(to))));
            view! {
                <div class="load-ghost" aria-hidden="true" style=format!("transform:translate({}px,{}px)", held.at.0 + 12.0, held.at.1 + 12.0)>
                    {what(&held.tasks)}<b>{to}</b>
                </div>
            }
        })
    }
}
