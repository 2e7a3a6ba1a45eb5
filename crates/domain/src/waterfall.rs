//! The waterfall between two instants: from the pipeline that was open at the first to the one open at the second, each
//! step in between in its own bar, adding up exactly in every currency.
//!
//! The pipeline is what open deals are worth whose expected close lies within a window of days, or all of them. Only a
//! deal's states at the two instants count, not what happened on the way: a deal that was lost and reopened in between was
//! open all the time.

use crate::{money::Currency, pipeline::Outcome, stay::Micros};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A deal as it stood at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub outcome: Outcome,
    /// The amount in the currency's minor unit; 0 where there is none.
    pub minor: i64,
    pub currency: Currency,
    /// When it is expected to close; for a deal won or lost, the day on which it was.
    pub day: Option<NaiveDate>,
}

/// The days that count, first and last included; the pipeline of a quarter is the deals expected to close in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// Between the opening and the closing pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// Deals that were not there: created since, or come into the selection.
    New,
    /// Deals won or lost before, that are open again, or have ended the other way.
    Reopened,
    /// Deals expected outside the window before, and within it now.
    PulledIn,
    /// The amount grew, or came in another currency.
    Grown,
    /// The amount shrank, or went in another currency.
    Shrunk,
    /// Deals expected within the window before, and outside it now, later as a rule.
    PushedOut,
    Won,
    Lost,
    /// Deals that are no longer there: deleted, or gone from the selection.
    Removed,
}

impl Bar {
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::Reopened,
        Self::PulledIn,
        Self::Grown,
        Self::Shrunk,
        Self::PushedOut,
        Self::Won,
        Self::Lost,
        Self::Removed,
    ];
}

/// What a deal adds to a bar, below 0 where it takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub bar: Bar,
    pub currency: Currency,
    pub minor: i64,
}

/// Whether the deal stands in the pipeline: open, and expected within the window.
fn is_counted(state: &State, window: Option<Window>) -> bool {
    state.outcome == Outcome::Open && is_within(state, window)
}

fn is_within(state: &State, window: Option<Window>) -> bool {
    window.is_none_or(|window| state.day.is_some_and(|day| window.first <= day && day <= window.last))
}

/// How one deal's change from `before` to `after` stands in the bars, none being a deal that was not there. In each
/// currency the effects add up to what it is worth after less what it was worth before; a deal without an amount stands
/// in its bars with 0.
///
/// A deal that ends passes through the pipeline with the amount with which it ended, so that the bars of won and lost hold
/// what really was won and lost: one that grew and was then won has grown first, one created and won in between is new
/// and won. A deal that is pushed out goes with the amount it had before, and what became of that outside the window is
/// not told.
pub fn effects(before: Option<&State>, after: Option<&State>, window: Option<Window>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut effect = |bar, currency, minor| effects.push(Effect { bar, currency, minor });
    let was_in = before.filter(|before| is_counted(before, window));
    let Some(after) = after else {
        if let Some(before) = was_in {
            effect(Bar::Removed, before.currency, -before.minor);
        }
        return effects;
    };
    if !is_within(after, window) {
        if let Some(before) = was_in {
            effect(Bar::PushedOut, before.currency, -before.minor);
        }
        return effects;
    }
    // Into the pipeline with the amount that it has now …
    match (before, was_in) {
        (_, Some(before)) if before.currency == after.currency => {
            let grown = after.minor - before.minor;
            if grown != 0 {
                effect(if grown > 0 { Bar::Grown } else { Bar::Shrunk }, after.currency, grown);
            }
        }
        (_, Some(before)) => {
            effect(Bar::Shrunk, before.currency, -before.minor);
            effect(Bar::Grown, after.currency, after.minor);
        }
        (None, None) => effect(Bar::New, after.currency, after.minor),
        (Some(before), None) if before.outcome == Outcome::Open => effect(Bar::PulledIn, after.currency, after.minor),
        // It had ended so already.
        (Some(before), None) if before.outcome == after.outcome => return effects,
        (Some(_), None) => effect(Bar::Reopened, after.currency, after.minor),
    }
    // … and out of it again where it ended.
    match after.outcome {
        Outcome::Open => {}
        Outcome::Won => effect(Bar::Won, after.currency, -after.minor),
        Outcome::Lost => effect(Bar::Lost, after.currency, -after.minor),
    }
    effects
}

/// Minor units and how many deals stand behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Amount {
    pub minor: i128,
    pub deals: u64,
}

impl Amount {
    fn add(&mut self, minor: i64) {
        self.minor += i128::from(minor);
        self.deals += 1;
    }
}

/// The waterfall of one currency: `opening` and all `bars` add up to `closing`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waterfall {
    pub opening: Amount,
    /// Bars nothing stands in are left out.
    pub bars: BTreeMap<Bar, Amount>,
    pub closing: Amount,
}

impl Waterfall {
    pub fn bar(&self, bar: Bar) -> Amount {
        self.bars.get(&bar).copied().unwrap_or_default()
    }

    /// The closing pipeline as it follows from the opening one and the bars.
    pub fn total(&self) -> i128 {
        self.opening.minor + self.bars.values().map(|bar| bar.minor).sum::<i128>()
    }
}

/// The waterfall in each currency, from every deal's states at the two instants.
pub fn waterfalls<'a>(
    deals: impl IntoIterator<Item = (Option<&'a State>, Option<&'a State>)>,
    window: Option<Window>,
) -> BTreeMap<Currency, Waterfall> {
    let mut all = BTreeMap::<Currency, Waterfall>::new();
    for (before, after) in deals {
        for effect in effects(before, after, window) {
            all.entry(effect.currency).or_default().bars.entry(effect.bar).or_default().add(effect.minor);
        }
        if let Some(before) = before.filter(|before| is_counted(before, window)) {
            all.entry(before.currency).or_default().opening.add(before.minor);
        }
        if let Some(after) = after.filter(|after| is_counted(after, window)) {
            all.entry(after.currency).or_default().closing.add(after.minor);
        }
    }
    all
}

/// A deal's state at an instant, from its states in the order of time, each holding from its instant on; none where the
/// deal was not there.
pub fn state_at(history: &[(Micros, Option<State>)], at: Micros) -> Option<&State> {
    let after = history.partition_point(|(from, _)| *from <= at);
    history[..after].last()?.1.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    const WINDOW: fn() -> Window = || Window { first: day(10), last: day(19) };

    /// A state as `outcome amount currency day`, `-` for a deal that is not there; the effects as `bar amount`.
    fn check(before: &str, after: &str, expected: &str) {
        let read = |text: &str| {
            let parts: Vec<_> = text.split(' ').collect();
            let [outcome, minor, currency, on] = parts[..] else { return None };
            Some(State {
                outcome: match outcome {
                    "won" => Outcome::Won,
                    "lost" => Outcome::Lost,
                    _ => Outcome::Open,
                },
                minor: minor.parse().unwrap(),
                currency: currency.parse().unwrap(),
                day: on.parse().ok().map(day),
            })
        };
        let effects = effects(read(before).as_ref(), read(after).as_ref(), Some(WINDOW()));
        let shown: Vec<_> = effects.iter().map(|effect| format!("{:?} {}", effect.bar, effect.minor)).collect();
        assert_eq!(shown.join(", "), expected, "{before} -> {after}");
    }

    #[test]
    fn every_change_has_its_bar() {
        check("-", "open 5 EUR 12", "New 5");
        check("-", "open 5 EUR 22", "");
        check("-", "open 5 EUR none", "");
        check("-", "open 0 EUR 12", "New 0");
        check("-", "won 5 EUR 12", "New 5, Won -5");
        check("open 5 EUR 12", "open 5 EUR 19", "");
        check("open 5 EUR 12", "open 8 EUR 12", "Grown 3");
        check("open 5 EUR 12", "open 1 EUR 12", "Shrunk -4");
        check("open 5 EUR 12", "open 8 USD 12", "Shrunk -5, Grown 8");
        check("open 5 EUR 12", "open 8 EUR 20", "PushedOut -5");
        check("open 5 EUR 20", "open 8 EUR 19", "PulledIn 8");
        check("open 5 EUR 20", "open 8 EUR 21", "");
        check("open 5 EUR 12", "won 8 EUR 13", "Grown 3, Won -8");
        check("open 5 EUR 12", "lost 3 EUR 13", "Shrunk -2, Lost -3");
        check("open 5 EUR 20", "won 8 EUR 13", "PulledIn 8, Won -8");
        check("open 5 EUR 12", "won 8 EUR 20", "PushedOut -5");
        check("won 5 EUR 12", "won 6 EUR 12", "");
        check("won 5 EUR 12", "open 6 EUR 15", "Reopened 6");
        check("lost 5 EUR 12", "won 6 EUR 15", "Reopened 6, Won -6");
        check("open 5 EUR 12", "-", "Removed -5");
        check("won 5 EUR 12", "-", "");
    }

    fn state() -> impl Strategy<Value = Option<State>> {
        let outcome = prop::sample::select(vec![Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost]);
        let currency = prop::sample::select(vec![Currency::CNY, Currency::EUR]);
        let state = (outcome, 0..1_000_000_i64, currency, prop::option::of((1..30_u32).prop_map(day)));
        prop::option::weighted(
            0.9,
            state.prop_map(|(outcome, minor, currency, day)| State { outcome, minor, currency, day }),
        )
    }

    /// Deals, each with what became of it at rising instants.
    fn histories() -> impl Strategy<Value = Vec<Vec<(Micros, Option<State>)>>> {
        let history = prop::collection::vec((0..100_i64, state()), 0..8);
        let sorted = history.prop_map(|mut history| {
            history.sort_by_key(|(at, _)| *at);
            history
        });
        prop::collection::vec(sorted, 0..20)
    }

    proptest! {
        #[test]
        fn it_adds_up_for_any_history(
            histories in histories(),
            windowed: bool,
            mut instants in prop::array::uniform3(0..110_i64),
        ) {
            instants.sort_unstable();
            let [first, second, third] = instants;
            let window = windowed.then(WINDOW);
            let between = |from, to| {
                let states = |history: &'_ Vec<_>| (state_at(history, from).copied(), state_at(history, to).copied());
                let states: Vec<_> = histories.iter().map(states).collect();
                waterfalls(states.iter().map(|(before, after)| (before.as_ref(), after.as_ref())), window)
            };
            let early = between(first, second);
            for waterfall in early.values().chain(between(first, third).values()) {
                prop_assert_eq!(waterfall.total(), waterfall.closing.minor);
                for (bar, amount) in &waterfall.bars {
                    let adds = matches!(bar, Bar::New | Bar::Reopened | Bar::PulledIn | Bar::Grown);
                    prop_assert!(amount.deals > 0 && (amount.minor == 0 || (amount.minor > 0) == adds));
                }
            }
            // So do the deals, all currencies together, as one may change between them.
            let sum = |bars: &[Bar]| -> u64 {
                early.values().flat_map(|waterfall| bars.iter().map(|bar| waterfall.bar(*bar).deals)).sum()
            };
            let opening: u64 = early.values().map(|waterfall| waterfall.opening.deals).sum();
            let closing: u64 = early.values().map(|waterfall| waterfall.closing.deals).sum();
            prop_assert_eq!(
                opening + sum(&[Bar::New, Bar::Reopened, Bar::PulledIn]),
                closing + sum(&[Bar::PushedOut, Bar::Won, Bar::Lost, Bar::Removed])
            );
            // Where one ends the next begins.
            for (currency, late) in between(second, third) {
                let closing = early.get(&currency).map(|early| early.closing).unwrap_or_default();
                prop_assert_eq!(late.opening, closing);
            }
            prop_assert!(between(second, second).values().all(|waterfall| waterfall.bars.is_empty()));
        }
    }
}
