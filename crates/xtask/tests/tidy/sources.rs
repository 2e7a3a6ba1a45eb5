//! The files that are committed, or could be: what the other rules look at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Source {
    /// Seen from the root, with `/` between its parts.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the root of the workspace")
}

/// Every file with one of these extensions beneath one of these folders (all, when none is named), but those that git
/// ignores.
pub fn sources(folders: &[&str], extensions: &[&str]) -> Vec<Source> {
    let root = root();
    let mut git = Command::new("git");
    git.current_dir(&root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]).args(folders);
    let listed = git.output().expect("git lists the files");
    assert!(listed.status.success(), "git: {}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let wanted = |path: &&str| extensions.iter().any(|end| path.ends_with(&format!(".{end}")));
    let mut paths: Vec<&str> = listed.split('\0').filter(wanted).collect();
    paths.sort_unstable();
    paths.dedup();
    // A file that was deleted, but not yet from git's index, cannot be read.
    let read = |path: &str| Some(Source { path: path.to_owned(), text: fs::read_to_string(root.join(path)).ok()? });
    paths.into_iter().filter_map(read).collect()
}

/// Fails with one line for each thing that is against a rule.
pub fn none(rule: &str, against: &[String]) {
    assert!(against.is_empty(), "{rule}\n  {}", against.join("\n  "));
}

#[test]
fn sources_are_found() {
    let found = sources(&["crates/xtask"], &["rs"]);
    assert!(found.iter().any(|source| source.path == "crates/xtask/src/main.rs"));
}
