//! What kind of app a developer makes, in plain words. OAuth has client types and grant types (RFC 6749 §2.1); these are what
//! people call them.

use serde::{Deserialize, Serialize};

use crate::model::auth_method::AuthMethod;
use crate::model::grant_type::GrantType;

/// A kind of app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    /// On a server, where a secret can be kept.
    #[default]
    Web,
    /// In a browser alone.
    Page,
    /// Installed on people's devices.
    Native,
    /// For itself: no person signs in.
    Machine,
}

impl AppKind {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Web, Self::Page, Self::Native, Self::Machine];

    /// Its word in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Page => "page",
            Self::Native => "native",
            Self::Machine => "machine",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// How it authenticates.
    pub const fn auth_method(self) -> AuthMethod {
        match self {
            Self::Web | Self::Machine => AuthMethod::SecretBasic,
            Self::Page | Self::Native => AuthMethod::None,
        }
    }

    /// Which grant types it uses.
    pub const fn grant_types(self) -> &'static [GrantType] {
        match self {
            Self::Machine => &[GrantType::ClientCredentials],
            Self::Web | Self::Page | Self::Native => &[GrantType::AuthorizationCode, GrantType::RefreshToken],
        }
    }

    /// Whether people are sent to it.
    pub const fn redirects(self) -> bool {
        !matches!(self, Self::Machine)
    }
}
