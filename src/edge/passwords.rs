//! Password hashes: Argon2id in Rust, PBKDF2 by the platform, which has it six times as fast.

use async_trait::async_trait;

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::edge::task::end_of;
use crate::edge::{Edge, glue, thrown};
use crate::model::password::Algorithm;
use crate::store::Unavailable;
use crate::store::passwords::{PasswordHasher, argon2id};

#[async_trait(?Send)]
impl PasswordHasher for Edge {
    async fn hash(
        &self,
        password: &Secret<String>,
        algorithm: Algorithm,
        salt: Opaque<16>,
    ) -> Result<Secret<Vec<u8>>, Unavailable> {
        match algorithm {
            Algorithm::Argon2id { memory, passes } => argon2id(password, memory, passes, salt),
            Algorithm::Pbkdf2 { iterations } => {
                let ticket = glue::pbkdf2(password.expose().as_bytes(), &salt.0, iterations);
                let bits = end_of(ticket).await.map_err(thrown)?;
                Ok(Secret::new(glue::bytes(&bits).unwrap_or_default()))
            }
        }
    }
}
