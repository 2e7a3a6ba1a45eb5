//! Who asks, as far as the network tells.

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName},
};
use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::Once,
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Proxies whose word is taken for whom they speak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.bits)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected an address or a network such as 10.0.0.0/8, not {text:?}");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

/// Addresses and networks with commas between them; nothing means none.
impl FromStr for Proxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let networks = text.split(',').map(str::trim).filter(|network| !network.is_empty());
        networks.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl Proxies {
    /// The address of whoever asks. A trusted proxy tells it as the last one of a list, whose beginning anybody could have
    /// made up.
    pub fn visitor(&self, request: &Request) -> Option<IpAddr> {
        let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
        let lists = request.headers().get_all(FORWARDED_FOR).iter().filter_map(|list| list.to_str().ok());
        let hops: Vec<&str> = lists.flat_map(|list| list.split(',')).map(str::trim).collect();
        let mut visitor = peer.ip().to_canonical();
        if !hops.is_empty() && !self.trust(visitor) {
            static TOLD: Once = Once::new();
            TOLD.call_once(|| {
                tracing::warn!(proxy = %visitor, "all who come through this proxy are counted as one: see --trusted-proxy");
            });
        }
        for hop in hops.iter().rev() {
            let Some(before) = address(hop).filter(|_| self.trust(visitor)) else { break };
            visitor = before;
        }
        Some(visitor)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// Some proxies tell the port as well.
fn address(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()));
    plain.map(|address: IpAddr| address.to_canonical())
}

/// Whether the name by which the server was reached is one of this machine's own, which browsers trust without https.
pub fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host });
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether the browser came over plain http from another machine, and so drops the session's cookie. Over https browsers
/// say from where they come; where an old one does not, the proxy tells.
pub fn is_insecure(headers: &HeaderMap) -> bool {
    let by_https = headers.contains_key("sec-fetch-site")
        || headers.get(FORWARDED_PROTO).is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
    !is_local(headers) && !by_https
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn only_trusted_proxies_tell_who_asks() {
        let check = |proxies: &str, peer: &str, lists: &[&str], expected: &str| {
            let mut request = Request::new(Body::empty());
            let peer = SocketAddr::new(peer.parse().unwrap(), 1);
            request.extensions_mut().insert(ConnectInfo(peer));
            for list in lists {
                request.headers_mut().append(FORWARDED_FOR, list.parse().unwrap());
            }
            let proxies: Proxies = proxies.parse().unwrap();
            assert_eq!(proxies.visitor(&request), Some(expected.parse().unwrap()), "{proxies:?} {peer} {lists:?}");
        };
        check("", "10.0.0.1", &["192.0.2.7"], "10.0.0.1");
        check("10.0.0.1", "10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check("10.0.0.1", "10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", "10.0.0.2", &["192.0.2.7"], "10.0.0.2");
        // What the visitor wrote stands before what the proxy adds.
        check("10.0.0.1", "10.0.0.1", &["1.1.1.1, 192.0.2.7"], "192.0.2.7");
        check("10.0.0.1", "10.0.0.1", &["1.1.1.1", "192.0.2.7"], "192.0.2.7");
        // Two proxies, one behind the other.
        check("10.0.0.0/8, ::1", "::1", &["1.1.1.1, 192.0.2.7, 10.9.9.9"], "192.0.2.7");
        check("10.0.0.1", "::ffff:10.0.0.1", &["192.0.2.7:5123"], "192.0.2.7");
        check("10.0.0.1", "10.0.0.1", &["[2001:db8::1]:5123"], "2001:db8::1");
        check("10.0.0.1", "10.0.0.1", &["nonsense"], "10.0.0.1");
        check("0.0.0.0/0", "10.0.0.1", &["192.0.2.7"], "192.0.2.7");
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["proxy", "10.0.0.0/33", "10.0.0.0/x", "::1/129", "10.0.0.1 10.0.0.2"] {
            assert!(text.parse::<Proxies>().is_err(), "{text}");
        }
    }

    #[test]
    fn plain_http_from_elsewhere_is_noticed() {
        let check = |pairs: &[(&'static str, &str)], expected: bool| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_insecure(&headers), expected, "{pairs:?}");
        };
        check(&[("host", "crm.example.com")], true);
        check(&[("host", "192.0.2.1:3210")], true);
        check(&[("host", "127.0.0.1.example.com:80")], true);
        check(&[("host", "crm.example.com"), ("sec-fetch-site", "none")], false);
        check(&[("host", "crm.example.com"), ("x-forwarded-proto", "https")], false);
        check(&[("host", "crm.example.com"), ("x-forwarded-proto", "http")], true);
        for local in ["localhost", "localhost:3210", "127.0.0.1:3210", "127.0.0.2", "[::1]:3210", "[::1]"] {
            check(&[("host", local)], false);
        }
    }
}
