//! Files that keep their names (icons, manifest, service worker), as they stand in the assets folder.

use super::Mode;
use super::part::Part;
use crate::config::Config;
use crate::failure::{Context, Result};
use crate::files;

pub fn part(config: &Config, mode: Mode, report: &mut String) -> Result<Part> {
    let folder = config.root.join(&config.leptos.assets_dir);
    let inputs = files::beneath(&folder)?;
    Part::renew(config, mode, "assets", &inputs, |writer| {
        for path in &inputs {
            let name = path.strip_prefix(&folder).context(path.display())?;
            writer.put(name, &files::read(path)?)?;
        }
        *report = format!("{} files", inputs.len());
        Ok(())
    })
}
