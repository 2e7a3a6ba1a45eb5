//! Where a person stands with a file: what the server found, what they decided, what would come of it.

use super::{
    inspection::{Inspection, Reading},
    plan::{Apply, Plan},
    report::{Check, Checking, RunStatus},
    trouble::Trouble,
};
use crate::client::{HttpError, get, new_id, post_json};
use domain::{id::ImportId, import::Limits, page::Address};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
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

/// Why something did not succeed.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The server was not reached, or is busy.
    Away,
    Trouble(Trouble),
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Away => Self::Away,
            HttpError::SignedOut => Self::Trouble(Trouble::SignedOut),
            HttpError::Refused(404, _) => Self::Trouble(Trouble::NotFound),
            HttpError::Refused(_, body) => Self::Trouble(serde_json::from_str(&body).unwrap_or(Trouble::Unknown)),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Wizard {
    pub step: RwSignal<Step>,
    pub file: RwSignal<Option<Inspection>>,
    pub plan: RwSignal<Option<Plan>>,
    pub check: RwSignal<Option<Check>>,
    pub failure: RwSignal<Option<Failure>>,
    pub busy: RwSignal<bool>,
    pub progress: RwSignal<Checking>,
    /// The last request: answers to earlier ones come too late.
    asked: StoredValue<u32>,
}

impl Wizard {
    pub fn new() -> Self {
        Self {
            step: RwSignal::new(Step::File),
            file: RwSignal::new(None),
            plan: RwSignal::new(None),
            check: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
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

    /// Changes the plan.
    pub fn change(&self, change: impl FnOnce(&mut Plan)) {
        self.plan.update(|plan| {
            if let Some(plan) = plan {
                change(plan);
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
        self.ask(
            async move {
                let request = gloo_net::http::Request::post(&format!("/api/v1/imports?name={name}"))
                    .header("content-type", "application/octet-stream")
                    .body(file)
                    .map_err(|_| HttpError::Away)?;
                read(request.send().await.map_err(|_| HttpError::Away)?).await
            },
            move |inspection| wizard.take(inspection),
        );
    }

    /// Has the file read anew, as corrected.
    pub fn look_again(&self, reading: Reading) {
        let Some(upload) = self.file.with_untracked(|file| file.as_ref().map(|file| file.upload)) else { return };
        let wizard = *self;
        self.ask(
            async move { post_json(&format!("/api/v1/imports/{upload}/inspect"), &reading).await },
            move |inspection| wizard.take(inspection),
        );
    }

    fn take(&self, inspection: Inspection) {
        self.plan.set(Some(inspection.plan.clone()));
        self.file.set(Some(inspection));
        self.check.set(None);
        self.step.set(Step::Columns);
    }

    /// The dry run.
    pub fn run_check(&self) {
        let Some((upload, plan)) = self.asking() else { return };
        let wizard = *self;
        self.progress.set(Checking::default());
        self.ask(async move { post_json(&format!("/api/v1/imports/{upload}/check"), &plan).await }, move |check| {
            wizard.check.set(Some(check));
            wizard.step.set(Step::Check);
        });
        let number = self.asked.get_value();
        spawn_local(async move {
            while wizard.asked.try_get_value() == Some(number) && wizard.busy.try_get_untracked() == Some(true) {
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
        self.ask(
            async move { post_json::<RunStatus>(&format!("/api/v1/imports/{upload}/apply"), &apply).await },
            move |status| go(Address::Import(status.run.id).path()),
        );
    }

    /// Gives up waiting for an answer.
    pub fn give_up(&self) {
        self.asked.update_value(|asked| *asked += 1);
        self.busy.set(false);
    }

    fn asking(&self) -> Option<(uuid::Uuid, Plan)> {
        let upload = self.file.with_untracked(|file| file.as_ref().map(|file| file.upload))?;
        Some((upload, self.plan.get_untracked()?))
    }

    /// Waits for an answer, and takes it in if nothing else was asked meanwhile.
    fn ask<T: 'static>(
        &self,
        request: impl Future<Output = Result<T, HttpError>> + 'static,
        take: impl FnOnce(T) + 'static,
    ) {
        let wizard = *self;
        self.asked.update_value(|asked| *asked += 1);
        let number = self.asked.get_value();
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = request.await;
            if wizard.asked.try_get_value() != Some(number) {
                return;
            }
            wizard.busy.set(false);
            match answer {
                Ok(answer) => take(answer),
                Err(HttpError::SignedOut) => {
                    let _ = window().location().reload();
                }
                Err(error) => wizard.failure.set(Some(error.into())),
            }
        });
    }
}

async fn read<T: DeserializeOwned>(response: gloo_net::http::Response) -> Result<T, HttpError> {
    let status = response.status();
    let body = response.text().await.map_err(|_| HttpError::Away)?;
    match status {
        200..=299 => serde_json::from_str(&body).map_err(|_| HttpError::Refused(status, String::new())),
        401 => Err(HttpError::SignedOut),
        500..=599 => Err(HttpError::Away),
        _ => Err(HttpError::Refused(status, body)),
    }
}
