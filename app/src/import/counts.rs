//! The four counts of a check or a run.

use super::figures::grouped;
use crate::texts::use_texts;
use domain::page::Progress;
use leptos::prelude::*;

#[component]
pub fn Counts(#[prop(into)] counts: Signal<Progress>) -> impl IntoView {
    let t = use_texts().importer();
    let of = [
        (t.created(), (|counts| counts.created) as fn(Progress) -> u64),
        (t.updated(), |counts| counts.updated),
        (t.unchanged(), |counts| counts.unchanged),
        (t.refused(), |counts| counts.refused),
    ];
    view! {
        <dl class="counts">
            {of.into_iter().map(|(name, count)| view! {
                <div><dt>{name}</dt><dd>{move || grouped(count(counts.get()))}</dd></div>
            }).collect_view()}
        </dl>
    }
}
