//! Toasts: one at a time, ten seconds, with Undo where something can be taken back.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{HealthMark, short::short_names},
};
use domain::health::Light;
use domain::id::CommandId;
use leptos::prelude::*;
use std::time::Duration;

const LASTS: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    pub text: String,
    /// What Undo takes back.
    pub undo: Option<CommandId>,
    /// It tells of something that went wrong, and is read out at once.
    pub is_error: bool,
}

#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Option<(u32, Toast)>>,
    count: StoredValue<u32>,
}

impl Toasts {
    pub fn new() -> Self {
        Self { shown: RwSignal::new(None), count: StoredValue::new(0) }
    }

    pub fn show(&self, toast: Toast) {
        self.count.update_value(|count| *count += 1);
        let number = self.count.get_value();
        self.shown.set(Some((number, toast)));
        let shown = self.shown;
        set_timeout(
            move || {
                if shown.with_untracked(|shown| shown.as_ref().is_some_and(|(shown, _)| *shown == number)) {
                    shown.set(None);
                }
            },
            LASTS,
        );
    }

    pub fn say(&self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), undo: None, is_error: false });
    }

    pub fn fail(&self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), undo: None, is_error: true });
    }

    pub fn done(&self, text: impl Into<String>, undo: CommandId) {
        self.show(Toast { text: text.into(), undo: Some(undo), is_error: false });
    }

    pub fn close(&self) {
        self.shown.set(None);
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// Where toasts appear. What went wrong is read out at once, the rest when there is a pause.
#[component]
pub fn ToastArea(toasts: Toasts) -> impl IntoView {
    let shown = move |is_error: bool| {
        let toast = toasts.shown.get().map(|(_, toast)| toast).filter(|toast| toast.is_error == is_error);
        toast.map(|toast| view! { <ShownToast toasts=toasts toast=toast /> })
    };
    view! {
        <div class="toasts">
            <div role="status" aria-live="polite">{move || shown(false)}</div>
            <div role="alert">{move || shown(true)}</div>
        </div>
    }
}

#[component]
fn ShownToast(toasts: Toasts, toast: Toast) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let shown = short_names(&toast.text);
    let whole = (shown != toast.text).then_some(toast.text);
    view! {
        <div class="toast" class:failed=toast.is_error>
            {toast.is_error.then(|| view! { <HealthMark level=Light::Red label="" /> })}
            <span title=whole>{shown}</span>
            {toast.undo.map(|command| view! {
                <button on:click=move |_| client.undo(command)>
                    {texts.undo().undo()} " " <kbd>"Ctrl Z"</kbd>
                </button>
            })}
            <button on:click=move |_| toasts.close()>{texts.toast().dismiss()}</button>
        </div>
    }
}
