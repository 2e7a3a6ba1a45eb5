//! Taking a whole import back: each of its commands is undone, the last first. What people changed since stays as it is.

use super::{error::Result, job::CHUNK, run::Run};
use domain::{
    command::{Command, Outcome, Request},
    id::CommandId,
    page::{Progress, RunState},
    refusal::Refusal,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Undoes the run. While it goes on and afterwards `rows` counts the commands to be taken back and `done` those that were;
/// what lies between stayed, because people have worked with it.
pub async fn undo(run: &Run, mut progress: Progress) -> Result<()> {
    commands(run, &mut progress).await?;
    run.note(RunState::Undone, &progress).await
}

async fn commands(run: &Run, progress: &mut Progress) -> Result<()> {
    let carried_out = || run.store.import_commands(run.workspace, run.id);
    let mut left = run.patience.wait_for(carried_out).await?;
    left.reverse();
    progress.rows = left.len() as u64;
    progress.done = 0;
    // An account is in use until its deals are gone, a team until its members are: those wait for the next round.
    loop {
        let before = left.len();
        let mut waiting = Vec::new();
        for chunk in left.chunks(CHUNK) {
            run.note(RunState::Undoing, progress).await?;
            let worked_on = run.patience.wait_for(|| run.store.worked_on(run.workspace, chunk)).await?;
            let worked_on: BTreeSet<CommandId> = worked_on.into_iter().collect();
            let chunk: Vec<CommandId> = chunk.iter().copied().filter(|command| !worked_on.contains(command)).collect();
            for (command, outcome) in chunk.iter().zip(ask(run, &chunk).await?) {
                match outcome {
                    Outcome::Applied(_) | Outcome::Unchanged { .. } => progress.done += 1,
                    Outcome::Refused { refusal: Refusal::InUse { .. } } => waiting.push(*command),
                    Outcome::Refused { .. } => {}
                }
            }
        }
        if waiting.is_empty() || waiting.len() == before {
            return Ok(());
        }
        left = waiting;
    }
}

/// Undoes some commands in one transaction, or one by one where the database holds one of them to be impossible.
async fn ask(run: &Run, commands: &[CommandId]) -> Result<Vec<Outcome>> {
    let undo = |of: &CommandId| Request {
        id: CommandId(Uuid::new_v5(&of.0, b"undo import")),
        command: Command::Undo { of: *of },
    };
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
