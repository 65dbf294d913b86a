//! Workers KV. Every key and its life, in one place:
//!
//! | key | value | life |
//! |---|---|---|
//! | `client:{SHA-256 of the id}` | a registered client | until it is deleted |
//! | `denied:{SHA-256 of the id}` | `1`: a sealed client that is stopped | until it is allowed again |
//! | `consent:{sub}:{SHA-256 of the client's id}` | a consent; in the metadata too, so that one list shows all | until access is removed |
//!
//! Reads may be a minute old elsewhere, misses too. Nothing here is good for one use.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::json;
use crate::edge::task::end_of;
use crate::edge::{Edge, glue, thrown, unavailable};
use crate::model::client::StoredClient;
use crate::model::client_id::{ClientHash, ClientId};
use crate::model::consent::{Consent, ListedConsent};
use crate::model::id::SubjectId;
use crate::store::Unavailable;
use crate::store::clients::Clients;
use crate::store::consents::Consents;

/// Whether a list shows the value, so that it need not be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    ByItself,
    InLists,
}

/// The platform's limit for metadata is 1,024 bytes.
const MAX_METADATA: usize = 1000;

impl Edge {
    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Unavailable> {
        self.meter.kv_read();
        let text = end_of(glue::read_kv(&self.env, key)).await.map_err(thrown)?.as_string();
        text.map(|text| json::read(&text).map_err(unavailable)).transpose()
    }

    async fn write<T: Serialize>(&self, key: &str, value: &T, shown: Shown) -> Result<(), Unavailable> {
        self.meter.kv_write();
        let json = serde_json::to_string(value).map_err(unavailable)?;
        let metadata = (shown == Shown::InLists && json.len() <= MAX_METADATA).then_some(json.as_str());
        end_of(glue::write_kv(&self.env, key, &json, metadata)).await.map(drop).map_err(thrown)
    }

    async fn remove(&self, key: &str) -> Result<(), Unavailable> {
        self.meter.kv_write();
        end_of(glue::delete_kv(&self.env, key)).await.map(drop).map_err(thrown)
    }
}

fn client_key(id: &ClientId) -> String {
    format!("client:{}", id.hash().as_str())
}

fn denied_key(id: &ClientId) -> String {
    format!("denied:{}", id.hash().as_str())
}

fn consent_key(sub: SubjectId, client: &ClientHash) -> String {
    format!("consent:{sub}:{}", client.as_str())
}

#[async_trait(?Send)]
impl Clients for Edge {
    async fn find(&self, id: &ClientId) -> Result<Option<StoredClient>, Unavailable> {
        self.read(&client_key(id)).await
    }

    async fn save(&self, client: &StoredClient) -> Result<(), Unavailable> {
        self.write(&client_key(&client.id), client, Shown::ByItself).await
    }

    async fn delete(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.remove(&client_key(id)).await
    }

    async fn is_denied(&self, id: &ClientId) -> Result<bool, Unavailable> {
        Ok(self.read::<u8>(&denied_key(id)).await?.is_some())
    }

    async fn deny(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.write(&denied_key(id), &1_u8, Shown::ByItself).await
    }

    async fn allow(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.remove(&denied_key(id)).await
    }
}

#[async_trait(?Send)]
impl Consents for Edge {
    async fn find(&self, sub: SubjectId, client: &ClientHash) -> Result<Option<Consent>, Unavailable> {
        self.read(&consent_key(sub, client)).await
    }

    async fn save(&self, sub: SubjectId, client: &ClientHash, consent: &Consent) -> Result<(), Unavailable> {
        self.write(&consent_key(sub, client), consent, Shown::InLists).await
    }

    async fn delete(&self, sub: SubjectId, client: &ClientHash) -> Result<(), Unavailable> {
        self.remove(&consent_key(sub, client)).await
    }

    async fn list(&self, sub: SubjectId) -> Result<Vec<ListedConsent>, Unavailable> {
        self.meter.kv_list();
        let prefix = format!("consent:{sub}:");
        let keys =
            end_of(glue::list_kv(&self.env, &prefix)).await.map_err(thrown)?.as_string().unwrap_or_default();
        let keys: Vec<(String, Option<String>)> = json::read(&keys).map_err(unavailable)?;
        let mut listed = Vec::new();
        for (key, metadata) in keys {
            let Some(client) = key.strip_prefix(&prefix).and_then(ClientHash::parse) else { continue };
            let shown = metadata.and_then(|metadata| json::read(&metadata).ok());
            let consent = match shown {
                Some(consent) => Some(consent),
                None => self.read::<Consent>(&key).await?,
            };
            listed.extend(consent.map(|consent| ListedConsent { client, consent }));
        }
        Ok(listed)
    }
}
