//! The Durable Object of a grant.

use worker::Env;
use worker::wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::worker_sys::DurableObjectState;

use crate::edge::object_stub::from_hex;
use crate::edge::record::{ObjectRecord, answer};
use crate::edge::{Edge, clock, failed, glue};
use crate::model::id::GrantId;
use crate::store::{Unavailable, grant_object};

/// One grant.
#[wasm_bindgen]
pub struct Grant {
    state: DurableObjectState,
    env: Env,
}

#[wasm_bindgen]
impl Grant {
    /// Made by the platform.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self { state, env }
    }

    /// Answers a command.
    pub async fn fetch(&self, request: web_sys::Request) -> Result<web_sys::Response, JsValue> {
        let record = ObjectRecord(&self.state);
        answer(request, |command| grant_object::serve(&record, command, clock::now())).await
    }

    /// Its time has come. An error makes the platform try again.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        self.wake().await.map_err(failed)
    }
}

impl Grant {
    async fn wake(&self) -> Result<(), Unavailable> {
        let record = ObjectRecord(&self.state);
        record.clear_alarm()?;
        match from_hex(&glue::own_id(&self.state)) {
            Some(id) => {
                let edge = Edge::new(self.env.clone());
                grant_object::wake(&record, GrantId(id), &edge, clock::now()).await
            }
            None => Ok(()),
        }
    }
}
