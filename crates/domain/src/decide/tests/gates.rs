use super::*;
use crate::gate::{Approval, Approver, Condition, Gate, Item, Over, Unmet};

const BUDGET: u128 = 60;
const MINUTES: u128 = 70;
const BOSS: u128 = 71;
const COLLEAGUE: u128 = 72;
/// Beyond the stages of the usual view: lost.
const LOST: u128 = 13;

fn approval(number: u128, by: Approver) -> Approval {
    Approval { id: id(number), by, over: None }
}

/// The usual view, with a gate before stage 11, a custom field and a lost stage.
fn gated(gate: Gate) -> View {
    let mut view = view();
    view.put(Record::Field(Field {
        id: id(BUDGET),
        on: Kind::Deal,
        name: "Budget".to_owned(),
        field_type: FieldType::Money,
        position: 0,
    }));
    let lost = Stage { id: id(LOST), position: 3, outcome: Outcome::Lost, ..view.stages[&id(12)].clone() };
    view.put(Record::Stage(lost));
    view.stages.get_mut(&id(11)).unwrap().gate = gate;
    view
}

fn budget() -> String {
    format!("custom.{}", id::<crate::id::FieldId>(BUDGET))
}

fn full() -> Gate {
    Gate {
        fields: vec![budget(), "close_on".to_owned()],
        checklist: vec![Item { id: id(MINUTES), text: "Minutes sent".to_owned() }],
        approvals: vec![approval(BOSS, Approver::Role(Role::Manager))],
        override_by: Some(Role::Manager),
        ..Gate::default()
    }
}

fn go(number: u128, from: u128, to: u128) -> Command {
    Command::MoveDeal { deal: id(number), stage: id(to), seen: id(from), place: Place::default(), at: None }
}

fn anyway(number: u128, to: u128, reason: &str) -> Command {
    let (stage, reason) = (id(to), reason.to_owned());
    Command::MoveAnyway { deal: id(number), stage, seen: id(10), place: Place::default(), reason }
}

fn meet(condition: u128, met: bool) -> Command {
    Command::Meet { deal: id(100), condition: id(condition), met }
}

fn fill() -> Command {
    let money = json!({ "money": { "minor": 500, "currency": "CNY" } });
    batch([edit(100, &budget(), Value::Null, money), edit(100, "close_on", Value::Null, json!("2026-12-24"))])
}

fn parts(command: Command) -> Vec<Command> {
    if let Command::Batch { parts } = command { parts } else { vec![command] }
}

/// What stands in the way, deal by deal.
fn unmet(view: &mut View, member: u128, command: Command) -> Vec<Unmet> {
    let before = view.clone();
    match ask(view, member, command) {
        Err(Refusal::Gate { unmet }) => {
            assert_eq!(*view, before, "a refusal changes nothing");
            unmet
        }
        other => panic!("no gate refused: {other:?}"),
    }
}

fn missing(view: &mut View, member: u128, command: Command) -> Vec<Condition> {
    unmet(view, member, command).pop().unwrap().missing
}

#[test]
fn a_refusal_names_every_condition_and_its_stage() {
    let mut view = gated(full());
    let refused = unmet(&mut view, REP, go(100, 10, 11));
    let expected = vec![
        Condition::Field { field: budget() },
        Condition::Field { field: "close_on".to_owned() },
        Condition::Item { id: id(MINUTES), text: "Minutes sent".to_owned() },
        Condition::Approval { id: id(BOSS), by: Approver::Role(Role::Manager) },
    ];
    assert_eq!(refused, [Unmet { deal: id(100), stage: id(11), missing: expected }]);
    let wire = serde_json::to_string(&Refusal::Gate { unmet: refused.clone() }).unwrap();
    assert_eq!(serde_json::from_str::<Refusal>(&wire).unwrap(), Refusal::Gate { unmet: refused });
    // Other stages are open, and so is the system's way.
    ask(&mut view, REP, go(100, 10, 12)).unwrap();
    carry_out(&mut view, &Actor::SYSTEM, &Request { id: id(7_000), command: go(101, 10, 11) }, now()).unwrap();
}

#[test]
fn what_is_missing_is_brought_along_in_one_command() {
    let mut view = gated(full());
    ask(&mut view, MANAGER, meet(BOSS, true)).unwrap();
    let before = view.clone();
    let all = batch(parts(fill()).into_iter().chain([meet(MINUTES, true), go(100, 10, 11)]));
    let moved = record(&mut view, REP, all);
    let deal = &view.deals[&id(100)];
    assert_eq!((deal.stage, deal.exception.as_str()), (id(11), ""));
    assert_eq!(deal.met[&id(MINUTES)].by, id(REP));
    assert_eq!(deal.met[&id(BOSS)].by, id(MANAGER));
    // One undo, and doing it again although the gate has become narrower meanwhile.
    ask(&mut view, REP, Command::Undo { of: moved }).unwrap();
    assert_eq!(view.deals, before.deals);
    view.stages.get_mut(&id(11)).unwrap().gate.fields.push("source".to_owned());
    let undoing = undoing(&mut view, moved);
    let undone = record(&mut view, REP, Command::Undo { of: undoing });
    assert_eq!(view.deals[&id(100)].stage, id(11));
    ask(&mut view, REP, Command::Undo { of: undone }).unwrap();
    assert_eq!(view.deals[&id(100)].stage, id(10));
}

/// The undoing of a command, as the server would have recorded it.
fn undoing(view: &mut View, of: CommandId) -> CommandId {
    let recorded = view.evidence.recorded[&of].clone();
    let changes = recorded.changes.iter().rev().map(Change::inverse).collect();
    let command = id(7_900);
    view.evidence.recorded.insert(command, Recorded { command, changes, ..recorded });
    command
}

#[test]
fn a_batch_tells_what_each_deal_lacks() {
    let gate = Gate { fields: vec!["close_on".to_owned(), "amount".to_owned()], ..Gate::default() };
    let mut view = gated(gate);
    view.deals.get_mut(&id(101)).unwrap().amount = None;
    let refused = unmet(&mut view, MANAGER, batch([go(100, 10, 11), go(101, 10, 11)]));
    assert_eq!(refused.iter().map(|it| (it.deal, it.missing.len())).collect::<Vec<_>>(), [(id(100), 1), (id(101), 2)]);
    // One that fails by itself is told first, where no gate came before.
    let other = ask(&mut view, MANAGER, batch([edit(100, "title", json!(""), json!("")), go(100, 10, 11)]));
    assert!(matches!(other, Err(Refusal::Invalid { .. })), "{other:?}");
}

#[test]
fn who_may_override_gives_a_reason_that_is_recorded() {
    let mut view = gated(full());
    assert_eq!(missing(&mut view, REP, anyway(100, 11, "It is urgent")).len(), 4);
    assert!(matches!(ask(&mut view, MANAGER, anyway(100, 11, " ")), Err(Refusal::Invalid { .. })));
    let moved = record(&mut view, MANAGER, anyway(100, 11, "The customer has signed"));
    assert_eq!(view.deals[&id(100)].exception, "The customer has signed");
    let recorded = &view.evidence.recorded[&moved].changes[0];
    assert_eq!(recorded.after("exception"), Some(&json!("The customer has signed")));
    // It says how the deal came into this stage, not how it came into the next one.
    ask(&mut view, REP, go(100, 11, 12)).unwrap();
    assert_eq!(view.deals[&id(100)].exception, "");
    let mut closed = gated(Gate { override_by: None, ..full() });
    assert_eq!(missing(&mut closed, ADMIN, anyway(100, 11, "I am the boss")).len(), 4);
    // Nothing to override is an ordinary move.
    let mut open = gated(Gate::default());
    ask(&mut open, REP, anyway(100, 11, "Why not")).unwrap();
    assert_eq!(open.deals[&id(100)].exception, "");
}

#[test]
fn approving_is_for_those_whom_the_gate_names() {
    let gate = Gate {
        approvals: vec![
            approval(BOSS, Approver::Role(Role::Manager)),
            approval(COLLEAGUE, Approver::Member(id(OTHER_REP))),
        ],
        ..Gate::default()
    };
    let mut view = gated(gate);
    let is_refused = |answer: Result<Vec<Change>, Refusal>, rule: Rule| match answer {
        Err(Refusal::Invalid { rule: said, .. }) => assert_eq!(said, rule),
        other => panic!("{other:?}"),
    };
    is_refused(ask(&mut view, REP, meet(BOSS, true)), Rule::NotApprover);
    is_refused(ask(&mut view, MANAGER, meet(COLLEAGUE, true)), Rule::NotApprover);
    is_refused(ask(&mut view, REP, meet(999, true)), Rule::Unknown { kind: Kind::Stage });
    ask(&mut view, ADMIN, meet(BOSS, true)).unwrap();
    // The colleague does not work on the deal, approves, and takes that back.
    let approved = record(&mut view, OTHER_REP, meet(COLLEAGUE, true));
    ask(&mut view, OTHER_REP, Command::Undo { of: approved }).unwrap();
    assert_eq!(missing(&mut view, REP, go(100, 10, 11)).len(), 1);
    // Nobody writes marks by hand.
    let forged = json!({ "by": id::<MemberId>(OTHER_REP), "at": now() });
    let field = format!("met.{}", id::<crate::id::ConditionId>(COLLEAGUE));
    is_refused(ask(&mut view, REP, edit(100, &field, Value::Null, forged)), Rule::NotEditable);
    is_refused(ask(&mut view, REP, edit(100, "exception", Value::Null, json!("so"))), Rule::NotEditable);
    // Who was first stays; who may not see the deal learns nothing.
    assert_eq!(ask(&mut view, MANAGER, meet(BOSS, true)), Ok(Vec::new()));
    view.members.get_mut(&id(OTHER_REP)).unwrap().scope = Scope::Own;
    assert_eq!(ask(&mut view, OTHER_REP, meet(COLLEAGUE, true)), Err(Refusal::NotFound { kind: Kind::Deal }));
}

#[test]
fn ticking_is_for_those_who_work_on_the_deal() {
    let mut view = gated(full());
    let ticked = record(&mut view, REP, meet(MINUTES, true));
    assert!(matches!(ask(&mut view, OTHER_REP, meet(MINUTES, false)), Err(Refusal::NotAllowed { .. })));
    assert!(matches!(ask(&mut view, VIEWER, meet(MINUTES, false)), Err(Refusal::NotAllowed { .. })));
    // Another mark meanwhile is no conflict.
    ask(&mut view, MANAGER, meet(BOSS, true)).unwrap();
    ask(&mut view, REP, Command::Undo { of: ticked }).unwrap();
    assert_eq!(view.deals[&id(100)].met.keys().copied().collect::<Vec<_>>(), [id(BOSS)]);
}

#[test]
fn an_approval_beyond_a_limit_is_asked_for_only_there() {
    let over = |field: &str, limit: f64| Gate {
        approvals: vec![Approval {
            over: Some(Over { field: field.to_owned(), limit }),
            ..approval(BOSS, Approver::Role(Role::Admin))
        }],
        ..Gate::default()
    };
    // The deal is worth 10,000.00.
    let check = |gate: Gate, amount: Option<Money>, passes: bool| {
        let mut view = gated(gate);
        view.deals.get_mut(&id(100)).unwrap().amount = amount;
        assert_eq!(ask(&mut view, REP, go(100, 10, 11)).is_ok(), passes, "{amount:?}");
    };
    let yuan = |minor| Some(Money::new(minor, Currency::CNY));
    check(over("amount", 10_000.0), yuan(1_000_000), true);
    check(over("amount", 10_000.0), yuan(1_000_001), false);
    check(over("amount", 10_000.0), None, true);
    check(over("amount", 10_000.0), Some(Money::new(1, Currency::USD)), false);
    check(over(&budget(), 1.0), yuan(1), true);
}

#[test]
fn the_order_of_stages() {
    let with = |gate: Gate| {
        let mut view = gated(Gate::default());
        view.stages.get_mut(&id(12)).unwrap().gate = gate;
        view
    };
    let mut view = with(Gate { in_order: true, ..Gate::default() });
    assert_eq!(missing(&mut view, REP, go(100, 10, 12)), [Condition::Order { stages: vec![id(11)] }]);
    ask(&mut view, REP, go(100, 10, 11)).unwrap();
    ask(&mut view, REP, go(100, 11, 12)).unwrap();
    // A new deal leaves out what is before; one that was there before it came here is not asked.
    let late = |dated| {
        let record = Record::Deal(Deal { stage: id(12), ..deal(200, MANAGER) });
        Command::Create { record, place: Place::default(), dated }
    };
    assert_eq!(missing(&mut view, MANAGER, late(false)), [Condition::Order { stages: vec![id(10), id(11)] }]);
    ask(&mut view, MANAGER, late(true)).unwrap();

    let mut view = gated(Gate { no_return: true, ..Gate::default() });
    ask(&mut view, REP, go(100, 10, 12)).unwrap();
    assert_eq!(missing(&mut view, REP, go(100, 12, 11)), [Condition::NoReturn]);
    // Losing is no going back, and neither is opening again what was lost.
    ask(&mut view, REP, go(100, 12, LOST)).unwrap();
    ask(&mut view, REP, go(100, LOST, 11)).unwrap();

    let mut view = with(Gate { no_way_back: true, override_by: Some(Role::Rep), ..Gate::default() });
    ask(&mut view, REP, go(100, 10, 12)).unwrap();
    assert_eq!(missing(&mut view, REP, go(100, 12, 11)), [Condition::NoWayBack { from: id(12) }]);
    let back = Command::MoveAnyway {
        deal: id(100),
        stage: id(11),
        seen: id(12),
        place: Place::default(),
        reason: "Won by mistake".to_owned(),
    };
    ask(&mut view, REP, back).unwrap();
    ask(&mut view, REP, go(100, 11, LOST)).unwrap();
}

#[test]
fn a_new_deal_meets_the_gate_of_its_stage() {
    let mut view = gated(full());
    let new = |change: &dyn Fn(&mut Deal)| {
        let mut deal = Deal { stage: id(11), ..deal(200, MANAGER) };
        change(&mut deal);
        create(Record::Deal(deal))
    };
    assert_eq!(missing(&mut view, MANAGER, new(&|_| ())).len(), 4);
    let forged = crate::gate::Mark { by: id(ADMIN), at: DateTime::UNIX_EPOCH };
    let whole = new(&|deal| {
        deal.close_on = Some("2026-12-24".parse().unwrap());
        deal.custom.insert(id(BUDGET), crate::field::FieldValue::Money(Money::new(1, Currency::CNY)));
        deal.met.extend([(id(MINUTES), forged.clone()), (id(BOSS), forged.clone())]);
    });
    ask(&mut view, MANAGER, whole).unwrap();
    // Marks are made by whoever creates it, now.
    let marks: Vec<_> = view.deals[&id(200)].met.values().map(|mark| (mark.by, mark.at)).collect();
    assert_eq!(marks, [(id(MANAGER), now()), (id(MANAGER), now())]);
    let of_rep = Deal { stage: id(11), met: [(id(BOSS), forged)].into(), ..deal(201, REP) };
    assert!(matches!(ask(&mut view, REP, create(Record::Deal(of_rep))), Err(Refusal::Invalid { .. })));
    ask(
        &mut view,
        MANAGER,
        new(&|deal| {
            deal.id = id(202);
            "From the old system".clone_into(&mut deal.exception);
        }),
    )
    .unwrap();
    assert_eq!(view.deals[&id(202)].exception, "From the old system");
}

#[test]
fn a_loss_has_its_reason() {
    let mut view = gated(Gate::default());
    view.stages.get_mut(&id(LOST)).unwrap().gate.fields = vec!["loss_reason".to_owned()];
    view.pipelines.get_mut(&id(9)).unwrap().loss_reasons = vec!["Price".to_owned()];
    assert_eq!(missing(&mut view, REP, go(100, 10, LOST)), [Condition::Field { field: "loss_reason".to_owned() }]);
    let lose = |why: &str| batch([edit(100, "loss_reason", Value::Null, json!(why)), go(100, 10, LOST)]);
    assert!(matches!(ask(&mut view, REP, lose("Bad weather")), Err(Refusal::Invalid { rule: Rule::NotAChoice, .. })));
    ask(&mut view, REP, lose("Price")).unwrap();
    assert_eq!(view.deals[&id(100)].loss_reason, "Price");
    // Opened again it is lost no longer; that it was stands in the record of changes.
    let opened = record(&mut view, REP, go(100, LOST, 10));
    assert_eq!(view.deals[&id(100)].loss_reason, "");
    let delta = &view.evidence.recorded[&opened].changes[0].fields["loss_reason"];
    assert_eq!(delta.before, json!("Price"));
    // Lost once more it is asked for again, also where only the pipeline has reasons.
    view.stages.get_mut(&id(LOST)).unwrap().gate.fields.clear();
    assert_eq!(missing(&mut view, REP, go(100, 10, LOST)), [Condition::Field { field: "loss_reason".to_owned() }]);
    ask(&mut view, REP, lose("Price")).unwrap();
    ask(&mut view, REP, go(100, LOST, 10)).unwrap();
    // What an import tells of the past may have none, and neither has a pipeline without reasons.
    let told =
        Command::MoveDeal { deal: id(100), stage: id(LOST), seen: id(10), place: Place::default(), at: Some(now()) };
    ask(&mut view, MANAGER, told).unwrap();
    ask(&mut view, REP, go(100, LOST, 10)).unwrap();
    view.pipelines.get_mut(&id(9)).unwrap().loss_reasons.clear();
    ask(&mut view, REP, go(100, 10, LOST)).unwrap();
}

#[test]
fn a_gate_is_checked_where_it_is_set() {
    let check = |field: &str, value: Value, expected: Result<usize, &str>| {
        let mut view = gated(full());
        let answer = ask(&mut view, MANAGER, set(Kind::Stage, 10, field, Value::Null, value));
        match (answer, expected) {
            (Ok(changes), Ok(count)) => assert_eq!(changes.len(), count, "{field}"),
            (Err(refusal), Err(words)) => {
                let text = serde_json::to_string(&refusal).unwrap();
                assert!(words.split(' ').all(|word| text.contains(word)), "{text} lacks {words}");
            }
            other => panic!("{field}: {other:?}"),
        }
    };
    check("gate.fields", json!(["amount", budget()]), Ok(1));
    check("gate.fields", json!(["colour"]), Err("gate.fields unknown"));
    check("gate.fields", json!(["amount", "amount"]), Err("gate.fields taken"));
    check("gate.fields", json!("amount"), Err("gate.fields wrong_type"));
    check("gate.colour", json!(true), Err("gate.colour not_editable"));
    let item = |number: u128, text: &str| json!([{ "id": id::<Uuid>(number), "text": text }]);
    check("gate.checklist", item(500, "Talked"), Ok(1));
    check("gate.checklist", item(500, " "), Err("gate.checklist required"));
    check("gate.checklist", item(MINUTES, "Another's"), Err("gate.checklist taken"));
    let approval = |by: Value| json!([{ "id": id::<Uuid>(501), "by": by }]);
    check("gate.approvals", approval(json!({ "member": id::<Uuid>(REP) })), Ok(1));
    check("gate.approvals", approval(json!({ "member": id::<Uuid>(666) })), Err("gate.approvals unknown"));
    check("gate.approvals", approval(json!({ "role": "king" })), Err("gate.approvals wrong_type"));
    check("gate.override_by", json!("manager"), Ok(1));
    // A field that a gate asks for stays; a gate whose field is gone all the same does not ask for it.
    let mut view = gated(full());
    assert_eq!(ask(&mut view, ADMIN, delete(Kind::Field, BUDGET)), Err(Refusal::InUse { kind: Kind::Field }));
    view.fields.remove(&id(BUDGET));
    assert_eq!(missing(&mut view, REP, go(100, 10, 11)).len(), 3);
    ask(&mut view, MANAGER, set(Kind::Stage, 11, "name", json!("S11"), json!("Offer"))).unwrap();
    assert!(matches!(
        ask(&mut view, REP, set(Kind::Stage, 11, "gate.fields", Value::Null, Value::Null)),
        Err(Refusal::NotAllowed { .. })
    ));
}
