//! The one place where the server reads the clock and draws randomness; everything else takes them as arguments.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Now, in the microseconds that PostgreSQL keeps: what is stored reads back equal.
#[expect(clippy::disallowed_methods, reason = "the one place where the server reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// 32 random bytes from the system.
pub fn random_token() -> [u8; 32] {
    let mut token = [0; 32];
    getrandom::fill(&mut token).expect("the system gives random bytes");
    token
}

/// A new id: `UUIDv7`, so that ids made later sort later.
pub fn new_id() -> Uuid {
    let now = now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let timestamp = Timestamp::from_unix(ContextV7::new(), seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(timestamp)
}
