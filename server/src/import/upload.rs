//! Files that members have sent. Each lies without a name in the temporary folder, so that nothing is left behind however
//! the server ends, and is forgotten an hour after it was last used.

use super::error::{ImportError, Result};
use crate::clock;
use app::import::trouble::Trouble;
use axum::body::Body;
use domain::{
    id::{MemberId, WorkspaceId},
    import::{Format, Limits, ReadError, Table},
};
use futures_util::StreamExt;
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{io::AsyncWriteExt, time::Instant};
use uuid::Uuid;

/// How long a file is kept after it was last used.
const KEPT: Duration = Duration::from_hours(1);
/// How many files one member, and all together, may have here; the oldest make room.
const PER_MEMBER: usize = 4;
const ALTOGETHER: usize = 40;
/// A sender who is silent for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// A file as it was sent.
pub struct Upload {
    pub id: Uuid,
    pub name: String,
    pub bytes: u64,
    workspace: WorkspaceId,
    member: MemberId,
    file: Arc<File>,
    used: Mutex<Instant>,
    /// How far a check has come.
    pub done: AtomicU64,
    pub rows: AtomicU64,
    /// The check under way.
    check: Mutex<Arc<AtomicBool>>,
    /// The rows that the last check refused, as a CSV file.
    refused: Mutex<Option<Arc<File>>>,
}

impl Upload {
    /// The records of the file.
    pub fn table(&self, format: &Format) -> Result<Table<Chunks>, ReadError> {
        Table::open(Chunks { file: self.file.clone(), at: 0 }, format, Limits::default())
    }

    /// The whole file in memory, which its size limit bounds.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.bytes).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// Begins a check; the one under way is given up.
    pub fn begin_check(&self) -> Wanted {
        let check = Wanted::default();
        std::mem::replace(&mut *lock(&self.check), check.0.clone()).store(true, Ordering::Relaxed);
        check
    }

    pub fn keep_refused(&self, refused: Option<Arc<File>>) {
        *lock(&self.refused) = refused;
    }

    pub fn refused(&self) -> Option<Arc<File>> {
        lock(&self.refused).clone()
    }

    pub fn note_progress(&self, done: u64, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
    }

    fn belongs_to(&self, workspace: WorkspaceId, member: MemberId) -> bool {
        (self.workspace, self.member) == (workspace, member)
    }

    fn touch(&self) {
        *lock(&self.used) = Instant::now();
    }

    fn idle_since(&self) -> Instant {
        *lock(&self.used)
    }
}

/// What somebody waits for; dropping it gives it up.
#[derive(Default)]
pub struct Wanted(Arc<AtomicBool>);

impl Wanted {
    /// Becomes true when it is given up.
    pub fn given_up(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }

    /// Fails where it is given up.
    pub fn still(&self) -> Result<(), Trouble> {
        if self.0.load(Ordering::Relaxed) { Err(Trouble::NotNow) } else { Ok(()) }
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The file piece by piece. A piece that cannot be read ends it: who reads compares [`Table::bytes`] with the size.
pub struct Chunks {
    file: Arc<File>,
    at: u64,
}

impl Iterator for Chunks {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut chunk = vec![0; CHUNK];
        let read = self
            .file
            .read_at(&mut chunk, self.at)
            .inspect_err(|error| tracing::error!(%error, "an uploaded file cannot be read"))
            .ok()
            .filter(|&read| read > 0)?;
        chunk.truncate(read);
        self.at += read as u64;
        Some(chunk)
    }
}

/// A file without a name, which is gone when it is closed.
pub fn nameless_file() -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("fairlead-{}", Uuid::from_bytes(first_half(clock::random_token()))));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

fn first_half(token: [u8; 32]) -> [u8; 16] {
    std::array::from_fn(|at| token[at])
}

#[derive(Default)]
pub struct Uploads(Arc<Mutex<Vec<Arc<Upload>>>>);

impl Uploads {
    /// Takes in a file. Reading stops as soon as the limit is crossed.
    pub async fn receive(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        name: String,
        body: Body,
    ) -> Result<Arc<Upload>> {
        let max = Limits::default().bytes;
        let too_large = || ImportError::from(Trouble::FileTooLarge { max });
        let mut file = tokio::fs::File::from_std(nameless_file()?);
        let mut bytes = 0;
        let mut body = body.into_data_stream();
        loop {
            let next = tokio::time::timeout(SILENCE, body.next());
            let Some(chunk) = next.await.map_err(|_| Trouble::TooSlow)? else { break };
            let chunk = chunk.map_err(|_| Trouble::TooSlow)?;
            bytes += chunk.len() as u64;
            if bytes > max {
                return Err(too_large());
            }
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        let upload = Arc::new(Upload {
            id: clock::new_id(),
            name,
            bytes,
            workspace,
            member,
            file: Arc::new(file.into_std().await),
            used: Mutex::new(Instant::now()),
            done: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            check: Mutex::default(),
            refused: Mutex::new(None),
        });
        self.keep(upload.clone());
        Ok(upload)
    }

    /// The member's own file.
    pub fn get(&self, workspace: WorkspaceId, member: MemberId, id: Uuid) -> Result<Arc<Upload>> {
        let uploads = lock(&self.0);
        let upload = uploads.iter().find(|upload| upload.id == id && upload.belongs_to(workspace, member));
        let upload = upload.ok_or(Trouble::NotFound)?;
        upload.touch();
        Ok(upload.clone())
    }

    pub fn forget(&self, id: Uuid) {
        lock(&self.0).retain(|upload| {
            let stays = upload.id != id;
            if !stays {
                drop(upload.begin_check());
            }
            stays
        });
    }

    fn keep(&self, upload: Arc<Upload>) {
        let mut uploads = lock(&self.0);
        let mine = |other: &Arc<Upload>| other.belongs_to(upload.workspace, upload.member);
        if uploads.iter().filter(|other| mine(other)).count() >= PER_MEMBER
            && let Some(oldest) = uploads.iter().position(mine)
        {
            uploads.remove(oldest);
        }
        if uploads.len() >= ALTOGETHER {
            uploads.remove(0);
        }
        tokio::spawn(expire(Arc::downgrade(&self.0), upload.id));
        uploads.push(upload);
    }
}

/// Waits until nobody has used the file for long enough, and forgets it.
async fn expire(uploads: std::sync::Weak<Mutex<Vec<Arc<Upload>>>>, id: Uuid) {
    loop {
        let until = {
            let Some(uploads) = uploads.upgrade() else { return };
            let mut uploads = lock(&uploads);
            let Some(at) = uploads.iter().position(|upload| upload.id == id) else { return };
            let until = uploads[at].idle_since() + KEPT;
            if until <= Instant::now() {
                uploads.remove(at);
                return;
            }
            until
        };
        tokio::time::sleep_until(until).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
