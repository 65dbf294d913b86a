//! `POST /par` (RFC 9126): a request that is checked before the owner comes. One KV read.

use serde_json::json;

use crate::endpoint::client::authenticated_form;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, dpop, journal};
use crate::protocol::authorization::{MAX_PARAMETERS, PUSHED_LIFETIME, PushedRequest, check, identify};
use crate::protocol::dpop::DpopRefusal;

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    let fault = |response: Response| response.fault_of(caller.answerable());
    // RFC 9126 §2.1: "The request_uri parameter ... MUST NOT be provided".
    if form.value("request_uri").is_some() {
        let response =
            Response::error(400, "invalid_request", "request_uri has no place in a pushed request");
        return Ok(fault(response.because(format_args!("NestedRequest"))));
    }
    let jkt = match request.header("dpop") {
        None => None,
        Some(header) => match dpop::prove(world, request, "/par", &header, None).await? {
            // RFC 9449 §10.1: where both are sent, they name one key.
            Ok(key) if form.value("dpop_jkt").is_none_or(|jkt| jkt == key.jkt) => Some(key.jkt),
            Ok(_) => return Ok(fault(refuse_proof(DpopRefusal::OtherKey))),
            Err(refusal) if refusal.asks_for_nonce() => return Ok(refuse_proof(refusal).faultless()),
            Err(refusal) => return Ok(fault(refuse_proof(refusal))),
        },
    };
    let pushed = PushedRequest::new(&caller.client().id, &form, jkt.as_deref(), world.now);
    let asked = pushed.form();
    if asked.size() > MAX_PARAMETERS {
        let response = Response::error(413, "invalid_request", "the parameters are over 6 KB together");
        return Ok(fault(response.noted("Malformed")));
    }
    // The same checks as at the authorization endpoint, and in the same order.
    if let Err(refusal) = identify(&asked, Some(caller.client())) {
        let description =
            "client_id and redirect_uri must be there once, the redirect_uri as it is registered";
        let response = Response::error(400, "invalid_request", description).because(refusal);
        return Ok(fault(response.sent(journal::sent(refusal, &asked))));
    }
    if let Err(error) = check(&asked, caller.client(), world.config, &world.issuer) {
        return Ok(fault(Response::error(400, error.code(), &error.description()).because(error)));
    }
    caller.admit(world, request).await?;
    let body = json!({ "request_uri": pushed.seal(world.keyring), "expires_in": PUSHED_LIFETIME.0 });
    Ok(Response::json(201, &body))
}

fn refuse_proof(refusal: DpopRefusal) -> Response {
    Response::error(400, refusal.code(), refusal.description()).because(refusal)
}
