//! Passwords: Argon2id with 46 MiB and one pass.

use crate::{clock, state::AppState};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Salt, SaltString},
};

/// The shortest password that is accepted, in characters.
pub const SHORTEST: usize = 8;
/// The longest, in bytes: more only makes hashing slow.
pub const LONGEST: usize = 1024;

fn argon2() -> Argon2<'static> {
    let params = Params::new(46 * 1024, 1, 1, None).expect("these parameters are allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password, when one of the two places is free.
pub async fn hash(state: &AppState, password: String) -> String {
    let salt = SaltString::encode_b64(&clock::random_token()[..Salt::RECOMMENDED_LENGTH]).expect("16 bytes");
    work(state, move || {
        argon2().hash_password(password.as_bytes(), &salt).expect("a password of this length").to_string()
    })
    .await
}

/// Whether the password is the one of the hash. Without a hash (nobody has this address) as much work is done, so that
/// the time taken does not tell who has an account.
pub async fn verify(state: &AppState, password: String, hash: Option<String>) -> bool {
    work(state, move || {
        let stand_in = || {
            let salt = SaltString::encode_b64(&[0; Salt::RECOMMENDED_LENGTH]).expect("16 bytes");
            let _ = argon2().hash_password(password.as_bytes(), &salt);
            false
        };
        hash.as_deref()
            .and_then(|hash| PasswordHash::new(hash).ok())
            .map_or_else(stand_in, |hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

async fn work<T: Send + 'static>(state: &AppState, work: impl FnOnce() -> T + Send + 'static) -> T {
    let _place = state.hashing.acquire().await.expect("never closed");
    tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
}
