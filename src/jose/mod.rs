//! Keys and signed objects. Nothing here knows what a token is for.

pub mod algorithm;
pub mod hs256;
pub mod jwk;
pub mod jws;
pub mod keyring;
pub mod sealed;
pub mod signed;
