//! Files at hand and runs under way. A workspace has one run at a time: two would make the same accounts twice.

use super::{
    error::Result,
    job::Job,
    run::{self, Run},
    undo,
    upload::Uploads,
};
use app::{Texts, import::trouble::Trouble};
use chrono::{DateTime, Utc};
use domain::{
    id::{ImportId, WorkspaceId},
    page::{ImportRun, Progress, RunState},
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use store::{Reader, Store};
use tokio::sync::Semaphore;

/// How many files are looked through at once: each may be held in memory.
const LOOKING: usize = 2;

pub struct Imports {
    pub store: Store,
    pub uploads: Uploads,
    pub looking: Semaphore,
    under_way: Arc<Mutex<HashMap<WorkspaceId, UnderWay>>>,
}

struct UnderWay {
    run: ImportId,
    cancelled: Arc<AtomicBool>,
}

/// A workspace's place for its one run, free again when this is dropped.
pub struct Slot {
    under_way: Arc<Mutex<HashMap<WorkspaceId, UnderWay>>>,
    workspace: WorkspaceId,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.under_way).remove(&self.workspace);
    }
}

impl Imports {
    pub fn new(store: Store) -> Self {
        Self { store, uploads: Uploads::default(), looking: Semaphore::new(LOOKING), under_way: Arc::default() }
    }

    /// Takes the workspace's place for a run.
    pub fn take_slot(&self, workspace: WorkspaceId, run: ImportId) -> Result<Slot, Trouble> {
        let mut under_way = lock(&self.under_way);
        if let Some(other) = under_way.get(&workspace) {
            return Err(Trouble::ImportRunning { run: other.run });
        }
        let cancelled = Arc::<AtomicBool>::default();
        under_way.insert(workspace, UnderWay { run, cancelled: cancelled.clone() });
        Ok(Slot { under_way: self.under_way.clone(), workspace, cancelled })
    }

    /// Starts importing; the answer does not wait for its end.
    pub async fn start(
        &self,
        slot: Slot,
        reader: &Reader,
        id: ImportId,
        file_name: String,
        job: Job,
        texts: Texts,
        now: DateTime<Utc>,
    ) -> Result<ImportRun> {
        let progress = Progress { rows: job.rows, ..Progress::default() };
        let started =
            ImportRun { id, by: reader.member, file_name, started_at: now, state: RunState::Running, progress };
        self.store.start_import(reader.workspace, &started).await?;
        let run = self.run(&slot, reader, id);
        supervise(slot, run.clone(), async move { run::run(&run, job, texts).await });
        Ok(started)
    }

    /// Starts taking a run back.
    pub async fn start_undo(&self, slot: Slot, reader: &Reader, of: ImportRun) -> Result<ImportRun> {
        let started = ImportRun { state: RunState::Undoing, ..of };
        let run = self.run(&slot, reader, started.id);
        run.note(RunState::Undoing, &started.progress, &[]).await?;
        let progress = started.progress;
        supervise(slot, run.clone(), async move { undo::undo(&run, progress).await });
        Ok(started)
    }

    /// Asks the workspace's run to stop after the rows at hand.
    pub fn cancel(&self, workspace: WorkspaceId, run: ImportId) -> Result<(), Trouble> {
        let under_way = lock(&self.under_way);
        let found = under_way.get(&workspace).filter(|under_way| under_way.run == run).ok_or(Trouble::NotNow)?;
        found.cancelled.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn run(&self, slot: &Slot, reader: &Reader, id: ImportId) -> Run {
        Run {
            store: self.store.clone(),
            workspace: reader.workspace,
            id,
            member: reader.member,
            cancelled: slot.cancelled.clone(),
        }
    }
}

/// Lets the work go on by itself. However it ends, the run does not stay under way.
fn supervise(slot: Slot, run: Run, work: impl Future<Output = Result<()>> + Send + 'static) {
    tokio::spawn(async move {
        let ended = tokio::spawn(work).await;
        let failed = match ended {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{error:?}")),
            Err(panicked) => Some(panicked.to_string()),
        };
        if let Some(error) = failed {
            tracing::error!(run = %run.id, error, "an import stopped");
            if let Err(error) = run.store.fail_import(run.workspace, run.id).await {
                tracing::error!(run = %run.id, %error, "a stopped import could not be noted");
            }
        }
        drop(slot);
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
