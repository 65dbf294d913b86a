//! The token endpoint's rules (RFC 6749 §4.1.3, §4.4, §5, §6; RFC 8628).

mod authorization_code;
mod client_credentials;
mod device_code;
mod error;
mod exchange;
mod issue;
mod refresh_token;
mod request;
mod scope;

pub use authorization_code::CodeRequest;
pub use client_credentials::OwnRequest;
pub use device_code::{PollRequest, device_request};
pub use error::TokenRefusal;
pub use exchange::{ExchangeRefusal, ExchangeRequest};
pub use issue::{TokenResponse, issue};
pub use refresh_token::RefreshRequest;
pub use request::{Asked, Context, TokenRequest, refresh_terms};
