//! The envelope of every compact credential: something we said, carried by others, that only we can have said.
//!
//! `prefix ‖ base64url( version ‖ kid length ‖ kid ‖ payload ‖ HMAC-SHA256 )`. The tag covers prefix and everything
//! before it, under a key of the purpose alone, so that no credential can be passed off as another. Contents are
//! readable by whoever holds it; they are not secret, they are unforgeable.

use crate::base::base64url;
use crate::jose::hs256::TAG_LENGTH;
use crate::jose::keyring::{Accepts, Keyring};

/// Longest text that is looked at, in bytes.
const MAX_LENGTH: usize = 16 * 1024;
const VERSION: u8 = 1;

/// What kind of credential an envelope holds.
#[derive(Debug)]
pub struct Purpose {
    /// The label of its key.
    pub label: &'static str,
    /// The readable prefix, for people and secret scanners.
    pub prefix: &'static str,
    /// Whether retired root keys still verify it.
    pub accepts: Accepts,
}

/// An envelope whose tag was right.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    /// The root key it was sealed under.
    pub kid: String,
    /// What was sealed.
    pub payload: Vec<u8>,
}

/// Seals under today's key.
pub fn seal(keyring: &Keyring, purpose: &Purpose, payload: &[u8]) -> String {
    seal_under(keyring, keyring.signing_kid(), purpose, payload).unwrap_or_default()
}

/// Seals under a named key; `None` where that key is gone. The same arguments give the same text.
pub fn seal_under(keyring: &Keyring, kid: &str, purpose: &Purpose, payload: &[u8]) -> Option<String> {
    let key = keyring.key(kid, purpose.label, purpose.accepts)?;
    let mut bytes = Vec::with_capacity(payload.len().saturating_add(kid.len()).saturating_add(40));
    bytes.push(VERSION);
    bytes.push(u8::try_from(kid.len()).ok()?);
    bytes.extend_from_slice(kid.as_bytes());
    bytes.extend_from_slice(payload);
    let tag = key.sign(&bytes);
    bytes.extend_from_slice(&tag);
    Some(format!("{}{}", purpose.prefix, base64url::encode(&bytes)))
}

/// Opens; `None` for anything that was not sealed for this purpose by a key that still counts.
pub fn open(keyring: &Keyring, purpose: &Purpose, text: &str) -> Option<Opened> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let bytes = base64url::decode(text.strip_prefix(purpose.prefix)?)?;
    let (said, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_LENGTH)?)?;
    let (&version, rest) = said.split_first()?;
    let (&kid_length, rest) = rest.split_first()?;
    let (kid, payload) = rest.split_at_checked(usize::from(kid_length))?;
    let kid = std::str::from_utf8(kid).ok()?;
    let key = keyring.key(kid, purpose.label, purpose.accepts)?;
    if version != VERSION || !key.verifies(said, tag) {
        return None;
    }
    Some(Opened { kid: kid.to_owned(), payload: payload.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE: Purpose = Purpose { label: "code", prefix: "pac_", accepts: Accepts::Current };
    const REFRESH: Purpose = Purpose { label: "refresh", prefix: "prt_", accepts: Accepts::Retired };

    fn ring() -> Keyring {
        Keyring::parse(&format!("k1:{},k2:{}", base64url::encode([1; 32]), base64url::encode([2; 32])))
            .unwrap()
    }

    proptest! {
        #[test]
        fn sealing_is_undone(payload: Vec<u8>) {
            let opened = open(&ring(), &CODE, &seal(&ring(), &CODE, &payload));
            prop_assert_eq!(opened, Some(Opened { kid: "k1".into(), payload }));
        }

        #[test]
        fn any_changed_character_is_refused(at in 0usize..90, with in "[A-Za-z0-9_-]") {
            let text = seal(&ring(), &CODE, &[7; 32]);
            let at = at % text.len();
            let mut forged = text.clone();
            forged.replace_range(at..=at, &with);
            prop_assert_eq!(open(&ring(), &CODE, &forged).is_some(), forged == text);
        }

        #[test]
        fn nothing_panics(text in "(pac_)?[A-Za-z0-9_-]{0,120}") {
            prop_assert_eq!(open(&ring(), &CODE, &text), None);
        }
    }

    #[test]
    fn purposes_do_not_mix_even_with_the_other_prefix() {
        let code = seal(&ring(), &CODE, b"x");
        assert_eq!(open(&ring(), &REFRESH, &code), None);
        assert_eq!(open(&ring(), &REFRESH, &code.replace("pac_", "prt_")), None);
    }

    #[test]
    fn a_named_key_seals_the_same_text_again_after_rotation() {
        let text = seal_under(&ring(), "k2", &REFRESH, b"x");
        let later =
            Keyring::parse(&format!("k3:{},!k2:{}", base64url::encode([3; 32]), base64url::encode([2; 32])));
        assert_eq!(seal_under(&later.unwrap(), "k2", &REFRESH, b"x"), text);
        assert_eq!(seal_under(&ring(), "gone", &REFRESH, b"x"), None);
    }

    #[test]
    fn texts_are_looked_at_up_to_a_length() {
        // 12,285 bytes in all are 16,380 characters, and four of the prefix.
        let longest = seal(&ring(), &CODE, &[7; 12_285 - 36]);
        assert_eq!(longest.len(), 16 * 1024);
        assert!(open(&ring(), &CODE, &longest).is_some());
        for over in [1, 2, 3] {
            assert!(open(&ring(), &CODE, &seal(&ring(), &CODE, &vec![7; 12_285 - 36 + over])).is_none());
        }
    }
}
