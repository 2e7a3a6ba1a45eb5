//! What refers to what, while a batch or an undo goes on.

use super::*;

fn deal_of(number: u128, account: u128) -> Command {
    create(Record::Deal(Deal { account: Some(id(account)), ..deal(number, REP) }))
}

fn in_use(kind: Kind) -> Refusal {
    Refusal::InUse { kind }
}

#[test]
fn an_undo_takes_what_refers_before_what_is_referred_to() {
    let mut view = view();
    let before = view.clone();
    let both = record(&mut view, REP, batch([create(Record::Account(account(300))), deal_of(200, 300)]));
    let after = view.clone();
    // Something else came to refer to the account: here, or where this view does not reach.
    ask(&mut view, REP, deal_of(201, 300)).unwrap();
    let refused = ask(&mut view, REP, Command::Undo { of: both }).unwrap_err();
    assert_eq!(refused, in_use(Kind::Account));
    assert!(view.deals.contains_key(&id(200)), "a refusal changes nothing");
    view = after.clone();
    view.evidence.used.insert(Target::new(Kind::Account, Uuid::from_u128(300)));
    assert_eq!(ask(&mut view, REP, Command::Undo { of: both }).unwrap_err(), in_use(Kind::Account));

    view = after;
    let undone = record(&mut view, REP, Command::Undo { of: both });
    view.evidence = before.evidence.clone();
    assert_eq!(view, before);
    assert_ne!(undone, both);
}

#[test]
fn a_batch_lets_go_of_what_it_deletes() {
    let north = || delete(Kind::Team, 50);
    let teams = |before: Value, after: Value| set(Kind::Member, REP, "teams", before, after);
    let mut view = view();
    ask(&mut view, ADMIN, teams(json!([]), json!([Uuid::from_u128(50)]))).unwrap();
    assert_eq!(ask(&mut view, ADMIN, north()).unwrap_err(), in_use(Kind::Team));
    ask(&mut view, ADMIN, batch([teams(json!([Uuid::from_u128(50)]), json!([])), north()])).unwrap();

    let stages = || [10, 11, 12].map(|stage| delete(Kind::Stage, stage)).into_iter();
    let deals = || [100, 101].map(|deal| delete(Kind::Deal, deal)).into_iter();
    let pipeline = || [delete(Kind::Pipeline, 9)];
    check(ADMIN, batch(stages().chain(pipeline())), Err("in_use stage"));
    check(ADMIN, batch(deals().chain(pipeline())), Err("in_use pipeline"));
    check(ADMIN, batch(deals().chain(stages()).chain(pipeline())), Ok(6));
    // A deal keeps its pipeline by itself as well.
    view.stages.clear();
    assert_eq!(ask(&mut view, ADMIN, delete(Kind::Pipeline, 9)).unwrap_err(), in_use(Kind::Pipeline));
}

#[test]
fn what_a_batch_makes_refers_as_well() {
    let contact = Contact { account: Some(id(300)), ..Contact::new(id(400), "C".to_owned(), now()) };
    let parts = || [create(Record::Account(account(300))), create(Record::Contact(contact.clone()))];
    check(ADMIN, batch(parts().into_iter().chain([delete(Kind::Account, 300)])), Err("in_use account"));
    let both = [delete(Kind::Contact, 400), delete(Kind::Account, 300)];
    check(ADMIN, batch(parts().into_iter().chain(both)), Ok(4));
}

#[test]
fn two_edits_of_one_field_are_undone_in_turn() {
    let mut view = view();
    let before = view.deals.clone();
    let edits = [
        edit(100, "notes", json!(null), json!("a")),
        edit(100, "notes", json!("a"), json!("b")),
        move_to(100, 11),
        edit(100, "title", json!("Deal 100"), json!("T")),
    ];
    let all = record(&mut view, REP, batch(edits));
    ask(&mut view, REP, Command::Undo { of: all }).unwrap();
    assert_eq!(view.deals, before);
}

#[test]
fn an_undo_restores_no_reference_to_what_is_gone() {
    let gone = |view: &View, undone: Command, made: CommandId, field: &str, kind: Kind| {
        let mut view = view.clone();
        ask(&mut view, ADMIN, undone).unwrap();
        let refused = ask(&mut view, ADMIN, Command::Undo { of: made }).unwrap_err();
        assert_eq!(refused, Refusal::invalid(field, Rule::Unknown { kind }));
    };
    let mut view = view();
    ask(&mut view, ADMIN, delete(Kind::Deal, 101)).unwrap();
    let moved = record(&mut view, ADMIN, move_to(100, 11));
    gone(&view, delete(Kind::Stage, 10), moved, "stage", Kind::Stage);
    let deleted = record(&mut view, ADMIN, delete(Kind::Deal, 100));
    gone(&view, delete(Kind::Stage, 11), deleted, "stage", Kind::Stage);
    let stages = [10, 11, 12].map(|stage| delete(Kind::Stage, stage));
    let deleted = record(&mut view, ADMIN, batch(stages));
    gone(&view, delete(Kind::Pipeline, 9), deleted, "pipeline", Kind::Pipeline);
    ask(&mut view, ADMIN, set(Kind::Member, REP, "teams", json!([]), json!([Uuid::from_u128(50)]))).unwrap();
    let left = record(&mut view, ADMIN, set(Kind::Member, REP, "teams", json!([Uuid::from_u128(50)]), json!([])));
    gone(&view, delete(Kind::Team, 50), left, "teams", Kind::Team);
}

#[test]
fn an_undo_leaves_an_administrator() {
    let role = |number, before: &str, after: &str| set(Kind::Member, number, "role", json!(before), json!(after));
    let mut view = view();
    let raised = record(&mut view, ADMIN, role(REP, "rep", "admin"));
    ask(&mut view, ADMIN, role(ADMIN, "admin", "rep")).unwrap();
    let refused = ask(&mut view, REP, Command::Undo { of: raised }).unwrap_err();
    assert_eq!(refused, Refusal::invalid("role", Rule::LastAdmin));
}

#[test]
fn an_external_id_is_one_record_of_its_kind() {
    let taken = Refusal::invalid("external_id", Rule::Taken);
    let external = |number, before: Value, after: Value| set(Kind::Account, number, "external_id", before, after);
    let mut view = view();
    ask(&mut view, REP, carrying(300, "X")).unwrap();
    assert_eq!(ask(&mut view, REP, carrying(301, "X")).unwrap_err(), taken);
    // Given up, it is free; what is refused gives up nothing.
    let given_up = record(&mut view, REP, external(300, json!("X"), json!(null)));
    let refused = batch([carrying(301, "X"), move_to(101, 11)]);
    ask(&mut view, REP, refused).unwrap_err();
    ask(&mut view, REP, carrying(302, "X")).unwrap();
    assert_eq!(ask(&mut view, REP, Command::Undo { of: given_up }).unwrap_err(), taken);
    let swap = [external(302, json!("X"), json!("Y")), external(300, json!(null), json!("X")), carrying(303, "Z")];
    ask(&mut view, REP, batch(swap)).unwrap();
    ask(&mut view, MANAGER, batch([delete(Kind::Account, 303), carrying(304, "Z")])).unwrap();
}
