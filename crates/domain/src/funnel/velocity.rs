//! Sales velocity: what the open pipeline brings a day at the pace and with the success of the past.

use super::{Estimate, closing::Results};
use crate::stay::DAY;
use serde::{Deserialize, Serialize};

/// Sales velocity in one currency: open deals × win rate ÷ cycle time × average won amount. A rule of thumb of sales
/// management, not a forecast: it takes the open deals to be such as were won before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Velocity {
    pub open: u64,
    pub win_rate: Estimate,
    /// Minor units a won deal.
    pub average_won: f64,
    /// Days from the start to winning, on average.
    pub cycle: f64,
    /// Minor units a day, with the interval that the win rate's leaves.
    pub per_day: Estimate,
}

impl Velocity {
    /// From what a past period has shown, how many deals are open now, and the mean time to winning in microseconds. None
    /// where nothing was won, or in no time.
    pub fn new(past: &Results, open: u64, mean_cycle: f64) -> Option<Self> {
        let win_rate = past.win_rate().estimate()?;
        let average_won = past.average_won()?;
        let cycle = mean_cycle / DAY as f64;
        let per_day = |rate: f64| open as f64 * rate * average_won / cycle;
        let Estimate { value, low, high, of } = win_rate;
        let per_day = Estimate { value: per_day(value), low: per_day(low), high: per_day(high), of };
        (cycle > 0.0).then_some(Self { open, win_rate, average_won, cycle, per_day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funnel::Fate;

    #[test]
    fn velocity_is_money_a_day() {
        let mut past = Results::default();
        assert_eq!(Velocity::new(&past, 10, DAY as f64), None);
        for (fate, minor) in [(Fate::Won, 100), (Fate::Won, 300), (Fate::Lost, 50), (Fate::Lost, 70)] {
            past.add(fate, minor);
        }
        let velocity = Velocity::new(&past, 10, 20.0 * DAY as f64).unwrap();
        // Half of ten deals at 200 each, in twenty days.
        assert!((velocity.per_day.value - 50.0).abs() < 1e-9);
        assert!(velocity.per_day.low < 50.0 && velocity.per_day.high > 50.0);
        assert_eq!(Velocity::new(&past, 10, 0.0), None);
    }
}
