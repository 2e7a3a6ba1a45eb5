//! One Fairlead a data folder. The system drops the lock with its process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::error::StartError;

const NAME: &str = "fairlead.lock";

#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub fn take(folder: &Path) -> Result<Self, StartError> {
        let path = folder.join(NAME);
        let failed = |e| StartError::io(&path, e);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StartError::AlreadyRunning { folder: folder.to_path_buf(), pid: written_pid(&mut file) });
            }
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        // The number is for the message alone; the lock is what counts.
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()))
            .map_err(failed)?;
        Ok(Self { _file: file })
    }

    /// Whether someone holds the lock now, for `fairlead doctor`. Makes no file.
    pub fn is_held(folder: &Path) -> bool {
        File::open(folder.join(NAME)).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

fn written_pid(file: &mut File) -> Option<i32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
