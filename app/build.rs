//! Makes `Texts` from the locale files: a method for each text, with an argument for each `{{ value }}` in it. A key that
//! one language lacks, or a value that it does not use, fails the build; a text that nobody asks for costs nothing.
//!
//! Where a language says something else of one than of several, `key_one` beside `key` has that form: it is taken where the
//! value `n` is 1.

use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Texts are named for what they say, be it `new`, and two may say the same in one language.
const UNUSUAL: &str = "#[allow(clippy::match_same_arms, clippy::new_ret_no_self, clippy::wrong_self_convention)]";

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("locales");
    println!("cargo::rerun-if-changed={}", root.display());
    let (en, zh) = (read(&root.join("en.json")), read(&root.join("zh.json")));
    same_keys("", &en, &zh);

    let mut code = String::new();
    let mut areas = String::new();
    for (area, texts) in &en {
        let texts = texts.as_object().unwrap_or_else(|| panic!("{area} holds texts"));
        let name: String = area.split('_').map(capitalised).collect();
        writeln!(areas, "pub fn {area}(self) -> {name} {{ {name}(self.0) }}").expect("a string");
        writeln!(code, "#[derive(Clone, Copy)] pub struct {name}(Language); {UNUSUAL} impl {name} {{")
            .expect("a string");
        let chinese = zh[area].as_object().unwrap_or_else(|| panic!("{area} holds texts"));
        for key in texts.keys().filter(|key| !is_of_one(texts, key)) {
            let forms = [("English", texts), ("Chinese", chinese)]
                .map(|(language, texts)| Forms::of(language, texts, area, key));
            method(&mut code, area, key, &forms);
        }
        code.push_str("}\n");
    }
    writeln!(code, "impl Texts {{ {areas} }}").expect("a string");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("texts.rs");
    fs::write(out, code).expect("the output folder can be written");
}

fn read(path: &Path) -> Map<String, Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn same_keys(place: &str, en: &Map<String, Value>, zh: &Map<String, Value>) {
    let keys =
        |map: &Map<String, Value>| map.keys().filter(|key| !is_of_one(map, key)).cloned().collect::<BTreeSet<_>>();
    let differing: Vec<_> = keys(en).symmetric_difference(&keys(zh)).cloned().collect();
    assert!(differing.is_empty(), "locales: only one language has {place}{}", differing.join(", "));
    for (key, value) in en {
        if let (Value::Object(en), Some(Value::Object(zh))) = (value, zh.get(key)) {
            same_keys(&format!("{place}{key}."), en, zh);
        }
    }
}

/// Whether the text is the form for one of another, which counts an `n`.
fn is_of_one(texts: &Map<String, Value>, key: &str) -> bool {
    let other = key.strip_suffix("_one").and_then(|key| texts.get(key)?.as_str());
    other.is_some_and(|text| format_of(text).1.contains("n"))
}

/// A text in one language.
struct Forms<'a> {
    language: &'static str,
    text: &'a str,
    /// The form for one.
    one: Option<&'a str>,
}

impl<'a> Forms<'a> {
    fn of(language: &'static str, texts: &'a Map<String, Value>, area: &str, key: &str) -> Self {
        let one = format!("{key}_one");
        let one = is_of_one(texts, &one).then(|| texts.get(&one)).flatten().map(|text| text_of(text, area, key));
        Self { language, text: text_of(&texts[key], area, key), one }
    }
}

fn text_of<'a>(value: &'a Value, area: &str, key: &str) -> &'a str {
    value.as_str().unwrap_or_else(|| panic!("locales: {area}.{key} is no text"))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text as a format string, and the names of its values.
fn format_of(text: &str) -> (String, BTreeSet<String>) {
    let mut format = String::new();
    let mut values = BTreeSet::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or_else(|| panic!("locales: not closed: {text}"));
        let name = name.trim();
        write!(format, "{}{{{name}}}", before.replace('{', "{{").replace('}', "}}")).expect("a string");
        values.insert(name.to_owned());
        rest = after;
    }
    format.push_str(&rest.replace('{', "{{").replace('}', "}}"));
    (format, values)
}

fn method(code: &mut String, area: &str, key: &str, forms: &[Forms]) {
    let values = format_of(forms[0].text).1;
    let texts = forms.iter().flat_map(|form| std::iter::once(form.text).chain(form.one));
    for others in texts.map(|text| format_of(text).1) {
        assert!(values == others, "locales: {area}.{key} has other values in one form: {values:?}, {others:?}");
    }
    let by_count = forms.iter().any(|form| form.one.is_some());
    let arguments: String = values.iter().map(|name| format!(", {name}: impl std::fmt::Display")).collect();
    let result = if values.is_empty() { "&'static str" } else { "String" };
    let mut arms = String::new();
    for Forms { language, text, one } in forms {
        let said = |text: &str| {
            if values.is_empty() { format!("{text:?}") } else { format!("format!({:?})", format_of(text).0) }
        };
        let said = match one {
            Some(one) => format!("if n == \"1\" {{ {} }} else {{ {} }}", said(one), said(text)),
            None => said(text),
        };
        write!(arms, "Language::{language} => {said}, ").expect("a string");
    }
    let counted = if by_count { "let n = n.to_string(); " } else { "" };
    writeln!(code, "pub fn {key}(self{arguments}) -> {result} {{ {counted}match self.0 {{ {arms}}} }}")
        .expect("a string");
}
