//! Slows down guessing: tries to sign in are counted for each account and each address, and right ones are taken off
//! again. A try counts before its password is looked at, so that many at once do not slip through.

use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Tries within the window after which further ones are refused.
const TRIES: usize = 10;
const WINDOW: Duration = Duration::minutes(15);
/// More names than this are not remembered: of those with the fewest tries the oldest is forgotten.
const NAMES: usize = 10_000;

#[derive(Default)]
pub struct Throttle(Mutex<HashMap<String, Vec<DateTime<Utc>>>>);

impl Throttle {
    /// Whether another try under these names may be made; if so, it is counted.
    pub fn admits(&self, names: &[&str], now: DateTime<Utc>) -> bool {
        let mut tries = self.lock();
        let mut is_open = |name: &&str| {
            tries.get_mut(*name).is_none_or(|times| {
                times.retain(|time| now - *time < WINDOW);
                times.len() < TRIES
            })
        };
        if !names.iter().all(&mut is_open) {
            return false;
        }
        for &name in names {
            if !tries.contains_key(name) {
                make_room(&mut tries, now);
            }
            tries.entry(name.to_owned()).or_default().push(now);
        }
        true
    }

    /// The last try was right: the account begins anew, and the address is where it was.
    pub fn succeeded(&self, account: &str, address: &str) {
        let mut tries = self.lock();
        tries.remove(account);
        if let Some(times) = tries.get_mut(address) {
            times.pop();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<DateTime<Utc>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(tries: &mut HashMap<String, Vec<DateTime<Utc>>>, now: DateTime<Utc>) {
    if tries.len() < NAMES {
        return;
    }
    tries.retain(|_, times| times.last().is_some_and(|last| now - *last < WINDOW));
    if tries.len() < NAMES {
        return;
    }
    let least = tries.iter().min_by_key(|(_, times)| (times.len(), times.last().copied()));
    if let Some(name) = least.map(|(name, _)| name.clone()) {
        tries.remove(&name);
    }
}

/// The name under which an address is counted. Whoever has one address of IPv6 has its whole network.
pub fn source(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address {address}"),
        IpAddr::V6(address) => {
            format!("address {}", Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn ten_tries_close_the_door_for_a_while() {
        let throttle = Throttle::default();
        let now = now();
        for _ in 0..TRIES {
            assert!(throttle.admits(&["a@b", "here"], now));
        }
        assert!(!throttle.admits(&["a@b", "there"], now));
        assert!(!throttle.admits(&["c@d", "here"], now));
        assert!(throttle.admits(&["c@d", "there"], now));
        assert!(throttle.admits(&["a@b", "there"], now + WINDOW));
        // The account begins anew, the address does not.
        throttle.succeeded("a@b", "here");
        assert!(throttle.admits(&["a@b", "here"], now));
        assert!(!throttle.admits(&["a@b", "here"], now));
    }

    #[test]
    fn a_crowd_of_names_opens_no_door() {
        let throttle = Throttle::default();
        for _ in 0..TRIES {
            throttle.admits(&["a@b"], now());
        }
        for name in 0..NAMES + 100 {
            let name = name.to_string();
            assert!(throttle.admits(&[&name], now()));
        }
        assert!(!throttle.admits(&["a@b"], now()));
        assert_eq!(throttle.lock().len(), NAMES);
        // Who comes when it is crowded is counted as well.
        for _ in 0..TRIES {
            assert!(throttle.admits(&["c@d"], now()));
        }
        assert!(!throttle.admits(&["c@d"], now()));
    }

    #[test]
    fn an_address_of_ipv6_is_its_network() {
        let check = |address: &str, expected: &str| assert_eq!(source(address.parse().unwrap()), expected);
        check("192.0.2.1", "address 192.0.2.1");
        check("::ffff:192.0.2.1", "address 192.0.2.1");
        check("2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2::");
    }
}
