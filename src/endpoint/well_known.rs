//! `/.well-known/…`: what there is and where (RFC 8414, RFC 9728).

use http::header::CACHE_CONTROL;

use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::scope::STANDARD;
use crate::protocol::discovery::authorization_server_metadata;
use crate::protocol::resource::{known_audiences, resource_metadata};
use crate::protocol::signing_keys::DOCUMENT_LIFETIME;

/// Documents may be kept for as long as a deployment may take to reach everywhere.
const KEEP: &str = "public, max-age=300";

/// `/.well-known/oauth-authorization-server` and `/.well-known/openid-configuration`; with the path of a resource behind
/// it, the document of the server that guards it: some clients look there first.
pub fn authorization_server(world: &World<'_>, path: &str) -> Handled {
    let identifier = format!("{}{path}", world.issuer);
    let resources = known_audiences(world.config, &world.issuer);
    if !path.is_empty() && !resources.iter().any(|resource| resource.identifier == identifier) {
        return Ok(Response::error(404, "not_found", "there is no such issuer or resource here"));
    }
    let document = authorization_server_metadata(world.config, &world.issuer);
    Ok(Response::json(200, &document).with(CACHE_CONTROL, KEEP))
}

/// `/jwks.json`: what our signatures are verified with. Kept no longer than a new key waits before it signs.
pub async fn jwks(world: &World<'_>) -> Handled {
    let keys = world.signing_keys.current(world.keyring).await?;
    let keep = format!("public, max-age={}", DOCUMENT_LIFETIME.0);
    Ok(Response::json(200, &keys.to_document(world.now)).with(CACHE_CONTROL, &keep))
}

/// `/.well-known/oauth-protected-resource`, and with a resource's path behind it.
pub fn protected_resource(world: &World<'_>, path: &str) -> Handled {
    if path.is_empty() {
        let entries = world.config.catalogue.entries().iter();
        let scopes: Vec<_> = entries
            .map(|entry| entry.name.clone())
            .filter(|name| !STANDARD.contains(&name.as_str()))
            .collect();
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
