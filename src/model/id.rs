//! Identifiers: of grants and accounts (object addresses), of owners, sessions and browsers.

use std::fmt;

use serde::{Deserialize, Serialize};

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

/// A browser that has signed in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BrowserId(pub Opaque<16>);

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
