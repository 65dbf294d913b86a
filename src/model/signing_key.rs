//! The keys that sign ID tokens and their like, and when each of them counts.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::time::UnixTime;
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::jwk::Jwk;

/// A key pair. The private part is sealed under a root key; the rest is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Its name: the thumbprint of the public part (RFC 7638), so that no two keys share one.
    pub kid: String,
    /// The public part.
    pub public: Jwk,
    /// The root key that the private part is sealed under.
    pub root: String,
    /// The private part, sealed.
    pub sealed: Vec<u8>,
    /// Signs from then on: later than anybody can still hold a set without it.
    pub active_at: UnixTime,
    /// Nothing that it signed is alive after that, and it is no longer published.
    pub gone_at: Option<UnixTime>,
}

/// All keys, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeySet(pub Vec<SigningKey>);

impl SigningKey {
    /// Its algorithm.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.public.algorithm()
    }
}

impl KeySet {
    /// The key that signs now: the youngest that is active.
    pub fn signer(&self, algorithm: SigningAlgorithm, now: UnixTime) -> Option<&SigningKey> {
        self.0.iter().rev().find(|key| key.algorithm() == algorithm && now >= key.active_at)
    }

    /// The key of that name, if it is still published.
    pub fn published(&self, kid: &str, now: UnixTime) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid == kid && key.gone_at.is_none_or(|gone| now < gone))
    }

    /// The document of `/jwks.json` (RFC 7517 §5).
    pub fn to_document(&self, now: UnixTime) -> Value {
        let published = self.0.iter().filter(|key| key.gone_at.is_none_or(|gone| now < gone));
        let keys = published.map(|key| {
            let mut jwk = key.public.to_json();
            jwk.insert("kid".into(), json!(key.kid));
            jwk.insert("use".into(), json!("sig"));
            jwk.insert("alg".into(), json!(key.algorithm().word()));
            Value::Object(jwk)
        });
        json!({ "keys": keys.collect::<Vec<_>>() })
    }
}
