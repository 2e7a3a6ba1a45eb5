//! The site as a whole: what no part has made is removed, and the server is told the names.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;

use super::part::Part;
use crate::config::Config;
use crate::failure::{Context, Failure, Result};
use crate::files;

/// Leptos looks for this file beside the running executable.
const HASHES: &str = "hash.txt";

pub fn finish(config: &Config, parts: &[Part]) -> Result<()> {
    let mut wanted = HashSet::new();
    for file in parts.iter().flat_map(|part| &part.files) {
        if !wanted.insert(config.site().join(file)) {
            return Err(Failure::new(format!("two files of the site are named {}", file.display())));
        }
    }
    tell_server(config, parts)?;
    for path in files::beneath(&config.site())? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).context(path.display())?;
            // Only an empty folder can be removed this way.
            let _ = path.parent().map(fs::remove_dir);
        }
    }
    Ok(())
}

/// One line a kind. There is one site, whichever way it was built, so the executables of both profiles are told the same.
fn tell_server(config: &Config, parts: &[Part]) -> Result<()> {
    let mut lines = String::new();
    for (kind, hash) in parts.iter().flat_map(|part| &part.hashes) {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{kind}: {hash}");
    }
    for profile in ["debug", "release"] {
        let path = config.target.join(profile).join(HASHES);
        if fs::read(&path).ok().as_deref() != Some(lines.as_bytes()) {
            files::write(&path, lines.as_bytes())?;
        }
    }
    Ok(())
}
