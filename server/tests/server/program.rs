//! The program itself, started and signalled as a person would.

use crate::support::DEADLINE;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A running `fairlead serve`.
pub struct Program {
    pub child: Child,
    pub base: String,
}

impl Program {
    /// With its database below the folder, and without a browser half.
    pub fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder.join("site/pkg")).expect("a folder");
        // Files without hashes in their names need not be there.
        let settings = "[[workspace.metadata.leptos]]\noutput-name = \"fairlead\"\nhash-files = false\n";
        fs::write(folder.join("Leptos.toml"), settings).expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_fairlead"))
            .args(["serve", "--addr", "127.0.0.1:0", "--metrics-addr", "off", "--data-dir", "data", "--site", "site"])
            .current_dir(folder)
            .env_remove("DATABASE_URL")
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("Fairlead is at ")?.1.to_owned()));
        // Whoever prints goes on being read.
        std::thread::spawn(move || lines.for_each(drop));
        Self { base: base.expect("the address"), child }
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("it runs");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // In order, so that the database stops as well.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal(Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

/// Looks again and again until it is so.
pub async fn until(what: &str, mut reached: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !reached().await {
        assert!(since.elapsed() < DEADLINE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
