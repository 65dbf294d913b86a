//! Protected resource metadata (RFC 9728 §2).

use serde_json::{Value, json};

use crate::jose::algorithm::SigningAlgorithm;
use crate::model::issuer::Issuer;

/// The document of one resource.
pub fn resource_metadata(resource: &str, scopes: &[String], issuer: &Issuer) -> Value {
    json!({
        "resource": resource,
        "authorization_servers": [issuer.as_str()],
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
        // RFC 9449 §5.1: a token may be bound to a key, and whether it has to be is up to its client.
        "dpop_signing_alg_values_supported": SigningAlgorithm::ALL.map(SigningAlgorithm::word),
        "dpop_bound_access_tokens_required": false,
    })
}
