//! Slows down guessing. Tries to sign in are counted for each address, and for each address at each account: too many
//! close the door for a while. At an account, wherever they come from, they only wait longer and longer, for else a
//! stranger could lock the owner out. A try counts before its password is looked at, so that many at once do not slip
//! through; a right one is taken off again.

use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration as Pause,
};

/// Tries from one address at one account, within the window, after which further ones are refused.
const AT_ACCOUNT: usize = 10;
/// Tries from one address, whatever they are at: a whole office may have one.
const FROM_ADDRESS: usize = 50;
const WINDOW: Duration = Duration::minutes(15);
/// Tries at one account that need not wait. Those after it wait twice as long each, up to the longest pause.
const AT_ONCE: usize = 5;
/// As many as it takes to come to the longest pause; more are not counted.
const SLOWEST: usize = AT_ONCE + 6;
const FIRST_PAUSE: Pause = Pause::from_millis(100);
const LONGEST_PAUSE: Pause = Pause::from_secs(3);
/// More names than this are not remembered: of those with the fewest tries the oldest is forgotten.
const NAMES: usize = 10_000;

#[derive(Default)]
pub struct Throttle(Mutex<Tries>);

/// When there were tries under each name.
#[derive(Default)]
struct Tries(HashMap<String, Vec<DateTime<Utc>>>);

impl Throttle {
    /// Whether another try to sign in may be made, and after which pause; if so, it is counted.
    pub fn admits(&self, account: &str, address: &str, now: DateTime<Utc>) -> Option<Pause> {
        let pair = pair(account, address);
        let mut tries = self.lock();
        if tries.is_closed(&pair, AT_ACCOUNT, now) || tries.is_closed(address, FROM_ADDRESS, now) {
            return None;
        }
        let before = [(&*pair, AT_ACCOUNT), (address, FROM_ADDRESS), (account, SLOWEST)]
            .map(|(name, at_most)| tries.count(name, at_most, now));
        Some(pause(before[2]))
    }

    /// Whether somebody at this address may found another workspace; if so, it is counted.
    pub fn admits_founding(&self, address: &str, now: DateTime<Utc>) -> bool {
        let name = format!("founding from {address}");
        let mut tries = self.lock();
        let is_open = !tries.is_closed(&name, AT_ACCOUNT, now);
        if is_open {
            tries.count(&name, AT_ACCOUNT, now);
        }
        is_open
    }

    /// The last try was right: the account begins anew, and the address is where it was.
    pub fn succeeded(&self, account: &str, address: &str) {
        let mut tries = self.lock();
        tries.0.remove(account);
        tries.0.remove(&pair(account, address));
        if let Some(times) = tries.0.get_mut(address) {
            times.pop();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pair(account: &str, address: &str) -> String {
    format!("{account} from {address}")
}

/// How long the next try at an account waits after so many.
fn pause(tries: usize) -> Pause {
    let over = tries.saturating_sub(AT_ONCE);
    if over == 0 { Pause::ZERO } else { (FIRST_PAUSE * (1 << (over - 1))).min(LONGEST_PAUSE) }
}

impl Tries {
    fn is_closed(&mut self, name: &str, at_most: usize, now: DateTime<Utc>) -> bool {
        self.0.get_mut(name).is_some_and(|times| {
            times.retain(|time| now - *time < WINDOW);
            times.len() >= at_most
        })
    }

    /// Counts a try, and says how many there were before it. No more than `at_most` are kept.
    fn count(&mut self, name: &str, at_most: usize, now: DateTime<Utc>) -> usize {
        self.is_closed(name, at_most, now);
        if !self.0.contains_key(name) {
            make_room(&mut self.0, now);
        }
        let times = self.0.entry(name.to_owned()).or_default();
        let before = times.len();
        if before >= at_most {
            times.remove(0);
        }
        times.push(now);
        before
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
    fn ten_tries_from_one_address_close_the_door_for_a_while() {
        let throttle = Throttle::default();
        let now = now();
        for _ in 0..AT_ACCOUNT {
            assert!(throttle.admits("a@b", "here", now).is_some());
        }
        assert_eq!(throttle.admits("a@b", "here", now), None);
        assert!(throttle.admits("c@d", "here", now).is_some(), "another account from the same address");
        assert!(throttle.admits("a@b", "here", now + WINDOW).is_some());
        // The account begins anew.
        throttle.succeeded("a@b", "here");
        assert_eq!(throttle.admits("a@b", "here", now), Some(Pause::ZERO));
    }

    #[test]
    fn an_address_tries_at_so_many_accounts_only() {
        let throttle = Throttle::default();
        for account in 0..FROM_ADDRESS {
            assert!(throttle.admits(&account.to_string(), "here", now()).is_some());
        }
        assert_eq!(throttle.admits("a@b", "here", now()), None);
        throttle.succeeded("0", "here");
        assert!(throttle.admits("a@b", "here", now()).is_some(), "a right try is taken off");
        assert_eq!(throttle.admits("a@b", "here", now()), None);
        for _ in 0..AT_ACCOUNT {
            assert!(throttle.admits_founding("here", now()));
        }
        assert!(!throttle.admits_founding("here", now()));
    }

    #[test]
    fn strangers_make_the_owner_wait_and_never_lock_them_out() {
        let throttle = Throttle::default();
        let mut longest = Pause::ZERO;
        for stranger in 0..1_000 {
            let pause = throttle.admits("a@b", &stranger.to_string(), now()).expect("each has an address of its own");
            assert!(pause >= longest);
            longest = pause;
        }
        assert_eq!(longest, LONGEST_PAUSE);
        assert_eq!(throttle.admits("a@b", "home", now()), Some(LONGEST_PAUSE));
        throttle.succeeded("a@b", "home");
        assert_eq!(throttle.admits("a@b", "home", now()), Some(Pause::ZERO));
    }

    #[test]
    fn a_crowd_of_names_opens_no_door() {
        let throttle = Throttle::default();
        for _ in 0..AT_ACCOUNT {
            throttle.admits("a@b", "here", now());
        }
        // Each is remembered by three names.
        for name in 0..NAMES / 3 + 100 {
            throttle.admits(&name.to_string(), &format!("at {name}"), now());
        }
        assert_eq!(throttle.admits("a@b", "here", now()), None);
        assert_eq!(throttle.lock().0.len(), NAMES);
        // Who comes when it is crowded is counted as well.
        let later = now() + Duration::seconds(1);
        for _ in 0..AT_ACCOUNT {
            assert!(throttle.admits("c@d", "there", later).is_some());
        }
        assert_eq!(throttle.admits("c@d", "there", later), None);
    }

    #[test]
    fn an_address_of_ipv6_is_its_network() {
        let check = |address: &str, expected: &str| assert_eq!(source(address.parse().unwrap()), expected);
        check("192.0.2.1", "address 192.0.2.1");
        check("::ffff:192.0.2.1", "address 192.0.2.1");
        check("2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2::");
    }
}
