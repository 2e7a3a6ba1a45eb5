//! A workspace behind the server's routes.

use app::import::{
    inspection::{Inspection, Reading},
    plan::{Apply, ColumnPlan, Target},
    report::{Check, RunStatus},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request as HttpRequest, StatusCode, header},
};
use chrono::Duration;
use domain::{
    access::{Role, Scope},
    command::{self, Command, Place, Request},
    deal::Deal,
    id::{CommandId, ImportId, MemberId, PipelineId, StageId, WorkspaceId},
    member::Member,
    page::{Page, RunState, Snapshot},
    pipeline::{Outcome, Pipeline, Stage},
    record::Record,
    view::View,
    workspace::Workspace,
};
use leptos::config::LeptosOptions;
use serde::{Serialize, de::DeserializeOwned};
use server::{
    AppState, clock, http,
    postgres::{Embedded, Options},
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
};
use store::{Asked, Founding, Store};
use tempfile::TempDir;
use tower::ServiceExt;

/// A member who is signed in.
#[derive(Clone)]
pub struct Person {
    pub member: MemberId,
    pub cookie: String,
}

/// A database of its own, a workspace in Shanghai with an administrator and a pipeline, and the routes.
pub struct Office {
    pub store: Store,
    pub workspace: WorkspaceId,
    pub pipeline: PipelineId,
    pub admin: Person,
    router: Router,
    pub embedded: Embedded,
    folder: TempDir,
}

/// The folder of real data; none, with a line in the test's output, where it is not set.
pub fn data(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FAIRLEAD_DATA").map(PathBuf::from);
    if folder.is_none() {
        // Past the test harness, which keeps what a passing test prints to itself.
        writeln!(io::stderr(), "SKIPPED import::{test}: FAIRLEAD_DATA is not set").expect("standard error");
    }
    folder
}

impl Office {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // The account that runs PostgreSQL enters it, too.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let options = Options::new(folder.path().join("data"));
        let embedded = Embedded::start(&options).await.unwrap_or_else(|error| panic!("{error}\n{}", error.advice()));
        let store = Store::connect(embedded.url()).await.expect("a connection");
        store.migrate().await.expect("the schema");
        let leptos = LeptosOptions::builder().output_name("fairlead").build();
        let router = http::router(AppState::new(store.clone(), leptos, false));
        let (workspace, pipeline) = (WorkspaceId(clock::new_id()), PipelineId(clock::new_id()));
        let admin = found(&store, workspace, pipeline).await;
        let admin = sign_in(&store, workspace, admin).await;
        Self { store, workspace, pipeline, admin, router, embedded, folder }
    }

    pub async fn close(self) {
        self.store.close().await;
        self.embedded.stop().await;
        drop(self.folder);
    }

    /// Another workspace in the same database.
    pub async fn neighbour(&self) -> Person {
        let workspace = WorkspaceId(clock::new_id());
        let admin = found(&self.store, workspace, PipelineId(clock::new_id())).await;
        sign_in(&self.store, workspace, admin).await
    }

    pub async fn send(&self, person: &Person, method: Method, path: &str, body: Body) -> (StatusCode, Vec<u8>) {
        let request = HttpRequest::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &person.cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_LANGUAGE, "en");
        self.answer(request.body(body).expect("a request")).await
    }

    pub async fn answer(&self, request: HttpRequest<Body>) -> (StatusCode, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, body.to_vec())
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let (status, body) = self.send(&self.admin, Method::GET, path, Body::empty()).await;
        read(path, status, &body)
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        let (status, body) = self.try_post(path, body).await;
        read(path, status, &body)
    }

    pub async fn try_post(&self, path: &str, body: &impl Serialize) -> (StatusCode, Vec<u8>) {
        let body = serde_json::to_vec(body).expect("JSON");
        self.send(&self.admin, Method::POST, path, Body::from(body)).await
    }

    pub async fn upload(&self, name: &str, bytes: impl Into<Body>) -> Inspection {
        let path = format!("/api/v1/imports?name={name}");
        let (status, body) = self.send(&self.admin, Method::POST, &path, bytes.into()).await;
        read(name, status, &body)
    }

    /// A file of the real data.
    pub async fn upload_file(&self, path: PathBuf) -> Inspection {
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.upload(&path.file_name().expect("a name").to_string_lossy(), bytes).await
    }

    pub async fn inspect(&self, file: &Inspection, reading: &Reading) -> Inspection {
        self.post(&format!("/api/v1/imports/{}/inspect", file.upload), reading).await
    }

    pub async fn check(&self, file: &Inspection) -> Check {
        self.post(&format!("/api/v1/imports/{}/check", file.upload), &file.plan).await
    }

    /// Starts an import.
    pub async fn start(&self, file: &Inspection) -> RunStatus {
        let apply = Apply { run: ImportId(clock::new_id()), plan: file.plan.clone() };
        self.post(&format!("/api/v1/imports/{}/apply", file.upload), &apply).await
    }

    /// Imports a file to the end.
    pub async fn import(&self, file: &Inspection) -> RunStatus {
        let started = self.start(file).await;
        let ended = self.over(started.run.id).await;
        assert_eq!(ended.run.state, RunState::Done, "{ended:?}");
        ended
    }

    /// Takes an import back.
    pub async fn undo(&self, run: &RunStatus) -> RunStatus {
        let _: RunStatus = self.post(&format!("/api/v1/imports/runs/{}/undo", run.run.id), &()).await;
        self.over(run.run.id).await
    }

    pub async fn status(&self, run: ImportId) -> RunStatus {
        self.get(&format!("/api/v1/imports/runs/{run}")).await
    }

    /// Waits until a run is no longer under way.
    pub async fn over(&self, run: ImportId) -> RunStatus {
        self.until(run, |status| !matches!(status.run.state, RunState::Running | RunState::Undoing)).await
    }

    pub async fn until(&self, run: ImportId, state: impl Fn(&RunStatus) -> bool) -> RunStatus {
        loop {
            let status = self.status(run).await;
            if state(&status) {
                return status;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Every deal of a pipeline, as its board shows them.
    pub async fn board(&self, pipeline: PipelineId) -> View {
        let snapshot: Snapshot = self.get(&format!("/api/v1/board/{pipeline}")).await;
        assert!(matches!(&snapshot.page, Page::Board(board) if board.complete));
        snapshot.view
    }

    /// The pipeline of this name.
    pub async fn pipeline_named(&self, name: &str) -> PipelineId {
        let view = self.board(self.pipeline).await;
        view.pipelines.values().find(|pipeline| pipeline.name == name).expect(name).id
    }

    /// Carries out commands as the administrator.
    pub async fn carry_out(&self, requests: &[Request]) {
        let now = clock::now();
        let asked = |request: &Request| Asked { by: Some(self.admin.member), request: request.clone(), now };
        let outcomes = self.store.execute_all(self.workspace, requests.iter().map(asked).collect()).await;
        let outcomes = outcomes.expect("the database answers");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, command::Outcome::Applied(_))), "{outcomes:?}");
    }

    pub async fn version(&self) -> i64 {
        self.store.version(self.workspace).await.expect("the database answers")
    }

    /// Signs in as a new member of this role.
    pub async fn hire(&self, role: Role) -> Person {
        let member = person("Hired", role);
        let id = member.id;
        let command = Command::Create { record: Record::Member(member), place: Place::default(), dated: false };
        self.carry_out(&[Request { id: CommandId(clock::new_id()), command }]).await;
        sign_in(&self.store, self.workspace, id).await
    }
}

pub fn read<T: DeserializeOwned>(what: &str, status: StatusCode, body: &[u8]) -> T {
    let text = String::from_utf8_lossy(body);
    assert!(status.is_success(), "{what}: {status} {text}");
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("{what}: {error}: {text}"))
}

pub fn person(name: &str, role: Role) -> Member {
    Member {
        id: MemberId(clock::new_id()),
        name: name.to_owned(),
        email: String::new(),
        role,
        scope: Scope::default(),
        teams: Vec::new(),
        active: true,
        days_off: std::collections::BTreeMap::new(),
        days_on: std::collections::BTreeMap::new(),
    }
}

async fn found(store: &Store, workspace: WorkspaceId, pipeline: PipelineId) -> MemberId {
    let admin = person("Admin", Role::Admin);
    let id = admin.id;
    let stage = |(position, (name, outcome)): (usize, (&str, Outcome))| {
        Record::Stage(Stage {
            id: StageId(clock::new_id()),
            pipeline,
            name: name.to_owned(),
            position: u32::try_from(position).expect("small"),
            outcome,
            probability: if outcome == Outcome::Won { 100 } else { 0 },
            time_limit: None,
            waiting: false,
            wip_limit: None,
            guidance: String::new(),
            gate: domain::gate::Gate::default(),
            starts: None,
        })
    };
    let stages = [("Lead", Outcome::Open), ("Offer", Outcome::Open), ("Won", Outcome::Won), ("Lost", Outcome::Lost)];
    let records = [
        Record::Member(admin),
        Record::Pipeline(Pipeline { id: pipeline, name: "Sales".to_owned(), position: 0, loss_reasons: Vec::new() }),
    ];
    let founding = Founding {
        workspace: Workspace::new(
            workspace,
            "Office".to_owned(),
            "CNY".parse().expect("a currency"),
            "Asia/Shanghai".to_owned(),
        ),
        is_demo: false,
        records: records.into_iter().chain(stages.into_iter().enumerate().map(stage)).collect(),
    };
    store.found(founding, clock::now()).await.expect("founded");
    id
}

async fn sign_in(store: &Store, workspace: WorkspaceId, member: MemberId) -> Person {
    let token = clock::new_id().to_string();
    let now = clock::now();
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    store.open_session(workspace, member, &hash, now, now + Duration::days(1)).await.expect("a session");
    Person { member, cookie: format!("fairlead={workspace}.{token}") }
}

/// The column of this name.
pub fn column(file: &Inspection, name: &str) -> usize {
    file.columns.iter().position(|column| column.name == name).expect(name)
}

/// Says what a column becomes.
pub fn map(file: &mut Inspection, name: &str, target: Target) {
    let at = column(file, name);
    let dates = file.plan.columns[at].dates;
    file.plan.columns[at] = ColumnPlan { target, dates };
}

/// The deals in a stage of this name.
pub fn in_stage<'a>(view: &'a View, stage: &str) -> Vec<&'a Deal> {
    let is_in = |deal: &&Deal| view.stages.get(&deal.stage).is_some_and(|other| other.name == stage);
    view.deals.values().filter(is_in).collect()
}
