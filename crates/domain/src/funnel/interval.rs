//! Proportions with their intervals, and the difference of two of them. All intervals are of 95 %.

use serde::{Deserialize, Serialize};

/// The normal distribution's 97.5 % point.
const Z: f64 = 1.959_963_984_540_054;

/// A value with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// From how many observations, or from what is worth as many where some are censored.
    pub of: f64,
}

impl Estimate {
    /// A proportion from 0 to 1 seen in so many observations, with Wilson's score interval, which stays within 0 and 1
    /// and holds its promise for few observations and for proportions near the ends (E. B. Wilson, "Probable inference,
    /// the law of succession, and statistical inference", JASA 22, 1927, 209–212). None without observations.
    pub fn wilson(value: f64, of: f64) -> Option<Self> {
        if of.is_nan() || of <= 0.0 {
            return None;
        }
        let value = value.clamp(0.0, 1.0);
        let spread = Z * Z / of;
        let centre = value + spread / 2.0;
        let half = (spread * (value * (1.0 - value) + spread / 4.0)).sqrt();
        let bound = |side: f64| ((centre + side * half) / (1.0 + spread)).clamp(0.0, 1.0);
        // Rounding must not put the ends on the wrong side of the value.
        Some(Self { value, low: bound(-1.0).min(value), high: bound(1.0).max(value), of })
    }

    /// A proportion estimated with a variance: Wilson's interval for as many uncensored observations as would have that
    /// variance (the effective sample size of F. J. Dorey and E. L. Korn, Statistics in Medicine 6, 1987, 679–687). With
    /// nothing censored this is Wilson's interval itself. `otherwise` is that number where the variance is 0 and tells
    /// nothing, as it is at 0 and 1.
    pub fn with_variance(value: f64, variance: f64, otherwise: f64) -> Option<Self> {
        let of = value * (1.0 - value) / variance;
        Self::wilson(value, if of.is_finite() && of > 0.0 { of } else { otherwise })
    }

    /// The mean of a sample, with the normal interval of its standard error. None for fewer than two values.
    pub fn mean(count: u64, mean: f64, sum_of_squared_deviations: f64) -> Option<Self> {
        let of = count as f64;
        let half = Z * (sum_of_squared_deviations / (of - 1.0) / of).sqrt();
        (count >= 2).then_some(Self { value: mean, low: mean - half, high: mean + half, of })
    }
}

/// So many out of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rate {
    pub hits: u64,
    pub of: u64,
}

impl Rate {
    pub fn new(hits: u64, of: u64) -> Self {
        Self { hits, of }
    }

    /// The proportion; none of none.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// The proportion with Wilson's interval; none of none.
    pub fn estimate(self) -> Option<Estimate> {
        Estimate::wilson(self.value()?, self.of as f64)
    }
}

/// By how much one proportion is larger than another, from −1 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Difference {
    /// The first less the second of two independent proportions, with the hybrid score interval (R. G. Newcombe,
    /// "Interval estimation for the difference between independent proportions: comparison of eleven methods",
    /// Statistics in Medicine 17, 1998, 873–890, method 10). The proportions carry Wilson's intervals.
    pub fn between(first: Estimate, second: Estimate) -> Self {
        let value = first.value - second.value;
        let reach = |up: f64, down: f64| up.hypot(down);
        Self {
            value,
            low: value - reach(first.value - first.low, second.high - second.value),
            high: value + reach(first.high - first.value, second.value - second.low),
        }
    }

    /// Whether the interval leaves out 0, so that chance alone hardly explains the difference.
    pub fn is_clear(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 0.000_06, "{found} instead of {expected}");
    }

    /// Examples of Newcombe's own, from Table II of his paper.
    #[test]
    fn published_differences() {
        for (a, m, b, n, low, high) in [
            (56, 70, 48, 80, 0.0524, 0.3339),
            (6, 7, 2, 7, 0.0582, 0.8062),
            (0, 10, 0, 20, -0.1611, 0.2775),
            (10, 10, 0, 20, 0.6791, 1.0),
        ] {
            let [first, second] = [Rate::new(a, m), Rate::new(b, n)].map(|rate| rate.estimate().unwrap());
            let difference = Difference::between(first, second);
            near(difference.low, low);
            near(difference.high, high);
            assert_eq!(difference.is_clear(), low > 0.0);
        }
    }

    /// From Newcombe's companion paper on single proportions (Statistics in Medicine 17, 1998, 857–872), Table I.
    #[test]
    fn published_proportions() {
        for (hits, of, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let estimate = Rate::new(hits, of).estimate().unwrap();
            near(estimate.low, low);
            near(estimate.high, high);
        }
        assert_eq!(Rate::new(0, 0).estimate(), None);
    }

    proptest! {
        #[test]
        fn wilson_contains_the_proportion(of in 1_u64..1_000_000, share in 0.0..=1.0_f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to `of`")]
            let hits = (share * of as f64).round() as u64;
            let Estimate { value, low, high, .. } = Rate::new(hits, of).estimate().unwrap();
            prop_assert!(0.0 <= low && low <= value && value <= high && high <= 1.0);
            prop_assert!(high - low > 0.0);
        }
    }
}
