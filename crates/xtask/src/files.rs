//! Folders and files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::failure::{Context, Result};

/// Every file beneath a folder, in order of path; none when the folder does not exist.
pub fn beneath(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(&folder).context(folder.display())? {
            let path = entry.context(folder.display())?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Tells apart two states of some files by path, length and time of change. Reading them would be surer and slower; a
/// time that moved without need costs one build.
pub fn state<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<String> {
    let mut state = String::new();
    for path in paths {
        let about = fs::metadata(path).context(path.display())?;
        let changed = about.modified().context(path.display())?;
        let changed = changed.duration_since(UNIX_EPOCH).context(path.display())?;
        // Writing to a string cannot fail.
        let _ = writeln!(state, "{} {} {}", path.display(), about.len(), changed.as_nanos());
    }
    Ok(state)
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).context(path.display())
}

/// Writes a file whole or not at all: a server that runs meanwhile never reads half of one.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).context(folder.display())?;
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    fs::write(&unfinished, content).context(path.display())?;
    fs::rename(&unfinished, path).context(path.display())
}

pub fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() { fs::remove_dir_all(folder).context(folder.display()) } else { Ok(()) }
}
