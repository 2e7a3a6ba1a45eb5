//! Colours have names, and the names are given in one file: so that a theme is one place, and contrast can be checked.

use crate::sources::{none, sources};

const TOKENS: &str = "style/tokens.css";

#[test]
fn colours_are_named_in_tokens_only() {
    let mut against = Vec::new();
    for source in sources(&["style"], &["css"]).into_iter().filter(|source| source.path != TOKENS) {
        let text = without_comments(&source.text);
        for (index, line) in text.lines().enumerate() {
            if let Some(colour) = colour(line) {
                against.push(format!("{}:{}: {colour}", source.path, index + 1));
            }
        }
    }
    none(&format!("a colour gets a name in {TOKENS} and is used by it:"), &against);
}

/// The same lines, with blanks where comments were.
fn without_comments(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        text.push_str(before);
        text.extend(comment.chars().filter(|letter| *letter == '\n'));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The first colour that a line of CSS names by numbers.
fn colour(line: &str) -> Option<&str> {
    let functions = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(", "color("];
    let by_function = functions.iter().find_map(|name| {
        let (start, _) = line.match_indices(name).find(|(start, _)| {
            let before = line[..*start].chars().next_back();
            !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '-')
        })?;
        Some(&line[start..])
    });
    // A selector may have the same form: `#add {`.
    let by_hash = line.match_indices('#').find_map(|(start, _)| {
        let (before, after) = (&line[..start], &line[start + 1..]);
        let digits = after.find(|letter: char| !letter.is_ascii_hexdigit()).unwrap_or(after.len());
        let ended = !after[digits..].starts_with(|letter: char| letter.is_alphanumeric() || "-_".contains(letter));
        let selects = !before.contains(':') && after.contains('{');
        (ended && !selects && matches!(digits, 3 | 4 | 6 | 8)).then(|| &line[start..=start + digits])
    });
    by_function.or(by_hash)
}

#[test]
fn colours_are_seen() {
    for with in
        ["color: #fff;", "background:#12345678", "border: 1px solid rgb(0 0 0)", "fill: oklch(50% 0 0)", "  #abc 10%,"]
    {
        assert!(colour(with).is_some(), "{with}");
    }
    let mixed = "color: color-mix(in oklab, var(--ink), transparent 20%)";
    for without in ["color: var(--ink);", "#add { top: 0 }", "filter: url(#shadow)", "grid-area: lab", mixed] {
        assert!(colour(without).is_none(), "{without}");
    }
    assert_eq!(without_comments("a /* #fff\n */ b"), "a \n b");
}
