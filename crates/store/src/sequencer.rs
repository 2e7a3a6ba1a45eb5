//! One queue for each workspace that is being written: while one transaction commits, the commands that arrive meanwhile
//! gather, and the next transaction carries them all out. So the workspace's lock is never fought over in this process,
//! and a busy workspace pays one commit for many commands.

use crate::{
    error::{Error, Result},
    execute::{Asked, Executed, execute},
    pool::Store,
};
use domain::{
    command::{Command, Outcome, Request},
    id::{CommandId, StageId, WorkspaceId},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// How many commands one transaction carries out at most (an import's chunk may be larger and goes alone).
const BATCH: usize = 64;
/// How long one transaction may take, its lock and each of its statements having limits of their own. Beyond it the
/// database is taken to be silent.
const WITHIN: Duration = Duration::from_secs(30);
/// How many submissions may wait; beyond that, submitting waits.
const QUEUE: usize = 1024;
/// A queue without work is let go after this.
const IDLE: Duration = Duration::from_mins(1);

#[derive(Default)]
pub(crate) struct Sequencers(Mutex<HashMap<WorkspaceId, mpsc::Sender<Submission>>>);

struct Submission {
    asked: Vec<Asked>,
    reply: oneshot::Sender<Result<Vec<Outcome>>>,
}

impl Sequencers {
    pub async fn submit(&self, store: &Store, workspace: WorkspaceId, asked: Vec<Asked>) -> Result<Vec<Outcome>> {
        let (reply, answer) = oneshot::channel();
        let mut submission = Submission { asked, reply };
        // A worker may end for idleness between the look-up and the send; the submission then comes back.
        while let Err(mpsc::error::SendError(back)) = self.worker(store, workspace).send(submission).await {
            submission = back;
        }
        answer.await.map_err(|_| Error::Stopping)?
    }

    fn worker(&self, store: &Store, workspace: WorkspaceId) -> mpsc::Sender<Submission> {
        let mut workers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(worker) = workers.get(&workspace).filter(|worker| !worker.is_closed()) {
            return worker.clone();
        }
        let (sender, queue) = mpsc::channel(QUEUE);
        tokio::spawn(work(store.clone(), workspace, queue));
        workers.retain(|_, worker| !worker.is_closed());
        workers.insert(workspace, sender.clone());
        sender
    }
}

async fn work(store: Store, workspace: WorkspaceId, mut queue: mpsc::Receiver<Submission>) {
    loop {
        let Ok(Some(first)) = tokio::time::timeout(IDLE, queue.recv()).await else {
            // Whoever still got hold of the sender finds it closed and makes a new worker; what is queued is done.
            queue.close();
            match queue.recv().await {
                Some(last) => carry_out(&store, workspace, vec![last]).await,
                None => return,
            }
            continue;
        };
        let mut commands = first.asked.len();
        let mut submissions = vec![first];
        while commands < BATCH {
            let Ok(next) = queue.try_recv() else { break };
            commands += next.asked.len();
            submissions.push(next);
        }
        carry_out(&store, workspace, submissions).await;
    }
}

async fn carry_out(store: &Store, workspace: WorkspaceId, submissions: Vec<Submission>) {
    let batch: Vec<Asked> = submissions.iter().flat_map(|submission| submission.asked.iter().cloned()).collect();
    match transact(store, workspace, &batch).await {
        Ok(executed) => {
            let mut outcomes = executed.outcomes.into_iter();
            // The people who asked first, then everybody else.
            for Submission { asked, reply } in submissions {
                let _ = reply.send(Ok(outcomes.by_ref().take(asked.len()).collect()));
            }
            store.feed.publish(workspace, executed.committed).await;
            let crowded: BTreeSet<StageId> = executed.crowded.into_iter().collect();
            if !crowded.is_empty() {
                redraw(store, workspace, &batch, crowded).await;
            }
        }
        // One submission that the database does not take must not take the others with it.
        Err(Error::Database(error)) if submissions.len() > 1 => {
            tracing::warn!(workspace = %workspace, %error, "store.execute carries out each submission by itself");
            for submission in submissions {
                Box::pin(carry_out(store, workspace, vec![submission])).await;
            }
        }
        Err(error) => {
            tracing::error!(workspace = %workspace, commands = batch.len(), %error, "store.execute failed");
            let told = error.to_string();
            let mut error = Some(error);
            for Submission { reply, .. } in submissions {
                let again = || Error::Unavailable(sqlx::Error::Protocol(told.clone()));
                let _ = reply.send(Err(error.take().unwrap_or_else(again)));
            }
        }
    }
}

/// One transaction; tried once more where the first try met a passing fault, for example a receipt that another
/// replica committed at the same moment, or a connection that had died unnoticed.
async fn transact(store: &Store, workspace: WorkspaceId, batch: &[Asked]) -> Result<Executed> {
    let mut tries = 0;
    loop {
        match once(store, workspace, batch).await {
            Err(error) if tries == 0 && !matches!(error, Error::NotFound | Error::Stored(_)) => {
                tracing::warn!(workspace = %workspace, %error, "store.execute tries again");
                tries += 1;
            }
            done => return done,
        }
    }
}

async fn once(store: &Store, workspace: WorkspaceId, batch: &[Asked]) -> Result<Executed> {
    let mut connection = store.writers.acquire().await?;
    let done = tokio::time::timeout(WITHIN, execute(store, &mut connection, workspace, batch)).await;
    done.unwrap_or_else(|_| {
        // Whether it was committed is not known, and the connection waits for an answer that is no longer awaited: it
        // is let go of for good. Who asks again finds the receipts.
        drop(connection.detach());
        Err(Error::silent())
    })
}

/// Draws crowded columns anew, as the system.
async fn redraw(store: &Store, workspace: WorkspaceId, batch: &[Asked], crowded: BTreeSet<StageId>) {
    let Some(cause) = batch.last() else { return };
    let asked: Vec<Asked> = crowded
        .into_iter()
        .map(|stage| Asked {
            by: None,
            request: Request {
                id: CommandId(Uuid::new_v5(&cause.request.id.0, stage.0.as_bytes())),
                command: Command::RedrawColumn { stage },
            },
            now: cause.now,
        })
        .collect();
    match transact(store, workspace, &asked).await {
        Ok(executed) => store.feed.publish(workspace, executed.committed).await,
        Err(error) => tracing::warn!(workspace = %workspace, %error, "store.redraw failed"),
    }
}
