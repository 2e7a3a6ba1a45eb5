//! Which crate of ours may use which. An edge more is a decision about the design, and is made here first.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::sources::root;

/// What a crate is compiled from. `frontend` reaches `domain` through `app`.
const ALLOWED: [(&str, &[&str]); 6] = [
    ("app", &["domain"]),
    ("domain", &[]),
    ("frontend", &["app"]),
    ("server", &["app", "domain", "store"]),
    ("store", &["domain"]),
    ("xtask", &[]),
];

#[test]
fn crates_depend_one_way() {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().expect("the workspace");
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let allowed = BTreeMap::from(ALLOWED);
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(allowed) = allowed.get(name) else {
            panic!("the crate `{name}` is new: say in this file what it may use");
        };
        // Tests may use more: they are no part of what runs.
        let real = package.dependencies.iter().filter(|used| used.kind != DependencyKind::Development);
        for used in real.map(|used| used.name.as_str()).filter(|used| ours.contains(used)) {
            assert!(allowed.contains(&used), "`{name}` may not use `{used}`; it may use {allowed:?}");
        }
    }
}
