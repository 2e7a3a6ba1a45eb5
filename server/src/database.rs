//! Opening the database that the configuration names: the embedded one is started first; the schema is brought up to date.

use crate::{
    cli::Failure,
    config::Database,
    postgres::{Embedded, binaries::MINIMUM_MAJOR},
};
use sqlx::{
    Connection, PgConnection,
    migrate::{Migrate, MigrateError as SqlxMigrateError, Migrator},
};
use std::{io::ErrorKind, time::Duration};
use store::{MigrateError, Store};
use tokio::time::timeout;

/// A PostgreSQL that is there answers at once; one that takes the connection and says nothing never will.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The store's own, to compare with: what it has not run yet must be known without running it.
static MIGRATIONS: Migrator = sqlx::migrate!("../crates/store/migrations");

/// PostgreSQL's names for why it refuses.
mod code {
    pub const WRONG_PASSWORD: [&str; 2] = ["28P01", "28000"];
    pub const NO_DATABASE: &str = "3D000";
    pub const NO_TABLE: &str = "42P01";
    pub const NOT_ALLOWED: &str = "42501";
    /// A table, type, function, column or schema of this name is there.
    pub const THERE: [&str; 5] = ["42P07", "42710", "42723", "42701", "42P06"];
    pub const NOT_IN_ENCODING: [&str; 2] = ["22P05", "22021"];
}

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
            Database::External(url) => (url.checked()?.to_owned(), url.to_string(), None),
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
    // What keeps us out is told of one connection; the store's pool would try until its time is over.
    let mut connection = connect(url, shown).await?;
    own(&mut connection, shown).await?;
    let _ = connection.close().await;
    let store = in_time(shown, Store::connect(url)).await?;
    store.migrate().await.map_err(|error| not_migrated(shown, &error))?;
    Ok(store)
}

/// For the doctor: whether the database answers, and how it stands. Nothing is changed in it.
pub async fn examine(url: &str) -> Result<String, Failure> {
    let shown = "the database";
    let mut connection = connect(url, shown).await?;
    own(&mut connection, shown).await?;
    let version = connection.server_version_num().unwrap_or_default();
    let schema = schema(&mut connection).await.map_err(|error| not_migrated(shown, &error));
    let _ = connection.close().await;
    Ok(format!("PostgreSQL {}.{}, {}", version / 10_000, version % 10_000, schema?))
}

/// A connection to a PostgreSQL that is new enough.
async fn connect(url: &str, shown: &str) -> Result<PgConnection, Failure> {
    let connection = in_time(shown, PgConnection::connect(url)).await?;
    match connection.server_version_num().map(|version| version / 10_000) {
        Some(major) if major < MINIMUM_MAJOR => Err(Failure::new(
            format!("{shown} is a PostgreSQL {major}, and Fairlead needs {MINIMUM_MAJOR} or newer"),
            "Move it to a newer PostgreSQL, or leave DATABASE_URL out to use the embedded one.",
        )),
        _ => Ok(connection),
    }
}

/// Waits for a connection no longer than somebody at a terminal would.
async fn in_time<T>(shown: &str, connect: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Failure> {
    match timeout(ANSWER_WITHIN, connect).await {
        Ok(connected) => connected.map_err(|error| unreached(shown, &error)),
        Err(_) => Err(Failure::new(
            format!("{shown} cannot be reached: nothing answers within {} seconds", ANSWER_WITHIN.as_secs()),
            "Check host and port in DATABASE_URL, that the server runs there, and that no firewall is between.",
        )),
    }
}

/// Whether the database is Fairlead's, or empty. Nothing is written into one that is another program's.
async fn own(connection: &mut PgConnection, shown: &str) -> Result<(), Failure> {
    match store::foreign_table(connection).await {
        Ok(None) => Ok(()),
        Ok(Some(table)) => Err(Failure::new(
            format!("{shown} holds another program's tables ({table})"),
            "Give Fairlead an empty one, and name it in DATABASE_URL.",
        )),
        Err(error) => Err(unreached(shown, &error)),
    }
}

/// How the schema stands against this version's, as `Store::migrate` would find it.
async fn schema(connection: &mut PgConnection) -> Result<&'static str, MigrateError> {
    let table = &*MIGRATIONS.table_name;
    let applied = match connection.list_applied_migrations(table).await {
        Ok(applied) => applied,
        Err(SqlxMigrateError::Execute(error)) if is(&error, &[code::NO_TABLE]) => {
            return Ok("empty; the first start makes the tables");
        }
        Err(error) => return Err(MigrateError::Failed(error)),
    };
    if let Some(half) = connection.dirty_version(table).await.map_err(MigrateError::Failed)? {
        return Err(MigrateError::Failed(SqlxMigrateError::Dirty(half)));
    }
    for done in &applied {
        match MIGRATIONS.iter().find(|migration| migration.version == done.version) {
            None => return Err(MigrateError::Newer(done.version)),
            Some(own) if own.checksum != done.checksum => return Err(MigrateError::Altered(done.version)),
            Some(_) => {}
        }
    }
    let is_current =
        applied.len() == MIGRATIONS.iter().filter(|migration| !migration.migration_type.is_down_migration()).count();
    Ok(if is_current {
        "with this version's tables"
    } else {
        "of an older Fairlead; the next start brings it up to date"
    })
}

fn unreached(shown: &str, error: &sqlx::Error) -> Failure {
    let advice = if is(error, &code::WRONG_PASSWORD) {
        "Check the user and the password in DATABASE_URL."
    } else if is(error, &[code::NO_DATABASE]) {
        "Create it with `createdb`, or name another in DATABASE_URL."
    } else if is_about_tls(error) {
        "Check sslmode and sslrootcert in DATABASE_URL against what the server offers."
    } else if speaks_otherwise(error) {
        let what = format!("{shown} cannot be reached: what answers there is no PostgreSQL");
        return Failure::new(what, "Check host and port in DATABASE_URL.");
    } else {
        "Check DATABASE_URL (postgres://user:password@host:5432/database), and that the server runs."
    };
    Failure::new(format!("{shown} cannot be reached: {}", said(error)), advice)
}

/// Whether TLS was not agreed upon, or the server's certificate is not believed.
fn is_about_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == ErrorKind::InvalidData,
        _ => false,
    }
}

/// Whether something else than a PostgreSQL took the connection: it answers strangely, or hangs up.
fn speaks_otherwise(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Protocol(_) => true,
        sqlx::Error::Io(error) => matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset),
        _ => false,
    }
}

fn not_migrated(shown: &str, error: &MigrateError) -> Failure {
    match error {
        MigrateError::Newer(_) => {
            Failure::new(error.to_string(), "Start the newer Fairlead, or restore a backup from before it.")
        }
        MigrateError::Altered(_) => Failure::new(error.to_string(), "Start a released Fairlead."),
        MigrateError::Failed(SqlxMigrateError::Dirty(version)) => Failure::new(
            format!("{shown} holds one half of migration {version}"),
            "Restore a backup from before it, or begin with an empty database.",
        ),
        MigrateError::Failed(SqlxMigrateError::Execute(error) | SqlxMigrateError::ExecuteMigration(error, _)) => {
            refused(shown, error)
        }
        MigrateError::Failed(error) => {
            Failure::new(format!("{shown} cannot be brought up to date: {error}"), "Look at its log, then start again.")
        }
    }
}

/// Why PostgreSQL did not carry out a migration, by the code that it gives.
fn refused(shown: &str, error: &sqlx::Error) -> Failure {
    let (why, advice) = if is(error, &[code::NOT_ALLOWED]) {
        (
            "the user may not create tables there",
            "Make the user the database's owner, or give it the right: GRANT CREATE ON SCHEMA public TO the user.",
        )
    } else if is(error, &code::THERE) {
        (
            "it holds something of another program under one of Fairlead's names",
            "Give Fairlead a database of its own, and name it in DATABASE_URL.",
        )
    } else if is(error, &code::NOT_IN_ENCODING) {
        (
            "its encoding does not know every character",
            "Create it anew as UTF-8: createdb --encoding UTF8 --template template0 --locale C.UTF-8.",
        )
    } else {
        ("PostgreSQL refused", "Look at its log, then start again.")
    };
    Failure::new(format!("{shown} cannot be brought up to date: {why} ({})", said(error)), advice)
}

fn is(error: &sqlx::Error, codes: &[&str]) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| codes.contains(&&*code))
}

/// What PostgreSQL says, without the line of its own source that sqlx adds.
fn said(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
