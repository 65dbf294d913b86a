//! A passkey: a public key credential of an owner (Web Authentication Level 3 §4), as it is kept.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::base64url;
use crate::base::text::is_invisible;
use crate::base::time::UnixTime;
use crate::jose::jwk::Jwk;
use crate::model::id::{AccountId, SubjectId};

/// Longest credential id, in bytes (§4, "Credential ID").
const MAX_CREDENTIAL_ID: usize = 1023;
/// Longest name, in characters.
const MAX_NAME: usize = 60;

/// Which passkey: made by its authenticator, base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CredentialId(String);

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Which.
    pub id: CredentialId,
    /// Its public key.
    pub key: Jwk,
    /// What its owner calls it.
    pub name: PasskeyName,
    /// How often it has signed, as it says; zero where it does not count (§6.1.1).
    pub counter: u32,
    /// Whether it is in more places than one (§6.1.3, "Backup State").
    pub synced: bool,
    /// When it was registered.
    pub created_at: UnixTime,
    /// When it last signed in.
    pub used_at: Option<UnixTime>,
}

/// What an owner calls a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasskeyName(String);

/// Whose passkey it is, as its authenticator keeps it (§5.4.3, `user.id`): where the account is, and the person. A name that
/// was deleted and taken again is another person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserHandle {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub sub: SubjectId,
}

impl CredentialId {
    /// From its bytes; `None` for an empty or too long one.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        (1..=MAX_CREDENTIAL_ID).contains(&bytes.len()).then(|| Self(base64url::encode(bytes)))
    }

    /// From its text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_bytes(&base64url::decode(text)?)
    }

    /// Base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PasskeyName {
    /// From a form field; `None` where it is empty, too long, or does not show.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let shows = !text.is_empty() && text.chars().count() <= MAX_NAME && !text.chars().any(is_invisible);
        shows.then(|| Self(text.to_owned()))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UserHandle {
    /// 48 bytes, base64url.
    pub fn text(&self) -> String {
        base64url::encode([self.account.0.0.as_slice(), &self.sub.0.0].concat())
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64url::decode_array::<48>(text)?;
        let (account, sub) = bytes.split_at_checked(32)?;
        Some(Self {
            account: AccountId(crate::base::opaque::Opaque(account.try_into().ok()?)),
            sub: SubjectId(crate::base::opaque::Opaque(sub.try_into().ok()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;

    #[test]
    fn a_handle_reads_back_and_no_other_length_does() {
        let handle = UserHandle { account: AccountId(Opaque([1; 32])), sub: SubjectId(Opaque([2; 16])) };
        assert_eq!(UserHandle::parse(&handle.text()), Some(handle));
        for text in ["", "AA", &handle.text()[1..], &format!("{}A", handle.text())] {
            assert_eq!(UserHandle::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_and_ids_have_bounds() {
        assert_eq!(PasskeyName::parse(" 내 휴대폰 ").unwrap().as_str(), "내 휴대폰");
        assert!(PasskeyName::parse(&"x".repeat(60)).is_some());
        for name in ["", "  ", "a\u{202e}", &"x".repeat(61)] {
            assert!(PasskeyName::parse(name).is_none(), "{name}");
        }
        assert!(CredentialId::of_bytes(&[0; 1023]).is_some() && CredentialId::of_bytes(&[0; 1024]).is_none());
        assert!(CredentialId::parse("").is_none() && CredentialId::parse("A=").is_none());
    }
}
