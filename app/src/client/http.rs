//! Requests to our own server.

use gloo_net::http::{Request, Response};
use serde::{Serialize, de::DeserializeOwned};

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

pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    let response = Request::get(path).send().await.map_err(|_| HttpError::Away)?;
    read(response).await
}

pub async fn post_json<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, HttpError> {
    let request = Request::post(path).json(body).map_err(|error| HttpError::Refused(0, error.to_string()))?;
    read(request.send().await.map_err(|_| HttpError::Away)?).await
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, HttpError> {
    let status = response.status();
    let body = response.text().await.map_err(|_| HttpError::Away)?;
    match status {
        200..=299 => serde_json::from_str(&body).map_err(|error| HttpError::Refused(status, error.to_string())),
        401 => Err(HttpError::SignedOut),
        500..=599 | 429 => Err(HttpError::Away),
        _ => Err(HttpError::Refused(status, body)),
    }
}
