//! How an owner proved who they are, in the words of OpenID Connect Core §2 (`acr`, `amr`).

use serde::{Deserialize, Serialize};

/// A way of signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// A user name and its password.
    #[default]
    Password,
}

impl SignInMethod {
    /// All of them, for discovery.
    pub const ALL: [Self; 1] = [Self::Password];

    /// Authentication method references (RFC 8176 §2).
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
        }
    }

    /// The authentication context class: a level of assurance (ISO/IEC 29115), as OpenID Connect Core §2 suggests.
    pub const fn acr(self) -> &'static str {
        match self {
            Self::Password => "1",
        }
    }
}
