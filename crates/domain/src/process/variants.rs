//! Variants: the distinct paths through the stages, with how many deals took each.

use crate::{
    funnel::{Course, Fate, Rate, Selection, sample::Summary, steps::Fates},
    stay::{DealIndex, StageIndex},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One path and the deals that took it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Every stage in the order in which it was entered, also again, won and lost stages included.
    pub path: Vec<StageIndex>,
    pub deals: Fates,
    /// From the cohort's start to the end, in microseconds, of the deals won and lost.
    pub time: Option<Summary>,
}

/// The paths that deals take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variants {
    /// How many distinct paths there are.
    pub distinct: usize,
    pub deals: u64,
    /// The most frequent ones, the first the most frequent.
    pub top: Vec<Variant>,
}

impl Variants {
    /// Counts the selected deals' paths and keeps so many of the most frequent.
    pub fn count(selection: Selection<'_>, most: usize) -> Self {
        let mut numbers = HashMap::<Box<[StageIndex]>, usize>::new();
        let mut counts: Vec<(Fates, Vec<i64>)> = Vec::new();
        let mut path = Vec::new();
        for course in selection.courses() {
            path.clear();
            path.extend(course.stays.iter().map(|stay| stay.stage));
            let number = numbers.get(path.as_slice()).copied().unwrap_or_else(|| {
                numbers.insert(path.as_slice().into(), counts.len());
                counts.push(Default::default());
                counts.len() - 1
            });
            let (fates, times) = &mut counts[number];
            let fate = course.fate();
            fates.add(fate);
            if matches!(fate, Fate::Won | Fate::Lost) {
                times.push(course.until().saturating_sub(course.start).max(0));
            }
        }
        let deals = counts.iter().map(|(fates, _)| fates.total()).sum();
        let distinct = counts.len();
        let mut ranked: Vec<_> =
            numbers.into_iter().map(|(path, number)| (counts[number].0.total(), path, number)).collect();
        ranked.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        ranked.truncate(most);
        let top = ranked.into_iter().map(|(_, path, number)| {
            let (deals, times) = &mut counts[number];
            Variant { path: path.into(), deals: *deals, time: Summary::of(times) }
        });
        let top = top.collect();
        Self { distinct, deals, top }
    }

    /// The selected deals that took a path.
    pub fn deals(selection: Selection<'_>, path: &[StageIndex]) -> impl Iterator<Item = DealIndex> {
        let takes = move |course: &Course<'_>| course.stays.iter().map(|stay| &stay.stage).eq(path);
        selection.courses().filter(takes).map(|course| course.deal)
    }

    /// The part of all deals that took a variant.
    pub fn share(&self, variant: &Variant) -> Rate {
        Rate::new(variant.deals.total(), self.deals)
    }
}
