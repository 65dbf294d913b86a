//! `POST /token` (RFC 6749 §3.2): one KV read and one object call.

use crate::endpoint::client::authenticated_form;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::protocol::grant::{GrantRefusal, Reply};
use crate::protocol::token::{TokenRefusal, TokenRequest, issue};

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    let answerable = caller.answerable();
    let asked = match TokenRequest::parse(&form, caller.client(), world.keyring, world.config, &world.issuer)
    {
        Ok(asked) => asked,
        Err(refusal) => return Ok(refuse(&refusal).fault_of(answerable)),
    };
    let client = caller.admit(world, request).await?;
    let grant = asked.grant();
    let command = asked.into_command(client.client(), world.config, world.keyring.signing_kid());
    let refusal = match world.grants.send(grant, command).await? {
        Reply::Issued(issued) => {
            let ttl = world.config.access_token_ttl;
            match issue(issued, grant, world.keyring, &world.issuer, ttl, world.entropy) {
                Some(tokens) => {
                    return Ok(Response::json(200, &tokens).with(http::header::PRAGMA, "no-cache"));
                }
                None => GrantRefusal::Unknown,
            }
        }
        Reply::Refused(refusal) => refusal,
        Reply::Created | Reply::Revoked | Reply::Alive(_) => GrantRefusal::Unknown,
    };
    Ok(refuse(&TokenRefusal::Grant(refusal)).fault_of(answerable))
}

fn refuse(refusal: &TokenRefusal) -> Response {
    let (status, code) = refusal.code();
    Response::error(status, code, &refusal.description()).because(refusal)
}
