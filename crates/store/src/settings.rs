//! The workspace's settings (members, teams, pipelines, stages, fields): what every view holds. They are read once for
//! each version of theirs and shared.

use crate::{
    access::end_sessions,
    error::{Error, Result},
    records::{rows, word},
};
use domain::{
    Version,
    field::Field,
    id::WorkspaceId,
    member::{Invitation, Member, Team},
    pipeline::{Pipeline, Stage},
    record::Entity,
    view::View,
    workspace::Workspace,
};
use sqlx::PgConnection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// The settings of the workspaces in use, each as of a settings version.
#[derive(Default)]
pub(crate) struct SettingsCache(Mutex<HashMap<WorkspaceId, (Version, Arc<View>)>>);

impl SettingsCache {
    /// The settings as of `version`, which the caller has just read (under the lock of the workspace's row, or in the
    /// same snapshot as everything else).
    pub async fn get(
        &self,
        connection: &mut PgConnection,
        workspace: WorkspaceId,
        version: Version,
    ) -> Result<Arc<View>> {
        if let Some((cached, view)) = self.lock().get(&workspace)
            && *cached == version
        {
            return Ok(view.clone());
        }
        let view = Arc::new(load(connection, workspace).await?);
        self.lock().insert(workspace, (version, view.clone()));
        Ok(view)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<WorkspaceId, (Version, Arc<View>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn load(connection: &mut PgConnection, workspace: WorkspaceId) -> Result<View> {
    let id = workspace.0;
    let mut view = View::default();
    let row = sqlx::query!(
        "SELECT name, currency, zone, weekend, hours, days_off, days_on FROM workspace WHERE workspace_id = $1",
        id
    )
    .fetch_one(&mut *connection)
    .await?;
    let currency = row.currency.parse().map_err(|_| Error::Stored(row.currency.clone()))?;
    let record = Workspace {
        weekend: row.weekend.into_iter().filter_map(|day| u8::try_from(day).ok()).collect(),
        hours: serde_json::from_value(row.hours)?,
        days_off: serde_json::from_value(row.days_off)?,
        days_on: serde_json::from_value(row.days_on)?,
        ..Workspace::new(workspace, row.name, currency, row.zone)
    };
    view.workspaces.insert(workspace, record);

    let teams = sqlx::query!("SELECT id, name FROM team WHERE workspace_id = $1", id).fetch_all(&mut *connection);
    for row in teams.await? {
        view.teams.insert(row.id.into(), Team { id: row.id.into(), name: row.name });
    }
    let members = sqlx::query!(
        "SELECT id, name, email, role, scope, teams, active, days_off, days_on FROM member WHERE workspace_id = $1",
        id
    );
    for row in members.fetch_all(&mut *connection).await? {
        let member = Member {
            id: row.id.into(),
            name: row.name,
            email: row.email,
            role: word(row.role)?,
            scope: word(row.scope)?,
            teams: row.teams.into_iter().map(Into::into).collect(),
            active: row.active,
            days_off: serde_json::from_value(row.days_off)?,
            days_on: serde_json::from_value(row.days_on)?,
        };
        view.members.insert(member.id, member);
    }
    let pipelines = sqlx::query!("SELECT id, name, position, loss_reasons FROM pipeline WHERE workspace_id = $1", id);
    for row in pipelines.fetch_all(&mut *connection).await? {
        let pipeline = Pipeline {
            id: row.id.into(),
            name: row.name,
            position: row.position.unsigned_abs(),
            loss_reasons: row.loss_reasons,
        };
        view.pipelines.insert(pipeline.id, pipeline);
    }
    let stages = sqlx::query!(
        "SELECT id, pipeline_id, name, position, outcome, probability, time_limit, waiting, wip_limit, guidance, gate,
           starts
         FROM stage WHERE workspace_id = $1",
        id
    );
    for row in stages.fetch_all(&mut *connection).await? {
        let stage = Stage {
            id: row.id.into(),
            pipeline: row.pipeline_id.into(),
            name: row.name,
            position: row.position.unsigned_abs(),
            outcome: word(row.outcome)?,
            probability: u8::try_from(row.probability).unwrap_or(100),
            time_limit: row.time_limit.and_then(|days| u16::try_from(days).ok()),
            waiting: row.waiting,
            wip_limit: row.wip_limit.and_then(|deals| u16::try_from(deals).ok()),
            guidance: row.guidance,
            gate: serde_json::from_value(row.gate)?,
            starts: row.starts.map(Into::into),
        };
        view.stages.insert(stage.id, stage);
    }
    let fields = sqlx::query!("SELECT id, on_kind, name, field_type, position FROM field WHERE workspace_id = $1", id);
    for row in fields.fetch_all(&mut *connection).await? {
        let field = Field {
            id: row.id.into(),
            on: word(row.on_kind)?,
            name: row.name,
            field_type: serde_json::from_value(row.field_type)?,
            position: row.position.unsigned_abs(),
        };
        view.fields.insert(field.id, field);
    }
    Ok(view)
}

/// The invitations that still stand, for those who manage members.
pub(crate) async fn invitations(connection: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<Invitation>> {
    let rows = sqlx::query!(
        "SELECT id, token_hash, role, teams, expires_at FROM invitation WHERE workspace_id = $1 ORDER BY expires_at",
        workspace.0
    );
    rows.fetch_all(connection)
        .await?
        .into_iter()
        .map(|row| {
            Ok(Invitation {
                id: row.id.into(),
                token_hash: row.token_hash,
                role: word(row.role)?,
                teams: row.teams.into_iter().map(Into::into).collect(),
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// As the database counts.
pub(crate) fn weekend_of(workspace: &Workspace) -> Vec<i16> {
    workspace.weekend.iter().map(|day| i16::from(*day)).collect()
}

pub(crate) async fn write_workspace(connection: &mut PgConnection, workspace: &Workspace) -> Result<()> {
    sqlx::query!(
        "INSERT INTO workspace (workspace_id, name, currency, zone, weekend, days_off, days_on, hours)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (workspace_id) DO UPDATE SET name = $2, currency = $3, zone = $4, weekend = $5, days_off = $6,
           days_on = $7, hours = $8",
        workspace.id.0,
        workspace.name,
        workspace.currency.code(),
        workspace.zone,
        &weekend_of(workspace),
        serde_json::to_value(&workspace.days_off)?,
        serde_json::to_value(&workspace.days_on)?,
        serde_json::to_value(&workspace.hours)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_teams(connection: &mut PgConnection, workspace: Uuid, teams: &[&Team]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO team (workspace_id, id, name)
         SELECT $1, id, name FROM jsonb_to_recordset($2) AS r (id uuid, name text)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name",
        workspace,
        rows(teams)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_members(connection: &mut PgConnection, workspace: Uuid, members: &[&Member]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO member (workspace_id, id, name, email, role, scope, teams, active, days_off, days_on)
         SELECT $1, id, name, coalesce(email, ''), role, scope, coalesce(teams, '{}'), active,
           coalesce(days_off, '{}'), coalesce(days_on, '{}')
         FROM jsonb_to_recordset($2)
           AS r (id uuid, name text, email text, role text, scope text, teams uuid[], active boolean,
             days_off jsonb, days_on jsonb)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email,
           role = EXCLUDED.role, scope = EXCLUDED.scope, teams = EXCLUDED.teams, active = EXCLUDED.active,
           days_off = EXCLUDED.days_off, days_on = EXCLUDED.days_on",
        workspace,
        rows(members)?
    )
    .execute(&mut *connection)
    .await?;
    let out: Vec<Uuid> = members.iter().filter(|member| !member.active).map(|member| member.id.0).collect();
    if out.is_empty() { Ok(()) } else { end_sessions(connection, workspace, &out).await }
}

pub(crate) async fn write_invitations(
    connection: &mut PgConnection,
    workspace: Uuid,
    invitations: &[&Invitation],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO invitation (workspace_id, id, token_hash, role, teams, expires_at)
         SELECT $1, id, token_hash, role, coalesce(teams, '{}'), expires_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, token_hash text, role text, teams uuid[], expires_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET token_hash = EXCLUDED.token_hash, role = EXCLUDED.role,
           teams = EXCLUDED.teams, expires_at = EXCLUDED.expires_at",
        workspace,
        rows(invitations)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_pipelines(
    connection: &mut PgConnection,
    workspace: Uuid,
    pipelines: &[&Pipeline],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO pipeline (workspace_id, id, name, position, loss_reasons)
         SELECT $1, id, name, position, coalesce(loss_reasons, '{}')
         FROM jsonb_to_recordset($2) AS r (id uuid, name text, position integer, loss_reasons text[])
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name, position = EXCLUDED.position,
           loss_reasons = EXCLUDED.loss_reasons",
        workspace,
        rows(pipelines)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_stages(connection: &mut PgConnection, workspace: Uuid, stages: &[&Stage]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO stage (workspace_id, id, pipeline_id, name, position, outcome, probability, time_limit,
           waiting, wip_limit, guidance, gate, starts)
         SELECT $1, id, pipeline, name, position, outcome, probability, time_limit,
           coalesce(waiting, false), wip_limit, coalesce(guidance, ''),
           coalesce(gate, '{}'), starts
         FROM jsonb_to_recordset($2)
           AS r (id uuid, pipeline uuid, name text, position integer, outcome text, probability smallint,
             time_limit integer, waiting boolean, wip_limit integer, guidance text, gate jsonb, starts uuid)
         ON CONFLICT (workspace_id, id) DO UPDATE SET pipeline_id = EXCLUDED.pipeline_id, name = EXCLUDED.name,
           position = EXCLUDED.position, outcome = EXCLUDED.outcome, probability = EXCLUDED.probability,
           time_limit = EXCLUDED.time_limit, waiting = EXCLUDED.waiting, wip_limit = EXCLUDED.wip_limit, guidance = EXCLUDED.guidance,
           gate = EXCLUDED.gate, starts = EXCLUDED.starts",
        workspace,
        rows(stages)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_fields(connection: &mut PgConnection, workspace: Uuid, fields: &[&Field]) -> Result<()> {
    // A field's type stands flat in its record; the column keeps it together.
    let json: Vec<_> = fields
        .iter()
        .map(|field| {
            let mut record = field.to_fields();
            record.insert("field_type".to_owned(), serde_json::to_value(&field.field_type)?);
            Ok(record)
        })
        .collect::<Result<_>>()?;
    sqlx::query!(
        r#"INSERT INTO field (workspace_id, id, on_kind, name, field_type, position)
         SELECT $1, id, "on", name, field_type, position
         FROM jsonb_to_recordset($2) AS r (id uuid, "on" text, name text, field_type jsonb, position integer)
         ON CONFLICT (workspace_id, id) DO UPDATE SET on_kind = EXCLUDED.on_kind, name = EXCLUDED.name,
           field_type = EXCLUDED.field_type, position = EXCLUDED.position"#,
        workspace,
        serde_json::to_value(json)?
    )
    .execute(connection)
    .await?;
    Ok(())
}
