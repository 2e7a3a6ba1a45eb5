//! Plans as MS Project's files, both ways: a file becomes records with a list of what of it is not taken over, and a plan
//! becomes a file. What a file says of tasks, their tree, links, dates, progress, people and baselines comes back the same.

use super::{
    Agreed, Baseline, Constraint, Hours, Length, Link, MOST_TASKS, Outline, Plan, Reckoned, Task, reckon::Flaw,
    working_hours,
};
use crate::{
    calendar::{Moment, Zone},
    id::{BaselineId, CommandId, MemberId, PlanId, TaskId},
    member::Member,
    msproject::{
        self, Assignment, Project, ProjectCalendar, ProjectLag, ProjectLink, ProjectTask, Resource, Unreadable,
    },
    order,
    record::Record,
    refusal::Refusal,
    schedule::{self, Span},
    text,
    view::View,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    sync::Arc,
};
use uuid::Uuid;

/// How large a file may be, in bytes.
pub const MOST_BYTES: usize = 25 * 1024 * 1024;

/// A file as records.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    pub plan: Plan,
    pub tasks: Vec<Task>,
    pub baselines: Vec<Baseline>,
    pub report: Report,
}

/// What a file holds, and what of it the records do not say. Tasks are told by their names.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub name: String,
    pub tasks: usize,
    pub links: usize,
    pub baselines: usize,
    /// Elements that are not understood, and how often each stands in the file.
    pub unread: BTreeMap<String, usize>,
    /// Tasks whose dates in the file are not those of their duration: the duration is taken.
    pub stretched: Vec<String>,
    /// Tasks with links that name no task, or that a task which holds others cannot have.
    pub dropped: Vec<String>,
    /// Tasks with several links to one other: the first is taken.
    pub doubled: Vec<String>,
    /// Tasks that are called milestones and take time.
    pub lasting_milestones: Vec<String>,
    /// Tasks of which another part remains than their percentage says: the percentage is taken.
    pub remaining: Vec<String>,
    /// Tasks whose names or notes are longer than what is kept.
    pub shortened: Vec<String>,
    /// Calendars of the file: the workspace's and the members' own count instead.
    pub calendars: Vec<String>,
    /// Who is no member by name or e-mail, and stands as a role.
    pub roles: Vec<String>,
}

impl Report {
    /// Notes what of a task is not taken over.
    fn note(&mut self, of: &ProjectTask, task: &Task) {
        let is_longer = |text: &str, max| text.chars().count() > max;
        if is_longer(&of.name, text::NAME) || is_longer(&of.notes, text::LONG) {
            self.shortened.push(task.title.clone());
        }
        if of.milestone && task.duration.minutes > 0 {
            self.lasting_milestones.push(task.title.clone());
        }
        let is_started = of.actual_start.is_some() && of.actual_finish.is_none();
        if is_started && (of.remaining - remaining(task)).abs() > 1 {
            self.remaining.push(task.title.clone());
        }
    }
}

/// What became of a file that was sent, or, where that was asked, what would.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// By which it is undone.
    pub command: CommandId,
    pub plan: PlanId,
    pub report: Report,
    /// Why nothing was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What the tasks are called that a refusal names: nobody else knows them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<TaskId, String>,
}

/// Why a file becomes no plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoPlan {
    /// It is no XML, or broken off; the place in bytes.
    NotXml { at: u64 },
    /// It is XML, but not of MS Project.
    NotAProject,
    /// More lies in each other than in any such file.
    TooDeep { at: u64 },
    /// There are more tasks than a plan may have.
    TooMany { max: usize },
    /// There is no task in it.
    Empty,
    /// Its calendars cannot be.
    Refused { refusal: Refusal },
}

impl From<Unreadable> for NoPlan {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::NotXml { at } => Self::NotXml { at },
            Unreadable::NotAProject => Self::NotAProject,
            Unreadable::TooDeep { at } => Self::TooDeep { at },
            Unreadable::TooMany => Self::TooMany { max: MOST_TASKS },
        }
    }
}

/// For whom a file is read.
pub struct Reading<'a> {
    /// Its members do the tasks.
    pub view: &'a View,
    pub zone: &'a Zone,
    /// What the plan is called where the file does not say.
    pub name: &'a str,
    /// From what the ids of the records follow.
    pub seed: Uuid,
    pub by: MemberId,
    pub now: DateTime<Utc>,
}

impl Reading<'_> {
    /// Makes a file into a plan.
    ///
    /// # Errors
    /// Why it becomes none.
    pub fn file(&self, bytes: &[u8]) -> Result<Imported, NoPlan> {
        self.project(&msproject::read(bytes)?)
    }

    /// Makes what was read of a file into a plan.
    ///
    /// # Errors
    /// As [`Self::file`].
    pub fn project(&self, project: &Project) -> Result<Imported, NoPlan> {
        if project.tasks.len() > MOST_TASKS {
            return Err(NoPlan::TooMany { max: MOST_TASKS });
        }
        if project.tasks.is_empty() {
            return Err(NoPlan::Empty);
        }
        let laid_out = project.plan(self.zone).map_err(|refusal| NoPlan::Refused { refusal })?;
        let titles: Vec<String> = project.tasks.iter().map(title).collect();
        let named = |places: &[u32]| distinct(places.iter().map(|place| titles[*place as usize].clone()));
        let mut report = Report {
            unread: project.unread.clone(),
            stretched: named(&laid_out.stretched),
            dropped: named(&laid_out.dropped),
            calendars: distinct(project.calendars.iter().map(|calendar| calendar.name.clone())),
            ..Report::default()
        };
        let plan = self.plan(project);
        let mut people = self.people(project, &mut report);
        let mut tasks: Vec<Task> = Vec::with_capacity(project.tasks.len());
        for ((place, of), input) in (0u64..).zip(&project.tasks).zip(&laid_out.input.tasks) {
            let mut task = self.task(place, of, &plan);
            task.parent = input.parent.map(|parent| tasks[parent as usize].id);
            if let Some((owner, role)) = people.remove(&of.number) {
                (task.owner, task.role) = (owner, role);
            }
            report.note(of, &task);
            tasks.push(task);
        }
        let mut doubled = Vec::new();
        for link in &laid_out.input.links {
            let from = tasks[link.from as usize].id;
            let lag = length(link.lag);
            match tasks[link.to as usize].links.entry(from) {
                Entry::Occupied(_) => doubled.push(link.to),
                Entry::Vacant(place) => {
                    place.insert(Link { kind: link.kind, lag });
                }
            }
        }
        report.doubled = named(&doubled);
        let baselines = self.baselines(project, &plan, &tasks);
        report.name.clone_from(&plan.name);
        report.tasks = tasks.len();
        report.links = tasks.iter().map(|task| task.links.len()).sum();
        report.baselines = baselines.len();
        Ok(Imported { plan, tasks, baselines, report })
    }

    fn id(&self, what: &str, number: u64) -> Uuid {
        Uuid::new_v5(&self.seed, format!("{what} {number}").as_bytes())
    }

    fn instant(&self, time: NaiveDateTime) -> DateTime<Utc> {
        self.zone.moment(time).instant()
    }

    fn plan(&self, project: &Project) -> Plan {
        let starts = project.tasks.iter().filter_map(|task| task.start);
        let start = project.start.or_else(|| starts.min()).map(|time| time.date()).filter(|day| is_kept(*day));
        let named = [project.name.trim(), self.name.trim(), "MS Project"].into_iter().find(|name| !name.is_empty());
        let name: String =
            named.unwrap_or_default().chars().filter(|letter| *letter != '\0').take(text::NAME).collect();
        Plan {
            id: PlanId(self.id("plan", 0)),
            name,
            deal: None,
            start_on: start.unwrap_or_else(|| self.zone.day(self.now)),
            due_on: None,
            template: false,
            from: None,
            buffer: 0,
            created_at: self.now,
        }
    }

    fn task(&self, place: u64, of: &ProjectTask, plan: &Plan) -> Task {
        let kept = |time: Option<NaiveDateTime>| time.filter(|time| is_kept(time.date()));
        let finished_at = kept(of.actual_finish).map(|time| self.instant(time));
        let begun = of.percent > 0 || finished_at.is_some();
        let started = kept(of.actual_start).or_else(|| kept(of.start).filter(|_| begun));
        let started_at = started.map(|time| self.instant(time));
        Task {
            constraint: constraint(of),
            deadline: kept(of.deadline).map(|time| time.date()),
            percent: if finished_at.is_some() { 100 } else { of.percent },
            started_at,
            // Files of other programs have some that end before they begin.
            finished_at: finished_at.max(started_at.filter(|_| finished_at.is_some())),
            notes: of.notes.chars().take(text::LONG).collect(),
            ..Task::new(
                TaskId(self.id("task", place)),
                plan.id,
                order::at_end(self.now, place, 0),
                title(of),
                length(of.duration),
                self.now,
            )
        }
    }

    /// For each task, by its number in the file, who does it: the first that is a member, and the others by name.
    fn people(&self, project: &Project, report: &mut Report) -> HashMap<i64, (Option<MemberId>, String)> {
        let member = |resource: &Resource| {
            let same = |one: &str, other: &str| {
                !one.trim().is_empty() && one.trim().to_lowercase() == other.trim().to_lowercase()
            };
            let active = || self.view.members.values().filter(|member| member.active);
            let by_email = active().find(|member| same(&resource.email, &member.email));
            by_email.or_else(|| active().find(|member| same(&resource.name, &member.name))).map(|member| member.id)
        };
        let known: HashMap<i64, (Option<MemberId>, &str)> = project
            .resources
            .iter()
            .map(|resource| (resource.number, (member(resource), resource.name.trim())))
            .collect();
        let mut people: HashMap<i64, (Option<MemberId>, String)> = HashMap::new();
        let mut roles = Vec::new();
        for Assignment { task, resource, .. } in &project.assignments {
            let Some((member, name)) = known.get(resource) else { continue };
            let (owner, role) = people.entry(*task).or_default();
            if owner.is_none() && member.is_some() {
                *owner = *member;
            } else if !name.is_empty() {
                let joined = if role.is_empty() { (*name).to_owned() } else { format!("{role}, {name}") };
                *role = joined.chars().take(text::SHORT).collect();
                roles.push((*name).to_owned());
            }
        }
        roles.sort_unstable();
        report.roles = distinct(roles.into_iter());
        people
    }

    /// One baseline for each number that tasks have one of.
    fn baselines(&self, project: &Project, plan: &Plan, tasks: &[Task]) -> Vec<Baseline> {
        let mut by_number: BTreeMap<u8, BTreeMap<TaskId, Agreed>> = BTreeMap::new();
        for (of, task) in project.tasks.iter().zip(tasks) {
            for baseline in &of.baselines {
                let (Some(start), Some(finish)) = (baseline.start, baseline.finish) else { continue };
                if is_kept(start.date()) && is_kept(finish.date()) {
                    let start = self.instant(start);
                    let agreed = Agreed { start, finish: self.instant(finish).max(start) };
                    by_number.entry(baseline.number).or_default().insert(task.id, agreed);
                }
            }
        }
        let baselines = by_number.into_iter().take(super::MOST_BASELINES).map(|(number, tasks)| Baseline {
            id: BaselineId(self.id("baseline", number.into())),
            plan: plan.id,
            name: if number == 0 { "Baseline".to_owned() } else { format!("Baseline {number}") },
            by: self.by,
            created_at: self.now,
            tasks,
        });
        baselines.collect()
    }
}

impl Imported {
    /// What the tasks are called that a refusal names.
    pub fn names(&self, refusal: &Refusal) -> BTreeMap<TaskId, String> {
        let named: &[TaskId] = match refusal {
            Refusal::Cycle { tasks, .. } => tasks,
            Refusal::Undone { task, .. } => std::slice::from_ref(task),
            _ => &[],
        };
        let tasks = self.tasks.iter().filter(|task| named.contains(&task.id));
        tasks.map(|task| (task.id, task.title.clone())).collect()
    }

    /// The records, each after what it names.
    pub fn records(self) -> impl Iterator<Item = Record> {
        let tasks = self.tasks.into_iter().map(Record::Task);
        let baselines = self.baselines.into_iter().map(Record::Baseline);
        std::iter::once(Record::Plan(self.plan)).chain(tasks).chain(baselines)
    }
}

fn title(of: &ProjectTask) -> String {
    let title: String = of.name.trim().chars().take(text::NAME).collect();
    if title.is_empty() { format!("#{}", of.number) } else { title }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut list: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    list.dedup();
    list
}

fn is_kept(day: NaiveDate) -> bool {
    crate::deal::check_date("date", day).is_ok()
}

fn length(span: Span) -> Length {
    match span {
        Span::Work(minutes) => Length::work(minutes),
        Span::Elapsed(minutes) => Length::elapsed(minutes),
    }
}

fn span(length: Length) -> Span {
    if length.elapsed { Span::Elapsed(length.minutes) } else { Span::Work(length.minutes) }
}

fn constraint(of: &ProjectTask) -> Constraint {
    let (kind, date) = of.constraint;
    match (kind, date.filter(|date| is_kept(date.date()))) {
        (1, _) => Constraint::AsLateAsPossible,
        (2, Some(date)) => Constraint::StartOn(date),
        (3, Some(date)) => Constraint::FinishOn(date),
        (4, Some(date)) => Constraint::StartNoEarlier(date),
        (5, Some(date)) => Constraint::StartNoLater(date),
        (6, Some(date)) => Constraint::FinishNoEarlier(date),
        (7, Some(date)) => Constraint::FinishNoLater(date),
        // Put there by hand, it is not put earlier.
        _ => {
            let by_hand = of.start.filter(|start| of.manual && is_kept(start.date()));
            by_hand.map_or(Constraint::AsSoonAsPossible, Constraint::StartNoEarlier)
        }
    }
}

fn number(constraint: Constraint) -> u8 {
    match constraint {
        Constraint::AsSoonAsPossible => 0,
        Constraint::AsLateAsPossible => 1,
        Constraint::StartOn(_) => 2,
        Constraint::FinishOn(_) => 3,
        Constraint::StartNoEarlier(_) => 4,
        Constraint::StartNoLater(_) => 5,
        Constraint::FinishNoEarlier(_) => 6,
        Constraint::FinishNoLater(_) => 7,
    }
}

/// The minutes of a task that are still to be done.
fn remaining(task: &Task) -> i32 {
    let left = i64::from(task.duration.minutes) * i64::from(100 - task.percent.min(100)) / 100;
    i32::try_from(left).unwrap_or(i32::MAX)
}

/// A plan of the view as a file, with the dates to which it is reckoned.
///
/// # Errors
/// Why it cannot be reckoned.
pub fn project(view: &View, plan: &Plan, hours: &Hours, now: DateTime<Utc>) -> Result<Project, Flaw> {
    let tasks: Vec<_> = view.tasks.share_all().filter(|task| task.plan == plan.id).cloned().collect();
    let outline = Outline::of(&tasks);
    let reckoned = Reckoned::of(Arc::new(plan.clone()), tasks, hours, now)?;
    let local = |instant: DateTime<Utc>| hours.zone.local(instant);
    let mut baselines: Vec<&Baseline> = view.baselines.values().filter(|baseline| baseline.plan == plan.id).collect();
    baselines.sort_by_key(|baseline| (baseline.created_at, baseline.id));
    // More than these a file cannot hold.
    baselines.truncate(11);
    let mut people = People { view, numbers: HashMap::new(), resources: Vec::new(), assignments: Vec::new() };
    let workspace = view.workspace();
    let last = workspace.and_then(|workspace| workspace.hours.last()).map_or(0, |shift| u32::from(shift.to));
    let day_ends = NaiveTime::from_num_seconds_from_midnight_opt(last * 60, 0).unwrap_or(NaiveTime::MIN);
    let mut project = Project {
        name: plan.name.clone(),
        start: Some(plan.start_on.and_time(NaiveTime::MIN)),
        status: None,
        finish: reckoned.span().map(|span| local(span.finish.instant())),
        calendar: WORKSPACE,
        minutes_per_day: super::DAY,
        ..Project::default()
    };
    for (place, id) in (0u32..).zip(&outline.order) {
        let Some(task) = reckoned.task(*id) else { continue };
        let number = i64::from(place) + 1;
        let (dates, row) = (reckoned.dates(place), reckoned.row(place));
        let links = task.links.iter().filter_map(|(from, link)| {
            let from = i64::from(reckoned.place(*from)?) + 1;
            Some(ProjectLink { from, kind: link.kind, lag: ProjectLag::Time(span(link.lag)) })
        });
        let agreed = (0u8..).zip(&baselines).filter_map(|(number, baseline)| {
            let agreed = baseline.tasks.get(id)?;
            let [start, finish] = [agreed.start, agreed.finish].map(|instant| Some(local(instant)));
            Some(msproject::Baseline { number, start, finish, duration: None })
        });
        people.assign(number, task, remaining(task));
        let at = |moment: Moment| Some(local(moment.instant()));
        project.tasks.push(ProjectTask {
            number,
            name: task.title.clone(),
            level: u32::from(outline.depth[place as usize]) + 1,
            start: at(dates.start),
            finish: at(dates.finish),
            duration: span(task.duration),
            remaining: remaining(task),
            milestone: task.is_milestone(),
            manual: false,
            constraint: (self::number(task.constraint), task.constraint.date()),
            deadline: task.deadline.map(|day| day.and_time(day_ends)),
            percent: task.percent,
            actual_start: task.started_at.map(local),
            actual_finish: task.finished_at.map(local),
            calendar: None,
            notes: task.notes.clone(),
            links: links.collect(),
            baselines: agreed.collect(),
            critical: row.criticality == schedule::Criticality::Critical,
            // Tenths of a minute.
            slack: Some(row.total_float.saturating_mul(10)),
        });
    }
    project.calendars = calendars(view, &people.numbers);
    (project.resources, project.assignments) = (people.resources, people.assignments);
    Ok(project)
}

/// The number of the workspace's calendar; that of whoever has an own follows by the number of who they are.
const WORKSPACE: i64 = 1;

/// A member, or a role by its name.
type Person = (Option<MemberId>, String);

/// Whoever does the tasks, each once.
struct People<'a> {
    view: &'a View,
    numbers: HashMap<Person, i64>,
    resources: Vec<Resource>,
    assignments: Vec<Assignment>,
}

impl People<'_> {
    fn assign(&mut self, task: i64, of: &Task, work: i32) {
        let view = self.view;
        if let Some(member) = of.owner.and_then(|owner| view.members.get(&owner)) {
            let (name, email) = (member.name.clone(), member.email.clone());
            let resource = self.number((Some(member.id), String::new()), differs(member), name, email);
            self.assignments.push(Assignment { task, resource, percent: 100, work });
        }
        if !of.role.is_empty() {
            let resource = self.number((None, of.role.clone()), false, of.role.clone(), String::new());
            self.assignments.push(Assignment { task, resource, percent: 100, work });
        }
    }

    fn number(&mut self, person: Person, has_calendar: bool, name: String, email: String) -> i64 {
        let next = i64::try_from(self.resources.len()).unwrap_or(i64::MAX) + 1;
        let number = *self.numbers.entry(person).or_insert(next);
        if number == next {
            let calendar = has_calendar.then_some(WORKSPACE + number);
            self.resources.push(Resource { number, name, email, calendar });
        }
        number
    }
}

/// Whether the member's days are not those of the workspace.
fn differs(member: &Member) -> bool {
    !member.days_off.is_empty() || !member.days_on.is_empty()
}

/// The workspace's hours, and those of whoever of these has others.
fn calendars(view: &View, people: &HashMap<Person, i64>) -> Vec<ProjectCalendar> {
    let Some(workspace) = view.workspace() else { return Vec::new() };
    let hours = working_hours(workspace, None);
    let base = ProjectCalendar {
        number: WORKSPACE,
        name: workspace.name.clone(),
        base: None,
        week: hours.week.map(Some),
        exceptions: hours.exceptions.clone(),
    };
    let mut calendars = vec![base];
    for ((member, _), number) in people {
        let Some(member) = member.and_then(|id| view.members.get(&id)).filter(|member| differs(member)) else {
            continue;
        };
        // The member's own follow the workspace's.
        let exceptions = working_hours(workspace, Some(member)).exceptions;
        let exceptions = exceptions.get(hours.exceptions.len()..).unwrap_or_default().to_vec();
        let (number, name, base) = (WORKSPACE + number, member.name.clone(), Some(WORKSPACE));
        calendars.push(ProjectCalendar { number, name, base, week: Default::default(), exceptions });
    }
    calendars.sort_by_key(|calendar| calendar.number);
    calendars
}

#[cfg(test)]
mod tests;
