//! Parts the compiled code where functions are marked `#[wasm_split]`: what only such a function needs becomes a module of
//! its own, which the browser loads when the function is first called.

use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};

use super::dead;
use crate::failure::{Context, Result};
use crate::files;

pub struct Parted {
    /// What the page begins with. wasm-bindgen has yet to make its JavaScript.
    pub main: PathBuf,
    /// What is loaded later, ready to run.
    pub later: Vec<PathBuf>,
    /// The script that loads it.
    pub loader: PathBuf,
}

/// The loader's name, as the main module asks for it.
pub const LOADER: &str = "loader.js";

/// `glue` is the name of the script that wasm-bindgen will make: the loader imports it.
pub fn part(wasm: &Path, folder: &Path, glue: &str) -> Result<Parted> {
    files::remove_folder(folder)?;
    let code = dead::empty(&files::read(wasm)?)?;
    let main = folder.join("main.wasm");
    let (link_name, main_module) = (format!("./{LOADER}"), format!("./{glue}"));
    let mut options = Options::new(&code);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = &link_name;
    options.main_module = &main_module;
    let split = transform(options).context("splitting the WASM")?;
    Ok(Parted { main, later: split.split_modules, loader: folder.join(LOADER) })
}
