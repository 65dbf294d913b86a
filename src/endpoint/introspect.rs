//! `POST /introspect` (RFC 7662), for clients that authenticate.

use crate::endpoint::client::{authenticated_form, refuse_client};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::protocol::grant::{Command, Reply};
use crate::protocol::introspection::{PresentedToken, describe, inactive};

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    if let Err(refusal) = caller.confidential() {
        return Ok(refuse_client(request, refusal, Some(caller.client().hash())));
    }
    let Some(token) = form.value("token") else {
        let response = Response::error(400, "invalid_request", "token is missing");
        return Ok(response.fault_of(caller.answerable()));
    };
    let Some(token) = PresentedToken::recognise(world.keyring, world.config, &world.issuer, token, world.now)
    else {
        return Ok(Response::json(200, &inactive()));
    };
    let caller = caller.admit(world, request).await?;
    let caller = &caller.client().id;
    let answer = match world.grants.send(token.grant(), Command::Inspect).await? {
        Reply::Alive(inspection) => {
            describe(token, &inspection, caller, world.config, &world.issuer, world.now)
        }
        _ => inactive(),
    };
    Ok(Response::json(200, &answer))
}
