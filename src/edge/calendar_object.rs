//! The Durable Object of an owner's calendar.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::edge::glue::Object;
use crate::edge::record::{ObjectRecord, answer};
use crate::edge::task;
use crate::protocol::calendar::{CalendarCommand, apply};
use crate::store::record::{Record, load, save};

/// Answers a command.
#[wasm_bindgen]
pub fn calendar(task: u32, object: Object, command: String) -> JsValue {
    task::begin(task, async move {
        let record = ObjectRecord(&object);
        answer(&command, |command: CalendarCommand| async move {
            let (next, reply) = apply(load(&record)?.unwrap_or_default(), command);
            match next {
                Some(next) if next.is_empty() => record.erase().await?,
                Some(next) => save(&record, &next)?,
                None => {}
            }
            Ok(reply)
        })
        .await
    })
}
