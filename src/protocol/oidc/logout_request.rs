//! A request to sign out (RP-Initiated Logout §2): whose session it names, and where it leads.

use serde::{Deserialize, Serialize};

use crate::base::form::{Form, encode_pairs};
use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::client::Client;
use crate::model::client_id::ClientId;
use crate::model::id::SessionId;
use crate::model::purpose::LOGOUT;
use crate::model::redirect_uri::{self, RedirectUri};
use crate::protocol::oidc::{IdTokenHint, session_of};

/// How long it may wait for an answer.
const LIFETIME: Seconds = Seconds::minutes(60);
/// Longest address to go on to, in bytes: it travels in one of ours.
const MAX_ADDRESS: usize = 4096;

/// A request that is in order. It travels sealed, so that nothing of it is checked twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// The client whose ID token came with it, and the session that this token names.
    named: Option<(ClientId, String)>,
    /// `post_logout_redirect_uri`, with the state.
    go_on_to: Option<String>,
    /// Whether it leads there also where nobody is signed in: with an ID token, or for a client that somebody answers for.
    unasked: bool,
    ui_locales: Option<String>,
    expires_at: UnixTime,
}

/// Why a request to sign out is not followed. Shown here: none of these may redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutRefusal {
    /// It cannot be read, or is too long.
    Malformed,
    /// The `id_token_hint` is no ID token that was signed here.
    Hint,
    /// "the OP MUST verify that the Client Identifier matches the one used when issuing the ID Token".
    OtherClient,
    /// There is no such client.
    UnknownClient,
    /// A `post_logout_redirect_uri`, and nothing that says whose.
    NoClient,
    /// It is not one that the client registered.
    RedirectUriMismatch,
    /// It waited too long.
    Expired,
}

impl LogoutRefusal {
    /// For the developer.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Malformed => "the request cannot be read, has a parameter twice, or is too long",
            Self::Hint => "id_token_hint is not an ID token that was signed here",
            Self::OtherClient => "id_token_hint was issued to a client other than client_id",
            Self::UnknownClient => "client_id is not registered here",
            Self::NoClient => "post_logout_redirect_uri needs an id_token_hint or a client_id",
            Self::RedirectUriMismatch => "post_logout_redirect_uri is not one that the client registered",
            Self::Expired => "the request has waited too long, or was not made here",
        }
    }
}

impl LogoutRequest {
    /// Checks a request. `hint` is what its `id_token_hint` says, whose signature was right; `client` is the one that
    /// `client_id` names, or else the hint.
    ///
    /// # Errors
    /// [`LogoutRefusal`].
    pub fn check(
        form: &Form,
        hint: Option<IdTokenHint>,
        client: Option<&Client>,
        now: UnixTime,
    ) -> Result<Self, LogoutRefusal> {
        if form.repeated(&[]).is_some() {
            return Err(LogoutRefusal::Malformed);
        }
        if let Some(id) = form.value("client_id") {
            if hint.as_ref().is_some_and(|hint| hint.aud != id) {
                return Err(LogoutRefusal::OtherClient);
            }
            client.ok_or(LogoutRefusal::UnknownClient)?;
        }
        let go_on_to = match form.value("post_logout_redirect_uri") {
            None => None,
            Some(sent) => Some(address(sent, form.value("state"), hint.is_some(), client)?),
        };
        if go_on_to.as_ref().is_some_and(|address| address.len() > MAX_ADDRESS) {
            return Err(LogoutRefusal::Malformed);
        }
        let unasked = hint.is_some() || client.is_some_and(|client| !client.is_anonymous());
        let named = client.zip(hint).and_then(|(client, hint)| Some((client.id.clone(), hint.sid?)));
        let ui_locales = form.value("ui_locales").filter(|list| list.len() <= 100).map(str::to_owned);
        Ok(Self { named, go_on_to, unasked, ui_locales, expires_at: now.plus(LIFETIME) })
    }

    /// Whether it came with an ID token of this very session. Only its client had that: the owner need not be asked
    /// whether they meant it. A token of an earlier session proves less, and is no proof.
    pub fn names(&self, session: SessionId) -> bool {
        self.named.as_ref().is_some_and(|(client, sid)| *sid == session_of(session, client))
    }

    /// Whether a link alone leads away where nobody is signed in. Anybody may register a client with any address: ours must
    /// not become a way to bring people there (RFC 9700 §4.11.2).
    pub const fn leads_away_unasked(&self) -> bool {
        self.unasked
    }

    /// Where the browser goes afterwards.
    pub fn go_on_to(&self) -> Option<&str> {
        self.go_on_to.as_deref()
    }

    /// For `form-action`: the redirect after a form leads there.
    pub fn csp_source(&self) -> Option<String> {
        self.go_on_to().map(redirect_uri::csp_source)
    }

    /// In which languages the page should speak.
    pub fn ui_locales(&self) -> Option<&str> {
        self.ui_locales.as_deref()
    }

    /// The text that travels.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &LOGOUT, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From what came back.
    ///
    /// # Errors
    /// [`LogoutRefusal::Expired`] if it was not sealed here or waited too long.
    pub fn open(keyring: &Keyring, text: &str, now: UnixTime) -> Result<Self, LogoutRefusal> {
        let opened = sealed::open(keyring, &LOGOUT, text);
        let request = opened.and_then(|opened| postcard::from_bytes::<Self>(&opened.payload).ok());
        request.filter(|request| now < request.expires_at).ok_or(LogoutRefusal::Expired)
    }
}

/// RP-Initiated Logout §2, §3: exactly what the client registered, and `state` is handed back.
fn address(
    sent: &str,
    state: Option<&str>,
    hinted: bool,
    client: Option<&Client>,
) -> Result<String, LogoutRefusal> {
    let unknown = if hinted { LogoutRefusal::UnknownClient } else { LogoutRefusal::NoClient };
    let extension = client.ok_or(unknown)?.metadata.extension.as_ref();
    let registered: &[RedirectUri] =
        extension.map_or(&[], |extension| extension.post_logout_redirect_uris.as_slice());
    if !registered.iter().any(|uri| uri.matches(sent)) {
        return Err(LogoutRefusal::RedirectUriMismatch);
    }
    let Some(state) = state else { return Ok(sent.to_owned()) };
    let separator = match sent.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    Ok(format!("{sent}{separator}{}", encode_pairs([("state", state)])))
}
