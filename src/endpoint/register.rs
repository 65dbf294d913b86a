//! `POST /register` (RFC 7591).

use crate::base::digest::sha256;
use crate::base::entropy::random_array;
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::endpoint::form::{Face, read_body};
use crate::endpoint::published::registered_metadata;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, limits};
use crate::jose::sealed;
use crate::model::client::StoredClient;
use crate::model::client_id::{ClientId, ProvenClientId};
use crate::model::client_metadata::ClientMetadata;
use crate::model::client_secret::{self, ClientSecret};
use crate::model::event::{Event, EventKind};
use crate::model::id::SubjectId;
use crate::model::purpose::REGISTRATION;
use crate::protocol::registration::{
    ClientDocument, Keeping, Management, RegistrationRefusal, check_vouched, decide, parse_document,
};
use crate::store::Unavailable;
use crate::store::rate_limits::RateLimit;

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let keeping = match decide(world.config, bearer(request).as_ref()) {
        Ok(keeping) => keeping,
        Err(refusal) => return Ok(refuse(&refusal)),
    };
    let body = read_body(world, request, Face::Json, "application/json").await?;
    let document = match parse_document(&body) {
        Ok(document) => document,
        Err(refusal) => return Ok(refuse(&refusal)),
    };
    let metadata = registered_metadata(world, &document).await.map_err(RegistrationRefusal::Metadata);
    let metadata =
        metadata.and_then(|metadata| check_vouched(keeping == Keeping::Stored, &metadata).map(|()| metadata));
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(refusal) => return Ok(refuse(&refusal)),
    };
    let (event, document) = match keeping {
        Keeping::Stored => {
            if !limits::admits(world, request, RateLimit::Registration).await {
                return Ok(limits::too_many(RateLimit::Registration, None));
            }
            let new = store_client(world, metadata, None).await?;
            let management = Some(Management { token: &new.registration_token });
            let document = ClientDocument {
                id: &new.client.id,
                metadata: &new.client.metadata,
                secret: new.secret.as_ref(),
                issued_at: Some(world.now),
                management,
            };
            (
                event(EventKind::ClientRegistered, &new.client.id).kept("stored"),
                document.to_json(&world.config.catalogue, &world.issuer),
            )
        }
        // Never limited: it stores nothing, and the many clients that one hoster runs share a few addresses.
        Keeping::Sealed => {
            let Some((id, secret)) = seal_client(world, &metadata) else {
                return Ok(refuse(&RegistrationRefusal::TooLong));
            };
            let secret = secret.as_ref();
            let document =
                ClientDocument { id: &id, metadata: &metadata, secret, issued_at: None, management: None };
            (
                event(EventKind::ClientRegistered, &id).kept("sealed"),
                document.to_json(&world.config.catalogue, &world.issuer),
            )
        }
    };
    Ok(Response::json(201, &document).with_event(event))
}

/// What was done to a client.
pub fn event(kind: EventKind, id: &ClientId) -> Event {
    Event::of(kind).client(&id.hash())
}

/// A client that was just registered, with what is shown once.
pub struct NewClient {
    /// As stored.
    pub client: StoredClient,
    /// Its secret, if it has one.
    pub secret: Option<ClientSecret>,
    /// What manages it (RFC 7592 §3).
    pub registration_token: Secret<String>,
}

/// Registers a client in KV.
pub async fn store_client(
    world: &World<'_>,
    metadata: ClientMetadata,
    registered_by: Option<SubjectId>,
) -> Result<NewClient, Unavailable> {
    let new = new_client(world, metadata, registered_by);
    world.clients.save(&new.client).await?;
    Ok(new)
}

/// A client that is not stored yet.
pub fn new_client(
    world: &World<'_>,
    metadata: ClientMetadata,
    registered_by: Option<SubjectId>,
) -> NewClient {
    let (id, method) = (ClientId::stored(world.keyring, world.entropy), metadata.auth_method);
    let (secret, stored) = method
        .has_secret()
        .then(|| client_secret::issue(world.keyring, world.entropy, &id, method, world.now))
        .unzip();
    let registration_token =
        Secret::new(sealed::seal(world.keyring, &REGISTRATION, &random_array::<32>(world.entropy)));
    let client = StoredClient {
        id,
        metadata,
        secrets: Vec::from_iter(stored),
        registration_token: Opaque(sha256(registration_token.expose())),
        issued_at: world.now,
        registered_by,
        vouched: false,
        changed_at: world.now,
        disabled: false,
    };
    NewClient { client, secret, registration_token }
}

/// The id that carries `metadata`, and the secret that follows from it. Nothing is stored.
fn seal_client(world: &World<'_>, metadata: &ClientMetadata) -> Option<(ClientId, Option<ClientSecret>)> {
    let id = ClientId::sealed(world.keyring, world.entropy, metadata)?;
    let Some(ProvenClientId::Sealed { kid, .. }) = ClientId::prove(world.keyring, id.as_str()) else {
        return None;
    };
    let secret = match metadata.auth_method.has_secret() {
        true => Some(client_secret::derive(world.keyring, &kid, &id)?),
        false => None,
    };
    Some((id, secret))
}

/// The bearer token of a request to register or manage.
pub fn bearer(request: &Request) -> Option<Secret<String>> {
    let header = request.header("authorization")?;
    let (scheme, token) = header.split_once(' ').unwrap_or((&header, ""));
    // Another scheme is a token that is wrong, not the absence of one.
    let token = if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" };
    Some(Secret::new(token.to_owned()))
}

/// The answer to a refused registration.
pub fn refuse(refusal: &RegistrationRefusal) -> Response {
    let (status, code) = refusal.code();
    let response = Response::error(status, code, refusal.description()).because(refusal);
    match refusal {
        RegistrationRefusal::TokenMissing => response.with(http::header::WWW_AUTHENTICATE, "Bearer"),
        RegistrationRefusal::TokenWrong => {
            response.with(http::header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#).fault()
        }
        _ => response,
    }
}
