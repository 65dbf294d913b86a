//! Postern: an OAuth 2.1 authorization server, and the guards of its resources, as one Cloudflare Workers module.
//!
//! The floors of the house. Each may use only those below it; `tests/floors.rs` reads the imports.
//!
//! | floor | what it is | never |
//! |---|---|---|
//! | `edge` | wasm32 only: fetch entry, KV, Durable Objects, clock, randomness | a decision |
//! | [`endpoint`] | one file per URL family: load, decide, store, render | a protocol rule |
//! | [`store`] | one trait per noun that endpoints ask the world for | a policy |
//! | [`pages`] | escaped HTML as functions of view structs | a query, a decision |
//! | [`protocol`] | the rules of OAuth, pure and synchronous | async, storage, HTML |
//! | [`model`] | the nouns, parsed | a decision about a request |
//! | [`jose`] | keys and signed objects | what a token is for |
//! | [`base`] | time, entropy, secrets, encodings | an OAuth word |
//!
//! A token request, from the top: `edge::entry` reads the clock and builds the [`endpoint::World`];
//! [`endpoint::routes`] finds the row; `endpoint::token` reads the form, finds the client (one KV read), lets
//! [`protocol::client_auth`] authenticate it and [`protocol::token`] read the request, and sends one command to the
//! grant's object, where [`protocol::grant::apply`] decides between a synchronous load and a synchronous save. What
//! the grant allowed is minted in one place, `protocol::token::issue`. An error is counted against whoever caused it
//! (`endpoint::limits`), and what was done is told to the log (`endpoint::audit`).

#![cfg_attr(test, expect(clippy::arithmetic_side_effects, clippy::string_slice, reason = "in tests"))]

pub mod base;
pub mod endpoint;
pub mod jose;
pub mod model;
pub mod pages;
pub mod protocol;
pub mod store;

#[cfg(target_arch = "wasm32")]
mod edge;
