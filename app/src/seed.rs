//! What the server hands to the page: everything that its first paint needs. Inlined as JSON, so that the browser half
//! renders the same from the same.

use crate::texts::Language;
use domain::{id::WorkspaceId, page::Snapshot};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seed {
    pub language: Language,
    /// None: as the system wishes.
    pub theme: Option<Theme>,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Place {
    /// A page of the workspace.
    Work(Box<Snapshot>),
    /// Signing in, founding, joining.
    Entry(Box<Entry>),
    NotFound,
    /// The server could not read the page; trying again may help.
    Failed,
}

/// The entry's forms with what was typed, when they come back with a problem.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Entry {
    pub form: EntryForm,
    /// The demo workspace is one click away.
    pub demo: bool,
    pub name: String,
    pub email: String,
    /// The name of the workspace to found, or to join.
    pub workspace: String,
    /// Where to go afterwards: an address on this server, or nothing.
    pub next: String,
    pub problem: Option<Problem>,
    /// The browser came over plain http from another machine, and will not keep the session.
    pub is_insecure: bool,
    /// Which attempt at founding this is, so that the form sent twice founds one workspace.
    pub attempt: String,
}

/// Another workspace of the person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherWorkspace {
    pub id: WorkspaceId,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum EntryForm {
    #[default]
    SignIn,
    Found,
    Join,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    WrongPassword,
    TooMany,
    NoWorkspace,
    Workspace,
    Name,
    Email,
    Password,
    EmailTaken,
    LinkExpired,
    /// A member who was suspended comes by a link.
    Suspended,
}
