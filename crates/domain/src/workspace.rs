//! The workspace's own settings.

use crate::{
    id::WorkspaceId,
    money::Currency,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// The currency of new deals and of totals.
    pub currency: Currency,
    /// An IANA time zone, for example `Asia/Shanghai`; instants are shown in it.
    pub zone: String,
}

impl Workspace {
    pub(crate) fn check(&self, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        text::required("zone", &self.zone, text::SHORT)?;
        // Only the server has the list of zones; elsewhere none is known to be unknown.
        if view.evidence.unknown_zones.contains(&self.zone) {
            return Err(Refusal::invalid("zone", Rule::NotAChoice));
        }
        Ok(())
    }
}
