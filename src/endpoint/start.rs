//! `/`: what this is and where to go.

use crate::endpoint::Handled;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::pages::start;

/// Answers.
pub fn get(request: &Request) -> Handled {
    Ok(Response::page(200, start::render(request.language()), None))
}

/// `/healthz`: it serves.
pub fn health() -> Handled {
    Ok(Response::json(200, &serde_json::json!({ "status": "ok" })))
}
