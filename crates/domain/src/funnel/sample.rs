//! A sample of lengths of time or amounts in a few numbers.

use serde::{Deserialize, Serialize};

/// A sample in a few numbers, in the unit of its values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub count: u64,
    pub mean: f64,
    pub median: f64,
    /// The 85th and 95th percentile.
    pub p85: f64,
    pub p95: f64,
    pub least: i64,
    pub most: i64,
}

impl Summary {
    /// Sorts the values; none of none.
    pub fn of(values: &mut [i64]) -> Option<Self> {
        values.sort_unstable();
        let (&least, &most) = (values.first()?, values.last()?);
        let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
        let quantile = |part| quantile(values, part);
        Some(Self {
            count: values.len() as u64,
            mean: sum as f64 / values.len() as f64,
            median: quantile(0.5),
            p85: quantile(0.85),
            p95: quantile(0.95),
            least,
            most,
        })
    }
}

/// Within this a proportion counts as equal to another.
pub(super) const TOLERANCE: f64 = 1e-9;

/// The quantile of sorted values, of which there is at least one: the least value that at least the given part of the
/// sample does not exceed; where that part is reached exactly, the middle between it and the next value. The median is
/// so the usual one. (Definition 2 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
/// Statistician 50, 1996, 361–365.)
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the sample")]
fn quantile(sorted: &[i64], part: f64) -> f64 {
    let place = part * sorted.len() as f64;
    let value = |place: f64| sorted[(place as usize).clamp(1, sorted.len()) - 1] as f64;
    if (place - place.round()).abs() < TOLERANCE * sorted.len() as f64 {
        f64::midpoint(value(place.round()), value(place.round() + 1.0))
    } else {
        value(place.ceil())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_small_samples() {
        assert_eq!(Summary::of(&mut []), None);
        let summary = Summary::of(&mut [4, 1, 3, 2]).unwrap();
        assert_eq!(summary, Summary { count: 4, mean: 2.5, median: 2.5, p85: 4.0, p95: 4.0, least: 1, most: 4 });
        let twenty = Summary::of(&mut (1..=20).collect::<Vec<_>>()).unwrap();
        assert_eq!((twenty.median, twenty.p85, twenty.p95), (10.5, 17.5, 19.5));
        assert_eq!(Summary::of(&mut [-5]).unwrap().median.to_string(), "-5");
    }
}
