//! Shares, days and amounts as the page says them.

use crate::{
    texts::Texts,
    ui::figure::{grouped, short_text},
};
use domain::{
    funnel::{Estimate, dwell::Band, figure::Figure},
    id::StageId,
    money::Currency,
    stay::DAY,
    view::View,
    waterfall::Bar,
};

/// A share from 0 to 1 in percent, without the sign.
pub fn points(share: f64) -> String {
    format!("{:.0}", 100.0 * share)
}

pub fn percent(texts: Texts, share: f64) -> String {
    texts.common().percent(points(share))
}

/// One digit more, for the figures at the top.
pub fn fine_percent(texts: Texts, share: f64) -> String {
    texts.common().percent(format!("{:.1}", 100.0 * share))
}

/// The interval's ends in percent.
pub fn interval(estimate: Estimate) -> String {
    format!("{}–{}", points(estimate.low), points(estimate.high))
}

pub use crate::ui::limit::{days as number, quantile};

/// Microseconds in days.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub fn in_days(micros: f64) -> f64 {
    micros / DAY as f64
}

#[expect(clippy::cast_possible_truncation, reason = "an average of minor units")]
pub fn average(texts: Texts, minor: f64, currency: Currency) -> String {
    short_text(minor.round() as i128, currency, texts.0)
}

/// Amounts of several currencies, which are never added.
pub fn sums<'a>(texts: Texts, sums: impl IntoIterator<Item = (&'a Currency, i128)>) -> String {
    let sums = sums.into_iter().filter(|(_, minor)| *minor != 0);
    sums.map(|(currency, minor)| short_text(minor, *currency, texts.0)).collect::<Vec<_>>().join(" + ")
}

/// What a figure of lateness is about; other figures have their names where they stand.
pub fn figure(texts: Texts, view: &View, steps: &[StageId], figure: &Figure) -> String {
    match figure {
        Figure::Late(step) => {
            let title = texts.late().title();
            steps.get(*step).map_or_else(|| title.to_owned(), |id| texts.funnel().stage_of(stage(view, *id), title))
        }
        Figure::AllLate => texts.late().title().to_owned(),
        _ => texts.funnel().deals().to_owned(),
    }
}

pub fn stage(view: &View, stage: StageId) -> String {
    view.stages.get(&stage).map(|stage| stage.name.clone()).unwrap_or_default()
}

/// A count as a share of another.
#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
pub fn part(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

pub fn count(count: u64) -> String {
    grouped(count)
}

pub fn band(texts: Texts, band: Band) -> &'static str {
    let t = texts.funnel();
    match band {
        Band::Young => t.young(),
        Band::Usual => t.usual(),
        Band::Old => t.old(),
        Band::Stuck => t.stuck(),
    }
}

pub fn bar(texts: Texts, bar: Bar) -> &'static str {
    let t = texts.funnel();
    match bar {
        Bar::New => t.bar_new(),
        Bar::Reopened => t.bar_reopened(),
        Bar::PulledIn => t.bar_pulled_in(),
        Bar::Grown => t.bar_grown(),
        Bar::Shrunk => t.bar_shrunk(),
        Bar::PushedOut => t.bar_pushed_out(),
        Bar::Won => t.bar_won(),
        Bar::Lost => t.bar_lost(),
        Bar::Removed => t.bar_removed(),
    }
}

/// The shade of one of several stages, from the first, light, to the last, dark.
pub fn shade(at: usize, of: usize) -> &'static str {
    const SHADES: [&str; 6] = ["r1", "r2", "r3", "r4", "r5", "r6"];
    let last = of.saturating_sub(1).max(1);
    SHADES[(at.min(last) * (SHADES.len() - 1) + last / 2) / last]
}

/// As much of a name as fits into so many points of a drawing: letters are about half as wide as they are high, characters as wide.
pub fn fitting(name: &str, width: f64) -> String {
    let wide = |letter: char| if letter.is_ascii() { 5.2 } else { 9.5 };
    let mut room = width - 4.0;
    let mut text = String::new();
    for letter in name.chars() {
        room -= wide(letter);
        if room < 6.0 && text.len() + letter.len_utf8() < name.len() {
            return text.trim_end().to_owned() + "…";
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_exact_as_they_are_read() {
        assert_eq!([0.0, 0.5, 3.0, 9.94, 9.96, 58.4].map(number), ["0", "0.5", "3", "9.9", "10", "58"]);
        assert_eq!(points(0.629), "63");
    }

    #[test]
    fn stages_go_from_light_to_dark() {
        assert_eq!([0, 1].map(|at| shade(at, 2)), ["r1", "r6"]);
        assert_eq!([0, 2, 4].map(|at| shade(at, 5)), ["r1", "r4", "r6"]);
        assert_eq!(shade(0, 1), "r1");
    }

    #[test]
    fn names_fit_into_drawings() {
        assert_eq!(fitting("Won", 60.0), "Won");
        assert_eq!(fitting("初步接触", 60.0), "初步接触");
        assert_eq!(fitting("Awaiting the signature", 60.0), "Awaiting…");
    }
}
