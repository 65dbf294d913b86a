//! Grant types (RFC 6749 §4, registry of RFC 7591 §2), and how refresh tokens are kept.

use serde::{Deserialize, Serialize};

/// A grant type that the token endpoint speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantType {
    /// `authorization_code` (RFC 6749 §4.1).
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// `refresh_token` (RFC 6749 §6).
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// `client_credentials` (RFC 6749 §4.4).
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// The device grant (RFC 8628 §3.4).
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693 §2.1).
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

impl GrantType {
    /// All of them, for discovery.
    pub const ALL: [Self; 5] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::ClientCredentials,
        Self::DeviceCode,
        Self::TokenExchange,
    ];

    /// From its registered word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant_type| grant_type.word() == word)
    }

    /// Whether only a client may use it that somebody vouched for and that authenticates: with it, a client gets
    /// what no owner was asked about.
    pub const fn needs_vouching(self) -> bool {
        matches!(self, Self::ClientCredentials | Self::TokenExchange)
    }

    /// Its registered word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }
}

/// What happens to a refresh token when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshMode {
    /// A new one takes its place.
    #[serde(rename = "rotate")]
    Rotate,
    /// It stays. Only for clients that authenticate (RFC 9700 §2.2.2).
    #[serde(rename = "keep")]
    Keep,
}

impl RefreshMode {
    /// From our metadata word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "rotate" => Some(Self::Rotate),
            "keep" => Some(Self::Keep),
            _ => None,
        }
    }

    /// Our metadata word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rotate => "rotate",
            Self::Keep => "keep",
        }
    }
}
