//! What of a gate a deal has met, quietly: who, and when.

use crate::{
    client::Client,
    deal::fields::value_of,
    ui::{
        gate::approver_name,
        refusal::{field_name, value_text},
        time,
    },
};
use domain::{
    change::Target,
    deal::Deal,
    gate::{Condition, Mark, is_met},
    pipeline::Stage,
    record::Kind,
    view::View,
};

/// A condition that is met, and how: a field's value, or by whom and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub what: String,
    pub how: String,
}

/// By whom and when.
pub fn by_whom(client: Client, view: &View, mark: &Mark) -> String {
    let name = view.members.get(&mark.by).map(|member| member.name.clone()).unwrap_or_default();
    format!("{name} {}", time::when(&client.zone(), mark.at, client.today()))
}

/// The required fields that are filled, with what stands in them.
pub fn filled(client: Client, view: &View, deal: &Deal, stage: &Stage, missing: &[Condition]) -> Vec<Settled> {
    let lacks =
        |field: &str| missing.iter().any(|it| matches!(it, Condition::Field { field: other } if other == field));
    let target = Target::new(Kind::Deal, deal.id);
    let fields = stage.gate.fields.iter().filter(|field| !lacks(field)).map(|field| Settled {
        what: field_name(client.texts, view, field),
        how: value_text(client.texts, view, field, &value_of(view, target, field)),
    });
    fields.collect()
}

/// All that is met.
pub fn settled(client: Client, view: &View, deal: &Deal, stage: &Stage, missing: &[Condition]) -> Vec<Settled> {
    let items = stage.gate.checklist.iter().map(|item| (item.id, item.text.clone()));
    let approvals = stage.gate.approvals.iter().map(|approval| {
        let who = approver_name(client.texts, view, approval.by);
        (approval.id, client.texts.gate().approval_given(who))
    });
    let marks = items
        .chain(approvals)
        .filter(|(id, _)| is_met(view, deal, *id))
        .filter_map(|(id, what)| deal.met.get(&id).map(|mark| Settled { what, how: by_whom(client, view, mark) }));
    filled(client, view, deal, stage, missing).into_iter().chain(marks).collect()
}
