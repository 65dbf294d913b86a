//! One JSON record and an alarm in an object's SQLite storage. The SQL is synchronous: between a load and a save
//! nothing else runs.

use std::future::Future;

use async_trait::async_trait;
use js_sys::wasm_bindgen::JsValue;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{ScheduledTime, SqlStorageValue, State};

use crate::base::time::UnixTime;
use crate::edge::unavailable;
use crate::store::Unavailable;
use crate::store::record::Record;

const CREATE: &str =
    "CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY CHECK (id = 0), json TEXT, wake_at REAL)";

/// The storage of the object at hand.
pub struct ObjectRecord<'a>(pub &'a State);

impl ObjectRecord<'_> {
    fn first(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<Vec<SqlStorageValue>>, Unavailable> {
        let rows = self.0.storage().sql().exec(query, values).map_err(unavailable)?;
        rows.raw().next().transpose().map_err(unavailable)
    }

    /// An object that has nothing stays without a table: looking at it must not write.
    fn has_table(&self) -> Result<bool, Unavailable> {
        Ok(self.first("SELECT 1 FROM sqlite_master WHERE name = 'record'", Vec::new())?.is_some())
    }

    fn write(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<(), Unavailable> {
        self.0.storage().sql().exec(query, values).map(drop).map_err(unavailable)
    }

    /// The alarm has gone off: it is no longer set.
    pub fn clear_alarm(&self) -> Result<(), Unavailable> {
        match self.has_table()? {
            true => self.write("UPDATE record SET wake_at = NULL WHERE id = 0", Vec::new()),
            false => Ok(()),
        }
    }
}

#[async_trait(?Send)]
impl Record for ObjectRecord<'_> {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        let values = match self.first("SELECT json FROM record WHERE id = 0", Vec::new()) {
            Ok(values) => values.unwrap_or_default(),
            Err(error) if self.has_table()? => return Err(error),
            Err(_) => return Ok(None),
        };
        Ok(values.into_iter().find_map(|value| match value {
            SqlStorageValue::String(json) => Some(json),
            _ => None,
        }))
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        self.write(CREATE, Vec::new())?;
        let upsert =
            "INSERT INTO record (id, json) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
        self.write(upsert, vec![json.into()])
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
        if self.first(earlier, vec![at.into()])?.is_none() {
            return Ok(());
        }
        let date = js_sys::Date::new(&JsValue::from_f64(at));
        self.0.storage().set_alarm(ScheduledTime::new(date)).await.map_err(unavailable)
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        self.0.storage().delete_all().await.map_err(unavailable)
    }
}

/// Reads a command, answers it. An object never panics and never leaves its caller without an answer.
pub async fn answer<C, R, F>(
    mut request: worker::Request,
    serve: impl FnOnce(C) -> F,
) -> worker::Result<worker::Response>
where
    C: DeserializeOwned,
    R: Serialize,
    F: Future<Output = Result<R, Unavailable>>,
{
    let text = request.text().await?;
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_object("before", &text);
    let command = match serde_json::from_str(&text) {
        Ok(command) => command,
        Err(error) => return worker::Response::error(format!("command: {error}"), 400),
    };
    let reply = serve(command).await;
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_object("after", &text);
    match reply {
        Ok(reply) => worker::Response::ok(serde_json::to_string(&reply)?),
        Err(error) => worker::Response::error(error.0, 503),
    }
}
