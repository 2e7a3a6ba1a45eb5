//! Plans: who may, what is refused, what follows from what is reported, and plans made from templates.

use super::*;
use crate::{
    id::{BaselineId, CriterionId, PlanId, TaskId},
    plan::{Agreed, Baseline, Constraint, Criterion, Length, Link, Plan, Task},
    schedule::LinkKind,
};
use std::collections::BTreeMap;

const PLAN: u128 = 500;
/// Of nobody's deal.
const FREE: u128 = 501;
const TEMPLATE: u128 = 502;

fn plan(number: u128, deal: Option<u128>) -> Plan {
    Plan {
        id: id(number),
        name: format!("P{number}"),
        deal: deal.map(id),
        start_on: "2026-12-01".parse().unwrap(),
        due_on: None,
        template: false,
        from: None,
        buffer: 0,
        created_at: now(),
    }
}

fn task(number: u128, of: u128) -> Task {
    Task::new(
        id(number),
        id(of),
        order::at_end(now(), u64::try_from(number).unwrap(), 1),
        format!("T{number}"),
        Length::work(480),
        now(),
    )
}

fn link(kind: LinkKind) -> Link {
    Link { kind, lag: Length::ZERO }
}

/// Deal 100, the rep's, has a plan with tasks 600, and 601 after it; the rep's colleague does 601.
fn planned() -> View {
    let mut view = view();
    view.put(Record::Plan(plan(PLAN, Some(100))));
    view.put(Record::Plan(plan(FREE, None)));
    view.put(Record::Task(task(600, PLAN)));
    let links = BTreeMap::from([(id(600), link(LinkKind::FinishStart))]);
    view.put(Record::Task(Task { links, owner: Some(id(OTHER_REP)), ..task(601, PLAN) }));
    view
}

fn edit(number: u128, field: &str, after: Value) -> Command {
    set(Kind::Task, number, field, Value::Null, after)
}

fn links_to(number: u128, from: u128, kind: &str) -> Command {
    let from: TaskId = id(from);
    edit(number, &format!("links.{from}"), json!({ "kind": kind, "lag": { "minutes": 0 } }))
}

fn cycle(field: &str, tasks: &[u128]) -> Result<Vec<Change>, Refusal> {
    Err(Refusal::Cycle { field: field.to_owned(), tasks: tasks.iter().map(|task| id(*task)).collect() })
}

fn undo(of: CommandId) -> Command {
    Command::Undo { of }
}

#[test]
fn a_plan_follows_its_deal() {
    let right = |right| Err(Refusal::NotAllowed { right });
    let rename = || set(Kind::Plan, PLAN, "name", json!("P500"), json!("Other"));
    assert!(ask(&mut planned(), REP, rename()).is_ok());
    assert_eq!(ask(&mut planned(), OTHER_REP, rename()), right(Right::EditAllDeals));
    assert_eq!(ask(&mut planned(), OTHER_REP, create(Record::Task(task(610, PLAN)))), right(Right::EditAllDeals));
    // What belongs to no deal belongs to those who work; templates to those who keep the pipelines.
    assert!(ask(&mut planned(), OTHER_REP, create(Record::Task(task(610, FREE)))).is_ok());
    assert_eq!(ask(&mut planned(), VIEWER, create(Record::Task(task(610, FREE)))), right(Right::Work));
    let template = Record::Plan(Plan { template: true, ..plan(TEMPLATE, None) });
    assert_eq!(ask(&mut planned(), REP, create(template.clone())), right(Right::ManagePipelines));
    assert!(ask(&mut planned(), MANAGER, create(template)).is_ok());
    // It stays with its deal, and stays what it is.
    for field in ["deal", "template", "created_at", "from"] {
        let asked = ask(&mut planned(), ADMIN, set(Kind::Plan, PLAN, field, Value::Null, json!(true)));
        assert_eq!(asked, Err(Refusal::invalid(field, Rule::NotEditable)));
    }
}

#[test]
fn who_does_not_see_the_deal_does_not_see_its_plan() {
    let mut view = planned();
    let other = Member { scope: Scope::Own, ..view.members[&id(OTHER_REP)].clone() };
    view.put(Record::Member(other));
    let hidden = |kind| Err(Refusal::NotFound { kind });
    assert_eq!(ask(&mut view, OTHER_REP, edit(601, "percent", json!(10))), hidden(Kind::Task));
    assert_eq!(ask(&mut view, OTHER_REP, delete(Kind::Plan, PLAN)), hidden(Kind::Plan));
    let asked = ask(&mut view, OTHER_REP, create(Record::Task(task(610, PLAN))));
    assert_eq!(asked, Err(Refusal::invalid("plan", Rule::Unknown { kind: Kind::Plan })));
    // Changes are told to the same people.
    let actor = Actor::of(&view, id(OTHER_REP)).unwrap();
    for (number, heard) in [(PLAN, false), (FREE, true)] {
        let mut view = view.clone();
        let done = ask(&mut view, ADMIN, create(Record::Task(task(610, number)))).unwrap();
        assert_eq!(actor.hears(Kind::Task, audience(&view, &done[0]).as_deref()), heard);
        let done = ask(&mut view, ADMIN, delete(Kind::Plan, number)).unwrap();
        for change in &done {
            assert_eq!(actor.hears(change.target.kind, audience(&view, change).as_deref()), heard, "{change:?}");
        }
    }
    // Of a plan that is not known, nobody hears by accident.
    let stray = Change::created(&Record::Task(task(611, 999)));
    assert!(!actor.hears(Kind::Task, audience(&view, &stray).as_deref()));
}

#[test]
fn whoever_does_a_task_reports_on_it() {
    let mut view = planned();
    let done = ask(&mut view, OTHER_REP, edit(601, "percent", json!(50))).unwrap();
    assert_eq!(done.len(), 1);
    // It has begun by that, now.
    assert_eq!(view.tasks[&id(601)].started_at, Some(now()));
    let right = Err(Refusal::NotAllowed { right: Right::EditAllDeals });
    for (field, value) in
        [("title", json!("x")), ("duration", json!({ "minutes": 1 })), ("deadline", json!("2027-01-01"))]
    {
        assert_eq!(ask(&mut view, OTHER_REP, edit(601, field, value)), right);
    }
    assert_eq!(ask(&mut view, OTHER_REP, edit(600, "percent", json!(50))), right);
    assert_eq!(ask(&mut view, OTHER_REP, delete(Kind::Task, 601)), right);
    // Finished is all of it; less is not finished.
    ask(&mut view, OTHER_REP, edit(601, "finished_at", json!("2026-11-24T08:00:00Z"))).unwrap();
    let task = &view.tasks[&id(601)];
    assert_eq!((task.percent, task.finished_by), (100, Some(id(OTHER_REP))));
    ask(&mut view, OTHER_REP, edit(601, "percent", json!(90))).unwrap();
    let task = &view.tasks[&id(601)];
    assert_eq!((task.finished_at, task.finished_by), (None, None));
}

#[test]
fn circles_are_refused_and_named() {
    let mut view = planned();
    assert_eq!(ask(&mut view, REP, links_to(600, 601, "finish_start")), cycle("links", &[600, 601]));
    assert_eq!(ask(&mut view, REP, links_to(600, 600, "start_start")), cycle("links", &[600]));
    let parent: TaskId = id(601);
    ask(&mut view, REP, edit(600, "parent", json!(parent))).expect_err("601 waits for what lies in it");
    // 602 holds 603, which holds 604.
    for (number, parent) in [(602, None), (603, Some(602)), (604, Some(603))] {
        ask(&mut view, REP, create(Record::Task(Task { parent: parent.map(id), ..task(number, PLAN) }))).unwrap();
    }
    let within: TaskId = id(604);
    assert_eq!(ask(&mut view, REP, edit(602, "parent", json!(within))), cycle("parent", &[602, 604, 603]));
    // What lies in a group waits for what waits for the group.
    ask(&mut view, REP, links_to(600, 602, "finish_start")).unwrap();
    assert_eq!(ask(&mut view, REP, links_to(604, 601, "finish_start")), cycle("links", &[600, 601, 604, 603, 602]));
    // Several at once: only what they come to counts.
    let (old, new): (TaskId, TaskId) = (id(600), id(601));
    let turn = batch([links_to(600, 601, "finish_start"), edit(601, &format!("links.{old}"), Value::Null)]);
    ask(&mut view, REP, turn).unwrap();
    assert!(view.tasks[&id(600)].links.contains_key(&new));
}

#[test]
fn a_group_waits_with_its_start_and_is_waited_for_with_its_finish() {
    let refused = |from: u128| {
        let from: TaskId = id(from);
        Err(Refusal::invalid(&format!("links.{from}"), Rule::HoldsOthers))
    };
    let mut view = planned();
    ask(&mut view, REP, create(Record::Task(Task { parent: Some(id(601)), ..task(602, PLAN) }))).unwrap();
    ask(&mut view, REP, create(Record::Task(task(603, PLAN)))).unwrap();
    for kind in ["finish_finish", "start_finish"] {
        assert_eq!(ask(&mut view.clone(), REP, links_to(601, 603, kind)), refused(603));
    }
    for kind in ["start_start", "start_finish"] {
        assert_eq!(ask(&mut view.clone(), REP, links_to(603, 601, kind)), refused(601));
    }
    assert!(ask(&mut view.clone(), REP, links_to(601, 603, "start_start")).is_ok());
    assert!(ask(&mut view.clone(), REP, links_to(603, 601, "finish_finish")).is_ok());
    // Nor does a task become a group that has such a link.
    ask(&mut view, REP, links_to(603, 600, "finish_finish")).unwrap();
    let child = create(Record::Task(Task { parent: Some(id(603)), ..task(604, PLAN) }));
    assert_eq!(ask(&mut view, REP, child), refused(600));
}

#[test]
fn what_tasks_refer_to_is_in_their_plan() {
    let mut view = planned();
    ask(&mut view, REP, create(Record::Task(task(620, FREE)))).unwrap();
    let unknown = |field: &str| Err(Refusal::invalid(field, Rule::Unknown { kind: Kind::Task }));
    let elsewhere: TaskId = id(620);
    assert_eq!(ask(&mut view, REP, edit(600, "parent", json!(elsewhere))), unknown("parent"));
    assert_eq!(ask(&mut view, REP, links_to(600, 620, "finish_start")), unknown(&format!("links.{elsewhere}")));
    // In a batch, what comes first may name what comes later.
    let parts = [Task { parent: Some(id(631)), ..task(630, PLAN) }, task(631, PLAN)];
    ask(&mut view, REP, batch(parts.map(|task| create(Record::Task(task))))).unwrap();
}

#[test]
fn bounds_are_kept() {
    let check = |field: &str, value: Value| {
        let asked = ask(&mut planned(), REP, edit(600, field, value.clone()));
        assert!(
            matches!(&asked, Err(Refusal::Invalid { field: named, .. }) if named == field),
            "{field} {value} {asked:?}"
        );
    };
    check("title", json!(" "));
    check("title", json!("x".repeat(301)));
    check("notes", json!("\0"));
    check("duration", json!({ "minutes": -1 }));
    check("duration", json!({ "minutes": 60_000_001 }));
    check("percent", json!(101));
    check("deadline", json!("3000-01-01"));
    check("constraint", json!({ "start_on": "1899-12-31T00:00:00" }));
    check("started_at", json!("1800-01-01T00:00:00Z"));
    check("key", json!("a0"));
    check("owner", json!(id::<MemberId>(99)));
    check("confirmed", json!(null));
    check("finished_by", json!(id::<MemberId>(REP)));
    check("plan", json!(id::<PlanId>(FREE)));
    let other: TaskId = id(601);
    check(&format!("links.{other}"), json!({ "kind": "finish_start", "lag": { "minutes": 60_000_001 } }));
    check(&format!("links.{other}"), json!({ "kind": "sideways", "lag": { "minutes": 0 } }));
    let ends = batch([
        edit(600, "started_at", json!("2026-11-20T08:00:00Z")),
        edit(600, "finished_at", json!("2026-11-19T08:00:00Z")),
    ]);
    assert!(ask(&mut planned(), REP, ends).is_err());
}

/// A task that must be confirmed, done by the rep, with one criterion.
fn to_confirm() -> (View, CriterionId) {
    let mut view = planned();
    let criterion: CriterionId = id(700);
    let criteria = BTreeMap::from([(criterion, Criterion { text: "Signed".to_owned(), position: 0, met: None })]);
    view.put(Record::Task(Task { confirm: true, owner: Some(id(REP)), criteria, ..task(600, PLAN) }));
    (view, criterion)
}

#[test]
fn done_is_what_another_has_confirmed() {
    let (mut view, criterion) = to_confirm();
    let task: TaskId = id(600);
    let finish = || edit(600, "finished_at", json!("2026-11-23T08:00:00Z"));
    let undone = |criteria: &[CriterionId], confirmation| {
        Err(Refusal::Undone { task, criteria: criteria.to_vec(), confirmation })
    };
    let confirm = |note: &str| Command::Confirm { task, note: note.to_owned() };
    let tick = |met| Command::Tick { task, criterion, met, note: "scan".to_owned() };
    assert_eq!(ask(&mut view, REP, finish()), undone(&[criterion], true));
    let let_off = set(Kind::Task, 600, "confirm", json!(true), json!(false));
    let right = Err(Refusal::NotAllowed { right: Right::EditAllDeals });
    assert_eq!(ask(&mut view.clone(), REP, let_off.clone()), right);
    ask(&mut view.clone(), MANAGER, let_off).unwrap();
    assert_eq!(ask(&mut view, REP, edit(600, "percent", json!(100))), undone(&[criterion], true));
    assert_eq!(ask(&mut view, OTHER_REP, confirm("seen")), undone(&[criterion], false));
    // What shows it is not written by hand.
    let by_hand = json!({ "text": "Signed", "position": 0, "met": { "by": id::<MemberId>(REP), "at": now() } });
    let field = format!("criteria.{criterion}");
    assert_eq!(ask(&mut view, REP, edit(600, &field, by_hand)), Err(Refusal::invalid(&field, Rule::NotEditable)));
    ask(&mut view, REP, tick(true)).unwrap();
    let met = view.tasks[&task].criteria[&criterion].met.clone().unwrap();
    assert_eq!((met.by, met.at, met.note.as_str()), (id(REP), now(), "scan"));
    assert_eq!(ask(&mut view, REP, finish()), undone(&[], true));
    assert_eq!(ask(&mut view, REP, confirm("seen")), Err(Refusal::invalid("confirmed", Rule::SecondPerson)));
    assert_eq!(ask(&mut view, OTHER_REP, confirm(" ")), Err(Refusal::invalid("note", Rule::Required)));
    assert_eq!(ask(&mut view, VIEWER, confirm("seen")), Err(Refusal::NotAllowed { right: Right::Work }));
    let confirmed = record(&mut view, OTHER_REP, confirm("seen"));
    ask(&mut view.clone(), OTHER_REP, undo(confirmed)).expect("whoever confirmed takes it back");
    // Other dates ask again.
    for (field, value) in [
        ("duration", json!({ "minutes": 960 })),
        ("constraint", json!({ "start_on": "2026-12-02T09:00:00" })),
        ("deadline", json!("2026-12-24")),
    ] {
        let mut view = view.clone();
        ask(&mut view, REP, edit(600, field, value)).unwrap();
        assert_eq!(view.tasks[&task].confirmed, None, "{field}");
    }
    ask(&mut view, REP, edit(600, "title", json!("Sign"))).unwrap();
    // Whoever confirms is not who finishes.
    view.put(Record::Deal(Deal { collaborators: vec![id(OTHER_REP)], ..deal(100, REP) }));
    assert_eq!(ask(&mut view, OTHER_REP, finish()), Err(Refusal::invalid("finished_at", Rule::SecondPerson)));
    ask(&mut view, REP, finish()).unwrap();
    assert!(view.tasks[&task].is_done());
    // Taking back what shows it takes the confirmation along.
    ask(&mut view, REP, tick(false)).unwrap();
    assert_eq!(view.tasks[&task].confirmed, None);
}

#[test]
fn a_new_task_brings_no_evidence() {
    let (view, criterion) = to_confirm();
    let met = Some(plan::Evidence { by: id(REP), at: now(), note: String::new() });
    let criteria = BTreeMap::from([(criterion, Criterion { text: "x".to_owned(), position: 0, met })]);
    let new = create(Record::Task(Task { criteria, ..task(640, PLAN) }));
    assert_eq!(ask(&mut view.clone(), REP, new), Err(Refusal::invalid("criteria", Rule::NotEditable)));
    let done = create(Record::Task(Task { confirm: true, percent: 100, ..task(640, PLAN) }));
    assert!(matches!(ask(&mut view.clone(), REP, done), Err(Refusal::Undone { .. })));
}

#[test]
fn a_task_goes_with_what_lies_in_it_and_comes_back() {
    let mut view = planned();
    for (number, parent) in [(602, 600), (603, 602)] {
        ask(&mut view, REP, create(Record::Task(Task { parent: Some(id(parent)), ..task(number, PLAN) }))).unwrap();
    }
    // 603 waits for 602's neighbour, 601 for the whole.
    ask(&mut view, REP, create(Record::Task(task(604, PLAN)))).unwrap();
    ask(&mut view, REP, links_to(603, 604, "finish_start")).unwrap();
    ask(&mut view, REP, links_to(604, 601, "start_start")).expect_err("604 would wait for what waits for it");
    let before = view.clone();
    let gone = record(&mut view, REP, delete(Kind::Task, 600));
    assert_eq!(view.tasks.keys().map(|task| task.0.as_u128()).collect::<Vec<_>>(), [601, 604]);
    assert!(view.tasks[&id(601)].links.is_empty());
    ask(&mut view, REP, undo(gone)).unwrap();
    assert_eq!(view.tasks, before.tasks);
    // In a batch whose parts refer to each other, either way.
    let links = BTreeMap::from([(id(661), link(LinkKind::FinishStart))]);
    let made = [create(Record::Task(Task { links, ..task(660, PLAN) })), create(Record::Task(task(661, PLAN)))];
    let made = record(&mut view, REP, batch(made));
    let mut other = view.clone();
    ask(&mut view, REP, undo(made)).unwrap();
    assert_eq!(view.tasks, before.tasks);
    // Others have built on it since.
    ask(&mut other, REP, links_to(604, 660, "finish_start")).unwrap();
    assert_eq!(ask(&mut other, REP, undo(made)), Err(Refusal::InUse { kind: Kind::Task }));
}

#[test]
fn a_deal_takes_its_plans_along() {
    let mut view = planned();
    let agreed = Agreed { start: now(), finish: now() };
    let baseline = Baseline {
        id: BaselineId(Uuid::from_u128(800)),
        plan: id(PLAN),
        name: "Agreed".to_owned(),
        by: id(ADMIN),
        created_at: now(),
        tasks: BTreeMap::from([(id(600), agreed)]),
    };
    ask(&mut view, REP, create(Record::Baseline(baseline))).unwrap();
    assert_eq!(view.baselines[&id(800)].by, id(REP));
    let renamed = set(Kind::Baseline, 800, "tasks", Value::Null, json!({}));
    assert_eq!(ask(&mut view, REP, renamed), Err(Refusal::invalid("tasks", Rule::NotEditable)));
    let before = view.clone();
    let gone = record(&mut view, ADMIN, delete(Kind::Deal, 100));
    assert_eq!((view.plans.len(), view.tasks.len(), view.baselines.len()), (1, 0, 0));
    ask(&mut view, ADMIN, undo(gone)).unwrap();
    assert_eq!((&view.plans, &view.tasks, &view.baselines), (&before.plans, &before.tasks, &before.baselines));
    let gone = record(&mut view, REP, delete(Kind::Plan, PLAN));
    ask(&mut view, REP, undo(gone)).unwrap();
    assert_eq!((&view.plans, &view.tasks, &view.baselines), (&before.plans, &before.tasks, &before.baselines));
}

#[test]
fn a_task_moves_in_tree_and_order() {
    let mut view = planned();
    for number in [602, 603] {
        ask(&mut view, REP, create(Record::Task(task(number, PLAN)))).unwrap();
    }
    let move_to = |parent: Option<u128>, above: Option<u128>, below: Option<u128>| Command::MoveTask {
        task: id(603),
        parent: parent.map(id),
        above: above.map(id),
        below: below.map(id),
    };
    ask(&mut view, REP, move_to(None, Some(600), Some(601))).unwrap();
    let order = |view: &View| {
        let mut tasks: Vec<_> = view.tasks.values().filter(|task| task.parent.is_none()).collect();
        tasks.sort_by(|a, b| a.key.cmp(&b.key));
        tasks.into_iter().map(|task| task.id.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(order(&view), [600, 603, 601, 602]);
    ask(&mut view, REP, move_to(Some(602), None, None)).unwrap();
    assert_eq!(order(&view), [600, 601, 602]);
    // Back behind them all, although the neighbour that it was put above lies elsewhere by now.
    ask(&mut view, REP, move_to(None, None, Some(603))).unwrap();
    assert_eq!(order(&view), [600, 601, 602, 603]);
    assert_eq!(ask(&mut view, REP, move_to(Some(603), None, None)), cycle("parent", &[603]));
}

/// A template: 650 holds 651 and 652, which waits for it and is due on the third working day.
fn with_template() -> View {
    let mut view = planned();
    let template = Plan { template: true, due_on: Some("2026-12-08".parse().unwrap()), ..plan(TEMPLATE, None) };
    view.put(Record::Plan(template));
    view.put(Record::Task(task(650, TEMPLATE)));
    view.put(Record::Task(Task {
        parent: Some(id(650)),
        role: "presales".to_owned(),
        constraint: Constraint::StartNoEarlier("2026-12-02T09:00:00".parse().unwrap()),
        ..task(651, TEMPLATE)
    }));
    view.put(Record::Task(Task {
        parent: Some(id(650)),
        role: "legal".to_owned(),
        links: BTreeMap::from([(id(651), link(LinkKind::FinishStart))]),
        deadline: Some("2026-12-04".parse().unwrap()),
        ..task(652, TEMPLATE)
    }));
    view
}

#[test]
fn a_plan_is_made_from_a_template() {
    let mut view = with_template();
    let start = Command::StartPlan {
        template: id(TEMPLATE),
        plan: id(510),
        deal: Some(id(100)),
        start_on: "2026-12-17".parse().unwrap(),
        roles: BTreeMap::from([("presales".to_owned(), id(OTHER_REP))]),
    };
    let right = Err(Refusal::NotAllowed { right: Right::EditAllDeals });
    assert_eq!(ask(&mut view, OTHER_REP, start.clone()), right);
    let mut again = view.clone();
    let started = record(&mut view, REP, start.clone());
    ask(&mut again, REP, start.clone()).unwrap();
    assert_eq!(view.tasks, again.tasks, "ids follow from the command's");
    let plan = &view.plans[&id(510)];
    assert_eq!((plan.from, plan.template, plan.deal), (Some(id(TEMPLATE)), false, Some(id(100))));
    // From Tuesday, 1 December, to Thursday, 17 December, in working days.
    assert_eq!(plan.due_on, Some("2026-12-24".parse().unwrap()));
    let named = |title: &str| view.tasks.values().find(|task| task.plan == id(510) && task.title == title).unwrap();
    let (group, first, second) = (named("T650"), named("T651"), named("T652"));
    assert_eq!((first.parent, second.parent), (Some(group.id), Some(group.id)));
    assert_eq!(first.owner, Some(id(OTHER_REP)));
    assert_eq!((second.owner, second.role.as_str()), (None, "legal"));
    assert_eq!(first.constraint, Constraint::StartNoEarlier("2026-12-18T09:00:00".parse().unwrap()));
    assert_eq!(second.deadline, Some("2026-12-22".parse().unwrap()));
    assert!(second.links.contains_key(&first.id));
    assert_eq!(ask(&mut view, REP, start), Err(Refusal::invalid("id", Rule::Taken)));
    ask(&mut view, REP, undo(started)).unwrap();
    assert!(!view.plans.contains_key(&id(510)) && view.tasks.values().all(|task| task.plan != id(510)));
}

#[test]
fn a_plan_is_saved_as_a_template() {
    let (mut view, criterion) = to_confirm();
    ask(&mut view, REP, Command::Tick { task: id(600), criterion, met: true, note: String::new() }).unwrap();
    ask(&mut view, REP, edit(601, "percent", json!(100))).unwrap();
    let save = Command::SaveTemplate { plan: id(PLAN), template: id(520), name: "Usual".to_owned() };
    assert_eq!(ask(&mut view, REP, save.clone()), Err(Refusal::NotAllowed { right: Right::ManagePipelines }));
    ask(&mut view, MANAGER, save).unwrap();
    assert!(view.plans[&id(520)].template);
    let tasks: Vec<_> = view.tasks.values().filter(|task| task.plan == id(520)).collect();
    assert_eq!(tasks.len(), 2);
    assert!(tasks.iter().all(|task| task.percent == 0 && task.started_at.is_none() && task.finished_by.is_none()));
    assert!(tasks.iter().all(|task| task.criteria.values().all(|criterion| criterion.met.is_none())));
    assert_eq!(tasks.iter().map(|task| task.links.len()).sum::<usize>(), 1);
}

#[test]
fn a_stage_starts_a_plan_once() {
    let mut view = with_template();
    let template: PlanId = id(TEMPLATE);
    let starts = |after: Value| set(Kind::Stage, 12, "starts", Value::Null, after);
    let unknown = Err(Refusal::invalid("starts", Rule::Unknown { kind: Kind::Plan }));
    assert_eq!(ask(&mut view, ADMIN, starts(json!(id::<PlanId>(PLAN)))), unknown);
    ask(&mut view, ADMIN, starts(json!(template))).unwrap();
    assert_eq!(ask(&mut view, ADMIN, delete(Kind::Plan, TEMPLATE)), Err(Refusal::InUse { kind: Kind::Plan }));
    let go = |deal: u128, from: u128, to: u128| Command::MoveDeal {
        deal: id(deal),
        stage: id(to),
        seen: id(from),
        place: Place::default(),
        at: None,
    };
    let started = |view: &View| view.plans.values().filter(|plan| plan.from == Some(template)).count();
    let won = record(&mut view, REP, go(100, 10, 12));
    assert_eq!(started(&view), 1);
    assert_eq!(view.tasks.values().filter(|task| task.plan != template).count(), 2 + 3);
    let mut undone = view.clone();
    ask(&mut undone, REP, undo(won)).unwrap();
    assert_eq!((started(&undone), undone.deals[&id(100)].stage), (0, id(10)));
    // Not again, when it comes again.
    ask(&mut view, REP, go(100, 12, 11)).unwrap();
    ask(&mut view, REP, go(100, 11, 12)).unwrap();
    assert_eq!(started(&view), 1);
    // Several at once get one each.
    let several = batch([go(100, 12, 11), go(101, 10, 12), go(100, 11, 12)]);
    ask(&mut view, ADMIN, several).unwrap();
    assert_eq!(started(&view), 2);
    // What an import says was won long ago starts nothing.
    let at = Some("2026-01-01T00:00:00Z".parse().unwrap());
    view.put(Record::Deal(deal(102, REP)));
    let old = Command::MoveDeal { deal: id(102), stage: id(12), seen: id(10), place: Place::default(), at };
    ask(&mut view, ADMIN, old).unwrap();
    assert_eq!(started(&view), 2);
}

proptest! {
    /// What is let through, the scheduler reckons, and what it cannot reckon is refused.
    #[test]
    fn what_is_let_through_can_be_reckoned(
        parents in prop::collection::vec(prop::option::weighted(0.4, 0usize..12), 12),
        links in prop::collection::vec((0usize..12, 0usize..12, 0usize..4), 0..14),
    ) {
        let mut view = view();
        view.put(Record::Plan(plan(FREE, None)));
        let number = |at: usize| 600 + u128::try_from(at).unwrap();
        let kinds = [LinkKind::FinishStart, LinkKind::StartStart, LinkKind::FinishFinish, LinkKind::StartFinish];
        let tasks = parents.iter().enumerate().map(|(at, parent)| {
            let links = links.iter().filter(|(_, to, _)| *to == at);
            let links = links.map(|(from, _, kind)| (id(number(*from)), link(kinds[*kind]))).collect();
            Task { parent: parent.map(|parent| id(number(parent))), links, ..task(number(at), FREE) }
        });
        let parts: Vec<_> = tasks.map(|task| create(Record::Task(task))).collect();
        let asked = ask(&mut view.clone(), REP, batch(parts.clone()));
        for part in parts {
            let Command::Create { record, .. } = part else { unreachable!() };
            view.put(record);
        }
        let hours = plan::Hours::of(&view, &crate::calendar::Zone::default(), now().date_naive());
        let reckoned = plan::Reckoned::in_view(&view, id(FREE), &hours, now());
        prop_assert_eq!(asked.is_ok(), reckoned.is_ok(), "{:?} {:?}", asked.err(), reckoned.err());
    }
}
