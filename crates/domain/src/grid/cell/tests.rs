use super::*;
use crate::{
    account::Account,
    field::Field,
    id::{PipelineId, WorkspaceId},
    member::Member,
    order,
    pipeline::{Outcome, Pipeline, Stage},
    record::{Kind, Record},
    workspace::Workspace,
};
use std::collections::BTreeMap;
use uuid::Uuid;

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// Two members of one name and one of another, a pipeline of two stages, an account, a field of each type.
fn view() -> View {
    let mut view = View::default();
    view.put(Record::Workspace(Workspace::new(id::<WorkspaceId>(1), "W".to_owned(), Currency::CNY, "UTC".to_owned())));
    for (number, name, email) in [(10, "李娜", "na@example.com"), (11, "Bo", "bo1@example.com"), (12, "bo", "")] {
        view.put(Record::Member(Member {
            id: id(number),
            name: name.to_owned(),
            email: email.to_owned(),
            role: crate::access::Role::Rep,
            scope: crate::access::Scope::Workspace,
            teams: Vec::new(),
            active: true,
            days_off: BTreeMap::new(),
            days_on: BTreeMap::new(),
        }));
    }
    view.put(Record::Pipeline(Pipeline {
        id: id::<PipelineId>(20),
        name: "P".to_owned(),
        position: 0,
        loss_reasons: Vec::new(),
    }));
    for (number, name) in [(30, "Talk"), (31, "报价")] {
        view.put(Record::Stage(Stage {
            id: id(number),
            pipeline: id(20),
            name: name.to_owned(),
            position: u32::try_from(number).unwrap(),
            outcome: Outcome::Open,
            probability: 50,
            time_limit: None,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: crate::gate::Gate::default(),
            starts: None,
        }));
    }
    let now = "2026-11-25T08:00:00Z".parse().unwrap();
    view.put(Record::Account(Account::new(id(40), "Acme".to_owned(), now)));
    let types = [
        (50, FieldType::Number),
        (51, FieldType::Choice { options: vec!["High".to_owned(), "Low".to_owned()] }),
        (52, FieldType::Date),
        (53, FieldType::Person),
        (54, FieldType::Money),
    ];
    for (number, field_type) in types {
        let field = Field { id: id(number), on: Kind::Deal, name: "F".to_owned(), field_type, position: 0 };
        view.put(Record::Field(field));
    }
    view
}

fn deal() -> Deal {
    let now = "2026-11-20T08:00:00Z".parse().unwrap();
    Deal {
        id: id(100),
        title: "Crane".to_owned(),
        pipeline: id(20),
        stage: id(30),
        key: order::at_end(now, 0, 0),
        account: Some(id(40)),
        amount: Some(Money::new(1_999, Currency::USD)),
        owner: id(10),
        collaborators: Vec::new(),
        contacts: Vec::new(),
        priority: Priority::default(),
        close_on: "2027-01-31".parse().ok(),
        source: "Fair".to_owned(),
        tags: vec!["a".to_owned(), "b".to_owned()],
        notes: String::new(),
        external_id: None,
        custom: BTreeMap::from([(id(50), FieldValue::Number(2.5)), (id(53), FieldValue::Person(id(10)))]),
        loss_reason: String::new(),
        exception: String::new(),
        met: crate::gate::Met::new(),
        created_at: now,
        entered_at: now,
        closed_at: None,
    }
}

fn today() -> NaiveDate {
    "2026-11-25".parse().unwrap()
}

fn read(column: &str, text: &str) -> Result<Entry, Expected> {
    let view = view();
    Reading { view: &view, today: today(), dates: None }.read(&deal(), column.parse().unwrap(), text)
}

fn custom(number: u128) -> String {
    Column::Custom(id(number)).to_string()
}

#[test]
fn what_people_write_into_cells() {
    let check = |column: &str, text: &str, value: Value| {
        assert_eq!(read(column, text), Ok(Entry::Field(value)), "{column}: {text}");
    };
    check("title", " Big crane ", json!("Big crane"));
    check("amount", "1,860,000", json!(Money::new(186_000_000, Currency::CNY)));
    check("amount", "¥125万", json!(Money::new(125_000_000, Currency::CNY)));
    check("amount", "19.99 USD", json!(Money::new(1_999, Currency::USD)));
    check("amount", "", Value::Null);
    check("close_on", "2027/3/4", json!("2027-03-04"));
    check("close_on", "2027年3月4日", json!("2027-03-04"));
    check("close_on", "31/12/2026", json!("2026-12-31"));
    check("close_on", "下周五", json!("2026-12-04"));
    check("close_on", "next Friday", json!("2026-12-04"));
    check("owner", "李娜", json!(id::<MemberId>(10)));
    check("owner", "BO1@example.com", json!(id::<MemberId>(11)));
    check("account", "ACME", json!(id::<AccountId>(40)));
    check("tags", "a，b, a", json!(["a", "b"]));
    check("tags", "", json!([]));
    check("priority", "紧急", json!("high"));
    check("priority", "Normal", Value::Null);
    check(&custom(50), "1,234.5", json!({ "number": 1234.5 }));
    check(&custom(51), "low", json!({ "choice": "Low" }));
    check(&custom(52), "2027-01-02", json!({ "date": "2027-01-02" }));
    check(&custom(53), "李娜", json!({ "person": id::<MemberId>(10) }));
    check(&custom(54), "5", json!({ "money": Money::new(500, Currency::CNY) }));
    assert_eq!(read("stage", "报价"), Ok(Entry::Stage(id(31))));
    assert_eq!(read("stage", "TALK"), Ok(Entry::Stage(id(30))));
}

#[test]
fn what_is_refused_says_what_would_be_accepted() {
    let check = |column: &str, text: &str, expected: Expected| {
        assert_eq!(read(column, text), Err(expected), "{column}: {text}");
    };
    check("title", "  ", Expected::Something);
    check("owner", "", Expected::Something);
    check("owner", "Bo", Expected::Member);
    check("owner", "Nobody", Expected::Member);
    check("account", "Nowhere", Expected::Account);
    check("amount", "a lot", Expected::Amount);
    check("amount", "-5", Expected::Amount);
    check("amount", "0.005", Expected::Decimals(Currency::CNY, 2));
    check("close_on", "3/4/2027", Expected::ClearDate);
    check("close_on", "someday", Expected::Date);
    check("stage", "Nowhere", Expected::Choice(vec!["Talk".to_owned(), "报价".to_owned()]));
    check(&custom(50), "many", Expected::Number);
    check(&custom(51), "Middle", Expected::Choice(vec!["High".to_owned(), "Low".to_owned()]));
    check("stay", "3", Expected::Nothing);
    check("pipeline", "P", Expected::Nothing);
}

#[test]
fn a_pasted_column_tells_how_its_dates_are_written() {
    let view = view();
    let dates = date_form(["3/4/2027", "31/12/2026"]);
    let reading = Reading { view: &view, today: today(), dates };
    assert_eq!(reading.read(&deal(), Column::CloseOn, "3/4/2027"), Ok(Entry::Field(json!("2027-04-03"))));
    assert_eq!(date_form(["3/4/2027", "5/6/2026"]), None);
    assert!(holds_dates(&view, Column::Custom(id(52))) && !holds_dates(&view, Column::Title));
}

#[test]
fn what_is_held_is_listed_newest_first_as_far_as_the_filter_goes() {
    use crate::{board::Filter, grid::Query};
    let mut view = view();
    let older = deal();
    let newer = Deal { id: id(101), created_at: older.created_at + chrono::Duration::hours(1), ..older.clone() };
    let other = Deal { id: id(102), title: "Pump".to_owned(), ..older.clone() };
    for deal in [&older, &newer, &other] {
        view.put(Record::Deal(deal.clone()));
    }
    let filter = Filter { text: "crane".to_owned(), ..Filter::default() };
    let held = Query { filter, group: Some(crate::grid::Group::Stage), ..Query::default() }.held(&view);
    assert_eq!((held.rows, held.query.group), (vec![newer.id, older.id], None));
    let totals = held.heads.unwrap().totals;
    assert_eq!((totals.deals, totals.sums[&Currency::USD].weighted), (2, 2 * 1_999 * 50));
    assert!(Query { pipeline: Some(id(21)), ..Query::default() }.held(&view).rows.is_empty());
}

#[test]
fn what_is_copied_reads_back_equal() {
    let (view, deal) = (view(), deal());
    let fields = Record::Deal(deal.clone()).to_fields();
    let reading = Reading { view: &view, today: today(), dates: None };
    for column in Column::all(&view).into_iter().filter(|column| column.is_editable()) {
        let text = text(&view, &deal, column, None, &Zone::default(), today());
        let expected = match column {
            Column::Stage => Entry::Stage(deal.stage),
            column => Entry::Field(fields.get(&column.field().unwrap()).cloned().unwrap_or_default()),
        };
        assert_eq!(reading.read(&deal, column, &text), Ok(expected), "{column}: {text}");
    }
}
