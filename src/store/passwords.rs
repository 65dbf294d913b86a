//! Slow hashes. Argon2id is computed here; PBKDF2 by whoever has it fast.

use argon2::{Argon2, Params, Version};
use async_trait::async_trait;

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::model::password::Algorithm;
use crate::store::Unavailable;

/// Length of a hash, in bytes.
const LENGTH: usize = 32;

/// Computes password hashes.
#[async_trait(?Send)]
pub trait PasswordHasher {
    /// The hash of a password.
    async fn hash(
        &self,
        password: &Secret<String>,
        algorithm: Algorithm,
        salt: Opaque<16>,
    ) -> Result<Secret<Vec<u8>>, Unavailable>;
}

/// Argon2id (RFC 9106), on one lane. Takes tens of milliseconds, and nothing else runs meanwhile.
pub fn argon2id(
    password: &Secret<String>,
    memory: u32,
    passes: u32,
    salt: Opaque<16>,
) -> Result<Secret<Vec<u8>>, Unavailable> {
    let failed = |error: argon2::Error| Unavailable(format!("argon2: {error}"));
    let params = Params::new(memory, passes, 1, Some(LENGTH)).map_err(failed)?;
    let mut out = vec![0; LENGTH];
    Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.expose().as_bytes(), &salt.0, &mut out)
        .map_err(failed)?;
    Ok(Secret::new(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_depends_on_password_salt_and_parameters() {
        let hash = |password: &str, memory, salt| {
            argon2id(&Secret::new(password.to_owned()), memory, 1, Opaque([salt; 16])).unwrap()
        };
        assert_eq!(hash("a", 64, 1), hash("a", 64, 1));
        assert_ne!(hash("a", 64, 1), hash("b", 64, 1));
        assert_ne!(hash("a", 64, 1), hash("a", 65, 1));
        assert_ne!(hash("a", 64, 1), hash("a", 64, 2));
        assert!(argon2id(&Secret::new("a".into()), 1, 1, Opaque([1; 16])).is_err());
    }
}
