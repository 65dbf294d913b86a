//! One JSON record and an alarm in an object's SQLite storage. The SQL is synchronous: between a load and a save
//! nothing else runs.

use std::future::Future;

use async_trait::async_trait;
use js_sys::wasm_bindgen::JsValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::JsFuture;
use worker::worker_sys::DurableObjectState;

use crate::base::json;
use crate::base::time::UnixTime;
use crate::edge::{glue, thrown, unavailable};
use crate::store::Unavailable;
use crate::store::record::Record;

const CREATE: &str =
    "CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY CHECK (id = 0), json TEXT, wake_at REAL)";

/// The storage of the object at hand.
pub struct ObjectRecord<'a>(pub &'a DurableObjectState);

impl ObjectRecord<'_> {
    /// An object that has nothing stays without a table: looking at it must not write.
    fn has_table(&self) -> Result<bool, Unavailable> {
        let found =
            glue::query(self.0, "SELECT 1 FROM sqlite_master WHERE name = 'record'").map_err(thrown)?;
        Ok(!found.is_undefined())
    }

    /// The alarm has gone off: it is no longer set.
    pub fn clear_alarm(&self) -> Result<(), Unavailable> {
        match self.has_table()? {
            true => {
                glue::query(self.0, "UPDATE record SET wake_at = NULL WHERE id = 0").map(drop).map_err(thrown)
            }
            false => Ok(()),
        }
    }
}

#[async_trait(?Send)]
impl Record for ObjectRecord<'_> {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        match glue::query(self.0, "SELECT json FROM record WHERE id = 0") {
            Ok(json) => Ok(json.as_string()),
            Err(error) if self.has_table()? => Err(thrown(error)),
            Err(_) => Ok(None),
        }
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        glue::query(self.0, CREATE).map_err(thrown)?;
        let upsert =
            "INSERT INTO record (id, json) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
        glue::query_text(self.0, upsert, json).map(drop).map_err(thrown)
    }

    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds since 1970 fit 53 bits for 285,000 years"
        )]
        let at = at.millis() as f64;
        // One statement: an alarm that is earlier already stays, and nothing is read that is not needed.
        let earlier =
            "UPDATE record SET wake_at = ?1 WHERE id = 0 AND (wake_at IS NULL OR wake_at > ?1) RETURNING 1";
        if glue::query_number(self.0, earlier, at).map_err(thrown)?.is_undefined() {
            return Ok(());
        }
        glue::set_alarm(self.0, at).await.map(drop).map_err(thrown)
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        glue::delete_all(self.0).await.map(drop).map_err(thrown)
    }
}

/// Reads a command, answers it. An object never panics and never leaves its caller without an answer.
pub async fn answer<C, R, F>(
    request: web_sys::Request,
    serve: impl FnOnce(C) -> F,
) -> Result<web_sys::Response, JsValue>
where
    C: DeserializeOwned,
    R: Serialize,
    F: Future<Output = Result<R, Unavailable>>,
{
    let text = JsFuture::from(request.text()?).await?.as_string().unwrap_or_default();
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_object("before", &text);
    let command = match json::read(&text) {
        Ok(command) => command,
        Err(error) => return glue::reply(400, &format!("command: {error}")),
    };
    let reply = serve(command).await;
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_object("after", &text);
    match reply.and_then(|reply| serde_json::to_string(&reply).map_err(unavailable)) {
        Ok(reply) => glue::reply(200, &reply),
        Err(error) => glue::reply(503, &error.0),
    }
}
