//! What nobody asks for who means well.

use super::*;
use crate::order::OrderKey;

#[test]
fn a_deal_is_not_taken_by_whom_it_was_shown() {
    let mut view = view();
    view.deals.get_mut(&id(101)).unwrap().collaborators = vec![id(REP)];
    ask(&mut view, REP, edit(101, "notes", json!(null), json!("Mine to write"))).unwrap();
    let owner = |before, after| edit(101, "owner", json!(id::<MemberId>(before)), json!(id::<MemberId>(after)));
    let not_allowed = Refusal::NotAllowed { right: Right::EditAllDeals };
    assert_eq!(ask(&mut view, REP, owner(OTHER_REP, REP)).unwrap_err(), not_allowed);
    // Nor by undoing what one did with more rights.
    view.deals.get_mut(&id(101)).unwrap().owner = id(MANAGER);
    let given = record(&mut view, MANAGER, owner(MANAGER, OTHER_REP));
    view.members.get_mut(&id(MANAGER)).unwrap().role = Role::Rep;
    view.deals.get_mut(&id(101)).unwrap().collaborators = vec![id(MANAGER)];
    assert_eq!(ask(&mut view, MANAGER, Command::Undo { of: given }).unwrap_err(), not_allowed);
}

#[test]
fn what_may_not_be_seen_is_not_restored() {
    let mut view = view();
    view.members.get_mut(&id(MANAGER)).unwrap().scope = Scope::Own;
    let deleted = record(&mut view, ADMIN, delete(Kind::Deal, 101));
    let refused = ask(&mut view, MANAGER, Command::Undo { of: deleted }).unwrap_err();
    assert_eq!(refused, Refusal::NotFound { kind: Kind::Deal });
    ask(&mut view, ADMIN, Command::Undo { of: deleted }).unwrap();
}

#[test]
fn undoing_a_creation_takes_nothing_of_others_along() {
    let mut view = view();
    let created = record(&mut view, REP, create(Record::Deal(deal(200, REP))));
    let noted = record(&mut view, MANAGER, edit(200, "notes", json!(null), json!("They call back on Monday")));
    let refused = ask(&mut view, REP, Command::Undo { of: created }).unwrap_err();
    let Refusal::Conflict { fields, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(fields.iter().map(|clash| clash.field.as_str()).collect::<Vec<_>>(), ["notes"]);
    ask(&mut view, MANAGER, Command::Undo { of: noted }).unwrap();
    ask(&mut view, REP, Command::Undo { of: created }).unwrap();
}

#[test]
fn who_loses_a_deal_is_not_told_what_else_the_edit_set() {
    let mut view = view();
    let owner = Delta { before: json!(id::<MemberId>(OTHER_REP)), after: json!(id::<MemberId>(ADMIN)) };
    let notes = Delta { before: json!(null), after: json!("Between us") };
    let fields = [("owner".to_owned(), owner), ("notes".to_owned(), notes)].into();
    let changes =
        ask(&mut view, ADMIN, Command::Edit { target: Target::new(Kind::Deal, id::<DealId>(101)), fields }).unwrap();
    let told: Vec<_> = changes
        .iter()
        .filter(|change| audience(&view, change).unwrap().contains(&id(OTHER_REP)))
        .flat_map(|change| change.fields.keys())
        .collect();
    assert_eq!(told, ["owner"]);
}

#[test]
fn fields_that_no_record_has_are_refused() {
    for (field, value) in [("nonsense", json!("x")), ("custom.nonsense", json!({ "text": "x" }))] {
        let mut view = view();
        assert!(ask(&mut view, ADMIN, set(Kind::Account, 300, field, json!(null), value)).is_err(), "{field}");
    }
    check(MANAGER, edit(101, "external_id", json!(null), json!("")), Err("external_id required"));
}

#[test]
fn the_last_pipeline_stays() {
    let mut view = view();
    let pipelines: Vec<_> = view.pipelines.keys().collect();
    view.deals.clear();
    view.stages.clear();
    let refusals = pipelines
        .iter()
        .map(|id| ask(&mut view, ADMIN, Command::Delete { target: Target::new(Kind::Pipeline, *id) }).err());
    let last = refusals.last().flatten();
    assert_eq!(last, Some(Refusal::invalid("pipeline", Rule::LastPipeline)));
    assert_eq!(view.pipelines.len(), 1);
}

#[test]
fn only_who_may_import_dates_a_deal() {
    let at = |day: &str| format!("2024-03-{day}T00:00:00Z").parse::<DateTime<Utc>>().ok();
    let dated = |created, closed| Command::DateDeal { deal: id(100), created_at: at(created), closed_at: at(closed) };
    let mut view = view();
    assert_eq!(ask(&mut view, REP, dated("01", "05")).unwrap_err(), Refusal::NotAllowed { right: Right::Import });
    ask(&mut view, MANAGER, move_to(100, 12)).unwrap();
    ask(&mut view, MANAGER, dated("01", "05")).unwrap();
    let deal = &view.deals[&id(100)];
    assert_eq!((deal.created_at, deal.closed_at, deal.entered_at), (at("01").unwrap(), at("05"), at("05").unwrap()));
    let future = Command::DateDeal { deal: id(100), created_at: Some(DateTime::<Utc>::MAX_UTC), closed_at: None };
    assert_eq!(ask(&mut view, MANAGER, future).unwrap_err(), Refusal::invalid("created_at", Rule::InFuture));
}

#[test]
fn what_was_done_stays_done() {
    let mut view = view();
    ask(&mut view, REP, create(Record::Activity(activity(500, 101)))).unwrap();
    ask(&mut view, REP, create(Record::Activity(activity(501, 101)))).unwrap();
    ask(&mut view, REP, Command::CompleteActivity { activity: id(500) }).unwrap();
    let not_allowed = Refusal::NotAllowed { right: Right::DeleteRecords };
    assert_eq!(ask(&mut view, REP, delete(Kind::Activity, 500)).unwrap_err(), not_allowed);
    ask(&mut view, REP, delete(Kind::Activity, 501)).unwrap();
    ask(&mut view, MANAGER, delete(Kind::Activity, 500)).unwrap();
}

#[test]
fn an_unseen_deal_is_as_one_that_is_not_there() {
    let mut view = view();
    view.members.get_mut(&id(REP)).unwrap().scope = Scope::Own;
    let refusals = [101, 999].map(|deal| ask(&mut view, REP, create(Record::Activity(activity(500, deal)))));
    assert_eq!(refusals[0], refusals[1]);
    ask(&mut view, REP, create(Record::Activity(activity(500, 100)))).unwrap();
    let refusals = [101, 999].map(|deal| {
        let deal = json!(id::<DealId>(deal));
        ask(&mut view, REP, set(Kind::Activity, 500, "deal", json!(id::<DealId>(100)), deal))
    });
    assert_eq!(refusals[0], refusals[1]);
}

#[test]
fn instants_stay_within_what_can_be_stored() {
    let far = [DateTime::<Utc>::MIN_UTC, "0001-01-01T00:00:00Z".parse().unwrap()];
    let dated = |record| Command::Create { record, place: Place::default(), dated: true };
    for at in far {
        let created = Account { created_at: at, ..account(300) };
        check(MANAGER, dated(Record::Account(created)), Err("created_at out_of_range 1900-01-01"));
        let closed = Deal { stage: id(12), closed_at: Some(at), ..deal(200, MANAGER) };
        check(MANAGER, dated(Record::Deal(closed)), Err("closed_at out_of_range"));
        let done = Activity { done_at: Some(at), ..activity(500, 100) };
        check(MANAGER, dated(Record::Activity(done)), Err("done_at out_of_range"));
        let moved =
            Command::MoveDeal { deal: id(100), stage: id(11), seen: id(10), place: Place::default(), at: Some(at) };
        check(MANAGER, moved, Err("entered_at out_of_range"));
        let invitation = Invitation { expires_at: at, ..invitation(600, '0') };
        check(ADMIN, create(Record::Invitation(invitation)), Err("expires_at out_of_range"));
    }
    for time in ["23:59:60", "12:30:00.5"] {
        let planned = Activity { due_time: Some(time.parse().unwrap()), ..activity(500, 100) };
        check(REP, create(Record::Activity(planned)), Err("due_time wrong_type"));
    }
    let later = Some(DateTime::<Utc>::MAX_UTC);
    let closed = Deal { stage: id(12), closed_at: later, ..deal(200, MANAGER) };
    check(MANAGER, dated(Record::Deal(closed)), Err("closed_at in_future"));
    let mut view = view();
    let fine = Account { created_at: "2020-01-01T00:00:00.123456789Z".parse().unwrap(), ..account(300) };
    ask(&mut view, MANAGER, dated(Record::Account(fine))).unwrap();
    assert_eq!(view.accounts[&id(300)].created_at, "2020-01-01T00:00:00.123456Z".parse::<DateTime<Utc>>().unwrap());

    ask(&mut view, REP, create(Record::Activity(activity(500, 100)))).unwrap();
    for (kind, number, field) in
        [(Kind::Account, 300, "created_at"), (Kind::Activity, 500, "created_at"), (Kind::Activity, 500, "done_at")]
    {
        let refused = ask(&mut view, REP, set(kind, number, field, json!(null), json!(far[0]))).unwrap_err();
        assert_eq!(refused, Refusal::invalid(field, Rule::NotEditable));
    }
}

#[test]
fn numbers_stay_within_what_can_be_stored() {
    let position = u32::MAX;
    check(MANAGER, set(Kind::Pipeline, 9, "position", json!(0), json!(position)), Err("position out_of_range"));
    check(MANAGER, set(Kind::Stage, 10, "position", json!(0), json!(position)), Err("position out_of_range"));
    let field = Field { id: id(700), on: Kind::Deal, name: "F".to_owned(), field_type: FieldType::Text, position };
    check(MANAGER, create(Record::Field(field)), Err("position out_of_range"));
    check(
        MANAGER,
        set(Kind::Stage, 10, "pipeline", json!(null), json!(id::<PipelineId>(9))),
        Err("pipeline not_editable"),
    );
}

fn invitation(number: u128, digit: char) -> Invitation {
    Invitation {
        id: id(number),
        token_hash: digit.to_string().repeat(64),
        role: Role::Rep,
        teams: Vec::new(),
        expires_at: now(),
    }
}

#[test]
fn a_link_is_what_it_was_when_it_was_given_out() {
    let mut view = view();
    let link = |number, digit| create(Record::Invitation(invitation(number, digit)));
    ask(&mut view, ADMIN, link(600, 'a')).unwrap();
    let refused = ask(&mut view, ADMIN, link(601, 'a')).unwrap_err();
    assert_eq!(refused, Refusal::invalid("token_hash", Rule::Taken));
    let refused = ask(&mut view, ADMIN, set(Kind::Invitation, 600, "role", json!("rep"), json!("admin"))).unwrap_err();
    assert_eq!(refused, Refusal::invalid("role", Rule::NotEditable));
    ask(&mut view, ADMIN, batch([delete(Kind::Invitation, 600), link(601, 'a')])).unwrap();
}

#[test]
fn a_zone_is_one_that_is_known() {
    let zone = |name: &str| set(Kind::Workspace, 900, "zone", json!("Asia/Shanghai"), json!(name));
    assert_eq!(zone("Mars/Base").needs().zones, ["Mars/Base".to_owned()].into());
    let mut view = view();
    // Where nothing was looked up, the server will have its say.
    ask(&mut view, ADMIN, zone("Mars/Base")).unwrap();
    view.evidence.unknown_zones.insert("Mars/Moon".to_owned());
    assert_eq!(ask(&mut view, ADMIN, zone("Mars/Moon")).unwrap_err(), Refusal::invalid("zone", Rule::NotAChoice));
    ask(&mut view, ADMIN, zone("Europe/Berlin")).unwrap();
}

#[test]
fn the_database_is_not_asked_for_what_it_cannot_hold() {
    let nul = carrying(300, "a\0b");
    assert!(nul.needs().external.is_empty());
    check(REP, nul, Err("external_id nul_character"));
}

#[test]
fn what_is_too_much_is_refused_at_once() {
    let delta = || Delta { before: json!(null), after: json!("x") };
    let fields = |count: usize| {
        let fields = (0..count).map(|number| (format!("f{number}"), delta())).chain([("tags".to_owned(), delta())]);
        Command::Edit { target: Target::new(Kind::Deal, Uuid::from_u128(100)), fields: fields.collect() }
    };
    check(REP, fields(MOST_FIELDS), Err("fields too_many 500"));
    check(REP, fields(MOST_FIELDS - 1), Err("tags wrong_type"));

    // An undo of much, asked for again and again.
    let mut view = view();
    let much =
        record(&mut view, MANAGER, batch((0..2_000).map(|number| create(Record::Account(account(1_000 + number))))));
    let undone = record(&mut view, MANAGER, Command::Undo { of: much });
    let before = view.clone();
    let undo = |times: usize| batch([undone, much].into_iter().cycle().take(times).map(|of| Command::Undo { of }));
    let refused = ask(&mut view, MANAGER, undo(1_000)).unwrap_err();
    assert_eq!(refused, Refusal::invalid("parts", Rule::TooMany { max: MOST_CHANGES }));
    assert!(view == before);
    ask(&mut view, MANAGER, undo(4)).unwrap();
}

#[test]
fn keys_stay_short_enough_for_an_index() {
    let mut view = view();
    for number in [200, 201] {
        ask(&mut view, MANAGER, create(Record::Deal(deal(number, MANAGER)))).unwrap();
    }
    let between = |below: usize| Command::MoveDeal {
        deal: id(200 + (below as u128 + 1) % 2),
        stage: id(10),
        seen: id(10),
        place: Place { above: Some(id(100)), below: Some(id(200 + below as u128 % 2)) },
        at: None,
    };
    ask(&mut view, MANAGER, batch((0..8_000).map(between))).unwrap();
    assert!(view.deals.values().all(|deal| deal.key.as_str().len() <= order::LONGEST));

    let long = Deal { key: OrderKey::from_stored("V".repeat(5_000)), ..deal(202, MANAGER) };
    ask(&mut view, MANAGER, Command::Create { record: Record::Deal(long), place: Place::default(), dated: true })
        .unwrap();
    assert!(view.deals[&id(202)].key.as_str().len() <= order::MAX_LEN);
}
