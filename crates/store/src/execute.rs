//! The one transaction that carries out commands.

use crate::{
    change::{self, Addressed},
    error::{Error, Result},
    pool::Store,
    records,
};
use chrono::{DateTime, Utc};
use domain::{
    Version,
    access::{Actor, audience},
    change::Recorded,
    command::{Needs, Outcome, Request},
    decide::carry_out,
    id::{MemberId, WorkspaceId},
    order,
    record::Record,
    refusal::Refusal,
};
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeMap;

/// A command, by whom (nobody: the system itself), and when it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub by: Option<MemberId>,
    pub request: Request,
    pub now: DateTime<Utc>,
}

/// What one command changed, with those whom each change concerns.
#[derive(Debug, Clone)]
pub(crate) struct Committed {
    pub recorded: Recorded,
    pub changes: Vec<Addressed>,
}

/// What became of a batch.
pub(crate) struct Executed {
    /// One outcome for each command, in order.
    pub outcomes: Vec<Outcome>,
    /// What was committed, in order of version.
    pub committed: Vec<Committed>,
    /// Columns whose keys have grown too long.
    pub crowded: Vec<domain::id::StageId>,
}

/// Carries out a batch in one transaction: receipts, needs, decisions one after the other, rows, changes, version.
///
/// The lock on the workspace's row is taken first and orders the workspace's writers: no two of them can wait for each
/// other, and the settings known for its settings version are current.
pub(crate) async fn execute(
    store: &Store,
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    batch: &[Asked],
) -> Result<Executed> {
    let mut transaction = connection.begin().await?;
    let ids: Vec<_> = batch.iter().map(|asked| asked.request.id.0).collect();
    let head = sqlx::query!(
        r#"SELECT version, settings_version,
             ARRAY(SELECT DISTINCT command_id FROM change WHERE workspace_id = $1 AND command_id = ANY($2)) AS "seen!"
           FROM workspace WHERE workspace_id = $1 FOR UPDATE"#,
        workspace.0,
        &ids
    )
    .fetch_one(&mut *transaction)
    .await?;
    let mut receipts: BTreeMap<_, Recorded> = if head.seen.is_empty() {
        BTreeMap::new()
    } else {
        let seen = change::of_commands(&mut transaction, workspace, &head.seen).await?;
        seen.into_iter().map(|recorded| (recorded.command, recorded)).collect()
    };

    let settings = store.settings.get(&mut transaction, workspace, head.settings_version).await?;
    let mut view = (*settings).clone();
    let mut needs = Needs::default();
    for asked in batch {
        asked.request.command.add_needs(&mut needs);
    }
    let taken_back = needs.recorded.clone();
    records::load(&mut transaction, workspace, needs, &mut view).await?;

    let mut version = head.version;
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut committed: Vec<Committed> = Vec::new();
    for Asked { by, request, now } in batch {
        if let Some(receipt) = receipts.get(&request.id) {
            outcomes.push(if receipt.by == *by {
                Outcome::Applied(receipt.clone())
            } else {
                Outcome::Refused { refusal: Refusal::ForeignReceipt }
            });
            continue;
        }
        let actor = match by {
            None => Some(Actor::SYSTEM),
            Some(member) => Actor::of(&view, *member),
        };
        let decided = match &actor {
            Some(actor) => carry_out(&mut view, actor, request, *now),
            None => Err(Refusal::NotFound { kind: domain::record::Kind::Member }),
        };
        outcomes.push(match decided {
            Err(refusal) => Outcome::Refused { refusal },
            Ok(changes) if changes.is_empty() => Outcome::Unchanged { version },
            Ok(changes) => {
                version += 1;
                let recorded = Recorded { version, command: request.id, by: *by, at: *now, changes };
                let addressed = recorded.changes.iter().map(|change| (change.clone(), audience(&view, change)));
                committed.push(Committed { changes: addressed.collect(), recorded: recorded.clone() });
                receipts.insert(request.id, recorded.clone());
                if taken_back.contains(&request.id) {
                    view.evidence.recorded.insert(request.id, recorded.clone());
                }
                Outcome::Applied(recorded)
            }
        });
    }
    if committed.is_empty() {
        transaction.rollback().await?;
        return Ok(Executed { outcomes, committed, crowded: Vec::new() });
    }

    let changes: Vec<_> = committed.iter().flat_map(|command| command.recorded.changes.iter().cloned()).collect();
    records::write(&mut transaction, workspace, &changes, &view).await?;
    let settings_changed = changes.iter().any(|change| change.target.kind.is_settings());
    change::append(&mut transaction, workspace, &committed, version, settings_changed).await?;
    transaction.commit().await?;

    let crowded = changes
        .iter()
        .filter_map(|change| match view.get(change.target.kind, change.target.id) {
            Some(Record::Deal(deal)) if deal.key.as_str().len() > order::MAX_LEN => Some(deal.stage),
            _ => None,
        })
        .collect();
    Ok(Executed { outcomes, committed, crowded })
}

impl Store {
    /// Carries out one command. It is queued behind the workspace's other writers and goes on to its end even when the
    /// caller goes away.
    ///
    /// # Errors
    /// The database is away or refused; whether the command was carried out is then told by sending it again.
    pub async fn execute(&self, workspace: WorkspaceId, asked: Asked) -> Result<Outcome> {
        self.execute_all(workspace, vec![asked]).await?.pop().ok_or(Error::Stopping)
    }

    /// Carries out several commands in their order, each with its own receipt and outcome.
    ///
    /// # Errors
    /// As [`Store::execute`].
    pub async fn execute_all(&self, workspace: WorkspaceId, asked: Vec<Asked>) -> Result<Vec<Outcome>> {
        self.sequencers.submit(self, workspace, asked).await
    }

    /// The workspace's version.
    pub async fn version(&self, workspace: WorkspaceId) -> Result<Version> {
        Ok(sqlx::query_scalar!("SELECT version FROM workspace WHERE workspace_id = $1", workspace.0)
            .fetch_one(&self.pool)
            .await?)
    }
}
