//! What is left of a run to be taken back, and what keeps it.

use super::uuids;
use crate::{error::Result, pool::Store};
use domain::id::{CommandId, ImportId, WorkspaceId};
use std::collections::BTreeSet;

impl Store {
    /// The commands of a run that changed something, in order.
    pub async fn import_commands(&self, workspace: WorkspaceId, id: ImportId) -> Result<Vec<CommandId>> {
        let commands = sqlx::query_scalar!(
            r#"SELECT command AS "command!"
               FROM import_chunk CROSS JOIN unnest(commands) WITH ORDINALITY AS noted (command, place)
               WHERE workspace_id = $1 AND run_id = $2
                 AND EXISTS (SELECT FROM change WHERE workspace_id = $1 AND command_id = command)
               ORDER BY number, place"#,
            workspace.0,
            id.0
        );
        Ok(commands.fetch_all(&self.jobs).await?.into_iter().map(Into::into).collect())
    }

    /// Which of the commands changed something.
    pub async fn carried_out(&self, workspace: WorkspaceId, commands: &[CommandId]) -> Result<BTreeSet<CommandId>> {
        let carried_out = sqlx::query_scalar!(
            "SELECT DISTINCT command_id FROM change WHERE workspace_id = $1 AND command_id = ANY($2)",
            workspace.0,
            &uuids(commands)
        );
        Ok(carried_out.fetch_all(&self.jobs).await?.into_iter().map(Into::into).collect())
    }

    /// How many of the commands' records were changed by others after them.
    pub async fn changed_since(&self, workspace: WorkspaceId, commands: &[CommandId]) -> Result<u64> {
        let count = sqlx::query_scalar!(
            r#"WITH mine AS (
                 SELECT record_id, max(version) AS version FROM change
                 WHERE workspace_id = $1 AND command_id = ANY($2) GROUP BY record_id
               )
               SELECT count(*) AS "count!" FROM mine
               WHERE EXISTS (SELECT FROM change WHERE workspace_id = $1 AND record_id = mine.record_id
                               AND change.version > mine.version)"#,
            workspace.0,
            &uuids(commands)
        );
        Ok(count.fetch_one(&self.jobs).await?.unsigned_abs())
    }

    /// How many of the records that the commands made cannot go because others refer to them: records that the commands
    /// did not make, or such as stay themselves. What was changed since stays for that reason, and is not counted here.
    pub async fn held_by_others(&self, workspace: WorkspaceId, commands: &[CommandId]) -> Result<u64> {
        let count = sqlx::query_scalar!(
            r#"WITH RECURSIVE made AS (
                 SELECT record_id AS id, max(version) AS version FROM change
                 WHERE workspace_id = $1 AND command_id = ANY($2) AND verb = 'created' GROUP BY record_id
               ), changed AS (
                 SELECT id FROM made WHERE EXISTS (SELECT FROM change WHERE workspace_id = $1 AND record_id = made.id
                                                     AND change.version > made.version)
               ), reference AS (
                 SELECT source, made.id AS target FROM (
                   SELECT id, unnest(ARRAY[account_id, pipeline_id, stage_id, owner_id] || contacts || collaborators)
                     FROM deal WHERE workspace_id = $1
                   UNION ALL SELECT id, account_id FROM contact WHERE workspace_id = $1
                   UNION ALL SELECT id, unnest(ARRAY[deal_id, account_id, owner_id]) FROM activity
                     WHERE workspace_id = $1
                   UNION ALL SELECT id, unnest(ARRAY[deal_id, by_id]) FROM file WHERE workspace_id = $1
                   UNION ALL SELECT id, unnest(teams) FROM member WHERE workspace_id = $1
                   UNION ALL SELECT id, unnest(teams) FROM invitation WHERE workspace_id = $1
                   UNION ALL SELECT id, pipeline_id FROM stage WHERE workspace_id = $1
                 ) AS refers (source, target) JOIN made ON made.id = refers.target
               ), stays AS (
                 SELECT id FROM changed
                 UNION SELECT target FROM reference WHERE NOT EXISTS (SELECT FROM made WHERE made.id = source)
                 -- Whoever can sign in, or ever did, stays.
                 UNION SELECT member.id FROM member JOIN made ON made.id = member.id
                   WHERE workspace_id = $1 AND (person_id IS NOT NULL OR EXISTS (
                     SELECT FROM session WHERE session.workspace_id = $1 AND member_id = member.id))
                 UNION SELECT target FROM reference JOIN stays ON stays.id = source
               )
               SELECT count(*) AS "count!" FROM stays WHERE NOT EXISTS (SELECT FROM changed WHERE changed.id = stays.id)"#,
            workspace.0,
            &uuids(commands)
        );
        Ok(count.fetch_one(&self.jobs).await?.unsigned_abs())
    }

    /// Those of the commands that made a field, or an option of one, which records have values of: undoing them would
    /// leave the values without a name.
    pub async fn made_fields_in_use(&self, workspace: WorkspaceId, commands: &[CommandId]) -> Result<Vec<CommandId>> {
        let in_use = sqlx::query_scalar!(
            "SELECT DISTINCT command_id FROM change
             WHERE workspace_id = $1 AND command_id = ANY($2) AND kind = 'field' AND EXISTS (
               SELECT FROM (
                 SELECT custom FROM deal WHERE workspace_id = $1
                 UNION ALL SELECT custom FROM account WHERE workspace_id = $1
                 UNION ALL SELECT custom FROM contact WHERE workspace_id = $1
               ) AS record
               WHERE custom ? record_id::text AND (verb = 'created' OR (
                 fields -> 'options' -> 'after' ? (custom -> record_id::text ->> 'choice')
                 AND NOT fields -> 'options' -> 'before' ? (custom -> record_id::text ->> 'choice'))))",
            workspace.0,
            &uuids(commands)
        );
        Ok(in_use.fetch_all(&self.jobs).await?.into_iter().map(Into::into).collect())
    }

    /// Those of the commands that made a deal with which people have worked since: undoing them would take the
    /// deal's activities and files away.
    pub async fn worked_on(&self, workspace: WorkspaceId, commands: &[CommandId]) -> Result<Vec<CommandId>> {
        let worked_on = sqlx::query_scalar!(
            "SELECT DISTINCT command_id FROM change JOIN (
               SELECT deal_id FROM activity WHERE workspace_id = $1
               UNION ALL SELECT deal_id FROM file WHERE workspace_id = $1
             ) AS work ON work.deal_id = change.record_id
             WHERE change.workspace_id = $1 AND change.command_id = ANY($2) AND change.kind = 'deal'
               AND change.verb = 'created'",
            workspace.0,
            &uuids(commands)
        );
        Ok(worked_on.fetch_all(&self.jobs).await?.into_iter().map(Into::into).collect())
    }
}
