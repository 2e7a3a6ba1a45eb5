//! Loading what a command needs, and writing what it changed: one statement for each kind of record, however many.

use crate::{
    account, activity, contact, deal, error::Result, file, merge, plan, saved_view, search, settings, stay,
    zone::is_zone,
};
use domain::{
    change::{Change, Target, Verb},
    command::Needs,
    id::{PlanId, WorkspaceId},
    record::Kind,
    trail::concerns,
    view::View,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A stored word as its enum.
pub(crate) fn word<T: DeserializeOwned>(word: String) -> Result<T> {
    Ok(serde_json::from_value(Value::String(word))?)
}

/// Records as the JSON that `jsonb_to_recordset` takes apart: the fields have the records' own names.
pub(crate) fn rows<T: Serialize>(records: &[&T]) -> Result<Value> {
    Ok(serde_json::to_value(records)?)
}

/// Loads into the view what the commands need and the settings do not hold.
pub(crate) async fn load(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    mut needs: Needs,
    view: &mut View,
) -> Result<()> {
    if !needs.recorded.is_empty() {
        let ids: Vec<Uuid> = needs.recorded.iter().map(|id| id.0).collect();
        for recorded in crate::change::of_commands(connection, workspace, &ids).await? {
            for change in &recorded.changes {
                needs.records.insert(change.target);
                // Undoing a creation is a deletion: is the record referred to by now?
                needs.used.extend((change.verb == Verb::Created).then_some(change.target));
                // What a task refers to, and what refers to it, is judged of its plan as a whole.
                if change.target.kind == Kind::Task {
                    let plan = change.fields.get("plan").and_then(|plan| plan.before.as_str().or(plan.after.as_str()));
                    let plan = plan.and_then(|plan| plan.parse::<Uuid>().ok()).map(|id| Target::new(Kind::Plan, id));
                    needs.tasks_of.insert(plan.unwrap_or(change.target));
                }
                if change.target.kind == Kind::Plan && change.verb == Verb::Created {
                    needs.tasks_of.insert(change.target);
                    needs.baselines_of.insert(change.target.id.into());
                }
                if change.target.kind == Kind::Deal && concerns(change) {
                    needs.trails.insert(change.target.id.into());
                }
                // Bringing back a file needs its content.
                if change.target.kind == Kind::File && change.verb == Verb::Deleted {
                    needs.contents.insert(change.target.id.into());
                }
                // Undoing brings back what stood there before, which may refer to others.
                for (field, delta) in &change.fields {
                    needs.reference(change.target.kind, field, &delta.before);
                }
            }
            view.evidence.recorded.insert(recorded.command, recorded);
        }
    }
    let mut records = std::mem::take(&mut needs.records);
    for (kind, external, id) in external(connection, workspace, &needs.external).await? {
        view.evidence.external.insert((kind, external), id);
        records.insert(Target::new(kind, id));
    }
    view.evidence.unknown_zones.extend(needs.zones.into_iter().filter(|zone| !is_zone(zone)));

    let id = workspace.0;
    let activities = ids_of(&records, Kind::Activity);
    if !activities.is_empty() {
        for activity in activity::by_ids(connection, id, &activities).await? {
            // Whoever edits an activity must be allowed to see its deal.
            records.extend(activity.deal.map(|deal| Target::new(Kind::Deal, deal)));
            view.activities.insert(activity.id, activity);
        }
    }
    let files = ids_of(&records, Kind::File);
    if !files.is_empty() {
        for file in file::by_ids(connection, id, &files).await? {
            records.insert(Target::new(Kind::Deal, file.deal));
            view.files.insert(file.id, file);
        }
    }
    if !needs.contents.is_empty() {
        let ids: Vec<Uuid> = needs.contents.iter().map(|file| file.0).collect();
        view.evidence.contents.extend(file::contents(connection, id, &ids).await?);
    }
    let entering = needs.entering.iter().filter_map(|(deal, stage)| Some((deal.0, view.stages.get(stage)?.starts?)));
    let (entering, templates): (Vec<Uuid>, BTreeSet<Target>) =
        entering.map(|(deal, template)| (deal, Target::new(Kind::Plan, template))).unzip();
    needs.tasks_of.extend(templates);
    if !entering.is_empty() {
        let plans = plan::of_deals(connection, id, &entering).await?;
        view.plans.extend(plans.into_iter().map(|plan| (plan.id, plan)));
    }
    load_plans(connection, id, &needs.tasks_of, &needs.baselines_of, &mut records, view).await?;
    let deals = ids_of(&records, Kind::Deal);
    if !deals.is_empty() {
        view.deals.extend(deal::by_ids(connection, id, &deals).await?.into_iter().map(|deal| (deal.id, deal)));
    }
    let has_gate = || {
        let stages = view.stages.values().any(|stage| !stage.gate.is_open());
        stages || view.pipelines.values().any(|pipeline| !pipeline.loss_reasons.is_empty())
    };
    if !needs.trails.is_empty() && has_gate() {
        stay::load(connection, id, &needs.trails, view).await?;
    }
    if !needs.columns.is_empty() {
        let stages: Vec<Uuid> = needs.columns.iter().map(|stage| stage.0).collect();
        view.deals.extend(deal::of_stages(connection, id, &stages).await?.into_iter().map(|deal| (deal.id, deal)));
    }
    if !needs.activities_of.is_empty() {
        let deals: Vec<Uuid> = needs.activities_of.iter().map(|deal| deal.0).collect();
        let activities = activity::of_deals(connection, id, &deals).await?;
        view.activities.extend(activities.into_iter().map(|activity| (activity.id, activity)));
        let files = file::of_deals(connection, id, &deals).await?;
        view.files.extend(files.into_iter().map(|file| (file.id, file)));
        let plans = plan::of_deals(connection, id, &deals).await?;
        plan::take_in(connection, id, plans, view).await?;
    }
    let accounts = ids_of(&records, Kind::Account);
    if !accounts.is_empty() {
        let accounts = account::by_ids(connection, id, &accounts).await?;
        view.accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
    }
    let contacts = ids_of(&records, Kind::Contact);
    if !contacts.is_empty() {
        let contacts = contact::by_ids(connection, id, &contacts).await?;
        view.contacts.extend(contacts.into_iter().map(|contact| (contact.id, contact)));
    }
    if records.iter().any(|target| target.kind == Kind::Invitation) {
        let invitations = settings::invitations(connection, workspace).await?;
        view.invitations.extend(invitations.into_iter().map(|invitation| (invitation.id, invitation)));
    }
    let views = ids_of(&records, Kind::SavedView);
    if !views.is_empty() || !needs.views_of.is_empty() {
        let views = saved_view::by_ids_or_owners(connection, id, &views, &needs.views_of).await?;
        view.saved_views.extend(views.into_iter().map(|saved| (saved.id, saved)));
    }
    merge::load_referrers(connection, id, &needs.referrers_of, view).await?;
    used(connection, workspace, &needs.used, view).await
}

/// Loads plans, tasks and baselines, each with its plan, and notes the plans' deals: whoever edits them must be allowed to.
async fn load_plans(
    connection: &mut PgConnection,
    workspace: Uuid,
    tasks_of: &BTreeSet<Target>,
    baselines_of: &BTreeSet<PlanId>,
    records: &mut BTreeSet<Target>,
    view: &mut View,
) -> Result<()> {
    let mut tasks: BTreeSet<Uuid> = ids_of(records, Kind::Task).into_iter().collect();
    tasks.extend(ids_of(tasks_of, Kind::Task));
    if !tasks.is_empty() {
        let tasks: Vec<Uuid> = tasks.into_iter().collect();
        for task in plan::tasks_by_ids(connection, workspace, &tasks).await? {
            records.insert(Target::new(Kind::Plan, task.plan));
            view.tasks.insert(task.id, task);
        }
    }
    let baselines = ids_of(records, Kind::Baseline);
    if !baselines.is_empty() {
        for baseline in plan::baselines_by_ids(connection, workspace, &baselines).await? {
            records.insert(Target::new(Kind::Plan, baseline.plan));
            view.baselines.insert(baseline.id, baseline);
        }
    }
    let of_tasks = ids_of(tasks_of, Kind::Task).into_iter().filter_map(|task| view.tasks.get(&task.into()));
    let mut whole: BTreeSet<Uuid> = of_tasks.map(|task| task.plan.0).collect();
    whole.extend(ids_of(tasks_of, Kind::Plan));
    let mut plans: BTreeSet<Uuid> = whole.iter().copied().chain(ids_of(records, Kind::Plan)).collect();
    plans.extend(baselines_of.iter().map(|plan| plan.0));
    if !plans.is_empty() {
        let plans: Vec<Uuid> = plans.into_iter().collect();
        for plan in plan::by_ids(connection, workspace, &plans).await? {
            records.extend(plan.deal.map(|deal| Target::new(Kind::Deal, deal)));
            view.plans.insert(plan.id, plan);
        }
    }
    if !whole.is_empty() {
        let whole: Vec<Uuid> = whole.into_iter().collect();
        let tasks = plan::tasks_of(connection, workspace, &whole).await?;
        view.tasks.extend(tasks.into_iter().map(|task| (task.id, task)));
    }
    if !baselines_of.is_empty() {
        let plans: Vec<Uuid> = baselines_of.iter().map(|plan| plan.0).collect();
        let baselines = plan::baselines_of(connection, workspace, &plans).await?;
        view.baselines.extend(baselines.into_iter().map(|baseline| (baseline.id, baseline)));
    }
    Ok(())
}

fn ids_of(records: &BTreeSet<Target>, kind: Kind) -> Vec<Uuid> {
    records.iter().filter(|target| target.kind == kind).map(|target| target.id).collect()
}

async fn external(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    wanted: &BTreeSet<(Kind, String)>,
) -> Result<Vec<(Kind, String, Uuid)>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let of = |kind| wanted.iter().filter(|(k, _)| *k == kind).map(|(_, id)| id.clone()).collect::<Vec<_>>();
    let rows = sqlx::query!(
        r#"SELECT 'deal' AS "kind!", external_id AS "external_id!", id AS "id!" FROM deal
             WHERE workspace_id = $1 AND external_id = ANY($2)
           UNION ALL SELECT 'account', external_id, id FROM account WHERE workspace_id = $1 AND external_id = ANY($3)
           UNION ALL SELECT 'contact', external_id, id FROM contact WHERE workspace_id = $1 AND external_id = ANY($4)"#,
        workspace.0,
        &of(Kind::Deal),
        &of(Kind::Account),
        &of(Kind::Contact)
    );
    rows.fetch_all(connection).await?.into_iter().map(|row| Ok((word(row.kind)?, row.external_id, row.id))).collect()
}

/// Notes which of these records are referred to by others that the view does not hold: nothing can be done to those
/// here, and what becomes of the others shows in the view. Every view holds all stages and members.
async fn used(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    targets: &BTreeSet<Target>,
    view: &mut View,
) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = targets.iter().map(|target| target.id).collect();
    let kinds: Vec<String> = targets.iter().map(|target| target.kind.name().to_owned()).collect();
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", kind AS "kind!" FROM unnest($2::uuid[], $3::text[]) AS wanted (id, kind)
           WHERE CASE kind
             WHEN 'team' THEN EXISTS (SELECT FROM invitation
                                      WHERE workspace_id = $1 AND wanted.id = ANY(teams) AND id <> ALL($4))
             WHEN 'pipeline' THEN EXISTS (SELECT FROM deal
                                          WHERE workspace_id = $1 AND pipeline_id = wanted.id AND id <> ALL($5))
             WHEN 'stage' THEN EXISTS (SELECT FROM deal
                                       WHERE workspace_id = $1 AND stage_id = wanted.id AND id <> ALL($5))
             WHEN 'account' THEN
               EXISTS (SELECT FROM deal WHERE workspace_id = $1 AND account_id = wanted.id AND id <> ALL($5))
               OR EXISTS (SELECT FROM contact WHERE workspace_id = $1 AND account_id = wanted.id AND id <> ALL($6))
               OR EXISTS (SELECT FROM activity WHERE workspace_id = $1 AND account_id = wanted.id AND id <> ALL($7))
             WHEN 'contact' THEN EXISTS (SELECT FROM deal
                                         WHERE workspace_id = $1 AND wanted.id = ANY(contacts) AND id <> ALL($5))
             WHEN 'deal' THEN
               EXISTS (SELECT FROM activity WHERE workspace_id = $1 AND deal_id = wanted.id AND id <> ALL($7))
               OR EXISTS (SELECT FROM file WHERE workspace_id = $1 AND deal_id = wanted.id AND id <> ALL($8))
               OR EXISTS (SELECT FROM plan WHERE workspace_id = $1 AND deal_id = wanted.id AND id <> ALL($9))
             -- Whoever can sign in, or ever did, stays.
             WHEN 'member' THEN
               EXISTS (SELECT FROM deal WHERE workspace_id = $1 AND id <> ALL($5)
                         AND (owner_id = wanted.id OR wanted.id = ANY(collaborators)))
               OR EXISTS (SELECT FROM activity WHERE workspace_id = $1 AND owner_id = wanted.id AND id <> ALL($7))
               OR EXISTS (SELECT FROM task WHERE workspace_id = $1 AND owner_id = wanted.id AND id <> ALL($10))
               OR EXISTS (SELECT FROM baseline WHERE workspace_id = $1 AND by_id = wanted.id AND id <> ALL($11))
               OR EXISTS (SELECT FROM session WHERE workspace_id = $1 AND member_id = wanted.id)
               OR EXISTS (SELECT FROM member
                          WHERE workspace_id = $1 AND member.id = wanted.id AND person_id IS NOT NULL)
             ELSE false
           END"#,
        workspace.0,
        &ids,
        &kinds,
        &view.invitations.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.deals.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.contacts.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.activities.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.files.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.plans.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.tasks.keys().map(|id| id.0).collect::<Vec<_>>(),
        &view.baselines.keys().map(|id| id.0).collect::<Vec<_>>()
    );
    for row in rows.fetch_all(connection).await? {
        view.evidence.used.insert(Target { kind: word(row.kind)?, id: row.id });
    }
    Ok(())
}

/// Brings the rows to the state that the view has after the changes.
pub(crate) async fn write(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    changes: &[Change],
    view: &View,
) -> Result<()> {
    let touched: BTreeSet<Target> = changes.iter().map(|change| change.target).collect();
    let id = workspace.0;
    let gone = |kind| {
        let gone = touched.iter().filter(|target| target.kind == kind && !view.holds(kind, target.id));
        gone.map(|target| target.id).collect::<Vec<_>>()
    };
    // What one record gives up, another may take: an external id, or the hash of a link, to which nothing refers.
    free_external_ids(connection, id, changes).await?;
    delete(connection, id, Kind::Invitation, &gone(Kind::Invitation)).await?;
    // Parents come before their children.
    macro_rules! write {
        ($kind:ident, $list:ident, $write:path) => {
            let records = ids_of(&touched, Kind::$kind).into_iter().filter_map(|id| view.$list.get(&id.into()));
            let records: Vec<_> = records.collect();
            if !records.is_empty() {
                $write(connection, id, &records).await?;
            }
        };
    }
    if let Some(record) = view.workspace().filter(|_| touched.iter().any(|t| t.kind == Kind::Workspace)) {
        settings::write_workspace(connection, record).await?;
    }
    write!(Team, teams, settings::write_teams);
    write!(Member, members, settings::write_members);
    write!(Invitation, invitations, settings::write_invitations);
    write!(Pipeline, pipelines, settings::write_pipelines);
    write!(Stage, stages, settings::write_stages);
    write!(Field, fields, settings::write_fields);
    write!(Account, accounts, account::write);
    write!(Contact, contacts, contact::write);
    write!(Deal, deals, deal::write);
    write!(Activity, activities, activity::write);
    write!(SavedView, saved_views, saved_view::write);
    write!(File, files, file::write);
    write!(Plan, plans, plan::write);
    write!(Task, tasks, plan::write_tasks);
    write!(Baseline, baselines, plan::write_baselines);
    stay::write(connection, id, changes, view).await?;
    search::write(connection, id, changes, view).await?;
    // And go after them, when those that stay have let go.
    for kind in DEPENDENT_FIRST {
        delete(connection, id, kind, &gone(kind)).await?;
    }
    Ok(())
}

const DEPENDENT_FIRST: [Kind; 14] = [
    Kind::Baseline,
    Kind::Task,
    Kind::Plan,
    Kind::SavedView,
    Kind::File,
    Kind::Activity,
    Kind::Deal,
    Kind::Contact,
    Kind::Account,
    Kind::Field,
    Kind::Stage,
    Kind::Pipeline,
    Kind::Member,
    Kind::Team,
];

async fn free_external_ids(connection: &mut PgConnection, workspace: Uuid, changes: &[Change]) -> Result<()> {
    let gives_up = |change: &&Change| change.fields.get("external_id").is_some_and(|delta| !delta.before.is_null());
    let targets: BTreeSet<Target> = changes.iter().filter(gives_up).map(|change| change.target).collect();
    macro_rules! free {
        ($kind:ident, $table:literal) => {
            let ids = ids_of(&targets, Kind::$kind);
            if !ids.is_empty() {
                sqlx::query!(
                    "UPDATE " + $table + " SET external_id = NULL WHERE workspace_id = $1 AND id = ANY($2)",
                    workspace,
                    &ids
                )
                .execute(&mut *connection)
                .await?;
            }
        };
    }
    free!(Deal, "deal");
    free!(Account, "account");
    free!(Contact, "contact");
    Ok(())
}

async fn delete(connection: &mut PgConnection, workspace: Uuid, kind: Kind, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    macro_rules! delete_from {
        ($table:literal) => {
            sqlx::query!("DELETE FROM " + $table + " WHERE workspace_id = $1 AND id = ANY($2)", workspace, ids)
                .execute(connection)
                .await?
        };
    }
    match kind {
        Kind::Team => delete_from!("team"),
        Kind::Member => delete_from!("member"),
        Kind::Invitation => delete_from!("invitation"),
        Kind::Pipeline => delete_from!("pipeline"),
        Kind::Stage => delete_from!("stage"),
        Kind::Field => delete_from!("field"),
        Kind::Account => delete_from!("account"),
        Kind::Contact => delete_from!("contact"),
        Kind::Deal => delete_from!("deal"),
        Kind::Activity => delete_from!("activity"),
        Kind::SavedView => delete_from!("saved_view"),
        Kind::File => delete_from!("file"),
        Kind::Plan => delete_from!("plan"),
        Kind::Task => delete_from!("task"),
        Kind::Baseline => delete_from!("baseline"),
        Kind::Workspace => return Ok(()),
    };
    Ok(())
}
