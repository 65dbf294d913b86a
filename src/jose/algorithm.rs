//! Signature algorithms with a key pair (RFC 7518 §3.3, §3.4).

use serde::{Deserialize, Serialize};

/// An algorithm that we sign with, and verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

impl SigningAlgorithm {
    /// All of them. The first is what is used where nothing else was asked for: every client reads RS256.
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    /// From its registered word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.word() == word)
    }

    /// Its registered word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}
