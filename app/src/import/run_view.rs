//! Step four: the run, while it goes on and when it is over. It goes on whether or not anybody looks.

use super::{
    counts::Counts,
    figures::{grouped, records, rows},
    names::failure,
    report::{RunStatus, is_going_on, is_partly_undone},
    requests::{Failure, get, post},
};
use crate::{client::Client, texts::use_texts, ui::dialog::Dialog};
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
    let status = RwSignal::new(RunStatus::of(run));
    let watching = RwSignal::new(false);
    let asking = RwSignal::new(false);
    // It was asked to stop, and has not yet.
    let stopping = RwSignal::new(false);
    let watch = move || {
        if watching.get_untracked() {
            return;
        }
        watching.set(true);
        spawn_local(async move {
            loop {
                if let Ok(now) = get::<RunStatus>(&format!("/api/v1/imports/runs/{id}")).await {
                    let over = !is_going_on(&now.run);
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
            let _ = stopping.try_set(false);
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
                Err(error) => {
                    let _ = stopping.try_set(false);
                    fail(error);
                }
            }
        });
    };
    let stop = move |_| {
        stopping.set(true);
        ask("cancel");
    };
    // What an undo would leave is counted only here, where it is told.
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
    let goes_on = Memo::new(move |_| status.with(|status| is_going_on(&status.run)));
    let is_part = Memo::new(move |_| status.with(|status| is_partly_undone(&status.run)));
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
            RunState::Undone if is_part.get() => t.undone_partly(done, all),
            RunState::Undone => t.undone(records(texts, counts.done)),
        }
    };
    // An integer of 64 bits would be a BigInt, which is no number to a progress bar.
    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
    let done_so_far = move || counts.get().done as f64;
    let why = move || status.with(|status| status.why.clone());
    let stayed = move || is_part.get().then(|| counts.get()).map(|counts| counts.rows - counts.done);
    let undo_name = move || if is_part.get() { t.undo_rest() } else { t.undo() };
    let may_undo = move || status.with(|status| status.may_undo);
    // What the undo would leave, a sentence for each reason.
    let leaves = move || {
        status.with(|status| {
            let counted = |count: Option<u64>| count.filter(|count| *count > 0).map(grouped);
            let held = counted(status.held).map(|count| t.undo_held(count));
            let changed = counted(status.changed_since).map(|count| t.undo_ask(count));
            held.into_iter().chain(changed).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="main">
            <div class="running" role="status">
                <div class="line">
                    <b>{headline}</b>
                    {move || goes_on.get().then(|| view! {
                        <button type="button" class="btn" disabled=move || stopping.get() on:click=stop>
                            {move || match (stopping.get(), state.get()) {
                                (true, _) => t.stopping(),
                                (false, RunState::Undoing) => t.undo_cancel(),
                                (false, _) => t.cancel(),
                            }}
                        </button>
                    })}
                </div>
                {move || goes_on.get().then(|| view! {
                    <progress class="going" aria-label=name.clone() max=move || counts.get().rows.max(1) prop:value=done_so_far></progress>
                    <p class="second">{move || if state.get() == RunState::Undoing { t.undo_leave_ok() } else { t.leave_ok() }}</p>
                })}
                {move || why().map(|why| view! { <p class="second">{why}</p> })}
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
                <button type="button" class="btn danger" aria-haspopup="dialog" on:click=move |_| ask_undo()>{undo_name}</button>
            })}
            <A href="/import" attr:class="btn push">{t.another()}</A>
            <A href="/board" attr:class="btn primary">{t.to_board()}</A>
        </footer>
        {move || asking.get().then(|| view! {
            <Dialog title=t.undo() on_close=Callback::new(move |()| asking.set(false))>
                <div class="body">
                    <p>{t.undo_all()}</p>
                    {move || leaves().into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
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
