//! `/.well-known/…`: what there is and where (RFC 8414, RFC 9728).

use http::header::CACHE_CONTROL;

use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::protocol::discovery::authorization_server_metadata;
use crate::protocol::resource::{known_audiences, resource_metadata};

/// Documents may be kept for as long as a deployment may take to reach everywhere.
const KEEP: &str = "public, max-age=300";

/// `/.well-known/oauth-authorization-server`.
pub fn authorization_server(world: &World<'_>) -> Handled {
    let document = authorization_server_metadata(world.config, &world.issuer);
    Ok(Response::json(200, &document).with(CACHE_CONTROL, KEEP))
}

/// `/.well-known/oauth-protected-resource`, and with a resource's path behind it.
pub fn protected_resource(world: &World<'_>, path: &str) -> Handled {
    if path.is_empty() {
        let scopes: Vec<_> = world.config.catalogue.entries().iter().map(|e| e.name.clone()).collect();
        let document = resource_metadata(world.issuer.as_str(), &scopes, &world.issuer);
        return Ok(Response::json(200, &document).with(CACHE_CONTROL, KEEP));
    }
    let identifier = format!("{}{path}", world.issuer);
    match known_audiences(world.config, &world.issuer).into_iter().find(|r| r.identifier == identifier) {
        Some(resource) => {
            // A deployment with a catalogue of its own may not have the scopes of the examples.
            let known = world.config.catalogue.all();
            let scopes: Vec<_> = resource.scopes.into_iter().filter(|scope| known.contains(scope)).collect();
            let document = resource_metadata(&resource.identifier, &scopes, &world.issuer);
            Ok(Response::json(200, &document).with(CACHE_CONTROL, KEEP))
        }
        None => Ok(Response::error(404, "not_found", "there is no such resource here")),
    }
}
