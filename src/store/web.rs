//! What others have published, and what they are told: documents of clients, and notices to them. Only to addresses that
//! [`MetadataUri`] admits, never following a redirect, and capped in size and time.

use std::rc::Rc;

use async_trait::async_trait;

use crate::model::metadata_uri::MetadataUri;
use crate::store::document_cache::DocumentCache;

/// Longest time that an answer may take, in milliseconds.
pub const PATIENCE: u32 = 5000;

/// A document that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The status.
    pub status: u16,
    /// `Content-Type`, or empty.
    pub content_type: String,
    /// `Cache-Control`, or empty.
    pub cache_control: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebError {
    /// No connection, no answer in time, or an answer that broke off.
    Unreachable,
    /// More than was asked for.
    TooLarge,
}

/// The web.
#[async_trait(?Send)]
pub trait Web {
    /// What this isolate keeps of it.
    fn cache(&self) -> Rc<DocumentCache>;
    /// Fetches a document of at most `limit` bytes, of the types that `accept` names. A redirect is an answer like any other.
    async fn get(&self, uri: &MetadataUri, limit: usize, accept: &str) -> Result<Document, WebError>;
    /// Posts a form, and says with which status that was answered.
    async fn post(&self, uri: &MetadataUri, form: &str) -> Result<u16, WebError>;
}
