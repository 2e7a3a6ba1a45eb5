//! Files on deals: the record of a file. Its content is sent to the server first and kept apart from the records.

use crate::{
    id::{DealId, FileId, MemberId},
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How large one file may be, in bytes.
pub const MOST_BYTES: u64 = 25 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct File {
    pub id: FileId,
    pub deal: DealId,
    pub name: String,
    /// The content's size.
    pub bytes: u64,
    /// As the sender's browser named it; empty where it did not know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media_type: String,
    /// Of the content, in lower-case hexadecimal.
    pub sha256: String,
    /// Who put it there.
    pub by: MemberId,
    pub created_at: DateTime<Utc>,
}

/// What is known of a content that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub bytes: u64,
    pub sha256: String,
}

impl File {
    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        text::optional("media_type", &self.media_type, text::SHORT)?;
        if old.is_some() {
            return Ok(());
        }
        if !view.deals.contains_key(&self.deal) {
            return Err(Refusal::invalid("deal", Rule::Unknown { kind: Kind::Deal }));
        }
        self.check_content(view)
    }

    /// A record says of its content what is true, and there is none without.
    pub(crate) fn check_content(&self, view: &View) -> Result<(), Refusal> {
        let content = view.evidence.contents.get(&self.id);
        let content = content.ok_or(Refusal::invalid("content", Rule::Required))?;
        if content.bytes != self.bytes {
            return Err(Refusal::invalid("bytes", Rule::WrongType));
        }
        if content.sha256 != self.sha256 {
            return Err(Refusal::invalid("sha256", Rule::WrongType));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{change::Change, record::Record};
    use uuid::Uuid;

    #[test]
    fn a_record_needs_its_content_and_leaves_it_behind() {
        let file = File {
            id: FileId(Uuid::from_u128(1)),
            deal: DealId(Uuid::from_u128(2)),
            name: "offer.pdf".to_owned(),
            bytes: 3,
            media_type: String::new(),
            sha256: "ab".to_owned(),
            by: MemberId(Uuid::from_u128(3)),
            created_at: DateTime::UNIX_EPOCH,
        };
        let mut view = View::default();
        let refused = |field: &str, rule: Rule| Err(Refusal::invalid(field, rule));
        assert_eq!(file.check_content(&view), refused("content", Rule::Required));
        let record = Record::File(file.clone());
        view.apply(&Change::created(&record));
        view.apply(&Change::deleted(&record));
        assert!(view.files.is_empty());
        // So that it can come back.
        assert_eq!(file.check_content(&view), Ok(()));
        let larger = File { bytes: 4, ..file.clone() };
        assert_eq!(larger.check_content(&view), refused("bytes", Rule::WrongType));
        let other = File { sha256: "cd".to_owned(), ..file };
        assert_eq!(other.check_content(&view), refused("sha256", Rule::WrongType));
    }
}
