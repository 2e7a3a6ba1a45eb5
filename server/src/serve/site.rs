//! The browser half: where it is, and whether it is whole. Its files carry hashes in their names; `hash.txt` beside the
//! program says which belong to it, and without them no page can be drawn.

use crate::{
    cli::{Failure, shown},
    config::Config,
};
use leptos::config::{LeptosOptions, get_configuration};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// What every page names.
const KINDS: [&str; 3] = ["js", "wasm", "css"];

/// Leptos.toml where there is one, else the same defaults; the command line wins.
pub fn options(config: &Config) -> Result<LeptosOptions, Failure> {
    let file = "Leptos.toml";
    let mut options = if Path::new(file).is_file() {
        let read = get_configuration(Some(file));
        read.map_err(|error| Failure::new(format!("{file} is not understood: {error}"), "Correct it or remove it."))?
            .leptos_options
    } else {
        LeptosOptions::builder().output_name("fairlead").hash_files(true).build()
    };
    options.site_root = config.site.to_string_lossy().into();
    options.site_addr = config.address;
    let files = config.site.join(&*options.site_pkg_dir);
    if !files.is_dir() {
        return Err(Failure::new(
            format!("the browser half is not in {}", shown(&config.site)),
            "Build it with `make build`, or name its folder with --site.",
        ));
    }
    if options.hash_files {
        whole(&files, &options.output_name, &hash_file(&options))?;
    }
    Ok(options)
}

/// Where Leptos looks for it.
fn hash_file(options: &LeptosOptions) -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    program.parent().unwrap_or(Path::new("")).join(&*options.hash_file)
}

fn whole(files: &Path, name: &str, hash_file: &Path) -> Result<(), Failure> {
    let hashes = fs::read_to_string(hash_file).map_err(|error| {
        Failure::new(
            format!("{}, which names the files of the browser half, cannot be read: {error}", shown(hash_file)),
            "Copy it there from beside the program that was built (target/release), or build with `make build`.",
        )
    })?;
    let hash_of = |kind: &str| {
        let mut lines = hashes.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(own, _)| own.trim() == kind).map(|(_, hash)| hash.trim())
    };
    let named = KINDS.map(|kind| (kind, hash_of(kind).map(|hash| format!("{name}.{hash}.{kind}"))));
    let missing: Vec<String> = named
        .into_iter()
        .filter(|(_, file)| !file.as_ref().is_some_and(|file| files.join(file).is_file()))
        .map(|(kind, file)| file.unwrap_or_else(|| format!("{name}.*.{kind}")))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        format!("{} lacks what {} names: {}", shown(files), shown(hash_file), missing.join(", ")),
        "Program and browser half are of two builds: copy both from one, or build with `make build`.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_browser_half_is_served() {
        let folder = tempfile::tempdir().expect("a folder");
        let hash_file = folder.path().join("hash.txt");
        let check = |expected: &[&str]| match whole(folder.path(), "fairlead", &hash_file) {
            Ok(()) => assert!(expected.is_empty(), "whole"),
            Err(failure) => {
                assert!(!expected.is_empty(), "{failure}");
                assert!(expected.iter().all(|word| failure.what.contains(word)), "{failure}");
            }
        };
        check(&["hash.txt", "cannot be read"]);
        fs::write(&hash_file, "js: a1\nwasm: b2\n").expect("written");
        for file in ["fairlead.a1.js", "fairlead.old.css"] {
            fs::write(folder.path().join(file), "").expect("written");
        }
        check(&["fairlead.b2.wasm", "fairlead.*.css"]);
        fs::write(&hash_file, "js: a1\nwasm: b2\ncss: old\n").expect("written");
        fs::write(folder.path().join("fairlead.b2.wasm"), "").expect("written");
        check(&[]);
    }
}
