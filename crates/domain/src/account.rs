//! Accounts: the customer organisations.

use crate::{
    field::{Custom, check_custom},
    id::AccountId,
    record::Kind,
    refusal::Refusal,
    text,
    view::View,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub industry: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Its id in the system that it was imported from; unique among accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub created_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Custom::is_empty")]
    pub custom: Custom,
}

impl Account {
    pub fn new(id: AccountId, name: String, now: DateTime<Utc>) -> Self {
        Self {
            id,
            name,
            industry: String::new(),
            website: String::new(),
            phone: String::new(),
            address: String::new(),
            notes: String::new(),
            external_id: None,
            created_at: now,
            custom: Custom::new(),
        }
    }

    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        for (field, value) in [("industry", &self.industry), ("website", &self.website), ("phone", &self.phone)] {
            text::optional(field, value, text::SHORT)?;
        }
        text::optional("address", &self.address, text::LONG)?;
        text::optional("notes", &self.notes, text::LONG)?;
        text::optional("external_id", self.external_id.as_deref().unwrap_or_default(), text::SHORT)?;
        check_custom(Kind::Account, old.map(|old| &old.custom), &self.custom, view)
    }
}
