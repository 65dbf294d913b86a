//! Redirect URIs: what may be registered, and the one matching rule.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Longest redirect URI, in bytes.
pub const MAX_LENGTH: usize = 1024;

/// This computer, in every spelling that registers.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];
/// What an authorization response adds (RFC 6749 §4.1.2, RFC 9207 §2).
const ANSWER: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

/// A registered redirect URI, in its own spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Where a redirect URI leads, as far as anyone can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// An `https` host: only its holder receives the answer.
    Web,
    /// This computer, over plain `http` (RFC 8252 §7.3): any program on it may be listening.
    Loopback,
    /// A scheme that an app claimed on this device (RFC 8252 §7.1): any app may have claimed it.
    PrivateUse,
}

/// Why a redirect URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectUriError {
    /// Not an absolute URI, or spelled in a way that parsers repair differently.
    Malformed,
    /// Over 1,024 bytes.
    TooLong,
    /// RFC 6749 §3.1.2: "MUST NOT include a fragment component".
    Fragment,
    /// A user name or password before the host.
    UserInfo,
    /// Plain `http` to another computer.
    InsecureHttp,
    /// A query that has a parameter of the answer in it: there would be two.
    AnswerParameter,
    /// A scheme without a dot, which is nobody's own (RFC 8252 §7.1).
    Scheme,
}

impl RedirectUriError {
    /// For the developer who registers.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Malformed => "is not an absolute URI of plain ASCII characters",
            Self::TooLong => "is longer than 1024 bytes",
            Self::Fragment => "has a fragment",
            Self::UserInfo => "has a user name or password",
            Self::InsecureHttp => "is plain http and not loopback (127.0.0.1, [::1] or localhost)",
            Self::AnswerParameter => "has code, state, iss or error in its query, which the answer adds",
            Self::Scheme => {
                "has a scheme that is neither https nor a private-use scheme with a dot, as com.example.app"
            }
        }
    }
}

impl RedirectUri {
    /// Admits a redirect URI for registration.
    ///
    /// # Errors
    /// [`RedirectUriError`].
    pub fn register(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > MAX_LENGTH {
            return Err(RedirectUriError::TooLong);
        }
        // The parser below would drop or repair these; what is compared later must be what was meant.
        let plain = |b: u8| {
            b.is_ascii_graphic()
                && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}')
        };
        if text.is_empty() || !text.bytes().all(plain) {
            return Err(RedirectUriError::Malformed);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        let authority =
            text.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        if authority.contains('@') {
            return Err(RedirectUriError::UserInfo);
        }
        match url.scheme() {
            // A bracketed address cannot be named in a form-action (CSP 3 §2.3.1): only loopback gets by without.
            "https" if authority.contains('[') => return Err(RedirectUriError::Malformed),
            // `https://127.1` goes to 127.0.0.1: people are shown a host, and must be sent to that one.
            "https" if !url.host_str().is_some_and(|host| host.eq_ignore_ascii_case(host_of(authority))) => {
                return Err(RedirectUriError::Malformed);
            }
            "https" if text.starts_with("https://") && is_plain(authority) && url.has_host() => {}
            "http" if text.starts_with("http://") && is_plain(authority) && url.has_host() => {
                if !LOOPBACK.contains(&host_of(authority)) {
                    return Err(RedirectUriError::InsecureHttp);
                }
            }
            "http" | "https" => return Err(RedirectUriError::Malformed),
            scheme if scheme.contains('.') && text.starts_with(scheme) => {}
            _ => return Err(RedirectUriError::Scheme),
        }
        let answers = |(name, _): (Cow<'_, str>, Cow<'_, str>)| ANSWER.contains(&name.as_ref());
        if url.query_pairs().any(answers) {
            return Err(RedirectUriError::AnswerParameter);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `sent` is this redirect URI.
    ///
    /// OAuth 2.1 §2.3.1, RFC 9700 §4.1.3: compared as strings, except (RFC 8252 §7.3) the port of a loopback address,
    /// which a native app only knows when it runs.
    pub fn matches(&self, sent: &str) -> bool {
        self.0 == sent
            || matches!((loopback_without_port(&self.0), loopback_without_port(sent)), (Some(a), Some(b)) if a == b)
    }

    /// Where it leads.
    pub fn destination(&self) -> Destination {
        match self.0.split_once(':') {
            Some(("https" | "http", _)) if is_this_computer(&self.0) => Destination::Loopback,
            Some(("https", _)) => Destination::Web,
            _ => Destination::PrivateUse,
        }
    }
}

/// What to show of a validated redirect URI: the host, or the scheme of an app.
pub fn shown_host(redirect_uri: &str) -> &str {
    match redirect_uri.split_once("://") {
        Some(("https" | "http", rest)) => rest.split(['/', '?']).next().unwrap_or_default(),
        _ => redirect_uri.split(':').next().unwrap_or_default(),
    }
}

/// The CSP source (`form-action`) that lets a browser follow a redirect to a validated redirect URI.
pub fn csp_source(redirect_uri: &str) -> String {
    match redirect_uri.split_once("://") {
        // A host-source of CSP 3 §2.3.1 cannot spell an IPv6 address.
        Some((scheme @ ("https" | "http"), rest)) if rest.starts_with('[') => format!("{scheme}:"),
        Some((scheme @ ("https" | "http"), _)) => format!("{scheme}://{}", shown_host(redirect_uri)),
        _ => format!("{}:", shown_host(redirect_uri)),
    }
}

/// A spelled host and port that are safe to print into headers: the port without zeros before it, one spelling for one.
fn is_plain(authority: &str) -> bool {
    let port = authority.strip_prefix(host_of(authority)).and_then(|rest| rest.strip_prefix(':'));
    !authority.is_empty()
        && !authority.ends_with(':')
        && port.is_none_or(|port| port == "0" || !port.starts_with('0'))
        && authority.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
}

/// Whether a browser that follows `uri` stays on its own computer, whichever of its names was spelled.
fn is_this_computer(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        // RFC 6761 §6.3: localhost and every name below it. A dot at the end makes the same name absolute.
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

fn host_of(authority: &str) -> &str {
    match authority.rfind(']') {
        Some(end) => authority.get(..=end).unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// `http://127.0.0.1:1234/cb` as (`127.0.0.1`, `/cb`); `None` for anything that is not a loopback address.
fn loopback_without_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|host| rest.starts_with(host))?;
    let rest = rest.strip_prefix(host)?;
    let path = match rest.strip_prefix(':') {
        Some(rest) => {
            let path = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let port = rest.strip_suffix(path)?;
            // Without zeros before it: one spelling for one port.
            port.parse::<u16>().ok().filter(|number| number.to_string() == port)?;
            path
        }
        None => rest,
    };
    (path.is_empty() || path.starts_with(['/', '?'])).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_loopback_and_private_use_register() {
        for (uri, destination) in [
            ("https://client.example/cb", Destination::Web),
            ("https://client.example/cb?a=1&b=%20", Destination::Web),
            ("https://xn--bcher-kva.example", Destination::Web),
            ("http://127.0.0.1/cb", Destination::Loopback),
            ("http://[::1]:8080/", Destination::Loopback),
            ("http://127.0.0.1:0/", Destination::Loopback),
            ("http://localhost:3000/cb", Destination::Loopback),
            ("https://localhost/cb", Destination::Loopback),
            ("https://127.0.0.1:8443/cb", Destination::Loopback),
            ("https://LocalHost/cb", Destination::Loopback),
            ("https://localhost./cb", Destination::Loopback),
            ("https://app.localhost/cb", Destination::Loopback),
            ("https://127.0.0.2/cb", Destination::Loopback),
            ("https://0.0.0.0/cb", Destination::Loopback),
            ("https://localhost.example/cb", Destination::Web),
            ("https://Client.example/cb", Destination::Web),
            ("https://192.0.2.1/cb", Destination::Web),
            ("com.example.app:/cb", Destination::PrivateUse),
            ("com.example.app://cb", Destination::PrivateUse),
        ] {
            assert_eq!(RedirectUri::register(uri).map(|u| u.destination()), Ok(destination), "{uri}");
        }
    }

    #[test]
    fn dangerous_and_ambiguous_uris_do_not_register() {
        use RedirectUriError::{AnswerParameter, Fragment, InsecureHttp, Malformed, Scheme, UserInfo};
        for (uri, error) in [
            ("", Malformed),
            ("/cb", Malformed),
            ("//client.example/cb", Malformed),
            ("client.example", Malformed),
            ("https:client.example", Malformed),
            ("https:/client.example", Malformed),
            ("https:///client.example", Malformed),
            ("HTTPS://client.example/", Malformed),
            ("https://client.example\\@evil.example/", Malformed),
            ("https://\u{e9}.example/", Malformed),
            ("https://evil;sandbox/", Malformed),
            ("https://ex%61mple/", Malformed),
            ("https://evil,x/", Malformed),
            (" https://client.example/", Malformed),
            ("https://client.example/\0", Malformed),
            ("https://client.example/\r\nx: y", Malformed),
            ("java\tscript:alert(1)", Malformed),
            ("https://client.example/#f", Fragment),
            ("https://client.example#", Fragment),
            ("https://a@client.example/", UserInfo),
            ("https://client.example@evil.example/", UserInfo),
            ("https://client.example:/cb", Malformed),
            ("https://client.example:0443/cb", Malformed),
            ("http://127.0.0.1:08080/cb", Malformed),
            ("http://[::1]:00/cb", Malformed),
            ("http://localhost:03000/cb", Malformed),
            ("https://127.1/cb", Malformed),
            ("https://2130706433/cb", Malformed),
            ("https://0x7f.0.0.1/cb", Malformed),
            ("https://127.0.0.1./cb", Malformed),
            ("https://192.0.2/cb", Malformed),
            ("http://127.0.0.1:/cb", Malformed),
            ("https://[2001:db8::1]/cb", Malformed),
            ("https://client.example/cb?a=1&iss=x", AnswerParameter),
            ("https://client.example/cb?st%61te=x", AnswerParameter),
            ("com.example.app:/cb?code=x", AnswerParameter),
            ("http://client.example/", InsecureHttp),
            ("http://127.0.0.2/", InsecureHttp),
            ("http://0.0.0.0/", InsecureHttp),
            ("http://2130706433/", InsecureHttp),
            ("http://0x7f.1/", InsecureHttp),
            ("http://127.1/", InsecureHttp),
            ("http://localhost.evil.example/", InsecureHttp),
            ("http://127.0.0.1.evil.example/", InsecureHttp),
            ("http://LOCALHOST/", InsecureHttp),
            ("javascript:alert(1)", Scheme),
            ("JavaScript:alert(1)", Scheme),
            ("data:text/html,x", Scheme),
            ("vbscript:x", Scheme),
            ("blob:https://client.example/x", Scheme),
            ("file:///etc/passwd", Scheme),
            ("cursor://cb", Scheme),
            ("myapp:/cb", Scheme),
        ] {
            assert_eq!(RedirectUri::register(uri).err(), Some(error), "{uri}");
        }
        assert_eq!(
            RedirectUri::register(&format!("https://client.example/{}", "a".repeat(1024))),
            Err(RedirectUriError::TooLong)
        );
    }

    #[test]
    fn matching_is_by_spelling() {
        let registered = RedirectUri::register("https://client.example/cb").unwrap();
        assert!(registered.matches("https://client.example/cb"));
        for sent in [
            "https://client.example/cb/",
            "https://client.example/CB",
            "https://CLIENT.example/cb",
            "https://client.example:443/cb",
            "https://client.example/%63b",
            "https://client.example/cb?x=1",
            "https://client.example/cb#",
            "https://client.example/x/../cb",
            "https://a@client.example/cb",
            "http://client.example/cb",
            "https://client.example/c",
            "https://client.example/cbx",
            "",
        ] {
            assert!(!registered.matches(sent), "{sent}");
        }
    }

    #[test]
    fn a_loopback_address_matches_on_any_port_and_nothing_else() {
        let registered = RedirectUri::register("http://127.0.0.1/cb?x=1").unwrap();
        for sent in ["http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:65535/cb?x=1", "http://127.0.0.1/cb?x=1"]
        {
            assert!(registered.matches(sent), "{sent}");
        }
        for sent in [
            "http://127.0.0.1:65536/cb?x=1",
            "http://127.0.0.1:/cb?x=1",
            "http://127.0.0.1:80@evil.example/cb?x=1",
            "http://127.0.0.1.evil.example/cb?x=1",
            "http://127.0.0.1:080/cb?x=1",
            "http://127.0.0.1:8080/cb",
            "http://127.0.0.1:8080/other?x=1",
            "https://127.0.0.1:8080/cb?x=1",
            "http://127.0.0.2/cb?x=1",
            "http://localhost:8080/cb?x=1",
            "http://[::1]/cb?x=1",
        ] {
            assert!(!registered.matches(sent), "{sent}");
        }
        // A name is not an address: localhost can resolve elsewhere, and compares as spelled.
        let named = RedirectUri::register("http://localhost:3000/cb").unwrap();
        assert!(named.matches("http://localhost:3000/cb"));
        assert!(!named.matches("http://localhost:3001/cb"));
    }

    #[test]
    fn what_is_shown_and_what_csp_lets_through() {
        for (uri, shown, csp) in [
            ("https://client.example/cb", "client.example", "https://client.example"),
            ("https://client.example:8443?x", "client.example:8443", "https://client.example:8443"),
            ("http://[::1]:80/x", "[::1]:80", "http:"),
            ("com.example.app:/cb", "com.example.app", "com.example.app:"),
            ("com.example.app://cb", "com.example.app", "com.example.app:"),
        ] {
            assert_eq!((shown_host(uri), csp_source(uri).as_str()), (shown, csp));
        }
    }
}
