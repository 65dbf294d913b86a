//! The whole server on memory stores: a clock that is set by hand, seeded entropy, one file per URL.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

mod account;
mod admin;
mod authorize;
mod budget;
mod consent;
mod console;
mod demo;
mod demo_mcp;
mod events;
mod introspect;
mod limits;
mod pages;
mod register;
mod register_manage;
mod revoke;
mod routes;
mod sign_in;
mod sign_out;
mod sign_up;
mod stale;
mod token;
mod token_exchange;
mod token_refresh;
mod unavailable;
mod well_known;
