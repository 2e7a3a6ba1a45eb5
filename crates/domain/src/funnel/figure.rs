//! The figures of the funnel page by their names: each opens the deals behind it.

use super::{Fate, dwell::Band};
use crate::{money::Currency, waterfall::Bar};
use std::{fmt, str::FromStr};

/// A figure. Steps are numbered as in [`super::steps::Funnel`], from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// All deals of the cohort.
    Cohort,
    Fate(Fate),
    /// On no step: counted only where every stage counts.
    OffPath,
    /// Left out a stage on their way, or entered one again.
    Skipped,
    Again,
    /// A step's counts, by the funnel's rule.
    Reached(usize),
    Advanced(usize),
    LostAt(usize),
    OpenAt(usize),
    GoneAt(usize),
    PassedAt(usize),
    /// Lost out of an open stage, whichever way they came there; none where no open stage is known.
    LostFrom(Option<usize>),
    /// Open in a stage and of an age.
    Age(usize, Band),
    /// Open in a stage beyond its time limit.
    Late(usize),
    /// Of the waterfall.
    Opening(Currency),
    Bar(Currency, Bar),
    Closing(Currency),
}

const FATES: [(Fate, &str); 4] = [(Fate::Open, "open"), (Fate::Won, "won"), (Fate::Lost, "lost"), (Fate::Gone, "gone")];
const BANDS: [(Band, &str); 4] =
    [(Band::Young, "young"), (Band::Usual, "usual"), (Band::Old, "old"), (Band::Stuck, "stuck")];
const BARS: [(Bar, &str); 9] = [
    (Bar::New, "new"),
    (Bar::Reopened, "reopened"),
    (Bar::PulledIn, "pulled_in"),
    (Bar::Grown, "grown"),
    (Bar::Shrunk, "shrunk"),
    (Bar::PushedOut, "pushed_out"),
    (Bar::Won, "won"),
    (Bar::Lost, "lost"),
    (Bar::Removed, "removed"),
];

fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> &'static str {
    words.iter().find(|(other, _)| other == value).map_or("", |(_, word)| word)
}

fn of_word<T: Copy>(words: &[(T, &'static str)], word: &str) -> Option<T> {
    words.iter().find(|(_, other)| *other == word).map(|(value, _)| *value)
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cohort => f.write_str("cohort"),
            Self::Fate(fate) => write!(f, "fate.{}", word(&FATES, fate)),
            Self::OffPath => f.write_str("off_path"),
            Self::Skipped => f.write_str("skipped"),
            Self::Again => f.write_str("again"),
            Self::Reached(step) => write!(f, "reached.{step}"),
            Self::Advanced(step) => write!(f, "advanced.{step}"),
            Self::LostAt(step) => write!(f, "lost.{step}"),
            Self::OpenAt(step) => write!(f, "open.{step}"),
            Self::GoneAt(step) => write!(f, "gone.{step}"),
            Self::PassedAt(step) => write!(f, "passed.{step}"),
            Self::LostFrom(None) => f.write_str("lost_from.none"),
            Self::LostFrom(Some(step)) => write!(f, "lost_from.{step}"),
            Self::Age(step, band) => write!(f, "age.{step}.{}", word(&BANDS, band)),
            Self::Late(step) => write!(f, "late.{step}"),
            Self::Opening(currency) => write!(f, "opening.{}", currency.code()),
            Self::Bar(currency, bar) => write!(f, "bar.{}.{}", currency.code(), word(&BARS, bar)),
            Self::Closing(currency) => write!(f, "closing.{}", currency.code()),
        }
    }
}

/// The word is no figure's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAFigure;

impl FromStr for Figure {
    type Err = NotAFigure;

    fn from_str(text: &str) -> Result<Self, NotAFigure> {
        let parts: Vec<&str> = text.split('.').collect();
        let step = |text: &str| text.parse::<usize>().map_err(|_| NotAFigure);
        let currency = |text: &str| text.parse::<Currency>().map_err(|_| NotAFigure);
        Ok(match parts[..] {
            ["cohort"] => Self::Cohort,
            ["fate", fate] => Self::Fate(of_word(&FATES, fate).ok_or(NotAFigure)?),
            ["off_path"] => Self::OffPath,
            ["skipped"] => Self::Skipped,
            ["again"] => Self::Again,
            ["reached", at] => Self::Reached(step(at)?),
            ["advanced", at] => Self::Advanced(step(at)?),
            ["lost", at] => Self::LostAt(step(at)?),
            ["open", at] => Self::OpenAt(step(at)?),
            ["gone", at] => Self::GoneAt(step(at)?),
            ["passed", at] => Self::PassedAt(step(at)?),
            ["lost_from", "none"] => Self::LostFrom(None),
            ["lost_from", at] => Self::LostFrom(Some(step(at)?)),
            ["age", at, band] => Self::Age(step(at)?, of_word(&BANDS, band).ok_or(NotAFigure)?),
            ["late", at] => Self::Late(step(at)?),
            ["opening", code] => Self::Opening(currency(code)?),
            ["bar", code, bar] => Self::Bar(currency(code)?, of_word(&BARS, bar).ok_or(NotAFigure)?),
            ["closing", code] => Self::Closing(currency(code)?),
            _ => return Err(NotAFigure),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_a_name_and_is_found_by_it() {
        for name in [
            "cohort",
            "fate.won",
            "off_path",
            "skipped",
            "again",
            "reached.0",
            "advanced.3",
            "lost.1",
            "open.2",
            "gone.4",
            "passed.1",
            "lost_from.none",
            "lost_from.2",
            "age.1.stuck",
            "late.0",
            "opening.EUR",
            "bar.CNY.pulled_in",
            "closing.USD",
        ] {
            assert_eq!(name.parse::<Figure>().map(|figure| figure.to_string()), Ok(name.to_owned()));
        }
        for bar in Bar::ALL {
            let figure = Figure::Bar(Currency::EUR, bar);
            assert_eq!(figure.to_string().parse(), Ok(figure));
        }
        for wrong in ["", "reached", "reached.x", "age.1", "age.1.new", "bar.XYZ.new", "fate.", "cohort.1"] {
            assert_eq!(wrong.parse::<Figure>(), Err(NotAFigure), "{wrong}");
        }
    }
}
