//! How long the funnel's computations take over 100,000 deals with 500,000 stays:
//! `cargo run --release -p domain --example funnel_speed`.

use domain::{
    funnel::{
        Cohort, DealFacts, Period, Selection,
        bottleneck::{Bottlenecks, Moves},
        closing::{closings, losses, outcomes_over_time},
        dwell::{Percentiles, ageing, plain, time_in_stage},
        flow::{Flow, throughput},
        steps::{Funnel, Rule, Tally},
    },
    money::Currency,
    pipeline::Outcome,
    process::{
        cost::{longest_steps, side_by_side},
        rework::Rework,
        variants::Variants,
    },
    stay::{DAY, Entry, HOUR, Micros, Stages, arranged, stays},
    waterfall::{State, waterfalls},
};
use std::{hint::black_box, time::Instant};

const DEALS: u32 = 100_000;
const GROUPS: usize = 20;
const ROUNDS: usize = 9;

/// Numbers that look random, the same in every run (G. Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 1).cast_signed() % limit
    }
}

/// The median of some rounds, in milliseconds.
fn time<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    let mut times = Vec::new();
    loop {
        let start = Instant::now();
        let result = black_box(work());
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        if times.len() == ROUNDS {
            times.sort_by(f64::total_cmp);
            println!("{what:<44} {:8.2} ms", times[ROUNDS / 2]);
            return result;
        }
    }
}

/// Deals that wander through five open stages over two years, with skipping and going back; some end in no closing.
fn history() -> (Vec<Entry>, Vec<DealFacts>) {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (mut entries, mut deals) = (Vec::new(), Vec::new());
    for deal in 0..DEALS {
        let mut at = numbers.below(700) * DAY + numbers.below(DAY);
        let mut stage = 0_u16;
        deals.push(DealFacts {
            created: at,
            minor: numbers.below(100_000_000),
            currency: 0,
            group: u16::try_from(numbers.below(20)).ok(),
            reason: u16::try_from(numbers.below(8)).ok(),
        });
        loop {
            entries.push(Entry { at, deal, into: Some(stage) });
            at += HOUR + numbers.below(30 * DAY) * numbers.below(100) / 100;
            stage = match numbers.below(100) {
                _ if stage > 4 || numbers.below(100) < 3 => break,
                0..12 if stage > 0 => stage - 1,
                12..24 => 6,
                24..32 if stage < 3 => stage + 2,
                _ => stage + 1,
            };
        }
    }
    (entries, deals)
}

fn main() {
    use Outcome::{Lost, Open, Won};
    let stages = Stages::new([Open, Open, Open, Open, Open, Won, Lost]);
    let (entries, deals) = history();
    // As a table gives them: in no order.
    let mut mixed = entries.clone();
    let mut numbers = Numbers(1);
    for place in (1..mixed.len()).rev() {
        let other = usize::try_from(numbers.below(i64::try_from(place).unwrap_or(1))).unwrap_or(0);
        mixed.swap(place, other);
    }
    time("arranging rows in no order", || arranged(&mixed, deals.len(), |entry| entry.deal, |entry| entry.at));
    let stays = time("stays from entries", || stays(entries.iter().copied(), &stages, HOUR));
    println!("{} deals, {} stays", deals.len(), stays.len());
    let cohort = Cohort::Created(Period::ALWAYS);
    let as_of = 730 * DAY;
    let selection = Selection { stages: &stages, stays: &stays, deals: &deals, cohort, as_of, group: None };
    let days: Vec<Micros> = (0..730).map(|day| day * DAY).collect();

    for rule in [Rule::Reached, Rule::InOrder] {
        time(&format!("funnel, 20 groups, {rule:?}"), || {
            let tallies = Tally::count(selection, rule, GROUPS);
            tallies.iter().map(|tally| Funnel::new(rule, tally)).collect::<Vec<_>>()
        });
    }
    let curves = time("time in stage", || time_in_stage(selection, plain));
    time("  in whole hours", || time_in_stage(selection, |from, to| (to - from) / HOUR));
    time("  50th, 85th, 95th percentile with intervals", || curves.iter().map(Percentiles::of).collect::<Vec<_>>());
    time("ageing of open deals", || ageing(selection, &curves, plain));
    time("outcomes over time (Aalen-Johansen)", || outcomes_over_time(selection));
    time("cumulative flow, 730 days", || Flow::count(selection, &days));
    time("throughput, 730 days", || throughput(selection, &days));
    time("scatter of cycle times", || {
        closings(selection, Period::ALWAYS).map(|(_, closing)| closing).collect::<Vec<_>>()
    });
    time("losses by stage and reason", || losses(selection, Period::ALWAYS));
    time("bottlenecks", || Bottlenecks::new(&Moves::count(selection)));
    time("variants", || Variants::count(selection, 20));
    time("rework", || Rework::count(selection));
    time("longest steps", || longest_steps(selection, plain));
    time("side by side", || side_by_side(selection, &[1, 2], plain));
    let states: Vec<_> = deals
        .iter()
        .map(|deal| State { outcome: Open, minor: deal.minor, currency: Currency::CNY, day: None })
        .collect();
    let pairs = || states.iter().zip(states.iter().skip(1)).map(|(before, after)| (Some(before), Some(after)));
    time("waterfall", || waterfalls(pairs(), None));
}
