//! A request that waits for its owner: sealed, and carried by the browser through sign-in. No state here.

use serde::{Deserialize, Serialize};

use crate::base::form::Form;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::purpose::REQUEST;
use crate::model::redirect_uri;

/// How long a request may wait for its owner.
const LIFETIME: Seconds = Seconds::minutes(60);

/// A request whose client and redirect URI were proven when it was sealed. Checked again whenever it comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingRequest {
    parameters: Vec<(String, String)>,
    /// The client's name, so that the sign-in page can say who asks.
    pub client_name: String,
    /// The owner must have signed in later than this (`prompt=login`, `max_age`).
    pub auth_after: Option<UnixTime>,
    /// The owner has been through the sign-in page, and chose who to be (`prompt=select_account`).
    pub chosen: bool,
    /// The client pushed it.
    pub pushed: bool,
    expires_at: UnixTime,
}

/// When a request first came in, as far as re-authentication is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedAt {
    /// Just now.
    Now,
    /// Earlier: it was sealed then, with what it demanded of the sign-in.
    Earlier {
        /// The owner must have signed in later than this.
        auth_after: Option<UnixTime>,
        /// The owner has been through the sign-in page since.
        chosen: bool,
    },
}

impl PendingRequest {
    /// Of a request that waits from now on.
    pub fn new(form: &Form, client_name: &str, auth_after: Option<UnixTime>, now: UnixTime) -> Self {
        Self {
            parameters: form.pairs().to_vec(),
            client_name: client_name.to_owned(),
            auth_after,
            chosen: false,
            pushed: false,
            expires_at: now.plus(LIFETIME),
        }
    }

    /// The same, as it arrived: pushed by its client, or not.
    #[must_use]
    pub fn arrived(self, pushed: bool) -> Self {
        Self { pushed, ..self }
    }

    /// The same, on its way through the sign-in page.
    #[must_use]
    pub fn choosing(self) -> Self {
        Self { chosen: true, ..self }
    }

    /// The text that travels.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &REQUEST, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From what came back; `None` if it was not sealed here or waited too long.
    pub fn open(keyring: &Keyring, text: &str, now: UnixTime) -> Option<Self> {
        let opened = sealed::open(keyring, &REQUEST, text)?;
        let request: Self = postcard::from_bytes(&opened.payload).ok()?;
        (now < request.expires_at).then_some(request)
    }

    /// The parameters, as the client sent them.
    pub fn form(&self) -> Form {
        Form::from_pairs(self.parameters.clone())
    }

    /// For `form-action`: the redirect chain after a form ends there.
    pub fn csp_source(&self) -> Option<String> {
        self.form().value("redirect_uri").map(redirect_uri::csp_source)
    }
}
