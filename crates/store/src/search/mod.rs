//! Searching all that a member may see, in Chinese as in languages that part their words.

mod find;
mod index;
mod words;

pub(crate) use find::literal;
pub(crate) use index::write;

use crate::{account, error::Result};
use domain::{id::WorkspaceId, view::View};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Loads the accounts to which the view's records belong.
async fn load_accounts(connection: &mut PgConnection, workspace: WorkspaceId, view: &mut View) -> Result<()> {
    let of_deals = view.deals.values().filter_map(|deal| deal.account);
    let of_contacts = view.contacts.values().filter_map(|contact| contact.account);
    let of_activities = view.activities.values().filter_map(|activity| activity.account);
    let named: BTreeSet<Uuid> = of_deals.chain(of_contacts).chain(of_activities).map(|account| account.0).collect();
    let missing: Vec<Uuid> = named.into_iter().filter(|id| !view.accounts.contains_key(&(*id).into())).collect();
    if !missing.is_empty() {
        let accounts = account::by_ids(connection, workspace.0, &missing).await?;
        view.accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
    }
    Ok(())
}
