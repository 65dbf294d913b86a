//! Resource indicators (RFC 8707): which audiences there are, and which one a request means.

use crate::base::form::Form;
use crate::model::config::Config;
use crate::model::issuer::Issuer;
use crate::model::resource::ProtectedResource;

/// The audience a request asks for; the issuer where it names none. `None` when it names something else or several.
pub fn audience_of(form: &Form, config: &Config, issuer: &Issuer) -> Option<String> {
    let mut sent = form.values("resource");
    let (resource, more) = (sent.next(), sent.next());
    match (resource, more) {
        (None, _) => Some(issuer.to_string()),
        (Some(_), Some(_)) => None,
        // Clients that build the indicator as a URL spell the origin with a slash.
        (Some(resource), None) if resource.trim_end_matches('/') == issuer.as_str() => {
            Some(issuer.to_string())
        }
        (Some(resource), None) => {
            known_audiences(config, issuer).into_iter().map(|r| r.identifier).find(|id| id == resource)
        }
    }
}

/// Every resource but the issuer itself.
pub fn known_audiences(config: &Config, issuer: &Issuer) -> Vec<ProtectedResource> {
    ProtectedResource::built_in(issuer).into_iter().chain(config.resources.iter().cloned()).collect()
}
