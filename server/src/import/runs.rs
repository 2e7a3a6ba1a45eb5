//! Files at hand and runs under way. A workspace has one run at a time: two would make the same accounts twice.

use super::{
    error::Result,
    failure::Failure,
    job::Job,
    patience::Patience,
    run::{self, Run},
    undo,
    upload::Uploads,
};
use crate::clock;
use app::{Texts, import::trouble::Trouble};
use chrono::{DateTime, Utc};
use domain::{
    access::Sight,
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
    time::Duration,
};
use store::{Reader, Store};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How many files are looked through at once: each may be held in memory.
const LOOKING: usize = 2;
/// How often a run shows that it goes on; see [`Store::beat_import`].
const BEAT: Duration = Duration::from_secs(3);

pub struct Imports {
    pub store: Store,
    pub uploads: Uploads,
    pub looking: Semaphore,
    /// This server among those that carry out runs.
    runner: Uuid,
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
    pub cancelled: Arc<AtomicBool>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.under_way).remove(&self.workspace);
    }
}

impl Imports {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            uploads: Uploads::default(),
            looking: Semaphore::new(LOOKING),
            runner: clock::new_id(),
            under_way: Arc::default(),
        }
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
        self.store.start_import(reader.workspace, &started, self.runner).await?;
        let run = self.run(&slot, reader, id);
        supervise(slot, run.clone(), async move { run::run(&run, job, texts).await });
        Ok(started)
    }

    /// Starts taking a run back.
    pub async fn start_undo(&self, slot: Slot, reader: &Reader, of: ImportRun) -> Result<ImportRun> {
        let started = ImportRun { state: RunState::Undoing, ..of };
        if !self.store.take_import(reader.workspace, started.id, self.runner).await? {
            return Err(Trouble::NotNow.into());
        }
        let run = self.run(&slot, reader, started.id);
        let progress = started.progress;
        supervise(slot, run.clone(), async move { undo::undo(&run, progress).await });
        Ok(started)
    }

    /// Asks a run to stop after the rows at hand. Where another server carries it out, that one hears of it with its next
    /// beat; where none does any more, the run is told as failed as soon as it is silent.
    pub async fn cancel(&self, workspace: WorkspaceId, run: ImportId) -> Result<()> {
        if !self.store.cancel_import(workspace, run).await? {
            return Err(Trouble::NotNow.into());
        }
        if let Some(here) = lock(&self.under_way).get(&workspace).filter(|under_way| under_way.run == run) {
            here.cancelled.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn run(&self, slot: &Slot, reader: &Reader, id: ImportId) -> Run {
        Run {
            store: self.store.clone(),
            workspace: reader.workspace,
            id,
            member: reader.member,
            runner: self.runner,
            sees_all: reader.actor.sight == Sight::Everything,
            cancelled: slot.cancelled.clone(),
            patience: Arc::new(Patience::of_a_run()),
        }
    }
}

/// Lets the work go on by itself. However it ends, the run does not stay under way.
fn supervise(slot: Slot, run: Run, work: impl Future<Output = Result<()>> + Send + 'static) {
    tokio::spawn(async move {
        let mut work = tokio::spawn(work);
        let ended = loop {
            tokio::select! {
                ended = &mut work => break ended,
                () = tokio::time::sleep(BEAT) => beat(&run).await,
            }
        };
        let failed = match ended {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some((Failure::from(&error), format!("{error:?}"))),
            Err(panicked) => Some((Failure::Fault, panicked.to_string())),
        };
        if let Some((why, error)) = failed {
            tracing::error!(run = %run.id, error, "an import stopped");
            fail(&run, why).await;
        }
        drop(slot);
    });
}

/// Without the database there is nobody to whom to show that the run goes on.
async fn beat(run: &Run) {
    match run.store.beat_import(run.workspace, run.id, run.runner).await {
        Ok(false) => {}
        Ok(true) => run.cancelled.store(true, Ordering::Relaxed),
        Err(error) => tracing::debug!(run = %run.id, %error, "an import could not show that it goes on"),
    }
}

/// The work may have used up its patience with the database: this is tried with a new one.
async fn fail(run: &Run, why: Failure) {
    let fail = || run.store.fail_import(run.workspace, run.id, run.runner, why.word());
    if let Err(error) = Patience::of_a_run().wait_for(fail).await {
        tracing::error!(run = %run.id, %error, "a stopped import could not be noted");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
