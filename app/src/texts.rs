//! The interface's texts in both languages. The methods are made by build.rs from `locales/en.json` and `zh.json`.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Language {
    #[default]
    English,
    Chinese,
}

impl Language {
    /// The language of a tag such as `zh-CN` or `en`; `None` where it is neither.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Some(Self::Chinese),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    /// For `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    pub fn is_chinese(self) -> bool {
        self == Self::Chinese
    }
}

/// All texts in one language: `texts.board().new_deal()`.
#[derive(Debug, Clone, Copy)]
pub struct Texts(pub Language);

impl Texts {
    /// The same in the other language.
    #[must_use]
    pub fn other(self) -> Self {
        Self(if self.0.is_chinese() { Language::English } else { Language::Chinese })
    }
}

/// The texts in the page's language. It stays for as long as the page: choosing another one loads anew.
pub fn use_texts() -> Texts {
    Texts(use_context::<Language>().unwrap_or_default())
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
