//! Pushed authorization requests (RFC 9126): the request comes from the client itself, and is sealed into the
//! `request_uri` that the client gets for it. Nothing is stored, so nothing can be filled; a `request_uri` may be used
//! again while it lives (§4: "SHOULD" be used once), which gives what the same authorization request sent twice gives.

use serde::{Deserialize, Serialize};

use crate::base::form::Form;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::client_id::ClientId;
use crate::model::purpose::PUSHED_REQUEST;

/// How long a `request_uri` may be used.
pub const LIFETIME: Seconds = Seconds(90);
/// RFC 9126 §2.2.
const URN: &str = "urn:ietf:params:oauth:request_uri:";
/// What authenticates the client, and is not part of what it asks (RFC 9126 §2.1).
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// A request that its client pushed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedRequest {
    client_id: ClientId,
    parameters: Vec<(String, String)>,
    expires_at: UnixTime,
}

impl PushedRequest {
    /// What a client that authenticated asks. A key that it proved is one that it asks to be bound to (RFC 9449 §10.1).
    pub fn new(client_id: &ClientId, form: &Form, jkt: Option<&str>, now: UnixTime) -> Self {
        let key = jkt.filter(|_| form.value("dpop_jkt").is_none());
        // An empty one counts as absent (RFC 6749 §3.1), and must not make it two.
        let replaced = |name: &str| name == "client_id" || (name == "dpop_jkt" && key.is_some());
        let asked =
            form.pairs().iter().filter(|(name, _)| !CREDENTIALS.contains(&name.as_str()) && !replaced(name));
        let parameters = [("client_id".to_owned(), client_id.to_string())].into_iter().chain(asked.cloned());
        let parameters = parameters.chain(key.map(|jkt| ("dpop_jkt".to_owned(), jkt.to_owned())));
        Self {
            client_id: client_id.clone(),
            parameters: parameters.collect(),
            expires_at: now.plus(LIFETIME),
        }
    }

    /// Its `request_uri`.
    pub fn seal(&self, keyring: &Keyring) -> String {
        let sealed = sealed::seal(keyring, &PUSHED_REQUEST, &postcard::to_allocvec(self).unwrap_or_default());
        format!("{URN}{sealed}")
    }

    /// Whether a `request_uri` is one of a pushed request, ours or not.
    pub fn is_named_by(request_uri: &str) -> bool {
        request_uri.starts_with(URN)
    }

    /// From a `request_uri`; `None` if it was not sealed here, is too old, or is another client's (RFC 9126 §4).
    pub fn open(keyring: &Keyring, request_uri: &str, client_id: &str, now: UnixTime) -> Option<Self> {
        let opened = sealed::open(keyring, &PUSHED_REQUEST, request_uri.strip_prefix(URN)?)?;
        let request: Self = postcard::from_bytes(&opened.payload).ok()?;
        (now < request.expires_at && request.client_id.as_str() == client_id).then_some(request)
    }

    /// The parameters. What stands beside `request_uri` counts for nothing (RFC 9101 §6.3).
    pub fn form(&self) -> Form {
        Form::from_pairs(self.parameters.clone())
    }
}
