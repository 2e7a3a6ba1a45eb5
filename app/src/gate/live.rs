//! What of a gate's answer still holds, while others delete deals, settle conditions and change gates.

use domain::{
    command::Command,
    deal::Deal,
    gate::{Unmet, is_asked},
    id::DealId,
    record::{Kind, Record},
    view::View,
};

/// The deal that a command is about to make.
pub fn new_deal(command: &Command, id: DealId) -> Option<&Deal> {
    match command {
        Command::Create { record: Record::Deal(deal), .. } if deal.id == id => Some(deal),
        Command::Batch { parts } => parts.iter().find_map(|part| new_deal(part, id)),
        _ => None,
    }
}

/// Whether the command also sets fields of the deal: then it lacks what it does not lack as it stands.
fn edits(command: &Command, id: DealId) -> bool {
    match command {
        Command::Edit { target, .. } => target.kind == Kind::Deal && target.id == id.0,
        Command::Batch { parts } => parts.iter().any(|part| edits(part, id)),
        Command::Undo { .. } => true,
        _ => false,
    }
}

/// The deals that are there still, each with what it still lacks; nothing is left of it where all is settled.
pub fn live(view: &View, command: &Command, unmet: &[Unmet]) -> Vec<Unmet> {
    let now = |it: &Unmet| {
        let deal = view.deals.get(&it.deal).or_else(|| new_deal(command, it.deal))?;
        let to = view.stages.get(&it.stage)?;
        let mut now = it.clone();
        if !edits(command, it.deal) {
            now.missing.retain(|condition| is_asked(view, deal, to, condition));
        }
        Some(now)
    };
    unmet.iter().filter_map(now).collect()
}

/// The command without the deals that are gone.
pub fn without_gone(command: Command, unmet: &[Unmet], live: &[Unmet]) -> Command {
    let is_gone = |part: &Command| {
        let (Command::MoveDeal { deal, .. } | Command::MoveAnyway { deal, .. }) = part else { return false };
        let names = |list: &[Unmet]| list.iter().any(|it| it.deal == *deal);
        names(unmet) && !names(live)
    };
    match command {
        Command::Batch { parts } => Command::Batch { parts: parts.into_iter().filter(|part| !is_gone(part)).collect() },
        other => other,
    }
}
