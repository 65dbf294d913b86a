//! The Durable Object of an account.

use async_trait::async_trait;
use worker::Env;
use worker::wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::worker_sys::DurableObjectState;

use crate::base::time::UnixTime;
use crate::edge::entropy::PlatformEntropy;
use crate::edge::record::{ObjectRecord, answer};
use crate::edge::settings::settings;
use crate::edge::{Edge, clock, failed};
use crate::protocol::account::{LogoutTarget, Told};
use crate::store::Unavailable;
use crate::store::account_object::AccountObject;
use crate::store::logout_notices::{BackChannel, LogoutNotices};

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
        let object = object(&record, &edge);
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
        let object = object(&record, &edge);
        record.clear_alarm()?;
        object.wake().await
    }
}

fn object<'a>(record: &'a ObjectRecord<'a>, edge: &'a Edge) -> AccountObject<'a> {
    AccountObject { record, hasher: edge, grants: edge, notices: edge, clock: &clock::now }
}

#[async_trait(?Send)]
impl LogoutNotices for Edge {
    async fn notify(&self, target: &LogoutTarget, now: UnixTime) -> Told {
        // A deployment whose settings were broken meanwhile tells them when it is in order again.
        let Ok(settings) = settings(&self.env) else { return Told::Unheard };
        let channel = BackChannel {
            keyring: &settings.keyring,
            entropy: &PlatformEntropy,
            signing_keys: self,
            web: self,
        };
        channel.notify(target, now).await
    }

    fn log(&self, line: &str) {
        self.tell(line);
    }
}
