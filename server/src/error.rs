//! How an error leaves the server: expected ones as what they are, the rest as an incident whose id stands in the log.

use crate::clock;
use axum::{
    Extension, Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// An answer that is no success.
#[derive(Debug)]
pub enum AppError {
    /// Nobody is signed in.
    SignedOut,
    NotFound,
    /// The request itself is not understood; the word says what.
    BadRequest(&'static str),
    /// Understood, and not allowed for this member.
    Forbidden,
    TooMany,
    TooLarge,
    /// It took too long; trying again may help.
    Busy,
    Store(store::Error),
}

impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy | Self::Store(store::Error::Unavailable(_) | store::Error::Stopping) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn body(&self) -> Json<Value> {
        let error = match self {
            Self::SignedOut => "signed_out",
            Self::NotFound => "not_found",
            Self::BadRequest(what) => what,
            Self::Forbidden => "forbidden",
            Self::TooMany => "too_many_attempts",
            Self::TooLarge => "too_large",
            Self::Busy => "busy",
            Self::Store(error) => {
                let incident = clock::new_id();
                tracing::error!(%incident, %error, "request failed");
                return Json(json!({ "error": "failed", "incident": incident }));
            }
        };
        Json(json!({ "error": error }))
    }
}

/// Marks the answer of an [`AppError`], so that who asked for a page gets one (`pages::failures`).
#[derive(Debug, Clone, Copy)]
pub struct Failed;

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (self.status(), Extension(Failed), self.body()).into_response()
    }
}

pub type Result<T, E = AppError> = std::result::Result<T, E>;
