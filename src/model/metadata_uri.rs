//! URIs that a client shows to people (`client_uri`, `logo_uri`, `policy_uri`, `tos_uri`; RFC 7591 §2).

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Longest such URI, in bytes.
const MAX_LENGTH: usize = 512;

/// How far a fetch may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public hosts, over https.
    Public,
    /// In development this computer too, over http.
    ThisComputerToo,
}

/// An `https` URI on a host that is not private: safe in `href`, and safe to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetadataUri(String);

impl MetadataUri {
    /// Admits a URI; `None` for other schemes, addresses instead of names, and names of private networks.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH
            || !text.starts_with("https://")
            || !text.bytes().all(|b| b.is_ascii_graphic())
        {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let Some(Host::Domain(name)) = url.host() else { return None };
        // A dot at the end makes the same name absolute.
        let name = name.trim_end_matches('.');
        let private =
            |suffix: &str| name == suffix || name.strip_suffix(suffix).is_some_and(|n| n.ends_with('.'));
        let hidden = ["localhost", "local", "internal", "home.arpa"].into_iter().any(private);
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        let bare = url.username().is_empty() && url.password().is_none();
        (plain && bare && !hidden && name.contains('.')).then(|| Self(text.to_owned()))
    }

    /// The same; in development an address on this computer passes, too.
    pub fn parse_within(text: &str, reach: Reach) -> Option<Self> {
        Self::parse(text)
            .or_else(|| (reach == Reach::ThisComputerToo && is_local(text)).then(|| Self(text.to_owned())))
    }

    /// As it was spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local(text: &str) -> bool {
    let plain = text.len() <= MAX_LENGTH && text.bytes().all(|b| b.is_ascii_graphic());
    let url =
        Url::parse(text).ok().filter(|url| plain && url.scheme() == "http" && text.starts_with("http://"));
    url.is_some_and(|url| {
        let bare = url.username().is_empty() && url.password().is_none();
        bare && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_is_reached_in_development_alone() {
        for uri in ["http://localhost:8788/a", "http://127.0.0.1/", "http://[::1]:1/"] {
            assert!(MetadataUri::parse_within(uri, Reach::ThisComputerToo).is_some(), "{uri}");
            assert!(MetadataUri::parse_within(uri, Reach::Public).is_none(), "{uri}");
        }
        for uri in [
            "http://localhost.evil.example/",
            "http://10.0.0.1/",
            "https://localhost/",
            "http://a@localhost/",
        ] {
            assert!(MetadataUri::parse_within(uri, Reach::ThisComputerToo).is_none(), "{uri}");
        }
    }

    #[test]
    fn public_https_names_pass_and_nothing_else() {
        assert!(MetadataUri::parse("https://client.example/logo.png").is_some());
        for uri in [
            "http://client.example/",
            "data:image/png;base64,AA",
            "javascript:alert(1)",
            "https://10.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://localhost/",
            "https://a.localhost/",
            "https://printer.local/",
            "https://printer.local./",
            "https://localhost./",
            "https://intranet/",
            "https://a:b@client.example/",
            "https://client.example/\u{e9}",
            "//client.example/",
        ] {
            assert!(MetadataUri::parse(uri).is_none(), "{uri}");
        }
    }
}
