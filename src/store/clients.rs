//! Registered clients, and the deny list: of those that are registered nowhere, and of those that were stopped. May be a minute
//! old.

use async_trait::async_trait;

use crate::model::client::{ClientSummary, StoredClient};
use crate::model::client_id::ClientId;
use crate::store::Unavailable;
use crate::store::page::Page;

/// Where clients are kept.
#[async_trait(?Send)]
pub trait Clients {
    /// The client, if it is registered.
    async fn find(&self, id: &ClientId) -> Result<Option<StoredClient>, Unavailable>;
    /// Registers it, or replaces what was registered.
    async fn save(&self, client: &StoredClient) -> Result<(), Unavailable>;
    /// A page of all that are registered; `cursor` is where the last one said that it goes on.
    async fn list(&self, cursor: Option<&str>) -> Result<Page<ClientSummary>, Unavailable>;
    /// Forgets it.
    async fn delete(&self, id: &ClientId) -> Result<(), Unavailable>;
    /// Whether a client is denied.
    async fn is_denied(&self, id: &ClientId) -> Result<bool, Unavailable>;
    /// Denies a client.
    async fn deny(&self, id: &ClientId) -> Result<(), Unavailable>;
    /// No longer denies it.
    async fn allow(&self, id: &ClientId) -> Result<(), Unavailable>;
}
