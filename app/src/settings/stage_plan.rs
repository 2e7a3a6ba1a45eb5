//! Which plan a deal gets when it enters a stage for the first time.

use super::cell::reason;
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{change::Target, id::StageId, pipeline::Stage, record::Kind};
use leptos::prelude::*;
use serde_json::{Value, json};

#[component]
pub fn StagePlan(id: StageId, stage: Memo<Option<Stage>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.plan_rules();
    let problem = RwSignal::new(None::<String>);
    let starts = Memo::new(move |_| stage.with(|stage| stage.as_ref().and_then(|stage| stage.starts)));
    let templates = Memo::new(move |_| {
        client.with(|view| {
            let templates = view.plans.values().filter(|plan| plan.template);
            let mut named: Vec<_> = templates.map(|plan| (plan.name.clone(), plan.id)).collect();
            named.sort();
            named
        })
    });
    let choose = move |text: String| {
        let value = if text.is_empty() { Value::Null } else { json!(text) };
        let asked = client.set(Target::new(Kind::Stage, id), "starts", value);
        if let Ok(command) = &asked {
            client.toasts.done(texts.toast().saved(), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let field = format!("starts-{id}");
    view! {
        <section class="field">
            <h3><label for=field.clone()>{t.starts()}</label></h3>
            <span class="select">
                <select id=field disabled=!editable on:change=move |event| choose(event_target_value(&event))
                    prop:value=move || { problem.track(); starts.get().map(|plan| plan.to_string()).unwrap_or_default() }>
                    <option value="" selected=move || starts.get().is_none()>{t.starts_none()}</option>
                    {move || templates.get().into_iter().map(|(name, plan)| view! {
                        <option value=plan.to_string() selected=move || starts.get() == Some(plan)>{name}</option>
                    }).collect_view()}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
            <p class="hint-line">{t.starts_text()}</p>
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </section>
    }
}
