//! Finding and authenticating clients. One KV read at most, and none for an id that was never issued.

use crate::base::form::Form;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::published::{published_client, verify};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World, limits};
use crate::model::client::{Client, ClientOrigin, ClientProof, StoredClient};
use crate::model::client_id::{ClientHash, ClientId, ProvenClientId};
use crate::model::client_metadata::ClientMetadata;
use crate::model::client_secret;
use crate::model::event::{Event, EventKind};
use crate::protocol::client_auth::{
    AuthenticatedClient, Authentication, ClientAuthRefusal, Place, PresentedCredentials, authenticate,
};
use crate::protocol::grant::Once;
use crate::protocol::registration::PublishedRefusal;
use crate::store::Unavailable;
use crate::store::rate_limits::RateLimit;

/// A client as far as its id alone says: looked up, read out of it, or published at it.
struct Found {
    client: Client,
    /// Whether KV has yet to be asked if it is denied: such a client is not stored anywhere else.
    unchecked: bool,
}

/// Why there is no client of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Never issued here, no longer registered, or of a kind that is not served.
    Unknown,
    /// The operator stopped it.
    Denied,
    /// Its id is an address, and what is there is no client.
    Published(PublishedRefusal),
}

/// The client of an id that was issued here, if it is registered and not denied.
pub async fn find_client(
    world: &World<'_>,
    id: Option<ProvenClientId>,
) -> Result<Option<Client>, Unavailable> {
    Ok(look_up(world, id).await?.ok())
}

/// The same, with the reason why there is none.
pub async fn look_up(
    world: &World<'_>,
    id: Option<ProvenClientId>,
) -> Result<Result<Client, Missing>, Unavailable> {
    match find(world, id).await? {
        Ok(found) if found.unchecked && world.clients.is_denied(&found.client.id).await? => {
            Ok(Err(Missing::Denied))
        }
        found => Ok(found.map(|found| found.client)),
    }
}

async fn find(world: &World<'_>, id: Option<ProvenClientId>) -> Result<Result<Found, Missing>, Unavailable> {
    match id {
        None => Ok(Err(Missing::Unknown)),
        Some(ProvenClientId::Stored(id)) => {
            // What is stored says itself whether it was stopped: nothing more is read.
            let stored = match world.clients.find(&id).await? {
                None => return Ok(Err(Missing::Unknown)),
                Some(stored) if stored.disabled => return Ok(Err(Missing::Denied)),
                Some(stored) => stored,
            };
            let client = stored.into_client(world.keyring);
            if client.is_of_developer() {
                // The first one is the one that the request is about.
                world.developed.get_or_init(|| client.hash());
            }
            Ok(Ok(Found { client, unchecked: false }))
        }
        Some(ProvenClientId::Sealed { .. }) if !world.config.sealed_clients => Ok(Err(Missing::Unknown)),
        Some(ProvenClientId::Sealed { id, kid, metadata }) => {
            let secret = client_secret::derive(world.keyring, &kid, &id);
            let secret = secret.filter(|_| metadata.auth_method.has_secret());
            let proof = secret.map_or(ClientProof::None, |secret| ClientProof::Derived(vec![secret]));
            Ok(Ok(Found {
                client: Client { id, metadata: *metadata, proof, origin: ClientOrigin::Anonymous },
                unchecked: true,
            }))
        }
        Some(ProvenClientId::Url(_)) if !world.config.client_id_metadata => Ok(Err(Missing::Unknown)),
        Some(ProvenClientId::Url(id)) => Ok(match published_client(world, &id).await {
            Ok(metadata) => {
                let metadata = ClientMetadata::clone(&metadata);
                let (proof, origin) = (ClientProof::None, ClientOrigin::Published);
                Ok(Found { client: Client { id, metadata, proof, origin }, unchecked: true })
            }
            Err(refusal) => Err(Missing::Published(refusal)),
        }),
    }
}

/// Whether whoever manages a client may change it now. What a developer changes is written for good, as a registration is, and
/// counts as one; the operator's own clients do not.
pub async fn may_change(world: &World<'_>, request: &Request, client: &StoredClient) -> bool {
    client.registered_by.is_none() || limits::admits(world, request, RateLimit::Registration).await
}

/// Saves what whoever manages a client has changed. What that was read from may be a minute old, and must not undo that an
/// administrator stopped the client meanwhile: this is written in two places, and the other one nobody else writes.
pub async fn save_changed(world: &World<'_>, client: &mut StoredClient) -> Result<(), Unavailable> {
    client.disabled |= world.clients.is_denied(&client.id).await?;
    client.changed_at = world.now;
    world.clients.save(client).await
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

    /// What it proved itself with, where that is good for one use: what it spends has to remember it (RFC 7523 §3).
    pub fn once(&self) -> Option<Once> {
        self.authenticated.once()
    }

    /// Whether it proved itself.
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
    let form = read_form(world, request, Face::Json).await?;
    // RFC 6749 §3.2: parameters "MUST NOT be included more than once"; RFC 8707 §2 excepts `resource`.
    if form.repeated(&["resource"]).is_some() {
        return Err(Response::error(400, "invalid_request", "a parameter stands twice")
            .because(format_args!("Repeated"))
            .into());
    }
    let caller = caller(world, request, &form).await?;
    Ok((form, caller))
}

/// The client that the header and the form show.
async fn caller(world: &World<'_>, request: &Request, form: &Form) -> Result<Caller, Halt> {
    let presented = PresentedCredentials::read(request.header("authorization").as_deref(), form)
        .map_err(|refusal| refuse_client(request, refusal, None))?;
    let proven = ClientId::prove(world.keyring, &presented.client_id);
    // Named only if it was issued here: what else was sent in its place may be anything, a secret too.
    let hash = proven.as_ref().map(|id| id.id().hash());
    let refuse = |refusal| refuse_client(request, refusal, hash.clone());
    let found = match find(world, proven).await? {
        // It says nothing of the client, which would throw its tokens away if it heard that there is none.
        Err(Missing::Published(why)) if why.may_pass() => {
            let description = "the client's metadata cannot be fetched just now";
            let response = Response::error(503, "temporarily_unavailable", description);
            return Err(response.retry_after(60).because(format_args!("Published({why:?})")).into());
        }
        Err(Missing::Published(why)) => {
            let refusal = format_args!("UnknownClient({why:?})");
            return Err(
                refuse_because(request, ClientAuthRefusal::UnknownClient, hash.clone(), &refusal).into()
            );
        }
        found => found.ok(),
    };
    let unchecked = found.as_ref().is_some_and(|found| found.unchecked);
    let place = Place { issuer: &world.issuer, path: &request.path, now: world.now };
    let authenticated =
        match authenticate(presented, found.map(|found| found.client), &place).map_err(refuse)? {
            Authentication::Proven(authenticated) => *authenticated,
            // Everything else is in order by now: nothing is fetched for the sake of what is not.
            Authentication::Claimed(claimant) => {
                let verified = verify(world, &claimant).await?;
                claimant.conclude(verified).map_err(refuse)?
            }
        };
    Ok(Caller { authenticated, unchecked })
}

/// The answer to a client that was not let in (RFC 6749 §5.2).
pub fn refuse_client(request: &Request, refusal: ClientAuthRefusal, client: Option<ClientHash>) -> Response {
    refuse_because(request, refusal, client, &refusal)
}

fn refuse_because(
    request: &Request,
    refusal: ClientAuthRefusal,
    client: Option<ClientHash>,
    why: &dyn std::fmt::Debug,
) -> Response {
    if refusal.is_malformed_request() {
        return Response::error(400, "invalid_request", "authenticate in one way, as one client")
            .because(why);
    }
    let event = Event::of(EventKind::ClientAuthenticationFailed);
    let event = if let Some(client) = client { event.client(&client) } else { event };
    let response = Response::error(401, "invalid_client", "client authentication failed").refused(event, why);
    // "If the client attempted to authenticate via the Authorization request header field", name its scheme.
    match request.header("authorization") {
        Some(_) => response.with(http::header::WWW_AUTHENTICATE, r#"Basic realm="postern", charset="UTF-8""#),
        None => response,
    }
}
