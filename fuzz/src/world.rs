//! Keys, a time and an issuer that never change, so that what was sealed for the corpus opens for ever.

use postern::base::base64url;
use postern::base::time::UnixTime;
use postern::jose::jwk::Jwk;
use postern::jose::keyring::Keyring;
use postern::jose::signed::{SignedJwt, compact};
use postern::model::catalogue::Catalogue;
use postern::model::client::{Client, ClientOrigin, ClientProof};
use postern::model::client_id::ClientId;
use postern::model::client_metadata::ClientMetadata;
use postern::model::config::Config;
use postern::model::issuer::Issuer;
use postern::model::metadata_uri::Reach;
use postern::store::memory::SeededEntropy;
use postern::store::memory_signatures::sign;
use serde_json::Value;

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

/// A client that the operator vouched for, is kept in KV, and registered `members`.
pub fn registered(members: &Value) -> Client {
    let document = members.as_object().expect("an object");
    let metadata = ClientMetadata::parse(document, &catalogue(), Reach::Public).expect("metadata of ours");
    let id = ClientId::stored(keyring(), &SeededEntropy::new(7));
    Client { id, metadata, proof: ClientProof::None, origin: ClientOrigin::Operator }
}

/// Any header and any claims, signed as the world in memory signs.
pub fn signed(key: &Jwk, header: &str, claims: &str) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    compact(&input, &sign(key, input.as_bytes()))
}

/// Whether `key` signed it.
pub fn is_genuine(key: &Jwk, token: &str) -> bool {
    let jwt = SignedJwt::parse(token);
    jwt.is_some_and(|jwt| sign(key, jwt.signing_input.as_bytes()) == jwt.signature)
}

/// `text` with words in braces replaced by what cannot be guessed.
pub fn filled(text: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(&format!("{{{word}}}"), value))
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
