//! The chart as a picture: the lines that are shown, from the first task to the last, drawn as SVG in the page's colours and
//! saved as PNG.

use super::{state::Gantt, words};
use crate::funnel::save::paint;
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use domain::{
    calendar::Moment,
    plan::{Reckoned, lines::Line},
    schedule::Criticality,
};
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::JsValue;

/// How many lines a picture has at most: no canvas holds many more.
const MOST: usize = 300;
const LINE: f64 = 24.0;
const HEAD: f64 = 28.0;
const NAMES: f64 = 280.0;
/// How wide the time is where it has room, and how wide a day is at least and at most.
const CHART: f64 = 1400.0;
const DAY: (f64, f64) = (1.0, 36.0);
/// Letters of a name that fit.
const LETTERS: usize = 40;

/// Saves what is shown.
pub async fn save(gantt: Gantt) -> Result<(), JsValue> {
    let (text, width, height) = drawing(gantt)?.ok_or(JsValue::NULL)?;
    paint(&text, width, height, "plan").await
}

/// The colours of the theme that is shown, by what is drawn in them.
struct Colours {
    text: String,
    quiet: String,
    line: String,
    bar: String,
    done: String,
    critical: String,
    today: String,
    reserve: String,
}

impl Colours {
    fn read() -> Result<Self, JsValue> {
        let root = document().document_element().ok_or(JsValue::NULL)?;
        let computed = window().get_computed_style(&root)?.ok_or(JsValue::NULL)?;
        let of = |name: &str| computed.get_property_value(name).map(|value| value.trim().to_owned());
        Ok(Self {
            text: of("--c-text")?,
            quiet: of("--c-text-3")?,
            line: of("--c-line")?,
            bar: of("--c-bar")?,
            done: of("--c-bar-done")?,
            critical: of("--c-bar-critical")?,
            today: of("--c-accent")?,
            reserve: of("--c-accent-line")?,
        })
    }
}

/// From when on the picture shows time, and how many pixels a minute has.
#[derive(Clone, Copy)]
struct Across {
    from: Moment,
    minute: f64,
}

impl Across {
    #[expect(clippy::cast_precision_loss, reason = "minutes of centuries are counted exactly")]
    fn x(self, moment: Moment) -> f64 {
        NAMES + (moment.0 - self.from.0) as f64 * self.minute
    }
}

#[expect(clippy::cast_precision_loss, reason = "lines of a picture, days of a plan")]
fn drawing(gantt: Gantt) -> Result<Option<(String, f64, f64)>, JsValue> {
    let colours = Colours::read()?;
    let Some(range) = gantt.plans.with_untracked(super::plans::Plans::range) else { return Ok(None) };
    let zone = gantt.client.zone();
    let [first, last] = [range.start, range.finish].map(|moment| zone.day(moment.instant()));
    let days = (last - first).num_days() + 3;
    let day = (CHART / days as f64).clamp(DAY.0, DAY.1);
    let begin = first.checked_sub_days(Days::new(1)).unwrap_or(first);
    let at = |day: NaiveDate| zone.moment(day.and_time(NaiveTime::MIN));
    let across = Across { from: at(begin), minute: day / 1440.0 };
    let lines = gantt.lines.get_untracked();
    let lines = &lines.0.list[..lines.0.list.len().min(MOST)];
    let (width, height) = (NAMES + day * days as f64 + 160.0, HEAD + LINE * lines.len() as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">"
    );
    // Months, as far as their names have room.
    let months = begin.iter_days().take(usize::try_from(days).unwrap_or(0)).filter(|day| day.day() == 1);
    let step = [1, 3].into_iter().find(|months| day * 30.0 * f64::from(*months) >= 64.0).unwrap_or(12);
    for month in months.filter(|month| month.month0() % step == 0) {
        let x = across.x(at(month));
        let _ = write!(
            svg,
            "<path d=\"M{x:.1} 8V{height}\" stroke=\"{}\"/><text x=\"{:.1}\" y=\"18\" fill=\"{}\">{}</text>",
            colours.line,
            x + 4.0,
            colours.quiet,
            month.format("%Y-%m")
        );
    }
    let today = across.x(at(gantt.client.today()));
    if (NAMES..width).contains(&today) {
        let _ = write!(svg, "<path d=\"M{today:.1} 8V{height}\" stroke=\"{}\" stroke-width=\"2\"/>", colours.today);
    }
    for (number, line) in lines.iter().enumerate() {
        let y = HEAD + LINE * number as f64;
        let _ = write!(svg, "<path d=\"M0 {:.1}H{width}\" stroke=\"{}\"/>", y + LINE, colours.line);
        draw(&mut svg, gantt, *line, y, across, &colours);
    }
    svg.push_str("</svg>");
    Ok(Some((svg, width, height)))
}

fn draw(svg: &mut String, gantt: Gantt, line: Line, y: f64, across: Across, colours: &Colours) {
    let texts = gantt.client.texts;
    let plan = |number: u32| {
        let (saved, tried) = untrack(|| gantt.plan(number))?;
        Some(tried.unwrap_or(saved))
    };
    match line {
        Line::Plan(number) => {
            let shown = gantt.plans.with_untracked(|plans| plans.get(number).map(|shown| shown.plan.name.clone()));
            write_name(svg, &shown.unwrap_or_default(), y, 0, true, colours);
            if let Some(span) = plan(number).and_then(|plan| plan.span()) {
                rect(svg, (across.x(span.start), across.x(span.finish)), y + 9.0, 6.0, &colours.quiet);
            }
        }
        Line::Owner(owner) => {
            let name = gantt.client.peek(|view| view.members.get(&owner?).map(|member| member.name.clone()));
            write_name(svg, &name.unwrap_or_else(|| texts.gantt().nobody().to_owned()), y, 0, true, colours);
        }
        Line::Task { plan: number, place } => {
            if let Some(plan) = plan(number) {
                task(svg, gantt, &plan, place, y, across, colours);
            }
        }
        Line::Reserve(number) => {
            write_name(svg, texts.gantt().reserve(), y, 1, false, colours);
            if let Some(reserve) = plan(number).and_then(|plan| plan.reserve()) {
                let ends = (reserve.from.min(reserve.to), reserve.from.max(reserve.to));
                rect(svg, (across.x(ends.0), across.x(ends.1)), y + 6.0, 12.0, &colours.reserve);
            }
        }
        Line::Nothing(_) => {}
    }
}

fn task(svg: &mut String, gantt: Gantt, plan: &Reckoned, place: u32, y: f64, across: Across, colours: &Colours) {
    let Some(task) = plan.tasks.get(place as usize) else { return };
    let row = plan.row(place);
    let is_group = plan.outline.is_group(place);
    write_name(svg, &task.title, y, plan.outline.depth[place as usize] + 1, is_group, colours);
    let (from, to) = (across.x(row.planned.start), across.x(row.planned.finish));
    let bar = if row.criticality == Criticality::Critical { &colours.critical } else { &colours.bar };
    if is_group {
        rect(svg, (from, to), y + 9.0, 6.0, &colours.quiet);
    } else if task.is_milestone() {
        let _ = write!(svg, "<path d=\"M{from:.1} {:.1}l6 6l-6 6l-6 -6Z\" fill=\"{}\"/>", y + 6.0, colours.text);
    } else {
        rect(svg, (from, to), y + 6.0, 12.0, bar);
        rect(svg, (from, from + (to - from) * f64::from(task.percent) / 100.0), y + 6.0, 12.0, &colours.done);
    }
    let said = words::day(plan.last_day(row.planned), gantt.client.today());
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{}\" font-size=\"11\">{said}</text>",
        to + 8.0,
        y + 16.0,
        colours.quiet
    );
}

fn rect(svg: &mut String, (from, to): (f64, f64), y: f64, height: f64, colour: &str) {
    let width = (to - from).max(0.0);
    let _ = write!(
        svg,
        "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\" fill=\"{colour}\"/>"
    );
}

fn write_name(svg: &mut String, name: &str, y: f64, depth: u16, strong: bool, colours: &Colours) {
    let indent = 8.0 + 14.0 * f64::from(depth);
    let room = LETTERS.saturating_sub(2 * usize::from(depth));
    let mut short: String = name.chars().take(room).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    let weight = if strong { " font-weight=\"600\"" } else { "" };
    let _ = write!(
        svg,
        "<text x=\"{indent}\" y=\"{:.1}\" fill=\"{}\"{weight}>{}</text>",
        y + 16.0,
        colours.text,
        escaped(&short)
    );
}

fn escaped(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).fold(String::new(), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
        out
    })
}
