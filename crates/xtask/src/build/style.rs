//! The style sheet: one file out of many, in the words that the oldest browsers we serve understand.

use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

use super::Mode;
use super::part::Part;
use crate::config::Config;
use crate::failure::{Context, Failure, Result};
use crate::files;

pub fn part(config: &Config, mode: Mode, report: &mut String) -> Result<Part> {
    let entry = config.root.join(&config.leptos.style_file);
    if !entry.is_file() {
        return Err(Failure::new(format!(
            "{} does not exist, but Cargo.toml names it as style-file",
            config.leptos.style_file.display()
        )));
    }
    // What it imports is not known before it is read; all of it lies in its folder.
    let inputs = files::beneath(entry.parent().unwrap_or(&config.root))?;
    Part::renew(config, mode, "style", &inputs, |writer| {
        let targets = Browsers::from_browserslist([&config.leptos.browserquery])
            .context("Cargo.toml, browserquery")?
            .map(Targets::from)
            .unwrap_or_default();
        let provider = FileProvider::new();
        let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
        let mut sheet = bundler.bundle(&entry).context("style")?;
        sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).context("style")?;
        let minify = mode == Mode::Release;
        let options = PrinterOptions { minify, targets, ..PrinterOptions::default() };
        let css = sheet.to_css(options).context("style")?.code;

        let size = writer.put_hashed(&config.leptos.site_pkg_dir, &config.leptos.output_name, "css", css.as_bytes())?;
        *report = format!("compressed {} KB", size.div_ceil(1024));
        Ok(())
    })
}
