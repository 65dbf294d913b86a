//! The token endpoint's rules (RFC 6749 §4.1.3, §5, §6).

mod error;
mod issue;
mod request;

pub use error::TokenRefusal;
pub use issue::{TokenResponse, issue};
pub use request::{CodeRequest, RefreshRequest, TokenRequest, refresh_terms};
