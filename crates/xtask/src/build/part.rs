//! One part of the site, and the record by which the next run knows that it is still good.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Mode, compress};
use crate::config::Config;
use crate::failure::{Context, Failure, Result};
use crate::files;

#[derive(Default, Serialize, Deserialize)]
pub struct Part {
    /// The state of all that this part was made from.
    made_from: String,
    /// What it wrote, seen from the site's root.
    pub files: Vec<PathBuf>,
    /// By kind (`js`, `wasm`, `css`), the hash that stands in the file's name.
    pub hashes: BTreeMap<String, String>,
}

impl Part {
    /// The part as it was last made, if nothing has changed since and its files still stand; else `make` fills a new one.
    pub fn renew(
        config: &Config,
        mode: Mode,
        name: &str,
        inputs: &[PathBuf],
        make: impl FnOnce(&mut Writer) -> Result<()>,
    ) -> Result<Self> {
        // A change of this program, or of a library in it, is a change of the input too.
        let program = std::env::current_exe().context("the path of xtask")?;
        let inputs = inputs.iter().chain([&program]).map(PathBuf::as_path);
        let settings = &config.leptos.browserquery;
        let made_from = format!("{} {settings}\n{}", mode.word(), files::state(inputs)?);

        let record = config.workshop().join(name).with_extension("json");
        if let Some(last) = Self::read(&record)
            && last.made_from == made_from
            && last.files.iter().all(|file| config.site().join(file).is_file())
        {
            return Ok(last);
        }
        let mut writer = Writer { site: config.site(), mode, part: Self { made_from, ..Self::default() } };
        make(&mut writer)?;
        let content = serde_json::to_vec_pretty(&writer.part).context(record.display())?;
        files::write(&record, &content)?;
        Ok(writer.part)
    }

    /// A record that is missing or cannot be understood means only that the part is made again.
    fn read(record: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(record).ok()?).ok()
    }
}

/// Puts files into the site, each with its compressed forms, and remembers them.
pub struct Writer {
    site: PathBuf,
    mode: Mode,
    part: Part,
}

impl Writer {
    /// Returns the smallest size in bytes in which a browser can have the file.
    pub fn put(&mut self, name: &Path, content: &[u8]) -> Result<usize> {
        let mut smallest = content.len();
        self.write(name.to_owned(), content)?;
        for (extension, compressed) in compress::forms(content, self.mode)? {
            let mut name = name.as_os_str().to_owned();
            name.push(extension);
            smallest = smallest.min(compressed.len());
            self.write(name.into(), &compressed)?;
        }
        Ok(smallest)
    }

    /// Puts a file under a name that holds the hash of its content, so that it may be kept by browsers for ever.
    pub fn put_hashed(&mut self, folder: &Path, stem: &str, kind: &str, content: &[u8]) -> Result<usize> {
        self.put_named(folder, stem, kind, hash(content), content)
    }

    /// The same with a hash that covers more than this file.
    pub fn put_named(&mut self, folder: &Path, stem: &str, kind: &str, hash: String, content: &[u8]) -> Result<usize> {
        let name = hashed_name(stem, &hash, kind);
        self.part.hashes.insert(kind.to_owned(), hash);
        self.put(&folder.join(name), content)
    }

    fn write(&mut self, name: PathBuf, content: &[u8]) -> Result<()> {
        if self.part.files.contains(&name) {
            return Err(Failure::new(format!("two files of the site are named {}", name.display())));
        }
        files::write(&self.site.join(&name), content)?;
        self.part.files.push(name);
        Ok(())
    }
}

/// The form in which `HydrationScripts` and `HashedStylesheet` ask for a file.
pub fn hashed_name(stem: &str, hash: &str, kind: &str) -> String {
    format!("{stem}.{hash}.{kind}")
}

/// 96 bits of SHA-256: enough that two contents never share a name, short enough for an address.
pub fn hash(content: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(content)[..12])
}
