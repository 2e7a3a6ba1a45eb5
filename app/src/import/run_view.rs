//! Step four: the run, while it goes on and when it is over. It goes on whether or not anybody looks.

use super::{
    counts::Counts,
    figures::{grouped, records, rows},
    names::failure,
    report::RunStatus,
    requests::{Failure, get, post},
};
use crate::{
    client::Client,
    texts::use_texts,
    ui::dialog::Dialog,
};
use domain::page::{ImportRun, RunState};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;

/// How often the page asks how a run stands.
const ASK_EVERY: u32 = 400;

#[component]
pub fn RunView(run: ImportRun) -> impl IntoView {
    let texts = use_texts();
    let t = texts.importer();
    let client = expect_context::<Client>();
    let (id, name) = (run.id, run.file_name.clone());
    let status = RwSignal::new(RunStatus { run, changed_since: None, has_refused: false });
    let watching = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let watch = move || {
        if watching.get_untracked() {
            return;
        }
        watching.set(true);
        spawn_local(async move {
            loop {
                if let Ok(now) = get::<RunStatus>(&format!("/api/v1/imports/runs/{id}")).await {
                    let over = !is_going_on(now.run.state);
                    if status.try_set(now).is_some() || over {
                        break;
                    }
                }
                TimeoutFuture::new(ASK_EVERY).await;
                if status.try_with_untracked(|_| ()).is_none() {
                    break;
                }
            }
            let _ = watching.try_set(false);
        });
    };
    Effect::new(move |_| watch());
    let fail = move |error: Failure| {
        let sentences = client.peek(|view| failure(texts, view, None, &error));
        client.toasts.fail(sentences.join(" "));
    };
    let ask = move |what: &'static str| {
        spawn_local(async move {
            match post::<RunStatus>(&format!("/api/v1/imports/runs/{id}/{what}"), &()).await {
                Ok(now) => {
                    let _ = status.try_set(now);
                    watch();
                }
                Err(error) => fail(error),
            }
        });
    };
    // What people have changed since is counted only here, where it is told.
    let ask_undo = move || {
        spawn_local(async move {
            match get::<RunStatus>(&format!("/api/v1/imports/runs/{id}?changed=true")).await {
                Ok(now) => {
                    let _ = status.try_set(now);
                    let _ = asking.try_set(true);
                }
                Err(error) => fail(error),
            }
        });
    };
    let state = Memo::new(move |_| status.with(|status| status.run.state));
    let counts = Signal::derive(move || status.with(|status| status.run.progress));
    let headline = move || {
        let counts = counts.get();
        let (done, all) = (grouped(counts.done), grouped(counts.rows));
        match state.get() {
            RunState::Running => t.applying(done, all),
            RunState::Undoing => t.undoing(done, all),
            RunState::Done => t.finished().to_owned(),
            RunState::Cancelled => t.cancelled(rows(texts, counts.created + counts.updated)),
            RunState::Failed => t.stopped().to_owned(),
            RunState::Undone => t.undone(records(texts, counts.done)),
        }
    };
    let stayed = move || {
        (state.get() == RunState::Undone)
            .then(|| counts.get())
            .map(|counts| counts.rows.saturating_sub(counts.done))
            .filter(|stayed| *stayed > 0)
    };
    let may_undo = move || matches!(state.get(), RunState::Done | RunState::Cancelled | RunState::Failed);
    view! {
        <div class="main">
            <div class="running" role="status">
                <div class="line">
                    <b>{headline}</b>
                    {move || (state.get() == RunState::Running).then(|| view! {
                        <button type="button" class="btn" on:click=move |_| ask("cancel")>{t.cancel()}</button>
                    })}
                </div>
                {move || is_going_on(state.get()).then(|| view! {
                    <progress class="going" aria-label=name.clone() max=move || counts.get().rows.max(1) prop:value=move || counts.get().done></progress>
                    <p class="second">{t.leave_ok()}</p>
                })}
                {move || stayed().map(|stayed| view! { <p class="second">{t.stayed(grouped(stayed))}</p> })}
            </div>
            <Counts counts=counts />
            {move || status.with(|status| status.has_refused).then(|| view! {
                <p>
                    {t.refused_text()} " "
                    <a class="link" rel="external" download="" href=format!("/api/v1/imports/runs/{id}/refused.csv")>{t.refused_download()}</a>
                </p>
            })}
        </div>
        <footer>
            {move || may_undo().then(|| view! {
                <button type="button" class="btn danger" aria-haspopup="dialog" on:click=move |_| ask_undo()>{t.undo()}</button>
            })}
            <A href="/import" attr:class="btn push">{t.another()}</A>
            <A href="/board" attr:class="btn primary">{t.to_board()}</A>
        </footer>
        {move || asking.get().then(|| view! {
            <Dialog title=t.undo() on_close=Callback::new(move |()| asking.set(false))>
                <div class="body">
                    <p>{move || match status.with(|status| status.changed_since) {
                        None | Some(0) => t.undo_all().to_owned(),
                        Some(changed) => t.undo_ask(grouped(changed)),
                    }}</p>
                </div>
                <footer>
                    <button type="button" class="btn" on:click=move |_| asking.set(false)>{texts.common().cancel()}</button>
                    <button type="button" class="btn danger" on:click=move |_| {
                        asking.set(false);
                        ask("undo");
                    }>{t.undo()}</button>
                </footer>
            </Dialog>
        })}
    }
}

fn is_going_on(state: RunState) -> bool {
    matches!(state, RunState::Running | RunState::Undoing)
}
