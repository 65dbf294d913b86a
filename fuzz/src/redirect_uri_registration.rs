//! Redirect URIs that are registered: where an attacker would have the code sent.

use http::HeaderValue;
use postern::model::redirect_uri::{Destination, MAX_LENGTH, RedirectUri, csp_source, shown_host};
use url::{Host, Url};

use crate::world::text;

/// Holds what [`RedirectUri::register`] admits against the URL standard, which is what browsers follow.
pub fn redirect_uri_registration(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let Ok(registered) = RedirectUri::register(sent) else { return };
    assert_eq!(registered.as_str(), sent, "compared later as it was spelled");
    assert!(sent.len() <= MAX_LENGTH && sent.bytes().all(|b| b.is_ascii_graphic()));
    assert!(registered.matches(sent), "it does not match itself");

    let url = Url::parse(sent).expect("an absolute URI");
    assert_eq!((url.fragment(), url.username(), url.password()), (None, "", None));
    for (name, _) in url.query_pairs() {
        let answer = ["code", "state", "iss", "error", "error_description", "error_uri"];
        assert!(!answer.contains(&name.as_ref()), "there would be two of {name}");
    }
    // What a browser is told must be what it does.
    let shown = shown_host(sent);
    match url.scheme() {
        scheme @ ("https" | "http") => {
            assert!(sent.starts_with(&format!("{scheme}://{shown}")));
            let (host, _) = host_and_port(shown);
            let followed = url.host_str().expect("a host");
            assert!(host.eq_ignore_ascii_case(followed), "shown is {host}, followed is {followed}");
            let local = is_this_computer(&url);
            assert!(scheme == "https" || local, "plain http to {followed}");
            let expected = if local { Destination::Loopback } else { Destination::Web };
            assert_eq!(registered.destination(), expected, "{followed}");
        }
        scheme => {
            assert_eq!(scheme, shown, "the scheme as it was spelled");
            assert!(scheme.contains('.'), "{scheme} is nobody's own");
            assert_eq!(registered.destination(), Destination::PrivateUse);
        }
    }
    let source = csp_source(sent);
    assert!(!source.contains([' ', ';', ',', '\'', '*']), "{source} says more than one source");
    assert!(HeaderValue::from_str(&source).is_ok() && HeaderValue::from_str(sent).is_ok());
}

fn host_and_port(authority: &str) -> (&str, &str) {
    let bare = authority.trim_end_matches(|c: char| c.is_ascii_digit());
    match bare.strip_suffix(':') {
        Some(host) => (host, authority.strip_prefix(bare).unwrap_or_default()),
        None => (authority, ""),
    }
}

/// Whether a browser that follows `url` stays on its own computer, by any spelling.
fn is_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        // RFC 6761 §6.3: localhost and every name below it.
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}
