//! Language and theme: chosen by hand, kept in a cookie, so that the server renders the next page in them.

use crate::{
    seed::Theme,
    texts::{Language, use_texts},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

fn keep(name: &str, value: &str, seconds: u32) {
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _ = document.set_cookie(&format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax"));
    }
}

const YEAR: u32 = 365 * 24 * 3600;

/// Shows the page anew in a language.
pub fn choose_language(language: Language) {
    keep("language", language.tag(), YEAR);
    let _ = window().location().reload();
}

/// `None`: as the system wishes.
pub fn choose_theme(theme: Option<Theme>) {
    let Some(html) = document().document_element() else { return };
    let _ = if let Some(theme) = theme {
        keep("theme", theme.word(), YEAR);
        html.set_attribute("data-theme", theme.word())
    } else {
        keep("theme", "", 0);
        html.remove_attribute("data-theme")
    };
}

#[component]
pub fn LanguageChoice() -> impl IntoView {
    let texts = use_texts();
    let button = move |language: Language, name: &'static str| {
        view! {
            <button type="button" lang=language.tag() aria-pressed=(texts.0 == language).to_string()
                on:click=move |_| choose_language(language)>
                {name}
            </button>
        }
    };
    view! {
        <span class="seg" role="group" aria-label=texts.person().language()>
            {button(Language::Chinese, texts.person().language_zh())}
            {button(Language::English, texts.person().language_en())}
        </span>
    }
}

#[component]
pub fn ThemeChoice() -> impl IntoView {
    let texts = use_texts().person();
    let chosen = RwSignal::new(None);
    Effect::new(move |_| {
        let theme = document().document_element().and_then(|html| html.get_attribute("data-theme"));
        chosen.set(theme.as_deref().and_then(Theme::from_word));
    });
    let choose = move |theme: Option<Theme>| {
        choose_theme(theme);
        chosen.set(theme);
    };
    let button = move |theme: Option<Theme>, name: &'static str| {
        view! {
            <button type="button" aria-pressed=move || (chosen.get() == theme).to_string()
                on:click=move |_| choose(theme)>
                {name}
            </button>
        }
    };
    view! {
        <span class="seg" role="group" aria-label=texts.theme()>
            {button(None, texts.theme_system())}
            {button(Some(Theme::Light), texts.theme_light())}
            {button(Some(Theme::Dark), texts.theme_dark())}
        </span>
    }
}
