//! SHA-256 (FIPS 180-4) of bytes, and as the text used in keys.

use sha2::{Digest, Sha256};

use crate::base::base64url;

/// SHA-256.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 as base64url: 43 characters that are safe in a key or a URL.
pub fn sha256_text(bytes: impl AsRef<[u8]>) -> String {
    base64url::encode(sha256(bytes))
}
