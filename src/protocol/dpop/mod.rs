//! Demonstrating proof of possession (RFC 9449): a request shows the key that its tokens are bound to.

mod nonce;
mod proof;
mod refusal;

pub use nonce::make_nonce;
pub use proof::{Expected, MAX_AGE, UnverifiedProof, read_proof};
pub use refusal::DpopRefusal;

/// The algorithms of proofs, as a challenge lists them (RFC 9449 §7.1).
pub const ALGORITHMS: &str = "ES256 RS256";

/// What a resource's `WWW-Authenticate` and a token's `token_type` say (RFC 9449 §5, §7.1).
pub const SCHEME: &str = "DPoP";

#[cfg(test)]
mod tests;
