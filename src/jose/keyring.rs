//! The one secret of a deployment, and every key that is derived from it by label.
//!
//! `ROOT_KEYS` is `kid:base64url(32 bytes)` pairs, separated by commas. The first signs, all verify; `!kid:…` is
//! retired and verifies long-lived things only. Keys are derived with HKDF-SHA256 (RFC 5869),
//! info = `postern/v1/<label>`, and kept for the life of the isolate.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;

use crate::base::base64url;
use crate::base::secret::Secret;
use crate::jose::hs256::HmacKey;

/// Most root keys that may be listed.
const MAX_ROOT_KEYS: usize = 8;
/// Longest key id, in bytes.
const MAX_KID_LENGTH: usize = 16;

/// Which root keys a verifier accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Keys that are not retired: for things that live minutes or days.
    Current,
    /// Retired keys too: for client ids, client secrets and refresh tokens.
    Retired,
}

/// The root keys, and what was derived from them so far.
pub struct Keyring {
    roots: Vec<RootKey>,
    derived: RefCell<HashMap<(usize, String), HmacKey>>,
}

struct RootKey {
    kid: String,
    secret: Secret<[u8; 32]>,
    retired: bool,
}

/// Why `ROOT_KEYS` cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyringError {
    /// No key at all.
    Empty,
    /// An entry is not `kid:base64url(32 bytes)`, or the kid is not 1 to 16 letters, digits, `-` or `_`.
    MalformedEntry,
    /// Two entries share a kid.
    RepeatedKid,
    /// The first key signs, so it cannot be retired.
    FirstKeyRetired,
    /// More than eight keys.
    TooMany,
}

impl Keyring {
    /// Reads `ROOT_KEYS`.
    ///
    /// # Errors
    /// [`KeyringError`]; a deployment with a malformed list serves nothing.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let roots = text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(RootKey::parse)
            .collect::<Option<Vec<_>>>()
            .ok_or(KeyringError::MalformedEntry)?;
        let first = roots.first().ok_or(KeyringError::Empty)?;
        if first.retired {
            return Err(KeyringError::FirstKeyRetired);
        }
        if roots.len() > MAX_ROOT_KEYS {
            return Err(KeyringError::TooMany);
        }
        if roots.iter().enumerate().any(|(at, key)| roots.iter().take(at).any(|k| k.kid == key.kid)) {
            return Err(KeyringError::RepeatedKid);
        }
        Ok(Self { roots, derived: RefCell::default() })
    }

    /// The kid that signs today.
    pub fn signing_kid(&self) -> &str {
        self.roots.first().map_or("", |key| &key.kid)
    }

    /// The names of all root keys, in the order of the list, and whether each is retired.
    pub fn kids(&self) -> impl Iterator<Item = (&str, bool)> {
        self.roots.iter().map(|root| (root.kid.as_str(), root.retired))
    }

    /// The key for `label` under the root key `kid`, where a verifier may use it.
    pub fn key(&self, kid: &str, label: &str, accepts: Accepts) -> Option<HmacKey> {
        let at = self.roots.iter().position(|root| root.kid == kid)?;
        let root = self.roots.get(at)?;
        if root.retired && accepts == Accepts::Current {
            return None;
        }
        if let Some(key) = self.derived.borrow().get(&(at, label.to_owned())) {
            return Some(key.clone());
        }
        let key = HmacKey::new(&root.derive(label));
        self.derived.borrow_mut().insert((at, label.to_owned()), key.clone());
        Some(key)
    }

    /// The bytes of the key for `label` under the root key `kid`, retired or not: for ciphers, which are not made here.
    pub fn secret(&self, kid: &str, label: &str) -> Option<Secret<[u8; 32]>> {
        let root = self.roots.iter().find(|root| root.kid == kid)?;
        Some(Secret::new(root.derive(label)))
    }

    /// The bytes of the key for `label`, once for each root key that is not retired: to hand out to a verifier.
    pub fn export(&self, label: &str) -> Vec<(String, Secret<[u8; 32]>)> {
        self.roots
            .iter()
            .filter(|root| !root.retired)
            .map(|root| (root.kid.clone(), Secret::new(root.derive(label))))
            .collect()
    }
}

impl RootKey {
    fn parse(entry: &str) -> Option<Self> {
        let (retired, entry) = match entry.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, entry),
        };
        let (kid, secret) = entry.split_once(':')?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if kid.is_empty() || kid.len() > MAX_KID_LENGTH || !kid.bytes().all(plain) {
            return None;
        }
        Some(Self { kid: kid.to_owned(), secret: Secret::new(base64url::decode_array(secret)?), retired })
    }

    fn derive(&self, label: &str) -> [u8; 32] {
        let mut out = [0; 32];
        let info = [b"postern/v1/", label.as_bytes()];
        // RFC 5869 §2.3: expand fails only beyond 255 * 32 bytes; 32 are asked for.
        let _ = Hkdf::<Sha256>::new(None, self.secret.expose()).expand_multi_info(&info, &mut out);
        out
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.roots.iter().map(|root| &root.kid)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn rfc_5869_test_case_1() {
        let ikm = [0x0b; 22];
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let mut okm = [0; 42];
        Hkdf::<Sha256>::new(Some(&salt), &ikm).expand(&info, &mut okm).unwrap();
        assert_eq!(okm[..8], [0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a]);
        assert_eq!(okm[40..], [0x58, 0x65]);
    }

    #[test]
    fn rfc_5869_test_case_3_has_no_salt_as_here() {
        let mut okm = [0; 42];
        Hkdf::<Sha256>::new(None, &[0x0b; 22]).expand(&[], &mut okm).unwrap();
        assert_eq!(okm[..4], [0x8d, 0xa4, 0xe7, 0x75]);
    }

    #[test]
    fn malformed_lists_are_refused() {
        let cases = [
            ("", KeyringError::Empty),
            (" , ", KeyringError::Empty),
            ("k1", KeyringError::MalformedEntry),
            ("k1:short", KeyringError::MalformedEntry),
            (&format!(":{ZEROS}"), KeyringError::MalformedEntry),
            (&format!("k 1:{ZEROS}"), KeyringError::MalformedEntry),
            (&format!("{}:{ZEROS}", "k".repeat(17)), KeyringError::MalformedEntry),
            (&format!("k1:{ZEROS}="), KeyringError::MalformedEntry),
            (&format!("!k1:{ZEROS}"), KeyringError::FirstKeyRetired),
            (&format!("k1:{ZEROS},k1:{ZEROS}"), KeyringError::RepeatedKid),
        ];
        for (text, error) in cases {
            assert_eq!(Keyring::parse(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn labels_and_kids_separate_keys() {
        let ring = Keyring::parse(&format!("a:{ZEROS},b:{}", base64url::encode([1; 32]))).unwrap();
        let tag = |kid, label| ring.key(kid, label, Accepts::Current).unwrap().sign(b"m");
        assert_eq!(tag("a", "code"), tag("a", "code"));
        assert_ne!(tag("a", "code"), tag("a", "refresh"));
        assert_ne!(tag("a", "code"), tag("b", "code"));
    }

    #[test]
    fn a_retired_key_verifies_long_lived_things_only_and_is_not_handed_out() {
        let ring = Keyring::parse(&format!("a:{ZEROS}, !b:{ZEROS}")).unwrap();
        assert!(ring.key("b", "refresh", Accepts::Retired).is_some());
        assert!(ring.key("b", "access", Accepts::Current).is_none());
        assert!(ring.key("c", "access", Accepts::Retired).is_none());
        assert_eq!(ring.export("access").len(), 1);
    }

    #[test]
    fn lists_and_names_are_as_long_as_they_may_be_and_no_longer() {
        let list = |n: usize| (0..n).map(|n| format!("k{n}:{ZEROS}")).collect::<Vec<_>>().join(",");
        assert!(Keyring::parse(&list(8)).is_ok());
        for too_many in [9, 10] {
            assert_eq!(Keyring::parse(&list(too_many)).err(), Some(KeyringError::TooMany));
        }
        let named = |length: usize| Keyring::parse(&format!("{}:{ZEROS}", "k".repeat(length)));
        assert!(named(16).is_ok());
        assert!(named(17).is_err() && named(18).is_err());
        assert!(Keyring::parse(&format!("2026-11_a:{ZEROS}")).is_ok());
    }

    #[test]
    fn a_keyring_shows_names_and_no_secrets() {
        let shown = format!("{:?}", Keyring::parse(&format!("k1:{ZEROS},k2:{ZEROS}")).unwrap());
        assert_eq!(shown, r#"["k1", "k2"]"#);
    }
}
