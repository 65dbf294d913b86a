//! Finding and authenticating clients. One KV read at most, and none for an id that was never issued.

use crate::base::form::Form;
use crate::endpoint::World;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::model::client::{Client, ClientProof};
use crate::model::client_id::{ClientId, ProvenClientId};
use crate::model::client_secret;
use crate::protocol::client_auth::{
    AuthenticatedClient, ClientAuthRefusal, PresentedCredentials, authenticate,
};
use crate::store::Unavailable;

/// The client of an id that was issued here, if it is registered and not denied.
pub async fn find_client(
    world: &World<'_>,
    id: Option<ProvenClientId>,
) -> Result<Option<Client>, Unavailable> {
    match id {
        None => Ok(None),
        Some(ProvenClientId::Stored(id)) => {
            Ok(world.clients.find(&id).await?.map(|stored| stored.into_client()))
        }
        Some(ProvenClientId::Sealed { .. }) if !world.config.sealed_clients => Ok(None),
        Some(ProvenClientId::Sealed { id, kid, metadata }) => {
            if world.clients.is_denied(&id).await? {
                return Ok(None);
            }
            let confidential = metadata.auth_method.is_confidential();
            let secret = client_secret::derive(world.keyring, &kid, &id);
            let proof = secret.filter(|_| confidential).map_or(ClientProof::None, ClientProof::Derived);
            Ok(Some(Client { id, metadata: *metadata, proof }))
        }
    }
}

/// The client that a back-channel request comes from.
pub async fn authenticate_client(
    world: &World<'_>,
    request: &Request,
    form: &Form,
) -> Result<Result<AuthenticatedClient, ClientAuthRefusal>, Unavailable> {
    let presented = match PresentedCredentials::read(request.header("authorization").as_deref(), form) {
        Ok(presented) => presented,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let client = find_client(world, ClientId::prove(world.keyring, &presented.client_id)).await?;
    Ok(authenticate(&presented, client))
}

/// The answer to a client that was not let in (RFC 6749 §5.2).
pub fn refuse_client(request: &Request, refusal: ClientAuthRefusal) -> Response {
    if refusal.is_malformed_request() {
        return Response::error(400, "invalid_request", "authenticate in one way, as one client")
            .because(refusal);
    }
    let response = Response::error(401, "invalid_client", "client authentication failed").because(refusal);
    // "If the client attempted to authenticate via the Authorization request header field", name its scheme.
    match request.header("authorization") {
        Some(_) => response.with(http::header::WWW_AUTHENTICATE, r#"Basic realm="postern", charset="UTF-8""#),
        None => response,
    }
}
