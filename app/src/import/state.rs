//! Where a person stands with a file: what the server found, what they decided, what would come of it.

use super::{
    inspection::{Inspection, Reading},
    kept::keep,
    plan::{Apply, ColumnPlan, Plan},
    report::{Check, Checking, RunStatus},
    requests::{Answer, Failure, get, post, send},
    trouble::Trouble,
};
use crate::client::new_id;
use domain::{id::ImportId, import::Limits, page::Address};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

/// How often the page asks how far a check has come.
const ASK_EVERY: u32 = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    File,
    Columns,
    Check,
    Result,
}

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Reading,
    Checking,
    Starting,
}

#[derive(Clone, Copy)]
pub struct Wizard {
    pub step: RwSignal<Step>,
    pub file: RwSignal<Option<Inspection>>,
    /// How the person wants the file read: what the selects show, and what the next correction adds to, whether or not
    /// the answer to the last one is here.
    pub wanted: RwSignal<Reading>,
    /// How the file that is shown was read.
    read: StoredValue<Reading>,
    pub plan: RwSignal<Option<Plan>>,
    pub check: RwSignal<Option<Check>>,
    pub failure: RwSignal<Option<Failure>>,
    pub task: RwSignal<Option<Task>>,
    pub progress: RwSignal<Checking>,
    /// The last request: answers to earlier ones come too late.
    asked: StoredValue<u32>,
}

impl Wizard {
    pub fn new() -> Self {
        Self {
            step: RwSignal::new(Step::File),
            file: RwSignal::new(None),
            wanted: RwSignal::new(Reading::default()),
            read: StoredValue::new(Reading::default()),
            plan: RwSignal::new(None),
            check: RwSignal::new(None),
            failure: RwSignal::new(None),
            task: RwSignal::new(None),
            progress: RwSignal::new(Checking::default()),
            asked: StoredValue::new(0),
        }
    }

    /// Begins anew, with the first step.
    pub fn begin(&self) {
        self.give_up();
        self.step.set(Step::File);
        self.file.set(None);
        self.plan.set(None);
        self.check.set(None);
        self.failure.set(None);
    }

    pub fn is_busy(&self) -> bool {
        self.task.get().is_some()
    }

    /// Changes the plan.
    pub fn change(&self, change: impl FnOnce(&mut Plan)) {
        self.plan.update(|plan| {
            if let Some(plan) = plan {
                change(plan);
            }
        });
    }

    /// Changes what a column becomes. It may be gone: the file was read anew meanwhile.
    pub fn change_column(&self, at: usize, change: impl FnOnce(&mut ColumnPlan)) {
        self.change(|plan| {
            if let Some(column) = plan.columns.get_mut(at) {
                change(column);
            }
        });
    }

    /// What the plan says, for showing it.
    pub fn planned<T>(&self, read: impl FnOnce(&Plan) -> T) -> Option<T> {
        self.plan.with(|plan| plan.as_ref().map(read))
    }

    /// Sends a file that the person chose: a `File` of the browser.
    pub fn send(&self, file: JsValue) {
        let text = |name: &str| js_sys::Reflect::get(&file, &name.into()).ok();
        let name = text("name").and_then(|name| name.as_string()).unwrap_or_default();
        let size = text("size").and_then(|size| size.as_f64()).unwrap_or(0.0);
        let max = Limits::default().bytes;
        #[expect(clippy::cast_precision_loss, reason = "far below where it matters")]
        if size > max as f64 {
            self.failure.set(Some(Failure::Trouble(Trouble::FileTooLarge { max })));
            return;
        }
        let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let wizard = *self;
        let sent = async move { send(&format!("/api/v1/imports?name={name}"), file).await };
        self.ask(Task::Reading, sent, move |inspection| {
            wizard.wanted.set(Reading::default());
            wizard.take(inspection);
        });
    }

    /// Has the file read anew, with one more correction.
    pub fn correct(&self, correct: impl FnOnce(&mut Reading)) {
        let Some(upload) = self.upload() else { return };
        self.wanted.update(correct);
        let (wizard, reading) = (*self, self.wanted.get_untracked());
        let read = async move { post(&format!("/api/v1/imports/{upload}/inspect"), &reading).await };
        self.ask(Task::Reading, read, move |mut inspection| {
            wizard.file.with_untracked(|file| {
                wizard.plan.with_untracked(|plan| {
                    if let (Some(before), Some(decided)) = (file, plan) {
                        keep(before, decided, &mut inspection);
                    }
                });
            });
            wizard.take(inspection);
        });
    }

    fn take(&self, inspection: Inspection) {
        let plan = inspection.plan.clone();
        self.read.set_value(self.wanted.get_untracked());
        // The file first: what is drawn of its columns goes before what the plan's wake, and both are set before either.
        self.file.set(Some(inspection));
        self.plan.set(Some(plan));
        self.check.set(None);
        self.step.set(Step::Columns);
    }

    /// The dry run.
    pub fn run_check(&self) {
        let Some((upload, plan)) = self.asking() else { return };
        let wizard = *self;
        self.progress.set(Checking::default());
        let checked = async move { post(&format!("/api/v1/imports/{upload}/check"), &plan).await };
        self.ask(Task::Checking, checked, move |check| {
            wizard.check.set(Some(check));
            wizard.step.set(Step::Check);
        });
        let number = self.asked.get_value();
        let goes_on =
            move || wizard.asked.try_get_value() == Some(number) && wizard.task.try_get_untracked().flatten().is_some();
        spawn_local(async move {
            while goes_on() {
                TimeoutFuture::new(ASK_EVERY).await;
                if let Ok(progress) = get(&format!("/api/v1/imports/{upload}/checking")).await {
                    let _ = wizard.progress.try_set(progress);
                }
            }
        });
    }

    /// Starts the import and goes to its page.
    pub fn apply(&self, go: impl Fn(String) + 'static) {
        let Some((upload, plan)) = self.asking() else { return };
        let apply = Apply { run: ImportId(new_id()), plan };
        let started = async move { post::<RunStatus>(&format!("/api/v1/imports/{upload}/apply"), &apply).await };
        self.ask(Task::Starting, started, move |status| go(Address::Import(status.run.id).path()));
    }

    /// Gives up waiting for an answer.
    pub fn give_up(&self) {
        self.asked.update_value(|asked| *asked += 1);
        self.stop_waiting();
    }

    fn upload(&self) -> Option<uuid::Uuid> {
        self.file.with_untracked(|file| file.as_ref().map(|file| file.upload))
    }

    fn asking(&self) -> Option<(uuid::Uuid, Plan)> {
        Some((self.upload()?, self.plan.get_untracked()?))
    }

    /// Without an answer the file stays as it was read, and the selects must say so.
    fn stop_waiting(&self) {
        self.task.set(None);
        self.wanted.set(self.read.get_value());
    }

    /// Waits for an answer, and takes it in if nothing else was asked meanwhile.
    fn ask<T: 'static>(
        &self,
        task: Task,
        request: impl Future<Output = Answer<T>> + 'static,
        take: impl FnOnce(T) + 'static,
    ) {
        let wizard = *self;
        self.asked.update_value(|asked| *asked += 1);
        let number = self.asked.get_value();
        self.task.set(Some(task));
        self.failure.set(None);
        spawn_local(async move {
            let answer = request.await;
            if wizard.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(answer) => {
                    wizard.task.set(None);
                    take(answer);
                }
                Err(Failure::Trouble(Trouble::SignedOut)) => {
                    let _ = window().location().reload();
                }
                Err(failure) => {
                    wizard.stop_waiting();
                    wizard.failure.set(Some(failure));
                }
            }
        });
    }
}
