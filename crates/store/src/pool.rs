//! Connections, and bringing the schema up to date.

use crate::{feed::Feed, sequencer::Sequencers, settings::SettingsCache};
use sqlx::{
    Connection as _, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{sync::Arc, time::Duration};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The database, and what is shared around it in this process. Cloning is cheap.
#[derive(Clone)]
pub struct Store {
    pub(crate) pool: PgPool,
    /// Long work (imports, seeding) has connections of its own, so that people do not wait for it.
    pub(crate) jobs: PgPool,
    pub(crate) settings: Arc<SettingsCache>,
    pub(crate) sequencers: Arc<Sequencers>,
    pub(crate) feed: Arc<Feed>,
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("this database was made by a newer Fairlead (it has migration {0}): start that version, or restore a backup")]
    Newer(i64),
    #[error("migration {0} differs from the one that made this database: this build was altered, use a released one")]
    Altered(i64),
    #[error("the database could not be brought up to date: {0}")]
    Failed(#[source] sqlx::migrate::MigrateError),
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
                // A ping before each use doubles the round trips of a read; a broken connection shows itself.
                .test_before_acquire(false)
                // When a request is cancelled during BEGIN, sqlx 0.9.0 hands back a connection inside an open
                // transaction, and a later acknowledged write would be lost in it. Without BEGIN, PostgreSQL would log
                // a warning each time that there was nothing to roll back.
                .after_release(|connection, _| {
                    Box::pin(async move {
                        sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection).await?;
                        Ok(true)
                    })
                })
        };
        // One connection by itself first: a pool would try until its time is over and not tell why.
        PgConnection::connect_with(&options).await?.close().await?;
        let pool = settings(10).connect_with(with("5000")).await?;
        let jobs = settings(4).connect_lazy_with(with("60000"));
        Ok(Self {
            feed: Arc::new(Feed::new(pool.clone())),
            sequencers: Arc::default(),
            settings: Arc::default(),
            pool,
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

    /// Lets go of every connection.
    pub async fn close(&self) {
        self.pool.close().await;
        self.jobs.close().await;
    }
}
