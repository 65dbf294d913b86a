//! Where a request comes from, as far as one sender can be told from another.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The part of an address that one sender cannot choose: all of an IPv4 address, the first 64 bits of an IPv6 address
/// (RFC 6177 §2: a site has many subnets, and a subnet is 64 bits of anybody's own choice).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(Prefix);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefix {
    V4([u8; 4]),
    V6([u8; 8]),
}

impl Network {
    /// From the address that the platform says a request came from; `None` for anything else.
    pub fn of(address: &str) -> Option<Self> {
        let prefix = match address.parse().ok()? {
            IpAddr::V4(address) => Prefix::V4(address.octets()),
            // RFC 4291 §2.5.5.2: the same sender, written differently.
            IpAddr::V6(address) => address
                .to_ipv4_mapped()
                .map_or_else(|| Prefix::V6(first_half(address)), |mapped| Prefix::V4(mapped.octets())),
        };
        Some(Self(prefix))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Prefix::V4(bytes) => bytes,
            Prefix::V6(bytes) => bytes,
        }
    }
}

fn first_half(address: Ipv6Addr) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = address.octets();
    [a, b, c, d, e, f, g, h]
}

impl fmt::Display for Network {
    /// Hexadecimal: one spelling for one network.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_address_stands_for_itself_and_an_ipv6_address_for_its_subnet() {
        let of = |address: &str| Network::of(address).unwrap();
        assert_eq!(of("192.0.2.1").to_string(), "c0000201");
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("2001:db8::1"), of("2001:DB8:0:0:ffff:ffff:ffff:ffff"));
        assert_eq!(of("2001:db8::1").to_string(), "20010db800000000");
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
    }

    #[test]
    fn an_ipv4_address_in_an_ipv6_one_is_the_ipv4_address() {
        let mapped = Network::of("::ffff:192.0.2.1");
        assert_eq!(mapped, Network::of("192.0.2.1"));
        assert_eq!(mapped, Network::of("::ffff:c000:201"));
        // All of them would otherwise share one subnet.
        assert_ne!(mapped, Network::of("::ffff:192.0.2.2"));
    }

    #[test]
    fn an_address_of_either_kind_never_stands_for_the_other() {
        assert_ne!(Network::of("192.0.2.1"), Network::of("c000:201::"));
    }

    #[test]
    fn what_is_no_address_is_nobodys() {
        for junk in [
            "",
            " ",
            "unknown",
            "192.0.2.1, 192.0.2.2",
            "192.0.2.1:443",
            "192.0.2.01",
            "192.0.2",
            "[2001:db8::1]",
            "fe80::1%eth0",
            " 192.0.2.1",
            "192.0.2.256",
        ] {
            assert_eq!(Network::of(junk), None, "{junk:?}");
        }
    }
}
