//! How the file is read: what its rows are, encoding, separator, header, numbers.

use super::{
    inspection::Reading,
    names::row_kind,
    pick::{Pick, code, decode},
    plan::RowKind,
    state::Wizard,
};
use crate::texts::use_texts;
use domain::{
    import::{DecimalMark, Encoding, Header, Separator},
    money::{COMMON, Currency},
};
use leptos::prelude::*;

#[component]
pub fn ReadingOptions() -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let wizard = expect_context::<Wizard>();
    let now = move || {
        let rows = wizard.planned(|plan| plan.rows);
        wizard.file.with(|file| {
            let file = file.as_ref()?;
            Some(Reading {
                encoding: Some(file.format.encoding),
                separator: Some(file.format.dialect.separator),
                header: Some(file.format.dialect.header == Header::Present),
                rows,
            })
        })
    };
    let now = Memo::new(move |_| now().unwrap_or_default());
    let again = move |change: &dyn Fn(&mut Reading)| {
        let mut reading = now.get_untracked();
        change(&mut reading);
        wizard.look_again(reading);
    };
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
                pick=Callback::new(move |rows: String| again(&|reading| reading.rows = decode(&rows))) />
            <Pick label=t.encoding() options=encodings value=Signal::derive(move || code(&now.get().encoding))
                pick=Callback::new(move |encoding: String| again(&|reading| reading.encoding = decode(&encoding))) />
            <Pick label=t.separator() options=separators value=Signal::derive(move || code(&now.get().separator))
                pick=Callback::new(move |separator: String| again(&|reading| reading.separator = decode(&separator))) />
            <Pick label=t.header_row() options=headers value=Signal::derive(move || code(&now.get().header))
                pick=Callback::new(move |header: String| again(&|reading| reading.header = decode(&header))) />
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
