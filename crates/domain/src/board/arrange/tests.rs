use super::*;
use crate::{
    activity::ActivityType,
    board::Totals,
    decide::tests::{deal, id, view},
    money::{Currency, Money},
    record::Record,
};
use chrono::{DateTime, Utc};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn seat(view: &View, look: &Look, deal: &Deal, next: Option<&Activity>) -> Option<Seat> {
    let zone = Zone::default();
    let arranger =
        Arranger { view, pipeline: id(9), filter: &Filter::default(), look, zone: &zone, today: day("2026-11-25") };
    arranger.seat(deal, next)
}

fn look(query: &str) -> Look {
    Look::parse(query)
}

#[test]
fn the_forecast_puts_deals_into_the_months_of_their_close() {
    let mut view = view();
    view.stages.insert(
        id(13),
        crate::pipeline::Stage { outcome: Outcome::Lost, ..view.stages.get(&id(12)).expect("a stage").clone() },
    );
    let slot = |stage: u128, close: Option<&str>, closed: Option<&str>| {
        let deal = Deal {
            stage: id(stage),
            close_on: close.map(day),
            closed_at: closed.map(|at| at.parse::<DateTime<Utc>>().expect("an instant")),
            ..deal(100, 3)
        };
        seat(&view, &look("by=month"), &deal, None).map(|seat| seat.slot)
    };
    assert_eq!(slot(10, None, None), Some(Slot::Undated));
    assert_eq!(slot(10, Some("2026-10-31"), None), Some(Slot::Earlier));
    assert_eq!(slot(10, Some("2026-11-01"), None), Some(Slot::Month(day("2026-11-01"))));
    assert_eq!(slot(10, Some("2027-04-30"), None), Some(Slot::Month(day("2027-04-01"))));
    assert_eq!(slot(10, Some("2027-05-01"), None), Some(Slot::Later));
    assert_eq!(slot(12, Some("2027-05-01"), Some("2026-11-02T10:00:00Z")), Some(Slot::Month(day("2026-11-01"))));
    assert_eq!(slot(13, Some("2026-12-01"), Some("2026-11-02T10:00:00Z")), None);
}

#[test]
fn a_month_keeps_the_day_and_is_never_in_the_past() {
    let close_on = |month: &str, before: Option<&str>| {
        Slot::Month(day(month)).close_on(before.map(day), day("2026-11-25")).map(|day| day.to_string())
    };
    assert_eq!(close_on("2027-02-01", Some("2026-12-31")).as_deref(), Some("2027-02-28"));
    assert_eq!(close_on("2026-12-01", Some("2026-10-15")).as_deref(), Some("2026-12-15"));
    assert_eq!(close_on("2026-11-01", Some("2026-12-03")).as_deref(), Some("2026-11-25"));
    assert_eq!(close_on("2026-12-01", None).as_deref(), Some("2026-12-31"));
    assert_eq!(Slot::Undated.close_on(Some(day("2026-12-01")), day("2026-11-25")), None);
}

#[test]
fn lanes_follow_owner_team_account_and_light() {
    let mut view = view();
    let deal = Deal { close_on: Some(day("2026-11-01")), ..deal(100, 3) };
    let lane = |view: &View, query: &str| seat(view, &look(query), &deal, None).expect("a seat").lane;
    assert_eq!(lane(&view, ""), Lane::Whole);
    assert_eq!(lane(&view, "lanes=owner"), Lane::Owner(id(3)));
    assert_eq!(lane(&view, "lanes=team"), Lane::Team(None));
    assert_eq!(lane(&view, "lanes=account"), Lane::Account(None));
    assert_eq!(lane(&view, "lanes=health"), Lane::Health(Some(Light::Red)));
    let mut owner = view.members.get(&id(3)).expect("a member").clone();
    owner.teams = vec![id(50)];
    view.put(Record::Member(owner));
    assert_eq!(lane(&view, "lanes=team"), Lane::Team(Some(id(50))));
}

#[test]
fn cards_stand_in_the_order_that_is_asked_for() {
    let view = view();
    let planned = |due: &str| Activity {
        id: id(1),
        deal: Some(id(100)),
        account: None,
        activity_type: ActivityType::Call,
        subject: String::new(),
        note: String::new(),
        owner: id(3),
        due_on: Some(day(due)),
        due_time: None,
        done_at: None,
        created_at: "2026-11-01T00:00:00Z".parse().expect("an instant"),
    };
    let deals = [
        (Deal { title: "b".to_owned(), amount: Some(Money::new(5, Currency::CNY)), ..deal(1, 3) }, None),
        (
            Deal { title: "A".to_owned(), amount: Some(Money::new(900, Currency::USD)), ..deal(2, 3) },
            Some("2026-12-01"),
        ),
        (Deal { title: "c".to_owned(), amount: None, close_on: Some(day("2026-12-01")), ..deal(3, 3) }, None),
        (Deal { title: "d".to_owned(), amount: Some(Money::new(7, Currency::CNY)), ..deal(4, 3) }, Some("2026-11-30")),
    ];
    let order = |query: &str| {
        let look = look(query);
        let mut cards: Vec<(Rank, &Deal)> = Vec::new();
        for (deal, next) in &deals {
            let next = next.map(planned);
            cards.push((seat(&view, &look, deal, next.as_ref()).expect("a seat").rank, deal));
        }
        cards.sort_by(|(a, one), (b, other)| place(a, one).cmp(&place(b, other)));
        cards.into_iter().map(|(_, deal)| deal.title.as_str()).collect::<String>()
    };
    assert_eq!(order(""), "bAcd");
    assert_eq!(order("sort=amount"), "dbAc");
    assert_eq!(order("sort=title"), "Abcd");
    assert_eq!(order("sort=close"), "cbAd");
    assert_eq!(order("sort=next"), "dAbc");
}

#[test]
fn a_filter_leaves_out_and_totals_add_up() {
    let view = view();
    let filter = Filter { owners: vec![id(3)], ..Filter::default() };
    let (look, zone) = (Look::default(), Zone::default());
    let arranger =
        Arranger { view: &view, pipeline: id(9), filter: &filter, look: &look, zone: &zone, today: day("2026-11-25") };
    let mut totals = Totals::default();
    for deal in view.deals.values().filter(|deal| arranger.seat(deal, None).is_some()) {
        totals.add(deal, 50);
    }
    assert_eq!(totals.deals, 1);
}
