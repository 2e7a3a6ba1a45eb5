//! The board as it was between two days: what stood in each stage, and what it was worth then, frame by frame.

use super::{
    material::{Material, Worth},
    period::start_of_day,
    query::Query,
    report::{bridge_days, bridge_instants},
};
use crate::{
    id::StageId,
    money::{Currency, Money},
    stay::{DealIndex, Micros},
    view::View,
};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// So many frames there are at most; longer spans go by several days at a time.
const FRAMES: i64 = 400;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Playback {
    /// How many days lie between two frames; the last may be nearer.
    pub step: u32,
    /// Every stage of the pipeline in its order: the columns of each frame.
    pub stages: Vec<StageId>,
    pub currencies: Vec<Currency>,
    /// The first as the first day begins, the others as a day ends.
    pub frames: Vec<Frame>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The day that ends; for the first frame the one before.
    pub day: NaiveDate,
    /// What has happened up to this instant is in it.
    pub at: Micros,
    pub columns: Vec<Standing>,
}

/// What stood in a stage.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Standing {
    pub deals: u32,
    /// Minor units, one for each of [`Playback::currencies`].
    pub sums: Vec<i128>,
}

/// Of the deals that a query looks at, whatever its cohort, as the waterfall does. One pass over the stays.
pub(super) fn playback(material: &Material, query: &Query, view: &View) -> Playback {
    let (first, last) = bridge_days(material, query);
    let step = ((last - first).num_days() / FRAMES + 1).max(1);
    let step = u32::try_from(step).unwrap_or(u32::MAX);
    let (days, at) = instants(material, query, [first, last], step);
    let currencies = currencies(material);
    let (stages, width) = (material.stages.len(), currencies.len() + 1);
    // How each value differs from the one in the frame before; what comes after the last frame goes into one more.
    let mut changes = vec![0_i128; (at.len() + 1) * stages * width];
    let mut edits = HashMap::<DealIndex, Vec<&Worth>>::new();
    for edit in &material.worth {
        edits.entry(edit.deal).or_default().push(edit);
    }
    let place = |instant: Micros| at.partition_point(|frame| *frame < instant);
    for stays in material.stays.chunk_by(|one, next| one.deal == next.deal) {
        let number = stays[0].deal;
        let Some(deal) = material.deals.get(number as usize).filter(|deal| material.admits(deal, &query.only, view))
        else {
            continue;
        };
        let edits = edits.get(&number).map_or(&[][..], Vec::as_slice);
        for stay in stays {
            let mut from = stay.entered;
            let mut add = |until: Micros, amount: Option<Money>| {
                let (begin, end) = (place(from), place(until.min(stay.left)));
                from = from.max(until);
                if begin >= end {
                    return;
                }
                let cell = usize::from(stay.stage) * width;
                let mut put = |at: usize, value: i128| {
                    changes[begin * stages * width + cell + at] += value;
                    changes[end * stages * width + cell + at] -= value;
                };
                put(0, 1);
                if let Some((amount, at)) =
                    amount.and_then(|amount| Some((amount, currencies.binary_search(&amount.currency).ok()?)))
                {
                    put(at + 1, i128::from(amount.minor));
                }
            };
            for edit in edits {
                if let Some(amount) = edit.amount.filter(|_| edit.until > stay.entered && edit.until < stay.left) {
                    add(edit.until, amount);
                }
            }
            // The first edit after the stay tells what the deal was worth until then.
            let later = edits.iter().filter(|edit| edit.until >= stay.left).find_map(|edit| edit.amount);
            add(stay.left, later.unwrap_or(deal.amount));
        }
    }
    let row = stages * width;
    for place in row..at.len() * row {
        changes[place] += changes[place - row];
    }
    let frames = days.into_iter().zip(at).enumerate().map(|(number, (day, at))| {
        let columns = changes[number * row..(number + 1) * row].chunks_exact(width.max(1));
        let columns =
            columns.map(|cell| Standing { deals: u32::try_from(cell[0]).unwrap_or(0), sums: cell[1..].to_vec() });
        Frame { day, at, columns: columns.collect() }
    });
    Playback { step, stages: material.stages.clone(), frames: frames.collect(), currencies }
}

/// The currencies that deals have or had.
fn currencies(material: &Material) -> Vec<Currency> {
    let mut all = material.currencies();
    all.extend(material.worth.iter().filter_map(|edit| edit.amount.flatten()).map(|amount| amount.currency));
    all.sort_unstable();
    all.dedup();
    all
}

/// The frames' days with their last instants.
fn instants(
    material: &Material,
    query: &Query,
    [first, last]: [NaiveDate; 2],
    step: u32,
) -> (Vec<NaiveDate>, Vec<Micros>) {
    let [opening, closing] = bridge_instants(material, query);
    let mut days = vec![first.pred_opt().unwrap_or(first)];
    let mut at = vec![opening];
    let mut day = first;
    loop {
        let is_last = day >= last;
        days.push(day.min(last));
        let end = day.succ_opt().map_or(Micros::MAX, |next| start_of_day(next, &material.zone) - 1);
        at.push(if is_last { closing } else { end.min(closing) });
        match day.checked_add_days(Days::new(u64::from(step))) {
            Some(next) if !is_last => day = next.min(last),
            _ => break (days, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::Zone,
        funnel::{
            figure::Figure,
            material::{Approved, Known, Row},
            report::{behind, report},
        },
        id::{ConditionId, DealId, MemberId, PipelineId},
        pipeline::{Outcome, Stage},
        record::Record,
    };
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    const STAGES: [Outcome; 4] = [Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost];

    fn instant(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    /// A pipeline with deals as `DDTHH:MM stage` moves; the second is worth 700 until the 20th and 900 since.
    fn with_material(check: impl FnOnce(&Material, &View)) {
        let pipeline = PipelineId(Uuid::from_u128(1));
        let mut view = View::default();
        for (at, outcome) in (0..).zip(STAGES) {
            let stage = Stage {
                id: StageId(Uuid::from_u128(u128::from(at) + 10)),
                pipeline,
                name: at.to_string(),
                position: at,
                outcome,
                probability: 50,
                time_limit: Some(3),
                waiting: at == 1,
                wip_limit: None,
                guidance: String::new(),
                gate: crate::gate::Gate::default(),
                starts: None,
            };
            view.put(Record::Stage(stage));
        }
        let mut material = Material::new(pipeline, &view, Zone::default(), instant("25T12:00"));
        material.sources = vec![String::new()];
        material.reasons = vec![String::new(), "Price".to_owned()];
        let mut rows = Vec::new();
        for (deal, (minor, moves)) in (0..).zip([
            (500, "02T09:00 0, 10T09:00 1"),
            (900, "03T09:00 0, 18T10:00 1, 24T08:00 2"),
            (100, "19T09:00 0, 23T09:00 3"),
        ]) {
            for (ordinal, step) in (0..).zip(moves.split(", ")) {
                let (at, stage) = step.split_once(' ').unwrap();
                rows.push(Row { deal, ordinal, stage: stage.parse().ok(), at: instant(at).timestamp_micros() });
            }
            material.deals.push(Known {
                id: DealId(Uuid::from_u128(u128::from(deal) + 100)),
                created: instant("01T09:00").timestamp_micros(),
                amount: Some(Money { minor, currency: Currency::EUR }),
                owner: MemberId(Uuid::nil()),
                source: 0,
                value: 0,
                reason: u32::from(deal == 2),
                close_on: None,
            });
        }
        material.take_stays(&rows);
        let before = Some(Some(Money { minor: 700, currency: Currency::EUR }));
        material.worth =
            vec![Worth { deal: 1, until: instant("20T12:00").timestamp_micros(), amount: before, close_on: None }];
        check(&material, &view);
    }

    #[test]
    fn the_board_is_what_it_was_on_each_day() {
        with_material(|material, view| {
            let query = Query::parse("since=2026-11-18&until=2026-11-25");
            let report = report(material, &query, view);
            let playback = &report.playback;
            let shown: Vec<_> = playback
                .frames
                .iter()
                .map(|frame| {
                    let columns = frame.columns.iter().map(|column| format!("{}:{}", column.deals, column.sums[0]));
                    format!("{} {}", frame.day.format("%d"), columns.collect::<Vec<_>>().join(" "))
                })
                .collect();
            assert_eq!(
                shown,
                [
                    "17 1:700 1:500 0:0 0:0",
                    "18 0:0 2:1200 0:0 0:0",
                    "19 1:100 2:1200 0:0 0:0",
                    "20 1:100 2:1400 0:0 0:0",
                    "21 1:100 2:1400 0:0 0:0",
                    "22 1:100 2:1400 0:0 0:0",
                    "23 0:0 2:1400 0:0 1:100",
                    "24 0:0 1:500 1:900 1:100",
                    "25 0:0 1:500 1:900 1:100",
                ]
            );
            // It begins and ends where the waterfall does.
            let waterfall = &report.bridge.waterfalls[&Currency::EUR];
            let open = |frame: &Frame| frame.columns[0].sums[0] + frame.columns[1].sums[0];
            assert_eq!(open(&playback.frames[0]), waterfall.opening.minor);
            assert_eq!(open(&playback.frames[8]), waterfall.closing.minor);
            // A long time goes by more than a day at once, to the same end.
            let long = super::playback(material, &Query::parse("since=2020-01-01"), view);
            assert_eq!((long.step, long.frames.last()), (7, playback.frames.last()));
            assert!(long.frames.len() <= 402 && long.frames.is_sorted_by_key(|frame| frame.at));
        });
    }

    #[test]
    fn approvals_take_the_days_since_the_stage_was_entered() {
        with_material(|material, view| {
            let condition = ConditionId(Uuid::from_u128(7));
            let mut material = material.clone();
            material.approvals = vec![(condition, 1)];
            // From Tuesday to the Tuesday after.
            let at = instant("10T18:00").timestamp_micros();
            material.approved = vec![Approved { deal: 1, condition, at }];
            let [approval] = report(&material, &Query::default(), view).main.process.approvals[..] else { panic!() };
            assert_eq!((approval.before, approval.waited.count, approval.waited.mean), (1, 1, 5.0));
            let behind = behind(&material, &Query::default(), &Figure::Approved(condition), view);
            assert_eq!(behind, [material.deals[1].id]);
        });
    }

    #[test]
    fn reasons_and_worth_add_up_to_the_funnel() {
        with_material(|material, view| {
            let side = report(material, &Query::default(), view).main;
            assert_eq!(side.reasons.len(), 1);
            let there = &side.reasons[0].steps[0];
            assert_eq!((&*side.reasons[0].reason, there.step, there.deals), ("Price", Some(0), 1));
            assert_eq!(
                (&there.sums, &side.reasons[0].sums),
                (&[(Currency::EUR, 100)].into(), &[(Currency::EUR, 100)].into())
            );
            let worth = &side.worth[&Currency::EUR];
            assert_eq!(worth.iter().map(|step| step.reached).collect::<Vec<_>>(), [1500, 1400, 900]);
            assert_eq!((worth[0].advanced, worth[0].lost, worth[1].open), (1400, 100, 500));
            assert_eq!((side.process.ended, side.process.beside.len(), side.process.without.len()), (2, 1, 2));
            // A stage in which one waits for the customer has no limit.
            let standing = crate::funnel::report::standing(material);
            assert_eq!(standing[&material.deals[0].id], (11, None));
        });
    }
}
