//! `/static/…`: small files that are part of the module.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::endpoint::Handled;
use crate::endpoint::World;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::routes::not_found;
use crate::pages::assets::{self, STYLESHEET};

/// Answers. Who names the version that is here may keep it for good: another version has another address. Who names one that is
/// not here yet must not find today's file at its address when it is.
pub fn get(world: &World<'_>, request: &Request, name: &str) -> Handled {
    let Some(asset) = assets::ALL.iter().find(|asset| asset.name == name) else {
        return Ok(not_found(world, request));
    };
    let own = assets::own_style(&world.config.brand).filter(|_| name == STYLESHEET.name);
    let address = match name == STYLESHEET.name {
        true => assets::stylesheet(&world.config.brand),
        false => asset.address(),
    };
    let named = address.split_once('?').is_some_and(|(_, version)| version == request.query);
    let age = if named { "31536000, immutable" } else { "3600" };
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
