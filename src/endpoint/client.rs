//! Finding and authenticating clients. One KV read at most, and none for an id that was never issued.

use crate::base::form::Form;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
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

/// The form of a back-channel request, and the client it comes from.
pub async fn authenticated_form(
    world: &World<'_>,
    request: &Request,
) -> Result<(Form, AuthenticatedClient), Halt> {
    let form = read_form(request, Face::Json).await?;
    // RFC 6749 §3.2: parameters "MUST NOT be included more than once"; RFC 8707 §2 excepts `resource`.
    if form.repeated(&["resource"]).is_some() {
        return Err(Response::error(400, "invalid_request", "a parameter stands twice")
            .because("Repeated")
            .into());
    }
    let authenticated = match PresentedCredentials::read(request.header("authorization").as_deref(), &form) {
        Ok(presented) => {
            let id = ClientId::prove(world.keyring, &presented.client_id);
            authenticate(&presented, find_client(world, id).await?)
        }
        Err(refusal) => Err(refusal),
    };
    let client = authenticated.map_err(|refusal| refuse_client(request, refusal))?;
    Ok((form, client))
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
