//! `/register/{client_id}` (RFC 7592): read, update, delete; and `/register/{client_id}/secret`: two secrets may be
//! live while one takes over from the other.

use serde_json::{Value, json};

use crate::base::secret::Secret;
use crate::endpoint::client::{may_change, save_changed};
use crate::endpoint::form::{Face, read_body};
use crate::endpoint::published::registered_metadata;
use crate::endpoint::register::{bearer, event, refuse};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, Handled, World, limits};
use crate::jose::sealed;
use crate::model::auth_method::AuthMethod;
use crate::model::client::StoredClient;
use crate::model::client_id::{ClientId, ProvenClientId};
use crate::model::client_secret::{self, ClientSecret, StoredSecret};
use crate::model::event::EventKind;
use crate::model::purpose::REGISTRATION;
use crate::protocol::registration::{
    ClientDocument, Management, RegistrationRefusal, check_vouched, parse_document,
};
use crate::store::rate_limits::RateLimit;

/// `GET /register/{client_id}`.
pub async fn get(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (client, token) = manage(world, request, id).await?;
    Ok(answer(world, 200, &client, &token, None))
}

/// `PUT /register/{client_id}`: the document replaces what was registered (RFC 7592 §2.2).
pub async fn put(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (client, token) = manage(world, request, id).await?;
    hold_back(world, request, &client).await?;
    let body = read_body(world, request, Face::Json, "application/json").await?;
    let document = parse_document(&body).map_err(|refusal| refuse(&refusal))?;
    // RFC 7592 §2.2: the client_id must be there and right, the client_secret right if it is there.
    let own_id = document.get("client_id").and_then(Value::as_str) == Some(client.id.as_str());
    let own_secret = document.get("client_secret").is_none_or(|secret| {
        let sent = secret.as_str().map(|secret| Secret::new(secret.to_owned()));
        sent.is_some_and(|sent| client.secrets.iter().any(|stored| stored.is(&sent)))
    });
    if !own_id || !own_secret {
        return Ok(refuse(&RegistrationRefusal::OtherClient));
    }
    let metadata = registered_metadata(world, &document)
        .await
        .map_err(|error| refuse(&RegistrationRefusal::Metadata(error)))?;
    check_vouched(client.registered_by.is_none() || client.vouched, &metadata)
        .map_err(|refusal| refuse(&refusal))?;
    let had_secrets = !client.secrets.is_empty();
    let mut client = StoredClient { metadata, ..client };
    let method = client.metadata.auth_method;
    // A secret that signs has to be at hand, which one that was made before is not.
    if method == AuthMethod::SecretJwt {
        client.secrets.retain(StoredSecret::is_derived);
    }
    let secret = match (method.has_secret(), client.secrets.is_empty()) {
        (true, true) => Some(add_secret(world, &mut client)),
        (false, _) => {
            client.secrets.clear();
            None
        }
        (true, false) => None,
    };
    save_changed(world, &mut client).await?;
    let response = answer(world, 200, &client, &token, secret.as_ref())
        .with_event(event(EventKind::ClientUpdated, &client.id));
    Ok(match (had_secrets, client.secrets.is_empty()) {
        (false, false) => response.with_event(event(EventKind::SecretAdded, &client.id)),
        (true, true) => response.with_event(event(EventKind::SecretRemoved, &client.id)),
        (false, true) | (true, false) => response,
    })
}

/// `DELETE /register/{client_id}` (RFC 7592 §2.3).
pub async fn delete(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (client, _) = manage(world, request, id).await?;
    world.clients.delete(&client.id).await?;
    Ok(Response::empty(204).no_store().with_event(event(EventKind::ClientDeleted, &client.id)))
}

/// `POST /register/{client_id}/secret`: a new secret; the one before stays live, the one before that does not.
pub async fn post_secret(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (mut client, token) = manage(world, request, id).await?;
    if !client.metadata.auth_method.has_secret() {
        let description = "a client of this kind has no secret";
        return Ok(Response::error(400, "invalid_client_metadata", description));
    }
    hold_back(world, request, &client).await?;
    let secret = add_secret(world, &mut client);
    save_changed(world, &mut client).await?;
    let response = answer(world, 201, &client, &token, Some(&secret));
    Ok(response.with_event(event(EventKind::SecretAdded, &client.id)))
}

/// `DELETE /register/{client_id}/secret`: every secret but the newest stops working.
pub async fn delete_secret(world: &World<'_>, request: &Request, id: &str) -> Handled {
    let (mut client, _) = manage(world, request, id).await?;
    hold_back(world, request, &client).await?;
    let secrets = client.secrets.len();
    client.retire_secrets();
    save_changed(world, &mut client).await?;
    let response = Response::empty(204).no_store();
    match client.secrets.len() < secrets {
        true => Ok(response.with_event(event(EventKind::SecretRemoved, &client.id))),
        false => Ok(response),
    }
}

/// Whoever changes a client too often is told to slow down.
async fn hold_back(world: &World<'_>, request: &Request, client: &StoredClient) -> Result<(), Halt> {
    match may_change(world, request, client).await {
        true => Ok(()),
        false => Err(limits::too_many(RateLimit::Registration, None).into()),
    }
}

/// The client that the registration access token manages. A forged id or token costs nothing.
async fn manage(
    world: &World<'_>,
    request: &Request,
    id: &str,
) -> Result<(StoredClient, Secret<String>), Halt> {
    let token = bearer(request).ok_or_else(|| refuse(&RegistrationRefusal::TokenMissing))?;
    // RFC 7592 §2.1: wrong token, wrong client and no client are one answer.
    let wrong = || refuse(&RegistrationRefusal::TokenWrong);
    if sealed::open(world.keyring, &REGISTRATION, token.expose()).is_none() {
        return Err(wrong().into());
    }
    let Some(ProvenClientId::Stored(id)) = ClientId::prove(world.keyring, id) else {
        return Err(wrong().into());
    };
    let client = world.clients.find(&id).await?.ok_or_else(wrong)?;
    if !client.is_managed_by(&token) {
        return Err(wrong().into());
    }
    Ok((client, token))
}

/// Gives a client a new secret, beside the one it had.
pub fn add_secret(world: &World<'_>, client: &mut StoredClient) -> ClientSecret {
    let method = client.metadata.auth_method;
    let (secret, stored) = client_secret::issue(world.keyring, world.entropy, &client.id, method, world.now);
    client.add_secret(stored);
    secret
}

fn answer(
    world: &World<'_>,
    status: u16,
    client: &StoredClient,
    token: &Secret<String>,
    secret: Option<&ClientSecret>,
) -> Response {
    let document = ClientDocument {
        id: &client.id,
        metadata: &client.metadata,
        secret,
        issued_at: Some(client.issued_at),
        management: Some(Management { token }),
    };
    let mut json = document.to_json(&world.config.catalogue, &world.issuer);
    if client.metadata.auth_method.has_secret() {
        let made: Vec<_> = client.secrets.iter().map(|secret| secret.created_at.seconds()).collect();
        json.insert("client_secrets_created_at".into(), json!(made));
    }
    Response::json(status, &json)
}
