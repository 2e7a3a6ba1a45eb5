//! What was missing, and the one command that brings it along.

use domain::{
    change::{Delta, Deltas, Target},
    command::Command,
    deal::Deal,
    gate::{Condition, Mark, Unmet},
    id::{ConditionId, DealId, MemberId},
    record::{Entity, Kind, Record},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One condition, and the deals that lack it.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    pub condition: Condition,
    pub deals: Vec<DealId>,
}

/// What is missing, each condition once however many deals lack it.
pub fn needs(unmet: &[Unmet]) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for (deal, condition) in unmet.iter().flat_map(|it| it.missing.iter().map(|missing| (it.deal, missing))) {
        match needs.iter_mut().find(|need| need.condition == *condition) {
            Some(need) => need.deals.push(deal),
            None => needs.push(Need { condition: condition.clone(), deals: vec![deal] }),
        }
    }
    needs
}

/// What the person gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// Records that the fields name and that are made with them.
    pub made: Vec<Command>,
    /// The value of each field that was missing.
    pub fields: BTreeMap<String, Value>,
    /// What was ticked or approved.
    pub met: BTreeSet<ConditionId>,
    /// Why the rest may be missing.
    pub reason: Option<String>,
}

impl Given {
    pub fn is_nothing(&self) -> bool {
        self.fields.is_empty() && self.met.is_empty()
    }

    fn fields_of<'a>(&'a self, unmet: &'a Unmet) -> impl Iterator<Item = (&'a String, &'a Value)> {
        unmet.missing.iter().filter_map(|missing| match missing {
            Condition::Field { field } => self.fields.get_key_value(field),
            _ => None,
        })
    }

    fn met_of<'a>(&'a self, unmet: &'a Unmet) -> impl Iterator<Item = ConditionId> + 'a {
        let ids = unmet.missing.iter().filter_map(|missing| match missing {
            Condition::Item { id, .. } | Condition::Approval { id, .. } => Some(*id),
            _ => None,
        });
        ids.filter(|id| self.met.contains(id))
    }

    /// What is given to a deal that is there already.
    fn to_deal(&self, unmet: &Unmet) -> Vec<Command> {
        let fields: Deltas = self
            .fields_of(unmet)
            .map(|(field, value)| (field.clone(), Delta { before: Value::Null, after: value.clone() }))
            .collect();
        let target = Target::new(Kind::Deal, unmet.deal);
        let edit = (!fields.is_empty()).then_some(Command::Edit { target, fields });
        let meet = |condition| Command::Meet { deal: unmet.deal, condition, met: true };
        edit.into_iter().chain(self.met_of(unmet).map(meet)).collect()
    }

    /// The command with what it lacked.
    pub fn complete(&self, command: Command, unmet: &[Unmet], me: MemberId) -> Command {
        let parts = if let Command::Batch { parts } = command { parts } else { vec![command] };
        let mut all = self.made.clone();
        for part in parts {
            let lacks = |deal: DealId| unmet.iter().find(|it| it.deal == deal);
            match part {
                Command::MoveDeal { deal, stage, seen, place, at } => {
                    let lacks = lacks(deal);
                    all.extend(lacks.map(|unmet| self.to_deal(unmet)).unwrap_or_default());
                    all.push(match self.reason.clone().filter(|_| lacks.is_some()) {
                        Some(reason) => Command::MoveAnyway { deal, stage, seen, place, reason },
                        None => Command::MoveDeal { deal, stage, seen, place, at },
                    });
                }
                Command::Create { record: Record::Deal(deal), place, dated } => {
                    let deal = match lacks(deal.id) {
                        Some(unmet) => self.to_new(deal, unmet, me),
                        None => deal,
                    };
                    all.push(Command::Create { record: Record::Deal(deal), place, dated });
                }
                other => all.push(other),
            }
        }
        one_of(all)
    }

    /// Only what was given; the deals stay where they are.
    pub fn alone(&self, unmet: &[Unmet]) -> Command {
        one_of(self.made.iter().cloned().chain(unmet.iter().flat_map(|unmet| self.to_deal(unmet))).collect())
    }

    fn to_new(&self, deal: Deal, unmet: &Unmet, by: MemberId) -> Deal {
        let mut fields = deal.to_fields();
        fields.extend(self.fields_of(unmet).map(|(field, value)| (field.clone(), value.clone())));
        let at = deal.created_at;
        let mut deal = Deal::from_fields(fields).unwrap_or(deal);
        deal.met.extend(self.met_of(unmet).map(|id| (id, Mark { by, at })));
        deal.exception = self.reason.clone().unwrap_or_default();
        deal
    }
}

fn one_of(mut parts: Vec<Command>) -> Command {
    if parts.len() == 1 { parts.remove(0) } else { Command::Batch { parts } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{command::Place, id::StageId};
    use serde_json::json;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn go(deal: u128) -> Command {
        Command::MoveDeal { deal: id(deal), stage: id(2), seen: id(1), place: Place::default(), at: None }
    }

    fn lacking(deal: u128, missing: &[Condition]) -> Unmet {
        Unmet { deal: id(deal), stage: id::<StageId>(2), missing: missing.to_vec() }
    }

    #[test]
    fn each_deal_gets_what_it_lacks_before_it_moves() {
        let source = Condition::Field { field: "source".to_owned() };
        let item = Condition::Item { id: id(70), text: "Minutes".to_owned() };
        let unmet = [lacking(10, &[source.clone(), item.clone()]), lacking(11, std::slice::from_ref(&source))];
        let needs = needs(&unmet);
        assert_eq!(
            needs,
            [Need { condition: source, deals: vec![id(10), id(11)] }, Need { condition: item, deals: vec![id(10)] },]
        );
        let given =
            Given { fields: [("source".to_owned(), json!("Fair"))].into(), met: [id(70)].into(), ..Given::default() };
        let words = |command: Command| {
            let Command::Batch { parts } = command else { panic!("several") };
            let word = |part: &Command| match part {
                Command::Edit { target, .. } => format!("edit {}", target.id.as_u128()),
                Command::Meet { deal, .. } => format!("meet {}", deal.0.as_u128()),
                Command::MoveDeal { deal, .. } => format!("move {}", deal.0.as_u128()),
                Command::MoveAnyway { deal, .. } => format!("anyway {}", deal.0.as_u128()),
                other => panic!("{other:?}"),
            };
            parts.iter().map(word).collect::<Vec<_>>().join(", ")
        };
        let all = Command::Batch { parts: vec![go(10), go(11), go(12)] };
        let complete = given.complete(all.clone(), &unmet, id(1));
        assert_eq!(words(complete), "edit 10, meet 10, move 10, edit 11, move 11, move 12");
        assert_eq!(words(given.alone(&unmet)), "edit 10, meet 10, edit 11");
        let over = Given { reason: Some("Signed".to_owned()), ..Given::default() };
        assert_eq!(words(over.complete(all, &unmet, id(1))), "anyway 10, anyway 11, move 12");
    }
}
