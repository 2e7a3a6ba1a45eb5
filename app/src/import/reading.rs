//! How the file is read: what its rows are, encoding, separator, header, numbers.

use super::{
    inspection::{Inspection, Reading},
    names::row_kind,
    pick::{Pick, code, decode},
    plan::RowKind,
    state::Wizard,
};
use crate::texts::use_texts;
use domain::{
    import::{DecimalMark, Encoding, Separator},
    money::{COMMON, Currency},
};
use leptos::prelude::*;

#[component]
pub fn ReadingOptions() -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let wizard = expect_context::<Wizard>();
    // What the person corrected, and what was found of the rest.
    let now = Memo::new(move |_| {
        let wanted = wizard.wanted.get();
        let found = wizard.file.with(|file| file.as_ref().map(Inspection::reading)).unwrap_or_default();
        Reading {
            encoding: wanted.encoding.or(found.encoding),
            separator: wanted.separator.or(found.separator),
            header: wanted.header.or(found.header),
            rows: wanted.rows.or(found.rows),
        }
    });
    let kinds: Vec<_> = RowKind::ALL.into_iter().map(|rows| (code(&rows), row_kind(texts, rows).to_owned())).collect();
    let encodings = Signal::derive(move || {
        let mut choices = Encoding::CHOICES.to_vec();
        if let Some(other) = now.get().encoding.filter(|encoding| !choices.contains(encoding)) {
            choices.push(other);
        }
        choices.into_iter().map(|encoding| (code(&encoding), encoding.name().to_owned())).collect()
    });
    let separators: Vec<_> = Separator::ALL
        .into_iter()
        .map(|separator| {
            let name = match separator {
                Separator::Comma => t.separator_comma(),
                Separator::Semicolon => t.separator_semicolon(),
                Separator::Tab => t.separator_tab(),
                Separator::Pipe => t.separator_pipe(),
                Separator::Colon => t.separator_colon(),
            };
            (code(&separator), name.to_owned())
        })
        .collect();
    let headers = vec![(code(&true), t.header_yes().to_owned()), (code(&false), t.header_no().to_owned())];
    let marks = vec![
        (code(&DecimalMark::Point), t.number_point().to_owned()),
        (code(&DecimalMark::Comma), t.number_comma().to_owned()),
    ];
    let currencies = Signal::derive(move || {
        let own = wizard.planned(|plan| plan.currency.code().to_owned());
        let mut codes: Vec<String> = COMMON.iter().map(|code| (*code).to_owned()).collect();
        codes.extend(own.filter(|own| !COMMON.contains(&own.as_str())));
        codes.into_iter().map(|code| (code.clone(), code)).collect()
    });
    let units = vec![("0".to_owned(), t.unit_full().to_owned()), ("4".to_owned(), t.unit_wan().to_owned())];
    view! {
        <div class="opts">
            <Pick label=t.what() options=kinds value=Signal::derive(move || code(&now.get().rows))
                pick=Callback::new(move |rows: String| wizard.correct(|reading| reading.rows = decode(&rows))) />
            <Pick label=t.encoding() options=encodings value=Signal::derive(move || code(&now.get().encoding))
                pick=Callback::new(move |encoding: String| wizard.correct(|reading| reading.encoding = decode(&encoding))) />
            <Pick label=t.separator() options=separators value=Signal::derive(move || code(&now.get().separator))
                pick=Callback::new(move |separator: String| wizard.correct(|reading| reading.separator = decode(&separator))) />
            <Pick label=t.header_row() options=headers value=Signal::derive(move || code(&now.get().header))
                pick=Callback::new(move |header: String| wizard.correct(|reading| reading.header = decode(&header))) />
            <Pick label=t.number_form() options=marks
                value=Signal::derive(move || wizard.planned(|plan| code(&plan.decimal)).unwrap_or_default())
                pick=Callback::new(move |mark: String| wizard.change(|plan| {
                    if let Some(mark) = decode(&mark) {
                        plan.decimal = mark;
                    }
                })) />
            <Pick label=t.currency() options=currencies
                value=Signal::derive(move || wizard.planned(|plan| plan.currency.code().to_owned()).unwrap_or_default())
                pick=Callback::new(move |currency: String| wizard.change(|plan| {
                    plan.currency = currency.parse::<Currency>().unwrap_or(plan.currency);
                })) />
            <Pick label=t.amount_unit() options=units
                value=Signal::derive(move || wizard.planned(|plan| plan.amount_exponent.to_string()).unwrap_or_default())
                pick=Callback::new(move |unit: String| wizard.change(|plan| plan.amount_exponent = unit.parse().unwrap_or(0))) />
        </div>
    }
}
