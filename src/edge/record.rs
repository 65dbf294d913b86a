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

struct Row {
    json: Option<String>,
    wake_at: Option<f64>,
}

impl Row {
    fn of(values: Vec<SqlStorageValue>) -> Self {
        let mut row = Self { json: None, wake_at: None };
        for value in values {
            match value {
                SqlStorageValue::String(json) => row.json = Some(json),
                SqlStorageValue::Float(at) => row.wake_at = Some(at),
                // A whole number of JavaScript comes as one of Rust.
                #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit 53 bits")]
                SqlStorageValue::Integer(at) => row.wake_at = Some(at as f64),
                SqlStorageValue::Null | SqlStorageValue::Boolean(_) | SqlStorageValue::Blob(_) => {}
            }
        }
        row
    }
}

impl ObjectRecord<'_> {
    fn row(&self) -> Result<Option<Row>, Unavailable> {
        // An object that has nothing stays without a table: looking at it must not write.
        match self.first("SELECT json, wake_at FROM record WHERE id = 0") {
            Ok(values) => Ok(values.map(Row::of)),
            Err(error) => match self.first("SELECT 1 FROM sqlite_master WHERE name = 'record'")? {
                None => Ok(None),
                Some(_) => Err(error),
            },
        }
    }

    fn first(&self, query: &str) -> Result<Option<Vec<SqlStorageValue>>, Unavailable> {
        let rows = self.0.storage().sql().exec(query, None).map_err(unavailable)?;
        rows.raw().next().transpose().map_err(unavailable)
    }

    fn write(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<(), Unavailable> {
        self.0.storage().sql().exec(query, values).map(drop).map_err(unavailable)
    }

    /// The alarm has gone off: it is no longer set.
    pub fn clear_alarm(&self) -> Result<(), Unavailable> {
        match self.row()? {
            Some(_) => self.write("UPDATE record SET wake_at = NULL WHERE id = 0", Vec::new()),
            None => Ok(()),
        }
    }
}

#[async_trait(?Send)]
impl Record for ObjectRecord<'_> {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        Ok(self.row()?.and_then(|row| row.json))
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
        if self.row()?.and_then(|row| row.wake_at).is_some_and(|earlier| earlier <= at) {
            return Ok(());
        }
        self.write("UPDATE record SET wake_at = ? WHERE id = 0", vec![at.into()])?;
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
    let command = match serde_json::from_str(&text) {
        Ok(command) => command,
        Err(error) => return worker::Response::error(format!("command: {error}"), 400),
    };
    match serve(command).await {
        Ok(reply) => worker::Response::ok(serde_json::to_string(&reply)?),
        Err(error) => worker::Response::error(error.0, 503),
    }
}
