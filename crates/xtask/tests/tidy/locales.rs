//! Every sentence exists in both languages.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::sources::root;

#[test]
fn languages_have_the_same_keys() {
    let folder = root().join("app/locales");
    let [Some(english), Some(chinese)] = ["en.json", "zh.json"].map(|name| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        let value: Value = serde_json::from_str(&text).expect(name);
        Some(keys(&value))
    }) else {
        assert!(!folder.exists(), "{} has no en.json or no zh.json", folder.display());
        return;
    };
    let only_english: Vec<_> = english.difference(&chinese).collect();
    let only_chinese: Vec<_> = chinese.difference(&english).collect();
    assert!(
        only_english.is_empty() && only_chinese.is_empty(),
        "missing in zh.json: {only_english:?}; missing in en.json: {only_chinese:?}"
    );
}

/// The paths of all sentences. The form for one (`key_one` beside `key`) counts as its key: not every language has it.
fn keys(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(value, "", &mut found);
    found
}

fn collect(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let Value::Object(entries) = value else {
        found.insert(path.strip_suffix("_one").unwrap_or(path).to_owned());
        return;
    };
    for (key, value) in entries {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        collect(value, &path, found);
    }
}

#[test]
fn keys_are_found_at_any_depth() {
    let value = serde_json::json!({ "a": "1", "b": { "c": "2", "d": "3", "d_one": "4" } });
    assert_eq!(keys(&value), BTreeSet::from(["a", "b.c", "b.d"].map(str::to_owned)));
}
