//! Public-key cryptography by the platform: `crypto.js`.

use async_trait::async_trait;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen::prelude::wasm_bindgen;

use crate::base::json;
use crate::base::secret::Secret;
use crate::edge::{Edge, thrown};
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::jwk::Jwk;
use crate::jose::keyring::Keyring;
use crate::model::purpose::SIGNING_KEY_LABEL;
use crate::model::signing_key::SigningKey;
use crate::store::Unavailable;
use crate::store::signatures::{KeyPair, Signatures};

#[wasm_bindgen(module = "/src/edge/crypto.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn generate(algorithm: &str) -> Result<JsValue, JsValue>;
    fn knows(kid: &str) -> bool;
    #[wasm_bindgen(catch)]
    async fn learn(kid: &str, algorithm: &str, pkcs8: &[u8]) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn sign(kid: &str, message: &[u8]) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn verify(algorithm: &str, jwk: &str, message: &[u8], signature: &[u8])
    -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn seal(secret: &[u8], plain: &[u8]) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn open(secret: &[u8], sealed: &[u8]) -> Result<JsValue, JsValue>;
}

fn bytes(value: JsValue) -> Result<Vec<u8>, Unavailable> {
    let array = value.dyn_into::<Uint8Array>().map_err(|_| Unavailable("no bytes".into()))?;
    Ok(array.to_vec())
}

#[async_trait(?Send)]
impl Signatures for Edge {
    async fn generate(&self, algorithm: SigningAlgorithm) -> Result<KeyPair, Unavailable> {
        let made: Array = generate(algorithm.word()).await.map_err(thrown)?.unchecked_into();
        let jwk = made.get(0).as_string().unwrap_or_default();
        let public = json::read(&jwk).ok().and_then(|jwk| Jwk::parse(&jwk));
        let public = public.ok_or_else(|| Unavailable("a key that is none".into()))?;
        Ok(KeyPair { public, private: Secret::new(bytes(made.get(1))?) })
    }

    async fn verify(&self, key: &Jwk, message: &[u8], signature: &[u8]) -> Result<bool, Unavailable> {
        let jwk = serde_json::Value::Object(key.to_json()).to_string();
        let verified = verify(key.algorithm().word(), &jwk, message, signature).await.map_err(thrown)?;
        Ok(verified.as_bool() == Some(true))
    }

    async fn seal(&self, key: &Secret<[u8; 32]>, plain: &Secret<Vec<u8>>) -> Result<Vec<u8>, Unavailable> {
        bytes(seal(key.expose(), plain.expose()).await.map_err(thrown)?)
    }

    async fn open(
        &self,
        key: &Secret<[u8; 32]>,
        sealed: &[u8],
    ) -> Result<Option<Secret<Vec<u8>>>, Unavailable> {
        let opened = open(key.expose(), sealed).await.map_err(thrown)?;
        if opened.is_undefined() { Ok(None) } else { bytes(opened).map(|plain| Some(Secret::new(plain))) }
    }
}

/// Signs with a key of ours; the first time it is opened and handed to the platform.
pub async fn sign_with(
    edge: &Edge,
    keyring: &Keyring,
    key: &SigningKey,
    message: &[u8],
) -> Result<Vec<u8>, Unavailable> {
    if !knows(&key.kid) {
        let root = keyring.secret(&key.root, SIGNING_KEY_LABEL);
        let root = root.ok_or_else(|| Unavailable("the root key of a signing key is gone".into()))?;
        let private = Signatures::open(edge, &root, &key.sealed).await?;
        let private = private.ok_or_else(|| Unavailable("a signing key does not open".into()))?;
        learn(&key.kid, key.algorithm().word(), private.expose()).await.map_err(thrown)?;
    }
    bytes(sign(&key.kid, message).await.map_err(thrown)?)
}
