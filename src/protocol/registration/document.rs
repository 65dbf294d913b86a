//! What a registration answers (RFC 7591 §3.2.1, RFC 7592 §3).

use serde_json::{Map, Value, json};

use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::model::catalogue::Catalogue;
use crate::model::client_id::ClientId;
use crate::model::client_metadata::ClientMetadata;
use crate::model::client_secret::ClientSecret;
use crate::model::issuer::Issuer;

/// The client information response.
#[derive(Debug)]
pub struct ClientDocument<'a> {
    /// The id.
    pub id: &'a ClientId,
    /// What was registered.
    pub metadata: &'a ClientMetadata,
    /// The secret, where it is shown: once.
    pub secret: Option<&'a ClientSecret>,
    /// When; unknown for sealed clients, whose id must not depend on it.
    pub issued_at: Option<UnixTime>,
    /// How the registration is managed, where it is stored.
    pub management: Option<Management<'a>>,
}

/// RFC 7592 §3.
#[derive(Debug)]
pub struct Management<'a> {
    /// The registration access token.
    pub token: &'a Secret<String>,
}

impl ClientDocument<'_> {
    /// As JSON.
    pub fn to_json(&self, catalogue: &Catalogue, issuer: &Issuer) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("client_id".into(), json!(self.id));
        if let Some(secret) = self.secret {
            out.insert("client_secret".into(), json!(secret.expose()));
        }
        // RFC 7591 §3.2.1: REQUIRED if client_secret is issued; 0 is never.
        if self.metadata.auth_method.has_secret() {
            out.insert("client_secret_expires_at".into(), json!(0));
        }
        if let Some(issued_at) = self.issued_at {
            out.insert("client_id_issued_at".into(), json!(issued_at.seconds()));
        }
        if let Some(management) = &self.management {
            out.insert("registration_access_token".into(), json!(management.token.expose()));
            out.insert("registration_client_uri".into(), json!(format!("{issuer}/register/{}", self.id)));
        }
        out.extend(self.metadata.to_document(catalogue));
        out
    }
}
