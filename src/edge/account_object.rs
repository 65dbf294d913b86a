//! The Durable Object of an account.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::edge::glue::{Env, Object};
use crate::edge::record::{ObjectRecord, answer, woken};
use crate::edge::{Edge, clock, task};
use crate::store::Unavailable;
use crate::store::account_object::AccountObject;

/// Answers a command.
#[wasm_bindgen]
pub fn account(task: u32, object: Object, env: Env, command: String) -> JsValue {
    task::begin(task, async move {
        let (edge, record) = (Edge::new(env), ObjectRecord(&object));
        let object = AccountObject { record: &record, hasher: &edge, grants: &edge, clock: &clock::now };
        answer(&command, |command| object.serve(command)).await
    })
}

/// Its time has come.
#[wasm_bindgen]
pub fn account_alarm(task: u32, object: Object, env: Env) -> JsValue {
    task::begin(task, async move { woken(wake(&object, env).await) })
}

async fn wake(object: &Object, env: Env) -> Result<(), Unavailable> {
    let (edge, record) = (Edge::new(env), ObjectRecord(object));
    let object = AccountObject { record: &record, hasher: &edge, grants: &edge, clock: &clock::now };
    record.clear_alarm()?;
    object.wake().await
}
