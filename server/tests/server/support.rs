//! A PostgreSQL that this program's tests share, servers on it, and people who use them.

use chrono::Duration;
use domain::{
    Version,
    access::Role,
    account::Account,
    change::{Delta, Recorded, Target},
    command::{Command, Outcome, Place, Request},
    deal::{Deal, Priority},
    id::{AccountId, CommandId, DealId, InvitationId, MemberId, PipelineId, StageId, WorkspaceId},
    member::Invitation,
    order,
    page::{Found, Snapshot},
    record::{Kind, Record},
    search::Hit,
};
use leptos::config::LeptosOptions;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::{
    AppState, clock, http,
    postgres::{Embedded, Options, binaries},
};
use sha2::{Digest, Sha256};
use std::{fs, future::Future, net::SocketAddr, os::unix::fs::PermissionsExt, path::PathBuf, sync::LazyLock};
use store::{Changes, Store};
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime::Runtime, sync::Mutex, task::JoinHandle};

/// What is not done by then will not be done.
pub const DEADLINE: std::time::Duration = std::time::Duration::from_mins(1);
pub const PASSWORD: &str = "correct horse";
/// From here the server believes for whom it is asked.
pub const PROXY: &str = "127.0.0.3";

/// Connections belong to the runtime that opened them, so all tests share one.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static DATABASE: Mutex<Shared> = Mutex::const_new(Shared { users: 0, database: None });

struct Shared {
    users: usize,
    database: Option<Database>,
}

struct Database {
    world: World,
    embedded: Embedded,
    folder: TempDir,
}

/// Where a test takes place. Every test founds its own workspaces in it.
#[derive(Clone)]
pub struct World {
    pub store: Store,
    url: String,
}

/// A folder that the account which runs PostgreSQL may enter.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    folder
}

/// Runs a test on the shared database. It starts with the first test and stops after the last one under way.
pub fn run<F: Future<Output = ()>>(test: impl FnOnce(World) -> F) {
    let world = RUNTIME.block_on(enter());
    let _leave = Leave;
    RUNTIME.block_on(test(world));
}

async fn enter() -> World {
    let mut shared = DATABASE.lock().await;
    if shared.database.is_none() {
        shared.database = Some(start().await);
    }
    shared.users += 1;
    shared.database.as_ref().expect("just started").world.clone()
}

/// Also when the test fails: a PostgreSQL must not be left behind.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        RUNTIME.block_on(async {
            let mut shared = DATABASE.lock().await;
            shared.users -= 1;
            if shared.users == 0
                && let Some(Database { world, embedded, folder }) = shared.database.take()
            {
                world.store.close().await;
                embedded.stop().await;
                drop(folder);
            }
        });
    }
}

/// Runs a test that needs no shared database.
pub fn run_alone(test: impl Future<Output = ()>) {
    RUNTIME.block_on(test);
}

async fn start() -> Database {
    let folder = folder();
    let options = Options::new(folder.path().join("data"));
    let embedded = Embedded::start(&options).await.unwrap_or_else(|error| panic!("{error}\n{}", error.advice()));
    let world = World { store: connect(embedded.url()).await, url: embedded.url().to_owned() };
    world.store.migrate().await.expect("the schema");
    Database { world, embedded, folder }
}

async fn connect(url: &str) -> Store {
    let store = Store::connect(url).await.expect("a connection");
    let feed = store.clone();
    tokio::spawn(async move { feed.run_feed().await });
    store
}

impl World {
    /// A server as `fairlead serve` runs it, with its own count of failed sign-ins.
    pub async fn serve(&self) -> Server {
        serve(self.store.clone(), true).await
    }

    pub async fn serve_without_demo(&self) -> Server {
        serve(self.store.clone(), false).await
    }

    /// A server with connections, queues and listeners of its own, as a second process would have them.
    pub async fn serve_replica(&self) -> Server {
        serve(connect(&self.url).await, true).await
    }

    /// Asks the database behind the server's back.
    pub fn ask(&self, sql: &str) -> String {
        ask(&self.url, sql)
    }
}

/// Asks a database.
pub fn ask(url: &str, sql: &str) -> String {
    let psql = binaries::find_all(None).first().expect("PostgreSQL").program("psql");
    let output = std::process::Command::new(psql).args(["-X", "-A", "-t", "-q", "-c", sql, url]).output();
    let output = output.expect("psql runs");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub struct Server {
    pub base: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(store: Store, demo: bool) -> Server {
    let leptos = LeptosOptions::builder().output_name("fairlead").hash_files(false).build();
    // Tests of other things come directly.
    let proxies = PROXY.parse().expect("an address");
    let state = AppState { proxies, ..AppState::new(store, leptos, demo) };
    let service = http::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move { axum::serve(listener, service).await.expect("serving") });
    Server { base, task }
}

impl Server {
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.base)
    }

    pub async fn found(&self) -> Member {
        self.visitor().found("Founder").await
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Visitor {
    pub http: Client,
    pub base: String,
    /// What the browser sends as its cookie; empty: none.
    pub cookie: String,
    /// The name under which the server is reached, where that is not its address.
    pub host: Option<&'static str>,
}

impl Visitor {
    pub fn new(base: &str) -> Self {
        let http = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        Self { http, base: base.to_owned(), cookie: String::new(), host: None }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        if let Some(host) = self.host {
            request = request.header(header::HOST, host);
        }
        request.header("sec-fetch-site", "same-origin").header(header::ACCEPT_LANGUAGE, "en")
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    pub async fn status(&self, path: &str) -> StatusCode {
        self.get(path).await.status()
    }

    /// Asks as a page does: again, for as long as the server says that it is away.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let until = tokio::time::Instant::now() + DEADLINE;
        loop {
            let answer = self.get(path).await;
            if answer.status() != StatusCode::SERVICE_UNAVAILABLE || tokio::time::Instant::now() > until {
                return read(answer).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request(Method::POST, path).form(fields).send().await.expect("an answer")
    }

    /// Submits an entry form; the cookie that it sets, or the status where it lets nobody in.
    pub async fn enter(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<String, StatusCode> {
        let response = self.submit(path, fields).await;
        if response.status() != StatusCode::SEE_OTHER {
            return Err(response.status());
        }
        let cookie = response.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
        self.cookie = cookie.split(';').next().expect("a cookie").to_owned();
        Ok(cookie)
    }

    pub async fn sign_in(&mut self, email: &str) -> Result<String, StatusCode> {
        self.enter("/enter/sign-in", &[("email", email), ("password", PASSWORD)]).await
    }

    pub async fn found(mut self, name: &str) -> Member {
        let email = new_email();
        let fields = [("name", name), ("email", &email), ("password", PASSWORD), ("workspace", "Works")];
        self.enter("/enter/found", &fields).await.expect("entered");
        Member::look_around(self, email).await
    }

    pub async fn search(&self, text: &str) -> Vec<Found> {
        self.hits(text).await.into_iter().map(|hit| hit.found).collect()
    }

    pub async fn hits(&self, text: &str) -> Vec<Hit> {
        let request = self.request(Method::GET, "/api/v1/search").query(&[("q", text)]);
        read(request.send().await.expect("an answer")).await
    }

    pub async fn try_page(&self, address: &str) -> Response {
        let request = self.request(Method::GET, "/api/v1/page").query(&[("address", address)]);
        request.send().await.expect("an answer")
    }

    pub async fn page(&self, address: &str) -> Snapshot {
        read(self.try_page(address).await).await
    }

    pub async fn try_post(&self, requests: &[Request]) -> reqwest::Result<Response> {
        self.request(Method::POST, "/api/v1/commands").json(requests).send().await
    }

    pub async fn post(&self, requests: &[Request]) -> Vec<Outcome> {
        read(self.try_post(requests).await.expect("an answer")).await
    }

    pub async fn send(&self, request: &Request) -> Outcome {
        self.post(std::slice::from_ref(request)).await.pop().expect("an outcome")
    }

    pub async fn carry_out(&self, command: Command) -> Outcome {
        self.send(&request(command)).await
    }

    /// Carries out what nothing hinders.
    pub async fn apply(&self, command: Command) -> Recorded {
        applied(self.carry_out(command).await)
    }

    pub async fn changes(&self, since: Version) -> Vec<Recorded> {
        let changes: Changes = self.read(&format!("/api/v1/changes?since={since}")).await;
        let recorded = changes.recorded.expect("not too far behind");
        let versions: Vec<Version> = recorded.iter().map(|recorded| recorded.version).collect();
        let expected: Vec<Version> = (since + 1..=changes.version).collect();
        assert_eq!(versions, expected, "versions have gaps or doubles");
        recorded
    }

    pub async fn version(&self) -> Version {
        self.page("/board").await.version
    }
}

/// Somebody in a workspace.
#[derive(Clone)]
pub struct Member {
    pub at: Visitor,
    pub email: String,
    pub id: MemberId,
    pub workspace: WorkspaceId,
    pub pipeline: PipelineId,
    /// The pipeline's stages in order: five open ones, won, lost.
    pub stages: Vec<StageId>,
}

impl std::ops::Deref for Member {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.at
    }
}

impl Member {
    pub async fn look_around(at: Visitor, email: String) -> Self {
        let Snapshot { view, me, .. } = at.page("/board").await;
        let pipeline = view.pipelines()[0].id;
        let stages = view.stages_of(pipeline).iter().map(|stage| stage.id).collect();
        let workspace = view.workspace().expect("a workspace").id;
        Self { at, email, id: me, workspace, pipeline, stages }
    }

    /// A link for this role, as an administrator makes it.
    pub async fn invite(&self, role: Role) -> String {
        let token = clock::new_id().to_string();
        let digest = Sha256::digest(token.as_bytes());
        let invitation = Invitation {
            id: InvitationId(clock::new_id()),
            token_hash: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            role,
            teams: Vec::new(),
            expires_at: clock::now() + Duration::days(1),
        };
        self.apply(create(Record::Invitation(invitation))).await;
        format!("/join/{}/{token}", self.workspace)
    }

    /// Somebody new joins by a link.
    pub async fn hire(&self, role: Role) -> Self {
        let link = self.invite(role).await;
        let mut visitor = Visitor::new(&self.base);
        let email = new_email();
        let fields = [("name", "Joined"), ("email", &*email), ("password", PASSWORD)];
        visitor.enter(&link, &fields).await.expect("joined");
        Self::look_around(visitor, email).await
    }

    /// A deal of one's own, not created yet.
    pub fn deal(&self, title: &str) -> Deal {
        let now = clock::now();
        Deal {
            id: DealId(clock::new_id()),
            title: title.to_owned(),
            pipeline: self.pipeline,
            stage: self.stages[0],
            key: order::at_end(now, 0, 0),
            account: None,
            amount: None,
            owner: self.id,
            collaborators: Vec::new(),
            contacts: Vec::new(),
            priority: Priority::default(),
            close_on: None,
            source: String::new(),
            tags: Vec::new(),
            notes: String::new(),
            external_id: None,
            custom: domain::field::Custom::new(),
            loss_reason: String::new(),
            exception: String::new(),
            met: domain::gate::Met::new(),
            created_at: now,
            entered_at: now,
            closed_at: None,
        }
    }

    /// A new deal of one's own.
    pub async fn new_deal(&self, title: &str) -> DealId {
        let deal = self.deal(title);
        let id = deal.id;
        self.apply(create(Record::Deal(deal))).await;
        id
    }

    pub async fn deal_now(&self, id: DealId) -> Deal {
        self.page(&format!("/deals/{id}")).await.view.deals[&id].clone()
    }
}

pub async fn read<T: DeserializeOwned>(response: Response) -> T {
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().await.expect("a body");
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error}: {text}"))
}

pub fn request(command: Command) -> Request {
    Request { id: CommandId(clock::new_id()), command }
}

pub fn create(record: Record) -> Command {
    Command::Create { record, place: Place::default(), dated: false }
}

pub fn new_account(name: &str) -> Account {
    Account::new(AccountId(clock::new_id()), name.to_owned(), clock::now())
}

/// An account that is new with every call.
pub fn any_account() -> Request {
    request(create(Record::Account(new_account("Account"))))
}

pub fn set(deal: DealId, field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Command {
    Command::set(Target::new(Kind::Deal, deal), field, Delta { before: before.into(), after: after.into() })
}

pub fn move_to(deal: DealId, seen: StageId, stage: StageId) -> Command {
    Command::MoveDeal { deal, stage, seen, place: Place::default(), at: None }
}

pub fn applied(outcome: Outcome) -> Recorded {
    match outcome {
        Outcome::Applied(recorded) => recorded,
        other => panic!("not applied: {other:?}"),
    }
}

pub fn refused(outcome: Outcome) -> domain::refusal::Refusal {
    match outcome {
        Outcome::Refused { refusal } => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn new_email() -> String {
    format!("{}@example.com", clock::new_id())
}

/// The folder of real data; none, with a line in the test's output, where it is not set.
pub fn data(test: &str) -> Option<PathBuf> {
    use std::io::Write as _;
    let folder = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from);
    if folder.is_none() {
        // Past the test harness, which keeps what a passing test prints to itself.
        writeln!(std::io::stderr(), "SKIPPED server::{test}: FAIRLEAD_DATA is not set").expect("standard error");
    }
    folder
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): the same numbers in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
