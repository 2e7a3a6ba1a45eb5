//! What the funnel page shows, computed from its material at once.

use super::{
    Course, Difference, Fate, Period, Selection, Unit,
    bottleneck::{Bottlenecks, Moves},
    closing::{Closing, LOST, Results, WON, closings, losses, outcomes_over_time},
    dwell::{Ageing, Limit, NoLimit, Percentiles, ageing, proposed_limit, time_in_stage},
    figure::Figure,
    flow::{self, Flow, Throughput, throughput},
    losses::{LossFor, losses_for},
    material::{Known, Material},
    path::{PathCost, path_cost},
    period::start_of_day,
    playback::{Playback, playback},
    query::{Query, Span},
    sample::Summary,
    step_worth::{StepWorth, step_worth},
    steps::{Funnel, Rule, Tally},
    survival::{Curve, LinePoint},
    velocity::Velocity,
};
use crate::{
    id::{DealId, MemberId, PipelineId, StageId},
    money::{Currency, Money},
    pipeline::Outcome,
    process::{rework::Rework, variants::Variants},
    stay::{Micros, NEVER, StageIndex, Stay},
    view::View,
    waterfall::{Bar, State, Waterfall, effects, waterfalls},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// How many points a line has at most, and how many dots a scatter.
const POINTS: usize = 60;
const DOTS: usize = 500;
/// How many values deals are told apart by, those of most deals: a text may differ in each.
const VALUES: usize = 500;
/// How many bars a histogram has; the last holds what is longer.
pub const BINS: usize = 24;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub query: Query,
    pub as_of: DateTime<Utc>,
    pub pipeline: PipelineId,
    /// The open stages in their order: the funnel's steps, above which comes winning.
    pub steps: Vec<StageId>,
    pub main: Side,
    /// With what it is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Side>,
    /// By how much each step's conversion is better here than there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Option<Difference>>,
    pub bridge: Bridge,
    /// The board between the same days.
    pub playback: Playback,
    /// Every source that a deal of the pipeline has, in order.
    pub sources: Vec<String>,
    /// What deals have in the field by which they are told apart, in order; of many values those of most deals.
    #[serde(default)]
    pub values: Vec<String>,
}

/// The deals of one query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    pub funnel: Funnel,
    /// Deals that left out a stage on their way, and that entered one again.
    pub skipped: u64,
    pub again: u64,
    pub results: BTreeMap<Currency, Results>,
    /// By the value of the field by which deals are told apart, or without one by their source; of many those of most
    /// deals.
    #[serde(default)]
    pub by_value: BTreeMap<String, BTreeMap<Currency, Results>>,
    /// From the cohort's start to winning and to losing, in microseconds.
    pub to_won: Option<Summary>,
    pub to_lost: Option<Summary>,
    /// One for each open stage.
    pub times: Vec<StageTime>,
    pub losses: Vec<LossAt>,
    /// The most frequent reason first.
    pub reasons: Vec<LossFor>,
    /// What the deals of each step are worth, as the funnel counts them.
    pub worth: BTreeMap<Currency, Vec<StepWorth>>,
    pub process: PathCost,
    pub bottlenecks: Option<Bottlenecks>,
    /// The part that is won, and lost, by how long after the start, in microseconds.
    pub won_by: Vec<LinePoint>,
    pub lost_by: Vec<LinePoint>,
    pub velocity: BTreeMap<Currency, Velocity>,
    pub unit: Unit,
    /// What came and what ended in each unit.
    pub throughput: Vec<Throughput>,
    /// How many deals stood in each open stage at the end of each unit.
    pub flow: Vec<(Micros, Vec<u32>)>,
    /// How many deals ended, and a sample of them as a scatter of at most some hundred.
    pub ended: u64,
    pub dots: Vec<Dot>,
}

/// Time in one stage, in working days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    pub percentiles: Percentiles,
    /// What the past proposes as the time limit.
    pub proposed: Result<Limit, NoLimit>,
    /// Stays that are over, by their length; each bar is `width` days wide.
    pub bins: Vec<u64>,
    pub width: u32,
    pub over: u64,
    pub lasting: u64,
    /// The deals that stand there now, by [`super::dwell::Band`].
    pub ages: [u64; 5],
    /// Of these, beyond the stage's time limit.
    pub late: u64,
}

/// Deals lost out of a stage, whichever way they came there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossAt {
    /// None where no open stage is known.
    pub step: Option<usize>,
    pub deals: u64,
    /// Minor units.
    pub sums: BTreeMap<Currency, i128>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Dot {
    pub at: Micros,
    /// Microseconds.
    pub cycle: Micros,
    pub won: bool,
}

impl Dot {
    fn of(closing: &Closing) -> Self {
        Self { at: closing.at, cycle: closing.cycle, won: closing.fate == Fate::Won }
    }
}

/// Every deal of the query that ended, in the order of their ends.
pub fn ended(material: &Material, query: &Query, view: &View) -> Vec<Dot> {
    let facts = material.facts(&query.only, view);
    let closings = closings(material.selection(query, &facts), Period::ALWAYS);
    let mut all: Vec<_> = closings.map(|(_, closing)| Dot::of(&closing)).collect();
    all.sort_unstable_by_key(|dot| dot.at);
    all
}

/// The waterfall between two days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// It opens as this day begins and closes as that one ends, or as of now.
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub waterfalls: BTreeMap<Currency, Waterfall>,
}

impl Bridge {
    /// Whether these are other days than those that were asked for: it ends today at the latest, and begins no later than
    /// it ends.
    pub fn strays_from(&self, asked: Span) -> bool {
        asked.first.is_some_and(|first| first != self.first) || asked.last.is_some_and(|last| last != self.last)
    }
}

/// The deals behind a figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Behind {
    /// How many there are; the lines may be fewer.
    pub count: usize,
    pub deals: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub deal: DealId,
    pub title: String,
    pub account: String,
    pub stage: StageId,
    pub owner: MemberId,
    pub amount: Option<Money>,
    /// Of a deal behind a figure of age: working days in its stage, and how many of them beyond the time limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<u32>,
    /// The deal was deleted: this is what it was then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

/// From when until when the waterfall goes.
pub(super) fn bridge_days(material: &Material, query: &Query) -> (NaiveDate, NaiveDate) {
    let today = material.zone.day(material.as_of);
    let last = query.bridge.last.unwrap_or(today).min(today);
    let usual = || Unit::Quarter.first_day(last);
    let first = query.bridge.first.unwrap_or_else(usual).min(last);
    (first, last)
}

/// The instants of the waterfall: what must be known of worth begins at the first of them.
pub fn bridge_instants(material: &Material, query: &Query) -> [Micros; 2] {
    let (first, last) = bridge_days(material, query);
    let after = last.succ_opt().map_or(Micros::MAX, |after| start_of_day(after, &material.zone) - 1);
    // As the first day begins: what happens in that very instant is already in between.
    [start_of_day(first, &material.zone) - 1, after.min(material.now())]
}

pub fn report(material: &Material, query: &Query, view: &View) -> Report {
    let main = side(material, query, view);
    let other = query.compared().map(|other| side(material, &other, view));
    let differences = other.as_ref().map(|other| main.funnel.against(&other.funnel)).unwrap_or_default();
    let states = material.states(&query.only, view, bridge_instants(material, query));
    let pairs = states.iter().map(|(_, [before, after])| (before.as_ref(), after.as_ref()));
    let (first, last) = bridge_days(material, query);
    let in_order = |texts: &[String]| {
        let mut all: Vec<_> = texts.iter().filter(|text| !text.is_empty()).cloned().collect();
        all.sort_unstable();
        all
    };
    Report {
        query: query.clone(),
        as_of: material.as_of,
        pipeline: material.pipeline,
        steps: steps(material),
        main,
        other,
        differences,
        bridge: Bridge { first, last, waterfalls: waterfalls(pairs, None) },
        playback: playback(material, query, view),
        sources: in_order(&material.sources),
        values: in_order(&values_of_most(material)),
    }
}

fn steps(material: &Material) -> Vec<StageId> {
    let open = (0..material.ladder.top()).filter_map(|rung| material.ladder.on_rung(rung));
    open.map(|stage| material.stages[usize::from(stage)]).collect()
}

fn side(material: &Material, query: &Query, view: &View) -> Side {
    let facts = material.facts(&query.only, view);
    let selection = material.selection(query, &facts);
    let currencies = material.currencies();
    let tally = Tally::count(selection, query.rule, 1);
    let funnel = Funnel::new(query.rule, &tally[0]);
    let mut results = BTreeMap::<Currency, Results>::new();
    let mut by_value = BTreeMap::<&str, BTreeMap<Currency, Results>>::new();
    let (mut skipped, mut again) = (0, 0);
    for course in selection.courses() {
        let currency = currencies.get(usize::from(course.facts.currency)).copied().unwrap_or(material.currency);
        results.entry(currency).or_default().add(course.fate(), course.facts.minor);
        if let Some(value) = material.deals.get(course.deal as usize).map(|deal| apart(material, query, deal)) {
            let of_value = by_value.entry(value).or_default().entry(currency).or_default();
            of_value.add(course.fate(), course.facts.minor);
        }
        let way = Way::of(&course, selection);
        skipped += u64::from(way.skipped);
        again += u64::from(way.again);
    }
    let all: Vec<_> = closings(selection, Period::ALWAYS).map(|(_, closing)| closing).collect();
    let cycles = |fate| {
        let cycles = all.iter().filter(|closing| closing.fate == fate).map(|closing| closing.cycle);
        Summary::of(&mut cycles.collect::<Vec<_>>())
    };
    let (to_won, to_lost) = (cycles(Fate::Won), cycles(Fate::Lost));
    let velocity = results
        .iter()
        .filter_map(|(currency, results)| Some((*currency, Velocity::new(results, results.deals.open, to_won?.mean)?)));
    let velocity = velocity.collect();
    let outcomes = outcomes_over_time(selection);
    let stride = all.len().div_ceil(DOTS).max(1);
    let dots = all.iter().step_by(stride);
    let dots = dots.map(Dot::of);
    let (unit, borders) = borders(material, selection);
    let flow = Flow::count(selection, borders.get(1..).unwrap_or_default());
    let open: Vec<_> = (0..material.ladder.top()).filter_map(|rung| material.ladder.on_rung(rung)).collect();
    let of_open = |counts: &[u32]| open.iter().map(|stage| counts[usize::from(*stage)]).collect();
    Side {
        skipped,
        again,
        velocity,
        results,
        by_value: of_most(by_value, |results| results.values().map(|results| results.deals.total()).sum()).collect(),
        to_won,
        to_lost,
        times: times(material, selection),
        losses: losses_at(material, selection, &currencies),
        reasons: losses_for(material, selection, &currencies),
        worth: step_worth(selection, query.rule, &currencies),
        process: path_cost(material, selection),
        bottlenecks: Bottlenecks::new(&Moves::count(selection)),
        won_by: outcomes.line(usize::from(WON), POINTS),
        lost_by: outcomes.line(usize::from(LOST), POINTS),
        unit,
        throughput: throughput(selection, &borders),
        flow: flow.rows().map(|(at, counts)| (at, of_open(counts))).collect(),
        ended: all.len() as u64,
        dots: dots.collect(),
        funnel,
    }
}

/// The values of most deals.
fn of_most<T>(by_value: BTreeMap<&str, T>, deals: fn(&T) -> u64) -> impl Iterator<Item = (String, T)> + use<'_, T> {
    let mut all: Vec<_> = by_value.into_iter().collect();
    all.sort_by_key(|(_, of)| Reverse(deals(of)));
    all.into_iter().take(VALUES).map(|(value, of)| (value.to_owned(), of))
}

fn values_of_most(material: &Material) -> Vec<String> {
    let mut counts = BTreeMap::<&str, u64>::new();
    for deal in &material.deals {
        *counts.entry(material.value(deal)).or_default() += 1;
    }
    of_most(counts, |count| *count).map(|(value, _)| value).collect()
}

/// By what a deal is told apart from others.
fn apart<'a>(material: &'a Material, query: &Query, deal: &Known) -> &'a str {
    match query.field {
        Some(_) => material.value(deal),
        None => material.sources.get(deal.source as usize).map_or("", String::as_str),
    }
}

/// What a deal's way has of its own.
struct Way {
    skipped: bool,
    again: bool,
}

impl Way {
    fn of(course: &Course<'_>, selection: Selection<'_>) -> Self {
        let top = selection.stages.top();
        let mut entered = vec![0_u32; top];
        for rung in course.stays.iter().filter_map(|stay| selection.stages.rung(stay.stage)).filter(|rung| *rung < top)
        {
            entered[rung] += 1;
        }
        let furthest = Rule::Reached.furthest(course, selection.stages).unwrap_or(0);
        Self {
            skipped: entered.iter().take(furthest).any(|times| *times == 0),
            again: entered.iter().any(|times| *times > 1),
        }
    }
}

/// The units of time in which flow is told: not too many, and from the first deal to the last thing that happened.
fn borders(material: &Material, selection: Selection<'_>) -> (Unit, Vec<Micros>) {
    let day = |at| DateTime::from_timestamp_micros(at).map(|at| material.zone.day(at));
    let first = selection.courses().map(|course| course.start).min().and_then(day);
    let last = selection.courses().map(|course| course.until()).max().and_then(day);
    let Some((first, last)) = first.zip(last) else { return (Unit::Month, Vec::new()) };
    let unit = match (last - first).num_days() {
        ..=180 => Unit::Week,
        181..=1100 => Unit::Month,
        _ => Unit::Quarter,
    };
    (unit, unit.borders(first, last, &material.zone))
}

fn times(material: &Material, selection: Selection<'_>) -> Vec<StageTime> {
    let measure = |entered, left| material.measure(entered, left);
    let curves = time_in_stage(selection, measure);
    let top = material.ladder.top();
    let mut ages = vec![[0_u64; 5]; top];
    let mut late = vec![0_u64; top];
    for age in ageing(selection, &curves, measure) {
        let Some(rung) = material.ladder.rung(age.stage).filter(|rung| *rung < top) else { continue };
        ages[rung][age.band as usize] += 1;
        late[rung] += u64::from(is_late(material, rung, age.age));
    }
    let of_rung = |rung: usize| {
        let curve = &curves[usize::from(material.ladder.on_rung(rung)?)];
        let percentiles = Percentiles::of(curve);
        let (width, bins) = histogram(curve, &percentiles);
        Some(StageTime {
            percentiles,
            proposed: proposed_limit(curve),
            bins,
            width,
            over: curve.ended(),
            lasting: curve.running(),
            ages: ages[rung],
            late: late[rung],
        })
    };
    (0..top).filter_map(of_rung).collect()
}

/// What each open stage's stays tell of its time limit, whatever the cohort.
pub fn limits(material: &Material, view: &View) -> Vec<(StageId, StageTime)> {
    let query = Query::default();
    let facts = material.facts(&query.only, view);
    steps(material).into_iter().zip(times(material, material.selection(&query, &facts))).collect()
}

/// How long a deal has stood in its open stage, in working days, and by how many of them that is late.
pub fn standing(material: &Material) -> BTreeMap<DealId, (u32, Option<u32>)> {
    let standing = |stays: &[Stay]| {
        let last = stays.last().filter(|last| last.left == NEVER && material.ladder.is_open(last.stage))?;
        let deal = material.deals.get(last.deal as usize)?;
        let days = u32::try_from(material.measure(last.entered, material.now())).ok()?;
        let limit = material.ladder.rung(last.stage).and_then(|rung| material.limits.get(rung).copied().flatten());
        Some((deal.id, (days, limit.and_then(|limit| days.checked_sub(u32::from(limit))).filter(|over| *over > 0))))
    };
    material.stays.chunk_by(|one, next| one.deal == next.deal).filter_map(standing).collect()
}

fn is_late(material: &Material, rung: usize, age: i64) -> bool {
    material.limits.get(rung).copied().flatten().is_some_and(|limit| age > i64::from(limit))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days of a century at most")]
fn histogram(curve: &Curve<1>, percentiles: &Percentiles) -> (u32, Vec<u64>) {
    let longest = curve.points().last().map_or(0, |point| point.time);
    let reach = percentiles.p95.value.unwrap_or(longest as f64).max(1.0);
    let width = ((reach / (BINS - 1) as f64).ceil() as u32).max(1);
    let mut bins = vec![0; BINS];
    for point in curve.points() {
        let at = usize::try_from(point.time / i64::from(width)).unwrap_or(BINS).min(BINS - 1);
        bins[at] += point.ended[0];
    }
    (width, bins)
}

fn losses_at(material: &Material, selection: Selection<'_>, currencies: &[Currency]) -> Vec<LossAt> {
    let mut all = BTreeMap::<Option<usize>, LossAt>::new();
    for loss in losses(selection, Period::ALWAYS) {
        let step = loss.stage.and_then(|stage| material.ladder.rung(stage));
        let at = all.entry(step).or_insert_with(|| LossAt { step, deals: 0, sums: BTreeMap::new() });
        at.deals += loss.deals;
        if let Some(currency) = currencies.get(usize::from(loss.currency)) {
            *at.sums.entry(*currency).or_default() += loss.minor;
        }
    }
    all.into_values().collect()
}

/// The deals behind one of the figures of a report.
pub fn behind(material: &Material, query: &Query, figure: &Figure, view: &View) -> Vec<DealId> {
    let numbers: Vec<u32> = match figure {
        Figure::Opening(_) | Figure::Bar(..) | Figure::Closing(_) => in_bridge(material, query, figure, view),
        Figure::Stood(stage, at) => stood(material, query, *stage, *at, view),
        _ => in_cohort(material, query, figure, view),
    };
    numbers.into_iter().filter_map(|number| material.deal(number)).map(|deal| deal.id).collect()
}

fn in_cohort(material: &Material, query: &Query, figure: &Figure, view: &View) -> Vec<u32> {
    let facts = material.facts(&query.only, view);
    let selection = material.selection(query, &facts);
    if matches!(figure, Figure::Age(..) | Figure::Late(_) | Figure::AllLate) {
        let measure = |entered, left| material.measure(entered, left);
        let curves = time_in_stage(selection, measure);
        let is_behind = |age: &Ageing| {
            let rung = material.ladder.rung(age.stage);
            match figure {
                Figure::Age(at, band) => rung == Some(*at) && age.band == *band,
                Figure::Late(at) => rung == Some(*at) && is_late(material, *at, age.age),
                Figure::AllLate => rung.is_some_and(|at| is_late(material, at, age.age)),
                _ => false,
            }
        };
        return ageing(selection, &curves, measure).into_iter().filter(is_behind).map(|age| age.deal).collect();
    }
    if let Figure::LostFrom(_) | Figure::LostFor { .. } = figure {
        let lost = closings(selection, Period::ALWAYS).filter(|(_, closing)| closing.fate == Fate::Lost);
        let is_behind = |(course, closing): &(Course<'_>, Closing)| {
            let left = closing.from.and_then(|stage| material.ladder.rung(stage));
            match figure {
                Figure::LostFrom(step) => left == *step,
                Figure::LostFor { reason, from } => {
                    let why = course.facts.reason.and_then(|reason| material.reasons.get(usize::from(reason)));
                    why.map_or("", String::as_str) == reason && from.is_none_or(|from| from == left)
                }
                _ => false,
            }
        };
        return lost.filter(is_behind).map(|(_, closing)| closing.deal).collect();
    }
    match figure {
        Figure::Rework => return Rework::all_deals(selection).collect(),
        Figure::Loop(from, to) => return Rework::deals(selection, *from, *to).collect(),
        Figure::Variant(path) => return Variants::deals(selection, path).collect(),
        Figure::Approved(condition) => {
            let of_it: BTreeSet<u32> =
                material.approved.iter().filter(|it| it.condition == *condition).map(|it| it.deal).collect();
            return selection.courses().map(|course| course.deal).filter(|deal| of_it.contains(deal)).collect();
        }
        _ => {}
    }
    if let Figure::Of { value, fate } = figure {
        let is_of = |deal: &Known| apart(material, query, deal) == value;
        let is_behind = |course: &Course<'_>| {
            fate.is_none_or(|fate| fate == course.fate()) && material.deals.get(course.deal as usize).is_some_and(is_of)
        };
        return selection.courses().filter(is_behind).map(|course| course.deal).collect();
    }
    let top = material.ladder.top();
    let is_behind = |(course, furthest): &(Course<'_>, Option<usize>)| {
        let fate = course.fate();
        let ends = |at: usize, how: Fate| at < top && *furthest == Some(at) && fate == how;
        match figure {
            Figure::Cohort => true,
            Figure::Fate(asked) => fate == *asked,
            Figure::OffPath => furthest.is_none(),
            Figure::Skipped => Way::of(course, selection).skipped,
            Figure::Again => Way::of(course, selection).again,
            Figure::Reached(at) => furthest.is_some_and(|furthest| furthest >= *at),
            Figure::Advanced(at) => furthest.is_some_and(|furthest| furthest > *at),
            Figure::LostAt(at) => ends(*at, Fate::Lost),
            Figure::OpenAt(at) => ends(*at, Fate::Open),
            Figure::GoneAt(at) => ends(*at, Fate::Gone),
            Figure::PassedAt(at) => ends(*at, Fate::Won),
            _ => false,
        }
    };
    query.rule.places(selection).filter(is_behind).map(|(course, _)| course.deal).collect()
}

fn stood(material: &Material, query: &Query, stage: StageIndex, at: Micros, view: &View) -> Vec<u32> {
    let facts = material.facts(&query.only, view);
    let all = material.selection(&Query::default(), &facts);
    flow::standing(all, at, stage).collect()
}

fn in_bridge(material: &Material, query: &Query, figure: &Figure, view: &View) -> Vec<u32> {
    let states = material.states(&query.only, view, bridge_instants(material, query));
    let stands = |state: Option<&State>, currency: Currency| {
        state.is_some_and(|state| state.outcome == Outcome::Open && state.currency == currency)
    };
    let is_behind = |[before, after]: &[Option<State>; 2]| match figure {
        Figure::Opening(currency) => stands(before.as_ref(), *currency),
        Figure::Closing(currency) => stands(after.as_ref(), *currency),
        Figure::Bar(currency, bar) => {
            let effects = effects(before.as_ref(), after.as_ref(), None);
            effects.iter().any(|effect| (effect.currency, effect.bar) == (*currency, *bar))
        }
        _ => false,
    };
    states.iter().filter(|(_, states)| is_behind(states)).map(|(deal, _)| *deal).collect()
}

/// The bars that hold something, in their order.
pub fn bars(waterfall: &Waterfall) -> impl Iterator<Item = (Bar, i128)> {
    Bar::ALL.into_iter().filter_map(|bar| waterfall.bars.get(&bar).map(|amount| (bar, amount.minor)))
}
