//! Taking an import back: each of its commands is undone, the last first. What was changed since stays as it is, and what
//! is in use stays with the settings that it needs. What stayed can be undone later.

use super::{error::Result, job::CHUNK, run::Run};
use domain::{
    command::{Command, Outcome, Request},
    id::{CommandId, ImportId, WorkspaceId},
    page::{Progress, RunState},
    refusal::Refusal,
};
use std::collections::BTreeSet;
use store::Store;
use uuid::Uuid;

/// The commands of a run.
pub struct Commands {
    pub all: usize,
    /// Those that no undo has taken back yet, in order.
    pub left: Vec<CommandId>,
}

impl Commands {
    pub async fn of(store: &Store, workspace: WorkspaceId, run: ImportId) -> Result<Self, store::Error> {
        let commands = store.import_commands(workspace, run).await?;
        let undos: Vec<CommandId> = commands.iter().map(undo_of).collect();
        let undone = store.carried_out(workspace, &undos).await?;
        let left = commands.iter().zip(&undos).filter(|(_, undo)| !undone.contains(undo));
        Ok(Self { all: commands.len(), left: left.map(|(command, _)| *command).collect() })
    }
}

/// The command that undoes another, the same whenever it is asked.
fn undo_of(command: &CommandId) -> CommandId {
    CommandId(Uuid::new_v5(&command.0, b"undo import"))
}

/// Undoes the run as far as that is possible, or until it is cancelled. While it goes on and afterwards `rows` counts the
/// commands to be taken back and `done` those that were, now or by an earlier undo.
pub async fn undo(run: &Run, mut progress: Progress) -> Result<()> {
    commands(run, &mut progress).await?;
    run.note(RunState::Undone, &progress).await
}

async fn commands(run: &Run, progress: &mut Progress) -> Result<()> {
    let Commands { all, mut left } = run.patience.wait_for(|| Commands::of(&run.store, run.workspace, run.id)).await?;
    left.reverse();
    progress.rows = all as u64;
    progress.done = (all - left.len()) as u64;
    // An account is in use until its deals are gone, a team until its members are, a field until no record has a value of
    // it: those wait for the next round.
    loop {
        let before = left.len();
        let mut waiting = Vec::new();
        for chunk in left.chunks(CHUNK) {
            run.note(RunState::Undoing, progress).await?;
            if run.is_cancelled() {
                return Ok(());
            }
            let worked_on = run.patience.wait_for(|| run.store.worked_on(run.workspace, chunk)).await?;
            let in_use = run.patience.wait_for(|| run.store.made_fields_in_use(run.workspace, chunk)).await?;
            let stays: BTreeSet<&CommandId> = worked_on.iter().chain(&in_use).collect();
            let chunk: Vec<CommandId> = chunk.iter().copied().filter(|command| !stays.contains(command)).collect();
            for (command, outcome) in chunk.iter().zip(ask(run, &chunk).await?) {
                match outcome {
                    Outcome::Applied(_) | Outcome::Unchanged { .. } => progress.done += 1,
                    Outcome::Refused { refusal: Refusal::InUse { .. } } => waiting.push(*command),
                    // It was deleted meanwhile.
                    Outcome::Refused { refusal: Refusal::NotFound { .. } } if run.sees_all => progress.done += 1,
                    Outcome::Refused { .. } => {}
                }
            }
            waiting.extend(in_use);
        }
        if waiting.is_empty() || waiting.len() == before {
            return Ok(());
        }
        left = waiting;
    }
}

/// Undoes some commands in one transaction, or one by one where the database holds one of them to be impossible.
async fn ask(run: &Run, commands: &[CommandId]) -> Result<Vec<Outcome>> {
    let undo = |of: &CommandId| Request { id: undo_of(of), command: Command::Undo { of: *of } };
    let requests: Vec<Request> = commands.iter().map(undo).collect();
    match run.ask(&requests).await {
        Err(store::Error::Database(error)) => {
            tracing::warn!(run = %run.id, %error, "import.undo goes on one by one");
        }
        outcomes => return Ok(outcomes?),
    }
    let mut outcomes = Vec::with_capacity(requests.len());
    for request in requests {
        match run.ask(std::slice::from_ref(&request)).await {
            Ok(outcome) => outcomes.extend(outcome),
            Err(store::Error::Database(_)) => outcomes.push(Outcome::Refused { refusal: Refusal::NothingToUndo }),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(outcomes)
}
