//! An import that is carried out, on the server and whether or not anybody watches.

use super::{
    engine::Verdict,
    error::Result,
    job::{Job, count},
    refused::{self, RefusedRows},
};
use crate::clock;
use app::{
    Texts,
    import::report::{Reason, RowProblem},
};
use domain::{
    command::{Outcome, Request},
    id::{CommandId, ImportId, MemberId, WorkspaceId},
    import::Record,
    page::{Progress, RunState},
    view::View,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Asked, Store};

/// How often a chunk is tried again while the database is away, waiting twice as long each time.
const TRIES: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Who runs what, and whether they still want it.
#[derive(Clone)]
pub struct Run {
    pub store: Store,
    pub workspace: WorkspaceId,
    pub id: ImportId,
    pub member: MemberId,
    pub cancelled: Arc<AtomicBool>,
}

impl Run {
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub async fn note(&self, state: RunState, progress: &Progress, commands: &[CommandId]) -> Result<()> {
        Ok(self.store.note_import(self.workspace, self.id, state, progress, commands).await?)
    }

    /// Carries out commands in one transaction. They bear their own ids, so trying again is no second effect.
    pub async fn ask(&self, requests: &[Request]) -> Result<Vec<Outcome>, store::Error> {
        let mut wait = FIRST_WAIT;
        for left in (0..TRIES).rev() {
            let now = clock::now();
            let asked = |request: &Request| Asked { by: Some(self.member), request: request.clone(), now };
            match self.store.execute_all(self.workspace, requests.iter().map(asked).collect()).await {
                Err(error @ store::Error::Unavailable(_)) if left > 0 => {
                    tracing::warn!(run = %self.id, %error, "import.run waits for the database");
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                done => return done,
            }
        }
        unreachable!("the last try returns")
    }
}

/// Imports the rows. What was done when it fails or is cancelled stays and can be undone.
pub async fn run(run: &Run, mut job: Job, texts: Texts) -> Result<()> {
    let mut progress = Progress { rows: job.rows, ..Progress::default() };
    let mut file = RefusedRows::new(texts, &job.engine.columns)?;
    let done = rows(run, &mut job, &mut progress, &mut file).await;
    let state = match &done {
        Ok(state) => *state,
        Err(_) => RunState::Failed,
    };
    if let Some(file) = file.finish()? {
        let text = tokio::task::spawn_blocking(move || refused::read(&file)).await;
        let text = text.map_err(|_| std::io::Error::from(std::io::ErrorKind::Other))??;
        run.store.keep_refused(run.workspace, run.id, &text).await?;
    }
    run.note(state, &progress, &[]).await?;
    done.map(drop)
}

async fn rows(run: &Run, job: &mut Job, progress: &mut Progress, file: &mut RefusedRows) -> Result<RunState> {
    let requests = std::mem::take(&mut job.requests);
    let outcomes = run.ask(&requests).await?;
    run.note(RunState::Running, progress, &applied(&requests, &outcomes)).await?;
    loop {
        if run.is_cancelled() {
            return Ok(RunState::Cancelled);
        }
        let mut rows = job.next(clock::now()).await?;
        if rows.is_empty() {
            return Ok(RunState::Done);
        }
        let requests: Vec<Request> = rows.iter().flat_map(|(_, row)| row.requests.iter().cloned()).collect();
        let outcomes = if requests.is_empty() { Vec::new() } else { run.ask(&requests).await? };
        let mut answers = outcomes.iter();
        for (record, row) in &mut rows {
            let own = answers.by_ref().take(row.requests.len()).last();
            if let Some(Outcome::Refused { refusal }) = own {
                let problem = refused_later(job, record, refusal.clone());
                row.verdict = Verdict::Refused(vec![problem]);
            }
            if let Verdict::Refused(problems) = &row.verdict {
                file.add(record, problems, settings(job))?;
            }
            count(progress, row);
        }
        run.note(RunState::Running, progress, &applied(&requests, &outcomes)).await?;
    }
}

/// What the workspace's rules refused only when it was carried out, as somebody changed something meanwhile.
fn refused_later(job: &Job, record: &Record, refusal: domain::refusal::Refusal) -> RowProblem {
    let mut cells = super::cells::Cells::new(record, &job.engine.plan, &job.engine.columns);
    cells.problems.clear();
    let problem = job.engine.problem(&mut cells, refusal);
    debug_assert!(matches!(problem.reason, Reason::Refused { .. }));
    problem
}

fn settings(job: &Job) -> &View {
    &job.engine.view
}

/// The commands that changed something.
pub fn applied(requests: &[Request], outcomes: &[Outcome]) -> Vec<CommandId> {
    let changed = requests.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, Outcome::Applied(_)));
    changed.map(|(request, _)| request.id).collect()
}
