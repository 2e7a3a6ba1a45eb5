//! The funnel: the stages that are kept agree with the record of changes, and nobody counts deals that they may not see.

use crate::support::{Member, World, create, move_to, refused, request, run, set};
use chrono::Duration;
use domain::{
    access::{Role, Scope},
    change::{Delta, Target},
    command::{Command, Place},
    funnel::report::{Behind, Report, StageTime},
    id::StageId,
    money::{Currency, Money},
    record::{Kind, Record},
    refusal::Refusal,
    waterfall::Bar,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::clock;

async fn report(member: &Member, query: &str) -> Report {
    member.read(&format!("/api/v1/funnel{query}")).await
}

async fn reached(member: &Member, query: &str) -> Vec<u64> {
    report(member, query).await.main.funnel.steps.iter().map(|step| step.reached).collect()
}

#[test]
fn the_stages_that_are_kept_are_those_of_the_record() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let stages = admin.stages.clone();
        let [one, two, three] =
            [admin.new_deal("One").await, admin.new_deal("Two").await, admin.new_deal("Three").await];
        let agrees = async || {
            assert_eq!(world.store.strayed(admin.workspace).await.expect("an answer"), []);
        };
        assert_eq!(reached(&admin, "").await[..3], [3, 0, 0]);
        admin.apply(move_to(one, stages[0], stages[1])).await;
        let moved = admin.apply(move_to(one, stages[1], stages[2])).await;
        agrees().await;
        assert_eq!(reached(&admin, "").await[..3], [3, 1, 1]);
        // A move that is undone leaves no trace, and done again it is there.
        let undone = admin.apply(Command::Undo { of: moved.command }).await;
        agrees().await;
        assert_eq!(reached(&admin, "").await[..3], [3, 1, 0]);
        admin.apply(Command::Undo { of: undone.command }).await;
        agrees().await;
        assert_eq!(reached(&admin, "").await[..3], [3, 1, 1]);
        // Several commands in one transaction, several moves of one deal among them.
        let batch = [
            move_to(two, stages[0], stages[1]),
            move_to(two, stages[1], stages[2]),
            move_to(two, stages[2], stages[0]),
        ];
        admin.post(&batch.map(request)).await;
        let parts = vec![move_to(three, stages[0], stages[3]), move_to(two, stages[0], stages[1])];
        admin.apply(Command::Batch { parts }).await;
        agrees().await;
        let main = report(&admin, "").await.main;
        assert_eq!((main.skipped, main.again), (1, 1), "three skipped, two came back");
        // Won, and set right.
        admin.apply(move_to(three, stages[3], stages[5])).await;
        let yesterday = Some(clock::now() - Duration::days(1));
        admin.apply(Command::DateDeal { deal: three, created_at: None, closed_at: yesterday }).await;
        agrees().await;
        // A deal that is deleted counts nowhere, and comes back with its past.
        let deleted = admin.apply(Command::Delete { target: Target::new(Kind::Deal, two) }).await;
        assert_eq!(reached(&admin, "").await[0], 2);
        admin.apply(Command::Undo { of: deleted.command }).await;
        agrees().await;
        assert_eq!(report(&admin, "").await.main.again, 1);
        // What an older version left is caught up with.
        let before = report(&admin, "").await.main.funnel;
        world.ask(&format!("DELETE FROM stay WHERE workspace_id = '{}'", admin.workspace));
        assert_eq!(world.store.catch_up_stays().await.expect("caught up"), 3);
        agrees().await;
        assert_eq!(report(&admin, "").await.main.funnel, before);
    });
}

#[test]
fn both_rules_and_the_deals_behind_each_figure() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let stages = admin.stages.clone();
        let [straight, jumped, lost, open] = [
            admin.new_deal("Straight").await,
            admin.new_deal("Jumped").await,
            admin.new_deal("Lost").await,
            admin.new_deal("Open").await,
        ];
        for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)] {
            admin.apply(move_to(straight, stages[from], stages[to])).await;
        }
        admin.apply(move_to(jumped, stages[0], stages[5])).await;
        admin.apply(move_to(lost, stages[0], stages[1])).await;
        admin.apply(move_to(lost, stages[1], stages[6])).await;
        assert_eq!(reached(&admin, "").await, [4, 3, 2, 2, 2, 2]);
        assert_eq!(reached(&admin, "?rule=in_order").await, [4, 2, 1, 1, 1, 1]);
        let behind = async |query: &str| {
            let Behind { count, deals } = admin.read(&format!("/api/v1/funnel/deals{query}")).await;
            assert_eq!(count, deals.len());
            let mut deals: Vec<_> = deals.into_iter().map(|line| line.title).collect();
            deals.sort_unstable();
            deals.join(", ")
        };
        assert_eq!(behind("?figure=reached.1").await, "Jumped, Lost, Straight");
        assert_eq!(behind("?figure=reached.1&rule=in_order").await, "Lost, Straight");
        assert_eq!(behind("?figure=passed.0&rule=in_order").await, "Jumped");
        assert_eq!(behind("?figure=lost.1").await, "Lost");
        assert_eq!(behind("?figure=lost_from.1").await, "Lost");
        assert_eq!(behind("?figure=fate.open").await, "Open");
        assert_eq!(behind("?figure=age.0.young").await, "Open");
        assert_eq!(behind("?figure=skipped").await, "Jumped");
        // Who came to the second stage.
        assert_eq!(behind(&format!("?figure=cohort&entered={}", stages[1])).await, "Lost, Straight");
        // Numbers that are no step's hold nothing.
        assert_eq!(behind("?figure=reached.99").await, "");
        assert_eq!(admin.status("/api/v1/funnel/deals?figure=cohort&compared=true").await, StatusCode::NOT_FOUND);
        let _ = open;
    });
}

#[test]
fn the_waterfall_adds_up_from_what_was_edited() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let stages = admin.stages.clone();
        let money = |minor| Some(Money { minor, currency: Currency::EUR });
        let now = clock::now();
        let long_ago = now - Duration::days(400);
        let mut deals = Vec::new();
        for (title, minor) in [("Grown", 1_000), ("Won", 2_000), ("Lost", 4_000), ("Still", 8_000)] {
            let mut deal = admin.deal(title);
            (deal.amount, deal.created_at, deal.entered_at) = (money(minor), long_ago, long_ago);
            deals.push(deal.id);
            admin.apply(Command::Create { record: Record::Deal(deal), place: Place::default(), dated: true }).await;
        }
        let mut new = admin.deal("New");
        new.amount = money(16_000);
        admin.apply(create(Record::Deal(new))).await;
        admin.apply(set(deals[0], "amount", json!(money(1_000)), json!(money(1_500)))).await;
        admin.apply(move_to(deals[1], stages[0], stages[5])).await;
        admin.apply(set(deals[2], "amount", json!(money(4_000)), Value::Null)).await;
        admin.apply(move_to(deals[2], stages[0], stages[6])).await;
        let since = (now - Duration::days(2)).date_naive();
        let bridge = report(&admin, &format!("?since={since}")).await.bridge;
        let euros = &bridge.waterfalls[&Currency::EUR];
        assert_eq!((euros.opening.minor, euros.opening.deals), (15_000, 4));
        assert_eq!(euros.bar(Bar::New).minor, 16_000);
        assert_eq!(euros.bar(Bar::Grown).minor, 500);
        assert_eq!(euros.bar(Bar::Won).minor, -2_000);
        assert_eq!(euros.closing.minor, 1_500 + 8_000 + 16_000);
        for waterfall in bridge.waterfalls.values() {
            assert_eq!(waterfall.total(), waterfall.closing.minor);
        }
        let grown: Behind = admin.read(&format!("/api/v1/funnel/deals?since={since}&figure=bar.EUR.grown")).await;
        assert_eq!(grown.deals.iter().map(|line| &*line.title).collect::<Vec<_>>(), ["Grown"]);
    });
}

#[test]
fn a_deleted_deal_stands_in_the_waterfall_until_then() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let anna = admin.hire(Role::Rep).await;
        let own = Delta { before: json!(Scope::Workspace), after: json!(Scope::Own) };
        admin.apply(Command::set(Target::new(Kind::Member, anna.id), "scope", own)).await;
        let (now, long_ago) = (clock::now(), clock::now() - Duration::days(400));
        let mut deals = Vec::new();
        for (title, minor) in [("Here", 1_000), ("Gone", 4_000)] {
            let mut deal = admin.deal(title);
            (deal.amount, deal.created_at, deal.entered_at) =
                (Some(Money { minor, currency: Currency::EUR }), long_ago, long_ago);
            deals.push(deal.id);
            admin.apply(Command::Create { record: Record::Deal(deal), place: Place::default(), dated: true }).await;
        }
        let since = (now - Duration::days(30)).format("%Y-%m-%d").to_string();
        let euros = async |member: &Member| {
            let mut all = report(member, &format!("?since={since}")).await.bridge.waterfalls;
            let found = all.remove(&Currency::EUR).unwrap_or_default();
            assert_eq!(found.total(), found.closing.minor);
            (found.opening.minor, found.bar(Bar::Removed).minor, found.closing.minor)
        };
        let deleted = admin.apply(Command::Delete { target: Target::new(Kind::Deal, deals[1]) }).await;
        assert_eq!(euros(&admin).await, (5_000, -4_000, 1_000));
        let removed: Behind = admin.read(&format!("/api/v1/funnel/deals?since={since}&figure=bar.EUR.removed")).await;
        let lines: Vec<_> = removed.deals.iter().map(|line| (&*line.title, line.gone)).collect();
        assert_eq!((removed.count, lines), (1, vec![("Gone", true)]));
        // Who did not see it does not see that it is gone.
        assert_eq!(euros(&anna).await, (0, 0, 0));
        admin.apply(Command::Undo { of: deleted.command }).await;
        assert_eq!(euros(&admin).await, (5_000, 0, 5_000));
    });
}

#[test]
fn losses_are_told_by_reason_and_stage() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let stages = admin.stages.clone();
        let reasons = Delta { before: json!([]), after: json!(["Price", "Too late, A.D."]) };
        admin.apply(Command::set(Target::new(Kind::Pipeline, admin.pipeline), "loss_reasons", reasons)).await;
        let lose = |deal, from: usize, why: &str| {
            let why = set(deal, "loss_reason", Value::Null, why);
            Command::Batch { parts: vec![why, move_to(deal, stages[from], stages[6])] }
        };
        let mut deals = Vec::new();
        for (title, minor) in [("One", 1_000), ("Two", 2_000), ("Three", 4_000)] {
            let mut deal = admin.deal(title);
            deal.amount = Some(Money { minor, currency: Currency::EUR });
            deals.push(deal.id);
            admin.apply(create(Record::Deal(deal))).await;
        }
        // The stage's gate asks for nothing; the pipeline's reasons do.
        let lacks = refused(admin.carry_out(move_to(deals[0], stages[0], stages[6])).await);
        assert!(matches!(&lacks, Refusal::Gate { unmet } if unmet[0].missing.len() == 1), "{lacks:?}");
        admin.apply(lose(deals[0], 0, "Price")).await;
        admin.apply(move_to(deals[1], stages[0], stages[1])).await;
        admin.apply(lose(deals[1], 1, "Price")).await;
        admin.apply(lose(deals[2], 0, "Too late, A.D.")).await;
        let side = report(&admin, "").await.main;
        let told: Vec<_> =
            side.reasons.iter().map(|loss| (&*loss.reason, loss.deals, loss.sums[&Currency::EUR])).collect();
        assert_eq!(told, [("Price", 2, 3_000), ("Too late, A.D.", 1, 4_000)]);
        let there: Vec<_> =
            side.reasons[0].steps.iter().map(|it| (it.step, it.deals, it.sums[&Currency::EUR])).collect();
        assert_eq!(there, [(Some(0), 1, 1_000), (Some(1), 1, 2_000)]);
        let behind = async |figure: &str| {
            let Behind { deals, .. } = admin.read(&format!("/api/v1/funnel/deals?figure={figure}")).await;
            deals.into_iter().map(|line| line.title).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(behind("lost_for.any.Price").await, "Two, One");
        assert_eq!(behind("lost_for.1.Price").await, "Two");
        assert_eq!(behind("lost_for.any.Too%20late%2C%20A.D.").await, "Three");
        assert_eq!(behind("lost_for.none.").await, "");
        // Opened again it is lost no longer, and the reason stays in its history.
        admin.apply(move_to(deals[0], stages[6], stages[0])).await;
        assert_eq!(behind("lost_for.any.Price").await, "Two");
        assert_eq!(admin.deal_now(deals[0]).await.loss_reason, "");
    });
}

#[test]
fn late_stays_come_with_their_days_and_limits_with_their_evidence() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let stages = admin.stages.clone();
        let now = clock::now();
        let before = |days| now - Duration::days(days);
        for (title, days) in [("Late", 30), ("Latest", 60), ("Fresh", 0)] {
            let mut deal = admin.deal(title);
            (deal.created_at, deal.entered_at) = (before(days), before(days));
            admin.apply(Command::Create { record: Record::Deal(deal), place: Place::default(), dated: true }).await;
        }
        let stage_limit = admin.page("/board").await.view.stages[&stages[0]].time_limit;
        let seen = Delta { before: json!(stage_limit), after: json!(5) };
        admin.apply(Command::set(Target::new(Kind::Stage, stages[0]), "time_limit", seen)).await;
        let late: Behind = admin.read("/api/v1/funnel/deals?figure=late").await;
        let told: Vec<_> = late.deals.iter().map(|line| (&*line.title, line.stay, line.over)).collect();
        let [latest, other] = &told[..] else { panic!("{told:?}") };
        assert_eq!((latest.0, other.0), ("Latest", "Late"));
        for (_, stay, over) in [latest, other] {
            assert_eq!(stay.expect("days") - over.expect("days"), 5);
        }
        let first: Behind = admin.read("/api/v1/funnel/deals?figure=late.0").await;
        assert_eq!(first, late);
        assert_eq!(report(&admin, "").await.main.times[0].late, 2);
        // Where the customer is waited for, nothing is late.
        let waits = Delta { before: json!(false), after: json!(true) };
        admin.apply(Command::set(Target::new(Kind::Stage, stages[0]), "waiting", waits)).await;
        assert_eq!(admin.read::<Behind>("/api/v1/funnel/deals?figure=late").await.count, 0);
        // Twenty stays of some weeks propose a limit, which one of them exceeds.
        for at in 0..20_i64 {
            let mut deal = admin.deal(&format!("Past {at}"));
            (deal.created_at, deal.entered_at) = (before(100), before(100));
            let id = deal.id;
            admin.apply(Command::Create { record: Record::Deal(deal), place: Place::default(), dated: true }).await;
            let weeks = match at {
                0..10 => 1,
                10..19 => 2,
                _ => 3,
            };
            let at = Some(before(100) + Duration::weeks(weeks));
            let place = Place::default();
            admin.apply(Command::MoveDeal { deal: id, stage: stages[1], seen: stages[0], place, at }).await;
        }
        let path = format!("/api/v1/funnel/limits?pipeline={}", admin.pipeline);
        let limits: Vec<(StageId, StageTime)> = admin.read(&path).await;
        let (stage, time) = &limits[0];
        assert_eq!((*stage, time.over, time.lasting), (stages[0], 20, 3));
        let proposed = time.proposed.unwrap_or_else(|_| panic!("{time:?}"));
        assert_eq!((proposed.limit, proposed.longer, time.percentiles.p85.value), (10, 1, Some(10.0)), "{time:?}");
        let stranger = server.found().await;
        assert_eq!(stranger.status(&path).await, StatusCode::NOT_FOUND);
        assert_eq!(server.visitor().status(&path).await, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn nobody_counts_what_they_may_not_see() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, stranger) = (server.found().await, server.found().await);
        admin.new_deal("Admin's").await;
        let rep = admin.hire(Role::Rep).await;
        let view = rep.page("/board").await.view;
        let sees = view.deals.len() as u64;
        rep.new_deal("Rep's").await;
        assert_eq!(report(&rep, "").await.main.funnel.cohort.total(), sees + 1);
        assert_eq!(report(&admin, "").await.main.funnel.cohort.total(), 2);
        assert_eq!(report(&stranger, "").await.main.funnel.cohort.total(), 0);
        let foreign = format!("/api/v1/funnel?pipeline={}", admin.pipeline);
        assert_eq!(stranger.status(&foreign).await, StatusCode::NOT_FOUND);
        for path in ["/api/v1/funnel", "/api/v1/funnel.csv", "/api/v1/funnel/deals?figure=cohort"] {
            assert_eq!(server.visitor().status(path).await, StatusCode::UNAUTHORIZED, "{path}");
        }
        // Rendered by the server, with its table.
        let page = rep.get("/funnel").await.text().await.expect("a page");
        assert!(page.contains("data-step=\"0\"") && page.contains("steps-of"));
    });
}
