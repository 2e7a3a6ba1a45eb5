//! What is odd about a file, under its name and size.

use super::{
    figures::{columns, grouped, rows, size},
    inspection::Inspection,
    state::Wizard,
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::import::Encoding;
use leptos::prelude::*;

#[component]
pub fn Facts(file: Inspection) -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let wizard = expect_context::<Wizard>();
    let encoding = file.format.encoding;
    let is_guess = move || wizard.wanted.with(|wanted| wanted.encoding.is_none()) && is_guess(encoding);
    let malformed = (file.malformed > 0).then(|| t.malformed(grouped(file.malformed)));
    let doubt = move || malformed.clone().or_else(|| is_guess().then(|| t.encoding_guessed(encoding.name())));
    view! {
        <p class="facts">
            <Icon name=IconName::File class="i-s" />
            <b>{t.file_size(file.file_name, size(file.bytes))}</b>
            <span class="second">{t.facts(columns(texts, file.columns.len()), rows(texts, file.rows))}</span>
        </p>
        {(file.odd_rows > 0).then(|| view! { <p class="second">{t.odd_rows(grouped(file.odd_rows))}</p> })}
        {(file.nuls > 0).then(|| view! { <p class="notice warn">{t.nuls(grouped(file.nuls))}</p> })}
        {move || doubt().map(|doubt| view! { <p class="notice warn">{doubt} " " {t.encoding_wrong()}</p> })}
    }
}

/// Whether nothing but statistics speaks for an encoding. Those left out show themselves: by a mark, by their form, or, as
/// Chinese does, by their most used characters. What is pure ASCII passes for UTF-8, so a guess has letters to judge by.
fn is_guess(encoding: Encoding) -> bool {
    let certain = [Encoding::UTF_8, Encoding::UTF_16LE, Encoding::UTF_16BE, Encoding::GB18030];
    !certain.contains(&encoding)
}
