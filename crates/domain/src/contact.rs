//! Contacts: the people of an account.

use crate::{
    field::{Custom, check_custom},
    id::{AccountId, ContactId},
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    pub name: String,
    /// The job title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Its id in the system that it was imported from; unique among contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub created_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Custom::is_empty")]
    pub custom: Custom,
}

impl Contact {
    pub fn new(id: ContactId, name: String, now: DateTime<Utc>) -> Self {
        Self {
            id,
            account: None,
            name,
            title: String::new(),
            email: String::new(),
            phone: String::new(),
            notes: String::new(),
            external_id: None,
            created_at: now,
            custom: Custom::new(),
        }
    }

    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        for (field, value) in [("title", &self.title), ("email", &self.email), ("phone", &self.phone)] {
            text::optional(field, value, text::SHORT)?;
        }
        text::optional("notes", &self.notes, text::LONG)?;
        text::optional("external_id", self.external_id.as_deref().unwrap_or_default(), text::SHORT)?;
        let account_changed = old.is_none_or(|old| old.account != self.account);
        if account_changed && self.account.is_some_and(|account| !view.accounts.contains_key(&account)) {
            return Err(Refusal::invalid("account", Rule::Unknown { kind: Kind::Account }));
        }
        check_custom(Kind::Contact, old.map(|old| &old.custom), &self.custom, view)
    }
}
