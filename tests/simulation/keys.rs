//! The keys of ID tokens in the simulated world: one object that makes them, a copy in each place, and verifiers who keep
//! `/jwks.json` for as long as they may.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use async_trait::async_trait;
use postern::base::base64url;
use postern::base::secret::Secret;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::Jwk;
use postern::jose::keyring::Keyring;
use postern::model::signing_key::{KeySet, SigningKey};
use postern::protocol::signing_keys::{SigningKeysCommand, SigningKeysReply};
use postern::store::Unavailable;
use postern::store::memory_signatures::{key_pair, sign};
use postern::store::signatures::{KeyPair, Signatures};
use postern::store::signing_keys::SigningKeys;
use serde_json::Value;

use crate::actors::Cast;
use crate::http::Sent;
use crate::objects::{Address, Inside, Message, Said, call};
use crate::ocean::{Ocean, Reach};
use crate::scheduler::Time;

/// How long a verifier may keep `/jwks.json`, by its Cache-Control.
const KEPT: Time = 300_000;

#[async_trait(?Send)]
impl Signatures for Inside {
    /// Takes a while, and others come in meanwhile.
    async fn generate(&self, algorithm: SigningAlgorithm) -> Result<KeyPair, Unavailable> {
        self.out_of_storage(300).await;
        Ok(key_pair(algorithm, self.ocean.next_key()))
    }

    async fn verify(&self, key: &Jwk, message: &[u8], signature: &[u8]) -> Result<bool, Unavailable> {
        self.ocean.keys.verify(key, message, signature).await
    }

    async fn seal(&self, key: &Secret<[u8; 32]>, plain: &Secret<Vec<u8>>) -> Result<Vec<u8>, Unavailable> {
        self.out_of_storage(2).await;
        self.ocean.keys.seal(key, plain).await
    }

    async fn open(
        &self,
        key: &Secret<[u8; 32]>,
        sealed: &[u8],
    ) -> Result<Option<Secret<Vec<u8>>>, Unavailable> {
        self.out_of_storage(2).await;
        self.ocean.keys.open(key, sealed).await
    }
}

impl Reach {
    /// Not counted with the request: once in five minutes each isolate asks.
    async fn signing_keys(&self, command: SigningKeysCommand) -> Result<SigningKeysReply, Unavailable> {
        let said = call(&self.ocean, Address::SigningKeys, Message::SigningKeys(command)).await;
        match self.note(said)? {
            Said::SigningKeys(reply) => Ok(*reply),
            _ => Err(Unavailable("not the signing keys".into())),
        }
    }
}

#[async_trait(?Send)]
impl SigningKeys for Reach {
    async fn current(&self, _: &Keyring) -> Result<Rc<KeySet>, Unavailable> {
        let (ocean, place) = (&self.ocean, self.place);
        // Another isolate of the same place may not have asked yet.
        let cold = ocean.scheduler.happens(ocean.temper.isolates_restart);
        if let Some(keys) = ocean.key_caches[place].fresh(ocean.clock_at(place)).filter(|_| !cold) {
            return Ok(keys);
        }
        let fetched = self.signing_keys(SigningKeysCommand::Current).await.map(|reply| reply.keys);
        ocean.key_caches[place].renewed(fetched, ocean.clock_at(place))
    }

    async fn rotate(&self, _: &Keyring) -> Result<SigningKeysReply, Unavailable> {
        self.signing_keys(SigningKeysCommand::Rotate).await
    }

    async fn sign(&self, _: &Keyring, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, Unavailable> {
        Ok(sign(&key.public, message))
    }
}

/// The key that a signed token names, and its claims, taken at their word.
pub fn parts(token: &str) -> (String, Value) {
    let part = |n| {
        let bytes = base64url::decode(token.split('.').nth(n).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    (part(0)["kid"].as_str().unwrap().to_owned(), part(1))
}

/// A verifier's copy of `/jwks.json`.
#[derive(Default)]
pub struct Verifier(RefCell<Option<(Time, BTreeSet<String>)>>);

impl Verifier {
    /// The names of the keys it goes by: what it has, while it may keep it, and else what it fetches now.
    pub async fn known(&self, ocean: &Rc<Ocean>, place: usize) -> Option<BTreeSet<String>> {
        let now = ocean.scheduler.now();
        if let Some((at, kids)) = &*self.0.borrow()
            && now < at + KEPT
        {
            return Some(kids.clone());
        }
        let answer = ocean.send(place, Sent::get("/jwks.json")).await?;
        let keys = (answer.status == 200).then(|| answer.json()["keys"].as_array().cloned())??;
        let kids: BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
        // Kept from when it was asked for.
        *self.0.borrow_mut() = Some((now, kids.clone()));
        Some(kids)
    }

    /// Holds an ID token against the keys it knows: now, and once more while the token is alive.
    pub async fn verifies(self: Rc<Self>, cast: Rc<Cast>, place: usize, token: String) {
        let (kid, claims) = parts(&token);
        let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        let ocean = &cast.ocean;
        for _ in 0..2 {
            let known = self.known(ocean, place).await;
            // Clocks differ by seconds, and a request takes some; what is over is nobody's business.
            let alive = ocean.clock(0).seconds() + 30 < claims["exp"].as_u64().unwrap();
            if let Some(known) = known.filter(|_| alive)
                && !known.contains(&kid)
            {
                ocean.oracle.unknown_key(ocean, &kid);
            }
            let later = ocean.scheduler.pick(u32::try_from(lifetime).unwrap_or(600));
            ocean.scheduler.sleep(Time::from(later) * 1000).await;
        }
    }
}
