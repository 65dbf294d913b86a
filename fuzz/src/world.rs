//! Keys, a time and an issuer that never change, so that what was sealed for the corpus opens for ever.

use postern::base::base64url;
use postern::base::time::UnixTime;
use postern::jose::keyring::Keyring;
use postern::model::catalogue::Catalogue;
use postern::model::config::Config;
use postern::model::issuer::Issuer;

use crate::support;

/// The time, always.
pub const NOW: UnixTime = support::START;
/// A resource that is somebody else's.
pub const RESOURCE: &str = "https://api.example.com/v1";

/// What a deployment in the middle of a rotation has: one key signs, one verifies, one is retired.
pub fn root_keys() -> String {
    let key = |byte: u8| base64url::encode([byte; 32]);
    format!("k1:{},k2:{},!old:{}", key(1), key(2), key(3))
}

/// Its keys, made once: deriving them takes longer than most properties.
pub fn keyring() -> &'static Keyring {
    thread_local! {
        static KEYRING: &'static Keyring = Box::leak(Box::new(Keyring::parse(&root_keys()).expect("a list of ours")));
    }
    KEYRING.with(|keyring| *keyring)
}

/// A deployment with an API of somebody else's.
pub fn config() -> Config {
    let loaded = Config::load(|name| match name {
        "ROOT_KEYS" => Some(root_keys()),
        "ISSUER" => Some(support::ISSUER.into()),
        "RESOURCES" => Some(format!(r#"[{{"identifier":"{RESOURCE}","scopes":["calendar.read"]}}]"#)),
        _ => None,
    });
    loaded.expect("settings of ours").0
}

/// Who we are.
pub fn issuer() -> Issuer {
    Issuer::parse(support::ISSUER).expect("an issuer of ours")
}

/// The scopes there are.
pub fn catalogue() -> Catalogue {
    Catalogue::default()
}

/// The bytes as a header or a URL would bring them: text, or nothing happens.
pub fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Two fields of an input: what is before its first line break, and the rest.
pub fn two(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Every text that differs from `text` in one bit and is still ASCII: of long ones a few, that the text itself chooses.
pub fn flipped(text: &str) -> impl Iterator<Item = String> {
    let bits = text.len().saturating_mul(8);
    let start = text.bytes().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let step = (bits / 24).max(1) | 1;
    (0..24.min(bits)).filter_map(move |n| {
        let bit = start.wrapping_add(n.wrapping_mul(step)) % bits;
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        String::from_utf8(bytes).ok()
    })
}
