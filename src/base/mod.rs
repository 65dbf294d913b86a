//! Tools without an OAuth word in them: time, randomness, secrets, encodings.

pub mod base64url;
pub mod cache_control;
pub mod digest;
pub mod entropy;
pub mod form;
pub mod json;
pub mod opaque;
pub mod secret;
pub mod text;
pub mod time;
