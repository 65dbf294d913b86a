//! `POST /device_authorization` (RFC 8628 §3.1): one KV read, and one object call unless a user code is in use.

use serde_json::json;

use crate::base::entropy::random_array;
use crate::base::opaque::Opaque;
use crate::base::time::Seconds;
use crate::endpoint::client::authenticated_form;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::token::{context, refuse};
use crate::endpoint::{Handled, World, limits};
use crate::model::device_code::DeviceCode;
use crate::model::event::{Event, EventKind};
use crate::model::user_code::UserCode;
use crate::protocol::grant::{Ask, Command, Reply};
use crate::protocol::token::device_request;
use crate::store::Unavailable;
use crate::store::rate_limits::RateLimit;

/// How long a device waits between polls (RFC 8628 §3.2).
const INTERVAL: Seconds = Seconds(5);
/// User codes that are tried before the storage is said not to work: one that is taken is one in millions.
const TRIES: u32 = 5;

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    let id = Opaque(random_array(world.entropy));
    let asked = match device_request(&context(world, &form, caller.client()), id) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(refuse(&refusal).fault_of(caller.answerable())),
    };
    let client = caller.admit(world, request).await?;
    let hash = client.client().hash();
    // What is asked for is kept until it expires, and anybody can register a client: only one that the operator vouched
    // for is not held to its address.
    if !client.client().is_vouched_for()
        && !limits::admits(world, request, RateLimit::DeviceAuthorization).await
    {
        return Ok(limits::too_many(RateLimit::DeviceAuthorization, None));
    }
    let ttl = world.config.device_code_ttl;
    for _ in 0..TRIES {
        let user_code = UserCode::generate(world.entropy);
        let grant = world.grants.named(&user_code.grant_name())?;
        let ask = Ask { request: asked.clone(), ttl, interval: INTERVAL };
        if world.grants.send(grant, Command::Ask(ask)).await? != Reply::Created {
            continue;
        }
        let page = format!("{}/device", world.issuer);
        let answer = json!({
            "device_code": DeviceCode { grant, id }.seal(world.keyring),
            "user_code": user_code.to_string(),
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": ttl.0,
            "interval": INTERVAL.0,
        });
        let event = Event::of(EventKind::DeviceAsked).client(&hash).grant(grant).scope(&asked.scope);
        return Ok(Response::json(200, &answer).with_event(event));
    }
    Err(Unavailable("every user code that was tried is in use".into()).into())
}
