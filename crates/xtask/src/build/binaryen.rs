//! wasm-opt, from the npm package `binaryen`: it halves what the browser has to load.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo;
use crate::config::Config;
use crate::failure::{Context, Failure, Result};

const VERSION: &str = "132.0.0";

/// Smallest size; and the features that rustc uses by default, which wasm-opt refuses unless they are named.
const FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// Makes the file smaller in place. Everything works without, only larger: what goes wrong is a warning.
pub fn optimise(config: &Config, wasm: &Path) -> bool {
    let done = tool(config).and_then(|tool| run(&tool, wasm));
    if let Err(failure) = &done {
        eprintln!("xtask: warning: the browser half stays about twice as large, for want of wasm-opt: {failure}");
    }
    done.is_ok()
}

fn run(tool: &Path, wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("opt");
    cargo::run(Command::new(tool).args(FLAGS).arg(wasm).arg("-o").arg(&smaller))?;
    fs::rename(&smaller, wasm).context(smaller.display())
}

/// The path of wasm-opt, which is fetched first where it is missing or of another version.
fn tool(config: &Config) -> Result<PathBuf> {
    let tools = config.target.join("tools");
    let modules = tools.join("node_modules");
    let tool = modules.join(".bin/wasm-opt");
    let manifest = modules.join("binaryen/package.json");
    if tool.exists() && installed(&manifest).as_deref() == Some(VERSION) {
        return Ok(tool);
    }
    fs::create_dir_all(&tools).context(tools.display())?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&tools);
    cargo::run(npm.arg(format!("binaryen@{VERSION}")).stdout(Stdio::null()))?;
    if tool.exists() { Ok(tool) } else { Err(Failure::new("npm installed binaryen, but without wasm-opt")) }
}

fn installed(manifest: &Path) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(manifest).ok()?).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}
