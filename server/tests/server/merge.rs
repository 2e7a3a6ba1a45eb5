//! Accounts and contacts: merging them, their lists and pages, and which look like one.

use crate::support::{World, applied, create, new_account, refused, request, run, set};
use domain::{
    access::{Right, Role},
    account::Account,
    activity::{Activity, ActivityType},
    change::{Delta, Target},
    command::Command,
    contact::Contact,
    id::ActivityId,
    page::{Found, Mergeable, Page},
    record::{Fields, Kind, Record},
    refusal::{Refusal, Rule},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

fn merge(kind: Kind, keep: impl Into<Uuid>, drop: &[Uuid]) -> Command {
    let drop = drop.iter().map(|id| Target::new(kind, *id)).collect();
    Command::Merge { keep: Target::new(kind, keep), drop, fields: Fields::new() }
}

fn new_contact(name: &str, account: &Account) -> Contact {
    let Account { id, created_at, .. } = new_account(name);
    Contact { account: Some(account.id), ..Contact::new(id.0.into(), name.to_owned(), created_at) }
}

#[test]
fn a_merge_moves_everything_and_one_undo_restores_it() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let (kept, mut gone) = (new_account("Acme"), new_account("ACME Ltd."));
        gone.external_id = Some("X-1".to_owned());
        gone.phone = "021 5555 0101".to_owned();
        let person = new_contact("Wang Li", &gone);
        let mut deal = rep.deal("Theirs");
        deal.account = Some(gone.id);
        deal.contacts = vec![person.id];
        let visit = Activity {
            id: ActivityId(any_id()),
            deal: None,
            account: Some(gone.id),
            activity_type: ActivityType::Visit,
            subject: "Seen".to_owned(),
            note: String::new(),
            owner: rep.id,
            due_on: None,
            due_time: None,
            done_at: Some(gone.created_at),
            created_at: gone.created_at,
        };
        let records = [
            Record::Account(kept.clone()),
            Record::Account(gone.clone()),
            Record::Contact(person.clone()),
            Record::Activity(visit.clone()),
        ];
        admin.apply(Command::Batch { parts: records.into_iter().map(create).collect() }).await;
        rep.apply(create(Record::Deal(deal.clone()))).await;
        let page = |id: domain::id::AccountId| format!("/accounts/{id}");
        let before = admin.page(&page(gone.id)).await.view;
        assert_eq!(before.activities[&visit.id].subject, "Seen");

        let right = Right::DeleteRecords;
        let command = merge(Kind::Account, kept.id, &[gone.id.0]);
        assert_eq!(refused(rep.carry_out(command.clone()).await), Refusal::NotAllowed { right });
        let counts: Vec<Mergeable> =
            admin.read(&format!("/api/v1/mergeable/account?ids={},{}", kept.id, gone.id)).await;
        let counts: Vec<_> = counts.iter().map(|one| (one.deals, one.contacts, one.activities)).collect();
        assert_eq!(counts, [(0, 0, 0), (1, 1, 1)]);

        // The same command twice is one effect, of one version.
        let version = admin.version().await;
        let request = request(command);
        let merged = applied(admin.send(&request).await);
        assert_eq!(merged.version, version + 1);
        assert_eq!(applied(admin.send(&request).await), merged);
        assert_eq!(admin.version().await, version + 1);
        assert_eq!(admin.try_page(&page(gone.id)).await.status(), StatusCode::NOT_FOUND);
        let after = admin.page(&page(kept.id)).await.view;
        assert_eq!(after.accounts[&kept.id].external_id.as_deref(), Some("X-1"));
        assert_eq!(after.accounts[&kept.id].phone, gone.phone);
        assert_eq!(after.deals[&deal.id].account, Some(kept.id));
        assert_eq!(after.contacts[&person.id].account, Some(kept.id));
        assert_eq!(after.activities[&visit.id].account, Some(kept.id));
        // Whoever listens hears the same.
        assert_eq!(rep.changes(version).await, std::slice::from_ref(&merged));

        let undone = admin.apply(Command::Undo { of: merged.command }).await;
        assert_eq!(undone.version, version + 2);
        let restored = admin.page(&page(gone.id)).await.view;
        assert_eq!(restored.accounts[&gone.id], before.accounts[&gone.id]);
        assert_eq!(restored.deals[&deal.id], before.deals[&deal.id]);
        assert_eq!(restored.contacts[&person.id], before.contacts[&person.id]);
        assert_eq!(restored.activities[&visit.id], before.activities[&visit.id]);
        let kept_now = admin.page(&page(kept.id)).await.view;
        assert_eq!(
            kept_now.accounts[&kept.id],
            Account { created_at: kept_now.accounts[&kept.id].created_at, ..kept.clone() }
        );

        // Done again; then somebody takes the deal elsewhere, and it stays there.
        let again = admin.apply(Command::Undo { of: undone.command }).await;
        assert_eq!(admin.deal_now(deal.id).await.account, Some(kept.id));
        rep.apply(set(deal.id, "account", json!(kept.id), Value::Null)).await;
        let refusal = refused(admin.carry_out(Command::Undo { of: again.command }).await);
        assert!(matches!(refusal, Refusal::Conflict { fields, .. } if fields[0].field == "account"));
    });
}

fn any_id() -> Uuid {
    new_account("").id.0
}

#[test]
fn nothing_is_merged_across_workspaces_or_out_of_sight() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let manager = admin.hire(Role::Manager).await;
        let neighbour = server.found().await;
        let (kept, gone, foreign) = (new_account("A"), new_account("B"), new_account("A"));
        for account in [&kept, &gone] {
            admin.apply(create(Record::Account(account.clone()))).await;
        }
        neighbour.apply(create(Record::Account(foreign.clone()))).await;
        let missing = Refusal::NotFound { kind: Kind::Account };
        for (keep, drop) in [(kept.id, foreign.id), (foreign.id, kept.id)] {
            assert_eq!(refused(admin.carry_out(merge(Kind::Account, keep, &[drop.0])).await), missing);
        }
        let path = format!("/api/v1/mergeable/account?ids={},{}", kept.id, foreign.id);
        assert_eq!(admin.read::<Vec<Mergeable>>(&path).await.len(), 1);

        // A manager who sees only their own deals does not move another's.
        let mut deal = admin.deal("The administrator's");
        deal.account = Some(gone.id);
        admin.apply(create(Record::Deal(deal))).await;
        let own = Delta { before: json!("workspace"), after: json!("own") };
        admin.apply(Command::set(Target::new(Kind::Member, manager.id), "scope", own)).await;
        let right = Right::EditAllDeals;
        let command = || merge(Kind::Account, kept.id, &[gone.id.0]);
        assert_eq!(refused(manager.carry_out(command()).await), Refusal::NotAllowed { right });
        admin.apply(command()).await;
    });
}

#[test]
fn a_merge_that_would_move_too_much_says_how_much_it_moves() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let (kept, gone) = (new_account("Few"), new_account("Many"));
        for account in [&kept, &gone] {
            admin.apply(create(Record::Account(account.clone()))).await;
        }
        let contacts = |count: usize| {
            let person = |_| create(Record::Contact(new_contact("C", &gone)));
            Command::Batch { parts: (0..count).map(person).collect() }
        };
        for _ in 0..2 {
            admin.apply(contacts(2_500)).await;
        }
        let over = admin.apply(contacts(1)).await;
        let command = || merge(Kind::Account, kept.id, &[gone.id.0]);
        let too_many = Refusal::Invalid { field: "referrers".to_owned(), rule: Rule::TooMany { max: 5_000 } };
        assert_eq!(refused(admin.carry_out(command()).await), too_many);
        admin.apply(Command::Undo { of: over.command }).await;
        let merged = admin.apply(command()).await;
        assert_eq!(merged.changes.len(), 5_001);
        admin.apply(Command::Undo { of: merged.command }).await;
    });
}

#[test]
fn contacts_are_found_listed_and_merged() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let account = new_account("北辰智造 股份有限公司");
        let twin = new_account("北辰智造");
        for one in [&account, &twin] {
            admin.apply(create(Record::Account(one.clone()))).await;
        }
        let mut first = new_contact("王丽", &account);
        first.email = "Wang.Li@example.cn".to_owned();
        first.phone = "+86 139-1234-5678".to_owned();
        let mut second = new_contact("Wang Li", &twin);
        second.email = "wang.li@example.cn ".to_owned();
        let third = new_contact("张伟", &twin);
        for one in [&first, &second, &third] {
            admin.apply(create(Record::Contact(one.clone()))).await;
        }
        let mut deal = admin.deal("Named");
        deal.contacts = vec![second.id];
        admin.apply(create(Record::Deal(deal.clone()))).await;

        let listed = async |query: &str| match admin.page(&format!("/contacts?{query}")).await.page {
            Page::Contacts { contacts, .. } => contacts,
            other => panic!("{other:?}"),
        };
        assert_eq!(listed("").await.len(), 3);
        assert_eq!(listed("q=139+1234").await, [first.id]);
        assert_eq!(listed("q=%E8%82%A1%E4%BB%BD").await, [first.id], "by the account's name");
        assert_eq!(listed("q=EXAMPLE.cn&sort=account").await.len(), 2);
        assert_eq!(listed("q=100%25").await, []);
        assert_eq!(listed("q=a%00b").await.len(), 3);

        let alike = async |kind: &str| {
            let groups: Vec<Vec<Found>> = admin.read(&format!("/api/v1/duplicates/{kind}")).await;
            groups.into_iter().map(|group| group.into_iter().map(|one| one.id).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(alike("account").await, [[account.id.0, twin.id.0]]);
        assert_eq!(alike("contact").await, [[first.id.0, second.id.0]]);
        assert_eq!(admin.at.status("/api/v1/duplicates/deal").await, StatusCode::NOT_FOUND);

        admin.apply(merge(Kind::Contact, first.id, &[second.id.0])).await;
        let page = admin.page(&format!("/contacts/{}", first.id)).await;
        assert_eq!(page.view.deals[&deal.id].contacts, [first.id]);
        assert_eq!(page.view.accounts[&account.id].name, account.name);
        assert_eq!(admin.try_page(&format!("/contacts/{}", second.id)).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(alike("contact").await, Vec::<Vec<Uuid>>::new());
    });
}

#[test]
fn accounts_are_listed_in_the_asked_order_and_go_on() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let accounts: Vec<Account> = (0..201).map(|number| new_account(&format!("Account {number:03}"))).collect();
        let parts = accounts.iter().cloned().map(|account| create(Record::Account(account))).collect();
        admin.apply(Command::Batch { parts }).await;
        let mut deal = admin.deal("Large");
        deal.account = Some(accounts[200].id);
        let currency = admin.page("/board").await.view.workspace().expect("one").currency;
        deal.amount = Some(domain::money::Money::new(100, currency));
        admin.apply(create(Record::Deal(deal))).await;
        let listed = async |query: &str| match admin.page(&format!("/accounts?{query}")).await.page {
            Page::Accounts { accounts, more } => {
                (accounts.into_iter().map(|line| line.account).collect::<Vec<_>>(), more)
            }
            other => panic!("{other:?}"),
        };
        let (first, more) = listed("").await;
        assert_eq!((first.len(), first[0], more), (200, accounts[0].id, true));
        let (all, more) = listed("more=1").await;
        assert_eq!((all.len(), all[200], more), (201, accounts[200].id, false));
        assert_eq!(listed("sort=open").await.0[0], accounts[200].id);
    });
}
