//! The tabs of a browser: one listens to the server for all. Over HTTP/1 a browser has six connections to a server, and
//! each open stream holds one of them for ever.

use super::Client;
use domain::change::Recorded;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// What tabs say to each other; anything else is a recorded command, as the server sent it.
const OPEN: &str = "open";
const LOST: &str = "lost";
/// A tab that has just come asks how it stands.
const ASK: &str = "?";
/// Before what the server said of who is where.
const PRESENCE: &str = "presence ";

/// The way to this member's other tabs. A browser that knows no such way has none, and every tab listens by itself.
#[derive(Clone, Copy)]
pub struct Tabs {
    client: Client,
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
    leads: StoredValue<bool>,
}

impl Tabs {
    /// Listens to the other tabs, for as long as the page stands.
    pub fn open(client: Client) -> Self {
        let channel = BroadcastChannel::new(&name(client)).ok();
        let tabs = Self { client, channel: StoredValue::new_local(channel), leads: StoredValue::new(false) };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                tabs.heard(&text);
            }
        });
        tabs.channel.with_value(|channel| {
            if let Some(channel) = channel {
                channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            }
        });
        heard.forget();
        tabs.say(ASK);
        tabs
    }

    fn heard(&self, text: &str) {
        let client = self.client;
        match text {
            ASK if self.leads.get_value() => {
                self.tell_state(client.sync.with_untracked(|sync| sync.live_lost));
                self.pass_on_presence(&client.presence.retell());
            }
            ASK => {}
            _ if self.leads.get_value() => {}
            OPEN | LOST => client.live_is_lost(text == LOST),
            _ if text.starts_with(PRESENCE) => client.presence.hear(&text[PRESENCE.len()..]),
            _ => {
                if let Ok(recorded) = serde_json::from_str::<Recorded>(text)
                    && !client.receive(&recorded)
                {
                    client.catch_up();
                }
            }
        }
    }

    /// Waits until this tab is the one that listens to the server; at once where tabs cannot agree.
    pub async fn lead(&self) {
        if self.channel.with_value(Option::is_some) {
            let lock = name(self.client);
            let _ = JsFuture::from(Promise::new(&mut |resolve, _| take_lock(&lock, resolve))).await;
        }
    }

    /// From now on this tab listens to the server itself.
    pub fn stop_following(&self) {
        self.leads.set_value(true);
    }

    /// Passes on what the server said.
    pub fn pass_on(&self, message: &str) {
        self.say(message);
    }

    pub fn pass_on_presence(&self, news: &str) {
        self.say(&format!("{PRESENCE}{news}"));
    }

    pub fn tell_state(&self, lost: bool) {
        self.say(if lost { LOST } else { OPEN });
    }

    fn say(&self, text: &str) {
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                let _ = channel.post_message(&JsValue::from_str(text));
            }
        });
    }
}

fn name(client: Client) -> String {
    format!("fairlead live {}", client.me)
}

/// Calls `taken` once the lock is this tab's. It is given back when the tab goes.
fn take_lock(name: &str, taken: Function) {
    let at_once = taken.clone();
    let held = Closure::once_into_js(move || -> JsValue {
        let _ = taken.call0(&JsValue::NULL);
        Promise::new(&mut |_, _| ()).into()
    });
    // Browsers offer locks only to pages from this machine or over TLS.
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
    let request =
        locks.as_ref().and_then(|locks| Reflect::get(locks, &"request".into()).ok()?.dyn_into::<Function>().ok());
    let asked = locks.zip(request).map(|(locks, request)| request.call2(&locks, &name.into(), &held));
    if !matches!(asked, Some(Ok(_))) {
        let _ = at_once.call0(&JsValue::NULL);
    }
}
