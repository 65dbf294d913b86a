//! Identifiers: of grants and accounts (object addresses), of owners, sessions and browsers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::digest::sha256_text;
use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;

/// The address of a `Grant` object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantId(pub Opaque<32>);

/// The address of an `Account` object. A name, not a person: see [`SubjectId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub Opaque<32>);

/// The subject: a resource owner, made at sign-up, never used again for anyone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectId(pub Opaque<16>);

/// One browser session of an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub Opaque<16>);

/// Stands for a session on a page: the id itself never leaves the cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionName(String);

/// A browser that has signed in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BrowserId(pub Opaque<16>);

/// A `sub`, as one client and the resources it calls see it (OpenID Connect Core §8): an owner, or a client that acts
/// for itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(String);

/// What makes pairwise subjects unguessable: random, one for each owner, known to nobody but the owner's account and
/// browser. It does not change with the root keys, or every client would meet strangers after a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PairwiseSalt(pub Opaque<16>);

impl Subject {
    /// The same for every client.
    pub fn public(sub: SubjectId) -> Self {
        Self(sub.to_string())
    }

    /// Another for each sector: clients of two sectors cannot tell that they speak of one person.
    pub fn pairwise(sub: SubjectId, salt: PairwiseSalt, sector: &str) -> Self {
        let said = [b"postern/pairwise".as_slice(), &salt.0.0, &sub.0.0, sector.as_bytes()].concat();
        Self(sha256_text(said))
    }

    /// A client that acts for itself (RFC 9068 §2.2). Owners' subjects are 22 or 43 characters; client ids are longer,
    /// or URLs.
    pub fn client(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PairwiseSalt {
    /// A new owner's.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Opaque(random_array(entropy)))
    }
}

impl SubjectId {
    /// A new owner's.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Opaque(random_array(entropy)))
    }
}

impl SessionId {
    /// A new session's.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Opaque(random_array(entropy)))
    }
}

impl SessionId {
    /// What it is called on a page.
    pub fn name(self) -> SessionName {
        let mut name = sha256_text([b"postern/session:".as_slice(), &self.0.0].concat());
        name.truncate(16);
        SessionName(name)
    }
}

impl SessionName {
    /// From a form; `None` where it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            text.len() == 16 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        fits.then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BrowserId {
    /// A browser not seen before.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Opaque(random_array(entropy)))
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
