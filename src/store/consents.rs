//! Remembered consents. May be a minute old, so they only ever save a question.

use async_trait::async_trait;

use crate::model::client_id::ClientHash;
use crate::model::consent::{Consent, ListedConsent};
use crate::model::id::SubjectId;
use crate::store::Unavailable;

/// Where consents are kept.
#[async_trait(?Send)]
pub trait Consents {
    /// What the owner answered this client.
    async fn find(&self, sub: SubjectId, client: &ClientHash) -> Result<Option<Consent>, Unavailable>;
    /// Remembers an answer.
    async fn save(&self, sub: SubjectId, client: &ClientHash, consent: &Consent) -> Result<(), Unavailable>;
    /// Forgets it.
    async fn delete(&self, sub: SubjectId, client: &ClientHash) -> Result<(), Unavailable>;
    /// Everything the owner answered.
    async fn list(&self, sub: SubjectId) -> Result<Vec<ListedConsent>, Unavailable>;
}
