//! The token endpoint's rules (RFC 6749 §4.1.3, §5, §6).

mod authorization_code;
mod error;
mod exchange;
mod issue;
mod refresh_token;
mod request;

pub use authorization_code::CodeRequest;
pub use error::TokenRefusal;
pub use exchange::{ExchangeRefusal, ExchangeRequest};
pub use issue::{TokenResponse, issue};
pub use refresh_token::RefreshRequest;
pub use request::{Asked, Context, TokenRequest, refresh_terms};
