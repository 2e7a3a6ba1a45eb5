//! Files on their way to a deal: chosen, dropped or pasted; several at once, each with how far it has come. What could not be
//! sent stays in the list to be tried again.

use crate::{
    client::{Client, HttpError, Sending, new_id, upload},
    ui::refusal::sentence,
};
use domain::{
    command::{Command, Place},
    file::{Content, File, MOST_BYTES},
    id::{DealId, FileId},
    record::Record,
    text,
};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, collections::BTreeMap};

/// One file of the list.
#[derive(Clone, Copy)]
pub struct Upload {
    pub number: u32,
    pub name: StoredValue<String>,
    pub state: RwSignal<State>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// In percent.
    Going(u32),
    /// The server was not reached.
    Waiting,
    Refused(String),
}

#[derive(Clone, Copy)]
pub struct Uploads {
    client: Client,
    deal: DealId,
    pub list: RwSignal<Vec<Upload>>,
}

/// The browser's own objects, which never leave its thread.
struct Held {
    file: web_sys::File,
    sending: Option<Sending>,
}

thread_local! {
    static HELD: RefCell<BTreeMap<u32, Held>> = const { RefCell::new(BTreeMap::new()) };
}

impl Uploads {
    pub fn new(client: Client, deal: DealId) -> Self {
        Self { client, deal, list: RwSignal::new(Vec::new()) }
    }

    /// Takes files in and begins to send them.
    pub fn add(&self, files: &web_sys::FileList) {
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            let number = HELD.with_borrow(|held| held.last_key_value().map_or(0, |(last, _)| last + 1));
            let upload = Upload { number, name: StoredValue::new(file.name()), state: RwSignal::new(State::Going(0)) };
            HELD.with_borrow_mut(|held| held.insert(number, Held { file, sending: None }));
            self.list.update(|list| list.push(upload));
            self.send(upload);
        }
    }

    /// Sends it, also once more.
    #[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
    pub fn send(&self, upload: Upload) {
        let Some(file) = HELD.with_borrow(|held| held.get(&upload.number).map(|held| held.file.clone())) else {
            return;
        };
        // Before it is sent for nothing.
        if let Err(refusal) = text::required("name", &file.name(), text::NAME) {
            let why = self.client.peek(|view| sentence(self.client.texts, view, &refusal));
            upload.state.set(State::Refused(why));
            return;
        }
        if file.size() > MOST_BYTES as f64 {
            upload.state.set(State::Refused(self.too_large(MOST_BYTES)));
            return;
        }
        upload.state.set(State::Going(0));
        let this = *self;
        spawn_local(async move { this.carry_out(upload, file).await });
    }

    async fn carry_out(self, this: Upload, file: web_sys::File) {
        let Some(sending) = Sending::new() else { return };
        HELD.with_borrow_mut(|held| {
            if let Some(held) = held.get_mut(&this.number) {
                held.sending = Some(sending.clone());
            }
        });
        let id = FileId(new_id());
        let path = format!("/api/v1/files/{id}/content?deal={}", self.deal);
        let progress = move |percent| {
            this.state.try_set(State::Going(percent));
        };
        let sent = upload::<Content>(sending, &path, &file, progress).await;
        // Who took it out of the list does not want it any more.
        if !HELD.with_borrow(|held| held.contains_key(&this.number)) {
            return;
        }
        let texts = self.client.texts;
        let state = match sent {
            Ok(content) => match self.record(id, &file, content) {
                None => return self.forget(this),
                Some(why) => State::Refused(why),
            },
            Err(HttpError::Away | HttpError::SignedOut) => State::Waiting,
            Err(HttpError::Refused(413, _)) => State::Refused(self.too_large(MOST_BYTES)),
            Err(HttpError::Refused(403, _)) => {
                State::Refused(texts.errors().no_permission(texts.right().edit_all_deals()))
            }
            Err(HttpError::Refused(..)) => State::Refused(texts.files().failed().to_owned()),
        };
        this.state.try_set(state);
    }

    /// Makes the record of a file whose content is there; why not, where it is refused.
    fn record(&self, id: FileId, file: &web_sys::File, content: Content) -> Option<String> {
        let client = self.client;
        client.note_content(id, content.clone());
        let record = File {
            id,
            deal: self.deal,
            name: file.name(),
            bytes: content.bytes,
            media_type: file.type_(),
            sha256: content.sha256,
            by: client.me,
            created_at: client.now(),
        };
        let command = Command::Create { record: Record::File(record), place: Place::default(), dated: false };
        match client.ask(command) {
            Ok(command) => {
                client.toasts.done(client.texts.files().added(file.name()), command);
                None
            }
            Err(refusal) => Some(client.peek(|view| sentence(client.texts, view, &refusal))),
        }
    }

    /// Stops it, where it is still going, and takes it out of the list.
    pub fn forget(&self, upload: Upload) {
        let held = HELD.with_borrow_mut(|held| held.remove(&upload.number));
        if let Some(sending) = held.and_then(|held| held.sending) {
            sending.stop();
        }
        self.list.try_update(|list| list.retain(|other| other.number != upload.number));
    }

    fn too_large(&self, limit: u64) -> String {
        self.client.texts.files().too_large(limit / (1024 * 1024))
    }
}

/// The files that an event brings by dropping or pasting; `None` where it brings none.
pub fn files_of(carried: Option<web_sys::DataTransfer>) -> Option<web_sys::FileList> {
    carried?.files().filter(|files| files.length() > 0)
}
