use super::*;
use crate::{
    id::ContactId,
    merge::{MOST, differing, union},
    record::Fields,
};

/// Accounts 200 to 202, contacts 300 (of 200) and 301 (of 201), deals 100 (with 200 and both contacts) and 101 (with 201
/// and contact 301), a done activity 400 on account 201.
fn customers() -> View {
    let mut view = view();
    for (number, name) in [(200, "Acme"), (201, "ACME Ltd."), (202, "Umbrella")] {
        view.put(Record::Account(Account::new(id(number), name.to_owned(), now())));
    }
    edit_account(&mut view, 201, |account| {
        account.phone = "021 5555".to_owned();
        account.notes = "From the fair".to_owned();
        account.external_id = Some("X-1".to_owned());
    });
    view.evidence.external.insert((Kind::Account, "X-1".to_owned()), Uuid::from_u128(201));
    for (number, account) in [(300, 200), (301, 201)] {
        let contact = Contact::new(id(number), format!("C{number}"), now());
        view.put(Record::Contact(Contact { account: Some(id(account)), ..contact }));
    }
    let contacts = vec![id(300), id(301)];
    view.put(Record::Deal(Deal { account: Some(id(200)), contacts, ..deal(100, REP) }));
    view.put(Record::Deal(Deal { account: Some(id(201)), contacts: vec![id(301)], ..deal(101, OTHER_REP) }));
    view.put(Record::Activity(Activity {
        id: id(400),
        deal: None,
        account: Some(id(201)),
        activity_type: ActivityType::Visit,
        subject: "Seen".to_owned(),
        note: String::new(),
        owner: id(REP),
        due_on: None,
        due_time: None,
        done_at: Some(now()),
        created_at: now(),
    }));
    view
}

fn edit_account(view: &mut View, number: u128, edit: impl FnOnce(&mut Account)) {
    let mut account = view.accounts.get(&id(number)).unwrap().clone();
    edit(&mut account);
    view.put(Record::Account(account));
}

fn merge(kind: Kind, keep: u128, drop: &[u128]) -> Command {
    let target = |number: u128| Target::new(kind, Uuid::from_u128(number));
    let drop = drop.iter().map(|number| target(*number)).collect();
    Command::Merge { keep: target(keep), drop, fields: Fields::new() }
}

fn choosing(command: Command, chosen: Value) -> Command {
    match command {
        Command::Merge { keep, drop, .. } => {
            Command::Merge { keep, drop, fields: serde_json::from_value(chosen).unwrap() }
        }
        other => other,
    }
}

#[test]
fn everything_moves_and_the_others_are_gone() {
    let mut view = customers();
    edit_account(&mut view, 200, |account| account.notes = "Old friends".to_owned());
    ask(&mut view, MANAGER, merge(Kind::Account, 200, &[201, 202])).unwrap();
    assert!(view.accounts.keys().eq([id(200)]));
    let kept = &view.accounts[&id(200)];
    assert_eq!((kept.name.as_str(), kept.phone.as_str()), ("Acme", "021 5555"));
    assert_eq!(kept.notes, "Old friends\n\nFrom the fair");
    assert_eq!(kept.external_id.as_deref(), Some("X-1"));
    assert_eq!(view.evidence.external[&(Kind::Account, "X-1".to_owned())], Uuid::from_u128(200));
    assert!(view.deals.values().all(|deal| deal.account == Some(id(200))));
    assert!(view.contacts.values().all(|contact| contact.account == Some(id(200))));
    assert_eq!(view.activities[&id(400)].account, Some(id(200)));
}

#[test]
fn a_deal_names_a_merged_contact_once() {
    let mut view = customers();
    ask(&mut view, ADMIN, merge(Kind::Contact, 301, &[300])).unwrap();
    assert_eq!(view.deals[&id(100)].contacts, [id::<ContactId>(301)]);
    assert_eq!(view.deals[&id(101)].contacts, [id::<ContactId>(301)]);
}

#[test]
fn what_was_chosen_is_kept_and_judged_like_an_edit() {
    let mut view = customers();
    let command = choosing(merge(Kind::Account, 200, &[201]), json!({ "name": "ACME Ltd.", "phone": null }));
    ask(&mut view, ADMIN, command).unwrap();
    let kept = &view.accounts[&id(200)];
    assert_eq!((kept.name.as_str(), kept.phone.as_str()), ("ACME Ltd.", ""));

    let mut view = customers();
    let before = view.clone();
    let mut check = |chosen: Value, refusal: Refusal| {
        let command = choosing(merge(Kind::Account, 200, &[201]), chosen);
        assert_eq!(ask(&mut view, ADMIN, command).unwrap_err(), refusal);
        assert_eq!(view, before);
    };
    check(json!({ "name": " " }), Refusal::invalid("name", Rule::Required));
    check(json!({ "created_at": now() }), Refusal::invalid("created_at", Rule::NotEditable));
    check(json!({ "colour": "red" }), Refusal::invalid("colour", Rule::NotEditable));
    check(json!({ "phone": 7 }), Refusal::invalid("phone", Rule::WrongType));
}

#[test]
fn the_wrong_ones_are_refused_and_nothing_is_changed() {
    let mut view = customers();
    let before = view.clone();
    let mut check = |member: u128, command: Command, refusal: Refusal| {
        assert_eq!(ask(&mut view, member, command).unwrap_err(), refusal);
        assert_eq!(view, before);
    };
    let wrong = || Refusal::invalid("drop", Rule::WrongType);
    check(ADMIN, merge(Kind::Account, 200, &[]), Refusal::invalid("drop", Rule::Required));
    check(ADMIN, merge(Kind::Account, 200, &[200]), wrong());
    check(ADMIN, merge(Kind::Account, 200, &[201, 201]), wrong());
    check(ADMIN, merge(Kind::Deal, 100, &[101]), wrong());
    check(ADMIN, merge(Kind::Account, 200, &[999]), Refusal::NotFound { kind: Kind::Account });
    check(REP, merge(Kind::Account, 200, &[201]), Refusal::NotAllowed { right: Right::DeleteRecords });
    check(VIEWER, merge(Kind::Account, 200, &[201]), Refusal::NotAllowed { right: Right::Work });
}

#[test]
fn whoever_does_not_see_what_moves_is_refused() {
    let mut view = customers();
    let mut manager = view.members.get(&id(MANAGER)).unwrap().clone();
    manager.scope = Scope::Own;
    view.put(Record::Member(manager));
    let unseen = Refusal::NotAllowed { right: Right::EditAllDeals };
    assert_eq!(ask(&mut view, MANAGER, merge(Kind::Account, 200, &[201])).unwrap_err(), unseen);
    assert_eq!(ask(&mut view, MANAGER, merge(Kind::Contact, 300, &[301])).unwrap_err(), unseen);
    ask(&mut view, MANAGER, merge(Kind::Account, 200, &[202])).unwrap();
}

#[test]
fn a_merge_is_no_larger_than_its_limit() {
    let too_many = Refusal::invalid("referrers", Rule::TooMany { max: MOST });
    let mut view = customers();
    view.evidence.crowded.insert(Target::new(Kind::Account, Uuid::from_u128(201)));
    assert_eq!(ask(&mut view, ADMIN, merge(Kind::Account, 200, &[201])).unwrap_err(), too_many);
    let mut view = customers();
    for number in 0..=MOST as u128 {
        view.put(Record::Contact(Contact {
            account: Some(id(202)),
            ..Contact::new(id(10_000 + number), "C".to_owned(), now())
        }));
    }
    assert_eq!(ask(&mut view, ADMIN, merge(Kind::Account, 200, &[202])).unwrap_err(), too_many);
}

#[test]
fn undo_restores_everything_unless_it_was_changed_since() {
    let mut view = customers();
    let before = view.clone();
    let merged = record(&mut view, ADMIN, merge(Kind::Account, 200, &[201, 202]));
    let after = view.clone();
    ask(&mut view, ADMIN, Command::Undo { of: merged }).unwrap();
    view.evidence.recorded.clear();
    assert_eq!(view, before);

    // Somebody gave a deal that was moved to another account.
    let mut view = after.clone();
    view.put(Record::Account(Account::new(id(203), "New".to_owned(), now())));
    view.put(Record::Deal(Deal { account: Some(id(203)), ..view.deals[&id(101)].clone() }));
    let conflict = ask(&mut view, ADMIN, Command::Undo { of: merged }).unwrap_err();
    assert!(matches!(conflict, Refusal::Conflict { fields, .. } if fields[0].field == "account"));
    // Another field of it is no matter, and stays.
    let mut view = after;
    view.put(Record::Deal(Deal { title: "Renamed".to_owned(), ..view.deals[&id(101)].clone() }));
    ask(&mut view, ADMIN, Command::Undo { of: merged }).unwrap();
    assert_eq!((view.deals[&id(101)].title.as_str(), view.deals[&id(101)].account), ("Renamed", Some(id(201))));
}

#[test]
fn fields_in_which_records_differ_are_named_with_their_values() {
    let mut view = customers();
    edit_account(&mut view, 200, |account| account.phone = "021 4444".to_owned());
    let records: Vec<Record> = view.accounts.values().cloned().map(Record::Account).collect();
    let differing = differing(&records);
    let names: Vec<&str> = differing.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["name", "phone"]);
    assert_eq!(differing[1].1, [json!("021 4444"), json!("021 5555")]);
    assert_eq!(union(&records[0], &records[1..])["phone"], json!("021 4444"));
}

proptest! {
    #[test]
    fn merging_and_undoing_is_as_if_nothing_was(
        accounts in proptest::collection::vec(("[a-c]{1,2}", "[x-z]{0,2}", "[n ]{0,3}", any::<bool>()), 2..6),
        deals in proptest::collection::vec((0_usize..6, proptest::collection::vec(0_usize..4, 0..4)), 0..8),
        keep in 0_usize..6,
        of_contacts in any::<bool>(),
    ) {
        let mut view = view();
        for (number, (name, phone, notes, external)) in (200_u128..).zip(&accounts) {
            let external_id = external.then(|| format!("E{number}"));
            if let Some(external) = &external_id {
                view.evidence.external.insert((Kind::Account, external.clone()), Uuid::from_u128(number));
            }
            let account = Account::new(id(number), name.clone(), now());
            view.put(Record::Account(Account { phone: phone.clone(), notes: notes.clone(), external_id, ..account }));
        }
        for number in 0..4_u128 {
            let account = Some(id(200 + number % accounts.len() as u128));
            view.put(Record::Contact(Contact { account, ..Contact::new(id(300 + number), "C".to_owned(), now()) }));
        }
        for (number, (account, contacts)) in (500_u128..).zip(&deals) {
            let account = Some(id(200 + (account % accounts.len()) as u128));
            let mut contacts: Vec<ContactId> = contacts.iter().map(|at| id(300 + *at as u128)).collect();
            contacts.dedup();
            view.put(Record::Deal(Deal { account, contacts, ..deal(number, REP) }));
        }
        let before = view.clone();
        let (kind, first, count) = if of_contacts { (Kind::Contact, 300, 4) } else { (Kind::Account, 200, accounts.len()) };
        let keep = first + (keep % count) as u128;
        let drop: Vec<u128> = (first..first + count as u128).filter(|number| *number != keep).collect();
        let merged = record(&mut view, ADMIN, merge(kind, keep, &drop));
        for gone in &drop {
            prop_assert!(!view.holds(kind, Uuid::from_u128(*gone)));
            prop_assert!(!view.is_used(Target::new(kind, Uuid::from_u128(*gone))));
        }
        ask(&mut view, ADMIN, Command::Undo { of: merged }).unwrap();
        view.evidence.recorded.clear();
        prop_assert_eq!(view, before);
    }
}
