//! The issuer identifier (RFC 8414 §2).

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// An issuer, spelled as it will be compared: an origin, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Issuer(String);

impl Issuer {
    /// From configuration: `https`, or `http` on this computer; an origin alone, as every URL here is rooted at `/`.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let origin = url.origin().ascii_serialization();
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && local);
        (scheme && origin == text.trim_end_matches('/')).then_some(Self(origin))
    }

    /// In development: the request's own origin, if that is this computer.
    pub fn of_local_request(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        let issuer = Self::parse(&format!("{scheme}://{authority}"))?;
        issuer.is_local().then_some(issuer)
    }

    /// As it is spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `uri` is this origin or lies on it.
    pub fn is_origin_of(&self, uri: &str) -> bool {
        Url::parse(uri).is_ok_and(|url| url.origin().ascii_serialization() == self.0)
    }

    /// Whether it is served without TLS, which only happens on this computer.
    pub fn is_plain_http(&self) -> bool {
        self.0.starts_with("http:")
    }

    fn is_local(&self) -> bool {
        let host = self.0.split_once("://").map_or("", |(_, rest)| rest);
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| {
            host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_https_origin_or_this_computer() {
        for (text, ok) in [
            ("https://auth.example.com", true),
            ("https://auth.example.com/", true),
            ("http://localhost:8787", true),
            ("http://auth.example.com", false),
            ("https://auth.example.com/path", false),
            ("https://AUTH.example.com", false),
            ("https://auth.example.com?x", false),
            ("auth.example.com", false),
            ("", false),
        ] {
            assert_eq!(Issuer::parse(text).is_some(), ok, "{text}");
        }
    }

    #[test]
    fn a_request_names_the_issuer_only_on_this_computer() {
        let of = |url| Issuer::of_local_request(url).map(|i| i.to_string());
        assert_eq!(of("http://localhost:8787/token?x"), Some("http://localhost:8787".into()));
        assert_eq!(of("http://[::1]:1/"), Some("http://[::1]:1".into()));
        for url in [
            "https://evil.example/",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.2/",
        ] {
            assert_eq!(of(url), None, "{url}");
        }
    }
}
