//! The rules of OAuth: pure, synchronous. `now` and randomness are arguments.

pub mod account;
pub mod authorization;
pub mod calendar;
pub mod client_auth;
pub mod csrf;
pub mod discovery;
pub mod dpop;
pub mod grant;
pub mod introspection;
pub mod journal;
pub mod mcp;
pub mod oidc;
pub mod operator_journal;
pub mod owner_form;
pub mod registration;
pub mod resource;
pub mod revocation;
pub mod signing_keys;
pub mod token;
pub mod webauthn;
