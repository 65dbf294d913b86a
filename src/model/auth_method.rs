//! How a client authenticates at the back-channel endpoints (RFC 7591 §2, `token_endpoint_auth_method`).

use serde::{Deserialize, Serialize};

/// A client authentication method. The order is the sealed format: see `client_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMethod {
    /// HTTP Basic (RFC 6749 §2.3.1).
    #[serde(rename = "client_secret_basic")]
    SecretBasic,
    /// Id and secret in the form (RFC 6749 §2.3.1).
    #[serde(rename = "client_secret_post")]
    SecretPost,
    /// A public client: it cannot keep a secret and has none.
    #[serde(rename = "none")]
    None,
    /// An assertion under its secret (RFC 7523 §2.2, OpenID Connect Core §9).
    #[serde(rename = "client_secret_jwt")]
    SecretJwt,
    /// An assertion under a key of its own (RFC 7523 §2.2, OpenID Connect Core §9).
    #[serde(rename = "private_key_jwt")]
    PrivateKeyJwt,
}

impl AuthMethod {
    /// All of them, for discovery.
    pub const ALL: [Self; 5] =
        [Self::SecretBasic, Self::SecretPost, Self::None, Self::SecretJwt, Self::PrivateKeyJwt];

    /// From its registered word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.word() == word)
    }

    /// Its registered word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SecretBasic => "client_secret_basic",
            Self::SecretPost => "client_secret_post",
            Self::None => "none",
            Self::SecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// Whether the client can prove who it is (RFC 6749 §2.1).
    pub fn is_confidential(self) -> bool {
        self != Self::None
    }

    /// Whether the client holds a secret that it got from here.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::SecretBasic | Self::SecretPost | Self::SecretJwt)
    }
}
