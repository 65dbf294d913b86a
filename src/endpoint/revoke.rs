//! `POST /revoke` (RFC 7009).

use crate::endpoint::client::authenticated_form;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::protocol::grant::Reply;
use crate::protocol::introspection::PresentedToken;
use crate::protocol::revocation::revoke;

/// Answers 200 whether there was anything to revoke or not (RFC 7009 §2.2).
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    let Some(token) = form.value("token") else {
        let response = Response::error(400, "invalid_request", "token is missing");
        return Ok(response.noted("TokenMissing").fault_of(caller.answerable()));
    };
    // RFC 7009 §2.2: what is not ours, or is dead anyway, does not cause an error.
    if let Some(token) =
        PresentedToken::recognise(world.keyring, world.config, &world.issuer, token, world.now)
    {
        let client = caller.admit(world, request).await?;
        let grant = token.grant();
        // Another client's grant refuses and stays as it is; the caller hears the same.
        if let Some(command) = revoke(token, client.client().id.clone())
            && world.grants.send(grant, command).await? == Reply::Revoked
        {
            // Not the token's subject: the holder of an audience's key could have made that up.
            let event = Event::of(EventKind::TokenRevoked).client(&client.client().hash()).grant(grant);
            return Ok(Response::empty(200).no_store().with_event(event));
        }
    }
    Ok(Response::empty(200).no_store())
}
