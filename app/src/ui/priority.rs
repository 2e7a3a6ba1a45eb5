//! How urgent a deal is, in words and as a mark.

use crate::{
    texts::{Texts, use_texts},
    ui::{Icon, IconName},
};
use domain::deal::Priority;
use leptos::prelude::*;

pub fn name(texts: Texts, priority: Priority) -> &'static str {
    match priority {
        Priority::High => texts.priority().high(),
        Priority::Normal => texts.priority().normal(),
        Priority::Low => texts.priority().low(),
    }
}

/// The name of a stored word.
pub fn stored_name(texts: Texts, word: &str) -> String {
    Priority::from_word(word).map_or_else(|| word.to_owned(), |priority| name(texts, priority).to_owned())
}

/// What can be chosen beside nothing, which means normal: stored word and name.
pub fn options(texts: Texts) -> Vec<(String, String)> {
    let choices = [Priority::High, Priority::Low].into_iter();
    choices.map(|priority| (priority.word().to_owned(), name(texts, priority).to_owned())).collect()
}

/// A flag before the name of an urgent deal; nothing before others.
#[component]
pub fn PriorityMark(priority: Priority) -> impl IntoView {
    let label = use_texts().priority().mark();
    (priority == Priority::High).then(|| {
        view! { <span class="flag" role="img" aria-label=label title=label><Icon name=IconName::Flag class="i-s" /></span> }
    })
}
