//! The Durable Object of an account.

use worker::Env;
use worker::wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::worker_sys::DurableObjectState;

use crate::edge::record::{ObjectRecord, answer};
use crate::edge::{Edge, clock, failed};
use crate::store::Unavailable;
use crate::store::account_object::AccountObject;

/// One account.
#[wasm_bindgen]
pub struct Account {
    state: DurableObjectState,
    env: Env,
}

#[wasm_bindgen]
impl Account {
    /// Made by the platform.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self { state, env }
    }

    /// Answers a command.
    pub async fn fetch(&self, request: web_sys::Request) -> Result<web_sys::Response, JsValue> {
        let edge = Edge::new(self.env.clone());
        let record = ObjectRecord(&self.state);
        let object = AccountObject { record: &record, hasher: &edge, grants: &edge, clock: &clock::now };
        answer(request, |command| object.serve(command)).await
    }

    /// Its time has come. An error makes the platform try again.
    pub async fn alarm(&self) -> Result<(), JsValue> {
        self.wake().await.map_err(failed)
    }
}

impl Account {
    async fn wake(&self) -> Result<(), Unavailable> {
        let edge = Edge::new(self.env.clone());
        let record = ObjectRecord(&self.state);
        let object = AccountObject { record: &record, hasher: &edge, grants: &edge, clock: &clock::now };
        record.clear_alarm()?;
        object.wake().await
    }
}
