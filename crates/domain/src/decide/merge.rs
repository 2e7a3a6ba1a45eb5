//! Merging accounts or contacts: what moves, what goes, and what the kept one says. See [`crate::merge`].

use super::{Decided, Decision, is_editable, read, set};
use crate::{
    access::Right,
    activity::Activity,
    change::{Change, Delta, Deltas, Target},
    contact::Contact,
    deal::Deal,
    id::{AccountId, ContactId},
    merge::{AT_ONCE, MOST, is_mergeable, union},
    record::{Fields, Kind, Record},
    refusal::{Refusal, Rule},
};
use std::collections::BTreeSet;

/// The kept record: with what it takes over by itself, and with what was chosen on top of that.
pub(super) struct Merged {
    by_itself: Record,
    chosen: Record,
}

impl Decision<'_> {
    /// Whether these may be merged at all, and into what.
    pub(super) fn merged(&self, keep: Target, drop: &[Target], chosen: &Fields) -> Result<Merged, Refusal> {
        self.actor.require(Right::Work)?;
        self.actor.require(Right::DeleteRecords)?;
        let others: BTreeSet<&Target> = drop.iter().collect();
        let is_apart = others.len() == drop.len() && !others.contains(&keep);
        if !is_mergeable(keep.kind) || !is_apart || drop.iter().any(|target| target.kind != keep.kind) {
            return Err(Refusal::invalid("drop", Rule::WrongType));
        }
        match drop.len() {
            0 => return Err(Refusal::invalid("drop", Rule::Required)),
            1..=AT_ONCE => {}
            _ => return Err(Refusal::invalid("drop", Rule::TooMany { max: AT_ONCE })),
        }
        let kept = self.get(keep)?;
        let others = drop.iter().map(|target| self.get(*target)).collect::<Result<Vec<_>, _>>()?;
        let by_itself = union(&kept, &others);
        let mut fields = by_itself.clone();
        let mut deltas = Deltas::new();
        for (name, value) in chosen {
            if !is_editable(keep.kind, name) {
                return Err(Refusal::invalid(name, Rule::NotEditable));
            }
            let before = fields.get(name).cloned().unwrap_or_default();
            set(&mut fields, name, value);
            deltas.insert(name.clone(), Delta { before, after: value.clone() });
        }
        let by_itself = read(&kept, by_itself, &Deltas::new())?;
        Ok(Merged { chosen: read(&by_itself, fields, &deltas)?, by_itself })
    }

    /// Turns everything that refers to one of `drop` to `keep`.
    pub(super) fn moved(&self, keep: Target, drop: &[Target]) -> Decided {
        if drop.iter().any(|target| self.view.evidence.crowded.contains(target)) {
            return Err(Refusal::invalid("referrers", Rule::TooMany { max: MOST }));
        }
        let ids: BTreeSet<_> = drop.iter().map(|target| target.id).collect();
        let (account, contact) = (AccountId(keep.id), ContactId(keep.id));
        let is_account = keep.kind == Kind::Account;
        let refers = |to: Option<AccountId>| is_account && to.is_some_and(|to| ids.contains(&to.0));
        let mut moves: Vec<(Record, Record)> = Vec::new();
        for deal in self.view.deals.values() {
            let named = !is_account && deal.contacts.iter().any(|contact| ids.contains(&contact.0));
            if !refers(deal.account) && !named {
                continue;
            }
            let mut new = Deal { account: if is_account { Some(account) } else { deal.account }, ..deal.clone() };
            if named {
                // In its place, and once.
                let mut seen = BTreeSet::new();
                let turned = deal.contacts.iter().map(|one| if ids.contains(&one.0) { contact } else { *one });
                new.contacts = turned.filter(|one| seen.insert(*one)).collect();
            }
            self.actor.require_edit(deal).map_err(|_| Refusal::NotAllowed { right: Right::EditAllDeals })?;
            moves.push((Record::Deal(deal.clone()), Record::Deal(new)));
        }
        for one in self.view.contacts.values().filter(|one| refers(one.account)) {
            let new = Contact { account: Some(account), ..one.clone() };
            moves.push((Record::Contact(one.clone()), Record::Contact(new)));
        }
        for one in self.view.activities.values().filter(|one| refers(one.account)) {
            let new = Activity { account: Some(account), ..one.clone() };
            let old = Record::Activity(one.clone());
            if !self.actor.sight.sees_record(self.view, &old) {
                return Err(Refusal::NotAllowed { right: Right::EditAllDeals });
            }
            moves.push((old, Record::Activity(new)));
        }
        if moves.len() > MOST {
            return Err(Refusal::invalid("referrers", Rule::TooMany { max: MOST }));
        }
        Ok(moves.iter().filter_map(|(old, new)| Change::between(Some(old), Some(new))).collect())
    }

    /// Deletes one that was merged into another: nothing refers to it any more.
    pub(super) fn let_go(&self, target: Target) -> Result<Change, Refusal> {
        if self.view.is_used(target) {
            return Err(Refusal::InUse { kind: target.kind });
        }
        Ok(Change::deleted(&self.get(target)?))
    }

    /// What becomes of the kept one. What the others had is taken over as it is, be it by today's rules or not; what was
    /// chosen is judged like an edit.
    pub(super) fn kept(&self, keep: Target, merged: Merged) -> Result<Option<Change>, Refusal> {
        let old = self.get(keep)?;
        let Merged { by_itself, chosen } = merged;
        self.check(Some(&by_itself), &chosen)?;
        Ok(Change::between(Some(&old), Some(&chosen)))
    }
}
