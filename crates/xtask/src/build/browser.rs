//! The code that runs in the browser: Rust to WASM by cargo, then wasm-bindgen for its JavaScript, then wasm-opt.

use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::part::{self, Part};
use super::{Mode, binaryen, split};
use crate::cargo;
use crate::config::Config;
use crate::failure::{Context, Failure, Result};
use crate::files;

const TARGET: &str = "wasm32-unknown-unknown";

/// In the place of a hash until it is known.
const UNKNOWN: &str = "________________";

fn profile(config: &Config, mode: Mode) -> &str {
    match mode {
        Mode::Release => &config.leptos.lib_profile_release,
        Mode::Dev => &config.leptos.lib_profile_dev,
    }
}

/// Cargo knows best what has changed, so it is asked every time.
pub fn compile(config: &Config, mode: Mode) -> Result<()> {
    let mut command = cargo::command(&config.root);
    command.args(["rustc", "--lib", "--package", &config.leptos.lib_package, "--target", TARGET]);
    command.args(["--profile", profile(config, mode)]);
    command.args(["--no-default-features", "--features", &config.leptos.lib_features.join(",")]);
    // Without relocations nobody could tell which function needs which, and nothing could be split.
    command.args(["--", "-C", "link-arg=--emit-relocs"]);
    cargo::run(&mut command)
}

pub fn part(config: &Config, mode: Mode, report: &mut String) -> Result<Part> {
    let folder = config.target.join(TARGET).join(profile(config, mode));
    let wasm = folder.join(config.leptos.lib_package.replace('-', "_")).with_extension("wasm");
    Part::renew(config, mode, "browser", std::slice::from_ref(&wasm), |writer| {
        let stem = &config.leptos.output_name;
        let parted = split::part(&wasm, &config.workshop().join("parted"), &format!("{stem}.js"))?;
        let bound = bind(config, mode, &parted.main)?;
        let mut optimised = mode == Mode::Release;
        for module in [&bound.wasm].into_iter().chain(&parted.later) {
            optimised = optimised && binaryen::optimise(config, module);
        }

        let folder = &config.leptos.site_pkg_dir;
        let mut sizes = Sizes::default();
        let mut glue = text(&bound.glue)?;
        // Whoever asks for a part hears that it did not come, and says so; to the console a lost network is no error.
        let mut loader = text(&parted.loader)?.replace("console.error(e);", "");
        for module in &parted.later {
            let name = module.file_stem().unwrap_or_default().to_string_lossy();
            let code = files::read(module)?;
            let hashed = part::hashed_name(&name, &part::hash(&code), "wasm");
            loader = loader.replace(&format!("\"./{name}.wasm\""), &format!("\"./{hashed}\""));
            sizes.later += writer.put(&folder.join(hashed), &code)?;
        }
        if let Some(snippets) = snippets(&bound.snippets)? {
            let hashed = format!("snippets.{}", snippets.hash);
            // Only where the files are imported: elsewhere the path is a name that the WASM asks for.
            glue = glue.replace(" from \"./snippets/", &format!(" from \"./{hashed}/"));
            for (name, content) in snippets.files {
                writer.put(&folder.join(&hashed).join(name), &content)?;
            }
        }
        let code = files::read(&bound.wasm)?;
        sizes.code = writer.put_hashed(folder, stem, "wasm", &code)?;
        // Whoever calls the glue without an address gets the file that belongs to it.
        glue = glue.replace(&format!("{stem}_bg.wasm"), &part::hashed_name(stem, &part::hash(&code), "wasm"));
        // The two scripts import each other, so the hash in both names is that of both.
        let names = |hash: &str| [part::hashed_name(stem, hash, "js"), part::hashed_name("loader", hash, "js")];
        let [own, other] = names(UNKNOWN);
        loader = loader.replace(&format!("./{stem}.js"), &format!("./{own}"));
        // Only where it is imported: elsewhere the path is the name by which the WASM asks for it.
        glue = glue.replace(&format!(" from \"./{}\"", split::LOADER), &format!(" from \"./{other}\""));
        let hash = part::hash(format!("{glue}{loader}").as_bytes());
        let [own_hashed, other_hashed] = names(&hash);
        (glue, loader) = (glue.replace(&other, &other_hashed), loader.replace(&own, &own_hashed));
        sizes.glue = writer.put_named(folder, stem, "js", hash, glue.as_bytes())?;
        sizes.glue += writer.put(&folder.join(other_hashed), loader.as_bytes())?;

        let how = if optimised { "optimised" } else { "not optimised" };
        *report = format!("{how}; compressed, {sizes}");
        Ok(())
    })
}

/// Compressed, in bytes.
#[derive(Default)]
struct Sizes {
    code: usize,
    glue: usize,
    later: usize,
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [code, glue, later] = [self.code, self.glue, self.later].map(|size| size.div_ceil(1024));
        write!(out, "WASM {code} KB and JavaScript {glue} KB, and {later} KB that are loaded when they are needed")
    }
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
        // The other modules import these, by the names that the linker gave.
        .keep_lld_exports(true)
        .demangle(false)
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

fn text(path: &Path) -> Result<String> {
    String::from_utf8(files::read(path)?).context(path.display())
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
