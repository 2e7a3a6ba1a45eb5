//! What the server runs with, once flags, environment and defaults are settled (see [`crate::cli`]).

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::{cli::Failure, postgres, visitor::Proxies};

#[derive(Clone, Debug)]
pub struct Config {
    pub address: SocketAddr,
    /// Where metrics are served; `None` when they are off.
    pub metrics: Option<SocketAddr>,
    /// The built browser half: scripts, styles, icons.
    pub site: PathBuf,
    pub database: Database,
    /// Proxies that are believed when they tell for whom they ask.
    pub proxies: Proxies,
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
    /// Any text is taken at first: a command line that is not understood is printed with all its words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The address, if it is one of PostgreSQL and says beyond doubt where the password ends.
    pub fn checked(&self) -> Result<&str, Failure> {
        const FORM: &str = "Write it as postgres://user:password@host:5432/database";
        let (scheme, _, beyond) = self.parts();
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(Failure::new("DATABASE_URL is no address of a PostgreSQL", format!("{FORM}.")));
        }
        if beyond.contains('@') {
            return Err(Failure::new(
                "in DATABASE_URL it is not clear where the password ends",
                format!("{FORM}, with ? as %3F, / as %2F, # as %23 and @ as %40 in user, password and parameters."),
            ));
        }
        Ok(&self.0)
    }

    /// The scheme, then user, password, host and port, then all that follows.
    fn parts(&self) -> (&str, &str, &str) {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let (authority, beyond) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        (scheme, authority, beyond)
    }
}

/// What people may see: everything but the password and the parameters, which may carry one too.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, authority, beyond) = self.parts();
        if self.checked().is_err() {
            return write!(f, "{scheme}://…");
        }
        let path = beyond.split(['?', '#']).next().unwrap_or_default();
        match authority.rsplit_once('@') {
            None => write!(f, "{scheme}://{authority}{path}"),
            Some((login, place)) => {
                let user = login.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}@{place}{path}")
            }
        }
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
        let url = DatabaseUrl::new(url);
        assert_eq!(format!("{url} {url:?}"), format!("{shown} {shown}"));
    }

    #[test]
    fn passwords_are_not_shown() {
        check_shown("postgres://ann:s3cret@db:5432/sales", "postgres://ann@db:5432/sales");
        check_shown("postgresql://ann:p@ss@db/sales?password=s3cret", "postgresql://ann@db/sales");
        check_shown("postgres:///sales", "postgres:///sales");
        check_shown("postgres://db/sales#s3cret", "postgres://db/sales");
        for unclear in
            ["ann:s3?ret@db/sales", "ann:12?3@db", "ann:s/3@db", "a:s#3@db", "db?password=s@3", "ann:s@3/x@db"]
        {
            check_shown(&format!("postgres://{unclear}"), "postgres://…");
        }
        check_shown("mysql://ann:s3cret@db", "mysql://…");
        check_shown("s3cret", "://…");
    }

    #[test]
    fn only_clear_addresses_of_postgresql_are_accepted() {
        let check = |url: &str, advice: Option<&str>| match (DatabaseUrl::new(url).checked(), advice) {
            (Ok(checked), None) => assert_eq!(checked, url),
            (Err(failure), Some(advice)) => {
                assert!(failure.advice.contains(advice) && !failure.to_string().contains("s3"), "{failure}");
            }
            (found, _) => panic!("{url}: {found:?}"),
        };
        check("postgres://ann:s%3Fcret@db:5432/sales?sslmode=require", None);
        check("postgresql:///sales?host=/run/postgresql", None);
        check("mysql://s3@db/sales", Some("postgres://user"));
        check("s3", Some("postgres://user"));
        check("postgres://ann:s3?ret@db/sales", Some("%3F"));
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
                proxies: Proxies::default(),
            };
            assert_eq!(config.metrics_clash(), clash, "{address} {metrics}");
        }
    }

    #[test]
    fn the_demo_needs_both_the_embedded_database_and_loopback() {
        let embedded = Database::Embedded(postgres::Options::new("data"));
        let external = Database::External(DatabaseUrl::new("postgres://db/sales"));
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
                proxies: Proxies::default(),
            };
            assert_eq!(config.demo_allowed(), allowed, "{address} {database:?}");
        }
    }
}
