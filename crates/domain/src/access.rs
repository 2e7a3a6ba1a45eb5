//! Who may do and see what: the four roles in one table, and each member's scope.

use crate::{
    change::Change,
    deal::Deal,
    id::{MemberId, PlanId},
    plan::Plan,
    record::{Kind, Record},
    refusal::Refusal,
    view::View,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    Manager,
    Rep,
    Viewer,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Admin, Self::Manager, Self::Rep, Self::Viewer];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Create deals, accounts, contacts and activities; edit accounts, contacts, and the deals one owns or works on.
    Work,
    /// Edit every deal that one sees, and give deals to others.
    EditAllDeals,
    DeleteRecords,
    Import,
    /// Pipelines, stages and custom fields.
    ManagePipelines,
    /// Change and delete the views that others share.
    ManageViews,
    /// Members, teams and invitations.
    ManageMembers,
    ManageWorkspace,
}

/// The table: who holds which right. Everybody who is a member may read within their scope.
const TABLE: [(Right, [bool; 4]); 8] = [
    // right                   admin, manager, rep, viewer
    (Right::Work, [true, true, true, false]),
    (Right::EditAllDeals, [true, true, false, false]),
    (Right::DeleteRecords, [true, true, false, false]),
    (Right::Import, [true, true, false, false]),
    (Right::ManagePipelines, [true, true, false, false]),
    (Right::ManageViews, [true, true, false, false]),
    (Right::ManageMembers, [true, false, false, false]),
    (Right::ManageWorkspace, [true, false, false, false]),
];

impl Role {
    pub fn holds(self, right: Right) -> bool {
        TABLE.iter().any(|(row, holders)| *row == right && holders[self as usize])
    }
}

/// Which deals a member sees. Accounts and contacts are the workspace's common address book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every deal of the workspace.
    #[default]
    Workspace,
    /// Deals owned by members of one's teams, and those one works on.
    Team,
    /// Deals one owns or works on.
    Own,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Nobody where the system itself acts, for example when it founds a workspace.
    pub member: Option<MemberId>,
    pub role: Role,
    pub sight: Sight,
}

impl Actor {
    /// The system itself: sees and may do everything.
    pub const SYSTEM: Self = Self { member: None, role: Role::Admin, sight: Sight::Everything };

    /// The actor for a member as the view knows them; `None` where they are no active member.
    pub fn of(view: &View, member: MemberId) -> Option<Self> {
        let record = view.members.get(&member).filter(|record| record.active)?;
        Some(Self { member: Some(member), role: record.role, sight: Sight::of(view, member) })
    }

    pub fn require(&self, right: Right) -> Result<(), Refusal> {
        if self.role.holds(right) { Ok(()) } else { Err(Refusal::NotAllowed { right }) }
    }

    /// Whether the record may be shown: a deal by who owns it, a saved view by whether it is shared.
    pub fn sees_record(&self, view: &View, record: &Record) -> bool {
        match record {
            Record::SavedView(saved) => self.member.is_none_or(|me| saved.is_seen_by(me)),
            other => self.sight.sees_record(view, other),
        }
    }

    /// Whether a recorded change of a record of this kind, which concerns `audience` (none: everybody), may be shown.
    pub fn hears(&self, kind: Kind, audience: Option<&[MemberId]>) -> bool {
        match kind {
            Kind::Invitation => self.role.holds(Right::ManageMembers),
            // Who sees every deal does not see what others keep for themselves.
            Kind::SavedView => audience.is_none_or(|audience| self.member.is_none_or(|me| audience.contains(&me))),
            _ => self.sight.admits(audience),
        }
    }

    /// Whether the actor may edit this deal, which they must see at all.
    pub fn require_edit(&self, deal: &Deal) -> Result<(), Refusal> {
        if !self.sight.sees(deal) {
            return Err(Refusal::NotFound { kind: Kind::Deal });
        }
        self.require(Right::Work)?;
        let works_on_it = self.member.is_some_and(|me| deal.owner == me || deal.collaborators.contains(&me));
        if works_on_it { Ok(()) } else { self.require(Right::EditAllDeals) }
    }
}

/// What a member may see, worked out from their scope and the teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    Everything,
    /// Deals that one of these members owns, or on which `me` works.
    Owners {
        me: MemberId,
        owners: BTreeSet<MemberId>,
    },
}

impl Sight {
    pub fn of(view: &View, me: MemberId) -> Self {
        let Some(member) = view.members.get(&me) else {
            return Self::Owners { me, owners: BTreeSet::new() };
        };
        let owners = match member.scope {
            Scope::Workspace => return Self::Everything,
            Scope::Own => BTreeSet::from([me]),
            Scope::Team => view
                .members
                .values()
                .filter(|other| other.id == me || other.teams.iter().any(|team| member.teams.contains(team)))
                .map(|other| other.id)
                .collect(),
        };
        Self::Owners { me, owners }
    }

    pub fn sees(&self, deal: &Deal) -> bool {
        self.sees_deal_of(deal.owner, &deal.collaborators)
    }

    /// Whether a deal may be seen that has this owner and these collaborators.
    pub fn sees_deal_of(&self, owner: MemberId, collaborators: &[MemberId]) -> bool {
        match self {
            Self::Everything => true,
            Self::Owners { me, owners } => owners.contains(&owner) || collaborators.contains(me),
        }
    }

    /// Whether a plan may be seen: as its deal, as far as the view holds that.
    pub fn sees_plan(&self, view: &View, plan: &Plan) -> bool {
        let Some(deal) = plan.deal else { return true };
        match (self, view.deals.get(&deal)) {
            (_, Some(deal)) => self.sees(deal),
            (Self::Everything, None) => true,
            (Self::Owners { .. }, None) => false,
        }
    }

    /// Whether what is in a plan may be seen.
    pub fn sees_part(&self, view: &View, plan: PlanId) -> bool {
        match view.plans.get(&plan) {
            Some(plan) => self.sees_plan(view, plan),
            None => *self == Self::Everything,
        }
    }

    /// Whether a recorded change whose deal concerns `audience` (none: everybody) may be shown.
    pub fn admits(&self, audience: Option<&[MemberId]>) -> bool {
        match (self, audience) {
            (Self::Everything, _) | (_, None) => true,
            (Self::Owners { me, owners }, Some(audience)) => {
                audience.iter().any(|member| member == me || owners.contains(member))
            }
        }
    }

    /// Whether the record may be shown; an activity is judged by the deal it belongs to, as far as the view holds it.
    pub fn sees_record(&self, view: &View, record: &Record) -> bool {
        match record {
            Record::Deal(deal) => self.sees(deal),
            Record::Activity(activity) => match (self, activity.deal.and_then(|deal| view.deals.get(&deal))) {
                (_, Some(deal)) => self.sees(deal),
                (Self::Owners { me, .. }, None) => activity.deal.is_none() || activity.owner == *me,
                (Self::Everything, None) => true,
            },
            Record::File(file) => match (self, view.deals.get(&file.deal)) {
                (_, Some(deal)) => self.sees(deal),
                (Self::Owners { me, .. }, None) => file.by == *me,
                (Self::Everything, None) => true,
            },
            Record::Plan(plan) => self.sees_plan(view, plan),
            Record::Task(task) => self.sees_part(view, task.plan),
            Record::Baseline(baseline) => self.sees_part(view, baseline.plan),
            _ => true,
        }
    }
}

/// Whom a change concerns: the owners and collaborators, before and after, of the deal that it is about, or the owner of
/// a saved view that is not shared. `None` where it concerns everybody. `view` holds the state after the change.
pub fn audience(view: &View, change: &Change) -> Option<Vec<MemberId>> {
    let mut members = BTreeSet::new();
    let deal = match change.target.kind {
        Kind::Deal => change.target.id,
        Kind::Activity | Kind::File => {
            members.extend(ids(change, if change.target.kind == Kind::File { "by" } else { "owner" }));
            let of_activity = || view.activities.get(&change.target.id.into())?.deal.map(Into::into);
            let of_file = || view.files.get(&change.target.id.into()).map(|file| file.deal.into());
            let deal = change
                .fields
                .get("deal")
                .and_then(|delta| delta.after.as_str().or(delta.before.as_str()))
                .and_then(|id| id.parse().ok())
                .or_else(|| if change.target.kind == Kind::File { of_file() } else { of_activity() });
            deal?
        }
        Kind::SavedView => return audience_of_view(view, change),
        Kind::Plan | Kind::Task | Kind::Baseline => {
            let deal =
                |plan| view.plans.get(&plan).map(|plan| plan.deal).or(view.evidence.gone_plans.get(&plan).copied());
            match plan_of(view, change).and_then(deal) {
                Some(deal) => deal?.into(),
                // Nobody but those who see everything.
                None => return Some(Vec::new()),
            }
        }
        _ => return None,
    };
    if change.target.kind == Kind::Deal {
        members.extend(ids(change, "owner"));
        members.extend(ids(change, "collaborators"));
    }
    if let Some(deal) = view.deals.get(&deal.into()) {
        members.insert(deal.owner);
        members.extend(&deal.collaborators);
    }
    Some(members.into_iter().collect())
}

/// The plan that a change is about, as far as that is known.
fn plan_of(view: &View, change: &Change) -> Option<PlanId> {
    let id = change.target.id;
    let held = match change.target.kind {
        Kind::Plan => Some(id.into()),
        Kind::Task => view.tasks.get(&id.into()).map(|task| task.plan),
        _ => view.baselines.get(&id.into()).map(|baseline| baseline.plan),
    };
    held.or_else(|| {
        let delta = change.fields.get("plan")?;
        delta.after.as_str().or(delta.before.as_str())?.parse().ok()
    })
}

/// That a view is no longer shared concerns those who saw it.
fn audience_of_view(view: &View, change: &Change) -> Option<Vec<MemberId>> {
    let saved = view.saved_views.get(&change.target.id.into());
    let was_shared = change.fields.get("shared").is_some_and(|delta| delta.before == true || delta.after == true);
    if was_shared || saved.is_some_and(|saved| saved.shared) {
        return None;
    }
    // Where it is gone, the deletion names the owner.
    let mut members = ids(change, "owner");
    members.extend(saved.map(|saved| saved.owner));
    members.sort_unstable();
    members.dedup();
    Some(members)
}

/// The member ids in both states of a field, be it one id or a list.
fn ids(change: &Change, field: &str) -> Vec<MemberId> {
    let Some(delta) = change.fields.get(field) else { return Vec::new() };
    [&delta.before, &delta.after]
        .into_iter()
        .flat_map(|value| match value {
            serde_json::Value::Array(list) => list.iter().collect(),
            one => vec![one],
        })
        .filter_map(|value| value.as_str()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_a_row_and_ranks_never_cross() {
        for (right, holders) in TABLE {
            assert!(holders[0], "an administrator may do everything: {right:?}");
            assert!(holders.windows(2).all(|pair| pair[0] || !pair[1]), "a lower role holds more: {right:?}");
        }
        assert!(!Role::Viewer.holds(Right::Work));
    }
}
