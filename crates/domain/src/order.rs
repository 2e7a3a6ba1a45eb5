//! The order of cards in a column: a fractional index, so that a move rewrites one card and no neighbour.
//!
//! A key is a fraction in base 62 written without its "0.": keys compare as bytes (in PostgreSQL by collation "C").
//! Method: "Fractional Indexing" (D. Greenspan, 2020), reduced to its fractional part, with a jitter digit so that two
//! people who insert in one gap at the same time get different keys.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 62;

/// The longest key that is kept; a column that needs longer ones is drawn anew.
pub const MAX_LEN: usize = 64;

/// No key grows beyond this, whatever is done before its column is drawn anew: an index must hold it.
pub const LONGEST: usize = 1024;

/// A place in a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderKey(String);

impl OrderKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes a stored key as it is.
    pub fn from_stored(key: String) -> Self {
        Self(key)
    }

    /// Whether the text can be a key: digits of the alphabet, not empty, not ending in the zero digit (nothing could
    /// be put before such a key's neighbour).
    pub fn is_valid(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !self.0.is_empty() && !self.0.ends_with('0')
    }
}

fn digit(byte: u8) -> u64 {
    match byte {
        b'0'..=b'9' => u64::from(byte - b'0'),
        b'A'..=b'Z' => u64::from(byte - b'A') + 10,
        _ => u64::from(byte.saturating_sub(b'a')) + 36,
    }
}

fn letter(value: u64) -> char {
    DIGITS[usize::try_from(value % BASE).expect("below 62")] as char
}

/// A jitter digit that is never zero.
fn jitter_letter(jitter: u64) -> char {
    letter(1 + jitter % (BASE - 1))
}

/// A key at the end of any column whose cards were put there in order of time: nothing needs to be read for it.
/// Keys of one instant differ by `serial` (for example a row's number in a file), then by `jitter`.
pub fn at_end(now: DateTime<Utc>, serial: u64, jitter: u64) -> OrderKey {
    let mut digits = Vec::with_capacity(12);
    let mut push = |mut value: u64, width: usize| {
        let start = digits.len();
        for _ in 0..width {
            digits.push(letter(value));
            value /= BASE;
        }
        digits[start..].reverse();
    };
    push(u64::try_from(now.timestamp_millis()).unwrap_or(0), 8);
    push(serial, 4);
    digits.push(jitter_letter(jitter));
    OrderKey(digits.into_iter().collect())
}

/// A key between two neighbours (none: the column's edge). `None` where the neighbours are not in order, which happens
/// only when they moved meanwhile or share a key.
pub fn between(before: Option<&OrderKey>, after: Option<&OrderKey>, jitter: u64) -> Option<OrderKey> {
    let low = before.map_or("", OrderKey::as_str).as_bytes();
    let high = after.map(|key| key.as_str().as_bytes());
    if high.is_some_and(|high| low >= high) {
        return None;
    }
    let mut key = String::new();
    let mut bounded = high;
    let mut at = 0;
    loop {
        let floor = low.get(at).map_or(0, |&byte| digit(byte));
        let ceiling = match bounded {
            Some(high) => high.get(at).map_or(0, |&byte| digit(byte)),
            None => BASE,
        };
        if ceiling > floor + 1 {
            key.push(letter(floor.midpoint(ceiling)));
            key.push(jitter_letter(jitter));
            return Some(OrderKey(key));
        }
        key.push(letter(floor));
        if ceiling > floor {
            // Below the ceiling from here on: only the lower neighbour still bounds.
            bounded = None;
        }
        at += 1;
    }
}

/// Keys for a whole column drawn anew, evenly spread, in order.
pub fn spread(count: usize) -> Vec<OrderKey> {
    let count = count as u64;
    let mut width = 1;
    while BASE.pow(width) <= (count + 1) * 2 {
        width += 1;
    }
    let step = BASE.pow(width) / (count + 1);
    (1..=count)
        .map(|place| {
            let mut value = place * step;
            let mut digits: Vec<char> = (0..width)
                .map(|_| {
                    let last = letter(value);
                    value /= BASE;
                    last
                })
                .collect();
            digits.reverse();
            // A middle digit: room on both sides, and never a zero at the end.
            digits.push('V');
            OrderKey(digits.into_iter().collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> OrderKey {
        OrderKey(text.to_owned())
    }

    #[test]
    fn neighbours_out_of_order_give_nothing() {
        assert_eq!(between(Some(&key("B")), Some(&key("A")), 0), None);
        assert_eq!(between(Some(&key("B")), Some(&key("B")), 0), None);
    }

    #[test]
    fn later_cards_stand_later() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let first = at_end(at(1_700_000_000), 0, 7);
        assert!(first < at_end(at(1_700_000_000), 1, 3));
        assert!(first < at_end(at(1_700_000_001), 0, 0));
        assert!(between(Some(&first), None, 9).unwrap() > first);
    }

    proptest! {
        #[test]
        fn inserting_anywhere_keeps_the_order(places in prop::collection::vec((0usize..1000, 0u64..1000), 1..200)) {
            let mut column: Vec<OrderKey> = Vec::new();
            for (place, jitter) in places {
                let place = place % (column.len() + 1);
                let before = place.checked_sub(1).map(|at| column[at].clone());
                let after = column.get(place).cloned();
                let new = between(before.as_ref(), after.as_ref(), jitter).expect("in order");
                prop_assert!(new.is_valid());
                prop_assert!(before.is_none_or(|before| before < new));
                prop_assert!(after.is_none_or(|after| new < after));
                column.insert(place, new);
            }
        }

        #[test]
        fn a_column_drawn_anew_is_in_order(count in 1usize..5000) {
            let keys = spread(count);
            prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(keys.iter().all(|key| key.is_valid() && key.as_str().len() < 8));
        }
    }
}
