//! Workers KV. Every key and its life, in one place:
//!
//! | key | value | life |
//! |---|---|---|
//! | `client:{SHA-256 of the id}` | a registered client; in the metadata what a list of all of them shows | until it is deleted |
//! | `account:{sub}` | a row of the directory of accounts; in the metadata too | until the account is deleted |
//! | `denied:{SHA-256 of the id}` | `1`: a client that is stopped; of a registered one its own entry says so, too | until it is allowed again |
//! | `consent:{sub}:{SHA-256 of the client's id}` | a consent; in the metadata too, so that one list shows all | until access is removed |
//!
//! Reads may be a minute old elsewhere, misses too. Nothing here is good for one use.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::json;
use crate::edge::task::end_of;
use crate::edge::{Edge, glue, thrown, unavailable};
use crate::model::client::{ClientSummary, StoredClient};
use crate::model::client_id::{ClientHash, ClientId};
use crate::model::consent::{Consent, ListedConsent};
use crate::model::directory_entry::DirectoryEntry;
use crate::model::id::SubjectId;
use crate::store::Unavailable;
use crate::store::clients::Clients;
use crate::store::consents::Consents;
use crate::store::directory::Directory;
use crate::store::page::{PAGE, Page};

/// The platform's limit for metadata is 1,024 bytes.
const MAX_METADATA: usize = 1000;

/// What a list shows of a key, so that it need not be read.
fn listed<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok().filter(|json| json.len() <= MAX_METADATA)
}

impl Edge {
    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Unavailable> {
        self.meter.kv_read();
        let text = end_of(glue::read_kv(&self.env, key)).await.map_err(thrown)?.as_string();
        text.map(|text| json::read(&text).map_err(unavailable)).transpose()
    }

    async fn write<T: Serialize>(
        &self,
        key: &str,
        value: &T,
        listed: Option<String>,
    ) -> Result<(), Unavailable> {
        self.meter.kv_write();
        let json = serde_json::to_string(value).map_err(unavailable)?;
        end_of(glue::write_kv(&self.env, key, &json, listed.as_deref())).await.map(drop).map_err(thrown)
    }

    /// A page of the keys with a prefix, each with what is shown of it.
    async fn page(
        &self,
        prefix: &str,
        cursor: Option<&str>,
    ) -> Result<Page<(String, Option<String>)>, Unavailable> {
        self.meter.kv_list();
        let limit = u32::try_from(PAGE).unwrap_or(u32::MAX);
        let page = end_of(glue::page_kv(&self.env, prefix, limit, cursor)).await.map_err(thrown)?;
        let (entries, next) = json::read(&page.as_string().unwrap_or_default()).map_err(unavailable)?;
        Ok(Page { entries, next })
    }

    async fn forget(&self, key: &str) -> Result<(), Unavailable> {
        self.meter.kv_write();
        end_of(glue::delete_kv(&self.env, key)).await.map(drop).map_err(thrown)
    }
}

fn client_key(id: &ClientId) -> String {
    format!("client:{}", id.hash().as_str())
}

fn directory_key(sub: SubjectId) -> String {
    format!("account:{sub}")
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
        self.write(&client_key(&client.id), client, listed(&client.summary())).await
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Page<ClientSummary>, Unavailable> {
        let page = self.page("client:", cursor).await?;
        let mut entries = Vec::new();
        for (key, shown) in page.entries {
            // Clients of earlier builds show nothing.
            match shown.and_then(|shown| json::read(&shown).ok()) {
                Some(summary) => entries.push(summary),
                None => entries.extend(self.read(&key).await?.map(|client: StoredClient| client.summary())),
            }
        }
        Ok(Page { entries, next: page.next })
    }

    async fn delete(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.forget(&client_key(id)).await
    }

    async fn is_denied(&self, id: &ClientId) -> Result<bool, Unavailable> {
        Ok(self.read::<u8>(&denied_key(id)).await?.is_some())
    }

    async fn deny(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.write(&denied_key(id), &1_u8, None).await
    }

    async fn allow(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.forget(&denied_key(id)).await
    }
}

#[async_trait(?Send)]
impl Consents for Edge {
    async fn find(&self, sub: SubjectId, client: &ClientHash) -> Result<Option<Consent>, Unavailable> {
        self.read(&consent_key(sub, client)).await
    }

    async fn save(&self, sub: SubjectId, client: &ClientHash, consent: &Consent) -> Result<(), Unavailable> {
        self.write(&consent_key(sub, client), consent, listed(consent)).await
    }

    async fn delete(&self, sub: SubjectId, client: &ClientHash) -> Result<(), Unavailable> {
        self.forget(&consent_key(sub, client)).await
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

#[async_trait(?Send)]
impl Directory for Edge {
    async fn list(&self, cursor: Option<&str>) -> Result<Page<DirectoryEntry>, Unavailable> {
        let page = self.page("account:", cursor).await?;
        let mut entries = Vec::new();
        for (key, shown) in page.entries {
            match shown.and_then(|shown| json::read(&shown).ok()) {
                Some(entry) => entries.push(entry),
                None => entries.extend(self.read::<DirectoryEntry>(&key).await?),
            }
        }
        Ok(Page { entries, next: page.next })
    }

    async fn save(&self, entry: &DirectoryEntry) -> Result<(), Unavailable> {
        self.write(&directory_key(entry.sub), entry, listed(entry)).await
    }

    async fn remove(&self, sub: SubjectId) -> Result<(), Unavailable> {
        self.forget(&directory_key(sub)).await
    }
}
