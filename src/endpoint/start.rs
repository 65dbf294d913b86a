//! `/`: what this is and where to go.

use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::pages::start;

/// Answers.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    Ok(Response::page(200, start::render(&Browser::of(world, request).frame(world)), None))
}

/// `/healthz`: it serves.
pub fn health() -> Handled {
    Ok(Response::json(200, &serde_json::json!({ "status": "ok" })))
}
