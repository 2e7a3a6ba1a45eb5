//! Merging accounts and contacts: everything that refers to them, what their merging would move, and which look like one.

use crate::{
    access::Reader,
    account,
    activity::activities,
    board::sight_arguments,
    contact::{self, contacts},
    deal::{self, deals},
    error::Result,
    pool::Store,
};
use domain::{
    activity::Activity,
    change::Target,
    contact::Contact,
    deal::Deal,
    id::AccountId,
    merge::{self, AT_ONCE, is_mergeable},
    page::{Found, Mergeable},
    record::{Kind, Record},
    view::View,
};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many records refer at most to what one merge lets go.
#[expect(clippy::cast_possible_wrap, reason = "a few thousand")]
const MOST: i64 = merge::MOST as i64;
/// How many referring records one transaction loads at most, whatever is asked in it.
const LOADED: i64 = 4 * MOST;
/// How many records one group of alike ones shows: one, and those that are merged into it.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "some dozen")]
const GROUP: i32 = AT_ONCE as i32 + 1;
/// How many reasons to think two records alike are looked at.
const REASONS: i64 = 200;

/// Loads every record that refers to these accounts and contacts. Where that is more than a merge moves, it is only
/// noted: the rules refuse it.
pub(crate) async fn load_referrers(
    connection: &mut PgConnection,
    workspace: Uuid,
    targets: &BTreeSet<Target>,
    view: &mut View,
) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = targets.iter().map(|target| target.id).collect();
    let counts = sqlx::query!(
        r#"SELECT id AS "id!",
             (SELECT count(*) FROM (SELECT FROM deal WHERE workspace_id = $1 AND account_id = wanted.id LIMIT $3) AS d)
             + (SELECT count(*) FROM (SELECT FROM deal WHERE workspace_id = $1 AND contacts <> '{}'
                                        AND contacts @> ARRAY[wanted.id] LIMIT $3) AS n)
             + (SELECT count(*) FROM (SELECT FROM contact WHERE workspace_id = $1 AND account_id = wanted.id LIMIT $3) AS c)
             + (SELECT count(*) FROM (SELECT FROM activity WHERE workspace_id = $1 AND account_id = wanted.id LIMIT $3) AS a)
             AS "referrers!"
           FROM unnest($2::uuid[]) AS wanted (id)"#,
        workspace,
        &ids,
        MOST + 1
    );
    let mut left = LOADED;
    let mut few = Vec::new();
    for row in counts.fetch_all(&mut *connection).await? {
        if row.referrers <= left.min(MOST) {
            left -= row.referrers;
            few.push(row.id);
        } else {
            view.evidence.crowded.extend(targets.iter().filter(|target| target.id == row.id));
        }
    }
    let rows = deals!(
        "deal WHERE deal.workspace_id = $1
           AND (deal.account_id = ANY($2) OR deal.contacts <> '{}' AND deal.contacts && $2)",
        workspace,
        &few
    );
    for row in rows.fetch_all(&mut *connection).await? {
        let deal = Deal::try_from(row)?;
        view.deals.insert(deal.id, deal);
    }
    let rows = contacts!("contact WHERE workspace_id = $1 AND account_id = ANY($2)", workspace, &few);
    for row in rows.fetch_all(&mut *connection).await? {
        let contact = Contact::try_from(row)?;
        view.contacts.insert(contact.id, contact);
    }
    let rows = activities!("activity WHERE workspace_id = $1 AND account_id = ANY($2)", workspace, &few);
    let mut of_deals = BTreeSet::new();
    for row in rows.fetch_all(&mut *connection).await? {
        let activity = Activity::try_from(row)?;
        // Whoever moves an activity must be allowed to see its deal.
        of_deals.extend(activity.deal.filter(|deal| !view.deals.contains_key(deal)).map(|deal| deal.0));
        view.activities.insert(activity.id, activity);
    }
    let of_deals: Vec<Uuid> = of_deals.into_iter().collect();
    view.deals.extend(deal::by_ids(connection, workspace, &of_deals).await?.into_iter().map(|deal| (deal.id, deal)));
    Ok(())
}

impl Store {
    /// Those of the records that are there, in the order of `ids`, with how many refer to each that the member sees.
    pub async fn mergeable(&self, reader: &Reader, kind: Kind, ids: &[Uuid]) -> Result<Vec<Mergeable>> {
        let mut connection = self.pool.acquire().await?;
        let workspace = reader.workspace.0;
        let mut records: BTreeMap<Uuid, Record> = BTreeMap::new();
        let mut accounts_of = BTreeMap::new();
        if kind == Kind::Account {
            let accounts = account::by_ids(&mut connection, workspace, ids).await?;
            records.extend(accounts.into_iter().map(|account| (account.id.0, Record::Account(account))));
        } else if is_mergeable(kind) {
            let contacts = contact::by_ids(&mut connection, workspace, ids).await?;
            accounts_of = account_names(&mut connection, workspace, &contacts).await?;
            records.extend(contacts.into_iter().map(|contact| (contact.id.0, Record::Contact(contact))));
        }
        let (owners, me) = sight_arguments(reader);
        let counts = sqlx::query!(
            r#"SELECT wanted.id AS "id!",
                 (SELECT count(*) FROM deal WHERE workspace_id = $1
                    AND (account_id = wanted.id OR contacts <> '{}' AND contacts @> ARRAY[wanted.id])
                    AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))) AS "deals!",
                 (SELECT count(*) FROM contact WHERE workspace_id = $1 AND account_id = wanted.id) AS "contacts!",
                 (SELECT count(*) FROM activity LEFT JOIN deal
                      ON deal.workspace_id = activity.workspace_id AND deal.id = activity.deal_id
                    WHERE activity.workspace_id = $1 AND activity.account_id = wanted.id
                      AND ($3::uuid[] IS NULL OR deal.id IS NULL OR deal.owner_id = ANY($3)
                           OR $4 = ANY(deal.collaborators))) AS "activities!"
               FROM unnest($2::uuid[]) AS wanted (id)"#,
            workspace,
            ids,
            owners.as_deref(),
            me
        );
        let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let rows = counts.fetch_all(&mut *connection).await?;
        let mut found = Vec::new();
        for id in ids {
            let Some(record) = records.remove(id) else { continue };
            let Some(row) = rows.iter().find(|row| row.id == *id) else { continue };
            let of = match &record {
                Record::Contact(contact) => name_of(&accounts_of, contact),
                _ => String::new(),
            };
            found.push(Mergeable {
                record,
                of,
                deals: number(row.deals),
                contacts: number(row.contacts),
                activities: number(row.activities),
            });
        }
        Ok(found)
    }

    /// Groups of accounts or contacts that look like one, the larger first; in each the oldest first.
    pub async fn duplicates(&self, reader: &Reader, kind: Kind) -> Result<Vec<Vec<Found>>> {
        let mut connection = self.pool.acquire().await?;
        let workspace = reader.workspace.0;
        macro_rules! alike {
            ($table:literal) => {
                sqlx::query_scalar!(
                    r#"SELECT (array_agg(id ORDER BY created_at, id))[1:$2] AS "ids!"
                       FROM (SELECT id, created_at, unnest(alike) AS reason FROM "#
                        + $table
                        + r#"
                             WHERE workspace_id = $1) AS reasons
                       GROUP BY reason HAVING count(*) > 1 ORDER BY count(*) DESC, reason LIMIT $3"#,
                    workspace,
                    GROUP,
                    REASONS
                )
                .fetch_all(&mut *connection)
                .await?
            };
        }
        let alike: Vec<Vec<Uuid>> = match kind {
            Kind::Account => alike!("account"),
            Kind::Contact => alike!("contact"),
            _ => Vec::new(),
        };
        let groups = grouped(alike);
        let ids: Vec<Uuid> = groups.iter().flatten().copied().collect();
        let mut names: BTreeMap<Uuid, Found> = BTreeMap::new();
        let mut name = |id: Uuid, name: String, of: String| names.insert(id, Found { kind, id, name, of });
        if kind == Kind::Account {
            for account in account::by_ids(&mut connection, workspace, &ids).await? {
                name(account.id.0, account.name, account.phone);
            }
        } else {
            let contacts = contact::by_ids(&mut connection, workspace, &ids).await?;
            let accounts = account_names(&mut connection, workspace, &contacts).await?;
            for contact in contacts {
                let of = name_of(&accounts, &contact);
                name(contact.id.0, contact.name, of);
            }
        }
        let found = |group: Vec<Uuid>| group.into_iter().filter_map(|id| names.remove(&id)).collect();
        Ok(groups.into_iter().map(found).collect())
    }
}

/// The names of the contacts' accounts.
async fn account_names(
    connection: &mut PgConnection,
    workspace: Uuid,
    contacts: &[Contact],
) -> Result<BTreeMap<AccountId, String>> {
    let ids: Vec<Uuid> = contacts.iter().filter_map(|contact| Some(contact.account?.0)).collect();
    let accounts = account::by_ids(connection, workspace, &ids).await?;
    Ok(accounts.into_iter().map(|account| (account.id, account.name)).collect())
}

fn name_of(accounts: &BTreeMap<AccountId, String>, contact: &Contact) -> String {
    contact.account.and_then(|account| accounts.get(&account).cloned()).unwrap_or_default()
}

/// Lists that share a member are one: alike by name here, by telephone there.
fn grouped(lists: Vec<Vec<Uuid>>) -> Vec<Vec<Uuid>> {
    let mut groups: Vec<Vec<Uuid>> = Vec::new();
    for mut list in lists {
        let (shared, apart) = groups.into_iter().partition(|group| group.iter().any(|id| list.contains(id)));
        groups = apart;
        for group in shared {
            list.extend(group);
        }
        let mut seen = BTreeSet::new();
        list.retain(|id| seen.insert(*id));
        list.truncate(AT_ONCE + 1);
        groups.push(list);
    }
    // What was cut off one group may stand in another: each record stands once.
    let mut seen = BTreeSet::new();
    for group in &mut groups {
        group.retain(|id| seen.insert(*id));
    }
    groups.retain(|group| group.len() > 1);
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_share_a_member_are_one_group() {
        let check = |lists: &[&[u128]], expected: &[&[u128]]| {
            let read = |lists: &[&[u128]]| -> Vec<Vec<Uuid>> {
                lists.iter().map(|list| list.iter().map(|id| Uuid::from_u128(*id)).collect()).collect()
            };
            assert_eq!(grouped(read(lists)), read(expected));
        };
        check(&[&[1, 2], &[3, 4]], &[&[1, 2], &[3, 4]]);
        check(&[&[1, 2], &[3, 4], &[2, 3]], &[&[2, 3, 1, 4]]);
        check(&[&[1, 2], &[1, 2]], &[&[1, 2]]);
        check(&[], &[]);
    }
}
