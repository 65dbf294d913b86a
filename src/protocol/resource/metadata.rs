//! Protected resource metadata (RFC 9728 §2).

use serde_json::{Value, json};

use crate::model::issuer::Issuer;

/// The document of one resource.
pub fn resource_metadata(resource: &str, scopes: &[String], issuer: &Issuer) -> Value {
    json!({
        "resource": resource,
        "authorization_servers": [issuer.as_str()],
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
    })
}
