//! A command in words: what was asked, with what the person had typed.

use crate::{
    texts::Texts,
    ui::refusal::{field_name, value_text},
};
use domain::{change::Target, command::Command, record::Kind, view::View};
use serde_json::Value;

pub fn command_text(texts: Texts, view: &View, command: &Command) -> String {
    match command {
        Command::Create { record, .. } => {
            let fields = record.to_fields();
            let typed = ["note", "notes"].into_iter().filter_map(|name| fields.get(name)?.as_str());
            let parts = std::iter::once(name(&fields)).chain(typed.map(str::to_owned));
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
        }
        Command::Edit { target, fields } => {
            let values = fields.iter().map(|(field, delta)| {
                format!("{}: {}", field_name(texts, view, field), value_text(texts, view, field, &delta.after))
            });
            titled(view, *target, values.collect::<Vec<_>>().join("\n"))
        }
        Command::Delete { target } => titled(view, *target, texts.common().delete().to_owned()),
        Command::MoveDeal { deal, stage, .. } | Command::MoveAnyway { deal, stage, .. } => {
            let stage = view.stages.get(stage).map(|stage| stage.name.clone()).unwrap_or_default();
            titled(view, Target::new(Kind::Deal, *deal), format!("→ {stage}"))
        }
        Command::DateDeal { deal, .. } => {
            titled(view, Target::new(Kind::Deal, *deal), texts.deal().created().to_owned())
        }
        Command::Meet { deal, condition, met } => {
            let name = field_name(texts, view, &format!("met.{condition}"));
            let words = if *met { texts.gate().ticked(name) } else { texts.gate().unticked(name) };
            titled(view, Target::new(Kind::Deal, *deal), words)
        }
        Command::Tick { task, criterion, met, note } => {
            let name = view.tasks.get(task).and_then(|task| Some(task.criteria.get(criterion)?.text.clone()));
            let name = name.unwrap_or_default();
            let words = if *met { texts.gate().ticked(name) } else { texts.gate().unticked(name) };
            let words = if note.is_empty() { words } else { format!("{words}\n{note}") };
            titled(view, Target::new(Kind::Task, *task), words)
        }
        Command::Confirm { task, note } => {
            let words = format!("{}\n{note}", texts.plan_rules().confirmation());
            titled(view, Target::new(Kind::Task, *task), words)
        }
        Command::MoveTask { task, .. } => {
            titled(view, Target::new(Kind::Task, *task), texts.plan_rules().moved().to_owned())
        }
        Command::StartPlan { template, .. } => {
            titled(view, Target::new(Kind::Plan, *template), texts.plan_rules().started().to_owned())
        }
        Command::SaveTemplate { name, .. } => format!("{name} · {}", texts.plan_rules().saved_template()),
        Command::CompleteActivity { activity } => {
            titled(view, Target::new(Kind::Activity, *activity), texts.activity().complete().to_owned())
        }
        Command::Merge { keep, drop, .. } => {
            let others = drop.iter().map(|target| titled(view, *target, String::new()));
            let others = others.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
            titled(view, *keep, format!("{} {others}", texts.merge().merge()))
        }
        Command::Undo { .. } => texts.undo().undo().to_owned(),
        Command::Batch { parts } => {
            parts.iter().map(|part| command_text(texts, view, part)).collect::<Vec<_>>().join("\n")
        }
        Command::RedrawColumn { .. } => String::new(),
    }
}

/// What is said, after the name of the record it is about.
fn titled(view: &View, target: Target, what: String) -> String {
    let name = view.get(target.kind, target.id).map(|record| name(&record.to_fields())).unwrap_or_default();
    match (name.is_empty(), what.is_empty()) {
        (true, _) => what,
        (false, true) => name,
        (false, false) => format!("{name} · {what}"),
    }
}

fn name(fields: &serde_json::Map<String, Value>) -> String {
    let named = ["title", "name", "subject"].into_iter().find_map(|name| fields.get(name)?.as_str());
    named.unwrap_or_default().to_owned()
}
