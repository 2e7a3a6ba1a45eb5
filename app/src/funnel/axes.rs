//! The ground of a chart: where values stand, and the lines that say so.

use leptos::prelude::*;

pub const WIDTH: f64 = 480.0;
pub const HEIGHT: f64 = 210.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;

/// A chart that reaches from 0 to a value upwards, and from 0 to 1 across.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    step: f64,
    steps: u32,
}

impl Plot {
    /// Four steps or so of a round number that hold the largest value.
    pub fn new(most: f64) -> Self {
        let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
        let rough = most / 4.0;
        let ten = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|by| by * ten).find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(rough);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
        let steps = (most / step).ceil().max(1.0) as u32;
        Self { step, steps }
    }

    /// Of counts, which have no parts.
    pub fn counts(most: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
        let plot = Self::new(most as f64);
        if plot.step < 1.0 {
            #[expect(clippy::cast_possible_truncation, reason = "at most four")]
            return Self { step: 1.0, steps: most.max(1) as u32 };
        }
        plot
    }

    /// A value of the axis with as many digits as its steps have.
    pub fn told(&self, value: f64) -> String {
        told(value, self.step)
    }

    /// A share in percent, likewise.
    pub fn points(&self, share: f64) -> String {
        told(100.0 * share, 100.0 * self.step)
    }

    /// The steps up to the largest value.
    pub fn marks(&self, most: f64) -> impl Iterator<Item = f64> + use<> {
        let step = self.step;
        (0..=self.steps).map(move |at| f64::from(at) * step).filter(move |mark| *mark <= most * 1.001)
    }

    pub fn y(&self, value: f64) -> f64 {
        let part = value / (self.step * f64::from(self.steps));
        HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)
    }

    /// Where a part of the way across stands.
    pub fn x(part: f64) -> f64 {
        LEFT + part * (WIDTH - LEFT - RIGHT)
    }

    pub fn view_box() -> String {
        format!("0 0 {WIDTH} {HEIGHT}")
    }

    /// The lines across with their values, and the words below: each where it stands, from 0 to 1.
    pub fn ground(&self, value: impl Fn(f64) -> String, below: Vec<(f64, String)>) -> AnyView {
        let lines = (0..=self.steps).map(|at| {
            let at = f64::from(at) * self.step;
            let y = self.y(at);
            view! {
                <path class="ax" d=format!("M{} {y:.1}H{}", Self::x(0.0), Self::x(1.0)) />
                <text class="lb end" x=(LEFT - 6.0).to_string() y=format!("{:.1}", y + 4.0)>{value(at)}</text>
            }
        });
        let words = below.into_iter().map(|(part, word)| {
            let side = if part < 0.06 {
                "lb"
            } else if part > 0.94 {
                "lb end"
            } else {
                "lb mid"
            };
            view! { <text class=side x=format!("{:.1}", Self::x(part)) y=(HEIGHT - 7.0).to_string()>{word}</text> }
        });
        (lines.collect_view(), words.collect_view()).into_any()
    }
}

fn told(value: f64, step: f64) -> String {
    let is_whole =
        |digits: &i32| (step * 10_f64.powi(*digits)).fract().min(1.0 - (step * 10_f64.powi(*digits)).fract()) < 1e-6;
    let digits = (0..9).find(is_whole).unwrap_or(0);
    format!("{value:.*}", usize::try_from(digits).unwrap_or(0))
}

/// Some of a row's places, the first and the last among them, so that their words do not touch.
pub fn spread(count: usize, most: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    let step = count.div_ceil(most.max(1)).max(1);
    let mut places: Vec<_> = (0..count).step_by(step).filter(|at| *at == 0 || last - at >= step).collect();
    if last > 0 {
        places.push(last);
    }
    places
}

/// The part of the way at which the middle of a place in a row stands.
#[expect(clippy::cast_precision_loss, reason = "a few places")]
pub fn middle(at: usize, of: usize) -> f64 {
    (at as f64 + 0.5) / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_hold_the_largest() {
        let check = |most: f64, step: f64, steps: u32| {
            let plot = Plot::new(most);
            assert!((plot.step - step).abs() < 1e-9 && plot.steps == steps, "{most}: {plot:?}");
        };
        check(100.0, 25.0, 4);
        check(97.0, 25.0, 4);
        check(7.0, 2.0, 4);
        check(0.0, 0.25, 4);
        let plot = Plot::counts(2);
        assert!((plot.step - 1.0).abs() < 1e-9 && plot.steps == 2, "{plot:?}");
    }

    #[test]
    fn no_two_values_of_an_axis_read_alike() {
        let read = |most: f64| Plot::new(most).marks(most).map(|mark| Plot::new(most).told(mark)).collect::<Vec<_>>();
        assert_eq!(read(1.0), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(read(0.02), ["0.000", "0.005", "0.010", "0.015", "0.020"]);
        assert_eq!(read(97.0), ["0", "25", "50", "75"]);
        assert_eq!(Plot::new(0.01).points(0.0025), "0.25");
    }

    #[test]
    fn words_stand_apart() {
        assert_eq!(spread(0, 4), Vec::<usize>::new());
        assert_eq!(spread(1, 4), [0]);
        assert_eq!(spread(4, 4), [0, 1, 2, 3]);
        assert_eq!(spread(10, 4), [0, 3, 6, 9]);
        assert_eq!(spread(11, 4), [0, 3, 6, 10]);
    }
}
