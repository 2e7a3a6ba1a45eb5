//! The pipelines with their stages, each a table.

use super::{
    cell::{Cell, Typed},
    stages::Stages,
};
use crate::{
    client::{Client, new_id},
    texts::{Texts, use_texts},
    ui::{
        Icon, IconName,
        form::{Form, FormDialog, TextField},
    },
};
use domain::{
    change::Target,
    command::{Command, Place},
    id::{PipelineId, StageId},
    pipeline::{Outcome, Pipeline, Stage},
    record::{Kind, Record},
};
use leptos::prelude::*;

#[component]
pub fn PipelinesPart(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let ids = Memo::new(move |_| {
        client.with(|view| view.pipelines().into_iter().map(|pipeline| pipeline.id).collect::<Vec<_>>())
    });
    view! {
        {move || ids.with(Vec::is_empty).then(|| view! {
            <div class="empty page-empty"><b>{texts.pipeline().empty()}</b><p>{texts.pipeline().empty_text()}</p></div>
        })}
        <For each=move || ids.get() key=|id| *id children=move |id| view! { <OnePipeline id=id editable=editable /> } />
    }
}

#[component]
fn OnePipeline(id: PipelineId, editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let stages = Memo::new(move |_| {
        client.with(|view| view.stages_of(id).into_iter().map(|stage| stage.id).collect::<Vec<_>>())
    });
    let name = move || client.with(|view| view.pipelines.get(&id).map(|it| it.name.clone()).unwrap_or_default());
    let target = Target::new(Kind::Pipeline, id);
    let delete = move |_| {
        let name = client.peek(|view| view.pipelines.get(&id).map(|it| it.name.clone()).unwrap_or_default());
        if let Some(command) = client.ask_or_tell(Command::Delete { target }) {
            client.toasts.done(texts.toast().deleted(name), command);
        }
    };
    view! {
        <section class="pipe" aria-label=name>
            <div class="sh">
                <div class="grow">
                    <h2><Cell label=t.name() target=target field="name" typed=Typed::Text shown=Callback::new(|name| name) editable=editable /></h2>
                    <p>{move || if stages.with(Vec::is_empty) { t.stages_empty().to_owned() } else { t.stages_n(stages.with(Vec::len)) }}</p>
                </div>
                // What still has stages is still in use.
                {move || (editable && stages.with(Vec::is_empty)).then(|| view! {
                    <span class="acts">
                        <button type="button" class="btn" on:click=delete><Icon name=IconName::Trash class="i-s" />{t.delete_pipeline()}</button>
                    </span>
                })}
            </div>
            <Stages pipeline=id stages=stages editable=editable />
        </section>
    }
}

#[component]
pub fn NewPipelineButton() -> impl IntoView {
    let texts = use_texts();
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="btn primary right" on:click=move |_| open.set(true)>
            <Icon name=IconName::Plus class="i-s" />
            <span>{texts.pipeline().new()}</span>
        </button>
        {move || open.get().then(|| view! { <NewPipeline open=open /> })}
    }
}

#[component]
fn NewPipeline(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.pipeline();
    let name = RwSignal::new(String::new());
    let form = Form::new(client, "pipeline");
    let create = Callback::new(move |()| {
        let name = name.get_untracked();
        let position = client.peek(|view| view.pipelines.values().map(|it| it.position + 1).max().unwrap_or(0));
        let pipeline = Pipeline { id: PipelineId(new_id()), name: name.clone(), position, loss_reasons: Vec::new() };
        match client.ask(Command::Batch { parts: with_first_stages(texts, pipeline) }) {
            Ok(command) => {
                open.set(false);
                client.toasts.done(texts.toast().created(name), command);
            }
            Err(refusal) => form.refuse(refusal),
        }
    });
    view! {
        <FormDialog form=form title=t.new() submit=texts.common().create() on_submit=create
            on_close=Callback::new(move |()| open.set(false))>
            <p class="second">{t.empty_text()}</p>
            <TextField form=form name="name" label=t.name_new() value=name required=true />
        </FormDialog>
    }
}

/// A pipeline begins with three open stages and the two ends; all of them are changed later as one likes.
fn with_first_stages(texts: Texts, pipeline: Pipeline) -> Vec<Command> {
    let create = |record| Command::Create { record, place: Place::default(), dated: false };
    let t = texts.sign_up();
    let stages = [
        (t.stage_contact(), Outcome::Open, 10),
        (t.stage_needs(), Outcome::Open, 30),
        (t.stage_quote(), Outcome::Open, 60),
        (t.stage_won(), Outcome::Won, 100),
        (t.stage_lost(), Outcome::Lost, 0),
    ];
    let id = pipeline.id;
    let stages = stages.into_iter().zip(0..).map(|((name, outcome, probability), position)| Stage {
        id: StageId(new_id()),
        pipeline: id,
        name: name.to_owned(),
        position,
        outcome,
        probability,
        time_limit: None,
        waiting: false,
        wip_limit: None,
        guidance: String::new(),
        gate: domain::gate::Gate::default(),
        starts: None,
    });
    std::iter::once(create(Record::Pipeline(pipeline)))
        .chain(stages.map(|stage| create(Record::Stage(stage))))
        .collect()
}
