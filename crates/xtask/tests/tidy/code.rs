//! What stands in the code, and where.

use std::collections::BTreeSet;

use crate::sources::{none, sources};

/// Longer files are hard to know whole.
const LONGEST: usize = 600;

/// Files that are longer, each with the reason why it is better so.
const LONGER: [(&str, &str); 0] = [];

#[test]
fn files_are_short() {
    let mut against = Vec::new();
    for source in sources(&[], &["rs", "css", "ts"]) {
        let length = source.text.lines().count();
        let excused = LONGER.iter().any(|(path, _)| *path == source.path);
        if length > LONGEST && !excused {
            against.push(format!("{}: {length} lines", source.path));
        }
        if length <= LONGEST && excused {
            against.push(format!("{}: short enough now, needs no excuse", source.path));
        }
    }
    none(&format!("no more than {LONGEST} lines in a file, or a reason in {}:", file!()), &against);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unim", "plemented!(")];
    let mut against = Vec::new();
    for source in sources(&[], &["rs", "css", "ts", "js", "sql", "sh", "toml", "html"]) {
        for (number, line) in source.lines() {
            against.extend(
                words
                    .iter()
                    .filter(|word| has_word(line, word))
                    .map(|word| format!("{}:{number}: {word}", source.path)),
            );
        }
    }
    none("what is missing is an issue, not a note in the code:", &against);
}

/// Whether the word stands in the line by itself, not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(part_of_word) && (word.ends_with('(') || !after.is_some_and(part_of_word))
    })
}

#[test]
fn words_are_told_from_their_parts() {
    assert!(has_word("// ABC: later", "ABC"));
    assert!(has_word("(ABC)", "ABC"));
    assert!(!has_word("const XABC: u8 = 1;", "ABC"));
    assert!(!has_word("const ABC_X: u8 = 1;", "ABC"));
    assert!(has_word("abc!(\"x\")", "abc!("));
}

#[test]
fn features_are_told_apart_in_one_file_of_the_interface() {
    let condition = concat!("cfg(", "feature");
    let names = |source: &crate::sources::Source| {
        let text: String = source.text.split_whitespace().collect();
        let inside =
            [condition, concat!("cfg_attr(", "feature"), concat!("cfg(not(", "feature"), concat!("cfg!(", "feature")];
        inside.iter().any(|words| text.contains(words))
    };
    let found: BTreeSet<String> =
        sources(&["app/src"], &["rs"]).into_iter().filter(names).map(|source| source.path).collect();
    assert!(found.len() <= 1, "`{condition} = …)` in more than one file of app: {found:?}");
}

#[test]
fn sql_stands_in_the_store_only() {
    let marks =
        [concat!("sqlx::", "query"), concat!("query", "!("), concat!("query", "_as!("), concat!("query", "_scalar!(")];
    let mut against = Vec::new();
    for source in sources(&["app", "server", "frontend", "crates"], &["rs"]) {
        if source.path.starts_with("crates/store/") {
            continue;
        }
        for (number, line) in source.lines() {
            if marks.iter().any(|mark| line.contains(mark)) {
                against.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none("SQL belongs into crates/store:", &against);
}
