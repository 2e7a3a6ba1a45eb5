//! Names of any length where there is little room.

use std::borrow::Cow;

/// So many characters of a name say which it is.
const MOST: usize = 60;
const QUOTES: [(char, char); 2] = [('“', '”'), ('「', '」')];

/// The name, or its beginning.
pub fn short(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MOST) {
        // What joins characters has nothing left to join.
        Some((end, _)) => format!("{}…", name[..end].trim_end_matches(['\u{200D}', ' '])).into(),
        None => name.into(),
    }
}

/// A sentence with the names that it quotes cut short, so that what it says of them is seen.
pub fn short_names(sentence: &str) -> String {
    let mut said = String::new();
    let mut rest = sentence;
    while let Some((at, (open, close))) =
        rest.char_indices().find_map(|(at, letter)| Some((at, *QUOTES.iter().find(|(open, _)| *open == letter)?)))
    {
        let (before, quoted) = rest.split_at(at + open.len_utf8());
        said.push_str(before);
        let end = quoted.find(close).unwrap_or(quoted.len());
        said.push_str(&short(&quoted[..end]));
        rest = &quoted[end..];
    }
    said + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_end_early_and_what_is_said_of_them_stays() {
        let long = "吊车".repeat(150);
        let cut = format!("{}…", "吊车".repeat(30));
        assert_eq!(short("Crane"), "Crane");
        assert_eq!(short(&long), cut);
        assert_eq!(short_names(&format!("「{long}」已移到「报价」")), format!("「{cut}」已移到「报价」"));
        assert_eq!(short_names(&format!("“{long}” moved to {long}")), format!("“{cut}” moved to {long}"));
        assert_eq!(short_names("“a “b” c"), "“a “b” c");
        assert_eq!(short_names("Saved"), "Saved");
        // No half of an emoji that several characters make.
        let family = format!("{}👩\u{200D}🔧", "x".repeat(58));
        assert_eq!(short(&format!("{family}!")), format!("{}👩…", "x".repeat(58)));
    }
}
