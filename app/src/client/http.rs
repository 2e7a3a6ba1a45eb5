//! Requests to our own server.

use domain::id::MemberId;
use gloo_net::http::{Request, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::Cell;

/// Why a request did not succeed.
#[derive(Debug, Clone, PartialEq)]
pub enum HttpError {
    /// The server was not reached, or is busy: trying again may help.
    Away,
    /// The session is over.
    SignedOut,
    /// The server answered with this status and body.
    Refused(u16, String),
}

thread_local! {
    static ME: Cell<Option<MemberId>> = const { Cell::new(None) };
}

/// From now on every request says for whom this page asks: the session may be another member's by then.
pub fn ask_as(me: MemberId) {
    ME.set(Some(me));
}

/// For whom this page asks.
pub(super) fn me() -> Option<MemberId> {
    ME.get()
}

fn signed(request: RequestBuilder) -> RequestBuilder {
    match ME.get() {
        Some(me) => request.header("fairlead-member", &me.to_string()),
        None => request,
    }
}

pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    let response = signed(Request::get(path)).send().await.map_err(|_| HttpError::Away)?;
    read(response).await
}

pub async fn post_json<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, HttpError> {
    let request = signed(Request::post(path)).json(body).map_err(|error| HttpError::Refused(0, error.to_string()))?;
    read(request.send().await.map_err(|_| HttpError::Away)?).await
}

/// Sends a file as it is.
pub async fn post_file<T: DeserializeOwned>(path: &str, file: &web_sys::File) -> Result<T, HttpError> {
    let request = signed(Request::post(path)).header("content-type", "application/octet-stream").body(file.clone());
    let request = request.map_err(|error| HttpError::Refused(0, error.to_string()))?;
    read(request.send().await.map_err(|_| HttpError::Away)?).await
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, HttpError> {
    let status = response.status();
    let body = response.text().await.map_err(|_| HttpError::Away)?;
    outcome(status, body)
}

/// What an answer of this status and body says.
pub(super) fn outcome<T: DeserializeOwned>(status: u16, body: String) -> Result<T, HttpError> {
    match status {
        200..=299 => serde_json::from_str(&body).map_err(|error| HttpError::Refused(status, error.to_string())),
        401 => Err(HttpError::SignedOut),
        500..=599 | 429 => Err(HttpError::Away),
        _ => Err(HttpError::Refused(status, body)),
    }
}
