//! The figures of the funnel page by their names: each opens the deals behind it.

use super::{Fate, dwell::Band};
use crate::{
    id::ConditionId,
    money::Currency,
    stay::{Micros, StageIndex},
    waterfall::Bar,
};
use std::{fmt, str::FromStr};

/// A figure. Steps are numbered as in [`super::steps::Funnel`], from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// All deals of the cohort.
    Cohort,
    Fate(Fate),
    /// Of those with one value of the field, or source, by which deals are told apart: all, or by how they fare.
    Of {
        value: String,
        fate: Option<Fate>,
    },
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
    /// Lost for a reason (empty where none was given), out of any stage or of one as above.
    LostFor {
        reason: String,
        from: Option<Option<usize>>,
    },
    /// Open in a stage and of an age.
    Age(usize, Band),
    /// Open in a stage beyond its time limit.
    Late(usize),
    /// Open beyond whichever stage's time limit.
    AllLate,
    /// Went back at all, or from one stage to another.
    Rework,
    Loop(StageIndex, StageIndex),
    /// Took exactly this way.
    Variant(Vec<StageIndex>),
    /// Got an approval.
    Approved(ConditionId),
    /// Stood in a stage at an instant, whatever the cohort.
    Stood(StageIndex, Micros),
    /// Of the waterfall.
    Opening(Currency),
    Bar(Currency, Bar),
    Closing(Currency),
}

const FATES: [(Fate, &str); 4] = [(Fate::Open, "open"), (Fate::Won, "won"), (Fate::Lost, "lost"), (Fate::Gone, "gone")];
const BANDS: [(Band, &str); 5] = [
    (Band::Young, "young"),
    (Band::Usual, "usual"),
    (Band::Old, "old"),
    (Band::Stuck, "stuck"),
    (Band::Unknown, "unknown"),
];
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
            Self::Of { value, fate } => {
                write!(f, "of.{}.{value}", fate.map_or("all", |fate| word(&FATES, &fate)))
            }
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
            Self::LostFor { reason, from: None } => write!(f, "lost_for.any.{reason}"),
            Self::LostFor { reason, from: Some(None) } => write!(f, "lost_for.none.{reason}"),
            Self::LostFor { reason, from: Some(Some(step)) } => write!(f, "lost_for.{step}.{reason}"),
            Self::Late(step) => write!(f, "late.{step}"),
            Self::AllLate => f.write_str("late"),
            Self::Rework => f.write_str("rework"),
            Self::Loop(from, to) => write!(f, "rework.{from}.{to}"),
            Self::Variant(path) => {
                let path: Vec<String> = path.iter().map(StageIndex::to_string).collect();
                write!(f, "variant.{}", path.join("-"))
            }
            Self::Approved(condition) => write!(f, "approved.{condition}"),
            Self::Stood(stage, at) => write!(f, "stood.{stage}.{at}"),
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
        // A reason may have points of its own.
        if let Some((from, reason)) = text.strip_prefix("lost_for.").and_then(|rest| rest.split_once('.')) {
            let from = match from {
                "any" => None,
                "none" => Some(None),
                at => Some(Some(at.parse().map_err(|_| NotAFigure)?)),
            };
            return Ok(Self::LostFor { reason: reason.to_owned(), from });
        }
        if let Some((fate, value)) = text.strip_prefix("of.").and_then(|rest| rest.split_once('.')) {
            let fate = if fate == "all" { None } else { Some(of_word(&FATES, fate).ok_or(NotAFigure)?) };
            return Ok(Self::Of { value: value.to_owned(), fate });
        }
        let parts: Vec<&str> = text.split('.').collect();
        let stage = |text: &str| text.parse::<StageIndex>().map_err(|_| NotAFigure);
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
            ["late"] => Self::AllLate,
            ["rework"] => Self::Rework,
            ["rework", from, to] => Self::Loop(stage(from)?, stage(to)?),
            ["variant", path] => Self::Variant(path.split('-').map(stage).collect::<Result<_, _>>()?),
            ["approved", id] => Self::Approved(id.parse().map_err(|_| NotAFigure)?),
            ["stood", at, when] => Self::Stood(stage(at)?, when.parse().map_err(|_| NotAFigure)?),
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
            "of.all.GTX Pro",
            "of.won.MG. Advanced",
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
            "age.1.unknown",
            "late.0",
            "late",
            "lost_for.any.Price, U.S.",
            "lost_for.none.",
            "lost_for.2.价格",
            "rework",
            "rework.3.1",
            "variant.0-1-0-4",
            "approved.018f2f7c-0000-7000-8000-000000000001",
            "stood.2.1790000000000000",
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
        for wrong in [
            "",
            "lost_for.x.y",
            "rework.1",
            "variant.",
            "approved.1",
            "stood.1",
            "reached",
            "reached.x",
            "age.1",
            "age.1.new",
            "bar.XYZ.new",
            "fate.",
            "cohort.1",
        ] {
            assert_eq!(wrong.parse::<Figure>(), Err(NotAFigure), "{wrong}");
        }
    }
}
