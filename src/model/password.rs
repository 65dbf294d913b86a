//! Password hashes, with the parameters they were made with.

use serde::{Deserialize, Serialize};

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;

/// Shortest password, in characters (NIST SP 800-63B-4 §3.1.1.2).
pub const MIN_LENGTH: usize = 8;
/// Longest password, in bytes: longer ones are refused, never cut.
pub const MAX_LENGTH: usize = 256;

/// How a password is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// Argon2id (RFC 9106).
    Argon2id {
        /// Memory, in KiB.
        memory: u32,
        /// Passes over it.
        passes: u32,
    },
    /// PBKDF2 with HMAC-SHA256 (RFC 8018 §5.2).
    Pbkdf2 {
        /// Iterations; the platform refuses more than 100,000.
        iterations: u32,
    },
}

/// 19 MiB and 2 passes on one lane.
pub const ARGON2ID: Algorithm = Algorithm::Argon2id { memory: 19 * 1024, passes: 2 };
/// The platform's cap.
pub const PBKDF2: Algorithm = Algorithm::Pbkdf2 { iterations: 100_000 };

/// A password at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordHash {
    /// How it was made.
    pub algorithm: Algorithm,
    /// Random, one for each hash.
    pub salt: Opaque<16>,
    /// The hash.
    pub hash: Secret<Vec<u8>>,
}

/// Why a password cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// Under 8 characters.
    TooShort,
    /// Over 256 bytes.
    TooLong,
    /// It is the user name.
    IsUsername,
}

/// Whether a password may be chosen.
///
/// # Errors
/// [`PasswordError`].
pub fn check_choice(password: &Secret<String>, username: &str) -> Result<(), PasswordError> {
    let text = password.expose();
    if text.chars().count() < MIN_LENGTH {
        Err(PasswordError::TooShort)
    } else if text.len() > MAX_LENGTH {
        Err(PasswordError::TooLong)
    } else if text.to_lowercase() == username.to_lowercase() {
        Err(PasswordError::IsUsername)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pbkdf2_stays_within_the_cap_that_production_enforces_and_development_does_not() {
        assert!(matches!(PBKDF2, Algorithm::Pbkdf2 { iterations } if iterations <= 100_000));
    }

    #[test]
    fn short_long_and_self_named_passwords_are_refused() {
        let check = |text: &str| check_choice(&Secret::new(text.to_owned()), "alice@example.com");
        assert_eq!(check("1234567"), Err(PasswordError::TooShort));
        assert_eq!(check("한글여덟글자입니"), Ok(()));
        assert_eq!(check(&"a".repeat(257)), Err(PasswordError::TooLong));
        assert_eq!(check("Alice@Example.com"), Err(PasswordError::IsUsername));
    }
}
