//! Gates in words.

use super::refusal::{field_name, value_text};
use crate::texts::Texts;
use domain::{
    access::Role,
    deal::Deal,
    field::FieldValue,
    gate::{Approval, Approver, Condition, Found, Unmet, find},
    id::{ConditionId, StageId},
    view::View,
};

pub fn role_name(texts: Texts, role: Role) -> &'static str {
    match role {
        Role::Admin => texts.role().admin(),
        Role::Manager => texts.role().manager(),
        Role::Rep => texts.role().rep(),
        Role::Viewer => texts.role().viewer(),
    }
}

/// This role and those above it.
pub fn role_up(texts: Texts, role: Role) -> String {
    let name = role_name(texts, role);
    if role == Role::Admin { name.to_owned() } else { texts.gate().role_up(name) }
}

pub fn approver_name(texts: Texts, view: &View, approver: Approver) -> String {
    match approver {
        Approver::Role(role) => role_up(texts, role),
        Approver::Member(member) => view.members.get(&member).map(|member| member.name.clone()).unwrap_or_default(),
    }
}

pub fn stage_name(view: &View, stage: StageId) -> String {
    view.stages.get(&stage).map(|stage| stage.name.clone()).unwrap_or_default()
}

/// What the figure was for which an approval was given that no longer counts.
pub fn approved_at(texts: Texts, view: &View, deal: &Deal, id: ConditionId) -> Option<String> {
    let figure = deal.met.get(&id)?.figure.as_ref()?;
    let Some((_, Found::Approval(Approval { over: Some(over), .. }))) = find(view, id) else { return None };
    let value = match figure {
        FieldValue::Money(amount) if over.field == "amount" => serde_json::to_value(amount),
        other => serde_json::to_value(other),
    };
    Some(texts.gate().approved_at(value_text(texts, view, &over.field, &value.ok()?)))
}

pub fn condition_words(texts: Texts, view: &View, condition: &Condition) -> String {
    let t = texts.gate();
    match condition {
        Condition::Field { field } => field_name(texts, view, field),
        Condition::Item { text, .. } => text.clone(),
        Condition::Approval { by, .. } => t.approval_by(approver_name(texts, view, *by)),
        Condition::Order { stages } => {
            let names: Vec<String> = stages.iter().map(|stage| stage_name(view, *stage)).collect();
            t.order(names.join(", "))
        }
        Condition::NoReturn => t.no_return().to_owned(),
        Condition::NoWayBack { from } => t.no_way_back(stage_name(view, *from)),
    }
}

/// What stands in the way, of each deal where there are several.
pub fn unmet_words(texts: Texts, view: &View, unmet: &[Unmet]) -> String {
    let one = |it: &Unmet| {
        let missing: Vec<String> = it.missing.iter().map(|missing| condition_words(texts, view, missing)).collect();
        let words = texts.gate().refused(missing.join("; "), stage_name(view, it.stage));
        match view.deals.get(&it.deal).filter(|_| unmet.len() > 1) {
            Some(deal) => format!("{}: {words}", deal.title),
            None => words,
        }
    };
    unmet.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// What a recorded mark (`met.<id>`) was about.
pub fn mark_name(texts: Texts, view: &View, id: &str) -> String {
    let found = id.parse().ok().and_then(|id| find(view, id));
    match found {
        Some((_, Found::Item(item))) => item.text.clone(),
        Some((_, Found::Approval(approval))) => texts.gate().approval_by(approver_name(texts, view, approval.by)),
        None => texts.gate().conditions().to_owned(),
    }
}
