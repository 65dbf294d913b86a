//! Authorization server metadata (RFC 8414 §2). Follows from the enums, so that nothing is advertised that is not there.

use serde_json::{Value, json};

use crate::model::auth_method::AuthMethod;
use crate::model::config::{Config, Registration};
use crate::model::grant_type::GrantType;
use crate::model::issuer::Issuer;
use crate::model::pkce;
use crate::protocol::resource::known_audiences;

/// The document.
pub fn authorization_server_metadata(config: &Config, issuer: &Issuer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let methods: Vec<_> = AuthMethod::ALL.iter().map(|m| m.word()).collect();
    let confidential: Vec<_> =
        AuthMethod::ALL.iter().filter(|m| m.is_confidential()).map(|m| m.word()).collect();
    let scopes: Vec<_> = config.catalogue.entries().iter().map(|e| e.name.as_str()).collect();
    let resources: Vec<_> = known_audiences(config, issuer).into_iter().map(|r| r.identifier).collect();
    let mut document = json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint": at("/revoke"),
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint": at("/introspect"),
        "introspection_endpoint_auth_methods_supported": confidential,
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": GrantType::ALL.map(GrantType::word),
        "code_challenge_methods_supported": [pkce::METHOD],
        "ui_locales_supported": ["en", "ko"],
        "authorization_response_iss_parameter_supported": true,
        "protected_resources": resources,
    });
    if config.registration != Registration::Closed
        && let Some(members) = document.as_object_mut()
    {
        members.insert("registration_endpoint".into(), json!(at("/register")));
    }
    document
}
