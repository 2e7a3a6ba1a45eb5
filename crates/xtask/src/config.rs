//! What Cargo.toml says about the build, under `[[workspace.metadata.leptos]]`: the same keys that cargo-leptos reads.

use std::path::PathBuf;

use cargo_metadata::{Metadata, MetadataCommand, TargetKind};
use serde::Deserialize;

use crate::failure::{Context, Failure, Result};

pub struct Config {
    pub root: PathBuf,
    pub target: PathBuf,
    pub leptos: Leptos,
    /// The name of the server's executable.
    pub server: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Leptos {
    pub output_name: String,
    pub bin_package: String,
    pub lib_package: String,
    pub lib_features: Vec<String>,
    pub lib_profile_release: String,
    #[serde(default = "wasm_dev")]
    pub lib_profile_dev: String,
    pub site_root: PathBuf,
    pub site_pkg_dir: PathBuf,
    pub style_file: PathBuf,
    pub assets_dir: PathBuf,
    pub browserquery: String,
    pub hash_files: bool,
}

fn wasm_dev() -> String {
    "wasm-dev".to_owned()
}

impl Config {
    pub fn load() -> Result<Self> {
        let metadata = MetadataCommand::new().no_deps().exec().context("could not read the workspace")?;
        let section = metadata.workspace_metadata["leptos"][0].clone();
        let leptos: Leptos = serde_json::from_value(section).context("Cargo.toml, [[workspace.metadata.leptos]]")?;
        let config = Self {
            server: executable(&metadata, &leptos.bin_package)?,
            root: metadata.workspace_root.into(),
            target: metadata.target_directory.into(),
            leptos,
        };
        config.check()?;
        Ok(config)
    }

    /// The folder whose content a browser can ask for.
    pub fn site(&self) -> PathBuf {
        self.root.join(&self.leptos.site_root)
    }

    /// Where xtask keeps what it needs between runs.
    pub fn workshop(&self) -> PathBuf {
        self.target.join("xtask")
    }

    fn check(&self) -> Result<()> {
        if !self.leptos.hash_files {
            return Err(Failure::new("Cargo.toml: this build knows only `hash-files = true`"));
        }
        // What does not belong to the site is removed from its folder, so a slip in the path must not reach the sources.
        let built = [&self.target, &self.root.join("target")];
        if !built.iter().any(|built| self.site().starts_with(built) && self.site() != **built) {
            return Err(Failure::new("Cargo.toml: site-root must be a folder inside target"));
        }
        Ok(())
    }
}

fn executable(metadata: &Metadata, package: &str) -> Result<String> {
    let targets =
        metadata.packages.iter().filter(|found| found.name.as_str() == package).flat_map(|found| &found.targets);
    let mut executables = targets.filter(|target| target.kind.contains(&TargetKind::Bin));
    let found = executables.next().map(|target| target.name.clone());
    found.ok_or_else(|| Failure::new(format!("Cargo.toml: bin-package `{package}` has no executable")))
}
