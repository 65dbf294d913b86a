//! The grant machine, exhaustively: every order of events within a bound, and every promise after each of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod commands;
mod grant;
mod history;
mod machine;
mod rules;
mod saboteurs;
mod world;
