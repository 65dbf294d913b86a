//! `POST /token` (RFC 6749 §3.2): one KV read and one object call.

use crate::endpoint::client::authenticated_form;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::event::{Event, EventKind};
use crate::protocol::grant::{GrantRefusal, Reply};
use crate::protocol::token::{TokenRefusal, TokenRequest, issue};

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    let asked = match TokenRequest::parse(&form, caller.client(), world.keyring, world.config, &world.issuer)
    {
        Ok(asked) => asked,
        Err(refusal) => return Ok(refuse(&refusal).fault_of(caller.answerable())),
    };
    let client = caller.admit(world, request).await?;
    let done = match &asked {
        TokenRequest::Code(_) => EventKind::CodeRedeemed,
        TokenRequest::Refresh(_) => EventKind::TokenRefreshed,
    };
    let grant = asked.grant();
    let hash = client.client().hash();
    let event = |kind| Event::of(kind).client(&hash).grant(grant);
    let command = asked.into_command(client.client(), world.config, world.keyring.signing_kid());
    let refusal = match world.grants.send(grant, command).await? {
        Reply::Issued(issued) => {
            let event = event(done).owner(issued.terms.sub).scope(&issued.scope);
            let ttl = world.config.access_token_ttl;
            match issue(issued, grant, world.keyring, &world.issuer, ttl, world.entropy) {
                Some(tokens) => {
                    let response = Response::json(200, &tokens).with(http::header::PRAGMA, "no-cache");
                    return Ok(response.with_event(event));
                }
                None => GrantRefusal::Unknown,
            }
        }
        Reply::Refused(refusal) => refusal,
        Reply::Created | Reply::Revoked | Reply::Alive(_) => GrantRefusal::Unknown,
    };
    let answerable = client.confidential().is_ok().then(|| hash.clone());
    let response = refuse(&TokenRefusal::Grant(refusal)).fault_of(answerable);
    Ok(match refusal {
        // Somebody has what they should not have, and the grant is over.
        GrantRefusal::CodeAlreadyRedeemed => response.refused(event(EventKind::CodeReplayed), refusal),
        GrantRefusal::RefreshReused => response.refused(event(EventKind::RefreshReused), refusal),
        _ => response,
    })
}

fn refuse(refusal: &TokenRefusal) -> Response {
    let (status, code) = refusal.code();
    Response::error(status, code, &refusal.description()).because(refusal)
}
