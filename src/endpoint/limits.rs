//! Rate limits: whom they count, and what is said to who is over one.
//!
//! What costs something is asked before it is done. Wrong tokens and credentials are counted after they were refused:
//! a request in order always passes, so nobody can use up the allowance of those who share their address.

use crate::endpoint::World;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::model::client_id::ClientHash;
use crate::model::event::{Event, EventKind};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// An answer that counts against whoever caused it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// The client, if it had proved itself with a secret: anybody may send the id of one that has none.
    pub client: Option<ClientHash>,
}

/// Whether the sender's address may do one more of this. Who has no address cannot be told apart, and is not limited.
pub async fn admits(world: &World<'_>, request: &Request, limit: RateLimit) -> bool {
    match request.network().filter(|_| world.config.rate_limits) {
        Some(network) => world.rate_limits.admits(limit, &format!("address:{network}")).await,
        None => true,
    }
}

/// The answer to a program that is over a limit.
pub fn too_many(limit: RateLimit, client: Option<&ClientHash>) -> Response {
    over(limit, client, Response::error(429, "temporarily_unavailable", "too many attempts; try again later"))
}

/// Makes an answer one to somebody who is over a limit.
pub fn over(limit: RateLimit, client: Option<&ClientHash>, response: Response) -> Response {
    let event = Event::of(EventKind::RateLimited);
    let event = if let Some(client) = client { event.client(client) } else { event };
    response.retry_after(PERIOD).refused(event, limit)
}

/// Counts an answer that is a fault. Beyond the limit another one takes its place: slow down. It is no defence of
/// secrets that could be guessed, since what is right still passes: codes, tokens and secrets have 256 bits or a MAC, and
/// the operator's own tokens a length below which the server does not start.
pub async fn count_fault(world: &World<'_>, request: &Request, mut response: Response) -> Response {
    let fault = response.notes().and_then(|notes| notes.fault.as_ref());
    let Some(fault) = fault.filter(|_| world.config.rate_limits) else { return response };
    let mut admitted = admits(world, request, RateLimit::TokenErrors).await;
    if let Some(client) = &fault.client {
        let key = format!("client:{}", client.as_str());
        // Both are counted, whatever the first one says.
        admitted &= world.rate_limits.admits(RateLimit::TokenErrors, &key).await;
    }
    if admitted {
        return response;
    }
    let mut refused = too_many(RateLimit::TokenErrors, fault.client.as_ref());
    // What was done is done, whatever the caller hears.
    let mut events = std::mem::take(&mut response.notes_mut().events);
    events.append(&mut refused.notes_mut().events);
    refused.notes_mut().events = events;
    refused
}
