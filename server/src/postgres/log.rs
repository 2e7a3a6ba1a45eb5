//! PostgreSQL's own log: kept from growing without end, and quoted when a start fails.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::StartError;

/// Beyond this size a start begins a new file; the one before is kept.
const ROTATE_AT: u64 = 10 * 1024 * 1024;
const TAIL_LINES: usize = 5;

#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// Where this start's lines begin.
    begin: u64,
}

impl Log {
    /// Opens the log for one start; the file is what the started process writes to.
    pub fn open(path: PathBuf) -> Result<(Self, File), StartError> {
        let failed = |e| StartError::io(&path, e);
        if path.metadata().is_ok_and(|found| found.len() > ROTATE_AT) {
            fs::rename(&path, path.with_extension("log.1")).map_err(failed)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        let begin = file.metadata().map_err(failed)?.len();
        Ok((Self { path, begin }, file))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was written since this start began.
    pub fn text(&self) -> String {
        let mut bytes = Vec::new();
        // A log that cannot be read only makes the message poorer.
        let _ = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.begin))?;
            file.read_to_end(&mut bytes)
        });
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The last lines of some output, on one line.
pub(super) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return "it wrote nothing".into();
    }
    lines[lines.len().saturating_sub(TAIL_LINES)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_long_log_is_set_aside_and_only_new_lines_are_quoted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("postgres.log");
        let (_, mut file) = Log::open(path.clone()).expect("opened");
        file.write_all(b"old\n").expect("written");
        let (log, mut file) = Log::open(path.clone()).expect("opened");
        file.write_all(b"new\n").expect("written");
        assert_eq!(log.text(), "new\n");

        file.set_len(ROTATE_AT + 1).expect("grown");
        let (log, _) = Log::open(path).expect("opened");
        assert_eq!(log.text(), "");
        assert!(folder.path().join("postgres.log.1").exists());
    }

    #[test]
    fn the_tail_is_one_line() {
        assert_eq!(tail("1\n2\n\n3\n4\n5\n6\n"), "2 | 3 | 4 | 5 | 6");
        assert_eq!(tail(""), "it wrote nothing");
    }
}
