//! One JSON record and an alarm in an object's SQLite storage. The SQL is synchronous: between a load and a save
//! nothing else runs.

use std::future::Future;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::base::json;
use crate::base::time::UnixTime;
use crate::edge::glue::{self, Object};
use crate::edge::task::end_of;
use crate::edge::{failed, thrown, unavailable};
use crate::store::Unavailable;
use crate::store::record::Record;

/// The storage of the object at hand.
pub struct ObjectRecord<'a>(pub &'a Object);

impl ObjectRecord<'_> {
    /// The alarm has gone off: it is no longer set.
    pub fn clear_alarm(&self) -> Result<(), Unavailable> {
        glue::clear_alarm(self.0).map_err(thrown)
    }
}

#[async_trait(?Send)]
impl Record for ObjectRecord<'_> {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        glue::load_record(self.0).map_err(thrown)
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        glue::save_record(self.0, json).map_err(thrown)
    }

    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds since 1970 fit 53 bits for 285,000 years"
        )]
        let at = at.millis() as f64;
        match glue::wake_at(self.0, at).map_err(thrown)? {
            Some(ticket) => end_of(ticket).await.map(drop).map_err(thrown),
            None => Ok(()),
        }
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        end_of(glue::erase_record(self.0)).await.map(drop).map_err(thrown)
    }
}

/// Reads a command, answers it. An object never panics and never leaves its caller without an answer.
pub async fn answer<C, R, F>(command: &str, serve: impl FnOnce(C) -> F) -> JsValue
where
    C: DeserializeOwned,
    R: Serialize,
    F: Future<Output = Result<R, Unavailable>>,
{
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_object("before", command);
    let read = match json::read(command) {
        Ok(read) => read,
        Err(error) => return glue::failure(&format!("command: {error}")),
    };
    let reply = serve(read).await;
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_object("after", command);
    match reply.and_then(|reply| serde_json::to_string(&reply).map_err(unavailable)) {
        Ok(reply) => JsValue::from_str(&reply),
        Err(error) => failed(error),
    }
}

/// What an alarm says: an error makes the platform try again.
pub fn woken(result: Result<(), Unavailable>) -> JsValue {
    result.map_or_else(failed, |()| JsValue::TRUE)
}
