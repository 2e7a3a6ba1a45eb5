//! Gates hold for every way in, also of what is done again, are kept with the deal, and never stand in the way of taking
//! back.

use crate::support::{Member, World, create, move_to, refused, run, set};
use domain::{
    access::Role,
    change::{Delta, Target},
    command::Command,
    gate::{Condition, Unmet},
    id::{ConditionId, DealId, StageId},
    page::Page,
    record::{Kind, Record},
    refusal::{Refusal, Rule},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::clock;

fn set_stage(stage: StageId, field: &str, after: Value) -> Command {
    Command::set(Target::new(Kind::Stage, stage), field, Delta { before: Value::Null, after })
}

/// A gate before the second stage: a day of closing, an item, and a manager's approval.
async fn gated(admin: &Member) -> (ConditionId, ConditionId) {
    let (item, approval) = (ConditionId(clock::new_id()), ConditionId(clock::new_id()));
    let stage = admin.stages[1];
    admin.apply(set_stage(stage, "gate.fields", json!(["close_on"]))).await;
    admin.apply(set_stage(stage, "gate.checklist", json!([{ "id": item, "text": "Minutes sent" }]))).await;
    let by = json!([{ "id": approval, "by": { "role": "manager" } }]);
    admin.apply(set_stage(stage, "gate.approvals", by)).await;
    admin.apply(set_stage(stage, "gate.override_by", json!("manager"))).await;
    (item, approval)
}

fn meet(deal: DealId, condition: ConditionId, met: bool) -> Command {
    Command::Meet { deal, condition, met }
}

fn unmet(refusal: Refusal) -> Vec<Unmet> {
    match refusal {
        Refusal::Gate { unmet } => unmet,
        other => panic!("no gate refused: {other:?}"),
    }
}

#[test]
fn a_gate_is_asked_for_brought_along_and_undone_as_one() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (item, approval) = gated(&admin).await;
        let (rep, viewer) = (admin.hire(Role::Rep).await, admin.hire(Role::Viewer).await);
        let (first, second) = (admin.stages[0], admin.stages[1]);
        let deal = rep.new_deal("Quay").await;
        let lacks = unmet(refused(rep.carry_out(move_to(deal, first, second)).await));
        assert_eq!((lacks[0].deal, lacks[0].stage, lacks[0].missing.len()), (deal, second, 3));

        // Who may not, does not: neither approve nor write a mark.
        let refusal = refused(rep.carry_out(meet(deal, approval, true)).await);
        assert_eq!(refusal, Refusal::invalid(&format!("met.{approval}"), Rule::NotApprover));
        let forged = json!({ "by": rep.id, "at": clock::now() });
        let refusal = refused(rep.carry_out(set(deal, &format!("met.{approval}"), Value::Null, forged)).await);
        assert_eq!(refusal, Refusal::invalid(&format!("met.{approval}"), Rule::NotEditable));
        assert!(matches!(refused(viewer.carry_out(meet(deal, item, true)).await), Refusal::NotAllowed { .. }));
        refused(server.found().await.carry_out(meet(deal, item, true)).await);

        admin.apply(meet(deal, approval, true)).await;
        let all = vec![
            set(deal, "close_on", Value::Null, "2026-12-24"),
            meet(deal, item, true),
            move_to(deal, first, second),
        ];
        let moved = rep.apply(Command::Batch { parts: all }).await;
        let now = rep.deal_now(deal).await;
        assert_eq!((now.stage, now.met[&item].by, now.met[&approval].by), (second, rep.id, admin.id));

        // One undo; and doing it again asks for what is missing by then.
        let undone = rep.apply(Command::Undo { of: moved.command }).await;
        let back = rep.deal_now(deal).await;
        assert_eq!((back.stage, back.close_on, back.met.len()), (first, None, 1));
        admin.apply(meet(deal, approval, false)).await;
        let lacks = unmet(refused(rep.carry_out(Command::Undo { of: undone.command }).await));
        assert_eq!(lacks[0].missing.len(), 1);
        assert_eq!(rep.deal_now(deal).await.stage, first);
        admin.apply(meet(deal, approval, true)).await;
        let again = rep.apply(Command::Undo { of: undone.command }).await;
        assert_eq!(rep.deal_now(deal).await.stage, second);
        // Leaving a stage by undoing is free, whatever the one before asks for by now.
        admin.apply(set_stage(first, "gate.fields", json!(["notes"]))).await;
        rep.apply(Command::Undo { of: again.command }).await;
        assert_eq!(rep.deal_now(deal).await.stage, first);
    });
}

#[test]
fn an_approval_is_given_for_a_figure() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (first, second) = (admin.stages[0], admin.stages[1]);
        let approval = ConditionId(clock::new_id());
        let over =
            json!([{ "id": approval, "by": { "role": "manager" }, "over": { "field": "amount", "limit": 100.0 } }]);
        admin.apply(set_stage(second, "gate.approvals", over)).await;
        let rep = admin.hire(Role::Rep).await;
        let deal = rep.new_deal("Quay").await;
        let raise = async |minor: i64| {
            let before = serde_json::to_value(rep.deal_now(deal).await.amount).expect("an amount");
            rep.apply(set(deal, "amount", before, json!({ "minor": minor, "currency": "CNY" }))).await;
        };
        raise(20_000).await;
        admin.apply(meet(deal, approval, true)).await;
        let moved = rep.apply(move_to(deal, first, second)).await;
        let undone = rep.apply(Command::Undo { of: moved.command }).await;
        raise(9_000_000).await;
        for command in [move_to(deal, first, second), Command::Undo { of: undone.command }] {
            let lacks = unmet(refused(rep.carry_out(command).await));
            assert!(matches!(lacks[0].missing[..], [Condition::Approval { id, .. }] if id == approval));
        }
        raise(15_000).await;
        rep.apply(move_to(deal, first, second)).await;
    });
}

#[test]
fn the_order_of_stages_goes_by_where_a_deal_has_been() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let [first, second, third, .., won, lost] = admin.stages[..] else { panic!("stages") };
        admin.apply(set_stage(won, "gate.in_order", json!(true))).await;
        admin.apply(set_stage(second, "gate.no_return", json!(true))).await;
        let new = async |through: &[StageId]| {
            let deal = admin.new_deal("Quay").await;
            for two in through.windows(2) {
                admin.apply(move_to(deal, two[0], two[1])).await;
            }
            deal
        };
        let lacks = async |deal: DealId, from: StageId, to: StageId| {
            let unmet = unmet(refused(admin.carry_out(move_to(deal, from, to)).await));
            unmet.into_iter().flat_map(|it| it.missing).collect::<Vec<_>>()
        };
        // As one batch as much as one by one.
        let deal = admin.new_deal("Quay").await;
        let parts = vec![move_to(deal, first, lost), move_to(deal, lost, won)];
        refused(admin.carry_out(Command::Batch { parts }).await);
        let deal = new(&[first, lost]).await;
        assert!(matches!(&lacks(deal, lost, won).await[..], [Condition::Order { stages }] if stages.contains(&second)));
        let open = &admin.stages[..admin.stages.len() - 2];
        let deal = new(open).await;
        let last = open[open.len() - 1];
        admin.apply(move_to(deal, last, lost)).await;
        admin.apply(move_to(deal, lost, won)).await;
        for detour in [first, lost] {
            let deal = new(&[first, third, detour]).await;
            assert_eq!(lacks(deal, detour, second).await, [Condition::NoReturn]);
            admin.apply(move_to(deal, detour, third)).await;
        }
    });
}

#[test]
fn two_administrators_edit_one_gate() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let other = admin.hire(Role::Admin).await;
        let stage = admin.stages[1];
        let item = |text: &str| json!([{ "id": ConditionId(clock::new_id()), "text": text }]);
        admin.apply(set_stage(stage, "gate.checklist", item("Minutes sent"))).await;
        other.apply(set_stage(stage, "gate.checklist", item("Visited"))).await;
        let settings = admin.page("/settings/pipelines").await;
        let texts: Vec<_> = settings.view.stages[&stage].gate.checklist.iter().map(|item| item.text.clone()).collect();
        assert_eq!(texts, ["Minutes sent", "Visited"]);
    });
}

#[test]
fn an_exception_is_recorded_with_its_reason() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        gated(&admin).await;
        let rep = admin.hire(Role::Rep).await;
        let (first, second) = (admin.stages[0], admin.stages[1]);
        let deal = rep.new_deal("Quay").await;
        let anyway = |reason: &str| Command::MoveAnyway {
            deal,
            stage: second,
            seen: first,
            place: domain::command::Place::default(),
            reason: reason.to_owned(),
        };
        unmet(refused(rep.carry_out(anyway("I want to")).await));
        assert_eq!(refused(admin.carry_out(anyway("")).await), Refusal::invalid("exception", Rule::Required));
        admin.apply(anyway("Signed at the fair")).await;
        let page = rep.page(&format!("/deals/{deal}")).await;
        assert_eq!(page.view.deals[&deal].exception, "Signed at the fair");
        let Page::Deal { history, .. } = page.page else { panic!("a deal's page") };
        let last = &history.recorded[0];
        assert_eq!(last.by, Some(admin.id));
        assert_eq!(last.changes[0].after("exception"), Some(&json!("Signed at the fair")));
        admin.apply(move_to(deal, second, admin.stages[2])).await;
        assert_eq!(admin.deal_now(deal).await.exception, "");
    });
}

#[test]
fn a_batch_names_what_each_deal_lacks_and_moves_none() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (item, _) = gated(&admin).await;
        let (first, second) = (admin.stages[0], admin.stages[1]);
        let (one, two, free) =
            (admin.new_deal("One").await, admin.new_deal("Two").await, admin.new_deal("Three").await);
        admin.apply(meet(one, item, true)).await;
        let parts =
            vec![move_to(one, first, second), move_to(two, first, second), move_to(free, first, admin.stages[2])];
        let before = admin.version().await;
        let lacks = unmet(refused(admin.carry_out(Command::Batch { parts }).await));
        assert_eq!(lacks.iter().map(|it| (it.deal, it.missing.len())).collect::<Vec<_>>(), [(one, 2), (two, 3)]);
        assert_eq!(admin.version().await, before);
        assert_eq!(admin.deal_now(free).await.stage, first);
        // A new deal in a later stage meets its gate as well.
        let late = domain::deal::Deal { stage: second, ..admin.deal("Late") };
        assert_eq!(unmet(refused(admin.carry_out(create(Record::Deal(late))).await))[0].missing.len(), 3);
    });
}

#[test]
fn a_loss_is_asked_for_its_reason() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (first, lost) = (admin.stages[0], admin.stages[6]);
        admin.apply(set_stage(lost, "gate.fields", json!(["loss_reason"]))).await;
        let reasons = Delta { before: Value::Null, after: json!(["Price", "价格"]) };
        admin.apply(Command::set(Target::new(Kind::Pipeline, admin.pipeline), "loss_reasons", reasons)).await;
        let deal = admin.new_deal("Quay").await;
        let lacks = unmet(refused(admin.carry_out(move_to(deal, first, lost)).await));
        assert_eq!(lacks[0].missing, [Condition::Field { field: "loss_reason".to_owned() }]);
        let wrong = refused(admin.carry_out(set(deal, "loss_reason", Value::Null, "Weather")).await);
        assert_eq!(wrong, Refusal::invalid("loss_reason", Rule::NotAChoice));
        let parts = vec![set(deal, "loss_reason", Value::Null, "价格"), move_to(deal, first, lost)];
        admin.apply(Command::Batch { parts }).await;
        assert_eq!(admin.deal_now(deal).await.loss_reason, "价格");
        // A stranger reads none of it, and the page of settings brings the gates along.
        assert_eq!(server.found().await.try_page(&format!("/deals/{deal}")).await.status(), StatusCode::NOT_FOUND);
        let settings = admin.page("/settings/pipelines").await;
        assert_eq!(settings.view.stages[&lost].gate.fields, ["loss_reason"]);
        assert_eq!(settings.view.pipelines[&admin.pipeline].loss_reasons, ["Price", "价格"]);
    });
}
