//! The keys of the chart: it is one stop for Tab, and the arrows go from line to line. What moves dates is tried out until
//! Enter accepts it.

use super::{
    act::{self, Outline},
    drag, editor,
    state::{Column, Gantt},
    zoom,
};
use crate::{shell::types, ui::is_composing};
use domain::{
    id::TaskId,
    plan::{
        lines::{Key, Line},
        query::Show,
    },
    schedule::LinkKind,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Listens for as long as the page stands.
pub fn listen(gantt: Gantt) {
    Effect::new(move |_| {
        // The letter after a G goes to another page.
        let going = StoredValue::new(false);
        let down = window_event_listener(leptos::ev::keydown, move |event| {
            if event.default_prevented() || types(&event) || is_composing(&event) {
                return;
            }
            let goes = going.get_value();
            going.set_value(event.key() == "g" && !goes);
            if goes {
                return;
            }
            if on_key(gantt, &event) {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        });
        on_cleanup(move || down.remove());
    });
}

/// Whether the key comes from the chart, or from nowhere in particular; not from a button or a link.
fn is_here(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_none_or(|element| matches!(element.closest("button, a, summary, [role=menu]"), Ok(None)))
}

/// Whether the chart itself has the focus.
fn is_in_chart(gantt: Gantt) -> bool {
    let node = gantt.node.get_untracked();
    node.is_some_and(|node| document().active_element().is_some_and(|active| node.is_same_node(Some(&active))))
}

fn on_key(gantt: Gantt, event: &web_sys::KeyboardEvent) -> bool {
    let key = if event.key().chars().count() == 1 { event.key().to_lowercase() } else { event.key() };
    let command = event.ctrl_key() || event.meta_key();
    if command {
        return false;
    }
    let (alt, shift) = (event.alt_key(), event.shift_key());
    if key == "Escape" {
        return escape(gantt);
    }
    if !is_here(event) {
        return false;
    }
    if gantt.query.with_untracked(|query| query.show != Show::Gantt) {
        // The chart's own keys wait until it is shown; what is tried out is accepted everywhere.
        let accepts = key == "Enter" && gantt.draft.with_untracked(|draft| !draft.is_empty());
        if accepts {
            act::accept(gantt);
        }
        return accepts;
    }
    let chosen = gantt.chosen.get_untracked();
    let task = match chosen {
        Some(Key::Task(task)) => Some(task),
        _ => None,
    };
    let may = task.is_some_and(|task| gantt.may_edit_task(task));
    match (key.as_str(), alt, shift) {
        ("ArrowUp", true, _) if may => with(task, |task| act::outline(gantt, task, Outline::Up)),
        ("ArrowDown", true, _) if may => with(task, |task| act::outline(gantt, task, Outline::Down)),
        ("ArrowLeft" | "ArrowRight", true, _) => move_by(gantt, chosen, if key == "ArrowRight" { 1 } else { -1 }),
        ("ArrowLeft" | "ArrowRight", _, true) if may => {
            with(task, |task| resize_by(gantt, task, if key == "ArrowRight" { 1 } else { -1 }))
        }
        ("ArrowUp" | "ArrowDown" | "Home" | "End" | "PageUp" | "PageDown", false, _) => go(gantt, &key),
        ("ArrowLeft", false, false) => inwards(gantt, chosen, false),
        ("ArrowRight", false, false) => inwards(gantt, chosen, true),
        ("Enter", false, false) => enter(gantt, chosen),
        (" ", false, false) => space(gantt, chosen),
        ("F2" | "e", false, false) if may => with(task, |task| editor::open(gantt, task, Column::Title)),
        ("Insert" | "c", false, false) => {
            act::add(gantt);
            true
        }
        ("Tab", false, back) if may && is_in_chart(gantt) => {
            with(task, |task| act::outline(gantt, task, if back { Outline::Out } else { Outline::In }))
        }
        ("Delete" | "Backspace", false, false) => delete(gantt, task, may),
        ("l", false, false) if may => with(task, |task| begin_link(gantt, task)),
        ("m", false, false) if chosen.is_some() => {
            gantt.menu.set(chosen);
            true
        }
        ("+" | "=", false, _) => zoom::step(gantt, true, None),
        ("-", false, _) => zoom::step(gantt, false, None),
        ("f", false, false) => zoom::fit(gantt),
        ("t", false, false) => zoom::today(gantt),
        _ => false,
    }
}

fn with(task: Option<TaskId>, act: impl FnOnce(TaskId)) -> bool {
    if let Some(task) = task {
        act(task);
    }
    task.is_some()
}

/// Takes back what is held, tried out or chosen: one thing at a time.
fn escape(gantt: Gantt) -> bool {
    if drag::cancel(gantt) {
        return true;
    }
    if gantt.linking.get_untracked().is_some() {
        gantt.linking.set(None);
        gantt.say(gantt.client.texts.gantt().taken_back());
        return true;
    }
    // What is tried out on purpose is given up by its own button.
    if !gantt.trying.get_untracked() && gantt.draft.with_untracked(|draft| !draft.is_empty()) {
        act::take_back(gantt);
        return true;
    }
    if gantt.link.get_untracked().is_some() {
        gantt.link.set(None);
        return true;
    }
    if gantt.open.get_untracked().is_some() {
        gantt.open.set(None);
        act::focus(gantt);
        return true;
    }
    let was_chosen = gantt.chosen.get_untracked().is_some();
    gantt.chosen.set(None);
    was_chosen
}

fn enter(gantt: Gantt, chosen: Option<Key>) -> bool {
    match (gantt.linking.get_untracked(), chosen) {
        (Some(from), Some(Key::Task(to))) => {
            gantt.linking.set(None);
            act::link(gantt, from, to, LinkKind::FinishStart);
            true
        }
        _ if gantt.draft.with_untracked(|draft| !draft.is_empty()) => {
            act::accept(gantt);
            true
        }
        (_, Some(Key::Task(task))) if gantt.may_edit_task(task) => {
            editor::open(gantt, task, Column::Title);
            true
        }
        (_, Some(key)) => {
            gantt.open.set(Some(key).filter(|key| !matches!(key, Key::Owner(_))));
            true
        }
        _ => false,
    }
}

/// Folds a group; of a task that holds no others, shows its fields.
fn space(gantt: Gantt, chosen: Option<Key>) -> bool {
    let Some(key) = chosen else { return false };
    let is_group = match key {
        Key::Task(task) => gantt.stand(task).is_some_and(|(plan, place)| plan.outline.is_group(place)),
        _ => true,
    };
    if is_group {
        let folded = untrack(|| gantt.is_folded(key));
        gantt.fold(key, !folded);
    } else {
        let is_open = gantt.open.get_untracked() == Some(key);
        gantt.open.set((!is_open).then_some(key));
    }
    true
}

fn delete(gantt: Gantt, task: Option<TaskId>, may: bool) -> bool {
    if let Some((from, to)) = gantt.link.get_untracked() {
        act::unlink(gantt, from, to);
        return true;
    }
    may && with(task, |task| act::delete(gantt, Key::Task(task)))
}

fn begin_link(gantt: Gantt, task: TaskId) {
    gantt.linking.set(Some(task));
    let title = gantt.stand(task).map(|(plan, place)| plan.tasks[place as usize].title.clone());
    gantt.say(gantt.client.texts.gantt().said_linking(title.unwrap_or_default()));
}

fn move_by(gantt: Gantt, chosen: Option<Key>, by: i32) -> bool {
    let Some(key) = chosen else { return false };
    let may = match key {
        Key::Task(task) => gantt.may_edit_task(task),
        Key::Plan(plan) => gantt.may_edit(plan),
        Key::Owner(_) => false,
    };
    if may && act::shift(gantt, key, by) {
        tell(gantt, key);
    }
    true
}

fn resize_by(gantt: Gantt, task: TaskId, by: i32) {
    if act::resize(gantt, task, by) {
        tell(gantt, Key::Task(task));
    }
}

/// Says where the task lies now, and puts it into sight.
fn tell(gantt: Gantt, key: Key) {
    let Key::Task(task) = key else { return act::say_moves(gantt) };
    gantt.say(act::said_dates(gantt.client.texts, gantt, task));
    if let Some((plan, place)) = gantt.stand(task) {
        let (from, to) = super::bars::place_of(gantt.port.scale.get_untracked(), &plan, place);
        gantt.port.show_stretch(gantt.node, from, to);
    }
}

/// Goes to another line.
fn go(gantt: Gantt, key: &str) -> bool {
    let count = gantt.lines.with_untracked(|lines| lines.0.list.len());
    let Some(last) = count.checked_sub(1) else { return false };
    let at = gantt.chosen.get_untracked().and_then(|key| gantt.line(key));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lines of a screen")]
    let screen = (gantt.port.height.get_untracked() / untrack(|| gantt.port.pitch())).max(2.0) as usize - 1;
    let (mut to, back) = match (key, at) {
        (_, None) => (gantt.port.first_line(), false),
        ("ArrowUp", Some(at)) => (at.saturating_sub(1), true),
        ("ArrowDown", Some(at)) => ((at + 1).min(last), false),
        ("PageUp", Some(at)) => (at.saturating_sub(screen), true),
        ("PageDown", Some(at)) => ((at + screen).min(last), false),
        ("Home", _) => (0, false),
        _ => (last, true),
    };
    // What is kept in reserve is nobody's line.
    let is_line = |line: usize| {
        gantt.lines.with_untracked(|lines| !matches!(lines.0.list.get(line), Some(Line::Reserve(_) | Line::Nothing(_))))
    };
    while !is_line(to) {
        match if back { to.checked_sub(1) } else { Some(to + 1).filter(|to| *to <= last) } {
            Some(next) => to = next,
            None => return true,
        }
    }
    if let Some(key) = gantt.key(to) {
        act::choose(gantt, key);
        say_line(gantt, key);
    }
    true
}

/// While a link is drawn: where it would end.
fn say_line(gantt: Gantt, key: Key) {
    if let (Some(_), Key::Task(task)) = (gantt.linking.get_untracked(), key) {
        let title = gantt.stand(task).map(|(plan, place)| plan.tasks[place as usize].title.clone());
        gantt.say(gantt.client.texts.gantt().said_link_to(title.unwrap_or_default()));
    }
}

/// Opens a group or goes into it; folds it or goes out of it.
fn inwards(gantt: Gantt, chosen: Option<Key>, inwards: bool) -> bool {
    let Some(key) = chosen else { return false };
    let stand = match key {
        Key::Task(task) => gantt.stand(task),
        _ => None,
    };
    let is_group = stand.as_ref().is_none_or(|(plan, place)| plan.outline.is_group(*place));
    let folded = untrack(|| gantt.is_folded(key));
    if inwards {
        if is_group && folded {
            gantt.fold(key, false);
        } else if is_group {
            return go(gantt, "ArrowDown");
        }
    } else if is_group && !folded {
        gantt.fold(key, true);
    } else if let Some((plan, place)) = stand {
        let parent = plan.outline.parent[place as usize].map(|parent| Key::Task(plan.outline.order[parent as usize]));
        let up = parent.unwrap_or(Key::Plan(plan.plan.id));
        if gantt.line(up).is_some() {
            act::choose(gantt, up);
        }
    }
    true
}
