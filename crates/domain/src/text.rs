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

/// Checks a text that must say something: a name, a title, a choice. What no eye sees says nothing, and what turns the
/// direction of writing would show another name than it is (`offer\u{202E}fdp.exe`).
pub fn required(field: &str, text: &str, max: usize) -> Result<(), Refusal> {
    if !text.chars().any(is_visible) {
        return Err(Refusal::invalid(field, Rule::Required));
    }
    if text.chars().any(turns_direction) {
        return Err(Refusal::invalid(field, Rule::TurnsDirection));
    }
    optional(field, text, max)
}

/// Embeddings, overrides and isolates. The plain marks (U+200E, U+200F, U+061C) stay allowed: they turn nothing around.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character puts ink on the page by itself: neither white space, nor control, nor one of those that Unicode has
/// fonts leave out (default ignorable), nor a blank that counts as a letter or symbol.
fn is_visible(letter: char) -> bool {
    let is_left_out = matches!(
        letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    );
    let is_blank = letter == '\u{2800}';
    !(letter.is_whitespace() || letter.is_control() || is_left_out || is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_itself_as_it_is() {
        let check = |name: &str| required("name", name, NAME);
        let refused = |rule| Err(Refusal::invalid("name", rule));
        for blank in [
            "",
            " \u{3000}\t",
            "\u{200B}",
            "\u{200D}\u{FEFF}\u{2060}",
            "\u{3164}",
            "\u{2800} \u{AD}",
            "\u{E0041}",
            "\0",
        ] {
            assert_eq!(check(blank), refused(Rule::Required), "{blank:?}");
        }
        for turned in ["offer\u{202E}fdp.exe", "\u{202A}+86\u{202C}", "\u{2067}a\u{2069}", "\u{2066}华屿"] {
            assert_eq!(check(turned), refused(Rule::TurnsDirection), "{turned:?}");
        }
        for fine in [
            "华屿光电",
            "مصنع ١",
            "\u{200F}שלום\u{200E} 2",
            "👩\u{200D}🔧",
            "1\u{FE0F}\u{20E3}",
            "-",
            "می\u{200C}خواهم",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine:?}");
        }
        assert_eq!(check("a\0b"), refused(Rule::NulCharacter));
        assert_eq!(check(&"a".repeat(NAME + 1)), refused(Rule::TooLong { max: NAME }));
    }
}
