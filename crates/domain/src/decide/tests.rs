use super::*;
use crate::{
    access::{Role, Scope, Sight, audience},
    account::Account,
    activity::{Activity, ActivityType},
    change::{Delta, Recorded},
    contact::Contact,
    deal::Priority,
    field::{Custom, Field, FieldType},
    id::{AccountId, MemberId, PipelineId, TeamId, WorkspaceId},
    member::{Invitation, Member, Team},
    money::{Currency, Money},
    pipeline::{Outcome, Pipeline, Stage},
    workspace::Workspace,
};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

mod abuse;
mod gates;
mod merge;
mod plans;
mod references;
mod saved_views;

const ADMIN: u128 = 1;
const MANAGER: u128 = 2;
const REP: u128 = 3;
const OTHER_REP: u128 = 4;
const VIEWER: u128 = 5;

pub(crate) fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn now() -> DateTime<Utc> {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

/// Five members, one pipeline with stages 10 (open), 11 (open), 12 (won), and deals 100 (the rep's) and 101 (another's).
pub(crate) fn view() -> View {
    let mut view = View::default();
    view.put(Record::Workspace(Workspace::new(
        id::<WorkspaceId>(900),
        "W".to_owned(),
        Currency::CNY,
        "Asia/Shanghai".to_owned(),
    )));
    view.put(Record::Team(Team { id: id::<TeamId>(50), name: "North".to_owned() }));
    let members = [
        (ADMIN, Role::Admin),
        (MANAGER, Role::Manager),
        (REP, Role::Rep),
        (OTHER_REP, Role::Rep),
        (VIEWER, Role::Viewer),
    ];
    for (number, role) in members {
        view.put(Record::Member(Member {
            id: id(number),
            name: format!("M{number}"),
            email: String::new(),
            role,
            scope: Scope::Workspace,
            teams: Vec::new(),
            active: true,
            days_off: std::collections::BTreeMap::new(),
            days_on: std::collections::BTreeMap::new(),
        }));
    }
    view.put(Record::Pipeline(Pipeline { id: id(9), name: "P".to_owned(), position: 0, loss_reasons: Vec::new() }));
    view.put(Record::Pipeline(Pipeline { id: id(8), name: "Q".to_owned(), position: 1, loss_reasons: Vec::new() }));
    for (position, (number, outcome)) in (0..).zip([(10, Outcome::Open), (11, Outcome::Open), (12, Outcome::Won)]) {
        view.put(Record::Stage(Stage {
            id: id(number),
            pipeline: id(9),
            name: format!("S{number}"),
            position,
            outcome,
            probability: 50,
            time_limit: None,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: crate::gate::Gate::default(),
            starts: None,
        }));
    }
    for (number, owner) in [(100, REP), (101, OTHER_REP)] {
        view.put(Record::Deal(deal(number, owner)));
    }
    view
}

pub(crate) fn deal(number: u128, owner: u128) -> Deal {
    Deal {
        id: id(number),
        title: format!("Deal {number}"),
        pipeline: id::<PipelineId>(9),
        stage: id(10),
        key: order::at_end(now(), u64::try_from(number).unwrap(), 1),
        account: None,
        amount: Some(Money::new(1_000_000, Currency::CNY)),
        owner: id(owner),
        collaborators: Vec::new(),
        contacts: Vec::new(),
        priority: Priority::default(),
        close_on: None,
        source: String::new(),
        tags: Vec::new(),
        notes: String::new(),
        external_id: None,
        custom: Custom::new(),
        loss_reason: String::new(),
        exception: String::new(),
        met: crate::gate::Met::new(),
        created_at: now(),
        entered_at: now(),
        closed_at: None,
    }
}

fn ask(view: &mut View, member: u128, command: Command) -> Result<Vec<Change>, Refusal> {
    let actor = Actor::of(view, id::<MemberId>(member)).expect("a member");
    carry_out(view, &actor, &Request { id: id(7_000), command }, now())
}

/// Carries out a command and records it, as the server does.
fn record(view: &mut View, member: u128, command: Command) -> CommandId {
    let changes = ask(view, member, command).unwrap();
    let command = id(7_100 + view.evidence.recorded.len() as u128);
    let recorded = Recorded { version: 1, command, by: Some(id(member)), at: now(), changes };
    view.evidence.recorded.insert(command, recorded);
    command
}

fn create(record: Record) -> Command {
    Command::Create { record, place: Place::default(), dated: false }
}

fn delete(kind: Kind, number: u128) -> Command {
    Command::Delete { target: Target::new(kind, Uuid::from_u128(number)) }
}

fn set(kind: Kind, number: u128, field: &str, before: Value, after: Value) -> Command {
    Command::set(Target::new(kind, Uuid::from_u128(number)), field, Delta { before, after })
}

fn batch(parts: impl IntoIterator<Item = Command>) -> Command {
    Command::Batch { parts: parts.into_iter().collect() }
}

fn account(number: u128) -> Account {
    Account::new(id(number), format!("A{number}"), now())
}

fn carrying(number: u128, external: &str) -> Command {
    create(Record::Account(Account { external_id: Some(external.to_owned()), ..account(number) }))
}

fn activity(number: u128, on: u128) -> Activity {
    Activity {
        id: id(number),
        deal: Some(id(on)),
        account: None,
        activity_type: ActivityType::Call,
        subject: "Call".to_owned(),
        note: String::new(),
        owner: id(REP),
        due_on: None,
        due_time: None,
        done_at: None,
        created_at: now(),
    }
}

fn edit(number: u128, field: &str, before: Value, after: Value) -> Command {
    Command::set(Target::new(Kind::Deal, Uuid::from_u128(number)), field, Delta { before, after })
}

fn move_to(number: u128, stage: u128) -> Command {
    Command::MoveDeal { deal: id(number), stage: id(stage), seen: id(10), place: Place::default(), at: None }
}

/// What becomes of a command: how many changes, or the word of the refusal and the field it names.
fn check(member: u128, command: Command, expected: Result<usize, &str>) {
    let mut view = view();
    let before = view.clone();
    let shown = format!("{member}: {command:?}");
    match (ask(&mut view, member, command), expected) {
        (Ok(changes), Ok(count)) => assert_eq!(changes.len(), count, "{shown}"),
        (Err(refusal), Err(words)) => {
            let text = serde_json::to_string(&refusal).unwrap();
            for word in words.split(' ') {
                assert!(text.contains(word), "{shown}: {text} lacks {word}");
            }
            assert_eq!(view, before, "a refusal changes nothing");
        }
        (other, _) => panic!("{shown}: {other:?}"),
    }
}

#[test]
fn roles_hold_for_every_way_to_change_a_deal() {
    let title = || edit(100, "title", json!("Deal 100"), json!("New"));
    for member in [ADMIN, MANAGER, REP] {
        check(member, title(), Ok(1));
        check(member, move_to(100, 11), Ok(1));
    }
    for member in [OTHER_REP, VIEWER] {
        check(member, title(), Err("not_allowed"));
        check(member, move_to(100, 11), Err("not_allowed"));
    }
    check(
        REP,
        edit(100, "owner", json!(id::<MemberId>(REP)), json!(id::<MemberId>(OTHER_REP))),
        Err("not_allowed edit_all_deals"),
    );
    check(MANAGER, edit(100, "owner", json!(id::<MemberId>(REP)), json!(id::<MemberId>(OTHER_REP))), Ok(1));
    let delete = || Command::Delete { target: Target::new(Kind::Deal, Uuid::from_u128(100)) };
    check(REP, delete(), Err("not_allowed delete_records"));
    check(MANAGER, delete(), Ok(1));
}

#[test]
fn a_refusal_names_the_field_and_what_would_be_accepted() {
    check(REP, edit(100, "title", json!("Deal 100"), json!("  ")), Err("invalid title required"));
    check(REP, edit(100, "title", json!("Deal 100"), json!("x".repeat(301))), Err("title too_long 300"));
    check(REP, edit(100, "title", json!("Deal 100"), json!("a\u{0}b")), Err("title nul_character"));
    check(REP, edit(100, "close_on", json!(null), json!("soon")), Err("close_on wrong_type"));
    check(REP, edit(100, "close_on", json!(null), json!("0001-01-01")), Err("close_on out_of_range 1900-01-01"));
    check(REP, edit(100, "account", json!(null), json!(id::<AccountId>(5))), Err("account unknown"));
    check(REP, edit(100, "stage", json!(id::<StageId>(10)), json!(id::<StageId>(11))), Err("stage not_editable"));
    let amount = json!({ "minor": -1, "currency": "CNY" });
    let seen = json!({ "minor": 1_000_000, "currency": "CNY" });
    check(REP, edit(100, "amount", seen, amount), Err("amount out_of_range"));
    check(REP, move_to(100, 999), Err("stage unknown"));
    check(REP, move_to(555, 11), Err("not_found deal"));
}

#[test]
fn a_guarded_field_conflicts_and_a_title_does_not() {
    let other = json!({ "minor": 5, "currency": "CNY" });
    let mine = json!({ "minor": 7, "currency": "CNY" });
    check(REP, edit(100, "amount", other, mine), Err("conflict amount yours theirs"));
    check(REP, edit(100, "title", json!("something older"), json!("Mine")), Ok(1));
    let stale = Command::MoveDeal { deal: id(100), stage: id(12), seen: id(11), place: Place::default(), at: None };
    check(REP, stale, Err("conflict stage"));
}

#[test]
fn a_batch_is_all_or_nothing() {
    let parts = vec![move_to(100, 11), edit(100, "title", json!("Deal 100"), json!("B")), move_to(101, 11)];
    check(REP, Command::Batch { parts: parts.clone() }, Err("not_allowed"));
    check(MANAGER, Command::Batch { parts }, Ok(3));
}

#[test]
fn winning_closes_and_going_back_opens() {
    let mut view = view();
    ask(&mut view, REP, move_to(100, 12)).unwrap();
    assert_eq!(view.deals[&id(100)].closed_at, Some(now()));
    let back = Command::MoveDeal { deal: id(100), stage: id(10), seen: id(12), place: Place::default(), at: None };
    ask(&mut view, REP, back).unwrap();
    assert_eq!(view.deals[&id(100)].closed_at, None);
}

#[test]
fn the_last_administrator_stays() {
    let target = Target::new(Kind::Member, Uuid::from_u128(ADMIN));
    let delta = Delta { before: json!("admin"), after: json!("rep") };
    check(ADMIN, Command::set(target, "role", delta), Err("role last_admin"));
}

#[test]
fn somebody_with_their_own_scope_sees_only_their_own() {
    let mut view = view();
    view.members.get_mut(&id(REP)).unwrap().scope = Scope::Own;
    let sight = Sight::of(&view, id(REP));
    assert!(sight.sees(&view.deals[&id(100)]));
    assert!(!sight.sees(&view.deals[&id(101)]));
    let refused = ask(&mut view, REP, edit(101, "title", json!("Deal 101"), json!("X"))).unwrap_err();
    assert_eq!(refused, Refusal::NotFound { kind: Kind::Deal });
}

/// A command out of a few numbers.
fn command(kind: u8, number: u128, value: u64) -> Command {
    let stage = 10 + u128::from(value % 3);
    match kind % 6 {
        0 => edit(number, "title", json!(null), json!(format!("T{value}"))),
        1 => edit(number, "tags", json!(null), json!([format!("t{}", value % 5)])),
        2 => edit(number, "notes", json!(null), json!(if value.is_multiple_of(2) { "n" } else { "" })),
        3 => Command::MoveDeal {
            deal: id(number),
            stage: id(stage),
            seen: id(stage),
            place: Place { above: Some(id(100 + u128::from(value % 2))), below: None },
            at: None,
        },
        4 => Command::Create {
            record: Record::Deal(deal(200 + u128::from(value % 50), MANAGER)),
            place: Place::default(),
            dated: false,
        },
        _ => Command::Delete { target: Target::new(Kind::Deal, Uuid::from_u128(200 + u128::from(value % 50))) },
    }
}

proptest! {
    /// What is decided in one place and applied in another gives the same, and every change has an inverse.
    #[test]
    fn both_sides_agree_and_every_change_has_an_inverse(
        asked in prop::collection::vec((0u8..6, 100u128..102, 0u64..1000), 1..60)
    ) {
        let mut server = view();
        let mut browser = view();
        let mut done = Vec::new();
        for (kind, number, value) in asked {
            if let Ok(changes) = ask(&mut server, MANAGER, command(kind, number, value)) {
                let wire: Vec<Change> = serde_json::from_str(&serde_json::to_string(&changes).unwrap()).unwrap();
                for change in &wire {
                    prop_assert!(browser.apply(change));
                }
                done.extend(wire);
            }
        }
        prop_assert_eq!(&server.deals, &browser.deals);
        for change in done.iter().rev() {
            prop_assert!(browser.unapply(change));
        }
        prop_assert_eq!(&browser.deals, &view().deals);
    }
}

#[test]
fn everybody_says_when_they_are_away_themselves() {
    let away = |member: u128, field: &str| {
        Command::set(
            Target::new(Kind::Member, id::<Uuid>(member)),
            field,
            Delta { before: Value::Null, after: json!("Holiday") },
        )
    };
    check(REP, away(REP, "days_off.2026-12-24"), Ok(1));
    check(REP, away(REP, "days_on.2026-12-26"), Ok(1));
    check(REP, away(OTHER_REP, "days_off.2026-12-24"), Err("not_allowed manage_members"));
    check(
        REP,
        Command::set(
            Target::new(Kind::Member, id::<Uuid>(REP)),
            "name",
            Delta { before: json!("M3"), after: json!("X") },
        ),
        Err("not_allowed manage_members"),
    );
    check(ADMIN, away(REP, "days_off.2026-12-24"), Ok(1));
    check(VIEWER, away(VIEWER, "days_off.2026-12-24"), Err("not_allowed manage_members"));
}

#[test]
fn the_calendar_of_the_workspace() {
    let workspace = |field: &str, before: Value, after: Value| {
        Command::set(Target::new(Kind::Workspace, id::<Uuid>(900)), field, Delta { before, after })
    };
    check(MANAGER, workspace("weekend", json!([6, 7]), json!([5, 6])), Err("not_allowed manage_workspace"));
    check(ADMIN, workspace("weekend", json!([6, 7]), json!([5, 6])), Ok(1));
    check(ADMIN, workspace("weekend", json!([6, 7]), json!([])), Ok(1));
    for wrong in [json!([0]), json!([8]), json!([6, 6]), json!([1, 2, 3, 4, 5, 6, 7])] {
        check(ADMIN, workspace("weekend", json!([6, 7]), wrong), Err("weekend not_a_choice"));
    }
    check(ADMIN, workspace("days_off.2026-10-01", Value::Null, json!("国庆节")), Ok(1));
    check(ADMIN, workspace("days_off.2026-13-01", Value::Null, json!("X")), Err("days_off wrong_type"));
    check(ADMIN, workspace("days_on.0999-01-01", Value::Null, json!("X")), Err("days_on out_of_range"));
    check(ADMIN, workspace("days_on.2026-10-10", Value::Null, json!("x".repeat(301))), Err("days_on too_long"));

    let mut view = view();
    ask(&mut view, ADMIN, workspace("days_off.2026-11-24", Value::Null, json!("Holiday"))).unwrap();
    let days = view.workspace().unwrap().work_days();
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(days.between(day("2026-11-23"), day("2026-11-25")), 1);
    // A stage in which one waits has no time limit meanwhile.
    ask(&mut view, MANAGER, set(Kind::Stage, 10, "time_limit", Value::Null, json!(5))).unwrap();
    assert_eq!(view.stages[&id(10)].limit(), Some(5));
    ask(&mut view, MANAGER, set(Kind::Stage, 10, "waiting", Value::Null, json!(true))).unwrap();
    assert_eq!(view.stages[&id(10)].limit(), None);
}
