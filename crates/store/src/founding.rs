//! Founding a workspace: its row, then everything else by commands of the system.

use crate::{
    error::{Error, Result},
    execute::Asked,
    pool::Store,
    settings::weekend_of,
};
use chrono::{DateTime, Utc};
use domain::{
    command::{Command, Outcome, Place, Request},
    id::CommandId,
    record::Record,
    workspace::Workspace,
};
use uuid::Uuid;

/// What a new workspace begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    pub workspace: Workspace,
    pub is_demo: bool,
    /// Members, pipelines, stages: in the order in which one refers to another.
    pub records: Vec<Record>,
}

impl Store {
    /// Founds the workspace. The command ids are derived from the workspace's, so that founding twice is one effect.
    pub async fn found(&self, founding: Founding, now: DateTime<Utc>) -> Result<()> {
        let workspace = &founding.workspace;
        sqlx::query!(
            "INSERT INTO workspace (workspace_id, name, currency, zone, is_demo, weekend, days_off, days_on, hours)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (workspace_id) DO NOTHING",
            workspace.id.0,
            workspace.name,
            workspace.currency.code(),
            workspace.zone,
            founding.is_demo,
            &weekend_of(workspace),
            serde_json::to_value(&workspace.days_off)?,
            serde_json::to_value(&workspace.days_on)?,
            serde_json::to_value(&workspace.hours)?
        )
        .execute(&self.pool)
        .await?;
        let asked = founding.records.into_iter().enumerate().map(|(place, record)| Asked {
            by: None,
            request: Request {
                id: CommandId(Uuid::new_v5(&workspace.id.0, format!("founding {place}").as_bytes())),
                command: Command::Create { record, place: Place::default(), dated: false },
            },
            now,
        });
        for outcome in self.execute_all(workspace.id, asked.collect()).await? {
            if let Outcome::Refused { refusal } = outcome {
                return Err(Error::Stored(format!("the founding was refused: {refusal:?}")));
            }
        }
        Ok(())
    }

    /// Whether any workspace exists.
    pub async fn has_workspaces(&self) -> Result<bool> {
        Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM workspace) AS "any!""#).fetch_one(&self.pool).await?)
    }
}
