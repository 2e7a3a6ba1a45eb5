//! The waterfall from stays and edits: deals without an amount, deals that were deleted, stages that are no more, days that
//! cannot be.

use super::{
    figure::Figure,
    material::{Known, Material, Removed, Row, Worth},
    query::Query,
    report::{Report, behind, report},
};
use crate::{
    calendar::Zone,
    gate::Gate,
    id::{DealId, MemberId, PipelineId, StageId},
    money::{Currency, Money},
    pipeline::{Outcome, Stage},
    record::Record,
    stay::{FORGOTTEN, Micros, StageIndex},
    view::View,
    waterfall::Bar,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

const QUERY: &str = "since=2026-11-10&until=2026-11-20";

/// The rows of a deal that stays where it began.
const FIRST: &[(u32, Option<StageIndex>)] = &[(1, Some(0))];

fn instant(day: u32) -> DateTime<Utc> {
    format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
}

fn at(day: u32) -> Micros {
    instant(day).timestamp_micros()
}

fn known(number: u128, amount: Option<Money>) -> Known {
    Known {
        id: DealId(Uuid::from_u128(number)),
        created: at(1),
        amount,
        owner: MemberId(Uuid::nil()),
        source: 0,
        value: 0,
        reason: 0,
        close_on: None,
    }
}

fn euros(minor: i64) -> Money {
    Money { minor, currency: Currency::EUR }
}

/// Two open stages, one won and one lost; the deals with their rows as (day, stage), all entered on the first day.
fn material(deals: Vec<Known>, removed: Vec<Removed>, rows: &[&[(u32, Option<StageIndex>)]]) -> (Material, View) {
    let pipeline = PipelineId(Uuid::from_u128(1));
    let mut view = View::default();
    for (position, outcome) in (0..).zip([Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost]) {
        view.put(Record::Stage(Stage {
            id: StageId(Uuid::from_u128(u128::from(position) + 10)),
            pipeline,
            name: position.to_string(),
            position,
            outcome,
            probability: 50,
            time_limit: None,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: Gate::default(),
            starts: None,
        }));
    }
    let mut material = Material::new(pipeline, &view, Zone::default(), instant(25));
    (material.sources, material.reasons) = (vec![String::new()], vec![String::new()]);
    (material.currency, material.deals, material.removed) = (Currency::USD, deals, removed);
    let rows = (0..).zip(rows).flat_map(|(deal, rows)| {
        (0..).zip(*rows).map(move |(ordinal, (day, stage))| Row { deal, ordinal, stage: *stage, at: at(*day) })
    });
    material.take_stays(&rows.collect::<Vec<_>>());
    (material, view)
}

/// Each currency's waterfall as opening, bars and closing, which add up.
fn told(report: &Report) -> Vec<String> {
    let told = report.bridge.waterfalls.iter().map(|(currency, waterfall)| {
        assert_eq!(waterfall.total(), waterfall.closing.minor, "{currency}");
        let bars: Vec<_> = waterfall.bars.iter().map(|(bar, sum)| format!(" {bar:?} {}", sum.minor)).collect();
        let (opening, closing) = (waterfall.opening, waterfall.closing);
        format!("{currency} {}/{}{} {}/{}", opening.minor, opening.deals, bars.concat(), closing.minor, closing.deals)
    });
    told.collect()
}

#[test]
fn deals_without_an_amount_count_in_the_currency_of_the_workspace() {
    let (material, view) = material(vec![known(1, None), known(2, None)], Vec::new(), &[FIRST; 2]);
    let report = report(&material, &Query::parse(QUERY), &view);
    assert_eq!(told(&report), ["USD 0/2 0/2"]);
    assert_eq!(report.main.results.keys().collect::<Vec<_>>(), [&Currency::USD]);
}

#[test]
fn an_amount_that_is_taken_away_shrinks_and_one_that_is_given_grows() {
    let (mut material, view) = material(vec![known(1, None), known(2, Some(euros(300)))], Vec::new(), &[FIRST; 2]);
    let until = |deal, amount| Worth { deal, until: at(15), amount: Some(amount), close_on: None };
    material.worth = vec![until(0, Some(euros(500))), until(1, None)];
    assert_eq!(told(&report(&material, &Query::parse(QUERY), &view)), ["EUR 500/2 Grown 300 Shrunk -500 300/2"]);
}

#[test]
fn a_deleted_deal_stood_there_until_it_was_deleted() {
    let gone = Removed {
        deal: known(7, Some(euros(400))),
        title: "Gone".to_owned(),
        stage: StageId(Uuid::from_u128(11)),
        at: at(15),
    };
    let rows: [&[_]; 2] = [&[(1, Some(0))], &[(2, Some(0)), (12, Some(1))]];
    let (material, view) = material(vec![known(1, Some(euros(100)))], vec![gone], &rows);
    let query = Query::parse(QUERY);
    let report = report(&material, &query, &view);
    assert_eq!(told(&report), ["EUR 500/2 Removed -400 100/1"]);
    // It stands in nothing else.
    assert_eq!((report.main.funnel.cohort.total(), report.main.worth[&Currency::EUR][0].reached), (1, 100));
    let removed = behind(&material, &query, &Figure::Bar(Currency::EUR, Bar::Removed), &view);
    assert_eq!(removed, [DealId(Uuid::from_u128(7))]);
    let earlier = super::report::report(&material, &Query::parse("since=2026-11-05&until=2026-11-14"), &view);
    assert_eq!(told(&earlier), ["EUR 500/2 500/2"]);
}

#[test]
fn a_deal_in_a_stage_that_is_no_more_stands_in_the_pipeline() {
    let rows: [&[_]; 1] = [&[(1, Some(0)), (8, Some(FORGOTTEN)), (12, Some(1))]];
    let (material, view) = material(vec![known(1, Some(euros(100)))], Vec::new(), &rows);
    let report = report(&material, &Query::parse(QUERY), &view);
    assert_eq!(told(&report), ["EUR 100/1 100/1"]);
    assert_eq!((report.main.times[0].over, report.main.funnel.steps[1].reached), (1, 1));
}

#[test]
fn days_that_cannot_be_are_told() {
    let (material, view) = material(vec![known(1, Some(euros(100)))], Vec::new(), &[&[(1, Some(0))]]);
    let check = |asked: &str, first: &str, last: &str, strays: bool| {
        let query = Query::parse(asked);
        let bridge = report(&material, &query, &view).bridge;
        assert_eq!((bridge.first.to_string().as_str(), bridge.last.to_string().as_str()), (first, last), "{asked}");
        assert_eq!(bridge.strays_from(query.bridge), strays, "{asked}");
    };
    check("", "2026-10-01", "2026-11-25", false);
    check(QUERY, "2026-11-10", "2026-11-20", false);
    check("until=2026-08-20", "2026-07-01", "2026-08-20", false);
    check("since=2026-11-20&until=2026-11-10", "2026-11-10", "2026-11-10", true);
    check("since=2026-11-20&until=2027-11-10", "2026-11-20", "2026-11-25", true);
}
