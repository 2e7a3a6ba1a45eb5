//! What nobody sends who means well: every answer is a refusal, never a fault.

use crate::support::{Member, World, any_account, applied, create, new_account, read, refused, request, run, set};
use chrono::{DateTime, Utc};
use domain::{
    access::{Role, Scope},
    activity::{Activity, ActivityType},
    change::{Delta, Target},
    command::{Command, Outcome, Place},
    contact::Contact,
    field::{Field, FieldType},
    member::{Invitation, Team},
    pipeline::{Outcome as StageOutcome, Pipeline, Stage},
    record::{Kind, Record},
    refusal::{Refusal, Rule},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use server::clock;
use uuid::Uuid;

/// Values that do not belong into most fields, or into none.
fn values(own: Uuid) -> Vec<Value> {
    let far = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC].map(|at| json!(at));
    let words = [
        "",
        "a\0b",
        "2026-02-30",
        "0001-01-01",
        "-0044-03-15",
        "+262142-12-31",
        "-262143-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "23:59:60",
        "24:00",
        "Mars/Base",
        "Ünïcødé 😀 \u{202e} \u{feff}",
    ];
    let ids =
        [own.to_string(), own.urn().to_string(), own.braced().to_string(), own.simple().to_string().to_uppercase()];
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(u32::MAX),
        json!(1e308),
        json!("x".repeat(30_000)),
        json!(vec!["x"; 51]),
        json!(["\0"]),
        json!([own, own]),
        json!([[[[]]]]),
        json!({}),
        json!({ "minor": i64::MAX, "currency": "USD" }),
        json!({ "minor": i64::MIN, "currency": "USD" }),
        json!({ "minor": 1, "currency": "\0\0\0" }),
        json!({ "text": "\0" }),
        json!({ "number": -0.0 }),
        json!({ "number": 1e308 }),
        json!({ "person": own }),
        json!({ "date": "+262142-12-31" }),
    ];
    let words = words.map(|word| json!(word)).into_iter();
    words.chain(ids.map(Value::String)).chain(far).chain(others).collect()
}

/// One record of every kind that can be made.
fn records(admin: &Member) -> Vec<Record> {
    let now = clock::now();
    let account = new_account("Account");
    let contact = Contact::new(clock::new_id().into(), "Contact".to_owned(), now);
    let deal = admin.deal("Deal");
    let activity = Activity {
        id: clock::new_id().into(),
        deal: None,
        account: None,
        activity_type: ActivityType::Call,
        subject: "Call".to_owned(),
        note: String::new(),
        owner: admin.id,
        due_on: None,
        due_time: None,
        done_at: None,
        created_at: now,
    };
    let id = clock::new_id().into();
    let field = Field { id, on: Kind::Deal, name: "Field".to_owned(), field_type: FieldType::Text, position: 0 };
    let stage = Stage {
        id: clock::new_id().into(),
        pipeline: admin.pipeline,
        name: "Stage".to_owned(),
        position: 9,
        outcome: StageOutcome::Open,
        probability: 1,
        time_limit: None,
        waiting: false,
        wip_limit: None,
        guidance: String::new(),
        gate: domain::gate::Gate::default(),
        starts: None,
    };
    let member = domain::member::Member {
        id: clock::new_id().into(),
        name: "Member".to_owned(),
        email: String::new(),
        role: Role::Rep,
        scope: Scope::Workspace,
        teams: Vec::new(),
        active: true,
        days_off: std::collections::BTreeMap::new(),
        days_on: std::collections::BTreeMap::new(),
    };
    let id = clock::new_id();
    let token_hash = format!("{:0>64}", id.simple().to_string());
    let invitation = Invitation { id: id.into(), token_hash, role: Role::Rep, teams: Vec::new(), expires_at: now };
    vec![
        Record::Account(account),
        Record::Contact(contact),
        Record::Deal(deal),
        Record::Activity(activity),
        Record::Field(field),
        Record::Pipeline(Pipeline {
            id: clock::new_id().into(),
            name: "Pipeline".to_owned(),
            position: 9,
            loss_reasons: Vec::new(),
        }),
        Record::Stage(stage),
        Record::Team(Team { id: clock::new_id().into(), name: "Team".to_owned() }),
        Record::Member(member),
        Record::Invitation(invitation),
    ]
}

/// Fields that a record has only when they are set.
const OPTIONAL: [&str; 24] = [
    "account",
    "amount",
    "close_on",
    "collaborators",
    "contacts",
    "custom",
    "deal",
    "due_on",
    "due_time",
    "done_at",
    "closed_at",
    "email",
    "external_id",
    "guidance",
    "note",
    "notes",
    "options",
    "phone",
    "source",
    "tags",
    "teams",
    "time_limit",
    "wip_limit",
    "nonsense",
];

/// Sends the commands, each for itself, and expects an outcome for each.
async fn survives(admin: &Member, what: &str, commands: Vec<Command>) {
    let requests: Vec<_> = commands.into_iter().map(request).collect();
    let answer = admin.try_post(&requests).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{what}");
    let outcomes: Vec<Outcome> = read(answer).await;
    assert_eq!(outcomes.len(), requests.len(), "{what}");
}

#[test]
fn no_value_in_any_field_is_a_fault() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let workspace = admin.page("/board").await.view.workspace().expect("a workspace").clone();
        let made = records(&admin);
        for record in &made {
            admin.apply(create(record.clone())).await;
        }
        for record in made.iter().chain([&Record::Workspace(workspace)]) {
            let (kind, target) = (record.kind(), Target::new(record.kind(), record.uuid()));
            let custom = made.iter().find_map(|record| match record {
                Record::Field(field) => Some(format!("custom.{}", field.id)),
                _ => None,
            });
            let names = record.to_fields().into_iter().map(|(name, _)| name);
            for field in names.chain(OPTIONAL.map(str::to_owned)).chain(custom).chain(["custom.x".to_owned()]) {
                let edits = values(record.uuid()).into_iter().map(|after| {
                    let before = Value::Null;
                    Command::set(target, &field, Delta { before, after })
                });
                survives(&admin, &format!("editing {field} of {kind:?}"), edits.collect()).await;
                let fresh = values(record.uuid()).into_iter().filter_map(|value| {
                    let mut fields = record.to_fields();
                    fields.insert(field.clone(), value);
                    let altered = Record::from_fields(kind, fields).ok().filter(|altered| altered != record)?;
                    let mut fields = altered.to_fields();
                    fields.insert("id".to_owned(), json!(clock::new_id()));
                    Record::from_fields(kind, fields).ok()
                });
                let creates = fresh.flat_map(|record| {
                    let place = Place { above: Some(record.uuid().into()), below: None };
                    [false, true].map(|dated| Command::Create { record: record.clone(), place, dated })
                });
                survives(&admin, &format!("creating {kind:?} with {field}"), creates.collect()).await;
            }
        }
        for page in ["/board", "/accounts", "/settings/members", "/settings/pipelines"] {
            assert_eq!(admin.status(page).await, StatusCode::OK, "{page}");
        }
    });
}

#[test]
fn no_body_is_a_fault() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let name = |text: &str| {
            let named = serde_json::to_string(&[request(create(Record::Account(new_account("MARK"))))]).expect("JSON");
            named.replace("MARK", text).into_bytes()
        };
        let post = async |body: Vec<u8>, content_type: &str| {
            let post = admin.request(Method::POST, "/api/v1/commands").header(header::CONTENT_TYPE, content_type);
            post.body(body).send().await.expect("an answer").status()
        };
        let json = "application/json";
        assert_eq!(post(name("fine"), json).await, StatusCode::OK);
        let invalid = [r"\ud800", r"\udc00\ud800", r"\x", "\u{1}"].map(name);
        let cut = name("\u{fffd}").into_iter().filter(|byte| *byte != 0xbd).collect();
        let deep = format!("[{}1{}]", "[".repeat(5_000), "]".repeat(5_000)).into_bytes();
        let deep_object = format!("[{}1{}]", r#"{"command":"#.repeat(5_000), "}".repeat(5_000)).into_bytes();
        for body in invalid.into_iter().chain([cut, deep, deep_object]) {
            let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
            assert_eq!(post(body, json).await, StatusCode::BAD_REQUEST, "{shown}");
        }
        for other in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
            assert_eq!(post(name("fine"), other).await, StatusCode::BAD_REQUEST, "{other}");
        }
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let status = admin.request(method, "/api/v1/commands").send().await.expect("an answer").status();
            assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        }
        for since in [i64::MIN, -1, i64::MAX] {
            assert_eq!(admin.status(&format!("/api/v1/changes?since={since}")).await, StatusCode::OK, "{since}");
        }
        for path in ["/api/v1/changes?since=9223372036854775808", "/api/v1/page", "/api/v1/board/x"] {
            assert_eq!(admin.status(path).await, StatusCode::BAD_REQUEST, "{path}");
        }
        assert_eq!(admin.status("/join/x/y").await, StatusCode::NOT_FOUND);
        for path in ["/api/v1/search?q=%ff%00", "/board?q=%ff%00&tag=%00", "/accounts?q=%00", "/enter?next=%ff%00"] {
            assert_eq!(admin.status(path).await, StatusCode::OK, "{path}");
        }
    });
}

#[test]
fn no_command_is_a_fault() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let before = admin.version().await;
        let batch = |parts: Vec<Command>| Command::Batch { parts };
        let account = || create(Record::Account(new_account("Account")));
        let invalid = |field: &str, rule| Refusal::invalid(field, rule);
        let same = account();
        let Command::Create { record, .. } = &same else { panic!("an account") };
        let target = Target::new(Kind::Account, record.uuid());
        let stage = Target::new(Kind::Stage, admin.stages[0]);
        let refusals = [
            (batch(vec![same.clone(), same.clone()]), invalid("id", Rule::Taken)),
            (batch(vec![batch(Vec::new())]), invalid("parts", Rule::WrongType)),
            (batch(vec![Command::Undo { of: any_account().id }]), Refusal::NothingToUndo),
            (
                batch(vec![same.clone(), Command::Delete { target }, Command::Delete { target }]),
                Refusal::NotFound { kind: Kind::Account },
            ),
            (
                Command::set(stage, "pipeline", Delta { before: Value::Null, after: json!(admin.pipeline) }),
                invalid("pipeline", Rule::NotEditable),
            ),
        ];
        for (command, refusal) in refusals {
            assert_eq!(refused(admin.carry_out(command.clone()).await), refusal, "{command:?}");
        }
        let empty = admin.carry_out(batch(Vec::new())).await;
        assert_eq!(empty, Outcome::Unchanged { version: before });
        let many = request(batch(vec![Command::RedrawColumn { stage: admin.stages[0] }; 10_000]));
        let answer = admin.try_post(&[many]).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);

        // A batch that undoes, and an undo of that, of that, and of that.
        let made = admin.apply(same).await;
        let mut last = admin.apply(batch(vec![Command::Undo { of: made.command }, account()])).await;
        for _ in 0..3 {
            last = admin.apply(Command::Undo { of: last.command }).await;
        }
        assert_eq!(last.changes.len(), 2);
    });
}

#[test]
fn imports_are_for_those_who_may_import() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let run = clock::new_id();
        world.ask(&format!(
            "INSERT INTO import_run (workspace_id, id, member_id, file_name, started_at, state, progress)
             VALUES ('{}', '{run}', '{}', 'secret.csv', now(), 'done', '{{}}')",
            admin.workspace, admin.id
        ));
        for (member, sees) in [(&admin, true), (&rep, false)] {
            let imports = member.get("/import").await;
            assert_eq!(imports.status(), StatusCode::OK);
            assert_eq!(imports.text().await.expect("a page").contains("secret.csv"), sees);
            let status = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(member.status(&format!("/import/{run}")).await, status);
        }
    });
}

#[test]
fn who_lags_behind_sees_no_more_than_others() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let mut live = crate::live::Events::open(&rep, rep.version().await).await;
        // So much that it cannot be waiting on the way, nor in the server for one listener.
        for _ in 0..16 {
            let large = || {
                let account = domain::account::Account { notes: "x".repeat(20_000), ..new_account("Large") };
                request(create(Record::Account(account)))
            };
            let commands: Vec<_> = (0..150).map(|_| large()).collect();
            admin.post(&commands).await.into_iter().map(applied).for_each(drop);
        }
        let delta = Delta { before: json!("workspace"), after: json!("own") };
        admin.apply(Command::set(Target::new(Kind::Member, rep.id), "scope", delta)).await;
        let hidden = admin.new_deal("Quagga hidden").await;
        admin.apply(set(hidden, "notes", "", "Quagga secret")).await;
        let mut last = None;
        while let Some(event) = live.next().await {
            assert!(!event.data.contains("Quagga"), "{event:?}");
            last = Some(event);
        }
        assert_eq!(last.expect("an event").name, "reset");
    });
}
