//! Sending a file as it is. The older kind of request, because only it tells how far the sending has come.

use super::http::{HttpError, me, outcome};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// A sending under way, for stopping it.
#[derive(Clone)]
pub struct Sending(XmlHttpRequest);

impl Sending {
    pub fn new() -> Option<Self> {
        XmlHttpRequest::new().ok().map(Self)
    }

    pub fn stop(&self) {
        let _ = self.0.abort();
    }
}

/// Sends a file by `PUT`; `progress` hears how much of it has gone, in percent. One that is stopped ends as [`HttpError::Away`].
pub async fn upload<T: DeserializeOwned>(
    sending: Sending,
    path: &str,
    file: &File,
    progress: impl Fn(u32) + 'static,
) -> Result<T, HttpError> {
    let Sending(request) = sending;
    let heard = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
        progress((event.loaded() * 100.0 / event.total().max(1.0)) as u32);
    });
    let begin = || -> Result<(), JsValue> {
        request.open_with_async("PUT", path, true)?;
        request.set_request_header("content-type", "application/octet-stream")?;
        if let Some(me) = me() {
            request.set_request_header("fairlead-member", &me.to_string())?;
        }
        request.upload()?.set_onprogress(Some(wasm_bindgen::JsCast::unchecked_ref(heard.as_ref())));
        request.send_with_opt_blob(Some(file))
    };
    begin().map_err(|_| HttpError::Away)?;
    let ended = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    let _ = JsFuture::from(ended).await;
    match request.status() {
        Ok(status) if status > 0 => outcome(status, request.response_text().ok().flatten().unwrap_or_default()),
        _ => Err(HttpError::Away),
    }
}
