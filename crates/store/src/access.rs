//! Persons, sessions and invitations: who asks. The only data that is not changed by commands, for it is no workspace's.

use crate::{
    error::{Error, Result},
    pool::Store,
    records::word,
    settings,
};
use chrono::{DateTime, Utc};
use domain::{
    Version,
    access::{Actor, Role},
    id::{MemberId, WorkspaceId},
    member::Invitation,
    view::View,
};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// A member who asks, with the workspace's settings as they are. Every read takes one: it binds the query to the
/// workspace and to what the member may see.
#[derive(Debug, Clone)]
pub struct Reader {
    pub workspace: WorkspaceId,
    pub member: MemberId,
    pub actor: Actor,
    pub settings: Arc<View>,
    pub settings_version: Version,
    pub is_demo: bool,
}

/// A person who may sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub person: Uuid,
    pub password_hash: String,
    /// The active memberships, the one used last first.
    pub memberships: Vec<(WorkspaceId, MemberId)>,
}

/// A workspace in which a person is an active member.
#[derive(Debug, Clone)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub member: MemberId,
    pub name: String,
}

/// Ends every session of members who may not enter any more.
pub(crate) async fn end_sessions(connection: &mut PgConnection, workspace: Uuid, members: &[Uuid]) -> Result<()> {
    sqlx::query!("DELETE FROM session WHERE workspace_id = $1 AND member_id = ANY($2)", workspace, members)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// The member behind a session; `None` where the session is unknown or over, or the member left.
    pub async fn reader(
        &self,
        workspace: WorkspaceId,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<Reader>> {
        let mut connection = self.pool.acquire().await?;
        let row = sqlx::query!(
            "SELECT session.member_id, session.used_at, workspace.settings_version, workspace.is_demo
             FROM session JOIN workspace USING (workspace_id)
             WHERE session.workspace_id = $1 AND session.token_hash = $2 AND session.expires_at > $3",
            workspace.0,
            token_hash,
            now
        );
        let Some(row) = row.fetch_optional(&mut *connection).await? else { return Ok(None) };
        if now - row.used_at > chrono::Duration::hours(1) {
            sqlx::query!(
                "UPDATE session SET used_at = $3 WHERE workspace_id = $1 AND token_hash = $2",
                workspace.0,
                token_hash,
                now
            )
            .execute(&mut *connection)
            .await?;
        }
        let settings = self.settings.get(&mut connection, workspace, row.settings_version).await?;
        let member = MemberId(row.member_id);
        Ok(Actor::of(&settings, member).map(|actor| Reader {
            workspace,
            member,
            actor,
            settings,
            settings_version: row.settings_version,
            is_demo: row.is_demo,
        }))
    }

    /// The member as the settings know them now; `None` where they are no active member.
    pub(crate) async fn actor(&self, workspace: WorkspaceId, member: MemberId) -> Result<Option<Actor>> {
        let mut connection = self.pool.acquire().await?;
        let version =
            sqlx::query_scalar!("SELECT settings_version FROM workspace WHERE workspace_id = $1", workspace.0)
                .fetch_one(&mut *connection)
                .await?;
        let settings = self.settings.get(&mut connection, workspace, version).await?;
        Ok(Actor::of(&settings, member))
    }

    /// A reader for a member without a session: for jobs that act on the member's behalf.
    pub async fn reader_of(&self, workspace: WorkspaceId, member: MemberId) -> Result<Option<Reader>> {
        let mut connection = self.pool.acquire().await?;
        let row = sqlx::query!("SELECT settings_version, is_demo FROM workspace WHERE workspace_id = $1", workspace.0)
            .fetch_one(&mut *connection)
            .await?;
        let settings = self.settings.get(&mut connection, workspace, row.settings_version).await?;
        Ok(Actor::of(&settings, member).map(|actor| Reader {
            workspace,
            member,
            actor,
            settings,
            settings_version: row.settings_version,
            is_demo: row.is_demo,
        }))
    }

    /// The person with this address and where they may go.
    pub async fn sign_in(&self, email: &str) -> Result<Option<SignIn>> {
        let person =
            sqlx::query!("SELECT person_id, password_hash FROM person WHERE email = $1", email.trim().to_lowercase());
        let Some(person) = person.fetch_optional(&self.pool).await? else { return Ok(None) };
        let memberships = sqlx::query!(
            "SELECT workspace_id, id FROM member JOIN person USING (person_id) WHERE person_id = $1 AND active
             ORDER BY workspace_id = last_workspace_id DESC NULLS LAST, workspace_id",
            person.person_id
        );
        let memberships = memberships.fetch_all(&self.pool).await?;
        Ok(Some(SignIn {
            person: person.person_id,
            password_hash: person.password_hash,
            memberships: memberships.into_iter().map(|row| (row.workspace_id.into(), row.id.into())).collect(),
        }))
    }

    /// Remembers a session by the hash of its token.
    pub async fn open_session(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        token_hash: &[u8],
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query!("DELETE FROM session WHERE expires_at <= $1", now).execute(&self.pool).await?;
        sqlx::query!(
            "INSERT INTO session (workspace_id, token_hash, member_id, created_at, used_at, expires_at)
             VALUES ($1, $2, $3, $4, $4, $5)",
            workspace.0,
            token_hash,
            member.0,
            now,
            expires_at
        )
        .execute(&self.pool)
        .await?;
        sqlx::query!(
            "UPDATE person SET last_workspace_id = $1
             FROM member WHERE member.workspace_id = $1 AND member.id = $2 AND member.person_id = person.person_id",
            workspace.0,
            member.0
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a session, and the streams that were opened by it.
    pub async fn close_session(&self, workspace: WorkspaceId, token_hash: &[u8]) -> Result<()> {
        sqlx::query!("DELETE FROM session WHERE workspace_id = $1 AND token_hash = $2", workspace.0, token_hash)
            .execute(&self.pool)
            .await?;
        self.feed.end_session(token_hash);
        Ok(())
    }

    /// Whether a session goes on.
    pub(crate) async fn has_session(&self, workspace: WorkspaceId, token_hash: &[u8]) -> Result<bool> {
        let found = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM session WHERE workspace_id = $1 AND token_hash = $2 AND expires_at > now())
                 AS "any!""#,
            workspace.0,
            token_hash
        );
        Ok(found.fetch_one(&self.pool).await?)
    }

    /// Remembers a person; `None` where the address is taken.
    pub async fn create_person(
        &self,
        id: Uuid,
        email: &str,
        password_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Uuid>> {
        let row = sqlx::query_scalar!(
            "INSERT INTO person (person_id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (email) DO NOTHING RETURNING person_id",
            id,
            email.trim().to_lowercase(),
            password_hash,
            now
        );
        Ok(row.fetch_optional(&self.pool).await?)
    }

    /// Lets a person act as a member.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such member.
    pub async fn link_person(&self, workspace: WorkspaceId, member: MemberId, person: Uuid) -> Result<()> {
        let linked = sqlx::query!(
            "UPDATE member SET person_id = $3 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            member.0,
            person
        );
        match linked.execute(&self.pool).await?.rows_affected() {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    /// The member that a person is in a workspace, and whether they are active.
    pub async fn member_of(&self, workspace: WorkspaceId, person: Uuid) -> Result<Option<(MemberId, bool)>> {
        let row = sqlx::query!(
            "SELECT id, active FROM member WHERE workspace_id = $1 AND person_id = $2",
            workspace.0,
            person
        );
        Ok(row.fetch_optional(&self.pool).await?.map(|row| (row.id.into(), row.active)))
    }

    /// The workspaces of the person who asks, where they are active, by name.
    pub async fn workspaces(&self, reader: &Reader) -> Result<Vec<Membership>> {
        let rows = sqlx::query!(
            "SELECT workspace.workspace_id, other.id, workspace.name
             FROM member AS own JOIN member AS other USING (person_id)
               JOIN workspace ON workspace.workspace_id = other.workspace_id
             WHERE own.workspace_id = $1 AND own.id = $2 AND other.active
             ORDER BY workspace.name, workspace.workspace_id",
            reader.workspace.0,
            reader.member.0
        );
        let membership = |workspace: Uuid, member: Uuid, name| Membership {
            workspace: workspace.into(),
            member: member.into(),
            name,
        };
        let rows = rows.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|row| membership(row.workspace_id, row.id, row.name)).collect())
    }

    /// An invitation that still stands, with the name of its workspace.
    pub async fn invitation(
        &self,
        workspace: WorkspaceId,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(Invitation, String)>> {
        let row = sqlx::query!(
            r#"SELECT invitation.id, token_hash, role, teams, expires_at, workspace.name AS workspace
               FROM invitation JOIN workspace USING (workspace_id)
               WHERE workspace_id = $1 AND token_hash = $2 AND expires_at > $3"#,
            workspace.0,
            token_hash,
            now
        );
        let Some(row) = row.fetch_optional(&self.pool).await? else { return Ok(None) };
        let invitation = Invitation {
            id: row.id.into(),
            token_hash: row.token_hash,
            role: word(row.role)?,
            teams: row.teams.into_iter().map(Into::into).collect(),
            expires_at: row.expires_at,
        };
        Ok(Some((invitation, row.workspace)))
    }

    /// The demo workspace with one member of each of these roles, if there is one.
    pub async fn demo(&self, role: Role) -> Result<Option<(WorkspaceId, MemberId)>> {
        let workspace = sqlx::query_scalar!("SELECT workspace_id FROM workspace WHERE is_demo LIMIT 1");
        let Some(workspace) = workspace.fetch_optional(&self.pool).await? else { return Ok(None) };
        let workspace = WorkspaceId(workspace);
        let mut connection = self.pool.acquire().await?;
        let version =
            sqlx::query_scalar!("SELECT settings_version FROM workspace WHERE workspace_id = $1", workspace.0)
                .fetch_one(&mut *connection)
                .await?;
        let settings = self.settings.get(&mut connection, workspace, version).await?;
        let member = settings.members.values().find(|member| member.active && member.role == role);
        Ok(member.map(|member| (workspace, member.id)))
    }

    /// The invitations that still stand.
    pub(crate) async fn invitations(&self, connection: &mut PgConnection, reader: &Reader) -> Result<Vec<Invitation>> {
        if !reader.actor.role.holds(domain::access::Right::ManageMembers) {
            return Ok(Vec::new());
        }
        settings::invitations(connection, reader.workspace).await
    }
}
