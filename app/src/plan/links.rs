//! The links among the lines in sight: one drawing, with a path for each kind of them. A press finds the link nearest to it.

use super::{bars::place_of, state::Gantt};
use domain::{
    id::TaskId,
    plan::Reckoned,
    schedule::{Criticality, LinkKind},
};
use leptos::prelude::*;
use std::fmt::Write as _;

/// More links than anybody can follow are not drawn.
const MOST: usize = 400;
/// How far a link goes out of a bar before it turns, in pixels.
const OUT: f64 = 5.0;
/// How near a press must be.
const NEAR: f64 = 5.0;

/// A link as it is drawn: the points of its way, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub from: TaskId,
    pub to: TaskId,
    pub points: Vec<(f64, f64)>,
    look: Look,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Usual,
    Critical,
    Moved,
}

/// The links of the lines that are drawn.
pub fn drawn(gantt: Gantt) -> Vec<Drawn> {
    let (from, to) = gantt.window();
    let pitch = gantt.port.pitch();
    let scale = gantt.scale();
    let (left, right) = gantt.port.across.get();
    let critical_shown = gantt.query.with(|query| query.critical);
    let mut links = Vec::new();
    gantt.lines.with(|lines| {
        gantt.plans.with(|plans| {
            gantt.draft.with(|draft| {
                let inside = lines.0.list.get(from..to).unwrap_or_default();
                for line in inside {
                    let domain::plan::lines::Line::Task { plan: number, place } = *line else { continue };
                    let (Some(saved), Some(followers)) = (plans.reckoned(number), plans.followers(number)) else {
                        continue;
                    };
                    let tried = draft.plan(saved.plan.id);
                    let shown = tried.unwrap_or(saved);
                    let input = shown.schedule.input();
                    let row_of = |place: u32| lines.0.of(number, place);
                    let is_inside = |line: u32| (from..to).contains(&(line as usize));
                    let mut add = |from: u32, to: u32, kind: LinkKind| {
                        let (Some(from_line), Some(to_line)) = (row_of(from), row_of(to)) else { return };
                        let ends = (place_of(scale, shown, from), place_of(scale, shown, to));
                        let span = (ends.0.0.min(ends.1.0), ends.0.1.max(ends.1.1));
                        if links.len() >= MOST || span.1 < left || span.0 > right {
                            return;
                        }
                        let moved =
                            tried.is_some_and(|tried| is_moved(saved, tried, from) || is_moved(saved, tried, to));
                        let critical =
                            || [from, to].iter().all(|place| shown.row(*place).criticality == Criticality::Critical);
                        let look = if moved {
                            Look::Moved
                        } else if critical_shown && critical() {
                            Look::Critical
                        } else {
                            Look::Usual
                        };
                        let middle = |line: u32| (f64::from(line) + 0.5) * pitch;
                        let points = way(kind, ends.0, middle(from_line), ends.1, middle(to_line), pitch);
                        links.push(Drawn {
                            from: shown.outline.order[from as usize],
                            to: shown.outline.order[to as usize],
                            points,
                            look,
                        });
                    };
                    // Those that lead here, and those that lead out of sight.
                    for (id, link) in &shown.tasks[place as usize].links {
                        if let Some(from) = shown.place(*id) {
                            add(from, place, link.kind);
                        }
                    }
                    if tried.is_none() {
                        for link in followers.links(place).iter().map(|number| &input.links[*number as usize]) {
                            if row_of(link.to).is_some_and(|line| !is_inside(line)) {
                                add(place, link.to, link.kind);
                            }
                        }
                    }
                }
            });
        });
    });
    links
}

fn is_moved(saved: &Reckoned, tried: &Reckoned, place: u32) -> bool {
    saved.dates(place) != tried.dates(place)
}

/// The way from one bar's end to another's: out of it, along, and in.
fn way(
    kind: LinkKind,
    (from_start, from_finish): (f64, f64),
    from_y: f64,
    (to_start, to_finish): (f64, f64),
    to_y: f64,
    pitch: f64,
) -> Vec<(f64, f64)> {
    let (out_of_finish, into_start) = match kind {
        LinkKind::FinishStart => (true, true),
        LinkKind::StartStart => (false, true),
        LinkKind::FinishFinish => (true, false),
        LinkKind::StartFinish => (false, false),
    };
    let (x, out) = if out_of_finish { (from_finish, OUT) } else { (from_start, -OUT) };
    let (end, before) = if into_start { (to_start, -OUT) } else { (to_finish, OUT) };
    let turn = x + out;
    let arrive = end + before;
    let is_direct = match (out_of_finish, into_start) {
        (true, true) => arrive >= turn,
        (false, false) => arrive <= turn,
        // Both ends look the same way: around the one that reaches further.
        _ => {
            let side = if into_start { turn.min(arrive) } else { turn.max(arrive) };
            return vec![(x, from_y), (side, from_y), (side, to_y), (end, to_y)];
        }
    };
    if is_direct {
        vec![(x, from_y), (turn, from_y), (turn, to_y), (end, to_y)]
    } else {
        let half = if to_y >= from_y { pitch / 2.0 } else { -pitch / 2.0 };
        let between = from_y + half;
        vec![(x, from_y), (turn, from_y), (turn, between), (arrive, between), (arrive, to_y), (end, to_y)]
    }
}

/// The link nearest to a place of the chart, if one is near.
pub fn nearest(links: &[Drawn], x: f64, y: f64) -> Option<&Drawn> {
    let apart = |link: &Drawn| {
        let parts = link.points.windows(2).map(|ends| {
            let ((ax, ay), (bx, by)) = (ends[0], ends[1]);
            let dx = (x - x.clamp(ax.min(bx), ax.max(bx))).abs();
            let dy = (y - y.clamp(ay.min(by), ay.max(by))).abs();
            dx.hypot(dy)
        });
        parts.fold(f64::INFINITY, f64::min)
    };
    let nearest = links.iter().map(|link| (apart(link), link)).min_by(|one, other| one.0.total_cmp(&other.0));
    nearest.filter(|(apart, _)| *apart <= NEAR).map(|(_, link)| link)
}

fn path(links: &[Drawn], look: Look, chosen: Option<(TaskId, TaskId)>) -> (String, String) {
    let (mut lines, mut heads) = (String::new(), String::new());
    for link in links.iter().filter(|link| link.look == look && Some((link.from, link.to)) != chosen) {
        append(link, &mut lines, &mut heads);
    }
    (lines, heads)
}

fn append(link: &Drawn, lines: &mut String, heads: &mut String) {
    let mut command = 'M';
    for (x, y) in &link.points {
        let _ = write!(lines, "{command}{x} {y}");
        command = 'L';
    }
    if let [.., before, (x, y)] = link.points.as_slice() {
        let back = if before.0 <= *x { -OUT } else { OUT };
        let _ = write!(heads, "M{x} {y}l{back} -3v6z");
    }
}

#[component]
pub fn Links(gantt: Gantt, links: Memo<Vec<Drawn>>) -> impl IntoView {
    let ends = move || gantt.link.get();
    let of = move |look: Look| Memo::new(move |_| links.with(|links| path(links, look, ends())));
    let (usual, critical, moved) = (of(Look::Usual), of(Look::Critical), of(Look::Moved));
    let marked = Memo::new(move |_| {
        let (mut lines, mut heads) = (String::new(), String::new());
        let ends = ends();
        links.with(|links| {
            links
                .iter()
                .filter(|link| Some((link.from, link.to)) == ends)
                .for_each(|link| append(link, &mut lines, &mut heads));
        });
        (lines, heads)
    });
    let pair = move |class: &'static str, paths: Memo<(String, String)>| {
        view! {
            <path class=format!("lk {class}") d=move || paths.with(|paths| paths.0.clone()) />
            <path class=format!("tip {class}") d=move || paths.with(|paths| paths.1.clone()) />
        }
    };
    // The line that is being drawn.
    let drawing = move || gantt.drag.with(|drag| drag.as_ref().and_then(super::drag::Drag::line));
    view! {
        <svg class="glinks" aria-hidden="true">
            {pair("", usual)}
            {pair("crit", critical)}
            {pair("moved", moved)}
            {pair("chosen", marked)}
            {move || drawing().map(|((ax, ay), (bx, by))| view! { <path class="lk drawing" d=format!("M{ax} {ay}L{bx} {by}") /> })}
        </svg>
    }
}
