//! Resource indicators (RFC 8707): which audiences there are, and which one a request means.

use crate::base::form::Form;
use crate::model::config::Config;
use crate::model::issuer::Issuer;
use crate::model::resource::ProtectedResource;
use crate::model::scope::{STANDARD, Scope};

/// An audience that a request means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// Its identifier.
    pub identifier: String,
    /// The scopes it understands; `None` where it understands all.
    pub scope: Option<Scope>,
}

impl Audience {
    /// What of `scope` means anything to this audience (RFC 8707 §2: scopes are narrowed to the resource). Those of
    /// OpenID Connect speak to this server, whatever the access token is for.
    pub fn narrow(&self, scope: Scope) -> Scope {
        match &self.scope {
            Some(own) => scope.and(&own.or(&Scope::from_tokens(STANDARD))),
            None => scope,
        }
    }
}

/// The audience a request asks for; the issuer where it names none. `None` when it names something else or several.
pub fn audience_of(form: &Form, config: &Config, issuer: &Issuer) -> Option<Audience> {
    let mut sent = form.values("resource");
    let (resource, more) = (sent.next(), sent.next());
    match (resource, more) {
        (None, _) => audience_named(issuer.as_str(), config, issuer),
        (Some(_), Some(_)) => None,
        (Some(resource), None) => audience_named(resource, config, issuer),
    }
}

/// The audience of that identifier.
pub fn audience_named(resource: &str, config: &Config, issuer: &Issuer) -> Option<Audience> {
    // Clients that build the indicator as a URL spell the origin with a slash.
    if resource.trim_end_matches('/') == issuer.as_str() {
        return Some(Audience { identifier: issuer.to_string(), scope: None });
    }
    let known = known_audiences(config, issuer).into_iter().find(|known| known.identifier == resource)?;
    let scope = Scope::from_tokens(known.scopes.iter().map(String::as_str));
    let scope = (!scope.is_empty()).then_some(scope);
    Some(Audience { identifier: known.identifier, scope })
}

/// Every resource but the issuer itself.
pub fn known_audiences(config: &Config, issuer: &Issuer) -> Vec<ProtectedResource> {
    ProtectedResource::built_in(issuer).into_iter().chain(config.resources.iter().cloned()).collect()
}
