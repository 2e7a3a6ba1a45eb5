//! Reading what a page shows, in one snapshot of the database.

use crate::{
    access::Reader,
    account,
    activity::{self, activities},
    board, contact,
    deal::{self, deals},
    error::{Error, Result},
    file, funnel, grid,
    listing::{accounts_page, contacts_page},
    plan,
    pool::Store,
    zone::zone_of,
};
use chrono::{DateTime, Utc};
use domain::{
    Version,
    activity::Activity,
    change::Target,
    deal::Deal,
    id::{AccountId, ContactId, DealId, PipelineId},
    page::{Address, History, Page, Snapshot},
    record::Kind,
    view::View,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many activities the page of an account or contact shows at most.
const ACTIVITIES: i64 = 300;

impl Store {
    /// The snapshot from which a page is rendered.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the record is not there or the member may not see it.
    pub async fn page(&self, reader: &Reader, address: &Address, now: DateTime<Utc>) -> Result<Snapshot> {
        self.snapshot(reader, now, async |connection, view| match address {
            Address::Board { pipeline, filter, look } => {
                let pipeline = pipeline_or_first(view, *pipeline)?;
                Ok(Page::Board(board::first_paint(connection, reader, pipeline, (filter, look), view, now).await?))
            }
            Address::Deals(query) => Ok(Page::Deals(grid::first_paint(connection, reader, query, view).await?)),
            Address::Deal(id) => self.deal_page(connection, reader, *id, view).await,
            Address::Accounts(listing) => accounts_page(connection, reader, listing, view).await,
            Address::Account(id) => self.account_page(connection, reader, *id, view).await,
            Address::Contacts(listing) => contacts_page(connection, reader, listing, view).await,
            Address::Contact(id) => self.contact_page(connection, reader, *id, view).await,
            Address::Funnel(query) => funnel::page(connection, reader, query, view, now).await,
            Address::Plan(query) => plan::page(connection, reader, query, view).await,
            Address::Settings(section) => {
                let invitations = self.invitations(connection, reader).await?;
                view.invitations.extend(invitations.into_iter().map(|invitation| (invitation.id, invitation)));
                // A stage names one of them.
                let templates = plan::templates(connection, reader.workspace.0).await?;
                view.plans.extend(templates.into_iter().map(|plan| (plan.id, plan)));
                Ok(Page::Settings(*section))
            }
            Address::Imports => Ok(Page::Imports { runs: crate::import::runs(connection, reader).await? }),
            Address::Import(id) => Ok(Page::Import(crate::import::run(connection, reader, *id).await?)),
        })
        .await
    }

    /// Every card of a pipeline that the member may see: the board's working set.
    pub async fn board(&self, reader: &Reader, pipeline: PipelineId, now: DateTime<Utc>) -> Result<Snapshot> {
        self.snapshot(reader, now, async |connection, view| {
            let pipeline = pipeline_or_first(view, Some(pipeline))?;
            Ok(Page::Board(board::complete(connection, reader, pipeline, view).await?))
        })
        .await
    }

    /// What happened to a deal, an account or a contact before a version.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the record is not there, the member may not see it, or it is of another kind.
    pub async fn history_before(&self, reader: &Reader, target: Target, before: Version) -> Result<History> {
        let mut connection = self.pool.acquire().await?;
        let is_seen = match target.kind {
            Kind::Deal => {
                let deal = deal::by_ids(&mut connection, reader.workspace.0, &[target.id]).await?.pop();
                deal.is_some_and(|deal| reader.actor.sight.sees(&deal))
            }
            Kind::Account => !account::by_ids(&mut connection, reader.workspace.0, &[target.id]).await?.is_empty(),
            Kind::Contact => !contact::by_ids(&mut connection, reader.workspace.0, &[target.id]).await?.is_empty(),
            _ => false,
        };
        if is_seen { self.history(&mut connection, reader, target.id, before).await } else { Err(Error::NotFound) }
    }

    pub(crate) async fn snapshot(
        &self,
        reader: &Reader,
        now: DateTime<Utc>,
        read: impl AsyncFnOnce(&mut PgConnection, &mut View) -> Result<Page>,
    ) -> Result<Snapshot> {
        let (page, view, version) = self.looked(reader, read).await?;
        let zone = zone_of(&view, now);
        Ok(Snapshot { version, as_of: now, me: reader.member, is_demo: reader.is_demo, zone, view, page })
    }

    /// Reads anything in one snapshot of the database, with the workspace's settings in the view, and the version.
    pub(crate) async fn looked<T>(
        &self,
        reader: &Reader,
        read: impl AsyncFnOnce(&mut PgConnection, &mut View) -> Result<T>,
    ) -> Result<(T, View, Version)> {
        // One snapshot for all reads: the version belongs to exactly these records.
        let mut transaction = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let row =
            sqlx::query!("SELECT version, settings_version FROM workspace WHERE workspace_id = $1", reader.workspace.0)
                .fetch_one(&mut *transaction)
                .await?;
        let settings = self.settings.get(&mut transaction, reader.workspace, row.settings_version).await?;
        let mut view = (*settings).clone();
        let found = read(&mut transaction, &mut view).await?;
        transaction.commit().await?;
        Ok((found, view, row.version))
    }

    async fn deal_page(
        &self,
        connection: &mut PgConnection,
        reader: &Reader,
        id: DealId,
        view: &mut View,
    ) -> Result<Page> {
        let workspace = reader.workspace.0;
        let deal = deal::by_ids(connection, workspace, &[id.0]).await?.pop();
        let deal = deal.filter(|deal| reader.actor.sight.sees(deal)).ok_or(Error::NotFound)?;
        let accounts: Vec<Uuid> = deal.account.into_iter().map(Into::into).collect();
        for account in account::by_ids(connection, workspace, &accounts).await? {
            view.accounts.insert(account.id, account);
        }
        let contacts: Vec<Uuid> = deal.contacts.iter().map(|contact| contact.0).collect();
        let mut found = contact::of_accounts(connection, workspace, &accounts).await?;
        found.extend(contact::by_ids(connection, workspace, &contacts).await?);
        view.contacts.extend(found.into_iter().map(|contact| (contact.id, contact)));
        let activities = activity::of_deals(connection, workspace, &[id.0]).await?;
        view.activities.extend(activities.into_iter().map(|activity| (activity.id, activity)));
        let files = file::of_deals(connection, workspace, &[id.0]).await?;
        view.files.extend(files.into_iter().map(|file| (file.id, file)));
        let plans = plan::of_deals(connection, workspace, &[id.0]).await?;
        plan::take_in(connection, workspace, plans, view).await?;
        view.deals.insert(id, deal);
        let history = self.history(connection, reader, id.0, Version::MAX).await?;
        Ok(Page::Deal { deal: id, history })
    }

    async fn account_page(
        &self,
        connection: &mut PgConnection,
        reader: &Reader,
        id: AccountId,
        view: &mut View,
    ) -> Result<Page> {
        let workspace = reader.workspace.0;
        let account = account::by_ids(connection, workspace, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
        view.accounts.insert(id, account);
        let contacts = contact::of_accounts(connection, workspace, &[id.0]).await?;
        view.contacts.extend(contacts.into_iter().map(|contact| (contact.id, contact)));
        let (owners, me) = board::sight_arguments(reader);
        let rows = deals!(
            "deal WHERE deal.workspace_id = $1 AND deal.account_id = $2
               AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
             ORDER BY created_at DESC LIMIT 500",
            workspace,
            id.0,
            owners.as_deref(),
            me
        );
        for row in rows.fetch_all(&mut *connection).await? {
            let deal = Deal::try_from(row)?;
            view.deals.insert(deal.id, deal);
        }
        activities_of(connection, reader, Some(id), view).await?;
        let history = self.history(connection, reader, id.0, Version::MAX).await?;
        Ok(Page::Account { account: id, history })
    }

    async fn contact_page(
        &self,
        connection: &mut PgConnection,
        reader: &Reader,
        id: ContactId,
        view: &mut View,
    ) -> Result<Page> {
        let workspace = reader.workspace.0;
        let contact = contact::by_ids(connection, workspace, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
        let accounts: Vec<Uuid> = contact.account.into_iter().map(Into::into).collect();
        for account in account::by_ids(connection, workspace, &accounts).await? {
            view.accounts.insert(account.id, account);
        }
        view.contacts.insert(id, contact);
        let (owners, me) = board::sight_arguments(reader);
        let rows = deals!(
            "deal WHERE deal.workspace_id = $1 AND deal.contacts <> '{}' AND deal.contacts @> ARRAY[$2::uuid]
               AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
             ORDER BY created_at DESC LIMIT 500",
            workspace,
            id.0,
            owners.as_deref(),
            me
        );
        for row in rows.fetch_all(&mut *connection).await? {
            let deal = Deal::try_from(row)?;
            view.deals.insert(deal.id, deal);
        }
        activities_of(connection, reader, None, view).await?;
        let history = self.history(connection, reader, id.0, Version::MAX).await?;
        Ok(Page::Contact { contact: id, history })
    }
}

/// What is planned and what happened last with the account itself and in the deals that the view holds.
async fn activities_of(
    connection: &mut PgConnection,
    reader: &Reader,
    account: Option<AccountId>,
    view: &mut View,
) -> Result<()> {
    let deals: Vec<Uuid> = view.deals.keys().map(Into::into).collect();
    let rows = activities!(
        "activity WHERE workspace_id = $1 AND (account_id = $2 AND deal_id IS NULL OR deal_id = ANY($3))
         ORDER BY done_at DESC NULLS FIRST, id LIMIT $4",
        reader.workspace.0,
        account.map(Uuid::from),
        &deals,
        ACTIVITIES
    );
    for row in rows.fetch_all(connection).await? {
        let activity = Activity::try_from(row)?;
        view.activities.insert(activity.id, activity);
    }
    Ok(())
}

pub(crate) fn pipeline_or_first(view: &View, pipeline: Option<PipelineId>) -> Result<PipelineId> {
    match pipeline {
        Some(pipeline) if view.pipelines.contains_key(&pipeline) => Ok(pipeline),
        Some(_) => Err(Error::NotFound),
        None => view.pipelines().first().map(|pipeline| pipeline.id).ok_or(Error::NotFound),
    }
}
