//! Founding a workspace, with its founder and one pipeline to begin with. An existing person founds another one.

use super::{EntryFields, empty_entry, entered, fields, person};
use crate::{clock, error::Result, pages, session, state::AppState};
use app::seed::{Entry, EntryForm, Problem};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::{
    access::{Role, Scope},
    id::{MemberId, PipelineId, StageId, WorkspaceId},
    member::Member,
    money::Currency,
    pipeline::{Outcome, Pipeline, Stage},
    record::Record,
    workspace::Workspace,
};
use store::Founding;
use uuid::Uuid;

pub async fn found(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (form, request, address) = fields(&state, request).await?;
    let again = |problem| Entry {
        name: form.name.clone(),
        email: form.email.clone(),
        workspace: form.workspace.clone(),
        problem: Some(problem),
        ..empty_entry(&state, EntryForm::Found)
    };
    let name = form.workspace.trim();
    let problem = if name.is_empty() || name.chars().count() > domain::text::NAME || name.contains('\0') {
        Some(Problem::Workspace)
    } else {
        person::problem_with(&form)
    };
    if let Some(problem) = problem {
        return Ok(pages::entry(&state, request, again(problem)).await);
    }
    let now = clock::now();
    if !state.throttle.admits_founding(&address, now) {
        return Ok(pages::entry(&state, request, again(Problem::TooMany)).await);
    }
    let person = match person::known_or_new(&state, &form, &address).await? {
        Ok(person) => person,
        Err(problem) => return Ok(pages::entry(&state, request, again(problem)).await),
    };
    let language = pages::language(request.headers());
    // The same form sent twice founds one workspace.
    let workspace = form.attempt.parse().map_or_else(|_| clock::new_id(), |attempt: Uuid| derived(person, attempt));
    let founder = MemberId(derived(workspace, person));
    let workspace = WorkspaceId(workspace);
    let founding = new_workspace(&form, workspace, founder, language == app::Language::Chinese);
    state.store.found(founding, now).await?;
    state.store.link_person(workspace, founder, person).await?;
    let cookie = session::open(&state, request.headers(), workspace, founder).await?;
    Ok(entered(cookie, &form.next))
}

fn derived(from: Uuid, by: Uuid) -> Uuid {
    Uuid::new_v5(&from, by.as_bytes())
}

/// A workspace with its founder and one pipeline to begin with, in the founder's language.
fn new_workspace(form: &EntryFields, workspace: WorkspaceId, founder: MemberId, chinese: bool) -> Founding {
    let pipeline = PipelineId(clock::new_id());
    let zone = if store::is_zone(&form.zone) { form.zone.clone() } else { "Asia/Shanghai".to_owned() };
    let member = Member {
        id: founder,
        name: form.name.clone(),
        email: form.email.trim().to_owned(),
        role: Role::Admin,
        scope: Scope::Workspace,
        teams: Vec::new(),
        active: true,
        days_off: std::collections::BTreeMap::new(),
        days_on: std::collections::BTreeMap::new(),
    };
    let stages = [
        ("初步接触", "First contact", 10, Some(10), Outcome::Open),
        ("需求确认", "Needs agreed", 25, Some(15), Outcome::Open),
        ("方案演示", "Demonstration", 40, Some(12), Outcome::Open),
        ("报价", "Quotation", 60, Some(10), Outcome::Open),
        ("合同审批", "Contract", 80, Some(8), Outcome::Open),
        ("成交", "Won", 100, None, Outcome::Won),
        ("丢单", "Lost", 0, None, Outcome::Lost),
    ];
    let name = |zh: &str, en: &str| if chinese { zh.to_owned() } else { en.to_owned() };
    let mut records = vec![
        Record::Member(member),
        Record::Pipeline(Pipeline {
            id: pipeline,
            name: name("销售流程", "Sales"),
            position: 0,
            loss_reasons: Vec::new(),
        }),
    ];
    for (position, (zh, en, probability, time_limit, outcome)) in (0..).zip(stages) {
        records.push(Record::Stage(Stage {
            id: StageId(clock::new_id()),
            pipeline,
            name: name(zh, en),
            position,
            outcome,
            probability,
            time_limit,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: domain::gate::Gate::default(),
            starts: None,
        }));
    }
    let currency = if chinese { Currency::CNY } else { Currency::USD };
    let workspace = Workspace::new(workspace, form.workspace.trim().to_owned(), currency, zone);
    Founding { workspace, is_demo: false, records }
}
