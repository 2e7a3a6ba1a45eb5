//! What holds of the funnel for any history.

use super::{
    Cohort, DealFacts, Fate, Period, Selection,
    steps::{Funnel, Rule, Step, Tally},
};
use crate::{
    pipeline::Outcome,
    stay::{Ended, Entry, NEVER, StageIndex, Stages, Stay, stays},
};
use proptest::prelude::*;

type Path = Vec<(i64, Option<StageIndex>)>;

/// Lost stands among the open stages here, as it may; the last two are won.
fn stages() -> Stages {
    use Outcome::{Lost, Open, Won};
    Stages::new([Open, Open, Lost, Open, Open, Won, Won])
}

/// Entries of one deal: instants below 100, in any order, into any stage or out of the pipeline.
fn path() -> impl Strategy<Value = Path> {
    prop::collection::vec((0_i64..100, prop::option::weighted(0.9, 0_u16..7)), 1..10)
}

fn build(paths: &[Path], slip: i64) -> Vec<Stay> {
    let entries =
        (0..).zip(paths).flat_map(|(deal, path)| path.iter().map(move |&(at, into)| Entry { at, deal, into }));
    stays(entries, &stages(), slip)
}

fn tally(paths: &[Path], rule: Rule, as_of: i64) -> Tally {
    let (stages, stays) = (stages(), build(paths, 0));
    let facts = vec![DealFacts { group: Some(0), ..DealFacts::default() }; paths.len()];
    let cohort = Cohort::Created(Period::ALWAYS);
    let selection = Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of, group: None };
    Tally::count(selection, rule, 1).remove(0)
}

fn rule() -> impl Strategy<Value = Rule> {
    prop::sample::select(vec![Rule::InOrder, Rule::Reached])
}

fn values(step: &Step) -> [Option<f64>; 2] {
    [step.conversion, step.cumulative].map(|estimate| estimate.map(|estimate| estimate.value))
}

/// A deal that is open and stands somewhere at the end.
fn open_path() -> impl Strategy<Value = Path> {
    (path(), prop::sample::select(vec![0, 1, 3, 4])).prop_map(|(mut path, stage)| {
        path.push((99, Some(stage)));
        path
    })
}

proptest! {
    #[test]
    fn stays_of_a_deal_follow_each_other(path in path(), slip in 0_i64..30) {
        let all = build(&[path], slip);
        for (stay, next) in all.iter().zip(&all[1.min(all.len())..]) {
            prop_assert!(stay.entered <= stay.left && stay.left != NEVER && stay.ended != Ended::Still);
            prop_assert!(stay.left == next.entered || stay.ended == Ended::Gone && stay.left < next.entered);
            prop_assert!(stay.ended == Ended::Gone || stay.stage != next.stage);
        }
        if let Some(last) = all.last() {
            prop_assert_eq!(last.left == NEVER, last.ended == Ended::Still);
        }
    }

    #[test]
    fn no_conversion_exceeds_one(paths in prop::collection::vec(path(), 1..30), rule in rule(), as_of in 0_i64..100) {
        let funnel = Funnel::new(rule, &tally(&paths, rule, as_of));
        let mut reached = funnel.steps[0].reached;
        prop_assert_eq!(funnel.cohort.total(), reached + funnel.off_path);
        let mut cumulative = 1.0;
        for step in &funnel.steps {
            prop_assert!(step.reached <= reached);
            reached = step.reached;
            for estimate in [step.conversion, step.cumulative].into_iter().flatten() {
                prop_assert!(0.0 <= estimate.low && estimate.low <= estimate.value);
                prop_assert!(estimate.value <= estimate.high && estimate.high <= 1.0);
                prop_assert!(estimate.of > 0.0);
            }
            if let Some(estimate) = step.cumulative {
                prop_assert!(estimate.value <= cumulative);
                cumulative = estimate.value;
            }
        }
        for (step, next) in funnel.steps.iter().zip(&funnel.steps[1..]) {
            prop_assert_eq!(step.advanced, next.reached);
            prop_assert_eq!(step.reached, step.advanced + step.lost + step.skipped + step.open + step.gone);
            prop_assert!(rule == Rule::InOrder || step.skipped == 0);
        }
    }

    #[test]
    fn every_stage_in_order_is_the_stricter_rule(paths in prop::collection::vec(path(), 1..30)) {
        let [strict, any] = [Rule::InOrder, Rule::Reached].map(|rule| Funnel::new(rule, &tally(&paths, rule, 100)));
        for (strict, any) in strict.steps.iter().zip(&any.steps) {
            prop_assert!(strict.reached <= any.reached);
            prop_assert_eq!(strict.entered, any.entered);
        }
        prop_assert_eq!(strict.cohort, any.cohort);
    }

    #[test]
    fn an_open_deal_never_lowers_a_completed_conversion(
        mut paths in prop::collection::vec(path(), 0..20),
        another in open_path(),
        rule in rule(),
    ) {
        let before = Funnel::new(rule, &tally(&paths, rule, 100));
        paths.push(another);
        let after = Funnel::new(rule, &tally(&paths, rule, 100));
        prop_assert_eq!(after.cohort.open, before.cohort.open + 1);
        for (before, after) in before.steps.iter().zip(&after.steps) {
            for (before, after) in values(before).into_iter().zip(values(after)) {
                prop_assert!(before.is_none_or(|before| after.is_some_and(|after| after >= before - 1e-12)));
            }
        }
    }

    #[test]
    fn tallies_add_up(
        one in prop::collection::vec(path(), 0..20),
        other in prop::collection::vec(path(), 0..20),
        rule in rule(),
    ) {
        let mut sum = tally(&one, rule, 100);
        sum.merge(&tally(&other, rule, 100));
        prop_assert_eq!(sum, tally(&[one, other].concat(), rule, 100));
    }

    /// What is known as of an instant is what would have been known then.
    #[test]
    fn the_past_does_not_know_the_future(paths in prop::collection::vec(path(), 1..20), as_of in 0_i64..100) {
        let sorted = paths.iter().map(|path| {
            let mut path = path.clone();
            path.sort_by_key(|(at, _)| *at);
            path
        });
        let paths: Vec<Path> = sorted.collect();
        let known = |path: &Path| path.iter().copied().filter(|(at, _)| *at <= as_of).collect();
        let then: Vec<Path> = paths.iter().map(known).collect();
        let rule = Rule::Reached;
        prop_assert_eq!(tally(&paths, rule, as_of), tally(&then, rule, 1000));
        let (stages, stays) = (stages(), build(&paths, 0));
        let facts = vec![DealFacts { group: Some(0), ..DealFacts::default() }; paths.len()];
        let cohort = Cohort::Created(Period::ALWAYS);
        let selection = Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of, group: None };
        for course in selection.courses() {
            prop_assert!(course.until() <= as_of);
            prop_assert_eq!(course.closing().is_some(), matches!(course.fate(), Fate::Won | Fate::Lost));
        }
    }
}
