//! The directory of accounts, for administrators. May be a minute old, and lacks an account whose entry could not be
//! written: what it says is never decided by.

use async_trait::async_trait;

use crate::model::directory_entry::DirectoryEntry;
use crate::model::id::SubjectId;
use crate::store::Unavailable;
use crate::store::page::Page;

/// Where the directory is.
#[async_trait(?Send)]
pub trait Directory {
    /// A page of it, in no order that means anything; `cursor` is where the last one said that it goes on.
    async fn list(&self, cursor: Option<&str>) -> Result<Page<DirectoryEntry>, Unavailable>;
    /// Lists an account, or says something else of it.
    async fn save(&self, entry: &DirectoryEntry) -> Result<(), Unavailable>;
    /// The account is no longer there.
    async fn remove(&self, sub: SubjectId) -> Result<(), Unavailable>;
}
