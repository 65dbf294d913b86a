//! How an owner proved who they are, in the words of OpenID Connect Core §2 (`acr`, `amr`).

use serde::{Deserialize, Serialize};

/// Something that is known, and that a page of somebody else could have asked for.
const ONE_FACTOR: &str = "1";
/// Something that is held and something that unlocks it, and no page of anybody else can ask for it.
const TWO_FACTORS: &str = "2";

/// A way of signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// A user name and its password.
    #[default]
    Password,
    /// A passkey, which verified whoever used it.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

impl SignInMethod {
    /// Their authentication context classes, for discovery.
    pub const ACRS: [&str; 2] = [ONE_FACTOR, TWO_FACTORS];

    /// Authentication method references (RFC 8176 §2).
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            // A key that only its holder has, and a finger, a face or a number that unlocks it.
            Self::Passkey => &["pop", "mfa", "user"],
            Self::RecoveryCode => &["otp"],
        }
    }

    /// The authentication context class: a level of assurance (ISO/IEC 29115), as OpenID Connect Core §2 suggests.
    pub const fn acr(self) -> &'static str {
        match self {
            Self::Password | Self::RecoveryCode => ONE_FACTOR,
            Self::Passkey => TWO_FACTORS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discovery_names_the_class_of_every_way_and_no_other() {
        let all = [SignInMethod::Password, SignInMethod::Passkey, SignInMethod::RecoveryCode];
        assert!(all.iter().all(|method| SignInMethod::ACRS.contains(&method.acr())));
        assert!(SignInMethod::ACRS.iter().all(|acr| all.iter().any(|method| method.acr() == *acr)));
    }
}
