//! Makes `Texts` from the locale files: a method for each text, with an argument for each `{{ value }}` in it. A key that
//! one language lacks, or a value that it does not use, fails the build; a text that nobody asks for costs nothing.

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
        for (key, text) in texts {
            let (english, chinese) = (text_of(text, area, key), text_of(&zh[area][key], area, key));
            method(&mut code, area, key, english, chinese);
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
    let keys = |map: &Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
    let differing: Vec<_> = keys(en).symmetric_difference(&keys(zh)).cloned().collect();
    assert!(differing.is_empty(), "locales: only one language has {place}{}", differing.join(", "));
    for (key, value) in en {
        if let (Value::Object(en), Value::Object(zh)) = (value, &zh[key]) {
            same_keys(&format!("{place}{key}."), en, zh);
        }
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

fn method(code: &mut String, area: &str, key: &str, english: &str, chinese: &str) {
    let ((english_format, values), (chinese_format, others)) = (format_of(english), format_of(chinese));
    assert!(values == others, "locales: {area}.{key} has other values in one language: {values:?}, {others:?}");
    if values.is_empty() {
        writeln!(
            code,
            "pub fn {key}(self) -> &'static str {{ match self.0 {{ Language::English => {english:?}, \
             Language::Chinese => {chinese:?} }} }}"
        )
    } else {
        let arguments: Vec<_> = values.iter().map(|name| format!("{name}: impl std::fmt::Display")).collect();
        writeln!(
            code,
            "pub fn {key}(self, {}) -> String {{ match self.0 {{ Language::English => format!({english_format:?}), \
             Language::Chinese => format!({chinese_format:?}) }} }}",
            arguments.join(", ")
        )
    }
    .expect("a string");
}
