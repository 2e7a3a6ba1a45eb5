//! Identifiers that follow from names, so that the same day gives the same ones.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

const NAMESPACE: Uuid = Uuid::from_u128(0x7f1c_a0b4_53de_5c62_9e0d_6a1b_88f3_2d47);

/// When what the workspace is founded with was made up. These identifiers are the same on every day, so that a founding
/// can be taken up again by a seeding of another day.
const FOUNDED_MILLIS: u64 = 1_750_000_000_000;

pub fn named(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// An identifier of the same form as the program's own (`UUIDv7`), with a hash in place of the random bytes.
pub fn made(at: DateTime<Utc>, name: &str) -> Uuid {
    at_millis(u64::try_from(at.timestamp_millis()).unwrap_or(0), name)
}

/// An identifier of the founding; they sort by their places.
pub fn founding(place: usize, name: &str) -> Uuid {
    at_millis(FOUNDED_MILLIS + place as u64, name)
}

fn at_millis(millis: u64, name: &str) -> Uuid {
    let hash = named(name).into_bytes();
    let random = std::array::from_fn(|place| hash[place + 6]);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
