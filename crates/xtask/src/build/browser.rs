//! The code that runs in the browser: Rust to WASM by cargo, then wasm-bindgen for its JavaScript, then wasm-opt.

use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::part::{self, Part};
use super::{Mode, binaryen};
use crate::cargo;
use crate::config::Config;
use crate::failure::{Context, Failure, Result};
use crate::files;

const TARGET: &str = "wasm32-unknown-unknown";

fn profile(config: &Config, mode: Mode) -> &str {
    match mode {
        Mode::Release => &config.leptos.lib_profile_release,
        Mode::Dev => &config.leptos.lib_profile_dev,
    }
}

/// Cargo knows best what has changed, so it is asked every time.
pub fn compile(config: &Config, mode: Mode) -> Result<()> {
    let mut command = cargo::command(&config.root);
    command.args(["build", "--package", &config.leptos.lib_package, "--target", TARGET]);
    command.args(["--profile", profile(config, mode)]);
    command.args(["--no-default-features", "--features", &config.leptos.lib_features.join(",")]);
    cargo::run(&mut command)
}

pub fn part(config: &Config, mode: Mode, report: &mut String) -> Result<Part> {
    let folder = config.target.join(TARGET).join(profile(config, mode));
    let wasm = folder.join(config.leptos.lib_package.replace('-', "_")).with_extension("wasm");
    Part::renew(config, mode, "browser", std::slice::from_ref(&wasm), |writer| {
        let bound = bind(config, mode, &wasm)?;
        let optimised = mode == Mode::Release && binaryen::optimise(config, &bound.wasm);

        let stem = &config.leptos.output_name;
        let folder = &config.leptos.site_pkg_dir;
        let code = files::read(&bound.wasm)?;
        let code_name = part::hashed_name(stem, &part::hash(&code), "wasm");
        let mut glue = String::from_utf8(files::read(&bound.glue)?).context(bound.glue.display())?;
        // Whoever calls the glue without an address gets the file that belongs to it.
        glue = glue.replace(&format!("{stem}_bg.wasm"), &code_name);
        if let Some(snippets) = snippets(&bound.snippets)? {
            let hashed = format!("snippets.{}", snippets.hash);
            // Only where the files are imported: elsewhere the path is a name that the WASM asks for.
            glue = glue.replace(" from \"./snippets/", &format!(" from \"./{hashed}/"));
            for (name, content) in snippets.files {
                writer.put(&folder.join(&hashed).join(name), &content)?;
            }
        }
        let code_size = writer.put_hashed(folder, stem, "wasm", &code)?;
        let glue_size = writer.put_hashed(folder, stem, "js", glue.as_bytes())?;

        let how = if optimised { "optimised" } else { "not optimised" };
        *report = format!(
            "{how}; compressed, WASM {} KB and JavaScript {} KB",
            code_size.div_ceil(1024),
            glue_size.div_ceil(1024)
        );
        Ok(())
    })
}

struct Bound {
    glue: PathBuf,
    wasm: PathBuf,
    snippets: PathBuf,
}

/// wasm-bindgen as a library has the version of the lock file, which is the one that the WASM was built with.
fn bind(config: &Config, mode: Mode, wasm: &Path) -> Result<Bound> {
    let folder = config.workshop().join("bound");
    files::remove_folder(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(&config.leptos.output_name)
        .typescript(false)
        // Names of functions make a stack trace readable, and the file larger.
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(mode == Mode::Release);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(&folder)).context("wasm-bindgen")?;
    Ok(Bound {
        glue: folder.join(&config.leptos.output_name).with_extension("js"),
        wasm: folder.join(format!("{}_bg.wasm", config.leptos.output_name)),
        snippets: folder.join("snippets"),
    })
}

/// JavaScript that Rust crates carry. It may import its own neighbours, so the folder is renamed and not the files.
struct Snippets {
    hash: String,
    files: Vec<(PathBuf, Vec<u8>)>,
}

fn snippets(folder: &Path) -> Result<Option<Snippets>> {
    let mut found = Vec::new();
    let mut all = Vec::new();
    for path in files::beneath(folder)? {
        let content = files::read(&path)?;
        let name = path.strip_prefix(folder).map_err(|error| Failure::new(error.to_string()))?;
        all.extend_from_slice(name.as_os_str().as_encoded_bytes());
        all.extend_from_slice(&content);
        found.push((name.to_owned(), content));
    }
    Ok((!found.is_empty()).then(|| Snippets { hash: part::hash(&all), files: found }))
}
