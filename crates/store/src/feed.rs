//! Live updates: what was committed goes to every listener of its workspace, in order of version and without gaps,
//! whichever replica committed it.

use crate::{
    access::Reader,
    change::{self, Addressed, visible},
    error::{Result, within},
    execute::Committed,
    pool::Store,
};
use domain::{
    Version,
    access::{Actor, Sight},
    change::Recorded,
    id::WorkspaceId,
    record::Kind,
};
use sqlx::{PgPool, postgres::PgListener};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as AsyncMutex, broadcast, mpsc},
    time::Instant,
};
use uuid::Uuid;

/// PostgreSQL's channel on which replicas tell each other that a workspace has a new version.
const CHANNEL: &str = "fairlead";
/// How many commands a slow listener may lag before it reads from the database instead.
const BUFFER: usize = 1024;
/// The safety net under the notifications.
const POLL: Duration = Duration::from_secs(1);
/// How long the feed waits for the database before it tries anew.
const WITHIN: Duration = Duration::from_secs(10);
/// How often a listener's session is asked for: it may have ended through another replica, or by itself.
const SESSION_EVERY: Duration = Duration::from_secs(30);

/// A command's changes on their way to listeners; the text for those who see everything is made once.
#[derive(Debug)]
pub struct Published {
    pub recorded: Recorded,
    changes: Vec<Addressed>,
    json: Arc<str>,
    /// Something that decides what members may see was changed.
    touches_access: bool,
    /// Of kinds that not even those see who see every deal.
    has_private: bool,
}

impl Published {
    fn new(recorded: Recorded, changes: Vec<Addressed>) -> Self {
        let of_kind = |kinds: &[Kind]| recorded.changes.iter().any(|change| kinds.contains(&change.target.kind));
        Self {
            json: serde_json::to_string(&recorded).unwrap_or_default().into(),
            touches_access: of_kind(&[Kind::Member, Kind::Team]),
            has_private: of_kind(&[Kind::Invitation, Kind::SavedView]),
            recorded,
            changes,
        }
    }

    /// The event's text for one listener.
    fn text(&self, actor: &Actor) -> Arc<str> {
        if actor.sight == Sight::Everything && !self.has_private {
            return self.json.clone();
        }
        let seen = visible(&self.recorded, &self.changes, actor);
        serde_json::to_string(&seen).unwrap_or_default().into()
    }
}

pub(crate) struct Feed {
    pool: PgPool,
    channels: Mutex<HashMap<WorkspaceId, Arc<Channel>>>,
    pokes: mpsc::UnboundedSender<(WorkspaceId, Version)>,
    poked: Mutex<Option<mpsc::UnboundedReceiver<(WorkspaceId, Version)>>>,
    /// Sessions that end, by the hash of their token.
    ended: broadcast::Sender<Arc<[u8]>>,
}

struct Channel {
    /// The version up to which everything was published.
    published: AsyncMutex<Version>,
    sender: broadcast::Sender<Arc<Published>>,
}

impl Feed {
    pub fn new(pool: PgPool) -> Self {
        let (pokes, poked) = mpsc::unbounded_channel();
        let ended = broadcast::channel(BUFFER).0;
        Self { pool, channels: Mutex::default(), pokes, poked: Mutex::new(Some(poked)), ended }
    }

    /// Ends the streams of a session here; other replicas find out by themselves.
    pub fn end_session(&self, token_hash: &[u8]) {
        let _ = self.ended.send(token_hash.into());
    }

    /// Publishes what this process committed, and lets other replicas know.
    pub async fn publish(&self, workspace: WorkspaceId, committed: Vec<Committed>) {
        let Some(last) = committed.last().map(|command| command.recorded.version) else { return };
        let _ = self.pokes.send((workspace, last));
        let Some(channel) = self.channel(workspace) else { return };
        let mut published = channel.published.lock().await;
        for Committed { recorded, changes } in committed {
            if recorded.version > *published + 1 {
                // Another replica committed in between.
                self.fetch(workspace, &channel, &mut published, recorded.version - 1).await;
            }
            if recorded.version == *published + 1 {
                *published = recorded.version;
                let _ = channel.sender.send(Arc::new(Published::new(recorded, changes)));
            }
        }
    }

    fn channel(&self, workspace: WorkspaceId) -> Option<Arc<Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).get(&workspace).cloned()
    }

    /// Publishes from the database up to a version.
    async fn fetch(&self, workspace: WorkspaceId, channel: &Channel, published: &mut Version, to: Version) {
        while *published < to {
            let read = async {
                let mut connection = self.pool.acquire().await?;
                change::after(&mut connection, workspace, *published).await
            };
            match within(WITHIN, read).await {
                Ok(page) if page.is_empty() => return,
                Ok(page) => {
                    for (recorded, changes) in page {
                        let whole = changes.iter().map(|(change, _)| change.clone()).collect();
                        let recorded = Recorded { changes: whole, ..recorded };
                        *published = recorded.version;
                        let _ = channel.sender.send(Arc::new(Published::new(recorded, changes)));
                    }
                }
                Err(error) => {
                    tracing::warn!(%workspace, %error, "feed.fetch failed");
                    return;
                }
            }
        }
    }

    /// Looks at the versions of the workspaces that somebody listens to.
    async fn look(&self, only: Option<WorkspaceId>) {
        let channels: Vec<(WorkspaceId, Arc<Channel>)> = {
            let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
            channels.retain(|_, channel| channel.sender.receiver_count() > 0);
            channels.iter().map(|(id, channel)| (*id, channel.clone())).collect()
        };
        let wanted = |id: &WorkspaceId| only.is_none_or(|only| only == *id);
        let ids: Vec<Uuid> = channels.iter().map(|(id, _)| id.0).filter(|id| wanted(&(*id).into())).collect();
        if ids.is_empty() {
            return;
        }
        let rows = sqlx::query!("SELECT workspace_id, version FROM workspace WHERE workspace_id = ANY($1)", &ids);
        let Ok(rows) = within(WITHIN, rows.fetch_all(&self.pool)).await else { return };
        for row in rows {
            let Some((id, channel)) = channels.iter().find(|(id, _)| id.0 == row.workspace_id) else { continue };
            let mut published = channel.published.lock().await;
            self.fetch(*id, channel, &mut published, row.version).await;
        }
    }
}

impl Store {
    /// Runs until the process ends: tells other replicas of our commits, hears of theirs, and looks once a second in
    /// case a notification was lost.
    pub async fn run_feed(&self) {
        let feed = self.feed.clone();
        let Some(mut poked) = feed.poked.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let tell = async {
            // One notification for all that gathered while the last one was sent.
            while let Some((workspace, version)) = poked.recv().await {
                let mut latest = HashMap::from([(workspace, version)]);
                while let Ok((workspace, version)) = poked.try_recv() {
                    latest.insert(workspace, version);
                }
                for (workspace, version) in latest {
                    let payload = format!("{workspace} {version}");
                    let notify = sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, payload);
                    let _ = within(WITHIN, notify.execute(&feed.pool)).await;
                }
            }
        };
        let hear = async {
            loop {
                if let Ok(mut listener) = PgListener::connect_with(&feed.pool).await
                    && listener.listen(CHANNEL).await.is_ok()
                {
                    while let Ok(notification) = listener.recv().await {
                        let mut words = notification.payload().split(' ');
                        let workspace = words.next().and_then(|id| id.parse().ok());
                        let version = words.next().and_then(|version| version.parse::<Version>().ok());
                        let (Some(workspace), Some(version)) = (workspace, version) else { continue };
                        if let Some(channel) = feed.channel(workspace) {
                            let mut published = channel.published.lock().await;
                            feed.fetch(workspace, &channel, &mut published, version).await;
                        }
                    }
                }
                tokio::time::sleep(POLL).await;
            }
        };
        let poll = async {
            loop {
                tokio::time::sleep(POLL).await;
                feed.look(None).await;
            }
        };
        tokio::join!(Box::pin(tell), Box::pin(hear), Box::pin(poll));
    }

    /// Everything after `since` that the member may see, and from then on what happens, until the session ends.
    pub async fn live(&self, reader: Reader, token_hash: Vec<u8>, since: Version) -> Result<Live> {
        let workspace = reader.workspace;
        let session = Session::new(self, workspace, token_hash);
        let receiver = {
            let known = self.feed.channel(workspace).map(|channel| channel.sender.subscribe());
            if let Some(receiver) = known {
                receiver
            } else {
                let version = self.version(workspace).await?;
                let mut channels = self.feed.channels.lock().unwrap_or_else(PoisonError::into_inner);
                let channel = channels.entry(workspace).or_insert_with(|| {
                    let published = AsyncMutex::new(version);
                    Arc::new(Channel { published, sender: broadcast::channel(BUFFER).0 })
                });
                channel.sender.subscribe()
            }
        };
        // What was committed between the version's reading and the subscription is published when next looked at.
        self.feed.look(Some(workspace)).await;
        let store = self.clone();
        let mut live = Live { store, reader, session, receiver, sent: since, waiting: Vec::new(), ended: false };
        live.catch_up().await?;
        Ok(live)
    }
}

/// The session by which somebody listens.
struct Session {
    workspace: WorkspaceId,
    token_hash: Vec<u8>,
    ended: broadcast::Receiver<Arc<[u8]>>,
    /// When it is asked for next.
    ask_at: Instant,
}

impl Session {
    fn new(store: &Store, workspace: WorkspaceId, token_hash: Vec<u8>) -> Self {
        let ask_at = Instant::now() + SESSION_EVERY;
        Self { workspace, token_hash, ended: store.feed.ended.subscribe(), ask_at }
    }

    /// Waits until it may have ended. May be dropped and called again.
    async fn doubtful(&mut self) {
        let told = async { while self.ended.recv().await.is_ok_and(|token_hash| *token_hash != *self.token_hash) {} };
        tokio::select! {
            () = told => {}
            () = tokio::time::sleep_until(self.ask_at) => {}
        }
    }

    /// Whether it goes on. While the database does not tell, it does.
    async fn goes_on(&mut self, store: &Store) -> bool {
        self.ask_at = Instant::now() + SESSION_EVERY;
        let asked = store.has_session(self.workspace, &self.token_hash);
        within(WITHIN, asked).await.unwrap_or(true)
    }
}

/// What one listener receives.
pub struct Live {
    store: Store,
    reader: Reader,
    session: Session,
    receiver: broadcast::Receiver<Arc<Published>>,
    /// The version up to which everything was handed out.
    sent: Version,
    /// Handed out next, in reverse order.
    waiting: Vec<Event>,
    ended: bool,
}

/// An event of the stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A [`Recorded`] as JSON.
    Changes { version: Version, json: Arc<str> },
    /// What the listener holds is too old, or they may see other things now: load anew.
    Reset,
}

impl Live {
    async fn catch_up(&mut self) -> Result<()> {
        let recorded = self.store.changes_since(&self.reader, self.sent).await?.recorded;
        // What the member may see may have changed on the way.
        let sees_the_same = self.sees_the_same().await?;
        match recorded.filter(|_| sees_the_same) {
            None => {
                self.waiting = vec![Event::Reset];
                self.ended = true;
            }
            Some(recorded) => {
                let events = recorded.into_iter().rev().map(|recorded| Event::Changes {
                    version: recorded.version,
                    json: serde_json::to_string(&recorded).unwrap_or_default().into(),
                });
                self.waiting = events.collect();
                if let Some(Event::Changes { version, .. }) = self.waiting.first() {
                    self.sent = *version;
                }
            }
        }
        Ok(())
    }

    /// The next event; `None` when the stream ends and the listener should connect again.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            let received = tokio::select! {
                received = self.receiver.recv() => received,
                () = self.session.doubtful() => {
                    if self.session.goes_on(&self.store).await {
                        continue;
                    }
                    return None;
                }
            };
            match received {
                Ok(published) if published.recorded.version <= self.sent => {}
                Ok(published) if published.recorded.version == self.sent + 1 => {
                    self.sent += 1;
                    let json = published.text(&self.reader.actor);
                    self.waiting.insert(0, Event::Changes { version: self.sent, json });
                    if published.touches_access {
                        self.look_at_access().await;
                    }
                }
                // A gap, or the listener lagged: from the database.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await.ok()?,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// Members or teams changed: who left hears nothing more, and who sees other deals than before loads anew.
    async fn look_at_access(&mut self) {
        loop {
            match self.sees_the_same().await {
                Ok(true) => return,
                Ok(false) => {
                    self.waiting.insert(0, Event::Reset);
                    self.ended = true;
                    return;
                }
                // Nobody loads anew for nothing, and nobody hears anything before it is known.
                Err(error) => {
                    tracing::warn!(workspace = %self.reader.workspace, %error, "feed.access is not known");
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }

    async fn sees_the_same(&self) -> Result<bool> {
        let actor = within(WITHIN, self.store.actor(self.reader.workspace, self.reader.member)).await?;
        Ok(actor.as_ref() == Some(&self.reader.actor))
    }
}
