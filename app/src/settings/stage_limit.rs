//! What a stage's past stays say of its time limit, beside the stage in the settings.

use crate::{
    client::get,
    texts::use_texts,
    ui::limit::{TakeLimit, evidence, proposal},
};
use domain::{
    funnel::report::StageTime,
    id::{PipelineId, StageId},
    pipeline::{Outcome, Stage},
};
use leptos::{prelude::*, task::spawn_local};

type Found = Option<Result<Option<StageTime>, ()>>;

#[component]
pub fn StageLimit(id: StageId, stage: Memo<Option<Stage>>) -> impl IntoView {
    let is_open = Memo::new(move |_| stage.with(|stage| stage.as_ref().is_some_and(|it| it.outcome == Outcome::Open)));
    let pipeline = stage.with_untracked(|stage| stage.as_ref().map(|stage| stage.pipeline));
    move || {
        is_open
            .get()
            .then_some(pipeline)
            .flatten()
            .map(|pipeline| view! { <Proposed id=id pipeline=pipeline stage=stage /> })
    }
}

#[component]
fn Proposed(id: StageId, pipeline: PipelineId, stage: Memo<Option<Stage>>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.late();
    let found = RwSignal::new(Found::None);
    let read = move || {
        found.set(None);
        spawn_local(async move {
            let answer = get::<Vec<(StageId, StageTime)>>(&format!("/api/v1/funnel/limits?pipeline={pipeline}")).await;
            let of_stage =
                |all: Vec<(StageId, StageTime)>| all.into_iter().find(|(of, _)| *of == id).map(|(_, time)| time);
            found.try_set(Some(answer.map(of_stage).map_err(|_| ())));
        });
    };
    Effect::new(move |_| read());
    let name = move || stage.with(|stage| stage.as_ref().map(|stage| stage.name.clone()).unwrap_or_default());
    let is_waiting = move || stage.with(|stage| stage.as_ref().is_some_and(|stage| stage.waiting));
    view! {
        <section class="stage-limit">
            <h3>{texts.pipeline().time_limit()}</h3>
            <div aria-live="polite">
                {move || match found.get() {
                    None => view! { <p class="hint-line" role="status">{t.reading()}</p> }.into_any(),
                    Some(Err(())) => view! {
                        <p class="hint-line" role="alert">
                            {t.not_read()} " "
                            <button type="button" class="link" on:click=move |_| read()>{texts.common().retry()}</button>
                        </p>
                    }.into_any(),
                    Some(Ok(None)) => view! { <p class="hint-line">{texts.funnel().no_limit_few(0, domain::funnel::dwell::ENOUGH_STAYS)}</p> }.into_any(),
                    Some(Ok(Some(time))) => {
                        let limit = time.proposed.ok().and_then(|limit| u16::try_from(limit.limit).ok());
                        view! {
                            <p>
                                {proposal(texts, &time)}
                                {limit.map(|limit| view! { <TakeLimit stage=id name=untrack(name) limit=limit /> })}
                            </p>
                            {(time.over > 0).then(|| view! { <p class="hint-line">{evidence(texts, &time)}</p> })}
                        }.into_any()
                    }
                }}
            </div>
            {move || is_waiting().then(|| view! { <p class="hint-line">{t.rests()}</p> })}
            <p class="hint-line"><a class="link" href=format!("/funnel?pipeline={pipeline}")>{t.to_funnel()}</a></p>
        </section>
    }
}
