//! The platform: fetch entry, KV, Durable Objects, clock, randomness. Compiled for wasm32 alone. Never a decision.

mod account_object;
mod calendar_object;
mod clock;
mod entropy;
mod entry;
mod glue;
mod grant_object;
mod http;
mod journal_object;
mod kv;
mod object_stub;
mod passwords;
#[cfg(feature = "planted-panic")]
mod planted_panic;
mod rate_limits;
mod record;
mod settings;
mod signatures;
mod signing_keys_object;
mod task;
mod web;

use std::cell::Cell;

use wasm_bindgen::JsValue;

use crate::base::time::UnixTime;
use crate::edge::glue::Env;
use crate::protocol::grant::Once;
use crate::store::Unavailable;
use crate::store::meter::Meter;
use crate::store::proof_memory::{ProofMemory, SeenProofs};

/// The stores of the Worker, and what they were asked.
pub struct Edge {
    env: Env,
    /// Operations of this request.
    pub meter: Meter,
    /// Whether the log has heard of a rate limiter that does not answer.
    limiter_failed: Cell<bool>,
}

impl Edge {
    /// Of one request, or of one call inside an object.
    pub fn new(env: Env) -> Self {
        Self { env, meter: Meter::default(), limiter_failed: Cell::default() }
    }

    /// Tells the log, and the data set `EVENTS` where there is one.
    pub fn tell(&self, line: &str) {
        glue::tell(&self.env, line);
    }
}

thread_local! {
    static PROOFS: SeenProofs = const { SeenProofs::new() };
}

impl ProofMemory for Edge {
    fn first_use(&self, once: Once, now: UnixTime) -> bool {
        PROOFS.with(|seen| seen.first_use(once, now))
    }
}

/// The platform's errors are for the log.
fn unavailable(error: impl std::fmt::Display) -> Unavailable {
    Unavailable(error.to_string())
}

/// What JavaScript threw is for the log, too.
fn thrown(error: JsValue) -> Unavailable {
    unavailable(glue::message(&error))
}

/// For the platform, which logs it and tries again.
fn failed(error: Unavailable) -> JsValue {
    glue::failure(&error.0)
}
