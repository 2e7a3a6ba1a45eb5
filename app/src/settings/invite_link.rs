//! The secret of an invitation: made here, shown once, and known to the server only by its hash.

use domain::id::WorkspaceId;
use leptos::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A new token: 256 bits from the browser's own source of randomness. `None` where it has none.
pub fn new_token() -> Option<String> {
    let mut bytes = [0_u8; 32];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// What the invitation records: the SHA-256 of the token as it stands in the link, in hexadecimal.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// The link to hand on.
pub fn link(workspace: WorkspaceId, token: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}/join/{workspace}/{token}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_the_text_in_the_link() {
        // FIPS 180's example.
        assert_eq!(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }
}
