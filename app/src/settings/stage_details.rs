//! What opens under a stage: its guidance, what it makes of a deal, and deleting it.

use super::{cell::reason, stage_gate::StageGate, stage_limit::StageLimit, stage_plan::StagePlan};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    change::Target,
    command::Command,
    id::StageId,
    pipeline::{Outcome, Stage},
    record::Kind,
    refusal::Refusal,
};
use leptos::prelude::*;
use serde_json::json;

#[component]
pub fn StageDetails(id: StageId, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let stage = Memo::new(move |_| client.with(|view| view.stages.get(&id).cloned()));
    view! {
        <StageGate id=id stage=stage editable=editable />
        <div class="ge">
            <Guidance id=id stage=stage editable=editable />
            <KindOf id=id stage=stage editable=editable />
            <StagePlan id=id stage=stage editable=editable />
            <StageLimit id=id stage=stage />
            {editable.then(|| view! { <Deleting id=id /> })}
        </div>
        // A row whose stage was deleted by others is gone with it.
        {move || stage.with(Option::is_none).then(|| texts.errors().not_found())}
    }
}

#[component]
fn Guidance(id: StageId, stage: Memo<Option<Stage>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let problem = RwSignal::new(None::<String>);
    let typed = RwSignal::new(None::<String>);
    let holds = move || stage.with(|stage| stage.as_ref().map(|stage| stage.guidance.clone()).unwrap_or_default());
    let save = move || {
        let Some(text) = typed.get_untracked() else { return };
        if text == stage.with_untracked(|stage| stage.as_ref().map(|s| s.guidance.clone()).unwrap_or_default()) {
            typed.set(None);
            return;
        }
        let value = if text.is_empty() { serde_json::Value::Null } else { json!(text) };
        match client.set(Target::new(Kind::Stage, id), "guidance", value) {
            Ok(command) => {
                typed.set(None);
                problem.set(None);
                client.toasts.done(texts.toast().saved(), command);
            }
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" if event.ctrl_key() || event.meta_key() => save(),
        "Escape" => {
            typed.set(None);
            problem.set(None);
        }
        _ => {}
    };
    let field = format!("guidance-{id}");
    let first = untrack(holds);
    view! {
        <section class="field">
            <h3><label for=field.clone()>{t.guidance()}</label></h3>
            {if editable {
                view! {
                    <textarea class="area" id=field placeholder=t.guidance_hint() maxlength="20000"
                        prop:value=move || typed.get().unwrap_or_else(holds) on:keydown=on_key on:blur=move |_| save()
                        aria-invalid=move || problem.with(Option::is_some).then_some("true")
                        on:input=move |event| typed.set(Some(event_target_value(&event)))>{first}</textarea>
                    {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
                    <span class="hint">{t.save_hint()}</span>
                }.into_any()
            } else {
                view! { <p class="prose">{holds}</p> }.into_any()
            }}
        </section>
    }
}

#[component]
fn KindOf(id: StageId, stage: Memo<Option<Stage>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let problem = RwSignal::new(None::<String>);
    let now = move || stage.with(|stage| stage.as_ref().map_or(Outcome::Open, |stage| stage.outcome));
    let choose = move |outcome: Outcome, name: &'static str| {
        if stage.with_untracked(|stage| stage.as_ref().is_none_or(|stage| stage.outcome == outcome)) {
            return;
        }
        let result = client.set(Target::new(Kind::Stage, id), "outcome", json!(outcome));
        if let Ok(command) = &result {
            client.toasts.done(texts.toast().field_changed(t.kind(), name), *command);
        }
        problem.set(result.err().map(|refusal| reason(client, &refusal)));
    };
    let waiting = Memo::new(move |_| stage.with(|stage| stage.as_ref().is_some_and(|stage| stage.waiting)));
    let wait = move |on: bool| {
        let value = if on { json!(true) } else { serde_json::Value::Null };
        let asked = client.set(Target::new(Kind::Stage, id), "waiting", value);
        if let Ok(command) = &asked {
            client.toasts.done(texts.toast().saved(), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let button = move |outcome: Outcome, name: &'static str| {
        view! {
            <button type="button" disabled=!editable aria-pressed=move || (now() == outcome).to_string()
                on:click=move |_| choose(outcome, name)>{name}</button>
        }
    };
    view! {
        <section>
            <h3>{t.kind()}</h3>
            <span class="seg" role="group" aria-label=t.kind()>
                {button(Outcome::Open, t.kind_open())}
                {button(Outcome::Won, t.kind_won())}
                {button(Outcome::Lost, t.kind_lost())}
            </span>
            <p class="hint-line">{t.kind_text()}</p>
            <label class="checkline">
                <input class="check" type="checkbox" disabled=!editable checked=waiting.get_untracked() prop:checked=move || waiting.get()
                    on:change=move |event| wait(event_target_checked(&event)) />
                <span>{texts.calendar().waiting()}</span>
            </label>
            <p class="hint-line">{texts.calendar().waiting_text()}</p>
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </section>
    }
}

#[component]
fn Deleting(id: StageId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let problem = RwSignal::new(None::<String>);
    let delete = move |_| {
        let (name, used) = client.peek(|view| {
            let name = view.stages.get(&id).map(|stage| stage.name.clone()).unwrap_or_default();
            (name, view.deals.values().any(|deal| deal.stage == id))
        });
        // The server knows every deal; those that are known here need not be asked about.
        let asked = if used {
            Err(Refusal::InUse { kind: Kind::Stage })
        } else {
            client.ask(Command::Delete { target: Target::new(Kind::Stage, id) })
        };
        match asked {
            Ok(command) => client.toasts.done(texts.toast().deleted(name), command),
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    view! {
        <section>
            <h3>{t.delete()}</h3>
            <button type="button" class="btn" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete()}</button>
            <p class="hint-line">{t.delete_text()}</p>
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </section>
    }
}
