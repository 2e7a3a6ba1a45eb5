//! The embedded PostgreSQL, with real programs, in folders of its own.

use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, User, geteuid};
use server::postgres::{self, Embedded, Options, StartError, State, binaries};
use tempfile::TempDir;

/// A folder that the account which runs PostgreSQL may enter, as a clone's is.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("permissions");
    folder
}

fn options(folder: &TempDir) -> Options {
    Options::new(folder.path().join("data"))
}

async fn start(options: &Options) -> Embedded {
    Embedded::start(options).await.unwrap_or_else(|error| panic!("{error}\n{}", error.advice()))
}

fn pid(embedded: &Embedded) -> i32 {
    match *embedded.state().borrow() {
        State::Ready { pid } => pid,
        other => panic!("PostgreSQL is not ready but {other:?}"),
    }
}

fn kill_hard(pid: i32) {
    kill(Pid::from_raw(pid), Signal::SIGKILL).expect("a process to kill");
}

/// Asks through the address that the application gets.
fn ask(url: &str, sql: &str) -> String {
    let psql = binaries::find_all(None).first().expect("PostgreSQL").program("psql");
    let output = Command::new(psql).args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url]).output();
    let output = output.expect("psql runs");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Writes and acknowledges one row.
fn write_row(url: &str) {
    ask(url, "CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept VALUES (7)");
}

fn check_row_kept(url: &str) {
    assert_eq!(ask(url, "SELECT id FROM kept"), "7");
}

/// A Fairlead in a process of its own, to be killed: this test program, running only [`fairlead_process`].
struct Fairlead {
    process: Child,
    /// "ready <pid> <url>" or "refused <message>".
    said: String,
}

const DATA_DIR: &str = "FAIRLEAD_TEST_DATA_DIR";
const MARK: &str = "fairlead_process: ";

impl Fairlead {
    fn start(program: &Path, data_dir: &Path, user: Option<&User>) -> Self {
        let mut command = Command::new(program);
        command.args(["--exact", "fairlead_process", "--ignored", "--nocapture"]).env(DATA_DIR, data_dir);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).current_dir("/").process_group(0);
        if let Some(user) = user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        let mut process = command.spawn().expect("this program runs");
        let lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let said = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix(MARK).map(str::to_owned))
            .expect("a word from the process");
        Self { process, said }
    }

    fn of(options: &Options) -> Self {
        Self::start(&env::current_exe().expect("a path"), &options.data_dir, None)
    }

    fn ready(&self) -> (i32, &str) {
        let mut words = self.said.strip_prefix("ready ").unwrap_or_else(|| panic!("{}", self.said)).split(' ');
        let pid = words.next().and_then(|word| word.parse().ok()).expect("a process number");
        (pid, words.next().expect("an address"))
    }

    /// Kills its whole process group, as Ctrl-C in a terminal would reach it: PostgreSQL must not be among them.
    fn kill_hard(&mut self) {
        let group = i32::try_from(self.process.id()).expect("a process number");
        killpg(Pid::from_raw(group), Signal::SIGKILL).expect("killed");
        self.process.wait().expect("gone");
    }

    /// Closing its standard input asks it to stop.
    fn stop(mut self) {
        drop(self.process.stdin.take());
        assert!(self.process.wait().expect("gone").success());
    }
}

#[tokio::test]
#[ignore = "not a test: the process that other tests start and kill"]
async fn fairlead_process() {
    let Some(data_dir) = env::var_os(DATA_DIR) else {
        return;
    };
    match Embedded::start(&Options::new(data_dir)).await {
        Ok(embedded) => {
            eprintln!("{MARK}ready {} {}", pid(&embedded), embedded.url());
            let _ = std::io::stdin().lines().count();
            embedded.stop().await;
        }
        Err(error) => eprintln!("{MARK}refused {error}"),
    }
}

#[tokio::test]
async fn starts_durably_and_keeps_its_data_over_a_stop() {
    let folder = folder();
    let options = options(&folder);

    let embedded = start(&options).await;
    write_row(embedded.url());
    let durable = "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings \
                   WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'jit')";
    assert_eq!(ask(embedded.url(), durable), "on on on off on");
    assert_eq!(ask(embedded.url(), "SHOW listen_addresses"), "");
    assert_eq!(ask(embedded.url(), "SHOW server_encoding"), "UTF8");
    assert_eq!(ask(embedded.url(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"), "f");
    assert_eq!(postgres::running_url(&options.data_dir).await.as_deref(), Some(embedded.url()));
    embedded.stop().await;

    assert!(!options.data_dir.join("postgres/postmaster.pid").exists());
    assert_eq!(postgres::running_url(&options.data_dir).await, None);
    let embedded = start(&options).await;
    check_row_kept(embedded.url());
    embedded.stop().await;
}

#[tokio::test]
async fn a_second_fairlead_on_the_folder_is_refused() {
    let folder = folder();
    let options = options(&folder);
    let first = start(&options).await;

    let error = Embedded::start(&options).await.expect_err("the folder is taken");
    assert!(matches!(error, StartError::AlreadyRunning { pid: Some(_), .. }), "{error}");
    let other = Fairlead::of(&options);
    assert!(other.said.contains(&format!("already runs on {}", options.data_dir.display())), "{}", other.said);

    assert_eq!(ask(first.url(), "SELECT 1"), "1");
    first.stop().await;
    start(&options).await.stop().await;
}

#[tokio::test]
async fn a_server_that_dies_while_serving_is_started_again() {
    let folder = folder();
    let embedded = start(&options(&folder)).await;
    write_row(embedded.url());

    let mut state = embedded.state();
    for _ in 0..2 {
        let died = pid(&embedded);
        kill_hard(died);
        let ready = |state: &State| matches!(state, State::Ready { pid } if *pid != died);
        state.wait_for(ready).await.expect("it is watched");
        check_row_kept(embedded.url());
    }
    embedded.stop().await;
}

#[tokio::test]
async fn recovers_when_both_were_killed() {
    let folder = folder();
    let options = options(&folder);
    let mut killed = Fairlead::of(&options);
    let (server, url) = killed.ready();
    write_row(url);
    killed.kill_hard();
    kill_hard(server);

    let embedded = start(&options).await;
    assert_ne!(pid(&embedded), server);
    check_row_kept(embedded.url());
    embedded.stop().await;
}

#[tokio::test]
async fn takes_over_the_server_of_a_killed_fairlead_and_stops_it() {
    let folder = folder();
    let options = options(&folder);
    let mut killed = Fairlead::of(&options);
    let (server, url) = killed.ready();
    write_row(url);
    killed.kill_hard();

    let embedded = start(&options).await;
    assert_eq!(pid(&embedded), server);
    assert_eq!(embedded.url(), killed.ready().1);
    check_row_kept(embedded.url());
    embedded.stop().await;
    assert!(!options.data_dir.join("postgres/postmaster.pid").exists());
}

#[tokio::test]
async fn a_server_that_was_taken_over_is_watched_too() {
    let folder = folder();
    let options = options(&folder);
    let mut killed = Fairlead::of(&options);
    killed.kill_hard();

    let embedded = start(&options).await;
    let orphan = pid(&embedded);
    let mut state = embedded.state();
    kill_hard(orphan);
    let ready = |state: &State| matches!(state, State::Ready { pid } if *pid != orphan);
    state.wait_for(ready).await.expect("it is watched");
    assert_eq!(ask(embedded.url(), "SELECT 1"), "1");
    embedded.stop().await;
}

#[tokio::test]
async fn dropping_it_stops_the_server() {
    let folder = folder();
    let options = options(&folder);
    let embedded = start(&options).await;
    let mut state = embedded.state();
    drop(embedded);
    state.wait_for(|state| *state == State::Stopped).await.expect("it ends in order");
    assert!(!options.data_dir.join("postgres/postmaster.pid").exists());
}

/// After a restart of the machine the number in the file may be another process's.
#[tokio::test]
async fn a_stale_file_with_the_number_of_another_process_is_no_obstacle() {
    let folder = folder();
    let options = options(&folder);
    start(&options).await.stop().await;

    let cluster = options.data_dir.join("postgres");
    let owner = cluster.metadata().expect("a cluster");
    let mut bystander = Command::new("cat");
    bystander.stdin(Stdio::piped()).stdout(Stdio::null()).current_dir("/");
    if geteuid().is_root() {
        bystander.uid(owner.uid()).gid(owner.gid());
    }
    let mut bystander = bystander.spawn().expect("cat runs");
    let run = options.data_dir.join("run");
    let stale =
        format!("{}\n{}\n1700000000\n5432\n{}\n\n  1 1\nready   \n", bystander.id(), cluster.display(), run.display());
    let file = cluster.join("postmaster.pid");
    fs::write(&file, stale).expect("written");
    chown(&file, Some(owner.uid()), Some(owner.gid())).expect("given");

    let embedded = start(&options).await;
    assert_ne!(pid(&embedded), i32::try_from(bystander.id()).expect("a process number"));
    embedded.stop().await;
    assert!(bystander.try_wait().expect("watched").is_none(), "the bystander was killed");
    bystander.kill().expect("killed");
    bystander.wait().expect("gone");
}

/// As a full disk or a loss of power leaves it.
#[tokio::test]
async fn a_file_that_tells_of_no_server_is_no_obstacle() {
    let folder = folder();
    let options = options(&folder);
    let embedded = start(&options).await;
    write_row(embedded.url());
    embedded.stop().await;
    for broken in [&b""[..], b"nonsense\n", b"\xff\xfe\n\n"] {
        let file = options.data_dir.join("postgres/postmaster.pid");
        let owner = options.data_dir.join("postgres").metadata().expect("a cluster");
        fs::write(&file, broken).expect("written");
        chown(&file, Some(owner.uid()), Some(owner.gid())).expect("given");
        let embedded = start(&options).await;
        check_row_kept(embedded.url());
        embedded.stop().await;
    }
}

#[tokio::test]
async fn a_half_made_cluster_is_made_anew() {
    let folder = folder();
    let options = options(&folder);
    fs::create_dir_all(options.data_dir.join("postgres.new/base")).expect("folders");
    let embedded = start(&options).await;
    assert_eq!(ask(embedded.url(), "SELECT 1"), "1");
    assert!(!options.data_dir.join("postgres.new").exists());
    embedded.stop().await;

    fs::create_dir_all(options.data_dir.join("postgres.new/base")).expect("folders");
    start(&options).await.stop().await;
    assert!(!options.data_dir.join("postgres.new").exists(), "left beside the one that is there");
}

/// The address of a unix socket holds about a hundred bytes, and PostgreSQL splits the setting at commas.
async fn check_socket_moves_away(below: &str) {
    let folder = folder();
    let embedded = start(&Options::new(folder.path().join(below))).await;
    write_row(embedded.url());
    let socket_dir = PathBuf::from(embedded.url().split_once("host=").expect("a socket").1);
    assert!(!socket_dir.starts_with(folder.path()) && socket_dir.exists());
    embedded.stop().await;
    assert!(!socket_dir.exists(), "left behind in /tmp");
}

#[tokio::test]
async fn a_deep_folder_works() {
    check_socket_moves_away(&"deep/".repeat(30)).await;
}

#[tokio::test]
async fn a_folder_with_unusual_letters_works() {
    check_socket_moves_away("数据, 'a' \"b\" & c").await;
}

#[tokio::test]
async fn data_of_another_major_version_is_refused() {
    let folder = folder();
    let cluster = options(&folder).data_dir.join("postgres");
    fs::create_dir_all(&cluster).expect("folders");
    fs::write(cluster.join("PG_VERSION"), "9\n").expect("written");
    let error = Embedded::start(&options(&folder)).await.expect_err("no such PostgreSQL");
    assert!(matches!(error, StartError::OtherMajor { needed: 9, .. }), "{error}");
}

#[tokio::test]
async fn a_start_that_fails_quotes_the_log() {
    let folder = folder();
    let options = options(&folder);
    start(&options).await.stop().await;
    let file = options.data_dir.join("postgres/postgresql.conf");
    let text = fs::read_to_string(&file).expect("settings");
    fs::write(&file, text + "\nno_such_setting = 1\n").expect("written");

    let error = Embedded::start(&options).await.expect_err("it cannot start");
    assert!(matches!(&error, StartError::Died { tail, .. } if tail.contains("no_such_setting")), "{error}");
}

/// Under /root, for one, where the account that runs PostgreSQL may not enter.
#[tokio::test]
async fn root_in_a_closed_folder_keeps_the_cluster_elsewhere() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root meets this");
        return;
    }
    let closed = folder();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).expect("permissions");
    let open = folder();
    let options = Options { shared_home: open.path().join("shared"), ..Options::new(closed.path().join("data")) };

    let embedded = start(&options).await;
    write_row(embedded.url());
    embedded.stop().await;

    let pointer = options.data_dir.join("cluster-location");
    let home = PathBuf::from(fs::read_to_string(&pointer).expect("a pointer").trim());
    assert!(home.starts_with(&options.shared_home));
    assert_ne!(home.join("postgres").metadata().expect("a cluster").uid(), 0);

    // The pointer decides from now on, whatever a later start would choose.
    let options = Options::new(&options.data_dir);
    let embedded = start(&options).await;
    check_row_kept(embedded.url());
    embedded.stop().await;

    fs::remove_dir_all(home.join("postgres")).expect("removed");
    let error = Embedded::start(&options).await.expect_err("the data is gone");
    assert!(matches!(error, StartError::ClusterMissing { .. }), "{error}");
}

/// When the tests run as an ordinary user, all the others show this.
#[tokio::test]
async fn an_ordinary_user_needs_no_rights_and_root_may_follow() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root can become another user");
        return;
    }
    let user = User::from_name("nobody").expect("users").expect("nobody");
    let folder = folder();
    // The build folder may be closed to others.
    let program = folder.path().join("program");
    fs::copy(env::current_exe().expect("a path"), &program).expect("copied");

    let refused = Fairlead::start(&program, &folder.path().join("data"), Some(&user));
    assert!(refused.said.starts_with("refused cannot write to"), "{}", refused.said);

    let own = folder.path().join("own");
    fs::create_dir(&own).expect("a folder");
    chown(&own, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("given");
    let data_dir = own.join("data");
    let fairlead = Fairlead::start(&program, &data_dir, Some(&user));
    write_row(fairlead.ready().1);
    fairlead.stop();

    let embedded = start(&Options::new(&data_dir)).await;
    check_row_kept(embedded.url());
    assert_eq!(data_dir.join("postgres").metadata().expect("a cluster").uid(), user.uid.as_raw());
    embedded.stop().await;
}
