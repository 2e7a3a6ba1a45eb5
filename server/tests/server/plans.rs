//! Plans: kept, shown, told to those who see them, and taken along by their deal.

use crate::support::{Member, World, applied, create, refused, request, run};
use chrono::NaiveDate;
use domain::{
    access::{Role, Scope},
    change::{Delta, Target},
    command::{Command, Place},
    id::{BaselineId, CriterionId, DealId, PlanId, TaskId},
    order,
    page::{Page, Snapshot},
    plan::{Agreed, Baseline, Constraint, Criterion, Length, Link, Plan, Task},
    record::{Kind, Record},
    refusal::{Refusal, Rule},
    schedule::LinkKind,
};
use serde_json::{Value, json};
use server::clock;
use std::{collections::BTreeMap, time::Instant};

pub fn plan(name: &str, deal: Option<DealId>) -> Plan {
    Plan {
        id: PlanId(clock::new_id()),
        name: name.to_owned(),
        deal,
        start_on: "2026-12-01".parse().expect("a day"),
        due_on: None,
        template: false,
        from: None,
        buffer: 0,
        created_at: clock::now(),
    }
}

fn task(of: PlanId, title: &str, serial: u64) -> Task {
    Task::new(
        TaskId(clock::new_id()),
        of,
        order::at_end(clock::now(), serial, 0),
        title.to_owned(),
        Length::work(960),
        clock::now(),
    )
}

fn set(kind: Kind, id: impl Into<uuid::Uuid>, field: &str, after: Value) -> Command {
    Command::set(Target::new(kind, id), field, Delta { before: Value::Null, after })
}

fn all(records: impl IntoIterator<Item = Record>) -> Command {
    Command::Batch { parts: records.into_iter().map(create).collect() }
}

/// A plan with a group that holds a task of every sort, and one that waits for it.
async fn planned(by: &Member, deal: Option<DealId>) -> (Plan, [Task; 3]) {
    let plan = plan("Delivery", deal);
    let group = task(plan.id, "Install", 0);
    let criterion = Criterion { text: "Signed".to_owned(), position: 0, met: None };
    let first = Task {
        parent: Some(group.id),
        owner: Some(by.id),
        role: "fitter".to_owned(),
        constraint: Constraint::StartNoEarlier("2026-12-02T09:30:00".parse().expect("a time")),
        deadline: Some("2026-12-09".parse().expect("a day")),
        criteria: BTreeMap::from([(CriterionId(clock::new_id()), criterion)]),
        confirm: true,
        notes: "注意 safety".to_owned(),
        ..task(plan.id, "Mount", 1)
    };
    let link = Link { kind: LinkKind::StartStart, lag: Length::elapsed(1_440) };
    let second = Task {
        links: BTreeMap::from([(first.id, link)]),
        duration: Length::elapsed(0),
        ..task(plan.id, "Accepted", 2)
    };
    let tasks = [second.clone(), first.clone(), group.clone()];
    by.apply(all(std::iter::once(Record::Plan(plan.clone())).chain(tasks.map(Record::Task)))).await;
    (plan, [group, first, second])
}

async fn shown(by: &Member, query: &str) -> (Snapshot, Vec<PlanId>, bool) {
    let page = by.page(&format!("/plan{query}")).await;
    let Page::Plan { plans, more } = page.page.clone() else { panic!("another page") };
    (page, plans, more)
}

/// Somebody who sees and works only on deals of their own.
async fn narrow(admin: &Member) -> Member {
    let rep = admin.hire(Role::Rep).await;
    admin.apply(set(Kind::Member, rep.id, "scope", json!(Scope::Own))).await;
    rep
}

#[test]
fn what_is_planned_is_kept_and_shown_as_it_is() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Planned").await;
        let (plan, tasks) = planned(&admin, Some(deal)).await;
        let agreed = Agreed { start: clock::now(), finish: clock::now() };
        let baseline = Baseline {
            id: BaselineId(clock::new_id()),
            plan: plan.id,
            name: "Agreed".to_owned(),
            by: admin.id,
            created_at: clock::now(),
            tasks: BTreeMap::from([(tasks[1].id, agreed)]),
        };
        let recorded = admin.apply(create(Record::Baseline(baseline.clone()))).await;
        assert_eq!(recorded.changes.len(), 1);
        for address in [format!("/deals/{deal}"), "/plan".to_owned(), format!("/plan?deal={deal}")] {
            let view = admin.page(&address).await.view;
            let kept = &view.plans[&plan.id];
            assert_eq!(Plan { created_at: plan.created_at, ..kept.clone() }, plan, "{address}");
            for task in &tasks {
                let kept = &view.tasks[&task.id];
                assert_eq!(Task { created_at: task.created_at, ..kept.clone() }, *task, "{address}");
            }
            assert_eq!(view.baselines[&baseline.id].tasks.len(), 1);
            assert!(view.deals.contains_key(&deal));
        }
        // Each field by itself, and back.
        let id = tasks[1].id;
        for (field, value) in [
            ("title", json!("Mounted")),
            ("percent", json!(40)),
            ("duration", json!({ "minutes": 30, "elapsed": true })),
            ("constraint", json!("as_late_as_possible")),
            ("deadline", Value::Null),
            ("owner", Value::Null),
            ("notes", json!("")),
        ] {
            admin.apply(set(Kind::Task, id, field, value)).await;
        }
        let kept = &admin.page("/plan").await.view.tasks[&id];
        assert_eq!((kept.title.as_str(), kept.percent, kept.owner), ("Mounted", 40, None));
        assert_eq!((kept.duration, kept.constraint), (Length::elapsed(30), Constraint::AsLateAsPossible));
        assert!(kept.started_at.is_some());
    });
}

#[test]
fn deleting_and_taking_back() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Gone").await;
        let (plan, tasks) = planned(&admin, Some(deal)).await;
        let before = admin.page("/plan").await.view;
        for target in
            [Target::new(Kind::Task, tasks[0].id), Target::new(Kind::Plan, plan.id), Target::new(Kind::Deal, deal)]
        {
            let asked = request(Command::Delete { target });
            let of = asked.id;
            let gone = applied(admin.send(&asked).await);
            assert!(gone.changes.len() >= 3, "{gone:?}");
            let view = admin.page("/plan").await.view;
            assert!(!view.tasks.contains_key(&tasks[1].id), "{target:?}");
            admin.apply(Command::Undo { of }).await;
            let view = admin.page("/plan").await.view;
            assert_eq!((&view.plans, &view.tasks), (&before.plans, &before.tasks), "{target:?}");
        }
        // Undoing what made them, although the one that waits was made first.
        let (other, _) = planned(&admin, None).await;
        let made = admin.changes(0).await.pop().expect("the last");
        assert_eq!(made.changes.len(), 4);
        admin.apply(Command::Undo { of: made.command }).await;
        assert!(!admin.page("/plan").await.view.plans.contains_key(&other.id));
    });
}

#[test]
fn circles_are_refused_with_their_tasks() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (_, [group, first, second]) = planned(&admin, None).await;
        let link = |to: TaskId, from: TaskId| {
            let link = json!({ "kind": "finish_start", "lag": { "minutes": 0 } });
            set(Kind::Task, to, &format!("links.{from}"), link)
        };
        let answer = refused(admin.carry_out(link(first.id, second.id)).await);
        let Refusal::Cycle { field, tasks } = answer else { panic!("{answer:?}") };
        assert_eq!((field.as_str(), tasks.len()), ("links", 2));
        let answer = refused(admin.carry_out(set(Kind::Task, group.id, "parent", json!(first.id))).await);
        assert!(matches!(&answer, Refusal::Cycle { field, .. } if field == "parent"), "{answer:?}");
        let missing = TaskId(clock::new_id());
        let answer = refused(admin.carry_out(link(first.id, missing)).await);
        assert_eq!(answer, Refusal::invalid(&format!("links.{missing}"), Rule::Unknown { kind: Kind::Task }));
    });
}

#[test]
fn a_plan_is_told_to_those_who_see_its_deal() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (rep, other) = (narrow(&admin).await, narrow(&admin).await);
        let deal = rep.new_deal("Mine").await;
        let since = admin.version().await;
        let (plan, tasks) = planned(&rep, Some(deal)).await;
        let (free, _) = planned(&rep, None).await;
        let (_, plans, _) = shown(&rep, "").await;
        assert_eq!(plans.len(), 2);
        let (page, plans, _) = shown(&other, "").await;
        assert_eq!((plans, page.view.tasks.len()), (vec![free.id], 3));
        let (page, plans, _) = shown(&other, &format!("?plan={}", plan.id)).await;
        assert!(plans.is_empty() && page.view.deals.is_empty());
        let heard = other.changes(since).await;
        let heard: Vec<_> = heard.iter().flat_map(|recorded| &recorded.changes).collect();
        assert_eq!(heard.len(), 4, "the free one alone");
        // Nor is what they may not see changed by them.
        let edit = set(Kind::Task, tasks[0].id, "title", json!("x"));
        assert_eq!(refused(other.carry_out(edit).await), Refusal::NotFound { kind: Kind::Task });
        let tick = |task: &Task| {
            let criterion = *task.criteria.keys().next().expect("one");
            Command::Tick { task: task.id, criterion, met: true, note: String::new() }
        };
        assert_eq!(refused(other.carry_out(tick(&tasks[1])).await), Refusal::NotFound { kind: Kind::Task });
        rep.apply(tick(&tasks[1])).await;
        let confirm = |note: &str| Command::Confirm { task: tasks[1].id, note: note.to_owned() };
        assert_eq!(refused(other.carry_out(confirm("x")).await), Refusal::NotFound { kind: Kind::Task });
        admin.apply(confirm("seen")).await;
        rep.apply(set(Kind::Task, tasks[1].id, "percent", json!(100))).await;
        // The deletion of all of it is told to nobody else either.
        let since = admin.version().await;
        admin.apply(Command::Delete { target: Target::new(Kind::Deal, deal) }).await;
        assert!(other.changes(since).await.iter().all(|recorded| recorded.changes.is_empty()));
        assert!(admin.changes(since).await[0].changes.len() >= 5);
    });
}

#[test]
fn the_page_finds_plans_by_what_its_address_names() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let (mine, theirs) = (admin.new_deal("Northern 100%").await, rep.new_deal("South").await);
        let (north, _) = planned(&admin, Some(mine)).await;
        let (south, _) = planned(&rep, Some(theirs)).await;
        let template = Plan { template: true, ..plan("Usual", None) };
        admin.apply(create(Record::Plan(template.clone()))).await;
        let check = async |query: &str, expected: &[PlanId]| {
            let (_, mut plans, more) = shown(&admin, query).await;
            let mut expected = expected.to_vec();
            plans.sort_unstable();
            expected.sort_unstable();
            assert_eq!((plans, more), (expected, false), "{query}");
        };
        check("", &[north.id, south.id]).await;
        check("?templates=1", &[template.id]).await;
        check(&format!("?plan={}", template.id), &[template.id]).await;
        check(&format!("?deal={mine}"), &[north.id]).await;
        check(&format!("?pipeline={}", admin.pipeline), &[north.id, south.id]).await;
        check(&format!("?owner={}", rep.id), &[south.id]).await;
        check(&format!("?owner={}&owner={}", rep.id, admin.id), &[north.id, south.id]).await;
        check("?q=100%25", &[north.id]).await;
        check("?q=accept", &[north.id, south.id]).await;
        check("?q=%00", &[north.id, south.id]).await;
        check("?q=nothing", &[]).await;
    });
}

#[test]
fn a_won_deal_starts_its_plan() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (source, _) = planned(&admin, None).await;
        let template = PlanId(clock::new_id());
        admin.apply(Command::SaveTemplate { plan: source.id, template, name: "Usual".to_owned() }).await;
        admin.apply(set(Kind::Stage, admin.stages[5], "starts", json!(template))).await;
        let deal = admin.new_deal("Won").await;
        let go = |from: usize, to: usize| Command::MoveDeal {
            deal,
            stage: admin.stages[to],
            seen: admin.stages[from],
            place: Place::default(),
            at: None,
        };
        let won = admin.apply(go(0, 5)).await;
        assert_eq!(won.changes.len(), 1 + 1 + 3);
        admin.apply(go(5, 1)).await;
        assert_eq!(admin.apply(go(1, 5)).await.changes.len(), 1, "once");
        let view = admin.page(&format!("/deals/{deal}")).await.view;
        assert_eq!((view.plans.len(), view.tasks.len()), (1, 3));
        // By hand, for another deal, on a day and with people.
        let other = admin.new_deal("Other").await;
        let start = Command::StartPlan {
            template,
            plan: PlanId(clock::new_id()),
            deal: Some(other),
            start_on: "2027-01-04".parse::<NaiveDate>().expect("a day"),
            roles: BTreeMap::from([("fitter".to_owned(), admin.id)]),
        };
        let asked = request(start);
        let first = applied(admin.send(&asked).await);
        assert_eq!(applied(admin.send(&asked).await), first, "asking twice is one effect");
        // In one transaction with others.
        let parts = (0..3).map(|_| admin.deal("Several")).map(|deal| {
            let go = Command::MoveDeal {
                deal: deal.id,
                stage: admin.stages[5],
                seen: admin.stages[0],
                place: Place::default(),
                at: None,
            };
            [create(Record::Deal(deal)), go]
        });
        let several = admin.apply(Command::Batch { parts: parts.flatten().collect() }).await;
        assert_eq!(several.changes.len(), 3 * (1 + 1 + 1 + 3));
        admin.apply(Command::Undo { of: several.command }).await;
    });
}

#[test]
fn days_and_hours_are_kept() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let hours = json!([{ "from": 480, "to": 720 }, { "from": 780, "to": 1020 }]);
        admin.apply(set(Kind::Workspace, admin.workspace, "hours", hours)).await;
        let late = json!([{ "from": 480, "to": 2000 }]);
        let answer = refused(admin.carry_out(set(Kind::Workspace, admin.workspace, "hours", late)).await);
        assert!(matches!(&answer, Refusal::Invalid { field, .. } if field == "hours"), "{answer:?}");
        let none = admin.carry_out(set(Kind::Workspace, admin.workspace, "hours", json!([]))).await;
        assert_eq!(refused(none), Refusal::invalid("hours", Rule::Required));
        admin.apply(set(Kind::Member, rep.id, "days_off.2026-12-24", json!("Leave"))).await;
        admin.apply(set(Kind::Member, rep.id, "days_on.2026-12-26", json!(""))).await;
        let view = rep.page("/board").await.view;
        assert_eq!(view.workspace().expect("one").hours[0].from, 480);
        let member = &view.members[&rep.id];
        assert_eq!((member.days_off.len(), member.days_on.len()), (1, 1));
    });
}

#[test]
fn many_tasks_are_shown_soon() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        // In plans of 5,000, each in chains.
        for number in 0..2 {
            let plan = plan(&format!("Plan {number}"), None);
            let id = plan.id;
            admin.apply(create(Record::Plan(plan))).await;
            for part in 0..5_u64 {
                let mut before = None;
                let tasks: Vec<Record> = (0..1_000)
                    .map(|serial| {
                        let link = Link { kind: LinkKind::FinishStart, lag: Length::ZERO };
                        let links = before.map(|before| (before, link)).into_iter().collect();
                        let task = Task { links, ..task(id, "One of many", part * 1_000 + serial) };
                        before = Some(task.id);
                        Record::Task(task)
                    })
                    .collect();
                admin.apply(all(tasks)).await;
            }
        }
        let began = Instant::now();
        let (page, plans, more) = shown(&admin, "").await;
        // Without the build's optimisations; the release is several times as fast.
        println!("10,000 tasks in {:?}", began.elapsed());
        assert_eq!((plans.len(), page.view.tasks.len(), more), (2, 10_000, false));
        let one = page.view.tasks.values().next().expect("one").clone();
        let began = Instant::now();
        admin.apply(set(Kind::Task, one.id, "percent", json!(10))).await;
        println!("one edit in {:?}", began.elapsed());
        let began = Instant::now();
        admin.apply(create(Record::Task(task(one.plan, "One more", 0)))).await;
        println!("one task more in {:?}", began.elapsed());
    });
}
