//! Cargo.toml is for the build, Leptos.toml for the server where it runs: what both say must be the same.

use std::fs;

use toml::{Table, Value};

use crate::sources::root;

/// The line by which `get_configuration` finds where to begin; it takes all after it as one table.
const BEGIN: &str = "[[workspace.metadata.leptos]]";

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
}

fn of_build() -> Table {
    let cargo: Table = read("Cargo.toml").parse().expect("Cargo.toml");
    cargo["workspace"]["metadata"]["leptos"][0].as_table().expect("a table").clone()
}

/// Read as `leptos_config` reads it.
fn of_server() -> Table {
    let text = read("Leptos.toml");
    let start = text.lines().position(|line| line.starts_with(BEGIN)).expect("Leptos.toml has the line that begins it");
    let rest: Vec<&str> = text.lines().skip(start + 1).collect();
    rest.join("\n").parse().expect("Leptos.toml")
}

#[test]
fn build_and_server_agree() {
    let (build, server) = (of_build(), of_server());
    for (key, value) in &server {
        if let Some(of_build) = build.get(key) {
            assert_eq!(value, of_build, "`{key}` in Leptos.toml and in Cargo.toml");
        }
    }
    for key in ["output-name", "site-root", "site-pkg-dir", "site-addr", "hash-files"] {
        assert!(server.contains_key(key), "Leptos.toml lacks `{key}`");
        assert!(build.contains_key(key), "Cargo.toml lacks `{key}`");
    }
    assert_eq!(server["hash-files"], Value::Boolean(true), "browsers keep the files for ever: names must have hashes");
}
