//! `/static/…`: small files that are part of the module.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::endpoint::Handled;
use crate::endpoint::World;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::routes::not_found;
use crate::pages::assets::{self, STYLESHEET};

/// Answers. Who names a version may keep it for good: another version has another address.
pub fn get(world: &World<'_>, request: &Request, name: &str) -> Handled {
    let Some(asset) = assets::ALL.iter().find(|asset| asset.name == name) else {
        return Ok(not_found(world, request));
    };
    let own = assets::own_style(&world.config.brand).filter(|_| name == STYLESHEET.name);
    let age = if request.query.starts_with("v=") { "31536000, immutable" } else { "3600" };
    let mut response = Response::empty(200);
    response.body = match own {
        Some(own) => format!("{}{own}", asset.body).into_bytes().into(),
        None => asset.body.as_bytes().into(),
    };
    Ok(response
        .with(CONTENT_TYPE, asset.content_type)
        .with(CACHE_CONTROL, &format!("public, max-age={age}"))
        .with(CONTENT_SECURITY_POLICY, "default-src 'none'"))
}
