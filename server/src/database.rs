//! Opening the database that the configuration names: the embedded one is started first; the schema is brought up to date.

use crate::{cli::Failure, config::Database, postgres::Embedded};
use store::{MigrateError, Store};

/// A database that is open, and the embedded server behind it, if it is ours.
pub struct OpenDatabase {
    pub store: Store,
    pub embedded: Option<Embedded>,
}

impl OpenDatabase {
    pub async fn open(database: &Database) -> Result<Self, Failure> {
        let (url, shown, embedded) = match database {
            Database::Embedded(options) => {
                let embedded = Embedded::start(options).await?;
                (embedded.url().to_owned(), "the embedded database".to_owned(), Some(embedded))
            }
            Database::External(url) => (url.as_str().to_owned(), url.to_string(), None),
        };
        match open(&url, &shown).await {
            Ok(store) => Ok(Self { store, embedded }),
            Err(failure) => {
                if let Some(embedded) = embedded {
                    embedded.stop().await;
                }
                Err(failure)
            }
        }
    }

    pub async fn close(self) {
        self.store.close().await;
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

async fn open(url: &str, shown: &str) -> Result<Store, Failure> {
    let store = Store::connect(url).await.map_err(|error| {
        Failure::new(
            format!("{shown} cannot be reached: {error}"),
            "Check DATABASE_URL (postgres://user:password@host:5432/database), and that the server runs.",
        )
    })?;
    store.migrate().await.map_err(|error| {
        let advice = match error {
            MigrateError::Newer(_) => "Start the newer Fairlead, or restore a backup from before it.",
            MigrateError::Altered(_) => "Start a released Fairlead.",
            MigrateError::Failed(_) => "Check that the user may create tables, then start again.",
        };
        Failure::new(error.to_string(), advice)
    })?;
    Ok(store)
}

/// For the doctor: whether the database answers, and how it stands.
pub async fn examine(url: &str) -> Result<String, Failure> {
    let store = Store::connect(url).await.map_err(|error| {
        Failure::new(format!("the database cannot be reached: {error}"), "Check that it runs and DATABASE_URL is right.")
    })?;
    let version = store.server_version().await;
    store.close().await;
    version.map_err(|error| Failure::new(error.to_string(), "Look at the database's log."))
}
