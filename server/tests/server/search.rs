//! Searching: what is found, by whom, in which order, and that it follows the records.

use crate::support::{Member, World, applied, create, move_to, new_account, request, run, set};
use domain::{
    access::Role,
    activity::{Activity, ActivityType},
    change::{Delta, Target},
    command::Command,
    contact::Contact,
    deal::Priority,
    id::{ActivityId, ContactId, DealId, MemberId},
    record::{Kind, Record},
};
use serde_json::json;
use server::clock;

/// The names of what is found.
async fn names(member: &Member, text: &str) -> Vec<String> {
    member.search(text).await.into_iter().map(|found| found.name).collect()
}

async fn new(member: &Member, record: Record) {
    member.apply(create(record)).await;
}

fn contact(name: &str, account: domain::id::AccountId) -> Contact {
    Contact { account: Some(account), ..Contact::new(ContactId(clock::new_id()), name.to_owned(), clock::now()) }
}

fn call(deal: DealId, owner: MemberId, subject: &str, note: &str) -> Activity {
    Activity {
        id: ActivityId(clock::new_id()),
        deal: Some(deal),
        account: None,
        activity_type: ActivityType::Call,
        subject: subject.to_owned(),
        note: note.to_owned(),
        owner,
        due_on: None,
        due_time: None,
        done_at: Some(clock::now()),
        created_at: clock::now(),
    }
}

#[test]
fn every_part_of_what_names_a_record_finds_it() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let mut account = new_account("北京大学第一医院");
        account.website = "https://www.bddyyy.example".to_owned();
        let (id, phone) = (account.id, "+86 138-0013-8000");
        new(&admin, Record::Account(account)).await;
        let mut person = contact("欧阳若溪", id);
        (person.title, person.phone, person.email) =
            ("采购主任".to_owned(), phone.to_owned(), "Ruoxi.Ouyang@hengze.example".to_owned());
        new(&admin, Record::Contact(person)).await;
        let mut deal = admin.deal("华屿光电 MES 试点 (二期)");
        deal.tags = vec!["重点客户".to_owned()];
        deal.notes = "客户希望先看一次现场演示，再谈价格。".to_owned();
        deal.external_id = Some("CRM-204711".to_owned());
        let deal_id = deal.id;
        new(&admin, Record::Deal(deal)).await;
        new(&admin, Record::Activity(call(deal_id, admin.id, "电话沟通", "对方担心停产，约定下周到厂区看现场"))).await;

        let found = async |text: &str, expected: &[&str]| {
            assert_eq!(names(&admin, text).await, expected, "{text}");
        };
        let (hospital, person, deal, call) = ("北京大学第一医院", "欧阳若溪", "华屿光电 MES 试点 (二期)", "电话沟通");
        // Contacts are found by their account too.
        for text in ["北京大学", "大学", "大学医院", "院", "北京 第一", "医院 大学"] {
            found(text, &[hospital, person]).await;
        }
        for text in ["欧阳", "阳若", "溪", "1380013", "0013 8000", "8000", "ruoxi", "OUYANG", "xi.ou", "采购"] {
            found(text, &[person]).await;
        }
        for text in
            ["华屿", "屿光", "光电试点", "mes", "ｍｅｓ", "试点二期", "重点", "204711", "CRM-20", "2047", "价格"]
        {
            found(text, &[deal]).await;
        }
        found("bddyyy", &[hospital]).await;
        found("现场", &[deal, call]).await;
        found("停产", &[call]).await;
        for text in ["北大", "海", "华屿 停产", "0014", "mex", "'", "%", "_", "&", "', ''"] {
            found(text, &[]).await;
        }
        // What is told of them.
        let hits = admin.hits("停产").await;
        assert_eq!((hits[0].found.of.as_str(), hits[0].deal), (deal, Some(deal_id)));
        assert!(hits[0].about.contains("担心停产"), "{}", hits[0].about);
        let hit = &admin.hits("屿光").await[0];
        assert_eq!(hit.stage, Some(admin.stages[0]));
        let hits = admin.hits("欧阳").await;
        assert_eq!((hits[0].about.as_str(), hits[0].account), ("采购主任", Some(id)));
    });
}

#[test]
fn the_nearest_comes_first() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let mut noted = admin.deal("Elsewhere");
        noted.notes = "about the crane".to_owned();
        let (won, open) = (admin.new_deal("Old crane").await, admin.new_deal("New crane").await);
        new(&admin, Record::Deal(noted)).await;
        admin.new_deal("Crane works").await;
        admin.new_deal("crane").await;
        admin.apply(move_to(won, admin.stages[0], admin.stages[5])).await;
        assert_eq!(names(&admin, "Crane").await, ["crane", "Crane works", "New crane", "Old crane", "Elsewhere"]);

        // An account tells how many deals it has.
        let account = new_account("Crane lovers");
        let id = account.id;
        new(&admin, Record::Account(account)).await;
        for deal in [won, open] {
            admin.apply(set(deal, "account", json!(null), json!(id))).await;
        }
        let hits = admin.hits("lovers").await;
        let account = hits.iter().find(|hit| hit.found.kind == Kind::Account).expect("the account");
        assert_eq!((account.open, account.won), (1, 1));
    });
}

#[test]
fn the_words_follow_the_records() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("恒泽精密");
        let (account_id, id) = (account.id, admin.new_deal("立体库改造").await);
        new(&admin, Record::Account(account)).await;
        let found = async |text: &str, expected: &[&str]| assert_eq!(names(&admin, text).await, expected, "{text}");

        let renaming = admin.apply(set(id, "title", json!("立体库改造"), json!("冷库温控"))).await;
        found("立体库", &[]).await;
        found("温控", &["冷库温控"]).await;
        admin.apply(Command::Undo { of: renaming.command }).await;
        found("温控", &[]).await;
        found("立体库", &["立体库改造"]).await;

        // By its account, also when that is renamed, taken away or given back.
        let giving = admin.apply(set(id, "account", json!(null), json!(account_id))).await;
        found("恒泽 立体", &["立体库改造"]).await;
        let target = Target::new(Kind::Account, account_id);
        let delta = Delta { before: json!("恒泽精密"), after: json!("华屿光电") };
        let renamed = admin.apply(Command::set(target, "name", delta)).await;
        found("恒泽", &[]).await;
        found("华屿", &["立体库改造", "华屿光电"]).await;
        admin.apply(Command::Undo { of: renamed.command }).await;
        found("恒泽", &["立体库改造", "恒泽精密"]).await;
        // A text that changes leaves the account's words.
        admin.apply(set(id, "title", json!("立体库改造"), json!("立体仓库"))).await;
        found("恒泽 仓库", &["立体仓库"]).await;
        admin.apply(Command::Undo { of: giving.command }).await;
        found("恒泽", &["恒泽精密"]).await;

        // A move writes no words.
        let count = format!("SELECT xmin FROM search WHERE id = '{id}'");
        let before = world.ask(&count);
        admin.apply(move_to(id, admin.stages[0], admin.stages[1])).await;
        assert_eq!(world.ask(&count), before);

        let deleting = admin.apply(Command::Delete { target: Target::new(Kind::Deal, id) }).await;
        found("仓库", &[]).await;
        assert_eq!(world.ask(&format!("SELECT count(*) FROM search WHERE id = '{id}'")), "0");
        admin.apply(Command::Undo { of: deleting.command }).await;
        found("仓库", &["立体仓库"]).await;
    });
}

#[test]
fn nobody_finds_what_they_may_not_see() {
    run(async |world: World| {
        let server = world.serve().await;
        let (admin, stranger) = (server.found().await, server.found().await);
        let rep = admin.hire(Role::Rep).await;
        let member = Target::new(Kind::Member, rep.id);
        let delta = Delta { before: json!("workspace"), after: json!("own") };
        admin.apply(Command::set(member, "scope", delta)).await;
        let (hidden, own) = (admin.new_deal("Quokka hidden").await, rep.new_deal("Quokka own").await);
        for deal in [hidden, own] {
            new(&admin, Record::Activity(call(deal, admin.id, "Quokka call", "quokka, quokka"))).await;
        }
        assert_eq!(admin.search("quokka").await.len(), 4);
        let seen: Vec<DealId> =
            rep.hits("quokka").await.iter().map(|hit| hit.deal.unwrap_or(DealId(hit.found.id))).collect();
        assert_eq!(seen, [own, own]);
        assert!(stranger.search("quokka").await.is_empty());

        // An account's counts are of the deals that one sees.
        let account = new_account("Marsupials");
        let id = account.id;
        new(&admin, Record::Account(account)).await;
        for deal in [hidden, own] {
            admin.apply(set(deal, "account", json!(null), json!(id))).await;
        }
        let open = async |member: &Member| member.hits("marsupials").await.iter().map(|hit| hit.open).max();
        assert_eq!((open(&admin).await, open(&rep).await), (Some(2), Some(1)));
    });
}

#[test]
fn records_without_words_are_found_by_name_and_caught_up_with() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("Wombat works");
        let mut deal = admin.deal("Wombat deal");
        deal.account = Some(account.id);
        deal.notes = "burrows".to_owned();
        let id = deal.id;
        new(&admin, Record::Account(account)).await;
        new(&admin, Record::Deal(deal)).await;
        let clear = format!("DELETE FROM search WHERE workspace_id = '{}'", admin.workspace);
        world.ask(&clear);
        assert_eq!(names(&admin, "ombat").await, ["Wombat deal", "Wombat works"]);
        assert!(names(&admin, "burrows").await.is_empty());
        // What is changed meanwhile, without its account at hand, is left to the catching up.
        admin.apply(set(id, "title", json!("Wombat deal"), json!("Wombat dealings"))).await;
        assert_eq!(names(&admin, "ombat").await, ["Wombat dealings", "Wombat works"]);
        world.store.catch_up_search().await;
        assert_eq!(names(&admin, "burrows wombat works").await, ["Wombat dealings"]);
        assert_eq!(names(&admin, "dealings").await, ["Wombat dealings"]);
    });
}

#[test]
fn a_priority_is_kept_filtered_by_and_taken_back() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (urgent, other) = (admin.new_deal("Urgent").await, admin.new_deal("Other").await);
        let setting = admin.apply(set(urgent, "priority", json!(null), json!("high"))).await;
        assert_eq!(admin.deal_now(urgent).await.priority, Priority::High);
        assert_eq!(admin.deal_now(other).await.priority, Priority::Normal);
        let board = admin.page("/board?priority=high").await;
        assert!(board.view.deals.contains_key(&urgent) && !board.view.deals.contains_key(&other));
        admin.apply(Command::Undo { of: setting.command }).await;
        assert_eq!(admin.deal_now(urgent).await.priority, Priority::Normal);
        let wrong = request(set(urgent, "priority", json!(null), json!("soonish")));
        let refusal = crate::support::refused(admin.send(&wrong).await);
        assert!(serde_json::to_string(&refusal).expect("JSON").contains("priority"), "{refusal:?}");
        applied(admin.carry_out(set(urgent, "priority", json!(null), json!("low"))).await);
    });
}
