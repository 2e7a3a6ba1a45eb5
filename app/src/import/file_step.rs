//! Step one: the file. The input covers the place, so that clicking, dropping and the keyboard are one thing.

use super::{
    figures::grouped,
    page::{Past, Problems},
    state::Wizard,
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::import::Limits;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

#[component]
pub fn FileStep() -> impl IntoView {
    let t = use_texts().importer();
    let wizard = expect_context::<Wizard>();
    let over = RwSignal::new(false);
    let limits = Limits::default();
    view! {
        <div class="main">
            <Problems />
            <div
                class="drop"
                class:over=move || over.get()
                aria-busy=move || wizard.is_busy().then_some("true")
                on:dragenter=move |_| over.set(true)
                on:dragleave=move |_| over.set(false)
                on:drop=move |_| over.set(false)
            >
                <Icon name=IconName::Upload />
                <b>{move || if wizard.is_busy() { use_texts().common().loading() } else { t.drop() }}</b>
                <span class="second">{t.limits(grouped(limits.rows), limits.bytes / (1024 * 1024))}</span>
                <input
                    type="file"
                    accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
                    aria-label=t.drop()
                    disabled=move || wizard.is_busy()
                    on:change=move |event| {
                        if let Some(file) = chosen(&event) {
                            wizard.send(file);
                        }
                    }
                />
            </div>
            <Past />
        </div>
    }
}

/// The file in the input. The input forgets it at once, so that the same file can be chosen again.
fn chosen(event: &web_sys::Event) -> Option<JsValue> {
    let input = event.target()?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
    let files = js_sys::Reflect::get(&input, &"files".into()).ok()?;
    let file = js_sys::Reflect::get_u32(&files, 0).ok().filter(|file| !file.is_undefined())?;
    input.set_value("");
    Some(file)
}
