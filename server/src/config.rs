//! What the server runs with, once flags, environment and defaults are settled (see [`crate::cli`]).

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use crate::postgres;

#[derive(Clone, Debug)]
pub struct Config {
    pub address: SocketAddr,
    /// Where metrics are served; `None` when they are off.
    pub metrics: Option<SocketAddr>,
    /// The built browser half: scripts, styles, icons.
    pub site: PathBuf,
    pub database: Database,
}

impl Config {
    /// Signing in without a password is for trying Fairlead out: never on a database that someone else keeps, nor where
    /// another machine could reach it.
    pub fn demo_allowed(&self) -> bool {
        matches!(self.database, Database::Embedded(_)) && self.address.ip().is_loopback()
    }

    /// Whether browsers and Prometheus are sent to one port. 0.0.0.0 takes it on every address of the machine.
    pub fn metrics_clash(&self) -> bool {
        self.metrics.is_some_and(|metrics| {
            let (own, other) = (self.address.ip(), metrics.ip());
            let same_place = own == other || own.is_unspecified() || other.is_unspecified();
            metrics.port() != 0 && metrics.port() == self.address.port() && same_place
        })
    }
}

#[derive(Clone, Debug)]
pub enum Database {
    Embedded(postgres::Options),
    External(DatabaseUrl),
}

/// A PostgreSQL address. It often carries a password, so it is not printed whole by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self(text.into()));
        }
        Err("expected postgres://user:password@host:5432/database".into())
    }
}

/// What people may see: everything but the password and the parameters, which may carry one too.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.0.split_once('?').map_or(self.0.as_str(), |(address, _)| address);
        let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
        let Some((login, place)) = rest.rsplit_once('@') else {
            return write!(f, "{scheme}://{rest}");
        };
        let user = login.split_once(':').map_or(login, |(user, _)| user);
        write!(f, "{scheme}://{user}@{place}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_shown(url: &str, shown: &str) {
        let url: DatabaseUrl = url.parse().expect("a PostgreSQL address");
        assert_eq!(format!("{url} {url:?}"), format!("{shown} {shown}"));
    }

    #[test]
    fn passwords_are_not_shown() {
        check_shown("postgres://ann:s3cret@db:5432/sales", "postgres://ann@db:5432/sales");
        check_shown("postgresql://ann:p@ss@db/sales?password=s3cret", "postgresql://ann@db/sales");
        check_shown("postgres:///sales", "postgres:///sales");
    }

    #[test]
    fn only_postgresql_is_accepted() {
        assert!("mysql://db/sales".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn metrics_need_a_port_of_their_own() {
        for (address, metrics, clash) in [
            ("127.0.0.1:3210", "127.0.0.1:3210", true),
            ("0.0.0.0:3210", "127.0.0.1:3210", true),
            ("127.0.0.1:3210", "127.0.0.1:3211", false),
            ("127.0.0.1:3210", "127.0.0.2:3210", false),
            ("127.0.0.1:0", "127.0.0.1:0", false),
        ] {
            let config = Config {
                address: address.parse().expect("an address"),
                metrics: Some(metrics.parse().expect("an address")),
                site: "site".into(),
                database: Database::Embedded(postgres::Options::new("data")),
            };
            assert_eq!(config.metrics_clash(), clash, "{address} {metrics}");
        }
    }

    #[test]
    fn the_demo_needs_both_the_embedded_database_and_loopback() {
        let embedded = Database::Embedded(postgres::Options::new("data"));
        let external = Database::External("postgres://db/sales".parse().expect("an address"));
        for (database, address, allowed) in [
            (&embedded, "127.0.0.1:3210", true),
            (&embedded, "[::1]:3210", true),
            (&embedded, "0.0.0.0:3210", false),
            (&external, "127.0.0.1:3210", false),
        ] {
            let config = Config {
                address: address.parse().expect("an address"),
                metrics: None,
                site: "site".into(),
                database: database.clone(),
            };
            assert_eq!(config.demo_allowed(), allowed, "{address} {database:?}");
        }
    }
}
