//! The browser half: three parts (code, style, static files), each made only when what it is made from has changed.

mod assets;
mod binaryen;
mod browser;
mod compress;
mod dead;
mod part;
mod site;
mod split;
mod style;

use std::time::Instant;

use crate::config::Config;
use crate::failure::Result;
use part::Part;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Small, at the price of time.
    Release,
    /// Soon, at the price of size.
    Dev,
}

impl Mode {
    fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "dev",
        }
    }
}

pub fn run(config: &Config, mode: Mode) -> Result<()> {
    browser::compile(config, mode)?;
    let parts = [
        timed("browser", |report| browser::part(config, mode, report))?,
        timed("style", |report| style::part(config, mode, report))?,
        timed("assets", |report| assets::part(config, mode, report))?,
    ];
    site::finish(config, &parts)
}

/// Makes one part and, when there was something to do, says how long it took.
fn timed(name: &str, make: impl FnOnce(&mut String) -> Result<Part>) -> Result<Part> {
    let start = Instant::now();
    let mut report = String::new();
    let part = make(&mut report)?;
    if !report.is_empty() {
        eprintln!("xtask: {name}: {report} in {:.1} s", start.elapsed().as_secs_f64());
    }
    Ok(part)
}
