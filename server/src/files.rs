//! The contents of files, at `/api/v1/files/{id}/content`: `PUT ?deal=…` takes one in, `GET` gives it back. The file itself is a
//! record like any other, created by a command once its content is here.

use crate::{
    clock,
    error::{AppError, Result},
    import::nameless_file,
    session::Asker,
    state::AppState,
};
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::put,
};
use domain::{
    file::{Content, MOST_BYTES},
    id::{DealId, FileId},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    io::{self, Read, Seek},
    time::Duration,
};
use tokio::io::AsyncWriteExt;

/// A sender who is silent for so long is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// How much of a file is in memory at once.
const PIECE: u64 = 256 * 1024;
/// How often contents that nothing tells of any more are swept.
const SWEEP: Duration = Duration::from_hours(24);

pub fn routes() -> Router<AppState> {
    Router::new().route("/{id}/content", put(receive).get(give))
}

#[derive(Deserialize)]
struct ForDeal {
    deal: DealId,
}

async fn receive(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Path(id): Path<FileId>,
    Query(ForDeal { deal }): Query<ForDeal>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    if !state.store.may_attach(&reader, deal).await? {
        return Err(AppError::Forbidden);
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BYTES) {
        return Ok(too_large());
    }
    // It lies on the disk until it is whole: a slow sender holds neither memory nor a connection to the database.
    let lost = |_: io::Error| AppError::Busy;
    let mut file = tokio::fs::File::from_std(nameless_file().map_err(lost)?);
    let (mut bytes, mut hash) = (0, Sha256::new());
    let mut body = body.into_data_stream();
    loop {
        let next = tokio::time::timeout(SILENCE, body.next()).await;
        let Some(part) = next.map_err(|_| AppError::Busy)? else { break };
        let part = part.map_err(|_| AppError::BadRequest("content_incomplete"))?;
        bytes += part.len() as u64;
        if bytes > MOST_BYTES {
            return Ok(too_large());
        }
        hash.update(&part);
        file.write_all(&part).await.map_err(lost)?;
    }
    file.flush().await.map_err(lost)?;
    let mut file = file.into_std().await;
    file.rewind().map_err(lost)?;
    let sha256 = hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let content = Content { bytes, sha256 };
    let piece = || {
        let mut piece = Vec::new();
        let read = file.by_ref().take(PIECE).read_to_end(&mut piece)?;
        Ok((read > 0).then_some(piece))
    };
    if state.store.keep_content(reader.workspace, id, &content, clock::now(), piece).await? {
        Ok((StatusCode::CREATED, Json(content)).into_response())
    } else {
        Ok((StatusCode::CONFLICT, Json(json!({ "error": "taken" }))).into_response())
    }
}

fn too_large() -> Response {
    (StatusCode::PAYLOAD_TOO_LARGE, Json(json!({ "error": "too_large", "limit": MOST_BYTES }))).into_response()
}

/// How it is to be shown.
#[derive(Deserialize)]
struct How {
    /// In the browser, where that does no harm, rather than saved.
    #[serde(default)]
    open: bool,
}

async fn give(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Path(id): Path<FileId>,
    Query(How { open }): Query<How>,
) -> Result<Response> {
    let file = state.store.file(&reader, id).await?;
    let (store, workspace) = (state.store, reader.workspace);
    let pieces = stream::try_unfold(0, move |number| {
        let store = store.clone();
        async move {
            let piece = store.file_piece(workspace, id, number).await.map_err(io::Error::other)?;
            Ok::<_, io::Error>(piece.map(|piece| (piece, number + 1)))
        }
    });
    let mut response = Body::from_stream(pieces).into_response();
    let shown = open.then(|| harmless(&file.media_type)).flatten();
    let headers = response.headers_mut();
    let media_type = shown.unwrap_or("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_LENGTH, file.bytes.into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // Viewers of PDF do not run in a sandbox, and what they show runs in none of our pages.
    let policy = if media_type == "application/pdf" {
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if let Ok(disposition) = HeaderValue::from_str(&disposition(&file.name, shown.is_some())) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// What a browser may show of what a member sent; nothing that could run.
fn harmless(media_type: &str) -> Option<&'static str> {
    let plain = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if plain == "text/plain" {
        return Some("text/plain; charset=utf-8");
    }
    let shown = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"];
    shown.into_iter().find(|known| *known == plain)
}

/// The name in both ways of RFC 6266: plain for old programs, and exact.
pub fn disposition(name: &str, shown: bool) -> String {
    let how = if shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_graphic() && !matches!(letter, '"' | '\\' | '%') || letter == ' ' { letter } else { '_' }
        })
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            let _ = write!(exact, "%{byte:02X}");
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

/// Sweeps once a day, for as long as the server runs.
pub async fn sweep(store: store::Store) {
    loop {
        match store.sweep_contents(clock::now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "files.sweep deleted contents"),
            Err(error) => tracing::warn!(%error, "files.sweep failed"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}
