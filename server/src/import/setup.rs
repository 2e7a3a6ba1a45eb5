//! What must be there before the rows: pipeline, stages, custom fields with their options, members, teams. Each is an
//! ordinary command, decided here on the view that the rows are then decided on.

use super::{
    guess::key,
    layout::{Layout, RowKindExt},
    survey::{MOST, Survey},
};
use app::import::{
    plan::{FieldChoice, MemberField, NewStage, NewType, OwnerChoice, PipelineChoice, Plan, RowKind, StageChoice},
    report::Makes,
    trouble::PlanProblem,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Role, Scope},
    change::{Delta, Target},
    command::{Command, Place, Request},
    decide::carry_out,
    field::{Field, FieldType},
    id::{CommandId, FieldId, MemberId, PipelineId, StageId, TeamId},
    import::{DateForm, guess::DealField},
    member::{Member, Team},
    pipeline::{Outcome, Pipeline, Stage},
    record::{Kind, Record},
    view::View,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What the rows find.
pub struct Setup {
    /// To be carried out before the rows.
    pub requests: Vec<Request>,
    pub makes: Makes,
    pub found: Found,
    /// The workspace's settings after the requests.
    pub view: View,
    pub unknown_stages: Vec<(String, u64)>,
    pub unknown_owners: Vec<(String, u64)>,
}

/// What names in the file's rows mean. Keys are as [`key`] makes them.
#[derive(Default)]
pub struct Found {
    pub custom: Vec<CustomColumn>,
    pub pipeline: Option<PipelineId>,
    /// The stages that the person said a name means; none where its rows are to be refused.
    pub stages: HashMap<String, Option<StageId>>,
    pub first_stage: Option<StageId>,
    pub closed_stage: Option<StageId>,
    pub last_open: Option<StageId>,
    pub owners: HashMap<String, MemberId>,
    /// The columns that name owners, and members who are made with the first row that names them and is accepted.
    pub owner_columns: Vec<usize>,
    pub new_members: HashMap<MemberId, Request>,
    pub teams: HashMap<String, TeamId>,
}

/// A column whose cells become a custom field.
#[derive(Clone)]
pub struct CustomColumn {
    pub at: usize,
    pub field: FieldId,
    pub field_type: FieldType,
    pub dates: Option<DateForm>,
}

/// Decides what the plan needs. The ids of what is made come from the run's id, so that asking twice is one effect.
pub fn setup(
    run: Uuid,
    plan: &Plan,
    layout: &Layout,
    survey: &Survey,
    settings: &View,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Setup, Vec<PlanProblem>> {
    let mut maker = Maker {
        run,
        plan,
        layout,
        survey,
        actor,
        now,
        view: settings.clone(),
        requests: Vec::new(),
        makes: Makes::default(),
        found: Found::default(),
        problems: Vec::new(),
        new_stages: HashMap::new(),
    };
    maker.fields();
    let (mut unknown_stages, mut unknown_owners) = (Vec::new(), Vec::new());
    match plan.rows {
        RowKind::Deals => {
            maker.pipeline();
            unknown_stages = maker.stages();
            unknown_owners = maker.owners();
        }
        RowKind::Members => maker.teams(),
        _ => {}
    }
    if !maker.problems.is_empty() {
        return Err(maker.problems);
    }
    let Maker { view, requests, makes, found, .. } = maker;
    Ok(Setup { requests, makes, found, view, unknown_stages, unknown_owners })
}

struct Maker<'a> {
    run: Uuid,
    plan: &'a Plan,
    layout: &'a Layout,
    survey: &'a Survey,
    actor: &'a Actor,
    now: DateTime<Utc>,
    view: View,
    requests: Vec<Request>,
    makes: Makes,
    found: Found,
    problems: Vec<PlanProblem>,
    /// The plan's new stages by name.
    new_stages: HashMap<String, StageId>,
}

impl Maker<'_> {
    /// An id of its own for a thing of this run.
    fn id(&self, what: &str, name: &str) -> Uuid {
        Uuid::new_v5(&self.run, format!("{what} {name}").as_bytes())
    }

    fn create(&mut self, name: &str, record: Record) -> bool {
        let id = self.id("create", &record.uuid().to_string());
        self.ask(name, id, Command::Create { record, place: Place::default(), dated: false })
    }

    fn ask(&mut self, name: &str, id: Uuid, command: Command) -> bool {
        let request = Request { id: CommandId(id), command };
        match carry_out(&mut self.view, self.actor, &request, self.now) {
            Ok(_) => {
                self.requests.push(request);
                true
            }
            Err(refusal) => {
                self.problems.push(PlanProblem::Refused { name: name.to_owned(), refusal });
                false
            }
        }
    }

    /// The values of a column that name something; a problem where there are too many.
    fn values(&mut self, column: usize) -> Vec<(String, u64)> {
        if let Some(values) = self.survey.values(column) {
            values.to_vec()
        } else {
            self.problems.push(PlanProblem::TooManyValues { column, max: MOST });
            Vec::new()
        }
    }

    fn values_of(&mut self, columns: impl IntoIterator<Item = usize>) -> Vec<(String, u64)> {
        columns.into_iter().flat_map(|column| self.values(column)).collect()
    }

    fn fields(&mut self) {
        for (at, choice) in &self.layout.custom {
            let known = match choice {
                FieldChoice::Existing { id } => self.view.fields.get(id).cloned(),
                FieldChoice::New { name, field_type } => self.field_named(name, *field_type),
            };
            let field = match (known, choice) {
                (Some(field), _) => {
                    self.extend(*at, &field);
                    self.view.fields.get(&field.id).cloned()
                }
                (None, FieldChoice::New { name, field_type }) => self.new_field(*at, name, *field_type),
                (None, FieldChoice::Existing { .. }) => None,
            };
            let Some(field) = field else { continue };
            let dates = self.plan.columns.get(*at).and_then(|column| column.dates);
            self.found.custom.push(CustomColumn { at: *at, field: field.id, field_type: field.field_type, dates });
        }
    }

    /// A field that is as a new one would be, made by an earlier try at the same import.
    fn field_named(&self, name: &str, new_type: NewType) -> Option<Field> {
        let mut fields = self.view.fields_of(self.plan.rows.kind()).into_iter();
        let is_taken = |id: FieldId| {
            let chosen = FieldChoice::Existing { id };
            self.layout.custom.iter().any(|(_, choice)| *choice == chosen)
        };
        fields.find(|field| field.name == name && is_a(&field.field_type, new_type) && !is_taken(field.id)).cloned()
    }

    fn new_field(&mut self, at: usize, name: &str, new_type: NewType) -> Option<Field> {
        let on = self.plan.rows.kind();
        let field_type = match new_type {
            NewType::Text => FieldType::Text,
            NewType::Number => FieldType::Number,
            NewType::Money => FieldType::Money,
            NewType::Date => FieldType::Date,
            NewType::Person => FieldType::Person,
            NewType::Choice if self.plan.rows == RowKind::Options => FieldType::Choice { options: Vec::new() },
            NewType::Choice => {
                FieldType::Choice { options: self.values(at).into_iter().map(|(option, _)| option).collect() }
            }
        };
        let position = self.view.fields_of(on).last().map_or(0, |last| last.position + 1);
        let id = FieldId(self.id("field", &at.to_string()));
        let field = Field { id, on, name: name.to_owned(), field_type, position };
        let made = self.create(name, Record::Field(field.clone()));
        self.makes.fields.extend(made.then(|| name.to_owned()));
        made.then_some(field)
    }

    /// Adds the column's values to the options of a field of choice. The options of a list of products are made by its
    /// rows instead, so that each counts.
    fn extend(&mut self, at: usize, field: &Field) {
        let FieldType::Choice { options } = &field.field_type else { return };
        if self.plan.rows == RowKind::Options {
            return;
        }
        let mut extended = options.clone();
        for (option, _) in self.values(at) {
            if !extended.contains(&option) {
                self.makes.options.push((field.name.clone(), option.clone()));
                extended.push(option);
            }
        }
        if extended.len() > options.len() {
            let id = self.id("options", &field.id.to_string());
            let delta = Delta { before: json!(options), after: json!(extended) };
            self.ask(&field.name, id, Command::set(Target::new(Kind::Field, field.id), "options", delta));
        }
    }

    fn pipeline(&mut self) {
        let pipeline = match &self.plan.deals.pipeline {
            PipelineChoice::Existing { id } => {
                if !self.view.pipelines.contains_key(id) {
                    self.problems.push(PlanProblem::Unknown);
                }
                *id
            }
            PipelineChoice::New { name } => self.left_behind(name).unwrap_or_else(|| self.new_pipeline(name)),
        };
        self.found.pipeline = Some(pipeline);
        for stage in &self.plan.deals.new_stages {
            let stages = self.view.stages_of(pipeline);
            let is_there = |known: &&&Stage| key(&known.name) == key(&stage.name) && known.outcome == stage.outcome;
            let known = stages.iter().find(is_there).map(|known| known.id);
            let position = stages.last().map_or(0, |last| last.position + 1);
            let id = known.unwrap_or_else(|| self.new_stage(pipeline, stage, position));
            self.new_stages.insert(key(&stage.name), id);
        }
    }

    /// The pipeline that an earlier try at the same import made: it has the name, and no stages but the plan's.
    fn left_behind(&self, name: &str) -> Option<PipelineId> {
        let planned: Vec<String> = self.plan.deals.new_stages.iter().map(|stage| key(&stage.name)).collect();
        let is_left = |pipeline: PipelineId| {
            self.view.stages_of(pipeline).iter().all(|stage| planned.contains(&key(&stage.name)))
        };
        let mut pipelines = self.view.pipelines().into_iter();
        pipelines.find(|pipeline| key(&pipeline.name) == key(name) && is_left(pipeline.id)).map(|pipeline| pipeline.id)
    }

    fn new_pipeline(&mut self, name: &str) -> PipelineId {
        let id = PipelineId(self.id("pipeline", ""));
        let position = self.view.pipelines().last().map_or(0, |last| last.position + 1);
        if self
            .create(name, Record::Pipeline(Pipeline { id, name: name.to_owned(), position, loss_reasons: Vec::new() }))
        {
            self.makes.pipeline = Some(name.to_owned());
        }
        id
    }

    fn new_stage(&mut self, pipeline: PipelineId, stage: &NewStage, position: u32) -> StageId {
        let id = StageId(self.id("stage", &stage.name));
        let record = Stage {
            id,
            pipeline,
            name: stage.name.clone(),
            position,
            outcome: stage.outcome,
            probability: stage.probability,
            time_limit: None,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: domain::gate::Gate::default(),
            starts: None,
        };
        if self.create(&stage.name, Record::Stage(record)) {
            self.makes.stages.push(stage.name.clone());
        }
        id
    }

    /// Gathers what the names of stages mean, and gives those that mean nothing.
    fn stages(&mut self) -> Vec<(String, u64)> {
        let deals = &self.plan.deals;
        self.found.first_stage = deals.first_stage.as_ref().and_then(|choice| self.stage(choice));
        self.found.closed_stage = deals.closed_stage.as_ref().and_then(|choice| self.stage(choice));
        let last_open = deals.last_open.as_ref().and_then(|choice| self.stage(choice));
        let is_open = |id: &StageId| self.view.stages.get(id).is_some_and(|stage| stage.outcome == Outcome::Open);
        self.found.last_open = last_open.filter(is_open);
        for (name, choice) in &deals.stages {
            let stage = self.stage(choice);
            self.found.stages.insert(key(name), stage);
        }
        let Some(&at) = self.layout.deal.get(&DealField::Stage) else { return Vec::new() };
        let of_pipeline = self.found.pipeline.map(|pipeline| self.view.stages_of(pipeline)).unwrap_or_default();
        let known: Vec<String> = of_pipeline.iter().map(|stage| key(&stage.name)).collect();
        let is_known = |name: &str| known.contains(&key(name)) || self.found.stages.contains_key(&key(name));
        let values = self.survey.values(at).unwrap_or_default();
        values.iter().filter(|(name, _)| !is_known(name)).cloned().collect()
    }

    fn stage(&mut self, choice: &StageChoice) -> Option<StageId> {
        let id = match choice {
            StageChoice::Existing { id } => Some(*id),
            StageChoice::New { name } => self.new_stages.get(&key(name)).copied(),
            StageChoice::Refuse => return None,
        };
        let found = id.filter(|id| self.view.stages.contains_key(id));
        if found.is_none() {
            self.problems.push(PlanProblem::Unknown);
        }
        found
    }

    /// Gathers who the owners are, and gives those who are nobody.
    fn owners(&mut self) -> Vec<(String, u64)> {
        let persons = self.found.custom.iter().filter(|column| matches!(column.field_type, FieldType::Person));
        let columns: Vec<usize> =
            persons.map(|column| column.at).chain(self.layout.deal.get(&DealField::Owner).copied()).collect();
        self.found.owner_columns.clone_from(&columns);
        let mut unknown = Vec::new();
        for (name, count) in self.values_of(columns) {
            if self.found.owners.contains_key(&key(&name)) {
                continue;
            }
            let said =
                self.plan.deals.owners.iter().find(|(said, _)| key(said) == key(&name)).map(|(_, choice)| *choice);
            let known = match said {
                None => member_named(&self.view, &name).map(|id| OwnerChoice::Member { id }),
                said => said,
            };
            let member = match known.unwrap_or(self.plan.deals.other_owners) {
                OwnerChoice::Member { id } if !self.view.members.contains_key(&id) => {
                    self.problems.push(PlanProblem::Unknown);
                    None
                }
                OwnerChoice::Member { id } => Some(id),
                OwnerChoice::Create => self.member(&name),
                OwnerChoice::Refuse => None,
            };
            match member {
                Some(id) => drop(self.found.owners.insert(key(&name), id)),
                None => unknown.push((name, count)),
            }
        }
        unknown
    }

    fn member(&mut self, name: &str) -> Option<MemberId> {
        if let Some(known) = member_named(&self.view, name) {
            return Some(known);
        }
        let id = MemberId(self.id("member", &key(name)));
        let record = Record::Member(new_member(id, name, Role::Rep, Vec::new()));
        let command = Command::Create { record, place: Place::default(), dated: false };
        let request = Request { id: CommandId(self.id("create", &id.to_string())), command };
        // Whether it may be done is told now; it is done with the first row that needs it.
        match carry_out(&mut self.view, self.actor, &request, self.now) {
            Ok(changes) => {
                for change in changes.iter().rev() {
                    self.view.unapply(change);
                }
            }
            Err(refusal) => {
                self.problems.push(PlanProblem::Refused { name: name.to_owned(), refusal });
                return None;
            }
        }
        self.found.new_members.insert(id, request);
        Some(id)
    }

    /// Makes the teams that the columns of teams and managers name.
    fn teams(&mut self) {
        let fields = [MemberField::Team, MemberField::Manager];
        let columns: Vec<usize> = fields.iter().filter_map(|field| self.layout.member.get(field)).copied().collect();
        for (name, _) in self.values_of(columns) {
            let existing = self.view.teams.values().find(|team| key(&team.name) == key(&name)).map(|team| team.id);
            let id = existing.unwrap_or_else(|| TeamId(self.id("team", &key(&name))));
            if existing.is_none() && self.create(&name, Record::Team(Team { id, name: name.clone() })) {
                self.makes.teams.push(name.clone());
            }
            self.found.teams.insert(key(&name), id);
        }
    }
}

/// Whether a field is what a new one of this type would be.
fn is_a(field_type: &FieldType, new_type: NewType) -> bool {
    match new_type {
        NewType::Text => matches!(field_type, FieldType::Text),
        NewType::Number => matches!(field_type, FieldType::Number),
        NewType::Money => matches!(field_type, FieldType::Money),
        NewType::Date => matches!(field_type, FieldType::Date),
        NewType::Person => matches!(field_type, FieldType::Person),
        NewType::Choice => matches!(field_type, FieldType::Choice { .. }),
    }
}

/// A member without a sign-in.
pub fn new_member(id: MemberId, name: &str, role: Role, teams: Vec<TeamId>) -> Member {
    Member {
        id,
        name: name.to_owned(),
        email: String::new(),
        role,
        scope: Scope::default(),
        teams,
        active: true,
        days_off: BTreeMap::new(),
        days_on: BTreeMap::new(),
    }
}

/// The active member of this name or e-mail address.
pub fn member_named(view: &View, name: &str) -> Option<MemberId> {
    let name = key(name);
    let mut active = view.members.values().filter(|member| member.active);
    let is_named = |member: &&Member| key(&member.name) == name || (!name.is_empty() && key(&member.email) == name);
    active.find(is_named).map(|member| member.id)
}
