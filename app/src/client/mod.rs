//! The browser's half of the one way to change data: the view, what waits to be sent, and what arrives.
//!
//! A command is decided and applied here at once; the screen answers in the same frame. It then waits in the outbox until
//! the server's answer replaces the guess. When others' changes arrive, the guesses are taken back, the changes applied,
//! and the guesses made again on top. On the server a client only holds the view that a page renders from.

mod gated;
mod http;
mod kept;
mod live;
mod outbox;
mod pages;
mod rereading;
mod tabs;
mod undo;
mod upload;
mod wait;

pub use gated::Gated;
pub use http::{HttpError, get, post_file, post_json};
pub use kept::Refused;
pub use outbox::Sync;
pub use rereading::Rereading;
pub use upload::{Sending, upload};
pub use wait::Wait;

use crate::{
    presence::Presence,
    texts::{Texts, use_texts},
    ui::refusal::{clashes, sentence},
    ui::toast::Toasts,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Version,
    access::{Actor, Right},
    calendar::Zone,
    change::{Change, Delta, Recorded, Target, Verb},
    command::{Command, Outcome, Request, references},
    decide::carry_out,
    file::Content,
    id::{CommandId, FileId, MemberId, PipelineId},
    member::Member,
    page::{Page, Snapshot},
    refusal::{Clash, Refusal},
    view::View,
    workspace::Workspace,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

/// How often what waits for the server is looked at, in milliseconds.
const LOOK: u32 = 20;

/// How many commands Ctrl-Z can take back.
const UNDOABLE: usize = 50;

/// Told which records changed, and by what, where the server has confirmed it.
pub type Listener = Arc<dyn Fn(&[Target], Option<&Recorded>) + Send + std::marker::Sync>;

/// What the page works on. Copies are handles to the same state.
#[derive(Clone, Copy)]
pub struct Client {
    state: StoredValue<State>,
    /// Grows with every change of the view: whoever reads it renders anew.
    tick: RwSignal<u64>,
    pub sync: RwSignal<Sync>,
    pub toasts: Toasts,
    pub page: RwSignal<Page>,
    /// Fields that somebody else changed meanwhile: both values wait for the person's choice.
    pub conflicts: RwSignal<Vec<(Target, Clash)>>,
    /// What the server refused when it arrived.
    pub refused: RwSignal<Vec<Refused>>,
    /// What waits for the person to give what a gate asks for.
    pub gated: RwSignal<Option<Gated>>,
    /// Under which name this page keeps what waits, in the browser's storage.
    kept_at: StoredValue<Option<String>>,
    /// Who else is where.
    pub presence: Presence,
    pub me: MemberId,
    /// The page's texts, for what is said outside of any component.
    pub texts: Texts,
}

struct State {
    view: View,
    version: Version,
    zone: Zone,
    /// When the page was read. On the server it is rendered as of this instant.
    as_of: DateTime<Utc>,
    /// The server's time less this device's, in milliseconds.
    clock_offset: i64,
    pending: Vec<Pending>,
    /// Confirmed since the page began, for laying over a snapshot that is read later.
    recent: Vec<Recorded>,
    undoable: Vec<CommandId>,
    /// Undoings, the latest last, until something else is done.
    redoable: Vec<CommandId>,
    listeners: Vec<(u32, Listener)>,
    complete: BTreeSet<PipelineId>,
}

/// A command that the server has not answered, with what it is guessed to change.
struct Pending {
    request: Request,
    guess: Vec<Change>,
}

impl Client {
    pub fn new(snapshot: Snapshot) -> Self {
        let Snapshot { version, as_of, me, zone, view, page, .. } = snapshot;
        let state = State {
            view,
            version,
            zone,
            as_of,
            clock_offset: device_now().map_or(0, |now| (as_of - now).num_milliseconds()),
            pending: Vec::new(),
            recent: Vec::new(),
            undoable: Vec::new(),
            redoable: Vec::new(),
            listeners: Vec::new(),
            complete: BTreeSet::new(),
        };
        Self {
            state: StoredValue::new(state),
            tick: RwSignal::new(0),
            sync: RwSignal::new(Sync::default()),
            toasts: Toasts::new(),
            page: RwSignal::new(page),
            conflicts: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Vec::new()),
            gated: RwSignal::new(None),
            kept_at: StoredValue::new(None),
            presence: Presence::new(),
            me,
            texts: use_texts(),
        }
    }

    /// Reads the view, and renders anew when it changes.
    pub fn with<T>(&self, read: impl FnOnce(&View) -> T) -> T {
        self.tick.track();
        self.peek(read)
    }

    /// Reads the view once.
    pub fn peek<T>(&self, read: impl FnOnce(&View) -> T) -> T {
        self.state.with_value(|state| read(&state.view))
    }

    pub fn version(&self) -> Version {
        self.state.with_value(|state| state.version)
    }

    /// The workspace's zone, and the days on which it works.
    pub fn zone(&self) -> Zone {
        self.state.with_value(|state| {
            let days = state.view.workspace().map(Workspace::work_days).unwrap_or_default();
            Zone { days, ..state.zone.clone() }
        })
    }

    /// Now by the server's clock, as far as it is known.
    pub fn now(&self) -> DateTime<Utc> {
        let (as_of, offset) = self.state.with_value(|state| (state.as_of, state.clock_offset));
        device_now().map_or(as_of, |now| now + chrono::Duration::milliseconds(offset))
    }

    /// Today in the workspace.
    pub fn today(&self) -> NaiveDate {
        self.state.with_value(|state| state.zone.day(self.now()))
    }

    /// The person who works here.
    pub fn member(&self) -> Option<Member> {
        self.with(|view| view.members.get(&self.me).cloned())
    }

    pub fn holds(&self, right: Right) -> bool {
        self.peek(|view| view.members.get(&self.me).is_some_and(|member| member.role.holds(right)))
    }

    /// Whether the member may edit the deal.
    pub fn may_edit(&self, deal: &domain::deal::Deal) -> bool {
        self.peek(|view| Actor::of(view, self.me).is_some_and(|actor| actor.require_edit(deal).is_ok()))
    }

    /// Listens to changes for as long as the owner lives.
    pub fn listen(&self, listener: impl Fn(&[Target], Option<&Recorded>) + Send + std::marker::Sync + 'static) {
        let state = self.state;
        let number = self.state.try_update_value(|state| {
            let number = state.listeners.last().map_or(0, |(number, _)| number + 1);
            state.listeners.push((number, Arc::new(listener)));
            number
        });
        on_cleanup(move || {
            state.try_update_value(|state| state.listeners.retain(|(other, _)| Some(*other) != number));
        });
    }

    /// Asks for a command: decided and applied here, then sent. A refusal is returned and nothing has changed.
    pub fn ask(&self, command: Command) -> Result<CommandId, Refusal> {
        let now = self.now();
        let request = Request { id: CommandId(new_id()), command };
        let is_guessed = self.state.with_value(|state| state.can_guess(&request.command));
        let guess = self
            .state
            .try_update_value(|state| {
                let Some(actor) = Actor::of(&state.view, self.me) else {
                    return Err(Refusal::NotFound { kind: domain::record::Kind::Member });
                };
                if is_guessed { carry_out(&mut state.view, &actor, &request, now) } else { Ok(Vec::new()) }
            })
            .unwrap_or(Ok(Vec::new()))?;
        let id = request.id;
        if guess.is_empty() && is_guessed {
            return Ok(id);
        }
        let touched: Vec<Target> = guess.iter().map(|change| change.target).collect();
        self.state.update_value(|state| {
            if !matches!(request.command, Command::Undo { .. }) {
                state.note_undoable(id);
                state.redoable.clear();
            }
            let pending = Pending { request, guess };
            state.note_guess(&pending, self.me, now);
            state.pending.push(pending);
        });
        self.changed(&touched, None);
        self.send();
        Ok(id)
    }

    /// Asks, and tells a refusal in a toast. `true` where it was carried out here.
    pub fn ask_or_tell(&self, command: Command) -> Option<CommandId> {
        match self.ask(command) {
            Ok(id) => Some(id),
            Err(refusal) => {
                self.tell(&refusal);
                None
            }
        }
    }

    /// Waits until the server has answered a command; `true` where it was carried out.
    pub async fn confirmed(&self, id: CommandId) -> bool {
        let waits = |state: &State| state.pending.iter().any(|pending| pending.request.id == id);
        while self.state.try_with_value(waits) == Some(true) {
            TimeoutFuture::new(LOOK).await;
        }
        self.state.try_with_value(|state| state.view.evidence.recorded.contains_key(&id)) == Some(true)
    }

    /// Tells what was done: at once where it was done here, else when the server has done it.
    fn once_done(&self, id: CommandId, tell: impl FnOnce(&Self) + 'static) {
        let client = *self;
        if self.state.with_value(|state| state.waits_unguessed(id)) {
            spawn_local(async move {
                if client.confirmed(id).await {
                    tell(&client);
                }
            });
        } else {
            tell(&client);
        }
    }

    /// A field's present value; null where it is not set.
    pub fn value(&self, target: Target, field: &str) -> serde_json::Value {
        let fields = self.peek(|view| view.get(target.kind, target.id).map(|record| record.to_fields()));
        fields.and_then(|mut fields| fields.remove(field)).unwrap_or_default()
    }

    /// The commands that the server has not answered.
    pub fn waiting(&self) -> Vec<Command> {
        self.state.with_value(|state| state.pending.iter().map(|pending| pending.request.command.clone()).collect())
    }

    /// Sets one field of a record, whatever stands in it.
    pub fn set(&self, target: Target, field: &str, after: serde_json::Value) -> Result<CommandId, Refusal> {
        self.set_from(target, field, self.value(target, field), after)
    }

    /// Sets one field of a record that the person saw with the value `before`. Where somebody changed it meanwhile and
    /// the field is guarded, both values wait for the person's choice, as after the server's answer.
    pub fn set_from(
        &self,
        target: Target,
        field: &str,
        before: serde_json::Value,
        after: serde_json::Value,
    ) -> Result<CommandId, Refusal> {
        let asked = self.ask(Command::set(target, field, Delta { before, after }));
        if let Err(Refusal::Conflict { target, fields }) = &asked {
            self.note_conflict(*target, fields.clone());
        }
        asked
    }

    fn note_conflict(&self, target: Target, fields: Vec<Clash>) {
        self.conflicts.update(|conflicts| {
            conflicts.retain(|(other, clash)| *other != target || fields.iter().all(|new| new.field != clash.field));
            conflicts.extend(fields.into_iter().map(|clash| (target, clash)));
        });
        self.keep();
    }

    /// Ends a conflict: with the other's value, or with one's own set on top of it.
    pub fn settle(&self, target: Target, field: &str, own: Option<serde_json::Value>) {
        self.conflicts.update(|conflicts| {
            conflicts.retain(|(other, clash)| *other != target || clash.field != field);
        });
        self.keep();
        if let Some(own) = own
            && let Err(refusal) = self.set(target, field, own)
        {
            self.tell(&refusal);
        }
    }

    /// Notes that a file's content has reached the server, so that its record can be made.
    pub fn note_content(&self, file: FileId, content: Content) {
        self.state.update_value(|state| {
            state.view.evidence.contents.insert(file, content);
        });
    }

    pub fn tell(&self, refusal: &Refusal) {
        self.toasts.fail(self.peek(|view| match refusal {
            Refusal::Conflict { target, fields } => {
                clashes(self.texts, view, fields, |clash| self.who_set(*target, &clash.field, &clash.theirs))
            }
            other => sentence(self.texts, view, other),
        }));
    }

    /// Who last gave a field this value, if that happened since the page began.
    pub fn who_set(&self, target: Target, field: &str, value: &serde_json::Value) -> Option<MemberId> {
        let did = |change: &Change| change.target == target && change.after(field) == Some(value);
        self.state.with_value(|state| state.recent.iter().rfind(|recorded| recorded.changes.iter().any(did))?.by)
    }

    /// Takes in what the server confirmed. `false` where something between was missed.
    fn receive(&self, recorded: &Recorded) -> bool {
        let now = self.now();
        let received = self.state.try_update_value(|state| {
            if recorded.version <= state.version {
                // Known already; the guess of it, if it still waits, is answered.
                let mut touched = Vec::new();
                if state.pending.iter().any(|pending| pending.request.id == recorded.command) {
                    touched = state.take_back_guesses();
                    state.pending.retain(|pending| pending.request.id != recorded.command);
                    touched.extend(state.guess_again(self.me, now));
                }
                return Some(touched);
            }
            if recorded.version != state.version + 1 {
                return None;
            }
            let mut touched = state.take_back_guesses();
            state.pending.retain(|pending| pending.request.id != recorded.command);
            for change in &recorded.changes {
                state.view.apply(change);
                touched.push(change.target);
            }
            state.version = recorded.version;
            if recorded.by == Some(self.me) {
                state.view.evidence.recorded.insert(recorded.command, recorded.clone());
            }
            state.recent.push(recorded.clone());
            if state.recent.len() > 2_000 {
                state.recent.drain(..1_000);
            }
            touched.extend(state.guess_again(self.me, now));
            touched.sort_unstable();
            touched.dedup();
            Some(touched)
        });
        match received.flatten() {
            None => false,
            Some(touched) => {
                self.changed(&touched, Some(recorded));
                true
            }
        }
    }

    /// Takes in the answer to a command.
    fn answered(&self, request: Request, outcome: Outcome) {
        let id = request.id;
        match outcome {
            Outcome::Applied(recorded) => {
                self.state.update_value(|state| {
                    state.view.evidence.recorded.insert(id, recorded.clone());
                });
                if !self.receive(&recorded) {
                    self.catch_up();
                }
            }
            Outcome::Unchanged { .. } => self.give_up(id),
            Outcome::Refused { refusal } => {
                self.give_up(id);
                let is_undo = matches!(request.command, Command::Undo { .. });
                if is_undo {
                    self.tell_not_undone(&refusal);
                } else {
                    self.tell(&refusal);
                }
                if let Refusal::Conflict { target, fields } = &refusal {
                    self.accept_theirs(*target, fields);
                }
                match (&request.command, refusal) {
                    // Each clash holds what was typed into its field; an edit of more than these is kept whole.
                    (Command::Edit { fields: typed, .. }, Refusal::Conflict { target, fields })
                        if typed.len() == fields.len() =>
                    {
                        self.note_conflict(target, fields);
                    }
                    (_, refusal) => self.note_refused(request, refusal),
                }
            }
        }
    }

    /// The server has told what stands there now; the change that brought it may still be on its way.
    fn accept_theirs(&self, target: Target, clashes: &[Clash]) {
        let fields = clashes.iter().map(|clash| {
            let before = self.value(target, &clash.field);
            (clash.field.clone(), Delta { before, after: clash.theirs.clone() })
        });
        let change = Change { target, verb: Verb::Edited, fields: fields.collect() };
        self.state.update_value(|state| {
            state.view.apply(&change);
        });
        self.changed(&[target], None);
    }

    /// Takes a guess back for good.
    fn give_up(&self, id: CommandId) {
        let now = self.now();
        let touched = self.state.try_update_value(|state| {
            let mut touched = state.take_back_guesses();
            state.pending.retain(|pending| pending.request.id != id);
            state.undoable.retain(|other| *other != id);
            state.redoable.retain(|other| *other != id);
            state.view.evidence.recorded.remove(&id);
            touched.extend(state.guess_again(self.me, now));
            touched
        });
        self.changed(&touched.unwrap_or_default(), None);
    }

    fn changed(&self, touched: &[Target], recorded: Option<&Recorded>) {
        let listeners = self.state.with_value(|state| state.listeners.clone());
        for (_, listener) in listeners {
            listener(touched, recorded);
        }
        self.tick.update(|tick| *tick += 1);
    }
}

impl State {
    fn note_undoable(&mut self, id: CommandId) {
        self.undoable.retain(|other| *other != id);
        self.undoable.push(id);
        if self.undoable.len() > UNDOABLE {
            self.undoable.remove(0);
        }
    }

    /// Whether the view holds all that the command concerns. What it does not is for the server alone to decide.
    fn can_guess(&self, command: &Command) -> bool {
        match command {
            Command::Merge { .. } => false,
            Command::Undo { of } => {
                // What it brings back may also name what only the server holds, as a deal's contacts.
                let refers = |change: &Change| {
                    let before = change.fields.iter().flat_map(|(field, delta)| references(field, &delta.before));
                    before.collect::<Vec<_>>()
                };
                let is_held = |change: &Change| {
                    let is_here = |target: &Target| self.view.holds(target.kind, target.id);
                    (change.verb == Verb::Deleted || is_here(&change.target)) && refers(change).iter().all(is_here)
                };
                let recorded = self.view.evidence.recorded.get(of);
                !self.waits_unguessed(*of) && recorded.is_none_or(|recorded| recorded.changes.iter().all(is_held))
            }
            Command::Batch { parts } => parts.iter().all(|part| self.can_guess(part)),
            _ => true,
        }
    }

    /// Whether the command waits for the server, and nothing shows here yet of what it does.
    fn waits_unguessed(&self, id: CommandId) -> bool {
        self.pending.iter().any(|pending| pending.request.id == id && pending.guess.is_empty())
    }

    fn take_back_guesses(&mut self) -> Vec<Target> {
        let mut touched = Vec::new();
        for pending in self.pending.iter().rev() {
            for change in pending.guess.iter().rev() {
                self.view.unapply(change);
                touched.push(change.target);
            }
        }
        touched
    }

    /// What cannot be decided here any more keeps waiting for the server's word, without a guess.
    fn guess_again(&mut self, me: MemberId, now: DateTime<Utc>) -> Vec<Target> {
        let mut touched = Vec::new();
        let mut pending = std::mem::take(&mut self.pending);
        for pending in &mut pending {
            let actor = Actor::of(&self.view, me).filter(|_| self.can_guess(&pending.request.command));
            let guess = actor.and_then(|actor| carry_out(&mut self.view, &actor, &pending.request, now).ok());
            pending.guess = guess.unwrap_or_default();
            touched.extend(pending.guess.iter().map(|change| change.target));
            self.note_guess(pending, me, now);
        }
        self.pending = pending;
        touched
    }

    /// What is guessed can be taken back before the server has confirmed it: it hears of both, in this order.
    fn note_guess(&mut self, pending: &Pending, me: MemberId, now: DateTime<Utc>) {
        let (command, changes) = (pending.request.id, pending.guess.clone());
        let recorded = Recorded { version: self.version, command, by: Some(me), at: now, changes };
        self.view.evidence.recorded.insert(command, recorded);
    }
}

/// A new id. Its time comes from the device's clock and decides nothing.
pub fn new_id() -> Uuid {
    let millis = device_now().map_or(0, |now| u64::try_from(now.timestamp_millis()).unwrap_or(0));
    let (seconds, rest) = (millis / 1000, u32::try_from(millis % 1000).unwrap_or(0));
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, rest * 1_000_000))
}

/// The device's clock. The server has none here: what it renders is as of an instant that it is given.
fn device_now() -> Option<DateTime<Utc>> {
    if !in_browser() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    let millis = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(millis)
}

pub fn in_browser() -> bool {
    cfg!(target_arch = "wasm32")
}
