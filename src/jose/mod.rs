//! Keys and signed objects. Nothing here knows what a token is for.

pub mod hs256;
pub mod jws;
pub mod keyring;
pub mod sealed;
