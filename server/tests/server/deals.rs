//! The table of deals: windows in every order, filters that agree with the rules, what each member sees, and the file.

use crate::support::{Member, Random, World, create, new_account, read, request, run};
use chrono::{Days, Duration, NaiveDate};
use domain::{
    access::{Role, Scope},
    account::Account,
    activity::{Activity, ActivityType},
    board::{Filter, Totals},
    change::{Delta, Target},
    command::{Command, Request},
    deal::{Deal, Priority},
    field::{Field, FieldType, FieldValue},
    grid::{Column, Group, GroupKey, Heads, Query, Sort, Window},
    id::{ActivityId, DealId, FieldId, TeamId},
    member::Team,
    money::{Currency, Money},
    page::{Address, Page, Snapshot},
    record::{Kind, Record},
    view::{Versioned, View},
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::clock;
use std::{cmp::Ordering, collections::BTreeMap};

const WORDS: [&str; 8] = ["Crane", "北辰", "ÉTÉ", "pump", "Ship", "忠县 pump", "100% sure", "a_b"];

/// A workspace with deals of every kind: with and without each field, in two currencies, of two people.
struct Scene {
    admin: Member,
    other: Member,
    team: TeamId,
    fields: Vec<FieldId>,
    view: View,
    next: BTreeMap<DealId, NaiveDate>,
}

async fn scene(world: &World) -> Scene {
    let server = world.serve().await;
    let admin = server.found().await;
    // The server stays for as long as the test.
    std::mem::forget(server);
    let other = admin.hire(Role::Rep).await;
    let team = Team { id: TeamId(clock::new_id()), name: "North".to_owned() };
    let mut commands: Vec<Request> = vec![request(create(Record::Team(team.clone())))];
    let member = Target::new(Kind::Member, other.id);
    let teams = Delta { before: json!([]), after: json!([team.id]) };
    commands.push(request(Command::set(member, "teams", teams)));
    let types = [
        FieldType::Number,
        FieldType::Text,
        FieldType::Choice { options: vec!["High".to_owned(), "Low".to_owned()] },
        FieldType::Date,
        FieldType::Money,
        FieldType::Person,
    ];
    let mut fields = Vec::new();
    for (position, field_type) in (0..).zip(types) {
        let id = FieldId(clock::new_id());
        fields.push(id);
        let field = Field { id, on: Kind::Deal, name: format!("F{position}"), field_type, position };
        commands.push(request(create(Record::Field(field))));
    }
    let accounts: Vec<Account> = ["Acme", "acme", "Zeta", "忠县港"].map(new_account).to_vec();
    commands.extend(accounts.iter().cloned().map(|account| request(create(Record::Account(account)))));
    let mut random = Random(7);
    let mut deals = Vec::new();
    let mut next = BTreeMap::new();
    let day = |random: &mut Random| NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + Days::new(random.below(90));
    for number in 0..180 {
        let mut maybe = |one_in: u64| random.below(one_in) > 0;
        let (amount, account, close, tags, source, external, custom) =
            (maybe(5), maybe(4), maybe(4), maybe(3), maybe(3), maybe(4), maybe(3));
        let pick = |random: &mut Random, count: usize| usize::try_from(random.below(count as u64)).unwrap();
        let now = clock::now();
        let currency = if maybe(3) { Currency::CNY } else { Currency::USD };
        let mut deal = Deal {
            owner: if maybe(2) { other.id } else { admin.id },
            stage: admin.stages[pick(&mut random, admin.stages.len())],
            amount: amount.then(|| Money::new(i64::try_from(random.below(5_000)).unwrap(), currency)),
            account: account.then(|| accounts[pick(&mut random, accounts.len())].id),
            close_on: close.then(|| day(&mut random)),
            tags: if tags { vec![WORDS[pick(&mut random, 8)].to_owned(), "x".to_owned()] } else { Vec::new() },
            source: if source { WORDS[pick(&mut random, 8)].to_owned() } else { String::new() },
            priority: Priority::ALL[pick(&mut random, 3)],
            external_id: external.then(|| format!("EXT-{number}")),
            created_at: now - Duration::minutes(i64::try_from(random.below(10_000)).unwrap()),
            ..admin.deal(WORDS[pick(&mut random, 8)])
        };
        deal.entered_at = deal.created_at + Duration::seconds(i64::try_from(random.below(50)).unwrap());
        if custom {
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let number = random.below(50) as f64 / 4.0;
            deal.custom = BTreeMap::from([
                (fields[0], FieldValue::Number(number)),
                (fields[1], FieldValue::Text(WORDS[pick(&mut random, 8)].to_owned())),
                (fields[2], FieldValue::Choice(["High", "Low"][pick(&mut random, 2)].to_owned())),
                (fields[3], FieldValue::Date(day(&mut random))),
                (fields[4], FieldValue::Money(Money::new(i64::try_from(random.below(900)).unwrap(), currency))),
                (fields[5], FieldValue::Person(if number > 5.0 { admin.id } else { other.id })),
            ]);
        }
        if random.below(3) == 0 {
            let due = day(&mut random);
            next.insert(deal.id, due);
            deals.push((deal, Some(due)));
        } else {
            deals.push((deal, None));
        }
    }
    for (deal, due) in deals {
        let (id, owner) = (deal.id, deal.owner);
        let place = domain::command::Place::default();
        commands.push(request(Command::Create { record: Record::Deal(deal), place, dated: true }));
        commands.extend(due.map(|due| {
            let now = clock::now();
            request(create(Record::Activity(Activity {
                id: ActivityId(clock::new_id()),
                deal: Some(id),
                account: None,
                activity_type: ActivityType::Call,
                subject: "Call".to_owned(),
                note: String::new(),
                owner,
                due_on: Some(due),
                due_time: None,
                done_at: None,
                created_at: now,
            })))
        }));
    }
    for outcome in admin.post(&commands).await {
        crate::support::applied(outcome);
    }
    let view = admin.page("/deals").await.view;
    let mut whole = view.clone();
    let Snapshot { view: more, .. } = window_of(&admin, &Query::default(), 0, 500).await.0;
    whole.merge(more);
    Scene { admin, other, team: team.id, fields, view: whole, next }
}

async fn window_of(member: &Member, query: &Query, from: usize, count: usize) -> (Snapshot, Window) {
    let listed = query.to_query();
    let begin = if listed.is_empty() { "?" } else { "&" };
    let snapshot: Snapshot =
        member.read(&format!("/api/v1/deals{listed}{begin}from={from}&count={count}&heads=true")).await;
    let Page::Deals(window) = snapshot.page.clone() else { panic!("no window: {:?}", snapshot.page) };
    (snapshot, window)
}

/// Every row of a list, by windows that do not fit it evenly.
async fn all_rows(member: &Member, query: &Query) -> (Vec<DealId>, Heads) {
    let (mut rows, mut heads) = (Vec::new(), Heads::default());
    loop {
        let (snapshot, window) = window_of(member, query, rows.len(), 47).await;
        assert_eq!(window.from as usize, rows.len());
        assert!(window.rows.iter().all(|row| snapshot.view.deals.contains_key(row)), "a row without its record");
        heads = window.heads.unwrap_or(heads);
        let is_last = window.rows.len() < 47;
        rows.extend(window.rows);
        if is_last {
            return (rows, heads);
        }
    }
}

fn totals<'a>(view: &View, deals: impl Iterator<Item = &'a Deal>) -> Totals {
    let mut totals = Totals::default();
    for deal in deals {
        totals.add(deal, view.stages[&deal.stage].probability);
    }
    totals
}

/// How two deals stand by a column, what is not set last; by the rules' own data.
fn order(scene: &Scene, sort: Sort, one: &Deal, other: &Deal) -> Ordering {
    let key = |deal: &Deal| key(scene, sort.column, deal);
    match (key(one), key(other)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => {
            let order = one.0.cmp(&other.0).then(one.1.total_cmp(&other.1));
            if sort.descending { order.reverse() } else { order }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "dates and amounts of a test")]
fn key(scene: &Scene, column: Column, deal: &Deal) -> Option<(String, f64)> {
    let view = &scene.view;
    let word = |text: &str| (!text.is_empty()).then(|| (text.to_lowercase(), 0.0));
    let number = |number: f64| Some((String::new(), number));
    let day = |day: NaiveDate| number((day - NaiveDate::MIN).num_days() as f64);
    let member = |id| {
        let mut members: Vec<_> = view.members.values().collect();
        members.sort_by_key(|member| (member.name.to_lowercase(), member.id));
        number(members.iter().position(|member| member.id == id).unwrap() as f64)
    };
    let money = |money: Money| Some((money.currency.to_string(), money.minor as f64));
    match column {
        Column::Title => word(&deal.title),
        Column::Account => word(&view.accounts[&deal.account?].name),
        Column::Pipeline => number(0.0),
        Column::Stage => number(f64::from(view.stages[&deal.stage].position)),
        Column::Amount => money(deal.amount?),
        Column::Owner => member(deal.owner),
        Column::CloseOn => day(deal.close_on?),
        Column::Priority => number(f64::from(deal.priority as u8)),
        Column::Source => word(&deal.source),
        Column::LossReason => word(&deal.loss_reason),
        Column::Tags => word(&deal.tags.join(", ")),
        Column::Created => number(deal.created_at.timestamp_micros() as f64),
        Column::Stay => {
            if deal.closed_at.is_some() {
                return None;
            }
            number(-(deal.entered_at.timestamp_micros() as f64))
        }
        Column::Next => day(*scene.next.get(&deal.id)?),
        Column::Custom(id) => match deal.custom.get(&id)? {
            FieldValue::Text(text) | FieldValue::Choice(text) => word(text),
            FieldValue::Number(value) => number(*value),
            FieldValue::Money(amount) => money(*amount),
            FieldValue::Date(date) => day(*date),
            FieldValue::Person(id) => member(*id),
        },
    }
}

#[test]
fn every_column_sorts_both_ways_and_every_row_comes_once() {
    run(async |world: World| {
        let scene = scene(&world).await;
        assert_eq!(scene.view.deals.len(), 180);
        let custom = scene.fields.iter().map(|field| Column::Custom(*field));
        for column in Column::FIXED.into_iter().chain(custom) {
            for descending in [false, true] {
                let sort = Sort { column, descending };
                let (rows, _) = all_rows(&scene.admin, &Query { sort, ..Query::default() }).await;
                let mut expected: Vec<&Deal> = scene.view.deals.values().collect();
                // What is equal stands by its id.
                expected.sort_by(|one, other| order(&scene, sort, one, other).then(one.id.cmp(&other.id)));
                let expected: Vec<DealId> = expected.iter().map(|deal| deal.id).collect();
                assert_eq!(rows, expected, "{column} {descending}");
            }
        }
    });
}

#[test]
fn a_filter_shows_what_the_rules_admit() {
    run(async |world: World| {
        let scene = scene(&world).await;
        let (admin, view) = (&scene.admin, &scene.view);
        let account = view.accounts.values().find(|account| account.name == "Zeta").map(|account| account.id);
        let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
        let filters = [
            text("PUMP"),
            text("été"),
            text("北"),
            text("ext-1"),
            text("%"),
            text("_"),
            text("acme"),
            text("nothing like it"),
            text("nul\0"),
            Filter { owners: vec![admin.id], ..Filter::default() },
            Filter { owners: vec![admin.id, scene.other.id], ..text("x") },
            Filter { team: Some(scene.team), ..Filter::default() },
            Filter { team: Some(scene.team), owners: vec![admin.id], ..Filter::default() },
            Filter { team: Some(TeamId(clock::new_id())), ..Filter::default() },
            Filter { account, ..Filter::default() },
            Filter { tag: Some("北辰".to_owned()), ..Filter::default() },
            Filter {
                tag: Some("x".to_owned()),
                owners: vec![scene.other.id],
                account,
                text: "a".to_owned(),
                team: None,
                priority: Some(Priority::Low),
            },
            Filter { priority: Some(Priority::High), ..Filter::default() },
        ];
        for filter in filters {
            let query = Query { filter: filter.clone(), pipeline: Some(admin.pipeline), ..Query::default() };
            let (mut rows, heads) = all_rows(admin, &query).await;
            let admitted: Vec<&Deal> = view.deals.values().filter(|deal| filter.admits(deal, view)).collect();
            rows.sort_unstable();
            assert_eq!(rows, admitted.iter().map(|deal| deal.id).collect::<Vec<_>>(), "{filter:?}");
            assert_eq!(heads.totals, totals(view, admitted.into_iter()), "{filter:?}");
        }
    });
}

#[test]
fn groups_hold_their_rows_in_order_and_add_up() {
    run(async |world: World| {
        let scene = scene(&world).await;
        for group in Group::ALL {
            let sort = Sort { column: Column::Amount, descending: true };
            let query = Query { group: Some(group), sort, ..Query::default() };
            let (rows, heads) = all_rows(&scene.admin, &query).await;
            let mut rows = rows.into_iter().map(|id| &scene.view.deals[&id]);
            for head in &heads.groups {
                let of_group: Vec<&Deal> = rows.by_ref().take(head.totals.deals as usize).collect();
                assert!(of_group.iter().all(|deal| group.of(deal) == head.key), "{group:?}: {:?}", head.key);
                assert_eq!(head.totals, totals(&scene.view, of_group.into_iter()));
            }
            assert_eq!(rows.next(), None);
            let mut keys: Vec<GroupKey> = heads.groups.iter().map(|head| head.key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), heads.groups.len(), "a group stands once");
        }
    });
}

#[test]
fn nobody_sees_more_than_their_scope_and_no_other_workspace() {
    run(async |world: World| {
        let scene = scene(&world).await;
        let member = Target::new(Kind::Member, scene.other.id);
        let scope = Delta { before: json!(Scope::Workspace), after: json!(Scope::Own) };
        scene.admin.apply(Command::set(member, "scope", scope)).await;
        let own: Vec<&Deal> = scene.view.deals.values().filter(|deal| deal.owner == scene.other.id).collect();
        let (mut rows, heads) = all_rows(&scene.other, &Query::default()).await;
        rows.sort_unstable();
        assert_eq!(rows, own.iter().map(|deal| deal.id).collect::<Vec<_>>());
        assert_eq!(heads.totals, totals(&scene.view, own.iter().copied()));
        let csv = scene.other.get("/api/v1/deals.csv?columns=title").await.text().await.unwrap();
        assert_eq!(csv.lines().count(), own.len() + 1);

        let stranger = scene.admin.at.clone();
        let stranger = crate::support::Visitor::new(&stranger.base).found("Stranger").await;
        let foreign = Query { pipeline: Some(scene.admin.pipeline), ..Query::default() };
        assert_eq!(all_rows(&stranger, &foreign).await, (Vec::new(), Heads::default()));
        assert_eq!(all_rows(&stranger, &Query::default()).await.0, Vec::new());
        let named: Versioned = ask_named(&stranger, &["Zeta"]).await;
        assert!(named.view.accounts.is_empty());
        let nobody = crate::support::Visitor::new(&stranger.base);
        assert_eq!(nobody.status("/api/v1/deals").await, StatusCode::UNAUTHORIZED);
        assert_eq!(nobody.status("/api/v1/deals.csv").await, StatusCode::UNAUTHORIZED);
    });
}

async fn ask_named(member: &Member, names: &[&str]) -> Versioned {
    let request = member.request(Method::POST, "/api/v1/accounts/named").json(names);
    read(request.send().await.expect("an answer")).await
}

#[test]
fn accounts_are_found_by_their_whole_names() {
    run(async |world: World| {
        let scene = scene(&world).await;
        let found = ask_named(&scene.admin, &["ZETA", "忠县港", "Zet", "nul\0"]).await;
        let mut names: Vec<&str> = found.view.accounts.values().map(|account| account.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Zeta", "忠县港"]);
        let wrong = scene.admin.request(Method::POST, "/api/v1/accounts/named").json(&json!({ "a": 1 }));
        assert_eq!(wrong.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    });
}

#[test]
fn the_first_paint_and_a_window_agree_and_are_bounded() {
    run(async |world: World| {
        let scene = scene(&world).await;
        let query = Query { sort: Sort { column: Column::Title, descending: false }, ..Query::default() };
        let page = scene.admin.page(&Address::Deals(query.clone()).path()).await;
        let Page::Deals(first) = page.page else { panic!("no table") };
        let (_, window) = window_of(&scene.admin, &query, 0, 60).await;
        assert_eq!(first, window);
        assert!(!page.view.members.is_empty(), "the page holds the settings");
        for address in ["/deals?sort=title", "/deals?group=owner&columns=title,amount,stay", "/deals?q=nothing+at+all"]
        {
            let html = scene.admin.get(address).await.text().await.unwrap();
            assert_eq!(html.contains("role=\"grid\""), !address.contains("nothing"), "{address}");
        }
        let (snapshot, window) = window_of(&scene.admin, &query, 10, 9_999_999).await;
        assert_eq!(window.rows.len(), 170);
        assert!(snapshot.view.members.is_empty(), "a window does not send them again");
        for wrong in ["from=-1", "from=x", "count=many", "heads=perhaps"] {
            assert_eq!(scene.admin.status(&format!("/api/v1/deals?{wrong}")).await, StatusCode::BAD_REQUEST, "{wrong}");
        }
    });
}

#[test]
fn the_file_has_every_row_in_order_and_runs_no_formula() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        for (title, minor) in [("=1+1", 1_050), ("Crane, \"big\"", 200)] {
            let amount = Some(Money::new(minor, Currency::USD));
            admin.apply(create(Record::Deal(Deal { amount, ..admin.deal(title) }))).await;
        }
        let answer = admin.get("/api/v1/deals.csv?columns=title,amount&sort=-amount").await;
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let text = answer.text().await.unwrap();
        let expected = "\u{feff}Name,Amount,Amount · Currency\r\n'=1+1,10.50,USD\r\n\"Crane, \"\"big\"\"\",2,USD\r\n";
        assert_eq!(text, expected);
        let nothing = admin.get("/api/v1/deals.csv?columns=title&q=nowhere").await.text().await.unwrap();
        assert_eq!(nothing, "\u{feff}Name\r\n");
        // As many rows as two parts of the file hold.
        let many: Vec<Request> =
            (0..700).map(|n| request(create(Record::Deal(admin.deal(&format!("D{n:03}")))))).collect();
        for part in many.chunks(400) {
            admin.post(part).await;
        }
        let text = admin.get("/api/v1/deals.csv?columns=title&q=D&sort=title").await.text().await.unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, (0..700).map(|n| format!("D{n:03}")).collect::<Vec<_>>());
    });
}
