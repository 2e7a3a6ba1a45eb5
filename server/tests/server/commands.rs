//! Commands over HTTP: receipts, versions, conflicts, undo.

use crate::support::{World, any_account, applied, create, move_to, new_account, refused, request, run, set};
use domain::{
    access::Role,
    account::Account,
    change::{Target, Verb},
    command::{Command, Outcome, Place},
    money::{Currency, Money},
    record::{Kind, Record},
    refusal::{Clash, Refusal, Rule},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn the_same_command_twice_is_one_effect() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let before = admin.version().await;
        let command = any_account();
        let first = applied(admin.send(&command).await);
        assert_eq!(first.version, before + 1);
        // Later, in one request with itself, and through another server on the same database.
        assert_eq!(applied(admin.send(&command).await), first);
        let again = admin.post(&[command.clone(), command.clone()]).await;
        assert_eq!(again, [Outcome::Applied(first.clone()), Outcome::Applied(first.clone())]);
        let replica = world.serve_replica().await;
        let mut elsewhere = admin.clone();
        elsewhere.at.base.clone_from(&replica.base);
        assert_eq!(applied(elsewhere.send(&command).await), first);
        assert_eq!(admin.changes(before).await, [first]);

        // Not sent before, and twice in one request.
        let command = any_account();
        let outcomes = admin.post(&[command.clone(), command]).await;
        assert_eq!(outcomes[0], outcomes[1]);
        assert_eq!(admin.version().await, before + 2);
    });
}

#[test]
fn a_receipt_is_its_owners() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let manager = admin.hire(Role::Manager).await;
        let command = any_account();
        applied(admin.send(&command).await);
        assert_eq!(refused(manager.send(&command).await), Refusal::ForeignReceipt);
        // In another workspace the id means nothing.
        let neighbour = server.found().await;
        applied(neighbour.send(&command).await);
    });
}

#[test]
fn commands_stand_alone_and_a_batch_stands_together() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let before = admin.version().await;
        let nameless = || create(Record::Account(new_account(" ")));
        let outcomes = admin.post(&[any_account(), request(nameless()), any_account()]).await;
        assert_eq!(applied(outcomes[0].clone()).version, before + 1);
        assert_eq!(refused(outcomes[1].clone()), Refusal::Invalid { field: "name".to_owned(), rule: Rule::Required });
        assert_eq!(applied(outcomes[2].clone()).version, before + 2);

        let account = new_account("Nearly");
        let path = format!("/accounts/{}", account.id);
        let whole = Command::Batch { parts: vec![create(Record::Account(account.clone())), nameless()] };
        refused(admin.carry_out(whole).await);
        assert_eq!(admin.version().await, before + 2);
        assert_eq!(admin.try_page(&path).await.status(), StatusCode::NOT_FOUND);

        let other = create(Record::Account(new_account("Too")));
        let recorded = admin.apply(Command::Batch { parts: vec![create(Record::Account(account)), other] }).await;
        assert_eq!((recorded.version, recorded.changes.len()), (before + 3, 2));
        assert_eq!(admin.try_page(&path).await.status(), StatusCode::OK);
    });
}

#[test]
fn versions_have_no_gaps_under_32_writers() {
    run(async |world: World| {
        let server = world.serve().await;
        let replica = world.serve_replica().await;
        let admin = server.found().await;
        let before = admin.version().await;
        let writers: Vec<_> = (0..32)
            .map(|writer| {
                let mut admin = admin.clone();
                if writer % 2 == 1 {
                    admin.at.base.clone_from(&replica.base);
                }
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    for _ in 0..20 {
                        let command = any_account();
                        let recorded = applied(admin.send(&command).await);
                        assert_eq!(recorded.command, command.id);
                        mine.push((recorded.version, recorded.command));
                    }
                    assert!(mine.is_sorted(), "a writer saw versions go back: {mine:?}");
                    mine
                })
            })
            .collect();
        let mut told = BTreeSet::new();
        for writer in writers {
            told.extend(writer.await.expect("a writer"));
        }
        let log = admin.changes(before).await;
        let logged: BTreeSet<_> = log.iter().map(|recorded| (recorded.version, recorded.command)).collect();
        assert_eq!(log.len(), 640);
        assert_eq!(told, logged);
        assert_eq!(admin.version().await, before + 640);
    });
}

#[test]
fn a_conflict_keeps_both_values() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let manager = admin.hire(Role::Manager).await;
        let mut deal = admin.deal("Contested");
        let money = |minor| serde_json::to_value(Money::new(minor, Currency::USD)).expect("JSON");
        deal.amount = Some(Money::new(100, Currency::USD));
        let id = deal.id;
        admin.apply(create(Record::Deal(deal))).await;

        admin.apply(set(id, "amount", money(100), money(200))).await;
        let refusal = refused(manager.carry_out(set(id, "amount", money(100), money(300))).await);
        let clash = Clash { field: "amount".to_owned(), yours: money(300), theirs: money(200) };
        assert_eq!(refusal, Refusal::Conflict { target: Target::new(Kind::Deal, id), fields: vec![clash] });
        assert_eq!(admin.deal_now(id).await.amount, Some(Money::new(200, Currency::USD)));

        // The same wish is no conflict, and a field that nothing guards is written over.
        let version = admin.version().await;
        let outcome = manager.carry_out(set(id, "amount", money(100), money(200))).await;
        assert_eq!(outcome, Outcome::Unchanged { version });
        admin.apply(set(id, "title", "Contested", "One")).await;
        manager.apply(set(id, "title", "Contested", "Other")).await;
        assert_eq!(admin.deal_now(id).await.title, "Other");

        // A card that somebody moved meanwhile.
        let stages = &admin.stages;
        admin.apply(move_to(id, stages[0], stages[1])).await;
        let refusal = refused(manager.carry_out(move_to(id, stages[0], stages[2])).await);
        assert!(matches!(refusal, Refusal::Conflict { fields, .. } if fields[0].field == "stage"));
    });
}

#[test]
fn undo_restores_exactly_what_was() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let manager = admin.hire(Role::Manager).await;
        let mut deal = admin.deal("Kept");
        deal.amount = Some(Money::new(4_200, Currency::EUR));
        deal.tags = vec!["a".to_owned(), "b".to_owned()];
        deal.notes = "Long.".to_owned();
        let id = deal.id;
        let created = admin.apply(create(Record::Deal(deal))).await;
        let was = admin.deal_now(id).await;
        let stages = admin.stages.clone();
        let target = Target::new(Kind::Deal, id);

        let ways = [
            set(id, "tags", json!(["a", "b"]), json!(["c"])),
            set(id, "amount", json!({"minor": 4200, "currency": "EUR"}), Value::Null),
            move_to(id, stages[0], stages[5]),
            Command::Delete { target },
            Command::Batch { parts: vec![set(id, "notes", "Long.", Value::Null), move_to(id, stages[0], stages[1])] },
        ];
        for way in ways {
            let done = admin.apply(way).await;
            let undone = admin.apply(Command::Undo { of: done.command }).await;
            assert_eq!(undone.changes.len(), done.changes.len());
            assert_eq!(admin.deal_now(id).await, was, "after undoing {:?}", done.changes);
            // An undo is undone as well.
            admin.apply(Command::Undo { of: undone.command }).await;
            let again = request(Command::Undo { of: done.command });
            applied(admin.send(&again).await);
            assert_eq!(admin.deal_now(id).await, was);
        }

        // Somebody else was there meanwhile.
        let mine = admin.apply(set(id, "notes", "Long.", "Mine.")).await;
        manager.apply(set(id, "notes", "Mine.", "Theirs.")).await;
        let refusal = refused(admin.carry_out(Command::Undo { of: mine.command }).await);
        let clash = Clash { field: "notes".to_owned(), yours: json!("Long."), theirs: json!("Theirs.") };
        assert_eq!(refusal, Refusal::Conflict { target, fields: vec![clash] });
        assert_eq!(admin.deal_now(id).await.notes, "Theirs.");

        let unknown = Command::Undo { of: any_account().id };
        assert_eq!(refused(admin.carry_out(unknown).await), Refusal::NothingToUndo);
        // What was created and changed since stays.
        let refusal = refused(admin.carry_out(Command::Undo { of: created.command }).await);
        assert!(matches!(refusal, Refusal::Conflict { .. }), "{refusal:?}");
        let other = admin.apply(create(Record::Deal(admin.deal("Brief")))).await;
        let undone = admin.apply(Command::Undo { of: other.command }).await;
        assert_eq!(undone.changes[0].verb, Verb::Deleted);
    });
}

#[test]
fn what_is_not_understood_is_said() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let id = admin.new_deal("Plain").await;
        let before = admin.version().await;
        let post = async |body: &str| {
            let request =
                admin.request(Method::POST, "/api/v1/commands").header(header::CONTENT_TYPE, "application/json");
            request.body(body.to_owned()).send().await.expect("an answer").status()
        };
        for body in
            ["", "{", "{}", "[{}]", "[1]", r#"[{"id":"x","command":{"undo":{"of":"x"}}}]"#, r#"[{"command":"fly"}]"#]
        {
            assert_eq!(post(body).await, StatusCode::BAD_REQUEST, "{body}");
        }
        assert_eq!(post("[]").await, StatusCode::OK);
        assert_eq!(post(&"[".repeat(100_000)).await, StatusCode::BAD_REQUEST);
        assert_eq!(post(&" ".repeat(4 * 1024 * 1024 + 1)).await, StatusCode::PAYLOAD_TOO_LARGE);
        let many: Vec<_> = (0..501).map(|_| any_account()).collect();
        assert_eq!(admin.try_post(&many).await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);
        let text = admin.request(Method::POST, "/api/v1/commands").body("[]").send().await.expect("an answer");
        assert_eq!(text.status(), StatusCode::BAD_REQUEST);

        let nobody = any_account().id.to_string();
        let invalid = [
            ("title", json!(7), Rule::WrongType),
            ("title", json!(""), Rule::Required),
            ("title", Value::Null, Rule::Required),
            ("title", json!("x".repeat(301)), Rule::TooLong { max: 300 }),
            ("notes", json!("a\0b"), Rule::NulCharacter),
            ("title", json!("\u{200B}\u{2060}"), Rule::Required),
            ("title", json!("a\u{202E}b"), Rule::TurnsDirection),
            ("tags", json!(["x".repeat(61)]), Rule::TooLong { max: 60 }),
            ("tags", json!(vec!["x"; 51]), Rule::TooMany { max: 50 }),
            ("amount", json!({"minor": 1.5, "currency": "USD"}), Rule::WrongType),
            ("amount", json!({"minor": 1, "currency": "usd"}), Rule::WrongType),
            ("close_on", json!("tomorrow"), Rule::WrongType),
            ("owner", json!(nobody), Rule::Unknown { kind: Kind::Member }),
            ("account", json!(nobody), Rule::Unknown { kind: Kind::Account }),
            ("contacts", json!([nobody]), Rule::Unknown { kind: Kind::Contact }),
            ("stage", json!(admin.stages[1]), Rule::NotEditable),
            ("created_at", json!("2020-01-01T00:00:00Z"), Rule::NotEditable),
        ];
        let was = serde_json::to_value(admin.deal_now(id).await).expect("JSON");
        for (field, value, rule) in invalid {
            let outcome = admin.carry_out(set(id, field, was[field].clone(), value.clone())).await;
            assert_eq!(refused(outcome), Refusal::Invalid { field: field.to_owned(), rule }, "{field} {value}");
        }
        let refusal = refused(admin.carry_out(move_to(id, admin.stages[0], admin.pipeline.0.into())).await);
        assert_eq!(refusal, Refusal::invalid("stage", Rule::Unknown { kind: Kind::Stage }));
        let nested = Command::Batch { parts: vec![Command::Batch { parts: Vec::new() }] };
        assert_eq!(refused(admin.carry_out(nested).await), Refusal::invalid("parts", Rule::WrongType));
        assert_eq!(admin.version().await, before);
    });
}

#[test]
fn what_others_refer_to_stays_whatever_the_order() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("Referred to");
        let target = Target::new(Kind::Account, account.id);
        let mut deal = admin.deal("Refers");
        deal.account = Some(account.id);
        admin.apply(create(Record::Account(account.clone()))).await;
        let in_use = Refusal::InUse { kind: Kind::Account };

        // In one transaction: a deal, then a contact, that refer to what is deleted next.
        let outcomes =
            admin.post(&[request(create(Record::Deal(deal.clone()))), request(Command::Delete { target })]).await;
        applied(outcomes[0].clone());
        assert_eq!(refused(outcomes[1].clone()), in_use);
    });
}

#[test]
fn a_deletion_is_not_undone_into_nothing() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("Referred to");
        let target = Target::new(Kind::Account, account.id);
        let mut deal = admin.deal("Refers");
        deal.account = Some(account.id);
        admin.apply(create(Record::Account(account))).await;
        admin.apply(create(Record::Deal(deal.clone()))).await;
        // What a deleted deal referred to is gone when its deletion is undone.
        let deleted = admin.apply(Command::Delete { target: Target::new(Kind::Deal, deal.id) }).await;
        admin.apply(Command::Delete { target }).await;
        let outcomes = admin.post(&[any_account(), request(Command::Undo { of: deleted.command })]).await;
        applied(outcomes[0].clone());
        refused(outcomes[1].clone());
    });
}

#[test]
fn a_contact_made_at_the_same_moment_keeps_its_account() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("Referred to");
        let target = Target::new(Kind::Account, account.id);
        admin.apply(create(Record::Account(account.clone()))).await;
        let contact = json!({
            "id": any_account().id,
            "command": {"create": {"record": {"contact": {
                "id": any_account().id, "name": "Ann", "account": account.id, "created_at": account.created_at,
            }}}},
        });
        let contact = serde_json::from_value(contact).expect("a command");
        let outcomes = admin.post(&[contact, request(Command::Delete { target })]).await;
        applied(outcomes[0].clone());
        assert_eq!(refused(outcomes[1].clone()), Refusal::InUse { kind: Kind::Account });
    });
}

#[test]
fn undo_keeps_the_rules() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        // A deal that got activities meanwhile.
        let deal = admin.deal("Busy");
        let created = admin.apply(create(Record::Deal(deal.clone()))).await;
        let activity = json!({
            "id": any_account().id,
            "command": {"create": {"record": {"activity": {
                "id": any_account().id, "deal": deal.id, "type": "call", "subject": "Ask", "owner": admin.id,
                "created_at": deal.created_at,
            }}}},
        });
        applied(admin.send(&serde_json::from_value(activity).expect("a command")).await);
        let outcomes = admin.post(&[any_account(), request(Command::Undo { of: created.command })]).await;
        applied(outcomes[0].clone());
        assert_eq!(refused(outcomes[1].clone()), Refusal::InUse { kind: Kind::Deal });

        // The last administrator stays one, by undo as well.
        let second = admin.hire(Role::Rep).await;
        let role = |member, before: &str, after: &str| {
            let delta = domain::change::Delta { before: json!(before), after: json!(after) };
            Command::set(Target::new(Kind::Member, member), "role", delta)
        };
        let raised = admin.apply(role(second.id, "rep", "admin")).await;
        admin.apply(role(admin.id, "admin", "rep")).await;
        let refusal = refused(second.carry_out(Command::Undo { of: raised.command }).await);
        assert_eq!(refusal, Refusal::invalid("role", Rule::LastAdmin));
    });
}

#[test]
fn a_place_between_two_cards_is_kept() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let mut order = Vec::new();
        for title in ["a", "b", "c"] {
            order.push(admin.new_deal(title).await);
        }
        let place = Place { above: Some(order[0]), below: Some(order[1]) };
        let stage = admin.stages[0];
        admin.apply(Command::MoveDeal { deal: order[2], stage, seen: stage, place, at: None }).await;
        let mut deals: Vec<_> = admin.page("/board").await.view.deals.values().cloned().collect();
        deals.sort_by(|a, b| (&a.key, a.id).cmp(&(&b.key, b.id)));
        let titles: Vec<_> = deals.iter().map(|deal| deal.title.as_str()).collect();
        assert_eq!(titles, ["a", "c", "b"]);
    });
}

#[test]
fn an_undo_lets_go_of_what_it_made() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("New customer");
        let mut deal = admin.deal("First deal");
        deal.account = Some(account.id);
        let parts = || vec![create(Record::Account(account.clone())), create(Record::Deal(deal.clone()))];
        let made = admin.apply(Command::Batch { parts: parts() }).await;
        // Another deal of the account, which the undo does not know: the database does.
        let mut second = admin.deal("Second deal");
        second.account = Some(account.id);
        let second_made = admin.apply(create(Record::Deal(second.clone()))).await;
        let undo = |of| Command::Undo { of };
        let refusal = refused(admin.carry_out(undo(made.command)).await);
        assert_eq!(refusal, Refusal::InUse { kind: Kind::Account });
        admin.apply(undo(second_made.command)).await;
        let undone = admin.apply(undo(made.command)).await;
        let gone: Vec<_> = undone.changes.iter().map(|change| (change.target.kind, change.verb)).collect();
        assert_eq!(gone, [(Kind::Deal, Verb::Deleted), (Kind::Account, Verb::Deleted)]);
        admin.apply(undo(undone.command)).await;
        assert_eq!(admin.deal_now(deal.id).await.account, Some(account.id));

        // The deal is given to no account, or to another, and the account goes with the same batch.
        let target = Target::new(Kind::Account, account.id);
        let release = set(deal.id, "account", json!(account.id), Value::Null);
        let delete = || Command::Delete { target };
        assert_eq!(refused(admin.carry_out(delete()).await), Refusal::InUse { kind: Kind::Account });
        let both = admin.apply(Command::Batch { parts: vec![release, delete()] }).await;
        admin.apply(undo(both.command)).await;
        assert_eq!(admin.deal_now(deal.id).await.account, Some(account.id));
        let other = new_account("Merged");
        let merge = vec![
            create(Record::Account(other.clone())),
            set(deal.id, "account", json!(account.id), json!(other.id)),
            delete(),
        ];
        admin.apply(Command::Batch { parts: merge }).await;
        assert_eq!(admin.deal_now(deal.id).await.account, Some(other.id));
    });
}

#[test]
fn settings_go_together_with_what_is_in_them() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let team = domain::member::Team { id: any_account().id.0.into(), name: "North".to_owned() };
        let mine = json!([team.id]);
        let teams = |before: &Value, after: &Value| {
            let delta = domain::change::Delta { before: before.clone(), after: after.clone() };
            Command::set(Target::new(Kind::Member, admin.id), "teams", delta)
        };
        admin.apply(create(Record::Team(team.clone()))).await;
        admin.apply(teams(&Value::Null, &mine)).await;
        let delete = Command::Delete { target: Target::new(Kind::Team, team.id) };
        assert_eq!(refused(admin.carry_out(delete.clone()).await), Refusal::InUse { kind: Kind::Team });
        let gone = admin.apply(Command::Batch { parts: vec![teams(&mine, &Value::Null), delete.clone()] }).await;
        admin.apply(Command::Undo { of: gone.command }).await;
        admin.apply(teams(&mine, &Value::Null)).await;
        // A link that leads into the team holds it as well.
        let invitation = domain::member::Invitation {
            id: any_account().id.0.into(),
            token_hash: "0".repeat(64),
            role: Role::Rep,
            teams: vec![team.id],
            expires_at: server::clock::now(),
        };
        let link = Target::new(Kind::Invitation, invitation.id);
        admin.apply(create(Record::Invitation(invitation))).await;
        assert_eq!(refused(admin.carry_out(delete.clone()).await), Refusal::InUse { kind: Kind::Team });
        admin.apply(Command::Batch { parts: vec![Command::Delete { target: link }, delete] }).await;

        // One pipeline always stays.
        let id = any_account().id.0.into();
        let other = domain::pipeline::Pipeline { id, name: "Other".to_owned(), position: 1, loss_reasons: Vec::new() };
        admin.apply(create(Record::Pipeline(other))).await;
        let deal = admin.new_deal("In the way").await;
        let targets = admin.stages.iter().map(|stage| Target::new(Kind::Stage, *stage));
        let targets = targets.chain([Target::new(Kind::Pipeline, admin.pipeline)]);
        let whole: Vec<_> = targets.map(|target| Command::Delete { target }).collect();
        let refusal = refused(admin.carry_out(Command::Batch { parts: whole.clone() }).await);
        assert_eq!(refusal, Refusal::InUse { kind: Kind::Stage });
        let mut parts = vec![Command::Delete { target: Target::new(Kind::Deal, deal) }];
        parts.extend(whole);
        let gone = admin.apply(Command::Batch { parts }).await;
        admin.apply(Command::Undo { of: gone.command }).await;
        assert_eq!(admin.deal_now(deal).await.stage, admin.stages[0]);
    });
}

#[test]
fn an_external_id_passes_from_one_to_the_next() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let carrying = |external: &str| {
            let account = Account { external_id: Some(external.to_owned()), ..new_account(external) };
            (Target::new(Kind::Account, account.id), create(Record::Account(account)))
        };
        let external = |target, before: Value, after: Value| {
            Command::set(target, "external_id", domain::change::Delta { before, after })
        };
        let taken = Refusal::invalid("external_id", Rule::Taken);
        let ((x, make_x), (y, make_y)) = (carrying("X"), carrying("Y"));
        admin.apply(Command::Batch { parts: vec![make_x, make_y] }).await;
        let (one, other) = (json!("X"), json!("Y"));
        let swap = vec![
            external(x, one.clone(), Value::Null),
            external(y, other.clone(), one.clone()),
            external(x, Value::Null, other.clone()),
        ];
        admin.apply(Command::Batch { parts: swap }).await;
        // In one transaction, one after the other.
        let (_, again) = carrying("X");
        let outcomes = admin.post(&[request(external(y, one, Value::Null)), request(again)]).await;
        let given_up = applied(outcomes[0].clone());
        applied(outcomes[1].clone());
        // What somebody else has by now does not come back.
        assert_eq!(refused(admin.carry_out(Command::Undo { of: given_up.command }).await), taken);
        let (_, replacing) = carrying("Y");
        admin.apply(Command::Batch { parts: vec![Command::Delete { target: x }, replacing] }).await;
    });
}

#[test]
fn a_time_zone_is_one_that_the_server_knows() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let zone = |name: &str| {
            let delta = domain::change::Delta { before: Value::Null, after: json!(name) };
            Command::set(Target::new(Kind::Workspace, admin.workspace), "zone", delta)
        };
        for unknown in ["Mars/Base", "europe/berlin", "UTC+8"] {
            let refusal = refused(admin.carry_out(zone(unknown)).await);
            assert_eq!(refusal, Refusal::invalid("zone", Rule::NotAChoice), "{unknown}");
        }
        admin.apply(zone("Europe/Berlin")).await;
    });
}
