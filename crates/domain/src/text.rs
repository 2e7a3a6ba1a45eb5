//! Limits and checks of what people type. Text is kept exactly as typed: nothing is trimmed or replaced.

use crate::refusal::{Refusal, Rule};

/// A name or title, in characters.
pub const NAME: usize = 300;
/// A short text: source, phone, job title.
pub const SHORT: usize = 300;
/// A tag.
pub const TAG: usize = 60;
/// How many tags, collaborators or contacts a record carries.
pub const LIST: usize = 50;
/// Notes.
pub const LONG: usize = 20_000;

/// Checks a text that may be empty.
pub fn optional(field: &str, text: &str, max: usize) -> Result<(), Refusal> {
    // PostgreSQL's text cannot hold U+0000, and nobody types it on purpose.
    if text.contains('\0') {
        return Err(Refusal::invalid(field, Rule::NulCharacter));
    }
    if text.chars().count() > max {
        return Err(Refusal::invalid(field, Rule::TooLong { max }));
    }
    Ok(())
}

/// Checks a text that must say something.
pub fn required(field: &str, text: &str, max: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::invalid(field, Rule::Required));
    }
    optional(field, text, max)
}
