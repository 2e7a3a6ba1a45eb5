//! Compressed forms beside each file, which the server hands out as they are.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Mode;
use crate::failure::{Context, Result};

/// In bytes. Below this a response fits in one packet anyway.
const WORTH_IT: usize = 1024;

/// The extension to append and the content, for each form that is clearly smaller than the original.
pub fn forms(content: &[u8], mode: Mode) -> Result<Vec<(&'static str, Vec<u8>)>> {
    if content.len() <= WORTH_IT {
        return Ok(Vec::new());
    }
    let mut forms = vec![(".br", brotli(content, mode)?), (".gz", gzip(content, mode)?)];
    // Pictures are compressed already: a twentieth less is not worth another file.
    forms.retain(|(_, compressed)| compressed.len() < content.len() / 20 * 19);
    Ok(forms)
}

fn brotli(mut content: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let quality = match mode {
        Mode::Release => 11,
        Mode::Dev => 5,
    };
    let parameters =
        BrotliEncoderParams { quality, lgwin: 22, size_hint: content.len(), ..BrotliEncoderParams::default() };
    brotli::BrotliCompress(&mut content, &mut compressed, &parameters).context("brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let level = match mode {
        Mode::Release => Compression::best(),
        Mode::Dev => Compression::fast(),
    };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(content).context("gzip")?;
    encoder.finish().context("gzip")
}
