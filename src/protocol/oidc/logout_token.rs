//! The logout token (Back-Channel Logout §2.4), and to whom it will go.

use serde_json::{Map, Value, json};

use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::base::time::{Seconds, UnixTime};
use crate::model::client::Client;
use crate::model::issuer::Issuer;
use crate::model::session::Session;
use crate::protocol::account::LogoutTarget;
use crate::protocol::oidc::{session_of, subject_of};

/// Its `typ`: "it is RECOMMENDED that logout tokens be explicitly typed".
pub const LOGOUT_TOKEN_TYPE: &str = "logout+jwt";
/// How long it is good for: "preferably at most two minutes in the future".
const LIFETIME: Seconds = Seconds::minutes(2);
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Whom to tell when this session ends: a client that registered an address for it.
pub fn logout_target(session: &Session, client: &Client, issuer: &Issuer) -> Option<Box<LogoutTarget>> {
    let uri = client.metadata.extension.as_ref()?.backchannel_logout_uri.clone()?;
    Some(Box::new(LogoutTarget {
        uri,
        client_id: client.id.clone(),
        sub: subject_of(session, &client.metadata),
        session: session.sid,
        known_as: None,
        algorithm: client.metadata.id_token_algorithm(),
        issuer: issuer.clone(),
    }))
}

/// The claims. Always with `sid`, whether or not the client requires it, and never with `nonce`.
pub fn logout_token_claims(
    target: &LogoutTarget,
    entropy: &dyn Entropy,
    now: UnixTime,
) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    say("iss", json!(target.issuer));
    say("sub", json!(target.sub));
    say("aud", json!(target.client_id));
    say("iat", json!(now.seconds()));
    say("exp", json!(now.plus(LIFETIME).seconds()));
    say("jti", json!(Opaque(random_array::<16>(entropy))));
    say("sid", json!(session_of(target.known_as.unwrap_or(target.session), &target.client_id)));
    say("events", json!({ EVENT: {} }));
    claims
}
