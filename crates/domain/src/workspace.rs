//! The workspace's own settings.

use crate::{id::WorkspaceId, money::Currency, refusal::Refusal, text};
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
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        text::required("zone", &self.zone, text::SHORT)
    }
}
