//! `POST /introspect` (RFC 7662), for clients that authenticate; signed for those that ask for it (RFC 9701).

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::endpoint::client::{authenticated_form, refuse_client};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, sign};
use crate::jose::algorithm::SigningAlgorithm;
use crate::model::client::Client;
use crate::protocol::grant::{Command, Reply};
use crate::protocol::introspection::{PresentedToken, describe, inactive};

/// RFC 9701 §4.
const MEDIA_TYPE: &str = "application/token-introspection+jwt";
/// RFC 9701 §5.
const TYP: &str = "token-introspection+jwt";

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    if let Err(refusal) = caller.confidential() {
        return Ok(refuse_client(request, refusal, Some(caller.client().hash())));
    }
    let Some(token) = form.value("token") else {
        let response = Response::error(400, "invalid_request", "token is missing");
        return Ok(response.noted("TokenMissing").fault_of(caller.answerable()));
    };
    let Some(token) = PresentedToken::recognise(world.keyring, world.config, &world.issuer, token, world.now)
    else {
        return answer(world, request, caller.client(), inactive()).await;
    };
    let client = caller.admit(world, request).await?;
    let caller = &client.client().id;
    let described = match world.grants.send(token.grant(), Command::Inspect).await? {
        Reply::Alive(inspection) => {
            describe(token, &inspection, caller, world.config, &world.issuer, world.now)
        }
        _ => inactive(),
    };
    answer(world, request, client.client(), described).await
}

/// JSON, or where the caller accepts it a JWT with the JSON in it, which says who was told, by whom and when.
async fn answer(world: &World<'_>, request: &Request, caller: &Client, described: Value) -> Handled {
    if !request.header("accept").is_some_and(|accept| accept.contains(MEDIA_TYPE)) {
        return Ok(Response::json(200, &described));
    }
    let extension = caller.metadata.extension.as_ref();
    let algorithm = extension.and_then(|extension| extension.introspection_algorithm);
    // RFC 9701 §5: without "sub" and "exp" of its own, so that it is never taken for an access token.
    let claims = json!({
        "iss": world.issuer.as_str(),
        "aud": caller.id,
        "iat": world.now.seconds(),
        "token_introspection": described,
    });
    let token = sign::jwt(world, algorithm.unwrap_or(SigningAlgorithm::Rs256), TYP, &claims).await?;
    let mut response = Response::empty(200).no_store().with(CONTENT_TYPE, MEDIA_TYPE);
    response.body = token.into_bytes().into();
    Ok(response)
}
