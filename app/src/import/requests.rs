//! Requests about an import: what the server refuses comes with a body of its own, and a server that is not reached is
//! told from one that is busy.

use super::trouble::Trouble;
use gloo_net::http::{Request, Response};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

/// Why something did not succeed.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    Unreached,
    /// Trying again in a moment may help.
    Busy,
    Trouble(Trouble),
}

pub type Answer<T> = Result<T, Failure>;

pub async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    read(Request::get(path).send().await).await
}

pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Answer<T> {
    let request = Request::post(path).json(body).map_err(|_| Failure::Trouble(Trouble::Unknown))?;
    read(request.send().await).await
}

/// Sends a `File` of the browser as it is.
pub async fn send<T: DeserializeOwned>(path: &str, file: JsValue) -> Answer<T> {
    let request = Request::post(path).header("content-type", "application/octet-stream").body(file);
    let request = request.map_err(|_| Failure::Trouble(Trouble::Unknown))?;
    read(request.send().await).await
}

async fn read<T: DeserializeOwned>(response: Result<Response, gloo_net::Error>) -> Answer<T> {
    let response = response.map_err(|_| Failure::Unreached)?;
    let body = response.text().await.map_err(|_| Failure::Unreached)?;
    let trouble = match response.status() {
        200..=299 => return serde_json::from_str(&body).map_err(|_| Failure::Trouble(Trouble::Unknown)),
        429 | 500..=599 => return Err(Failure::Busy),
        401 => Trouble::SignedOut,
        404 => Trouble::NotFound,
        _ => serde_json::from_str(&body).unwrap_or(Trouble::Unknown),
    };
    Err(Failure::Trouble(trouble))
}
