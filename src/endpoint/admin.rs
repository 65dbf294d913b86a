//! `/admin/…`: calls of the operator, with `ADMIN_TOKEN`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::base::base64url;
use crate::endpoint::form::{Face, read_body};
use crate::endpoint::register::{bearer, event};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, Handled, World};
use crate::model::client_id::{ClientId, ProvenClientId};
use crate::model::event::{Event, EventKind};
use crate::model::purpose::access_label;

#[derive(Deserialize)]
struct AudienceKey {
    audience: String,
}

#[derive(Deserialize)]
struct NamedClient {
    client_id: String,
}

/// `POST /admin/audience-key`: the verification key of one configured audience as a JWK set (RFC 7517), one key per
/// root key that is not retired. Its holder can make tokens for that audience, and for no other.
pub async fn audience_key(world: &World<'_>, request: &Request) -> Handled {
    let asked: AudienceKey = read(world, request).await?;
    // Only what is configured: never the issuer's own, nor that of a resource that lives here.
    let configured = world.config.resources.iter().any(|resource| resource.identifier == asked.audience);
    if !configured || world.issuer.is_origin_of(&asked.audience) {
        return Ok(Response::error(404, "invalid_target", "no such audience in RESOURCES"));
    }
    let keys: Vec<Value> = world
        .keyring
        .export(&access_label(&asked.audience))
        .into_iter()
        .map(|(kid, key)| {
            json!({ "kty": "oct", "use": "sig", "alg": "HS256", "kid": kid, "k": base64url::encode(key.expose()) })
        })
        .collect();
    let event = Event::of(EventKind::AudienceKeyIssued).audience(&asked.audience);
    Ok(Response::json(200, &json!({ "keys": keys })).with_event(event))
}

/// `POST /admin/clients/deny`: a sealed client, or one whose id is an address, no longer works. Nothing else can stop it:
/// it is not stored.
pub async fn deny_client(world: &World<'_>, request: &Request) -> Handled {
    let id = unstored_client(world, request).await?;
    world.clients.deny(&id).await?;
    Ok(done(EventKind::ClientDenied, &id))
}

/// `POST /admin/clients/allow`: it works again.
pub async fn allow_client(world: &World<'_>, request: &Request) -> Handled {
    let id = unstored_client(world, request).await?;
    world.clients.allow(&id).await?;
    Ok(done(EventKind::ClientAllowed, &id))
}

/// `POST /admin/rotate-keys`: new keys for ID tokens. They sign when every verifier knows them; until then a second
/// rotation is refused.
pub async fn rotate_keys(world: &World<'_>, request: &Request) -> Handled {
    admit(world, request)?;
    let reply = world.signing_keys.rotate(world.keyring).await?;
    if reply.pending {
        return Ok(Response::error(
            409,
            "invalid_request",
            "a rotation is under way: its keys do not sign yet",
        ));
    }
    let keys: Vec<Value> = reply
        .keys
        .0
        .iter()
        .map(|key| {
            json!({ "kid": key.kid, "alg": key.algorithm().word(), "active_at": key.active_at.seconds(),
                "gone_at": key.gone_at.map(|at| at.seconds()) })
        })
        .collect();
    Ok(Response::json(200, &json!({ "keys": keys })).with_event(Event::of(EventKind::SigningKeysRotated)))
}

fn done(kind: EventKind, id: &ClientId) -> Response {
    Response::empty(204).no_store().with_event(event(kind, id))
}

async fn unstored_client(world: &World<'_>, request: &Request) -> Result<ClientId, Halt> {
    let asked: NamedClient = read(world, request).await?;
    match ClientId::prove(world.keyring, &asked.client_id) {
        Some(ProvenClientId::Sealed { id, .. } | ProvenClientId::Url(id)) => Ok(id),
        _ => Err(Response::error(
            400,
            "invalid_request",
            "not the id of a client that registered anonymously, nor an address",
        )
        .into()),
    }
}

async fn read<T: for<'de> Deserialize<'de>>(world: &World<'_>, request: &Request) -> Result<T, Halt> {
    admit(world, request)?;
    let body = read_body(world, request, Face::Json, "application/json").await?;
    serde_json::from_slice(&body).map_err(|_| {
        Response::error(400, "invalid_request", "the body is not the JSON object this call takes").into()
    })
}

fn admit(world: &World<'_>, request: &Request) -> Result<(), Halt> {
    let Some(expected) = &world.config.admin_token else {
        let description = "admin calls are off: the secret ADMIN_TOKEN is not set";
        return Err(Response::error(403, "access_denied", description).into());
    };
    if bearer(request).as_ref() != Some(expected) {
        let response = Response::error(401, "invalid_token", "the admin token is missing or wrong");
        let response =
            response.with(http::header::WWW_AUTHENTICATE, "Bearer").because(format_args!("AdminToken"));
        return Err(response.fault().into());
    }
    Ok(())
}
