//! Sessions: an opaque random token in a cookie; the database knows only its hash.

use crate::{
    clock,
    error::{AppError, Result},
    state::AppState,
    visitor::is_local,
};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::Duration;
use domain::id::{MemberId, WorkspaceId};
use sha2::{Digest, Sha256};
use store::Reader;

/// A session ends this long after it began.
const LIFE: Duration = Duration::days(30);

/// What the cookie holds: the workspace (every key in the database begins with it) and the token.
pub struct SessionCookie {
    pub workspace: WorkspaceId,
    token: String,
}

impl SessionCookie {
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let value = cookie(headers, cookie_name(headers))?;
        let (workspace, token) = value.split_once('.')?;
        Some(Self { workspace: workspace.parse().ok()?, token: token.to_owned() })
    }

    pub fn token_hash(&self) -> Vec<u8> {
        hash(self.token.as_bytes())
    }
}

pub fn hash(token: &[u8]) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// The value of a cookie of the request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Browsers keep a `__Host-` cookie only over https; on this machine itself http is safe, and there the plain name is
/// used.
fn cookie_name(headers: &HeaderMap) -> &'static str {
    if is_local(headers) { "fairlead" } else { "__Host-fairlead" }
}

fn set_cookie(headers: &HeaderMap, value: &str, seconds: i64) -> HeaderValue {
    let secure = if is_local(headers) { "" } else { "; Secure" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(headers));
    HeaderValue::from_str(&text).expect("ids and base64 are ASCII")
}

/// Opens a session with a new token and gives the cookie for it. A session that the request already had is closed: the
/// token changes with every sign-in.
pub async fn open(
    state: &AppState,
    headers: &HeaderMap,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<HeaderValue> {
    if let Some(old) = SessionCookie::from_headers(headers) {
        state.store.close_session(old.workspace, &old.token_hash()).await?;
    }
    let token = BASE64.encode(clock::random_token());
    let now = clock::now();
    state.store.open_session(workspace, member, &hash(token.as_bytes()), now, now + LIFE).await?;
    Ok(set_cookie(headers, &format!("{workspace}.{token}"), LIFE.num_seconds()))
}

/// Closes the request's session and gives the header that deletes its cookie.
pub async fn close(state: &AppState, headers: &HeaderMap) -> Result<HeaderValue> {
    if let Some(session) = SessionCookie::from_headers(headers) {
        state.store.close_session(session.workspace, &session.token_hash()).await?;
    }
    Ok(set_cookie(headers, "", 0))
}

/// The member who asks. A handler that takes one is reached only by members.
pub struct Asker(pub Reader);

impl FromRequestParts<AppState> for Asker {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        find(&parts.headers, state).await?.ok_or(AppError::SignedOut)
    }
}

impl OptionalFromRequestParts<AppState> for Asker {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>> {
        find(&parts.headers, state).await
    }
}

/// Names the member for whom a page of ours asks.
const MEMBER: &str = "fairlead-member";

async fn find(headers: &HeaderMap, state: &AppState) -> Result<Option<Asker>> {
    let Some(session) = SessionCookie::from_headers(headers) else { return Ok(None) };
    let reader = state.store.reader(session.workspace, &session.token_hash(), clock::now()).await?;
    // Another tab may have signed in as somebody else meanwhile; what was typed in this one is not theirs.
    let meant = |reader: &Reader| headers.get(MEMBER).is_none_or(|member| *member == reader.member.to_string());
    Ok(reader.filter(meant).map(Asker))
}
