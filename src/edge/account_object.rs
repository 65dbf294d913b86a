//! The Durable Object of an account.

use async_trait::async_trait;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::base::time::UnixTime;
use crate::edge::entropy::PlatformEntropy;
use crate::edge::glue::{Env, Object};
use crate::edge::record::{ObjectRecord, answer, woken};
use crate::edge::settings::settings;
use crate::edge::{Edge, clock, task};
use crate::protocol::account::{LogoutTarget, Told};
use crate::store::Unavailable;
use crate::store::account_object::AccountObject;
use crate::store::logout_notices::{BackChannel, LogoutNotices};

/// Answers a command.
#[wasm_bindgen]
pub fn account(task: u32, object: Object, env: Env, command: String) -> JsValue {
    task::begin(task, async move {
        let (edge, record) = (Edge::new(env), ObjectRecord(&object));
        let object = of(&record, &edge);
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
    record.clear_alarm()?;
    of(&record, &edge).wake().await
}

fn of<'a>(record: &'a ObjectRecord<'a>, edge: &'a Edge) -> AccountObject<'a> {
    AccountObject { record, hasher: edge, grants: edge, signatures: edge, notices: edge, clock: &clock::now }
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
