//! Dragging bars: by mouse at once, by touch after a long press. While a bar moves, the plan is reckoned with it, and what
//! depends on it is shown where it would go. Escape takes all of it back.

use super::{act, state::Gantt};
use chrono::NaiveDateTime;
use domain::{
    id::TaskId,
    plan::{
        Task,
        draft::Draft,
        lines::{Key, Line},
        scale::nearest,
    },
    schedule::LinkKind,
};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How far the mouse moves before pressing becomes dragging, in pixels.
const THRESHOLD: f64 = 4.0;
/// How long a finger rests before it lifts the bar.
const LONG_PRESS: Duration = Duration::from_millis(350);
/// How near an edge scrolling begins, and how far it goes in a frame, in pixels.
const EDGE: f64 = 40.0;
const STEP: i32 = 12;
/// How wide the grips at a bar's ends are.
const GRIP: f64 = 6.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grip {
    Move,
    Resize,
    Progress,
    /// A link, out of the bar's finish, or of its start.
    Link {
        finish: bool,
    },
}

#[derive(Debug, Clone)]
pub struct Drag {
    pub key: Key,
    pub grip: Grip,
    pointer: i32,
    touch: bool,
    /// Where the pointer went down and where it is, on the screen.
    start: (f64, f64),
    at: (f64, f64),
    /// Where it took hold in the chart, and where it is there.
    hold: (f64, f64),
    here: (f64, f64),
    pub is_moving: bool,
    /// What was tried out before.
    before: Draft,
    /// What the drag has come to, so that nothing is reckoned twice.
    last: Option<i64>,
    /// Over which bar a link would end, and at its finish.
    over: Option<(TaskId, bool)>,
}

impl Drag {
    pub fn over_task(&self) -> Option<TaskId> {
        self.over.map(|(task, _)| task).filter(|_| self.is_moving)
    }

    /// The line of a link that is being drawn.
    pub fn line(&self) -> Option<((f64, f64), (f64, f64))> {
        (self.is_moving && matches!(self.grip, Grip::Link { .. })).then_some((self.hold, self.here))
    }
}

/// A place on the screen as one in the chart.
pub fn in_chart(gantt: Gantt, (x, y): (f64, f64)) -> Option<(f64, f64)> {
    let node = gantt.node.get_untracked()?;
    let body = node.query_selector(".gantt-body").ok().flatten()?.get_bounding_client_rect();
    let table = node.query_selector(".gantt-head > .ghead > .gantt-cols").ok().flatten()?;
    Some((x - body.left() - f64::from(table.client_width()), y - body.top()))
}

/// The task in the line at a place of the chart.
fn task_at(gantt: Gantt, y: f64) -> Option<TaskId> {
    if y < 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, below the count")]
    let line = (y / untrack(|| gantt.port.pitch())) as usize;
    let is_task = gantt.lines.with_untracked(|lines| matches!(lines.0.list.get(line), Some(Line::Task { .. })));
    match gantt.key(line).filter(|_| is_task) {
        Some(Key::Task(task)) => Some(task),
        _ => None,
    }
}

/// What of a bar is taken hold of.
fn grip_at(element: &web_sys::Element, x: f64, y: f64) -> Option<Grip> {
    let bounds = element.get_bounding_client_rect();
    Some(match element.get_attribute("data-grip")?.as_str() {
        "bar" | "mile" if x > bounds.right() => Grip::Link { finish: true },
        "bar" if x < bounds.left() => Grip::Link { finish: false },
        "bar" if bounds.right() - x <= GRIP && bounds.width() > 2.0 * GRIP => Grip::Resize,
        "bar" => {
            let done =
                element.first_element_child().map_or(bounds.left(), |done| done.get_bounding_client_rect().right());
            let is_low = y > bounds.top() + bounds.height() / 2.0;
            if is_low && (x - done).abs() <= GRIP { Grip::Progress } else { Grip::Move }
        }
        _ => Grip::Move,
    })
}

/// The pointer goes down in the chart. `true` where it takes hold of something.
pub fn press(gantt: Gantt, event: &web_sys::PointerEvent) -> bool {
    if event.button() != 0 || !event.is_primary() || gantt.editing.with_untracked(Option::is_some) {
        return false;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(bar) = target.and_then(|target| target.closest("[data-grip]").ok().flatten()) else { return false };
    let line = bar.closest("[data-line]").ok().flatten().and_then(|row| row.get_attribute("data-line")?.parse().ok());
    let Some(key) = line.and_then(|line: usize| gantt.key(line)) else { return false };
    let may = match key {
        Key::Task(task) => gantt.may_edit_task(task),
        Key::Plan(plan) => gantt.may_edit(plan),
        Key::Owner(_) => false,
    };
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let (Some(grip), Some(hold)) = (grip_at(&bar, at.0, at.1).filter(|_| may), in_chart(gantt, at)) else {
        return false;
    };
    let touch = event.pointer_type() == "touch";
    let drag = Drag {
        key,
        grip,
        pointer: event.pointer_id(),
        touch,
        start: at,
        at,
        hold,
        here: hold,
        is_moving: false,
        before: gantt.draft.get_untracked(),
        last: None,
        over: None,
    };
    gantt.drag.set(Some(drag));
    if touch {
        let pointer = event.pointer_id();
        set_timeout(
            move || {
                let is_held = |drag: &Option<Drag>| drag.as_ref().is_some_and(|drag| drag.pointer == pointer);
                if gantt.drag.try_with_untracked(is_held) == Some(true) {
                    lift(gantt);
                }
            },
            LONG_PRESS,
        );
    } else {
        event.prevent_default();
        act::focus(gantt);
    }
    true
}

fn lift(gantt: Gantt) {
    gantt.drag.update(|drag| {
        if let Some(drag) = drag {
            drag.is_moving = true;
        }
    });
    scroll_at_edges(gantt);
}

/// Listens to the pointer for as long as the page stands.
pub fn listen(gantt: Gantt) {
    Effect::new(move |_| {
        let drag = gantt.drag;
        let is_its =
            move |pointer: i32| drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.pointer == pointer));
        let moved = window_event_listener(leptos::ev::pointermove, move |event| {
            if is_its(event.pointer_id()) {
                follow(gantt, (f64::from(event.client_x()), f64::from(event.client_y())));
            }
        });
        let up = window_event_listener(leptos::ev::pointerup, move |event| {
            if is_its(event.pointer_id()) {
                let_go(gantt);
            }
        });
        // The browser took the gesture for scrolling.
        let cancelled = window_event_listener(leptos::ev::pointercancel, move |event| {
            if is_its(event.pointer_id()) {
                cancel(gantt);
            }
        });
        on_cleanup(move || {
            moved.remove();
            up.remove();
            cancelled.remove();
        });
    });
}

/// Puts everything back as it was before the bar was taken. `true` where one was.
pub fn cancel(gantt: Gantt) -> bool {
    let Some(drag) = gantt.drag.get_untracked() else { return false };
    gantt.drag.set(None);
    if drag.is_moving {
        gantt.draft.set(drag.before);
        gantt.say(gantt.client.texts.gantt().taken_back());
    }
    true
}

fn follow(gantt: Gantt, at: (f64, f64)) {
    let Some(mut drag) = gantt.drag.get_untracked() else { return };
    let is_far = (at.0 - drag.start.0).hypot(at.1 - drag.start.1) > THRESHOLD;
    if !drag.is_moving {
        if !is_far {
            return;
        }
        if drag.touch {
            // A finger that moves before the long press scrolls.
            gantt.drag.set(None);
            return;
        }
        lift(gantt);
        drag.is_moving = true;
    }
    drag.at = at;
    let Some(here) = in_chart(gantt, at) else { return };
    drag.here = here;
    apply(gantt, &mut drag);
    gantt.drag.set(Some(drag));
}

/// Tries out what the drag has come to.
fn apply(gantt: Gantt, drag: &mut Drag) {
    if let Grip::Link { .. } = drag.grip {
        drag.over = task_at(gantt, drag.here.1).filter(|task| drag.key != Key::Task(*task)).map(|task| {
            let scale = gantt.port.scale.get_untracked();
            let middle = gantt.stand(task).map_or(0.0, |(plan, place)| {
                let (from, to) = super::bars::place_of(scale, &plan, place);
                f64::midpoint(from, to)
            });
            (task, drag.here.0 > middle)
        });
        return;
    }
    let by = drag.here.0 - drag.hold.0;
    let scale = gantt.port.scale.get_untracked();
    let hours = gantt.hours.get_untracked();
    let zone = &hours.0.zone;
    // Everything is tried out from how it stood when the drag began.
    let now = gantt.draft.get_untracked();
    gantt.draft.set(drag.before.clone());
    let task = match drag.key {
        Key::Task(task) => gantt.stand(task).filter(|(plan, place)| !plan.outline.is_group(*place)),
        _ => None,
    };
    let mut to: Option<(i64, Task)> = None;
    if let Some((plan, place)) = task {
        let mut record = Task::clone(&plan.tasks[place as usize]);
        let (from, to_x) = super::bars::place_of(scale, &plan, place);
        let step = match drag.grip {
            Grip::Move => {
                let local: NaiveDateTime = nearest(zone, scale.moment(from + by), scale.grain());
                record.constraint = act::starting(&record, local);
                zone.moment(local).0
            }
            Grip::Resize => {
                let end = zone.moment(nearest(zone, scale.moment(to_x + by), scale.grain()));
                act::finish_at(&plan, &mut record, end);
                i64::from(record.duration.minutes)
            }
            Grip::Progress => {
                let share = ((drag.here.0 - from) / (to_x - from)).clamp(0.0, 1.0);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 20")]
                let fives = (share * 20.0).round() as u8;
                // Finishing is reported, not drawn.
                record.percent = (fives * 5).min(95);
                i64::from(record.percent)
            }
            Grip::Link { .. } => return,
        };
        to = Some((step, record));
    }
    let days = (by / scale.day).round();
    #[expect(clippy::cast_possible_truncation, reason = "days of a screen")]
    let days = days as i32;
    let step = to.as_ref().map_or(i64::from(days), |(step, _)| *step);
    if drag.last == Some(step) {
        gantt.draft.set(now);
        return;
    }
    drag.last = Some(step);
    match to {
        Some((_, record)) => {
            act::put(gantt, vec![record]);
        }
        // A group goes by working days.
        None if days != 0 => {
            act::shift(gantt, drag.key, days * 5 / 7 + i32::from(days > 0 && days * 5 % 7 != 0));
        }
        None => {}
    }
}

/// The pointer goes up.
fn let_go(gantt: Gantt) {
    let Some(drag) = gantt.drag.get_untracked() else { return };
    gantt.drag.set(None);
    if !drag.is_moving {
        return;
    }
    if drag.touch && (drag.at.0 - drag.start.0).hypot(drag.at.1 - drag.start.1) <= THRESHOLD {
        // A long press that goes nowhere asks what can be done.
        gantt.menu.set(Some(drag.key));
        return;
    }
    match (drag.grip, drag.key) {
        (Grip::Link { finish }, Key::Task(from)) => {
            if let Some((to, at_finish)) = drag.over {
                let kind = match (finish, at_finish) {
                    (true, false) => LinkKind::FinishStart,
                    (false, false) => LinkKind::StartStart,
                    (true, true) => LinkKind::FinishFinish,
                    (false, true) => LinkKind::StartFinish,
                };
                act::link(gantt, from, to, kind);
            }
        }
        _ => act::settle(gantt),
    }
}

/// While a bar is held near an edge, the chart scrolls.
fn scroll_at_edges(gantt: Gantt) {
    request_animation_frame(move || {
        let Some(drag) = gantt.drag.try_get_untracked().flatten().filter(|drag| drag.is_moving) else { return };
        let Some(node) = gantt.node.get_untracked() else { return };
        let bounds = node.get_bounding_client_rect();
        let table = bounds.width() - gantt.port.width.get_untracked();
        let step = |at: f64, from: f64, to: f64| {
            if at < from + EDGE {
                -STEP
            } else if at > to - EDGE {
                STEP
            } else {
                0
            }
        };
        let across = step(drag.at.0, bounds.left() + table, bounds.right());
        let down =
            if matches!(drag.grip, Grip::Link { .. }) { step(drag.at.1, bounds.top(), bounds.bottom()) } else { 0 };
        let before = (node.scroll_left(), node.scroll_top());
        if across != 0 {
            node.set_scroll_left(before.0 + across);
        }
        if down != 0 {
            node.set_scroll_top(before.1 + down);
        }
        if before != (node.scroll_left(), node.scroll_top()) {
            follow(gantt, drag.at);
        }
        scroll_at_edges(gantt);
    });
}
