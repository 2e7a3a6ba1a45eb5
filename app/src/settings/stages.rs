//! The stages of a pipeline as a table; a row opens for what does not fit into a line.

use super::{
    cell::{Cell, Typed},
    positions::reorder,
    stage_details::StageDetails,
    stage_gate::summary,
};
use crate::{
    client::{Client, new_id},
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    change::Target,
    command::{Command, Place},
    id::{PipelineId, StageId},
    pipeline::{Outcome, Stage},
    record::{Kind, Record},
};
use leptos::prelude::*;

#[component]
pub fn Stages(pipeline: PipelineId, stages: Memo<Vec<StageId>>, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let opened = RwSignal::new(None::<StageId>);
    let add = move |_| {
        let stage = client.peek(|view| new_stage(view.stages_of(pipeline), pipeline, t.stage_default()));
        let name = stage.name.clone();
        let id = stage.id;
        // Before the ends: won and lost stay last.
        let order: Vec<_> = client.peek(|view| view.stages_of(pipeline).into_iter().map(entry).collect());
        let first_end = client.peek(|view| {
            let stages = view.stages_of(pipeline);
            stages.iter().position(|stage| stage.outcome != Outcome::Open).unwrap_or(stages.len())
        });
        let mut with_new = order;
        with_new.push(entry(&stage));
        let last = with_new.len() - 1;
        let create = Command::Create { record: Record::Stage(stage), place: Place::default(), dated: false };
        let mut parts = vec![create];
        if let Some(Command::Batch { parts: moves }) = reorder(&with_new, last, first_end) {
            parts.extend(moves);
        }
        if let Some(command) = client.ask_or_tell(Command::Batch { parts }) {
            client.toasts.done(t.stage_added(name), command);
            opened.set(Some(id));
        }
    };
    view! {
        <table class="table st stack">
            <thead>
                <tr>
                    <th scope="col"><span class="vh">{t.number()}</span></th>
                    <th scope="col">{t.stage()}</th>
                    <th scope="col" class="num">{t.probability()}</th>
                    <th scope="col" title=t.time_limit_hint()>{t.time_limit()}</th>
                    <th scope="col" class="num" title=t.wip_hint()>{t.wip()}</th>
                    <th scope="col">{texts.gate().conditions()}</th>
                    <th scope="col">{t.guidance()}</th>
                    <th scope="col"><span class="vh">{t.actions()}</span></th>
                </tr>
            </thead>
            <tbody>
                <For each=move || stages.get() key=|id| *id children=move |id| view! {
                    <StageRow id=id stages=stages opened=opened editable=editable />
                    {move || (opened.get() == Some(id)).then(|| view! {
                        <tr class="open"><td colspan="8"><StageDetails id=id editable=editable /></td></tr>
                    })}
                } />
            </tbody>
        </table>
        {editable.then(|| view! {
            <p class="add-stage">
                <button type="button" class="btn plain" on:click=add><Icon name=IconName::Plus class="i-s" />{t.stage_new()}</button>
            </p>
        })}
    }
}

fn entry(stage: &Stage) -> (Target, u32) {
    (Target::new(Kind::Stage, stage.id), stage.position)
}

/// An open stage after the others; likely won as often as the open one before it.
fn new_stage(others: Vec<&Stage>, pipeline: PipelineId, name: &str) -> Stage {
    let open = others.iter().rev().find(|stage| stage.outcome == Outcome::Open);
    Stage {
        id: StageId(new_id()),
        pipeline,
        name: name.to_owned(),
        position: others.iter().map(|stage| stage.position + 1).max().unwrap_or(0),
        outcome: Outcome::Open,
        probability: open.map_or(10, |stage| stage.probability),
        time_limit: None,
        waiting: false,
        wip_limit: None,
        guidance: String::new(),
        gate: domain::gate::Gate::default(),
        starts: None,
    }
}

#[component]
fn StageRow(
    id: StageId,
    stages: Memo<Vec<StageId>>,
    opened: RwSignal<Option<StageId>>,
    editable: bool,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let target = Target::new(Kind::Stage, id);
    let stage = Memo::new(move |_| client.with(|view| view.stages.get(&id).cloned()));
    let name = move || stage.with(|stage| stage.as_ref().map(|stage| stage.name.clone()).unwrap_or_default());
    let outcome = move || stage.with(|stage| stage.as_ref().map_or(Outcome::Open, |stage| stage.outcome));
    let guidance = move || {
        let first_line = |stage: &Stage| stage.guidance.lines().next().unwrap_or_default().to_owned();
        stage.with(|stage| stage.as_ref().map(first_line).unwrap_or_default())
    };
    let is_free = move || stage.with(|stage| stage.as_ref().is_none_or(|stage| stage.gate.is_open()));
    let conditions = move || stage.with(|stage| stage.as_ref().map(|stage| summary(texts, &stage.gate)));
    let place = move || stages.with(|stages| stages.iter().position(|other| *other == id).unwrap_or(0));
    let is_last = move || place() + 1 >= stages.with(Vec::len);
    let go = move |to: Option<usize>| {
        let Some(to) = to else { return };
        let from = stages.with_untracked(|stages| stages.iter().position(|other| *other == id).unwrap_or(0));
        let order: Vec<_> = client.peek(|view| {
            stages.with_untracked(|ids| ids.iter().filter_map(|id| view.stages.get(id)).map(entry).collect())
        });
        if let Some(command) = reorder(&order, from, to).and_then(|command| client.ask_or_tell(command)) {
            let name = stage.with_untracked(|stage| stage.as_ref().map(|s| s.name.clone()).unwrap_or_default());
            client.toasts.done(t.reordered(to + 1, name), command);
        }
    };
    let is_open = move || opened.get() == Some(id);
    let percent = Callback::new(move |value: String| texts.common().percent(value));
    let days = Callback::new(move |value: String| t.days(value));
    view! {
        <tr class:cur=is_open>
            <td class="gr">{move || place() + 1}</td>
            <td class="sn name">
                <Cell label=t.stage_name() target=target field="name" typed=Typed::Text shown=Callback::new(|name| name) editable=editable />
                {move || match outcome() {
                    Outcome::Open => None,
                    Outcome::Won => Some(view! { <span class="tag line"><Icon name=IconName::Check class="i-xs" />{t.kind_won()}</span> }),
                    Outcome::Lost => Some(view! { <span class="tag line"><Icon name=IconName::X class="i-xs" />{t.kind_lost()}</span> }),
                }}
            </td>
            <td class="num figure">
                <Cell label=t.probability() target=target field="probability" shown=percent editable=editable
                    typed=Typed::Whole { min: 0, max: 100, optional: false } />
            </td>
            <td>
                <span class="phone-only">{t.time_limit()} " "</span>
                <Cell label=t.time_limit() target=target field="time_limit" shown=days none=texts.common().unlimited()
                    typed=Typed::Whole { min: 1, max: 999, optional: true } editable=editable />
            </td>
            <td class="num">
                <span class="phone-only">{t.wip()} " "</span>
                <Cell label=t.wip() target=target field="wip_limit" shown=Callback::new(|value| value) none=texts.common().unlimited()
                    typed=Typed::Whole { min: 1, max: 9_999, optional: true } editable=editable />
            </td>
            <td class="second" class:wide-only=is_free><span class="phone-only">{texts.gate().conditions()} " "</span>{conditions}</td>
            <td class="clip second wide-only">{guidance}</td>
            <td class="row-acts">
                {editable.then(|| view! {
                    <button type="button" class="btn plain mini" aria-label=move || t.up(name()) disabled=move || place() == 0
                        on:click=move |_| go(place().checked_sub(1))><Icon name=IconName::Down class="i-s flip" /></button>
                    <button type="button" class="btn plain mini" aria-label=move || t.down(name()) disabled=is_last
                        on:click=move |_| go(Some(place() + 1))><Icon name=IconName::Down class="i-s" /></button>
                })}
                <button type="button" class="btn plain mini" aria-label=move || t.details(name())
                    aria-expanded=move || is_open().to_string()
                    on:click=move |_| opened.update(|opened| *opened = if *opened == Some(id) { None } else { Some(id) })>
                    {move || view! { <Icon name=if is_open() { IconName::Down } else { IconName::Right } class="i-s" /> }}
                </button>
            </td>
        </tr>
    }
}
