//! Where the owner goes back to. The first check of all, and the only way to make a redirect to a client.

use crate::base::form::{Form, encode_pairs};
use crate::model::client::Client;
use crate::model::issuer::Issuer;
use crate::model::redirect_uri::Destination;
use crate::protocol::authorization::{AuthorizationError, PageRefusal, ResponseMode};

/// A redirect URI that is the client's own, and the state that goes back with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo {
    redirect_uri: String,
    destination: Destination,
    state: Option<String>,
    mode: ResponseMode,
}

/// An answer to the client, on its way through the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A redirect to this address.
    Redirect(String),
    /// A form with these fields.
    Form(Vec<(String, String)>),
}

/// Matches the redirect URI that was sent with those of the client.
///
/// # Errors
/// [`PageRefusal`]: shown here, never redirected (RFC 6749 §4.1.2.1).
pub fn identify(form: &Form, client: Option<&Client>) -> Result<ReturnTo, PageRefusal> {
    if form.values("client_id").count() != 1 {
        return Err(PageRefusal::NoClient);
    }
    let client = client.ok_or(PageRefusal::UnknownClient)?;
    let mut sent = form.values("redirect_uri");
    let (Some(redirect_uri), None) = (sent.next(), sent.next()) else {
        return Err(PageRefusal::NoRedirectUri);
    };
    let registered = client.metadata.redirect_uris.iter().find(|registered| registered.matches(redirect_uri));
    let destination = registered.ok_or(PageRefusal::RedirectUriMismatch)?.destination();
    let mut states = form.values("state");
    let state = match (states.next(), states.next()) {
        (Some(state), None) => Some(state.to_owned()),
        _ => None,
    };
    // What is no mode, or two of them, is refused by the checks: in the query, like every error.
    let mut modes = form.values("response_mode");
    let mode = match (modes.next(), modes.next()) {
        (Some(word), None) => ResponseMode::parse(word).unwrap_or_default(),
        _ => ResponseMode::default(),
    };
    Ok(ReturnTo { redirect_uri: redirect_uri.to_owned(), destination, state, mode })
}

impl ReturnTo {
    /// The redirect URI, as the client spelled it.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// What kind of place it is.
    pub fn destination(&self) -> Destination {
        self.destination
    }

    /// The authorization response (RFC 6749 §4.1.2, RFC 9207 §2).
    pub fn with_code(&self, code: &str, issuer: &Issuer) -> Reply {
        self.with(&[("code", code)], issuer)
    }

    /// The error response (RFC 6749 §4.1.2.1).
    pub fn with_error(&self, error: &AuthorizationError, issuer: &Issuer) -> Reply {
        self.with(&[("error", error.code()), ("error_description", &error.description())], issuer)
    }

    fn with(&self, answer: &[(&str, &str)], issuer: &Issuer) -> Reply {
        let state = self.state.as_deref().map(|state| ("state", state));
        let pairs = answer.iter().copied().chain(state).chain([("iss", issuer.as_str())]);
        if self.mode == ResponseMode::FormPost {
            return Reply::Form(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        }
        let separator = match self.redirect_uri.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        Reply::Redirect(format!("{}{separator}{}", self.redirect_uri, encode_pairs(pairs)))
    }
}
