//! Redirect URIs that are sent: the registered one, and nothing that only looks like it.

use postern::model::redirect_uri::RedirectUri;
use url::{Host, Url};

use crate::world::{text, two};

/// The first line is registered, the second sent.
pub fn redirect_uri_matching(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let (registered, sent) = two(input);
    let Ok(uri) = RedirectUri::register(registered) else { return };
    assert!(uri.matches(registered));
    let address = loopback_address(registered);
    if uri.matches(sent) && sent != registered {
        let url = address.clone().expect("only a loopback address may differ, in its port");
        let followed = Url::parse(sent).expect("a port and nothing else is different");
        assert_eq!(without_port(followed), without_port(url), "{sent} is not {registered}");
        assert_eq!(without_digits(sent), without_digits(registered), "spelled in another way");
    }
    // Near misses: each is another URI, whatever was registered.
    for other in [
        format!("{registered}/"),
        format!("{registered}#"),
        format!("{registered}x"),
        format!(" {registered}"),
        registered.to_ascii_uppercase(),
        registered.replacen("://", "://a@", 1),
        registered.replacen("://", "://evil.example/", 1),
        registered.replacen("http://", "https://", 1),
        registered.replacen("https://", "http://", 1),
    ] {
        let port =
            other.strip_prefix(registered).is_some_and(|more| more.bytes().all(|b| b.is_ascii_digit()));
        assert!(other == registered || port || !uri.matches(&other), "{other} passes for {registered}");
    }
    // Any port of a loopback address matches, and no port of anything else.
    for port in [1, 80, 49_152, 65_535] {
        let Ok(mut url) = Url::parse(registered) else { return };
        if url.set_port(Some(port)).is_err() {
            continue;
        }
        let spelled = respelled(registered, port);
        assert_eq!(uri.matches(&spelled), address.is_some() || spelled == registered, "{spelled}");
    }
}

/// RFC 8252 §7.3: `http` to an address of this computer. Its name is not an address.
fn loopback_address(registered: &str) -> Option<Url> {
    let url = Url::parse(registered).ok()?;
    let address = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(_) => false,
    };
    (url.scheme() == "http" && address).then_some(url)
}

fn without_port(mut url: Url) -> Url {
    let _ = url.set_port(None);
    url
}

/// The spelling, but for the port behind the host.
fn without_digits(uri: &str) -> String {
    let (before, after) = around_port(uri);
    format!("{before}{after}")
}

fn respelled(uri: &str, port: u16) -> String {
    let (before, after) = around_port(uri);
    format!("{before}:{port}{after}")
}

/// What stands before the port of a URI with an authority, and what stands after it.
fn around_port(uri: &str) -> (&str, &str) {
    let authority = uri.find("://").map_or(0, |at| at + 3);
    let end = uri[authority..].find(['/', '?']).map_or(uri.len(), |at| authority + at);
    let bare = uri[..end].trim_end_matches(|c: char| c.is_ascii_digit());
    let before = bare.strip_suffix(':').filter(|before| before.len() > authority).unwrap_or(&uri[..end]);
    (before, &uri[end..])
}
