//! Saved views: an address with a name, for oneself or for everybody.

use crate::{
    id::{MemberId, SavedViewId},
    page::Address,
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use serde::{Deserialize, Serialize};

/// How many views a member keeps.
pub const AT_MOST: usize = 200;
/// The name, in characters: it stands in a menu.
const NAME: usize = 100;
/// The address, in characters: longer ones are not passed on by every proxy.
const PATH: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: SavedViewId,
    pub name: String,
    pub owner: MemberId,
    /// Whether everybody sees it; otherwise its owner alone does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// The page's path with its query, as it stands in the address bar.
    pub path: String,
}

impl SavedView {
    pub fn is_seen_by(&self, member: MemberId) -> bool {
        self.shared || self.owner == member
    }

    pub(crate) fn check(&self, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, NAME)?;
        text::required("path", &self.path, PATH)?;
        // Two slashes would lead to another server.
        let is_ours = self.path.starts_with('/') && !self.path.starts_with("//");
        if !is_ours || !Address::parse(&self.path).is_some_and(|address| can_be_saved(&address)) {
            return Err(Refusal::invalid("path", Rule::NotAChoice));
        }
        if !view.members.contains_key(&self.owner) {
            return Err(Refusal::invalid("owner", Rule::Unknown { kind: Kind::Member }));
        }
        self.check_count(view)
    }

    pub(crate) fn check_count(&self, view: &View) -> Result<(), Refusal> {
        let others = view.saved_views.values().filter(|other| other.owner == self.owner && other.id != self.id);
        if others.count() < AT_MOST { Ok(()) } else { Err(Refusal::invalid("name", Rule::TooMany { max: AT_MOST })) }
    }
}

/// Whether a page is worth a view: those of one record have an address of their own already.
pub fn can_be_saved(address: &Address) -> bool {
    !matches!(
        address,
        Address::Deal(_)
            | Address::Account(_)
            | Address::Contact(_)
            | Address::Settings(_)
            | Address::Imports
            | Address::Import(_)
    )
}
