//! Password hashes: Argon2id in Rust, PBKDF2 by the platform, which has it six times as fast.

use async_trait::async_trait;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto, WorkerGlobalScope};

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::edge::Edge;
use crate::model::password::Algorithm;
use crate::store::Unavailable;
use crate::store::passwords::{PasswordHasher, argon2id};

#[async_trait(?Send)]
impl PasswordHasher for Edge {
    async fn hash(
        &self,
        password: &Secret<String>,
        algorithm: Algorithm,
        salt: Opaque<16>,
    ) -> Result<Secret<Vec<u8>>, Unavailable> {
        match algorithm {
            Algorithm::Argon2id { memory, passes } => argon2id(password, memory, passes, salt),
            Algorithm::Pbkdf2 { iterations } => pbkdf2(password, iterations, salt)
                .await
                .map_err(|error| Unavailable(format!("pbkdf2: {error:?}"))),
        }
    }
}

async fn pbkdf2(
    password: &Secret<String>,
    iterations: u32,
    salt: Opaque<16>,
) -> Result<Secret<Vec<u8>>, JsValue> {
    let subtle: SubtleCrypto = js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto()?.subtle();
    let usages = Array::of1(&"deriveBits".into());
    let bytes = Uint8Array::from(password.expose().as_bytes());
    let key = subtle.import_key_with_str("raw", &bytes, "PBKDF2", false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let algorithm = Object::new();
    for (name, value) in [
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("iterations", iterations.into()),
        ("salt", Uint8Array::from(salt.0.as_slice()).into()),
    ] {
        Reflect::set(&algorithm, &JsValue::from_str(name), &value)?;
    }
    let bits = JsFuture::from(subtle.derive_bits_with_object(&algorithm, &key, 256)?).await?;
    Ok(Secret::new(Uint8Array::new(&bits).to_vec()))
}
