//! The Durable Object of an owner's calendar.

use worker::Env;
use worker::wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::worker_sys::DurableObjectState;

use crate::edge::record::{ObjectRecord, answer};
use crate::protocol::calendar::{CalendarCommand, apply};
use crate::store::record::{load, save};

/// One calendar.
#[wasm_bindgen]
pub struct Calendar {
    state: DurableObjectState,
}

#[wasm_bindgen]
impl Calendar {
    /// Made by the platform.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, _env: Env) -> Self {
        Self { state }
    }

    /// Answers a command.
    pub async fn fetch(&self, request: web_sys::Request) -> Result<web_sys::Response, JsValue> {
        let record = ObjectRecord(&self.state);
        answer(request, |command: CalendarCommand| async move {
            let (next, reply) = apply(load(&record)?.unwrap_or_default(), command);
            if let Some(next) = next {
                save(&record, &next)?;
            }
            Ok(reply)
        })
        .await
    }
}
