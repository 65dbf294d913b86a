//! The keys that sign ID tokens: one object makes them, every isolate keeps a copy for a while.

use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use serde::Serialize;

use crate::base::time::{Seconds, UnixTime};
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::keyring::Keyring;
use crate::jose::signed;
use crate::model::signing_key::{KeySet, SigningKey};
use crate::protocol::signing_keys::{SET_LIFETIME, SigningKeysReply};
use crate::store::Unavailable;

/// How much longer a copy will do while the object does not answer. Keys are announced with ten minutes to spare.
const GRACE: Seconds = Seconds::minutes(5);

/// Where the keys are.
#[async_trait(?Send)]
pub trait SigningKeys {
    /// All keys, as they were at most five minutes ago. No I/O where a copy is at hand.
    async fn current(&self, keyring: &Keyring) -> Result<Rc<KeySet>, Unavailable>;
    /// New keys shall take over.
    async fn rotate(&self, keyring: &Keyring) -> Result<SigningKeysReply, Unavailable>;
    /// Makes sure that signing with a key of the set cannot fail later, when something is spent already.
    async fn prepare(&self, _keyring: &Keyring, _key: &SigningKey) -> Result<(), Unavailable> {
        Ok(())
    }
    /// Signs with a key of the set.
    async fn sign(&self, keyring: &Keyring, key: &SigningKey, message: &[u8])
    -> Result<Vec<u8>, Unavailable>;
}

/// Signs claims with the key of the day. No I/O where the keys are at hand.
pub async fn sign_jwt<T: Serialize>(
    signing_keys: &dyn SigningKeys,
    keyring: &Keyring,
    algorithm: SigningAlgorithm,
    typ: &str,
    claims: &T,
    now: UnixTime,
) -> Result<String, Unavailable> {
    let keys = signing_keys.current(keyring).await?;
    let missing = || Unavailable(format!("no key to sign {} with", algorithm.word()));
    let key = keys.signer(algorithm, now).ok_or_else(missing)?;
    let input = signed::signing_input(algorithm.word(), typ, &key.kid, claims).ok_or_else(missing)?;
    let signature = signing_keys.sign(keyring, key, input.as_bytes()).await?;
    Ok(signed::compact(&input, &signature))
}

/// An isolate's copy of the set.
#[derive(Debug, Default)]
pub struct KeyCache(RefCell<Option<(UnixTime, Rc<KeySet>)>>);

impl KeyCache {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// The copy, while it is fresh.
    pub fn fresh(&self, now: UnixTime) -> Option<Rc<KeySet>> {
        self.younger_than(SET_LIFETIME, now)
    }

    /// What was fetched; or the copy for a little longer, where nothing was.
    pub fn renewed(
        &self,
        fetched: Result<KeySet, Unavailable>,
        now: UnixTime,
    ) -> Result<Rc<KeySet>, Unavailable> {
        match fetched {
            Ok(keys) => {
                let keys = Rc::new(keys);
                self.0.replace(Some((now, Rc::clone(&keys))));
                Ok(keys)
            }
            Err(error) => {
                self.younger_than(Seconds(SET_LIFETIME.0.saturating_add(GRACE.0)), now).ok_or(error)
            }
        }
    }

    fn younger_than(&self, age: Seconds, now: UnixTime) -> Option<Rc<KeySet>> {
        let copy = self.0.borrow();
        let (fetched_at, keys) = copy.as_ref()?;
        (now < fetched_at.plus(age)).then(|| Rc::clone(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_fresh_for_five_minutes_and_lasts_ten_in_need() {
        let (cache, start) = (KeyCache::new(), UnixTime::from_seconds(1000));
        let down = || Err(Unavailable("down".into()));
        assert!(cache.fresh(start).is_none() && cache.renewed(down(), start).is_err());
        cache.renewed(Ok(KeySet::default()), start).unwrap();
        let (stale, dead) = (start.plus(Seconds::minutes(5)), start.plus(Seconds::minutes(10)));
        assert!(cache.fresh(stale.previous()).is_some() && cache.fresh(stale).is_none());
        assert!(cache.renewed(down(), dead.previous()).is_ok() && cache.renewed(down(), dead).is_err());
    }
}
