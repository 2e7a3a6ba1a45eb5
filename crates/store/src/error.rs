//! What can go wrong below the rules: the database is away, slow or not ours. Refusals are data, not errors.

use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace, session or page's record is not there, or the member may not see it.
    #[error("not found")]
    NotFound,
    /// Trying again later may work: the database is away, a lock or a connection was not had in time.
    #[error("the database did not answer in time: {0}")]
    Unavailable(#[source] sqlx::Error),
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    /// A stored value that this version does not understand.
    #[error("stored data could not be read: {0}")]
    Stored(String),
    /// The work was given up because the server stops.
    #[error("the server is stopping")]
    Stopping,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        // Lock, statement and idle timeouts, deadlocks, serialisation, shutdown and start-up of the server.
        const TRANSIENT: [&str; 8] = ["55P03", "57014", "40P01", "40001", "57P01", "57P02", "57P03", "53300"];
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(database) => {
                if database.code().is_some_and(|code| TRANSIENT.contains(&code.as_ref())) {
                    Self::Unavailable(error)
                } else {
                    Self::Database(error)
                }
            }
            _ => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Stored(error.to_string())
    }
}

impl Error {
    /// The database is silent: it was reached and does not answer.
    pub(crate) fn silent() -> Self {
        Self::Unavailable(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
    }
}

/// Waits for the database no longer than `limit`: its own timeouts do not run while it is stopped or cut off.
pub(crate) async fn within<T, E: Into<Error>>(limit: Duration, work: impl Future<Output = Result<T, E>>) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Error::silent()),
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
