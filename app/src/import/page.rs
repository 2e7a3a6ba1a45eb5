//! The page of imports: four steps from a file to its result, and the imports before.

use super::{
    check_step::CheckStep,
    columns_step::ColumnsStep,
    figures::grouped,
    file_step::FileStep,
    names::{failure, run_state},
    requests::Failure,
    run_view::RunView,
    state::{Step, Wizard},
    trouble::Trouble,
};
use crate::{
    client::Client,
    shell::TopBar,
    texts::use_texts,
    ui::{HealthMark, Title, time::when},
};
use domain::{
    access::Right,
    health::Light,
    id::ImportId,
    page::{Address, ImportRun, Page},
};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn ImportPage() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.importer();
    let wizard = Wizard::new();
    provide_context(wizard);
    let run =
        Memo::new(move |_| client.page.with(|page| if let Page::Import(run) = page { Some(run.id) } else { None }));
    // Another page's import is over for this one: a new file begins at the first step.
    Effect::new(move |before: Option<Option<ImportId>>| {
        let now = run.get();
        if before.flatten().is_some() && now.is_none() {
            wizard.begin();
        }
        now
    });
    let step = Memo::new(move |_| if run.get().is_some() { Step::Result } else { wizard.step.get() });
    let may = client.holds(Right::Import);
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar><h1>{t.title()}</h1></TopBar>
        <main class="page imp" id="main">
            {if may {
                view! {
                    <Steps step=step />
                    {move || match step.get() {
                        Step::File => view! { <FileStep /> }.into_any(),
                        Step::Columns => view! { <ColumnsStep /> }.into_any(),
                        Step::Check => view! { <CheckStep /> }.into_any(),
                        Step::Result => view! { <Result /> }.into_any(),
                    }}
                }.into_any()
            } else {
                view! { <p class="notice">{texts.errors().no_permission(texts.right().import_data())}</p> }.into_any()
            }}
        </main>
    }
}

/// The run that the address names.
#[component]
fn Result() -> impl IntoView {
    let client = expect_context::<Client>();
    let run = Memo::new(move |_| {
        client.page.with(|page| if let Page::Import(run) = page { Some(run.clone()) } else { None })
    });
    move || run.get().map(|run| view! { <RunView run=run /> })
}

#[component]
fn Steps(step: Memo<Step>) -> impl IntoView {
    let t = use_texts().importer();
    let steps = [
        (Step::File, t.step_file()),
        (Step::Columns, t.step_columns()),
        (Step::Check, t.step_check()),
        (Step::Result, t.step_result()),
    ];
    view! {
        <ol class="wsteps">
            {steps.into_iter().map(|(own, name)| view! {
                <li
                    class:done=move || own < step.get()
                    aria-current=move || (own == step.get()).then_some("step")
                >{name}</li>
            }).collect_view()}
        </ol>
    }
}

/// What went wrong, at the head of a step.
#[component]
pub fn Problems() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let wizard = expect_context::<Wizard>();
    move || {
        wizard.failure.get().map(|problem| {
            let sentences = wizard.file.with(|file| client.peek(|view| failure(texts, view, file.as_ref(), &problem)));
            let running = match problem {
                Failure::Trouble(Trouble::ImportRunning { run }) => Some(run),
                _ => None,
            };
            view! {
                <div class="error problems" role="alert">
                    <HealthMark level=Light::Red label=texts.importer().problems() />
                    <div>
                        {sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
                        {running.map(|run| view! {
                            <p class="acts"><A href=Address::Import(run).path() attr:class="btn">{texts.importer().show_it()}</A></p>
                        })}
                    </div>
                </div>
            }
        })
    }
}

/// The imports before.
#[component]
pub fn Past() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.importer();
    let runs = Memo::new(move |_| {
        client.page.with(|page| if let Page::Imports { runs } = page { runs.clone() } else { Vec::new() })
    });
    view! {
        <section class="past">
            <h2>{t.past()}</h2>
            {move || if runs.with(Vec::is_empty) {
                view! { <p class="second">{t.past_empty()}</p> }.into_any()
            } else {
                view! {
                    <table class="table roomy">
                        <thead>
                            <tr>
                                <th scope="col">{t.step_file()}</th>
                                <th scope="col" class="wide-only">{t.who()}</th>
                                <th scope="col">{t.started()}</th>
                                <th scope="col" class="num wide-only">{t.created()}</th>
                                <th scope="col">{t.state()}</th>
                            </tr>
                        </thead>
                        <tbody>{runs.get().into_iter().map(past_line).collect_view()}</tbody>
                    </table>
                }.into_any()
            }}
        </section>
    }
}

fn past_line(run: ImportRun) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let who = client.peek(|view| view.members.get(&run.by).map(|member| member.name.clone()));
    let state = run_state(texts, &run);
    let started = when(&client.zone(), run.started_at, client.today());
    view! {
        <tr>
            <td class="name clip"><A href=Address::Import(run.id).path()>{run.file_name}</A></td>
            <td class="second wide-only">{who}</td>
            <td class="second">{started}</td>
            <td class="num wide-only">{grouped(run.progress.created)}</td>
            <td>{state}</td>
        </tr>
    }
}
