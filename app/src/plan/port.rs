//! The part of the chart that is in sight, and how much of the screen a day takes. Both change with every frame of
//! scrolling, so what is drawn follows them in steps.

use domain::{
    calendar::Moment,
    plan::{
        query::Zoom,
        scale::{LEAST, MOST, Scale, day_of},
    },
};
use leptos::{html, prelude::*};

/// The height of a line, in pixels; style/plan.css has the same. For fingers it is higher.
const LINE: f64 = 28.0;
const TALL_LINE: f64 = 44.0;
/// The height of the time head.
pub const HEAD: f64 = 44.0;
/// Lines drawn above and below what is in sight, and by how many the window moves at once.
const SPARE: usize = 8;
const STEP: usize = 4;
/// What is drawn before the screen is known.
pub const FIRST: usize = 40;
const WIDTH: f64 = 1200.0;
/// By how many pixels the window moves sideways at once.
const SIDE: f64 = 512.0;

#[derive(Clone, Copy)]
pub struct Port {
    pub origin: RwSignal<Moment>,
    /// Pixels of a day.
    pub day: RwSignal<f64>,
    pub scale: Memo<Scale>,
    /// How far it is scrolled, and how large it is, in pixels; the width is the chart's without the table.
    pub left: RwSignal<f64>,
    pub top: RwSignal<f64>,
    pub width: RwSignal<f64>,
    pub height: RwSignal<f64>,
    /// Lines are as high as fingers want them.
    pub tall: RwSignal<bool>,
    /// The first line drawn and the one after the last.
    pub rows: Memo<(usize, usize)>,
    /// From where to where the chart is drawn.
    pub across: Memo<(f64, f64)>,
    /// The moment that is to be in sight at first, and whether it is to be at the edge.
    first: StoredValue<(Moment, bool)>,
}

impl Port {
    pub fn new(origin: Moment, zoom: Zoom, first: Moment, at_edge: bool) -> Self {
        let (origin, day) = (RwSignal::new(origin), RwSignal::new(day_of(zoom)));
        let scale = Memo::new(move |_| Scale { origin: origin.get(), day: day.get() });
        let begin = start(scale.get_untracked(), first, at_edge, WIDTH);
        let (left, top) = (RwSignal::new(begin), RwSignal::new(0.0));
        let (width, height) = (RwSignal::new(WIDTH), RwSignal::new(0.0));
        let tall = RwSignal::new(false);
        let rows = Memo::new(move |_| {
            let pitch = pitch(tall.get());
            let count = match height.get() {
                height if height > 0.0 => lines(height / pitch) + 1,
                _ => FIRST,
            };
            let at = lines(top.get() / pitch);
            let from = at.saturating_sub(SPARE) / STEP * STEP;
            (from, (at + count + SPARE).div_ceil(STEP) * STEP)
        });
        let across = Memo::new(move |_| {
            let (from, to) = (left.get() - SIDE, left.get() + width.get() + SIDE);
            ((from / SIDE).floor() * SIDE, (to / SIDE).ceil() * SIDE)
        });
        let first = StoredValue::new((first, at_edge));
        Self { origin, day, scale, left, top, width, height, tall, rows, across, first }
    }

    pub fn pitch(&self) -> f64 {
        pitch(self.tall.get())
    }

    /// Reads from the page how far it is scrolled: with every frame of scrolling, so nothing else.
    pub fn scrolled(&self, node: NodeRef<html::Div>) {
        if let Some(node) = node.try_get_untracked().flatten() {
            put(self.top, node.scroll_top());
            put(self.left, node.scroll_left());
        }
    }

    /// Reads from the page how far it is scrolled and how large it is.
    pub fn measure(&self, node: NodeRef<html::Div>) {
        self.scrolled(node);
        let Some(node) = node.try_get_untracked().flatten() else { return };
        let table = node.query_selector(".gantt-cols").ok().flatten();
        put(self.width, node.client_width() - table.map_or(0, |table| table.client_width()));
        put(self.height, (node.client_height() - pixels(HEAD)).max(1));
        let tall = matches!(
            window().match_media("(pointer: coarse), (max-width: 640px)"),
            Ok(Some(list)) if list.matches()
        );
        if tall != self.tall.get_untracked() {
            self.tall.set(tall);
        }
    }

    /// Goes to where the page is to begin.
    pub fn begin(&self, node: NodeRef<html::Div>) {
        self.measure(node);
        let (moment, at_edge) = self.first.get_value();
        self.go(node, start(self.scale.get_untracked(), moment, at_edge, self.width.get_untracked()));
    }

    /// Scrolls so far to the right.
    pub fn go(&self, node: NodeRef<html::Div>, left: f64) {
        self.left.set(left.max(0.0));
        let port = *self;
        // The chart has its new width then.
        request_animation_frame(move || {
            if let Some(chart) = node.try_get_untracked().flatten() {
                chart.set_scroll_left(pixels(left));
            }
            port.measure(node);
        });
    }

    /// Puts a moment a third into sight.
    pub fn show(&self, node: NodeRef<html::Div>, moment: Moment) {
        self.go(node, start(self.scale.get_untracked(), moment, false, self.width.get_untracked()));
    }

    /// Puts a line into sight.
    pub fn show_line(&self, node: NodeRef<html::Div>, line: usize) {
        let Some(node) = node.get_untracked() else { return };
        let pitch = pitch(self.tall.get_untracked());
        let (top, height) = (f64::from(node.scroll_top()), f64::from(node.client_height()) - HEAD);
        #[expect(clippy::cast_precision_loss, reason = "lines of a page")]
        let at = line as f64 * pitch;
        if at < top {
            node.set_scroll_top(pixels(at));
        } else if at + pitch > top + height {
            node.set_scroll_top(pixels((at + pitch - height).ceil()));
        }
    }

    /// Puts a stretch of the chart into sight, where none of it is.
    pub fn show_stretch(&self, node: NodeRef<html::Div>, from: f64, to: f64) {
        let (left, width) = (self.left.get_untracked(), self.width.get_untracked());
        if to < left + 24.0 || from > left + width - 24.0 {
            self.go(node, from - width / 3.0);
        }
    }

    pub fn first_line(&self) -> usize {
        lines(self.top.get_untracked() / pitch(self.tall.get_untracked()))
    }

    /// What was in one line is in another now, and stays where it was on the screen.
    pub fn shift_lines(&self, node: NodeRef<html::Div>, before: usize, now: usize) {
        #[expect(clippy::cast_precision_loss, reason = "lines of a page")]
        let by = (now as f64 - before as f64) * pitch(self.tall.get_untracked());
        let top = (self.top.get_untracked() + by).max(0.0);
        self.top.set(top);
        request_animation_frame(move || {
            if let Some(node) = node.try_get_untracked().flatten() {
                node.set_scroll_top(pixels(top));
            }
        });
    }

    /// Gives a day so many pixels; what lies so far from the chart's left edge stays there.
    pub fn zoom(&self, node: NodeRef<html::Div>, day: f64, hold: f64) {
        let day = day.clamp(LEAST, MOST);
        let moment = self.scale.get_untracked().moment(self.left.get_untracked() + hold);
        self.day.set(day);
        let left = self.scale.get_untracked().x(moment) - hold;
        self.go(node, left);
    }

    /// The whole chart begins earlier.
    pub fn begin_earlier(&self, node: NodeRef<html::Div>, origin: Moment) {
        let scale = Scale { origin, day: self.day.get_untracked() };
        let left = self.left.get_untracked() + scale.x(self.origin.get_untracked());
        self.origin.set(origin);
        self.go(node, left);
    }
}

fn put(signal: RwSignal<f64>, value: i32) {
    if (signal.get_untracked() - f64::from(value)).abs() > 0.5 {
        signal.set(f64::from(value));
    }
}

/// How far it is scrolled where a moment is at the edge, or a quarter into sight.
fn start(scale: Scale, moment: Moment, at_edge: bool, width: f64) -> f64 {
    let inset = if at_edge { 0.0 } else { width / 4.0 };
    (scale.x(moment) - inset).max(0.0).round()
}

pub fn pitch(tall: bool) -> f64 {
    if tall { TALL_LINE } else { LINE }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lines of a page, not negative")]
fn lines(number: f64) -> usize {
    number.max(0.0) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
fn pixels(number: f64) -> i32 {
    number.max(0.0) as i32
}
