//! Finding and authenticating clients. One KV read at most, and none for an id that was never issued.

use crate::base::form::Form;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
use crate::model::client::{Client, ClientProof};
use crate::model::client_id::{ClientHash, ClientId, ProvenClientId};
use crate::model::client_secret;
use crate::model::event::{Event, EventKind};
use crate::protocol::client_auth::{
    AuthenticatedClient, ClientAuthRefusal, PresentedCredentials, authenticate,
};
use crate::store::Unavailable;

/// A client as far as its id alone says: looked up, or read out of it.
struct Found {
    client: Client,
    /// Whether KV has yet to be asked if it is denied: a sealed client is not stored anywhere else.
    unchecked: bool,
}

/// The client of an id that was issued here, if it is registered and not denied.
pub async fn find_client(
    world: &World<'_>,
    id: Option<ProvenClientId>,
) -> Result<Option<Client>, Unavailable> {
    match find(world, id).await? {
        Some(found) if found.unchecked && world.clients.is_denied(&found.client.id).await? => Ok(None),
        found => Ok(found.map(|found| found.client)),
    }
}

async fn find(world: &World<'_>, id: Option<ProvenClientId>) -> Result<Option<Found>, Unavailable> {
    match id {
        None => Ok(None),
        Some(ProvenClientId::Stored(id)) => {
            let stored = world.clients.find(&id).await?;
            Ok(stored.map(|stored| Found { client: stored.into_client(), unchecked: false }))
        }
        Some(ProvenClientId::Sealed { .. }) if !world.config.sealed_clients => Ok(None),
        Some(ProvenClientId::Sealed { id, kid, metadata }) => {
            let confidential = metadata.auth_method.is_confidential();
            let secret = client_secret::derive(world.keyring, &kid, &id);
            let proof = secret.filter(|_| confidential).map_or(ClientProof::None, ClientProof::Derived);
            Ok(Some(Found { client: Client { id, metadata: *metadata, proof }, unchecked: true }))
        }
    }
}

/// The client of a back-channel request. Whether it is denied is asked last, by [`Caller::admit`]: a forged code or
/// token ends before that, and costs no storage (P4).
pub struct Caller {
    authenticated: AuthenticatedClient,
    unchecked: bool,
}

impl Caller {
    /// The client, to read its request with. To act for it, [`Caller::admit`] it.
    pub fn client(&self) -> &Client {
        self.authenticated.client()
    }

    /// Whether it proved itself with a secret.
    pub fn confidential(&self) -> Result<(), ClientAuthRefusal> {
        self.authenticated.confidential().map(drop)
    }

    /// The client that an error counts against: one that proved itself.
    pub fn answerable(&self) -> Option<ClientHash> {
        self.authenticated.confidential().ok().map(Client::hash)
    }

    /// The client, if it may act.
    pub async fn admit(self, world: &World<'_>, request: &Request) -> Result<AuthenticatedClient, Halt> {
        if self.unchecked && world.clients.is_denied(&self.client().id).await? {
            let client = Some(self.client().hash());
            return Err(refuse_client(request, ClientAuthRefusal::UnknownClient, client).into());
        }
        Ok(self.authenticated)
    }
}

/// The form of a back-channel request, and the client it comes from.
pub async fn authenticated_form(world: &World<'_>, request: &Request) -> Result<(Form, Caller), Halt> {
    let form = read_form(request, Face::Json).await?;
    // RFC 6749 §3.2: parameters "MUST NOT be included more than once"; RFC 8707 §2 excepts `resource`.
    if form.repeated(&["resource"]).is_some() {
        return Err(Response::error(400, "invalid_request", "a parameter stands twice")
            .because(format_args!("Repeated"))
            .into());
    }
    let presented = PresentedCredentials::read(request.header("authorization").as_deref(), &form)
        .map_err(|refusal| refuse_client(request, refusal, None))?;
    let prove = || ClientId::prove(world.keyring, &presented.client_id);
    let found = find(world, prove()).await?;
    let unchecked = found.as_ref().is_some_and(|found| found.unchecked);
    let authenticated = authenticate(&presented, found.map(|found| found.client)).map_err(|refusal| {
        // Named only if it was issued here: what else was sent in its place may be anything, a secret too.
        refuse_client(request, refusal, prove().map(|id| id.id().hash()))
    })?;
    Ok((form, Caller { authenticated, unchecked }))
}

/// The answer to a client that was not let in (RFC 6749 §5.2).
pub fn refuse_client(request: &Request, refusal: ClientAuthRefusal, client: Option<ClientHash>) -> Response {
    if refusal.is_malformed_request() {
        return Response::error(400, "invalid_request", "authenticate in one way, as one client")
            .because(refusal);
    }
    let event = Event::of(EventKind::ClientAuthenticationFailed);
    let event = if let Some(client) = client { event.client(&client) } else { event };
    let response =
        Response::error(401, "invalid_client", "client authentication failed").refused(event, refusal);
    // "If the client attempted to authenticate via the Authorization request header field", name its scheme.
    match request.header("authorization") {
        Some(_) => response.with(http::header::WWW_AUTHENTICATE, r#"Basic realm="postern", charset="UTF-8""#),
        None => response,
    }
}
