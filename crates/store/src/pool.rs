//! Connections, and bringing the schema up to date.

use crate::{error::within, feed::Feed, sequencer::Sequencers, settings::SettingsCache};
use sqlx::{
    Connection as _, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// After which a connection may have died unnoticed.
const RESTED: Duration = Duration::from_millis(100);
/// How long a connection that is handed back may take to be ready for the next.
const CLEAN_WITHIN: Duration = Duration::from_secs(2);
/// How long connections may take to be closed in order.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The database, and what is shared around it in this process. Cloning is cheap.
#[derive(Clone)]
pub struct Store {
    pub(crate) pool: PgPool,
    /// Where commands are carried out. Nobody cancels that, so these connections need no cleaning after each use.
    pub(crate) writers: PgPool,
    /// Long work (imports, seeding) has connections of its own, so that people do not wait for it.
    pub(crate) jobs: PgPool,
    pub(crate) settings: Arc<SettingsCache>,
    pub(crate) sequencers: Arc<Sequencers>,
    pub(crate) feed: Arc<Feed>,
    /// Every record has its words: nothing is left that only its name finds.
    pub(crate) searchable: Arc<AtomicBool>,
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(
        "this database was made by a newer Fairlead (it has migration {0}): start that version, or restore a backup"
    )]
    Newer(i64),
    #[error("migration {0} differs from the one that made this database: this build was altered, use a released one")]
    Altered(i64),
    #[error("the database could not be brought up to date: {0}")]
    Failed(#[source] sqlx::migrate::MigrateError),
}

/// A table by which one sees that the database is another program's; `None` where it is empty or Fairlead's. Whoever
/// else uses sqlx has a table of migrations by the same name.
///
/// # Errors
/// The database is away, or the user may not look.
pub async fn foreign_table(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let migrations: Option<String> =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text").fetch_one(&mut *connection).await?;
    let mut has_run = false;
    if migrations.is_some() {
        // By way of JSON, as the columns of a foreign one may have other names.
        let first = MIGRATIONS.iter().next();
        let (own, any): (bool, bool) = sqlx::query_as(
            "SELECT coalesce(bool_or(row ->> 'version' = $1 AND row ->> 'description' = $2), false), count(*) > 0
             FROM (SELECT to_jsonb(m) AS row FROM _sqlx_migrations AS m) AS rows",
        )
        .bind(first.map(|first| first.version.to_string()))
        .bind(first.map(|first| first.description.to_string()))
        .fetch_one(&mut *connection)
        .await?;
        if own {
            return Ok(None);
        }
        has_run = any;
    }
    // What belongs to an extension is nobody's.
    sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
           AND (relname <> '_sqlx_migrations' OR $1)
           AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                             AND deptype = 'e')
         ORDER BY relname = '_sqlx_migrations', relname LIMIT 1",
    )
    .bind(has_run)
    .fetch_optional(connection)
    .await
}

impl Store {
    /// Connects with the timeouts that keep one slow request from stopping the others.
    ///
    /// # Errors
    /// The address is not understood, or the server cannot be reached.
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        let options: PgConnectOptions = url.parse()?;
        let with = |statement_timeout: &'static str| {
            let quiet = ("client_min_messages", "error");
            options.clone().options([("statement_timeout", statement_timeout), ("lock_timeout", "1000"), quiet])
        };
        let settings = |connections: u32| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(2))
                // A ping before each use doubles the round trips of a read. One that has rested is asked, as the database
                // may have been started anew meanwhile: that takes longer.
                .test_before_acquire(false)
                .before_acquire(|connection, meta| {
                    Box::pin(async move {
                        if meta.idle_for > RESTED {
                            let pinged = within(CLEAN_WITHIN, connection.ping()).await;
                            return pinged.map(|()| true).map_err(|_| sqlx::Error::PoolTimedOut);
                        }
                        Ok(true)
                    })
                })
        };
        let cleaned = |options: PgPoolOptions| {
            options
                // When a request is cancelled during BEGIN, sqlx 0.9.0 hands back a connection inside an open
                // transaction, and a later acknowledged write would be lost in it. Without BEGIN, PostgreSQL would log
                // a warning each time that there was nothing to roll back.
                .after_release(|connection, _| {
                    Box::pin(async move {
                        // One that a stopped database keeps waiting is closed, so that it does not take a place for ever.
                        let cleaned = within(CLEAN_WITHIN, sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection)).await;
                        cleaned.map(|_| true).map_err(|_| sqlx::Error::PoolTimedOut)
                    })
                })
        };
        // One connection by itself first: a pool would try until its time is over and not tell why.
        PgConnection::connect_with(&options).await?.close().await?;
        let pool = cleaned(settings(10)).connect_with(with("5000")).await?;
        let writers = settings(8).connect_lazy_with(with("5000"));
        let jobs = cleaned(settings(4)).connect_lazy_with(with("60000"));
        Ok(Self {
            feed: Arc::new(Feed::new(pool.clone())),
            sequencers: Arc::default(),
            settings: Arc::default(),
            searchable: Arc::default(),
            pool,
            writers,
            jobs,
        })
    }

    /// Runs the migrations that the database does not have yet.
    ///
    /// # Errors
    /// The database is newer than this program, was made by an altered one, or refused.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        use sqlx::migrate::MigrateError as Sqlx;
        MIGRATIONS.run(&self.jobs).await.map_err(|error| match error {
            Sqlx::VersionMissing(version) => MigrateError::Newer(version),
            Sqlx::VersionMismatch(version) => MigrateError::Altered(version),
            other => MigrateError::Failed(other),
        })
    }

    /// The server's version, for people.
    pub async fn server_version(&self) -> crate::error::Result<String> {
        let version = sqlx::query_scalar!(r#"SELECT current_setting('server_version') AS "version!""#);
        Ok(format!("PostgreSQL {}", version.fetch_one(&self.pool).await?))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> crate::error::Result<()> {
        sqlx::raw_sql("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Lets go of every connection, in order where the database still answers.
    pub async fn close(&self) {
        let close = async { tokio::join!(self.pool.close(), self.writers.close(), self.jobs.close()) };
        if tokio::time::timeout(CLOSE_WITHIN, close).await.is_err() {
            tracing::warn!("the database did not answer; its connections were not closed in order");
        }
    }
}
