//! An import that is carried out, on the server and whether or not anybody watches.

use super::{
    engine::Verdict,
    error::Result,
    job::{Job, count},
    patience::Patience,
    refused::RefusedRows,
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
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::{Asked, Store};
use uuid::Uuid;

/// Who runs what, and whether they still want it.
#[derive(Clone)]
pub struct Run {
    pub store: Store,
    pub workspace: WorkspaceId,
    pub id: ImportId,
    pub member: MemberId,
    /// The server that carries it out.
    pub runner: Uuid,
    /// The member sees every record: what is not found is not there.
    pub sees_all: bool,
    pub cancelled: Arc<AtomicBool>,
    pub patience: Arc<Patience>,
}

impl Run {
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub async fn note(&self, state: RunState, progress: &Progress) -> Result<()> {
        let note = || self.store.note_import(self.workspace, self.id, self.runner, state, progress);
        Ok(self.patience.wait_for(note).await?)
    }

    /// Carries out commands in one transaction. They bear their own ids, so trying again is no second effect.
    pub async fn ask(&self, requests: &[Request]) -> Result<Vec<Outcome>, store::Error> {
        let ask = || {
            let now = clock::now();
            let asked = |request: &Request| Asked { by: Some(self.member), request: request.clone(), now };
            self.store.execute_all(self.workspace, requests.iter().map(asked).collect())
        };
        self.patience.wait_for(ask).await
    }

    /// Carries out one of the run's transactions, counted from 0. Its commands are written down first, so that an undo
    /// finds them even where nobody lives to hear that they were carried out.
    async fn carry_out(&self, number: i32, requests: &[Request]) -> Result<Vec<Outcome>> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<CommandId> = requests.iter().map(|request| request.id).collect();
        let note = || self.store.note_chunk(self.workspace, self.id, self.runner, number, &ids);
        self.patience.wait_for(note).await?;
        Ok(self.ask(requests).await?)
    }
}

/// Imports the rows. What was done when it fails or is cancelled stays and can be undone.
pub async fn run(run: &Run, mut job: Job, texts: Texts) -> Result<()> {
    let mut progress = Progress { rows: job.rows, ..Progress::default() };
    let mut refused = RefusedRows::new(texts, &job.engine.columns);
    let ended = rows(run, &mut job, &mut progress, &mut refused).await?;
    run.note(ended, &progress).await
}

async fn rows(run: &Run, job: &mut Job, progress: &mut Progress, refused: &mut RefusedRows) -> Result<RunState> {
    let requests = std::mem::take(&mut job.requests);
    run.carry_out(0, &requests).await?;
    for number in 1.. {
        run.note(RunState::Running, progress).await?;
        if run.is_cancelled() {
            return Ok(RunState::Cancelled);
        }
        let mut rows = job.next(&run.patience, clock::now()).await?;
        if rows.is_empty() {
            break;
        }
        let requests: Vec<Request> = rows.iter().flat_map(|(_, row)| row.requests.iter().cloned()).collect();
        let outcomes = run.carry_out(number, &requests).await?;
        let mut answers = outcomes.iter();
        for (record, row) in &mut rows {
            let own = answers.by_ref().take(row.requests.len()).last();
            if let Some(Outcome::Refused { refusal }) = own {
                let problem = refused_later(job, record, refusal.clone());
                row.verdict = Verdict::Refused(vec![problem]);
            }
            if let Verdict::Refused(problems) = &row.verdict {
                refused.add(record, problems, settings(job));
            }
            count(progress, row);
        }
        if let Some(lines) = refused.take() {
            let keep = || run.store.keep_refused(run.workspace, run.id, run.runner, number, &lines);
            run.patience.wait_for(keep).await?;
        }
    }
    Ok(RunState::Done)
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
