//! Members, teams and the links by which people join.

use crate::{
    access::{Role, Scope},
    id::{InvitationId, MemberId, TeamId},
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    pub role: Role,
    /// Which deals the member sees.
    #[serde(default)]
    pub scope: Scope,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// A member who left keeps their name on what they did, and cannot sign in.
    pub active: bool,
    /// Days on which the workspace works and the member does not, with their names. In recorded changes each is a field of
    /// its own, `days_off.<day>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days_off: BTreeMap<NaiveDate, String>,
    /// Days on which the member works although the workspace does not, likewise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days_on: BTreeMap<NaiveDate, String>,
}

impl Member {
    pub(crate) fn check(&self, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        text::optional("email", &self.email, text::SHORT)?;
        check_teams(&self.teams, view)?;
        crate::workspace::check_days(&self.days_off, &self.days_on)?;
        let admin = |member: &Member| member.active && member.role == Role::Admin;
        let was_admin = view.members.get(&self.id).is_some_and(admin);
        let other_admin = view.members.values().any(|other| other.id != self.id && admin(other));
        if was_admin && !admin(self) && !other_admin {
            return Err(Refusal::invalid("role", Rule::LastAdmin));
        }
        Ok(())
    }

    /// The mark in an avatar: a Chinese family name's character, or up to two initials.
    pub fn initials(&self) -> String {
        let first = self.name.trim().chars().next().unwrap_or('?');
        if !first.is_ascii() {
            return first.to_string();
        }
        let words: Vec<char> = self.name.split_whitespace().filter_map(|word| word.chars().next()).collect();
        match words.as_slice() {
            [one] => one.to_uppercase().collect(),
            [one, .., last] => one.to_uppercase().chain(last.to_uppercase()).collect(),
            [] => "?".to_owned(),
        }
    }
}

fn check_teams(teams: &[TeamId], view: &View) -> Result<(), Refusal> {
    if teams.iter().all(|team| view.teams.contains_key(team)) {
        Ok(())
    } else {
        Err(Refusal::invalid("teams", Rule::Unknown { kind: Kind::Team }))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
}

impl Team {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)
    }
}

/// A link by which people join. Whoever makes it keeps the token; only the token's SHA-256 is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    /// SHA-256 of the token in the link, in hexadecimal.
    pub token_hash: String,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    pub expires_at: DateTime<Utc>,
}

impl Invitation {
    pub(crate) fn check(&self, view: &View) -> Result<(), Refusal> {
        if self.token_hash.len() != 64 || !self.token_hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Refusal::invalid("token_hash", Rule::WrongType));
        }
        if view.invitations.values().any(|other| other.id != self.id && other.token_hash == self.token_hash) {
            return Err(Refusal::invalid("token_hash", Rule::Taken));
        }
        crate::deal::check_date("expires_at", self.expires_at.date_naive())?;
        check_teams(&self.teams, view)
    }
}
