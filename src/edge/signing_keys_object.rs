//! The Durable Object of the signing keys, and each isolate's copy of them.

use std::rc::Rc;

use async_trait::async_trait;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::edge::glue::{Env, Object};
use crate::edge::record::{ObjectRecord, answer};
use crate::edge::settings::settings;
use crate::edge::signatures::{learn_key, sign_with};
use crate::edge::{Edge, clock, task};
use crate::jose::keyring::Keyring;
use crate::model::signing_key::{KeySet, SigningKey};
use crate::protocol::signing_keys::{SigningKeysCommand, SigningKeysReply};
use crate::store::Unavailable;
use crate::store::signing_keys::{KeyCache, SigningKeys as Keys};
use crate::store::signing_keys_object::SigningKeysObject;

thread_local! {
    static COPY: KeyCache = const { KeyCache::new() };
}

/// Answers a command.
#[wasm_bindgen]
pub fn signing_keys(task: u32, object: Object, env: Env, command: String) -> JsValue {
    task::begin(task, async move {
        let settings = settings(&env);
        let (record, edge) = (ObjectRecord(&object), Edge::new(env));
        answer(&command, async |command| {
            let settings = settings.as_ref().map_err(|_| Unavailable("not configured".into()))?;
            let (keyring, clock) = (&settings.keyring, &clock::now);
            SigningKeysObject { record: &record, signatures: &edge, keyring, clock }.serve(command).await
        })
        .await
    })
}

#[async_trait(?Send)]
impl Keys for Edge {
    async fn current(&self, _keyring: &Keyring) -> Result<Rc<KeySet>, Unavailable> {
        if let Some(keys) = COPY.with(|copy| copy.fresh(clock::now())) {
            return Ok(keys);
        }
        let fetched = self.signing_keys(SigningKeysCommand::Current).await.map(|reply| reply.keys);
        COPY.with(|copy| copy.renewed(fetched, clock::now()))
    }

    async fn rotate(&self, _keyring: &Keyring) -> Result<SigningKeysReply, Unavailable> {
        let reply = self.signing_keys(SigningKeysCommand::Rotate).await?;
        COPY.with(|copy| copy.renewed(Ok(reply.keys.clone()), clock::now()))?;
        Ok(reply)
    }

    async fn prepare(&self, keyring: &Keyring, key: &SigningKey) -> Result<(), Unavailable> {
        learn_key(self, keyring, key).await
    }

    async fn sign(
        &self,
        keyring: &Keyring,
        key: &SigningKey,
        message: &[u8],
    ) -> Result<Vec<u8>, Unavailable> {
        sign_with(self, keyring, key, message).await
    }
}
