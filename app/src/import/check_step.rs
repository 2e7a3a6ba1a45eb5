//! Step three: what would happen. Nothing has been written yet.

use super::{
    counts::Counts,
    figures::{grouped, rows},
    page::Problems,
    report::{Check, Makes, RefusedRow, StageSum},
    sentence::reason_sentence,
    state::{Step, Wizard},
};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Icon, IconName, figure::sums_text},
};
use domain::{
    board::{Sum, Totals},
    money::{Currency, Money},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// How many names are said of what is made.
const NAMES: usize = 8;

#[component]
pub fn CheckStep() -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let wizard = expect_context::<Wizard>();
    let navigate = use_navigate();
    let counts =
        Signal::derive(move || wizard.check.with(|check| check.as_ref().map(|check| check.counts).unwrap_or_default()));
    let upload = move || wizard.file.with(|file| file.as_ref().map(|file| file.upload));
    let coming = move || {
        let counts = counts.get();
        counts.created + counts.updated
    };
    let go = move |_| {
        let navigate = navigate.clone();
        wizard.apply(move |path| navigate(&path, NavigateOptions::default()));
    };
    view! {
        <div class="main">
            <Problems />
            <p class="lead-in">{t.dry_run()}</p>
            <Counts counts=counts />
            {move || wizard.check.get().map(|check| view! { <Report check=check /> })}
            {move || (counts.get().refused > 0).then(|| view! {
                <section class="part">
                    <h2>{t.refused()}</h2>
                    <p>
                        {t.refused_text()} " "
                        <a class="link" rel="external" download=""
                            href=move || upload().map(|upload| format!("/api/v1/imports/{upload}/refused.csv"))>{t.refused_download()}</a>
                    </p>
                    {move || wizard.check.get().map(|check| view! { <Refused rows=check.refused total=check.counts.refused /> })}
                </section>
            })}
        </div>
        <footer>
            <button type="button" class="btn" on:click=move |_| wizard.step.set(Step::Columns)>{texts.common().back()}</button>
            <button type="button" class="btn primary push" aria-busy=move || wizard.is_busy().then_some("true")
                disabled=move || wizard.is_busy() || coming() == 0 on:click=go>
                {move || t.apply(rows(texts, coming()))}
            </button>
        </footer>
    }
}

#[component]
fn Report(check: Check) -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let made = made(texts, &check.makes, check.counts.accounts);
    let unknown = [(t.unknown_owner(), check.unknown_owners)];
    let stages_unknown = check.unknown_stages;
    let counted = [
        (check.keyless, t.keyless(grouped(check.keyless))),
        (check.short_rows, t.short_rows(grouped(check.short_rows))),
    ];
    view! {
        {check.unmatched.then(|| view! { <p class="notice warn">{t.unmatched()}</p> })}
        {counted.into_iter().filter(|(count, _)| *count > 0).map(|(_, sentence)| view! { <p class="notice warn">{sentence}</p> }).collect_view()}
        {unknown.into_iter().chain([(t.stage_unknown(), stages_unknown)]).filter(|(_, values)| !values.is_empty()).map(|(name, values)| {
            let values: Vec<String> = values.into_iter().map(|(value, count)| format!("{value} ({})", grouped(count))).collect();
            view! { <p class="notice warn">{name} ": " {values.join(", ")}</p> }
        }).collect_view()}
        {(!made.is_empty()).then(|| view! {
            <section class="part">
                <h2>{t.makes()}</h2>
                <ul class="makes">{made.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
            </section>
        })}
        {(!check.stages.is_empty()).then(|| view! {
            <section class="part">
                <h2>{t.by_stage()}</h2>
                <table class="table">
                    <thead><tr><th scope="col">{texts.deal().stage()}</th><th scope="col" class="num">{t.deals()}</th><th scope="col" class="num">{t.sum()}</th></tr></thead>
                    <tbody>{check.stages.into_iter().map(|sum| stage_line(texts, sum)).collect_view()}</tbody>
                </table>
            </section>
        })}
    }
}

fn stage_line(texts: Texts, sum: StageSum) -> impl IntoView {
    let money = sums_text(&sum.totals, false, texts.0);
    let exact = exact_text(&sum.totals);
    view! {
        <tr>
            <td class="name">{sum.name}</td>
            <td class="num">{grouped(sum.totals.deals.into())}</td>
            <td class="num money" title=exact>{money}</td>
        </tr>
    }
}

/// Every currency's sum to the last digit.
fn exact_text(totals: &Totals) -> String {
    let exact = |(currency, sum): (&Currency, &Sum)| {
        Some(format!("{}{}", currency.sign(), Money::new(i64::try_from(sum.amount).ok()?, *currency).exact()))
    };
    totals.sums.iter().filter_map(exact).collect::<Vec<_>>().join(" + ")
}

/// What is made besides the rows, a line for each kind.
fn made(texts: Texts, makes: &Makes, accounts: u64) -> Vec<String> {
    let t = texts.importer();
    let names = |names: &[String]| {
        let more = if names.len() > NAMES { ", …" } else { "" };
        format!("{}{more}", names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    let options: Vec<String> = makes.options.iter().map(|(field, option)| format!("{field}: {option}")).collect();
    let filled = |list: &[String]| !list.is_empty();
    [
        makes.pipeline.as_ref().map(|name| t.makes_pipeline(name)),
        filled(&makes.stages).then(|| t.makes_stages(names(&makes.stages))),
        filled(&makes.fields).then(|| t.makes_fields(names(&makes.fields))),
        filled(&options).then(|| t.makes_options(names(&options))),
        filled(&makes.members).then(|| t.makes_members(makes.members.len(), names(&makes.members))),
        filled(&makes.teams).then(|| t.makes_teams(names(&makes.teams))),
        (accounts > 0).then(|| t.makes_accounts(grouped(accounts))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[component]
fn Refused(rows: Vec<RefusedRow>, total: u64) -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let client = expect_context::<Client>();
    let shown = rows.len() as u64;
    let lines = rows.into_iter().flat_map(|row| row.problems.into_iter().map(move |problem| (row.line, problem)));
    view! {
        <table class="table refused stack">
            <thead>
                <tr>
                    <th scope="col">{t.row()}</th>
                    <th scope="col">{t.column()}</th>
                    <th scope="col">{t.value()}</th>
                    <th scope="col">{t.reason()}</th>
                </tr>
            </thead>
            <tbody>
                {lines.map(|(line, problem)| {
                    let reason = client.peek(|view| reason_sentence(texts, view, &problem));
                    view! {
                        <tr>
                            <td class="ln">{line}</td>
                            <td>{problem.column}</td>
                            <td class="was">{problem.value}</td>
                            <td class="reason"><Icon name=IconName::X class="i-s" />{reason}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
        {(shown < total).then(|| view! { <p class="second">{t.refused_first(grouped(shown), grouped(total))}</p> })}
    }
}
