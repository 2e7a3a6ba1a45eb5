//! Saved views: who may keep, share and change them, and whom that concerns.

use super::*;
use crate::{
    access::audience,
    saved_view::{AT_MOST, SavedView},
};

fn saved(number: u128, owner: u128, shared: bool) -> SavedView {
    SavedView { id: id(number), name: format!("V{number}"), owner: id(owner), shared, path: "/board?q=x".to_owned() }
}

fn keep(number: u128, owner: u128, shared: bool) -> Command {
    create(Record::SavedView(saved(number, owner, shared)))
}

/// A view with the rep's own view 1 and shared view 2.
fn kept() -> View {
    let mut view = view();
    view.put(Record::SavedView(saved(1, REP, false)));
    view.put(Record::SavedView(saved(2, REP, true)));
    view
}

fn field(command: Command, member: u128) -> Result<usize, String> {
    match ask(&mut kept(), member, command) {
        Ok(changes) => Ok(changes.len()),
        Err(Refusal::Invalid { field, .. }) => Err(field),
        Err(Refusal::NotAllowed { right }) => Err(format!("{right:?}")),
        Err(other) => Err(format!("{other:?}").split(' ').next().unwrap_or_default().to_owned()),
    }
}

#[test]
fn everybody_keeps_their_own_and_those_who_manage_change_shared_ones() {
    let check = |member: u128, command: Command, expected: Result<usize, &str>| {
        assert_eq!(field(command.clone(), member), expected.map_err(str::to_owned), "{member}: {command:?}");
    };
    let rename = |number| set(Kind::SavedView, number, "name", json!(format!("V{number}")), json!("New"));
    let share = |number| set(Kind::SavedView, number, "shared", Value::Null, json!(true));
    let unshare = |number| set(Kind::SavedView, number, "shared", json!(true), json!(false));
    check(VIEWER, keep(3, VIEWER, false), Ok(1));
    check(VIEWER, keep(3, VIEWER, true), Err("Work"));
    check(REP, keep(3, REP, true), Ok(1));
    check(REP, keep(3, OTHER_REP, false), Err("ManageViews"));
    check(ADMIN, keep(3, REP, true), Err("owner"));
    check(REP, rename(1), Ok(1));
    check(REP, share(1), Ok(1));
    check(REP, unshare(2), Ok(1));
    check(REP, delete(Kind::SavedView, 1), Ok(1));
    check(
        REP,
        set(Kind::SavedView, 1, "owner", json!(Uuid::from_u128(REP)), json!(Uuid::from_u128(ADMIN))),
        Err("owner"),
    );
    check(OTHER_REP, rename(2), Err("ManageViews"));
    check(OTHER_REP, delete(Kind::SavedView, 2), Err("ManageViews"));
    check(MANAGER, rename(2), Ok(1));
    check(MANAGER, delete(Kind::SavedView, 2), Ok(1));
    check(MANAGER, unshare(2), Err("shared"));
    // What others keep for themselves is not there.
    for command in [rename(1), share(1), delete(Kind::SavedView, 1)] {
        check(ADMIN, command, Err("NotFound"));
    }
}

#[test]
fn a_view_leads_to_a_page_of_ours() {
    let check = |path: &str, expected: Result<usize, &str>| {
        let command = create(Record::SavedView(SavedView { path: path.to_owned(), ..saved(3, REP, false) }));
        assert_eq!(field(command, REP), expected.map_err(str::to_owned), "{path}");
    };
    let board = Uuid::from_u128(9);
    check(&format!("/board/{board}?owner={board}&tag=A%26B"), Ok(1));
    check("/accounts?q=a", Ok(1));
    check("/", Ok(1));
    let long = format!("/board?q={}", "x".repeat(2_000));
    for wrong in
        ["", "board", "//board", "/\\board", "https://a.test/board", "/nowhere", "/settings", "/board\0", &long]
    {
        check(wrong, Err("path"));
    }
    check(&format!("/deals/{board}"), Err("path"));
    let named = |name: &str| create(Record::SavedView(SavedView { name: name.to_owned(), ..saved(3, REP, false) }));
    assert_eq!(field(named(" "), REP), Err("name".to_owned()));
    assert_eq!(field(named(&"x".repeat(101)), REP), Err("name".to_owned()));
}

#[test]
fn a_member_keeps_so_many() {
    let mut view = kept();
    for number in 2..AT_MOST as u128 {
        ask(&mut view, REP, keep(100 + number, REP, false)).unwrap();
    }
    let refused = ask(&mut view, REP, keep(5, REP, false)).unwrap_err();
    assert_eq!(refused, Refusal::invalid("name", Rule::TooMany { max: AT_MOST }));
    ask(&mut view, OTHER_REP, keep(5, OTHER_REP, false)).unwrap();
    // Taking a deletion back does not go beyond it either.
    let deleted = record(&mut view, REP, delete(Kind::SavedView, 1));
    ask(&mut view, REP, keep(6, REP, false)).unwrap();
    let refused = ask(&mut view, REP, Command::Undo { of: deleted }).unwrap_err();
    assert_eq!(refused, Refusal::invalid("name", Rule::TooMany { max: AT_MOST }));
    // An edit of one that is there is no further one.
    ask(&mut view, REP, set(Kind::SavedView, 2, "name", json!("V2"), json!("New"))).unwrap();
}

#[test]
fn what_is_not_shared_concerns_its_owner() {
    let mut view = kept();
    let rep = || Some(vec![id(REP)]);
    let mut check = |command: Command, expected: &[Option<Vec<MemberId>>]| {
        let changes = ask(&mut view, REP, command).unwrap();
        let concerned: Vec<_> = changes.iter().map(|change| audience(&view, change)).collect();
        assert_eq!(concerned, expected, "{changes:?}");
    };
    let edit = |number, fields: &[(&str, Value, Value)]| {
        let delta = |(name, before, after): &(&str, Value, Value)| {
            ((*name).to_owned(), Delta { before: before.clone(), after: after.clone() })
        };
        let target = Target::new(Kind::SavedView, Uuid::from_u128(number));
        Command::Edit { target, fields: fields.iter().map(delta).collect() }
    };
    check(keep(3, REP, false), &[rep()]);
    check(keep(4, REP, true), &[None]);
    check(edit(3, &[("name", json!("V3"), json!("Own"))]), &[rep()]);
    check(edit(4, &[("name", json!("V4"), json!("Ours"))]), &[None]);
    // Others learn that it is shared no longer, and not what it is called now.
    let name = ("name", json!("Ours"), json!("Secret"));
    check(edit(4, &[name, ("shared", json!(true), json!(false))]), &[rep(), None]);
    check(delete(Kind::SavedView, 4), &[rep()]);
    check(delete(Kind::SavedView, 2), &[None]);
}

#[test]
fn only_the_owner_hears_of_their_own() {
    let view = kept();
    let check = |member: u128, expected: bool| {
        let actor = Actor::of(&view, id(member)).unwrap();
        assert_eq!(actor.hears(Kind::SavedView, Some(&[id(REP)])), expected, "{member}");
        assert!(actor.hears(Kind::SavedView, None));
        assert_eq!(actor.sees_record(&view, &Record::SavedView(saved(1, REP, false))), expected);
    };
    check(REP, true);
    check(ADMIN, false);
    check(OTHER_REP, false);
}

#[test]
fn undo_brings_back_what_one_may_see() {
    let mut view = kept();
    let of_rep = record(&mut view, REP, delete(Kind::SavedView, 1));
    assert_eq!(ask(&mut view, ADMIN, Command::Undo { of: of_rep }), Err(Refusal::NotFound { kind: Kind::SavedView }));
    ask(&mut view, REP, Command::Undo { of: of_rep }).unwrap();
    assert_eq!(view.saved_views[&id(1)], saved(1, REP, false));
    let of_manager = record(&mut view, MANAGER, delete(Kind::SavedView, 2));
    ask(&mut view, MANAGER, Command::Undo { of: of_manager }).unwrap();
    assert_eq!(view.saved_views[&id(2)], saved(2, REP, true));
}
