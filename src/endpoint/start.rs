//! `/`: what this is and where to go.

use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::config::SignUp;
use crate::pages::start;

/// Answers.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let frame = Browser::of(world, request).frame(world);
    Ok(Response::page(200, start::render(&frame, world.config.sign_up == SignUp::Open), None))
}

/// `/healthz`: it serves.
pub fn health() -> Handled {
    Ok(Response::json(200, &serde_json::json!({ "status": "ok" })))
}
