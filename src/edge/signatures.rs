//! Public-key cryptography by the platform: `crypto.js`.

use async_trait::async_trait;
use serde_json::Value;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::base::json;
use crate::base::secret::Secret;
use crate::edge::task::end_of;
use crate::edge::{Edge, glue, thrown};
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::jwk::Jwk;
use crate::jose::keyring::Keyring;
use crate::model::purpose::SIGNING_KEY_LABEL;
use crate::model::signing_key::SigningKey;
use crate::store::Unavailable;
use crate::store::signatures::{KeyPair, Signatures};

#[wasm_bindgen(raw_module = "./crypto.js")]
extern "C" {
    fn generate(algorithm: &str) -> u32;
    fn knows(kid: &str) -> bool;
    fn learn(kid: &str, algorithm: &str, pkcs8: &[u8]) -> u32;
    fn sign(kid: &str, message: &[u8]) -> u32;
    fn verify(algorithm: &str, jwk: &str, message: &[u8], signature: &[u8]) -> u32;
    fn seal(secret: &[u8], plain: &[u8]) -> u32;
    fn open(secret: &[u8], sealed: &[u8]) -> u32;
}

async fn end(ticket: u32) -> Result<JsValue, Unavailable> {
    end_of(ticket).await.map_err(thrown)
}

fn bytes(value: &JsValue) -> Result<Vec<u8>, Unavailable> {
    glue::bytes(value).ok_or_else(|| Unavailable("no bytes".into()))
}

#[async_trait(?Send)]
impl Signatures for Edge {
    async fn generate(&self, algorithm: SigningAlgorithm) -> Result<KeyPair, Unavailable> {
        let made = end(generate(algorithm.word())).await?.as_string().unwrap_or_default();
        let made: Option<(Value, Vec<u8>)> = json::read(&made).ok();
        let pair = made.and_then(|(jwk, private)| Some((Jwk::parse(&jwk)?, Secret::new(private))));
        let (public, private) = pair.ok_or_else(|| Unavailable("a key that is none".into()))?;
        Ok(KeyPair { public, private })
    }

    async fn verify(&self, key: &Jwk, message: &[u8], signature: &[u8]) -> Result<bool, Unavailable> {
        let jwk = Value::Object(key.to_json()).to_string();
        let verified = end(verify(key.algorithm().word(), &jwk, message, signature)).await?;
        Ok(verified.as_bool() == Some(true))
    }

    async fn seal(&self, key: &Secret<[u8; 32]>, plain: &Secret<Vec<u8>>) -> Result<Vec<u8>, Unavailable> {
        bytes(&end(seal(key.expose(), plain.expose())).await?)
    }

    async fn open(
        &self,
        key: &Secret<[u8; 32]>,
        sealed: &[u8],
    ) -> Result<Option<Secret<Vec<u8>>>, Unavailable> {
        let opened = end(open(key.expose(), sealed)).await?;
        if opened.is_undefined() { Ok(None) } else { bytes(&opened).map(|plain| Some(Secret::new(plain))) }
    }
}

/// Opens a key of ours and hands it to the platform, unless that has it.
pub async fn learn_key(edge: &Edge, keyring: &Keyring, key: &SigningKey) -> Result<(), Unavailable> {
    if knows(&key.kid) {
        return Ok(());
    }
    let root = keyring.secret(&key.root, SIGNING_KEY_LABEL);
    let root = root.ok_or_else(|| Unavailable("the root key of a signing key is gone".into()))?;
    let private = Signatures::open(edge, &root, &key.sealed).await?;
    let private = private.ok_or_else(|| Unavailable("a signing key does not open".into()))?;
    end(learn(&key.kid, key.algorithm().word(), private.expose())).await.map(drop)
}

/// Signs with a key of ours.
pub async fn sign_with(
    edge: &Edge,
    keyring: &Keyring,
    key: &SigningKey,
    message: &[u8],
) -> Result<Vec<u8>, Unavailable> {
    learn_key(edge, keyring, key).await?;
    bytes(&end(sign(&key.kid, message)).await?)
}
