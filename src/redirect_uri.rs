//! Redirect URIs: what may be registered, and the one matching rule.

use std::net::IpAddr;

use http::HeaderValue;
use postern::base::form::Form;
use postern::model::redirect_uri::{self, Destination, MAX_LENGTH, RedirectUri};
use postern::protocol::authorization::{AuthorizationError, ReturnTo, identify};
use url::{Host, Url};

use crate::fixed::{ISSUER, client_of, fixed};
use crate::{dice, text, two_texts};

/// What registers is an absolute URI of an allowed kind, matches itself, and carries an answer unharmed.
pub fn registration(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let Ok(registered) = RedirectUri::register(sent) else { return };
    assert_eq!(registered.as_str(), sent);
    assert!(sent.len() <= MAX_LENGTH && sent.bytes().all(|b| b.is_ascii_graphic()));
    let url = Url::parse(sent).expect("absolute");
    assert_eq!((url.fragment(), url.username(), url.password()), (None, "", None));
    kind(&registered, &url);
    assert!(registered.matches(sent));
    near(&registered, data);
    shown(sent, &url);
    answer(sent, &url);
}

/// RFC 8252 §7: `https`, loopback over `http`, or a private-use scheme with a dot. Nothing else, whoever reads it.
fn kind(registered: &RedirectUri, url: &Url) {
    let sent = registered.as_str();
    let here = match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => is_here(address.into()),
        Some(Host::Ipv6(address)) => is_here(address.into()),
        None => false,
    };
    match url.scheme() {
        "https" => {
            assert!(url.has_host() && sent.starts_with("https://"));
            // A browser that ends up on this computer proves nothing about who receives the answer.
            let expected = if here { Destination::Loopback } else { Destination::Web };
            assert_eq!(registered.destination(), expected, "{sent}");
        }
        "http" => {
            assert!(here && sent.starts_with("http://"), "{sent}");
            assert_eq!(registered.destination(), Destination::Loopback);
        }
        scheme => {
            assert!(scheme.contains('.'), "{sent}");
            assert_eq!(registered.destination(), Destination::PrivateUse);
        }
    }
}

fn is_here(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

/// One bit, one character less, one more: another URI, except in the port of a loopback address.
fn near(registered: &RedirectUri, data: &[u8]) {
    let sent = registered.as_str();
    let at = dice(data) % (sent.len() * 7);
    let mut bytes = sent.as_bytes().to_vec();
    bytes[at / 7] ^= 1 << (at % 7);
    let flipped = String::from_utf8(bytes).unwrap();
    for other in [flipped.as_str(), &sent[1..], &sent[..at / 7], &format!("{sent}/"), &format!("{sent}#")] {
        assert_eq!(registered.matches(other), differs_in_port_alone(sent, other), "{sent} and {other}");
    }
}

/// What stands in headers and on pages is the host or the scheme, and cannot begin another directive or tag.
fn shown(sent: &str, url: &Url) {
    let csp = redirect_uri::csp_source(sent);
    let shown = redirect_uri::shown_host(sent);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]+".contains(&b);
    assert!(!shown.is_empty() && shown.bytes().all(plain), "{shown}");
    assert!(csp.bytes().all(|b| plain(b) || b == b'/'), "{csp}");
    assert!(csp.starts_with(&format!("{}:", url.scheme())), "{csp}");
    if matches!(url.scheme(), "http" | "https") && !shown.contains('[') {
        // A browser compares the source with the host as it reads it.
        let source = Url::parse(&csp).unwrap();
        assert_eq!(source.origin(), url.origin());
    }
}

/// The answer goes to the very same place, with every parameter of the answer in it exactly once.
fn answer(sent: &str, url: &Url) {
    let fixed = fixed();
    let client = client_of(&fixed.keyring, &[sent]);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let state = "a b&c=\u{d55c}\r\n";
    let form = [pair("client_id", "x"), pair("redirect_uri", sent), pair("state", state)];
    let return_to = identify(&Form::from_pairs(form.to_vec()), Some(&client)).expect("it is registered");
    let location = return_to.with_code("pac_x", &fixed.issuer);
    arrives(&location, &return_to, url);
    let parameters = Url::parse(&location).unwrap();
    let parameters: Vec<_> = parameters.query_pairs().collect();
    let all = |name: &str| parameters.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_ref()).collect::<Vec<_>>();
    assert_eq!((all("code"), all("state"), all("iss")), (vec!["pac_x"], vec![state], vec![ISSUER]));
    // The client's own parameters stay, in front.
    assert!(url.query_pairs().eq(parameters.iter().take(url.query_pairs().count()).cloned()), "{location}");
    arrives(&return_to.with_error(&AuthorizationError::AccessDenied, &fixed.issuer), &return_to, url);
}

/// A location that is a header and leads to the redirect URI.
pub fn arrives(location: &str, return_to: &ReturnTo, url: &Url) {
    assert!(HeaderValue::from_str(location).is_ok(), "{location}");
    assert!(location.starts_with(return_to.redirect_uri()));
    let mut there = Url::parse(location).expect("absolute");
    assert_eq!(there.fragment(), None, "{location}");
    let mut here = url.clone();
    there.set_query(None);
    here.set_query(None);
    assert_eq!(there, here);
}

/// A redirect URI matches what is spelled the same, or differs in the port of a loopback address (RFC 8252 §7.3).
pub fn matching(data: &[u8]) {
    let Some((first, sent)) = two_texts(data) else { return };
    let Ok(registered) = RedirectUri::register(first) else { return };
    let matches = registered.matches(sent);
    assert_eq!(matches, first == sent || differs_in_port_alone(first, sent), "{first} and {sent}");
    if matches {
        // What is redirected to could have been registered itself, and by it the first is matched as well.
        let other = RedirectUri::register(sent).unwrap_or_else(|e| panic!("{first} matches {sent}: {e:?}"));
        assert!(other.matches(first) && other.destination() == registered.destination());
    }
    // Any port will do, where one will.
    let port = u16::try_from(dice(data) % 65_536).unwrap();
    let mut elsewhere = Url::parse(first).unwrap();
    let literal = matches!(elsewhere.host_str(), Some("127.0.0.1" | "[::1]"));
    if elsewhere.scheme() == "http" && literal && elsewhere.as_str() == first {
        elsewhere.set_port(Some(port)).unwrap();
        assert!(registered.matches(elsewhere.as_str()), "{first} and {elsewhere}");
    }
}

/// Both are the same loopback address over `http` in its one spelling, and the same from the path on.
fn differs_in_port_alone(a: &str, b: &str) -> bool {
    let split = |uri: &str| {
        let host = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|host| uri.starts_with(host))?;
        let end = uri[host.len()..].find(['/', '?']).map_or(uri.len(), |at| host.len() + at);
        let port = &uri[host.len()..end];
        let digits = port.strip_prefix(':').filter(|d| d.bytes().all(|b| b.is_ascii_digit()) && d.len() <= 5);
        let is_port = port.is_empty() || digits.is_some_and(|d| d.parse::<u16>().is_ok());
        is_port.then(|| (host.to_owned(), uri[end..].to_owned()))
    };
    split(a).is_some() && split(a) == split(b)
}
