//! The Durable Object of a grant.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::edge::glue::{self, Env, Object};
use crate::edge::object_stub::from_hex;
use crate::edge::record::{ObjectRecord, answer, woken};
use crate::edge::{Edge, clock, task};
use crate::model::id::GrantId;
use crate::store::{Unavailable, grant_object};

/// Answers a command.
#[wasm_bindgen]
pub fn grant(task: u32, object: Object, command: String) -> JsValue {
    task::begin(task, async move {
        let record = ObjectRecord(&object);
        answer(&command, |command| grant_object::serve(&record, command, clock::now())).await
    })
}

/// Its time has come.
#[wasm_bindgen]
pub fn grant_alarm(task: u32, object: Object, env: Env) -> JsValue {
    task::begin(task, async move { woken(wake(&object, env).await) })
}

async fn wake(object: &Object, env: Env) -> Result<(), Unavailable> {
    let record = ObjectRecord(object);
    record.clear_alarm()?;
    match from_hex(&glue::own_id(object)) {
        Some(id) => grant_object::wake(&record, GrantId(id), &Edge::new(env), clock::now()).await,
        None => Ok(()),
    }
}
