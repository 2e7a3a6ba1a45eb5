//! How an import's error leaves the server.

use crate::{clock, error::AppError};
use app::import::trouble::Trouble;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::import::ReadError;
use serde_json::json;

#[derive(Debug)]
pub enum ImportError {
    App(AppError),
    /// What the person can do something about.
    Trouble(Trouble),
    /// The temporary folder cannot be used.
    Io(std::io::Error),
}

pub type Result<T, E = ImportError> = std::result::Result<T, E>;

impl From<AppError> for ImportError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<store::Error> for ImportError {
    fn from(error: store::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<Trouble> for ImportError {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<ReadError> for ImportError {
    fn from(why: ReadError) -> Self {
        Self::Trouble(Trouble::Unreadable { why })
    }
}

impl From<std::io::Error> for ImportError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl IntoResponse for ImportError {
    fn into_response(self) -> Response {
        let trouble = match self {
            Self::App(error) => return error.into_response(),
            Self::Io(error) => {
                let incident = clock::new_id();
                tracing::error!(%incident, %error, "the temporary folder cannot be used");
                let body = Json(json!({ "error": "failed", "incident": incident }));
                return (StatusCode::SERVICE_UNAVAILABLE, body).into_response();
            }
            Self::Trouble(trouble) => trouble,
        };
        let status = match trouble {
            Trouble::FileTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Trouble::ImportRunning { .. } | Trouble::NotNow => StatusCode::CONFLICT,
            Trouble::NotFound => StatusCode::NOT_FOUND,
            Trouble::Forbidden | Trouble::OthersRun => StatusCode::FORBIDDEN,
            Trouble::SignedOut => StatusCode::UNAUTHORIZED,
            Trouble::Unreadable { .. } | Trouble::Plan { .. } | Trouble::Unknown => StatusCode::UNPROCESSABLE_ENTITY,
        };
        (status, Json(trouble)).into_response()
    }
}
