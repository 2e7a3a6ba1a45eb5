//! Keeping the stages that each deal has stood in: written with the change that moves it, and caught up at the start for
//! deals that an older version wrote. The rules are [`domain::trail`]'s.

use crate::{error::Result, pool::Store};
use domain::{
    change::{Change, Target, Verb},
    id::{DealId, StageId, WorkspaceId},
    record::Kind,
    trail::{Footing, concerns, follow, footings},
    view::View,
};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// So many deals are caught up with at a time; meanwhile the workspace's writers wait.
const BATCH: i64 = 2_000;

type Trails = HashMap<Uuid, Vec<Footing>>;

/// Brings the trails of moved deals to the state that the view has after the changes.
pub(crate) async fn write(
    connection: &mut PgConnection,
    workspace: Uuid,
    changes: &[Change],
    view: &View,
) -> Result<()> {
    let mut moved = BTreeMap::<Uuid, Vec<&Change>>::new();
    for change in changes.iter().filter(|change| change.target.kind == Kind::Deal && concerns(change)) {
        moved.entry(change.target.id).or_default().push(change);
    }
    // Deleting leaves a trail as it is.
    moved.retain(|_, changes| changes.iter().any(|change| change.verb != Verb::Deleted));
    if moved.is_empty() {
        return Ok(());
    }
    let deals: Vec<Uuid> = moved.keys().copied().collect();
    let kept = read(connection, workspace, &deals).await?;
    let mut trails = kept.clone();
    for (deal, changes) in moved {
        let trail = trails.entry(deal).or_default();
        let last = view.deals.get(&DealId(deal)).map(Footing::of);
        for footing in footings(&changes, last) {
            follow(trail, footing);
        }
    }
    put(connection, workspace, &kept, &trails).await
}

async fn read(connection: &mut PgConnection, workspace: Uuid, deals: &[Uuid]) -> Result<Trails> {
    // Each deal's rows by the primary key, whatever plan was made while the table was empty.
    let rows = sqlx::query!(
        r#"SELECT stay.deal_id, stay.stage_id, stay.entered_at
           FROM unnest($2::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
             SELECT * FROM stay WHERE workspace_id = $1 AND deal_id = wanted.id ORDER BY ordinal LIMIT 100000
           ) AS stay"#,
        workspace,
        deals
    );
    let mut trails = Trails::new();
    for row in rows.fetch_all(connection).await? {
        let footing = Footing { stage: StageId(row.stage_id), entered_at: row.entered_at };
        trails.entry(row.deal_id).or_default().push(footing);
    }
    Ok(trails)
}

/// Writes what differs: each trail from its first other footing on.
async fn put(connection: &mut PgConnection, workspace: Uuid, kept: &Trails, trails: &Trails) -> Result<()> {
    let (mut shorter, mut from) = (Vec::new(), Vec::new());
    let (mut deals, mut ordinals, mut stages, mut instants) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (deal, trail) in trails {
        let old = kept.get(deal).map_or(&[][..], Vec::as_slice);
        let same = old.iter().zip(trail).take_while(|(old, new)| old == new).count();
        if old.len() > same {
            shorter.push(*deal);
            from.push(ordinal(same));
        }
        for (at, footing) in trail.iter().enumerate().skip(same) {
            deals.push(*deal);
            ordinals.push(ordinal(at));
            stages.push(footing.stage.0);
            instants.push(footing.entered_at);
        }
    }
    if !shorter.is_empty() {
        sqlx::query!(
            "DELETE FROM stay USING unnest($2::uuid[], $3::int[]) AS cut (id, first)
             WHERE stay.workspace_id = $1 AND stay.deal_id = cut.id AND stay.ordinal >= cut.first",
            workspace,
            &shorter,
            &from
        )
        .execute(&mut *connection)
        .await?;
    }
    if !deals.is_empty() {
        sqlx::query!(
            "INSERT INTO stay (workspace_id, deal_id, ordinal, stage_id, entered_at)
             SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[])",
            workspace,
            &deals,
            &ordinals,
            &stages,
            &instants
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

fn ordinal(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

/// The trails as the record of changes tells them.
async fn by_the_record(connection: &mut PgConnection, workspace: Uuid, deals: &[Uuid]) -> Result<Trails> {
    let rows = sqlx::query!(
        r#"SELECT change.record_id, change.verb, change.fields FROM unnest($2::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
             SELECT record_id, verb, version, ordinal,
               jsonb_strip_nulls(jsonb_build_object('stage', fields->'stage', 'entered_at', fields->'entered_at')) AS fields
             FROM change
             WHERE workspace_id = $1 AND record_id = wanted.id AND kind = 'deal' AND fields ?| ARRAY['stage', 'entered_at']
             ORDER BY version, ordinal LIMIT 1000000
           ) AS change
           ORDER BY change.version, change.ordinal"#,
        workspace,
        deals
    );
    let mut changes = HashMap::<Uuid, Vec<Change>>::new();
    for row in rows.fetch_all(&mut *connection).await? {
        changes.entry(row.record_id).or_default().push(Change {
            target: Target::new(Kind::Deal, row.record_id),
            verb: crate::records::word(row.verb)?,
            fields: serde_json::from_value(row.fields.unwrap_or_default())?,
        });
    }
    let mut trails = Trails::new();
    for deal in crate::deal::by_ids(connection, workspace, deals).await? {
        let trail = trails.entry(deal.id.0).or_default();
        let changes: Vec<&Change> = changes.get(&deal.id.0).into_iter().flatten().collect();
        for footing in footings(&changes, Some(Footing::of(&deal))) {
            follow(trail, footing);
        }
        if trail.is_empty() {
            trail.push(Footing::of(&deal));
        }
    }
    Ok(trails)
}

impl Store {
    /// Catches up with deals whose stages are not kept yet, and says how many there were. What it has done stays when it is
    /// stopped.
    pub async fn catch_up_stays(&self) -> Result<u64> {
        let mut done = 0;
        let workspaces = sqlx::query_scalar!("SELECT workspace_id FROM workspace").fetch_all(&self.jobs).await?;
        for workspace in workspaces {
            loop {
                let mut transaction = self.jobs.begin().await?;
                // As the writers do: nobody moves a deal between reading its changes and keeping its stages.
                sqlx::query!("SELECT version FROM workspace WHERE workspace_id = $1 FOR UPDATE", workspace)
                    .fetch_one(&mut *transaction)
                    .await?;
                let missing = sqlx::query_scalar!(
                    "SELECT id FROM deal WHERE workspace_id = $1
                       AND NOT EXISTS (SELECT FROM stay WHERE stay.workspace_id = $1 AND stay.deal_id = deal.id) LIMIT $2",
                    workspace,
                    BATCH
                )
                .fetch_all(&mut *transaction)
                .await?;
                if missing.is_empty() {
                    break;
                }
                let trails = by_the_record(&mut transaction, workspace, &missing).await?;
                put(&mut transaction, workspace, &Trails::new(), &trails).await?;
                transaction.commit().await?;
                done += missing.len() as u64;
            }
        }
        Ok(done)
    }

    /// The deals whose kept stages are not those that the record of changes tells; none, as long as nobody else writes.
    pub async fn strayed(&self, workspace: WorkspaceId) -> Result<Vec<DealId>> {
        let mut connection = self.jobs.acquire().await?;
        let deals = sqlx::query_scalar!("SELECT id FROM deal WHERE workspace_id = $1", workspace.0)
            .fetch_all(&mut *connection)
            .await?;
        let kept = read(&mut connection, workspace.0, &deals).await?;
        let told = by_the_record(&mut connection, workspace.0, &deals).await?;
        Ok(deals.into_iter().filter(|deal| kept.get(deal) != told.get(deal)).map(DealId).collect())
    }
}
