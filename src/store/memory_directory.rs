//! The directory of accounts in memory, and pages of what is listed there.

use async_trait::async_trait;

use crate::model::directory_entry::DirectoryEntry;
use crate::model::id::SubjectId;
use crate::store::Unavailable;
use crate::store::directory::Directory;
use crate::store::memory::Memory;
use crate::store::page::{PAGE, Page};

/// What comes after `cursor`, by the keys under which it is kept.
pub(super) fn page<T>(entries: impl Iterator<Item = (String, T)>, cursor: Option<&str>) -> Page<T> {
    let rest = entries.filter(|(key, _)| cursor.is_none_or(|cursor| key.as_str() > cursor));
    let mut entries: Vec<_> = rest.take(PAGE.saturating_add(1)).collect();
    let goes_on = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| goes_on).map(|(key, _)| key.clone());
    Page { entries: entries.into_iter().map(|(_, entry)| entry).collect(), next }
}

#[async_trait(?Send)]
impl Directory for Memory {
    async fn list(&self, cursor: Option<&str>) -> Result<Page<DirectoryEntry>, Unavailable> {
        self.meter.kv_list();
        self.answering()?;
        let directory = self.directory.borrow();
        Ok(page(directory.iter().map(|(key, entry)| (key.clone(), entry.clone())), cursor))
    }

    async fn save(&self, entry: &DirectoryEntry) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        if self.directory_down.get() {
            return Err(Unavailable("the directory is down".into()));
        }
        self.directory.borrow_mut().insert(entry.sub.to_string(), entry.clone());
        Ok(())
    }

    async fn remove(&self, sub: SubjectId) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.directory.borrow_mut().remove(&sub.to_string());
        Ok(())
    }
}
