//! A client that guards an API: it asks what the tokens are worth that it is sent, and exchanges them for ones that the
//! store behind it takes (RFC 8693). It has been registered for as long as anybody remembers.

use postern::base::digest::sha256;
use postern::base::opaque::Opaque;
use postern::base::time::UnixTime;
use postern::jose::keyring::Keyring;
use postern::model::auth_method::AuthMethod;
use postern::model::catalogue::Catalogue;
use postern::model::client::StoredClient;
use postern::model::client_id::ClientId;
use postern::model::client_metadata::ClientMetadata;
use postern::model::client_secret;
use postern::model::metadata_uri::Reach;
use postern::store::memory::SeededEntropy;
use serde_json::json;

use crate::actors::basic;

/// What it guards.
pub const API: &str = "https://api.example";
/// What stands behind it.
pub const STORE: &str = "https://store.example";
/// RFC 8693 §3.
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// RFC 8693 §2.1.
pub const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The client.
pub struct Gateway {
    /// Its id.
    pub id: ClientId,
}

impl Gateway {
    /// One whose id is known before anything else is.
    pub fn new(keyring: &Keyring) -> Self {
        Self { id: ClientId::stored(keyring, &SeededEntropy::new(2)) }
    }

    /// What the server is told of the API and the store.
    pub fn resources(&self) -> String {
        json!([
            { "identifier": API, "scopes": ["calendar.read", "notes"],
              "introspection_client": self.id, "exchange_to": [STORE] },
            { "identifier": STORE, "scopes": ["calendar.read"], "introspection_client": self.id },
        ])
        .to_string()
    }

    /// As it is kept.
    pub fn register(&self, catalogue: &Catalogue, keyring: &Keyring) -> StoredClient {
        let document = json!({ "client_name": "Gateway", "redirect_uris": ["https://api.example/cb"],
            "grant_types": ["authorization_code", EXCHANGE] });
        let metadata =
            ClientMetadata::parse(document.as_object().unwrap(), catalogue, Reach::Public).unwrap();
        let (_, secret) = self.secret(keyring);
        StoredClient {
            disabled: false,
            id: self.id.clone(),
            metadata,
            secrets: vec![secret],
            registration_token: Opaque(sha256("nobody knows it")),
            issued_at: UnixTime::default(),
            registered_by: None,
            vouched: false,
            changed_at: UnixTime::default(),
        }
    }

    /// What it authenticates with.
    pub fn credentials(&self, keyring: &Keyring) -> String {
        let (secret, _) = self.secret(keyring);
        basic(self.id.as_str(), &secret)
    }

    fn secret(&self, keyring: &Keyring) -> (String, client_secret::StoredSecret) {
        let entropy = SeededEntropy::new(3);
        let (secret, stored) =
            client_secret::issue(keyring, &entropy, &self.id, AuthMethod::SecretBasic, UnixTime::default());
        (secret.expose().clone(), stored)
    }
}
