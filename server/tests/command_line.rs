//! What the commands say of a machine that is not as they need it.

use std::{
    fs::{self, Permissions},
    io::{Read, Write},
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
};

use nix::unistd::{User, geteuid};
use server::postgres::{Embedded, Options, binaries};
use tempfile::TempDir;

/// A folder that the account which runs PostgreSQL may enter.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("permissions");
    folder
}

/// Everything that a command says.
fn fairlead(arguments: &[&str]) -> String {
    said(Command::new(env!("CARGO_BIN_EXE_fairlead")).args(arguments))
}

fn said(command: &mut Command) -> String {
    let output = command.env_remove("DATABASE_URL").env("RUST_LOG", "off").current_dir("/").output().expect("it runs");
    [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat()
}

fn sql(url: &str, sql: &str) {
    let psql = binaries::find_all(None).first().expect("PostgreSQL").program("psql");
    let output = Command::new(psql).args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url]).output().expect("psql");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_that_cannot_be_used_are_told_apart() {
    let folder = folder();
    let embedded = Embedded::start(&Options::new(folder.path().join("data"))).await.expect("PostgreSQL");
    let url = |user: &str, database: &str| {
        let whole = embedded.url().replacen("://fairlead@", &format!("://{user}@"), 1);
        whole.replacen("/fairlead?", &format!("/{database}?"), 1)
    };
    let (mine, root) = (|database: &str| url("fairlead", database), |database: &str| url("postgres", database));
    let latin = "CREATE DATABASE latin OWNER fairlead TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'";
    let owned =
        ["taken", "other", "older", "half", "newer"].map(|name| format!("CREATE DATABASE {name} OWNER fairlead"));
    for statement in owned.iter().map(String::as_str).chain([latin, "CREATE DATABASE closed"]) {
        sql(&root("postgres"), statement);
    }
    sql(&mine("taken"), "CREATE TABLE deal (id int)");
    let migrations = "CREATE TABLE _sqlx_migrations (version bigint, description text, checksum bytea)";
    sql(&mine("other"), migrations);
    sql(&mine("other"), "INSERT INTO _sqlx_migrations VALUES (1, 'accounts', '')");
    sql(&mine("older"), "CREATE TABLE _sqlx_migrations (id int); CREATE TABLE diesel (id int)");
    let doctor = |database: &str| fairlead(&["doctor", "--database-url", &mine(database)]);
    assert!(doctor("half").contains("empty; the first start makes the tables"));
    for database in ["half", "newer"] {
        let said = fairlead(&["migrate", "--database-url", &mine(database)]);
        assert!(said.contains("has this version's schema"), "{said}");
    }
    assert!(doctor("half").contains("with this version's tables"));
    sql(&mine("half"), "UPDATE _sqlx_migrations SET success = false");
    let later = "INSERT INTO _sqlx_migrations VALUES (9999, 'later', now(), true, '', 1)";
    sql(&mine("newer"), later);

    let check = |database: &str, told: &str, by_doctor: bool| {
        let said = fairlead(&["migrate", "--database-url", &mine(database)]);
        assert!(said.contains(told) && !said.contains("at line"), "{database}: {said}");
        if by_doctor {
            let said = doctor(database);
            assert!(said.contains("FAIL  database") && said.contains(told), "{database}: {said}");
        }
    };
    check("latin", "--encoding UTF8", false);
    check("taken", "holds another program's tables (deal)", true);
    check("other", "holds another program's tables (_sqlx_migrations)", true);
    check("older", "holds another program's tables (diesel)", true);
    check("closed", "may not create tables", false);
    check("half", "one half of migration", true);
    check("newer", "made by a newer Fairlead", true);
    check("nowhere", "createdb", true);
    embedded.stop().await;
}

/// Takes every connection, and says to each what it is given to say; nothing: it keeps silent.
fn listener(says: Option<&'static [u8]>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            match says {
                Some(says) => {
                    let _ = stream.read(&mut [0; 64]);
                    let _ = stream.write_all(says);
                }
                None => silent.push(stream),
            }
        }
    });
    port
}

#[test]
fn what_is_no_postgresql_is_told_in_time() {
    let check = |says: Option<&'static [u8]>, parameters: &str, told: &str| {
        let url = format!("postgres://ann:s3cret@127.0.0.1:{}/sales{parameters}", listener(says));
        for command in ["migrate", "doctor"] {
            let said = fairlead(&[command, "--database-url", &url]);
            assert!(said.contains(told) && !said.contains("s3cret"), "{command}: {said}");
        }
    };
    check(None, "", "nothing answers within 10 seconds");
    check(Some(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "", "what answers there is no PostgreSQL");
    check(Some(b""), "", "what answers there is no PostgreSQL");
    // PostgreSQL's word for: no TLS here.
    check(Some(b"N"), "?sslmode=require", "server does not support TLS");
}

#[test]
fn no_part_of_a_password_is_printed() {
    for url in ["postgres://ann:s3?cret@db/sales", "mysql://ann:s3cret@db", "postgres://ann:s3#cret@db", "s3cret"] {
        for command in ["migrate", "doctor"] {
            let said = fairlead(&[command, "--database-url", url]);
            assert!(said.contains("DATABASE_URL"), "{command} {url}: {said}");
            assert!(!said.contains("s3") && !said.contains("cret"), "{command} {url}: {said}");
        }
    }
}

#[test]
fn folders_that_cannot_be_used_are_told_apart() {
    let folder = folder();
    let place = |name: &str| folder.path().join(name).display().to_string();
    fs::write(place("file"), "").expect("written");
    for data_dir in [place("file"), place("file/data")] {
        for command in ["migrate", "doctor"] {
            let said = fairlead(&[command, "--data-dir", &data_dir]);
            let told = format!("{} is a file, where a folder should be", place("file"));
            assert!(said.contains(&told), "{command} {data_dir}: {said}");
        }
    }
    fs::create_dir_all(place("other/postgres")).expect("made");
    fs::write(place("other/postgres/notes.txt"), "").expect("written");
    for command in ["migrate", "doctor"] {
        let said = fairlead(&[command, "--data-dir", &place("other")]);
        assert!(said.contains("other/postgres holds something else") && said.contains("Move that folder"), "{said}");
    }
    let one_port = ["doctor", "--data-dir", &place("none"), "--addr", "127.0.0.1:3", "--metrics-addr", "127.0.0.1:3"];
    assert!(fairlead(&one_port).contains("is the port of --addr"));
    assert!(!Path::new(&place("none")).exists(), "the doctor made something");
}

/// Root has started Fairlead in somebody's folder, who has it back and starts it too.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_another_user_is_not_taken_for_none() {
    if !geteuid().is_root() {
        eprintln!("skipped: only root can become another user");
        return;
    }
    let user = User::from_name("daemon").expect("users").expect("daemon");
    let folder = folder();
    let program = folder.path().join("fairlead");
    fs::copy(env!("CARGO_BIN_EXE_fairlead"), &program).expect("copied");
    let data_dir = folder.path().join("data");
    Embedded::start(&Options::new(&data_dir)).await.expect("PostgreSQL").stop().await;
    for path in [data_dir.clone(), data_dir.join("fairlead.lock"), data_dir.join("postgres.log")] {
        std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("given");
    }
    for command in ["migrate", "doctor"] {
        let mut asked = Command::new(&program);
        asked.args([command, "--data-dir"]).arg(&data_dir).uid(user.uid.as_raw()).gid(user.gid.as_raw());
        let said = said(&mut asked);
        assert!(said.contains("data/postgres belongs to") && said.contains("runs as daemon"), "{command}: {said}");
    }
    assert!(!data_dir.join("postgres.new").exists());
}
