//! Public-key cryptography, done by whoever has it fast: WebCrypto in the Worker.

use async_trait::async_trait;

use crate::base::secret::Secret;
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::jwk::Jwk;
use crate::store::Unavailable;

/// A key pair that was just made.
#[derive(Debug)]
pub struct KeyPair {
    /// The public part.
    pub public: Jwk,
    /// The private part (PKCS #8, RFC 5958).
    pub private: Secret<Vec<u8>>,
}

/// Makes keys, verifies signatures, and seals what must not be read at rest.
#[async_trait(?Send)]
pub trait Signatures {
    /// A new key pair.
    async fn generate(&self, algorithm: SigningAlgorithm) -> Result<KeyPair, Unavailable>;
    /// Whether `signature` is that of `message` under the key. A key that is no key verifies nothing.
    async fn verify(&self, key: &Jwk, message: &[u8], signature: &[u8]) -> Result<bool, Unavailable>;
    /// Encrypts and authenticates (AES-256-GCM).
    async fn seal(&self, key: &Secret<[u8; 32]>, plain: &Secret<Vec<u8>>) -> Result<Vec<u8>, Unavailable>;
    /// The other way round; `None` where it was not sealed under this key.
    async fn open(
        &self,
        key: &Secret<[u8; 32]>,
        sealed: &[u8],
    ) -> Result<Option<Secret<Vec<u8>>>, Unavailable>;
}
