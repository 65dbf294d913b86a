//! Black box: the built module in real workerd, asked over HTTP by clients and a browser as anyone has them.
//!
//! `make test` builds the module first. Most tests share one server; a test of a setting has its own.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that panics has said what it has to say"
)]
#![expect(clippy::disallowed_methods, reason = "what is measured here runs elsewhere, and this is no wasm")]

mod app;
mod browser;
mod http;
mod secrets;
mod server;
mod signer;
mod walk;
mod write;

mod account;
mod admin;
mod alarms;
mod assertion;
mod audience;
mod budget;
mod clients;
mod consent;
mod console;
mod crash;
mod device;
mod discovery_walk;
mod dpop;
mod events;
mod guessing;
mod hostile;
mod limits;
mod log;
mod logo;
mod logout;
mod mcp;
mod midway;
mod pages;
mod panic;
mod races;
mod rate_limits;
mod readme;
mod refusals;
mod registration;
mod rim;
mod settings;
mod sign_in;
mod sign_in_clients;
mod signing_keys;
mod story;
mod token_exchange;
mod tokens;
