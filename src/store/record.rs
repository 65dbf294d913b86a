//! The storage inside an object: one record, and an alarm.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::json;
use crate::base::time::UnixTime;
use crate::store::Unavailable;

/// What an object stores. Loading and saving are synchronous, so that nothing comes between them.
#[async_trait(?Send)]
pub trait Record {
    /// The record.
    fn load(&self) -> Result<Option<String>, Unavailable>;
    /// Replaces it.
    fn save(&self, json: &str) -> Result<(), Unavailable>;
    /// Wakes the object at `at`, or earlier if it is to be woken earlier already.
    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable>;
    /// Deletes everything, the alarm too.
    async fn erase(&self) -> Result<(), Unavailable>;
}

/// The record, read. What does not read is our own fault and stops here.
pub fn load<T: DeserializeOwned>(record: &dyn Record) -> Result<Option<T>, Unavailable> {
    let Some(json) = record.load()? else { return Ok(None) };
    json::read(&json).map(Some).map_err(|error| Unavailable(format!("stored record: {error}")))
}

/// Saves a record.
pub fn save<T: Serialize>(record: &dyn Record, value: &T) -> Result<(), Unavailable> {
    let json = serde_json::to_string(value).map_err(|error| Unavailable(format!("record: {error}")))?;
    record.save(&json)
}
