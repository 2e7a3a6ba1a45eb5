//! Refusals in the person's language: which field, and what would be accepted.

use crate::{
    texts::Texts,
    ui::{
        gate::{mark_name, unmet_words},
        priority,
        short::short,
    },
};
use domain::{
    access::Right,
    field::FieldType,
    id::MemberId,
    id::TaskId,
    money::Money,
    record::Kind,
    refusal::{Clash, Refusal, Rule},
    view::View,
};
use serde_json::Value;

/// Fields that only say where a card stands in its column, and since when.
pub const SILENT: [&str; 3] = ["key", "entered_at", "closed_at"];

/// The field's name as the pages say it.
pub fn field_name(texts: Texts, view: &View, field: &str) -> String {
    if let Some(id) = field.strip_prefix("custom.") {
        let field = id.parse().ok().and_then(|id| view.fields.get(&id));
        return field.map_or_else(|| texts.deal().custom_fields().to_owned(), |field| field.name.clone());
    }
    if let Some(id) = field.strip_prefix("met.") {
        return mark_name(texts, view, id);
    }
    if field.starts_with("days_off") || field.starts_with("days_on") {
        return texts.calendar().days().to_owned();
    }
    let deal = texts.deal();
    match field {
        "title" | "name" => deal.name(),
        "account" => deal.account(),
        "amount" => deal.amount(),
        "stage" | "key" => deal.stage(),
        "pipeline" => deal.pipeline(),
        "owner" => deal.owner(),
        "priority" => texts.priority().title(),
        "collaborators" => deal.collaborators(),
        "contacts" => deal.contacts(),
        "close_on" => deal.close_date(),
        "source" => deal.source(),
        "tags" => deal.tags(),
        "notes" | "note" => deal.notes(),
        "external_id" => deal.external_id(),
        "created_at" => deal.created(),
        "entered_at" => deal.entered_stage(),
        "industry" => texts.account().industry(),
        "website" => texts.account().website(),
        "phone" => texts.account().phone(),
        "address" => texts.account().address(),
        "email" => texts.member().email(),
        "role" => texts.member().role(),
        "teams" => texts.member().teams(),
        "zone" => texts.workspace().time_zone(),
        "currency" => texts.workspace().currency(),
        "subject" => texts.activity().text(),
        "due_on" | "due_time" => texts.activity().due(),
        "probability" => texts.pipeline().probability(),
        "time_limit" => texts.pipeline().time_limit(),
        "waiting" => texts.calendar().waiting(),
        "weekend" => texts.calendar().week(),
        "wip_limit" => texts.pipeline().wip(),
        "guidance" => texts.pipeline().guidance(),
        "options" => texts.field().choices(),
        "path" => texts.saved_view().address(),
        "shared" => texts.saved_view().shared(),
        "content" => texts.files().title(),
        "drop" => texts.merge().others(),
        "referrers" => texts.merge().referrers(),
        "loss_reason" => texts.gate().loss_reason(),
        "loss_reasons" => texts.gate().loss_reasons(),
        "exception" => texts.gate().exception(),
        "gate.fields" => texts.gate().required(),
        "gate.checklist" => texts.gate().checklist(),
        "gate.approvals" => texts.gate().approvals(),
        "gate.in_order" => texts.gate().in_order(),
        "gate.no_return" => texts.gate().no_return_set(),
        "gate.no_way_back" => texts.gate().no_way_back_set(),
        "gate.override_by" => texts.gate().override_by(),
        "start_on" => texts.plan_rules().start_on(),
        "buffer" => texts.plan_rules().buffer(),
        "duration" => texts.plan_rules().duration(),
        "constraint" => texts.plan_rules().constraint(),
        "deadline" => texts.plan_rules().deadline(),
        "percent" => texts.plan_rules().percent(),
        "parent" => texts.plan_rules().parent(),
        "criteria" => texts.plan_rules().criteria(),
        "started_at" => texts.plan_rules().started_at(),
        "finished_at" => texts.plan_rules().finished_at(),
        "confirm" | "confirmed" => texts.plan_rules().confirmation(),
        "starts" => texts.plan_rules().starts(),
        "hours" => texts.plan_rules().hours(),
        "tasks" => texts.plan_rules().tasks(),
        links if links == "links" || links.starts_with("links.") => texts.plan_rules().links(),
        criterion if criterion.starts_with("criteria.") => texts.plan_rules().criteria(),
        other => return other.to_owned(),
    }
    .to_owned()
}

/// The refusal as a sentence.
pub fn sentence(texts: Texts, view: &View, refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAllowed { right } => texts.errors().no_permission(right_name(texts, *right)),
        Refusal::NotFound { .. } => texts.errors().not_found().to_owned(),
        Refusal::Invalid { field, rule } => {
            format!("{}: {}", field_name(texts, view, field), why(texts, view, field, rule))
        }
        Refusal::Conflict { fields, .. } => clashes(texts, view, fields, |_| None),
        Refusal::Gate { unmet } => unmet_words(texts, view, unmet),
        Refusal::Cycle { field, tasks } => {
            let names = tasks.iter().map(|id| task_name(texts, view, *id)).collect::<Vec<_>>().join(" → ");
            if field == "parent" { texts.plan_rules().nested(names) } else { texts.plan_rules().cycle(names) }
        }
        Refusal::Undone { task, criteria, confirmation } => {
            let held = view.tasks.get(task);
            let name = |id| held.and_then(|task| Some(task.criteria.get(id)?.text.clone()));
            let missing = criteria.iter().filter_map(name);
            let confirmation = confirmation.then(|| texts.plan_rules().confirmation().to_owned());
            let missing = missing.chain(confirmation).collect::<Vec<_>>().join(texts.plan_rules().comma());
            texts.plan_rules().undone(missing, task_name(texts, view, *task))
        }
        Refusal::InUse { kind } => in_use(texts, *kind).to_owned(),
        Refusal::NothingToUndo => texts.undo().nothing().to_owned(),
        Refusal::ForeignReceipt => texts.errors().stale().to_owned(),
    }
}

/// What somebody else did to a field meanwhile, and who, where that is known: cards are moved, some values are chosen, the
/// others typed.
pub fn clash_sentence(texts: Texts, view: &View, clash: &Clash, who: Option<MemberId>) -> String {
    let t = texts.errors();
    let who = who.and_then(|who| view.members.get(&who)).map_or(t.somebody(), |member| member.name.as_str());
    let text = |value| short(&value_text(texts, view, &clash.field, value)).into_owned();
    let (theirs, yours) = (text(&clash.theirs), text(&clash.yours));
    match clash.field.as_str() {
        "stage" => t.conflict_moved(theirs, who),
        "owner" | "account" | "close_on" | "priority" => t.conflict_chosen(theirs, who, yours),
        _ => t.conflict(theirs, who, yours),
    }
}

/// A conflict as a sentence for each field.
pub fn clashes(texts: Texts, view: &View, fields: &[Clash], who: impl Fn(&Clash) -> Option<MemberId>) -> String {
    let spoken = fields.iter().filter(|clash| !SILENT.contains(&clash.field.as_str()));
    let sentences = spoken.map(|clash| {
        let sentence = clash_sentence(texts, view, clash, who(clash));
        // A card is moved as a whole.
        if clash.field == "stage" { sentence } else { format!("{}: {sentence}", field_name(texts, view, &clash.field)) }
    });
    sentences.collect::<Vec<_>>().join("; ")
}

fn task_name(texts: Texts, view: &View, id: TaskId) -> String {
    let task = view.tasks.get(&id);
    task.map_or_else(|| texts.plan_rules().unknown_task().to_owned(), |task| format!("“{}”", task.title))
}

/// Why a field's value was not taken, without the field's name: for saying it at the field.
pub fn why(texts: Texts, view: &View, field: &str, rule: &Rule) -> String {
    let custom = field.strip_prefix("custom.").and_then(|id| view.fields.get(&id.parse().ok()?));
    match custom.map(|field| &field.field_type) {
        Some(FieldType::Number) if *rule == Rule::WrongType => texts.errors().not_plain_number().to_owned(),
        Some(FieldType::Money) if *rule == Rule::WrongType => texts.errors().not_number().to_owned(),
        None if *rule == Rule::WrongType && field == "amount" => texts.errors().not_number().to_owned(),
        _ => rule_sentence(texts, rule),
    }
}

/// What refers to a record, and what to do about it.
fn in_use(texts: Texts, kind: Kind) -> &'static str {
    let errors = texts.errors();
    match kind {
        Kind::Account => errors.in_use_account(),
        Kind::Contact => errors.in_use_contact(),
        Kind::Stage => errors.in_use_stage(),
        Kind::Team => errors.in_use_team(),
        Kind::Field => texts.gate().in_use_field(),
        Kind::Plan => texts.plan_rules().in_use_plan(),
        Kind::Task => texts.plan_rules().in_use_task(),
        _ => errors.in_use(),
    }
}

pub fn rule_sentence(texts: Texts, rule: &Rule) -> String {
    let errors = texts.errors();
    match rule {
        Rule::Required => errors.required().to_owned(),
        Rule::TooLong { max } => errors.too_long(max),
        Rule::TooMany { max } => errors.too_many(max),
        Rule::OutOfRange { min, max } => errors.out_of_range(max, min),
        Rule::NulCharacter => errors.nul().to_owned(),
        Rule::TurnsDirection => errors.turns_direction().to_owned(),
        Rule::WrongType => errors.wrong_type().to_owned(),
        Rule::NotEditable => errors.not_editable().to_owned(),
        Rule::Unknown { .. } => errors.unknown_reference().to_owned(),
        Rule::NotAChoice => errors.not_one_of().to_owned(),
        Rule::Taken => errors.taken().to_owned(),
        Rule::AppendOnly => texts.activity().append_only().to_owned(),
        Rule::NotApprover => texts.gate().not_approver().to_owned(),
        Rule::SecondPerson => texts.plan_rules().second_person().to_owned(),
        Rule::HoldsOthers => texts.plan_rules().holds_others().to_owned(),
        Rule::InFuture => errors.in_future().to_owned(),
        Rule::LastAdmin => texts.member().last_admin().to_owned(),
        Rule::LastPipeline => texts.pipeline().last().to_owned(),
    }
}

fn right_name(texts: Texts, right: Right) -> &'static str {
    let rights = texts.right();
    match right {
        Right::Work => rights.create_deal(),
        Right::EditAllDeals => rights.edit_all_deals(),
        Right::DeleteRecords => rights.delete_deal(),
        Right::Import => rights.import_data(),
        Right::ManagePipelines => rights.pipelines(),
        Right::ManageViews => rights.views(),
        Right::ManageMembers => rights.members(),
        Right::ManageWorkspace => rights.settings(),
    }
}

/// A recorded value as text: names instead of ids.
pub fn value_text(texts: Texts, view: &View, field: &str, value: &Value) -> String {
    match value {
        Value::Null => texts.common().empty_value().to_owned(),
        Value::String(text) if field == "priority" => priority::stored_name(texts, text),
        Value::String(text) => name_of(view, field, text).unwrap_or_else(|| text.clone()),
        Value::Array(list) => {
            list.iter().map(|value| value_text(texts, view, field, value)).collect::<Vec<_>>().join(", ")
        }
        // By whom a condition was met.
        Value::Object(object) if field.starts_with("met.") => {
            object.get("by").map(|by| value_text(texts, view, "by", by)).unwrap_or_default()
        }
        Value::Object(object) => match serde_json::from_value::<Money>(value.clone()) {
            Ok(money) => format!("{}{}", money.currency.sign(), money.exact()),
            // A custom field's value is tagged by its type.
            Err(_) => object.values().map(|value| value_text(texts, view, field, value)).collect(),
        },
        Value::Bool(yes) => if *yes { texts.common().yes() } else { texts.common().no() }.to_owned(),
        Value::Number(number) => plain_number(number),
    }
}

/// A number as people write it: a whole one without a point.
pub fn plain_number(number: &serde_json::Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn name_of(view: &View, field: &str, id: &str) -> Option<String> {
    let id: uuid::Uuid = id.parse().ok()?;
    match field {
        "stage" => view.stages.get(&id.into()).map(|stage| stage.name.clone()),
        "pipeline" => view.pipelines.get(&id.into()).map(|pipeline| pipeline.name.clone()),
        "account" => view.accounts.get(&id.into()).map(|account| account.name.clone()),
        "contacts" => view.contacts.get(&id.into()).map(|contact| contact.name.clone()),
        "teams" => view.teams.get(&id.into()).map(|team| team.name.clone()),
        _ => view.members.get(&id.into()).map(|member| member.name.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;
    use serde_json::json;

    #[test]
    fn a_conflict_says_what_the_other_did() {
        let clash = |field: &str| Clash { field: field.to_owned(), yours: json!("mine"), theirs: json!("theirs") };
        let said = |field: &str| sentence_of(Language::English, &clash(field));
        assert_eq!(said("stage"), "Somebody moved it to “theirs” meanwhile");
        assert_eq!(said("account"), "Account: Somebody chose theirs meanwhile, you mine");
        assert_eq!(said("title"), "Name: Somebody changed this to theirs while you typed mine");
        assert_eq!(sentence_of(Language::Chinese, &clash("stage")), "有人 在此期间已把它移到「theirs」");
    }

    fn sentence_of(language: Language, clash: &Clash) -> String {
        clashes(Texts(language), &View::default(), std::slice::from_ref(clash), |_| None)
    }
}
