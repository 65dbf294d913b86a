//! How a client authenticates at the back-channel endpoints (RFC 7591 §2, `token_endpoint_auth_method`).

use serde::{Deserialize, Serialize};

/// A client authentication method.
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
}

impl AuthMethod {
    /// All of them, for discovery.
    pub const ALL: [Self; 3] = [Self::SecretBasic, Self::SecretPost, Self::None];

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
        }
    }

    /// Whether the client holds a secret (RFC 6749 §2.1).
    pub fn is_confidential(self) -> bool {
        self != Self::None
    }
}
