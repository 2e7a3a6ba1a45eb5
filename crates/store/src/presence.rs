//! Presence is not stored. What it needs from here: whose the deals are that it names.

use crate::{access::Reader, error::Result, pool::Store};
use domain::id::{DealId, MemberId};
use uuid::Uuid;

/// A deal, and those by whom it is decided who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    pub deal: DealId,
    pub owner: MemberId,
    pub collaborators: Vec<MemberId>,
}

impl Store {
    /// Whose these deals are, as far as the member may see them.
    pub async fn whose(&self, reader: &Reader, deals: impl IntoIterator<Item = DealId>) -> Result<Vec<Whose>> {
        let ids: Vec<Uuid> = deals.into_iter().map(Into::into).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query!(
            "SELECT deal.id, deal.owner_id, deal.collaborators
             FROM unnest($2::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
               SELECT * FROM deal WHERE workspace_id = $1 AND deal.id = wanted_id LIMIT 1
             ) AS deal",
            reader.workspace.0,
            &ids
        );
        let whose = rows.fetch_all(&self.pool).await?.into_iter().map(|row| Whose {
            deal: row.id.into(),
            owner: row.owner_id.into(),
            collaborators: row.collaborators.into_iter().map(Into::into).collect(),
        });
        Ok(whose.filter(|whose| reader.actor.sight.sees_deal_of(whose.owner, &whose.collaborators)).collect())
    }
}
