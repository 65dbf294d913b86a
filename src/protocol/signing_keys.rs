//! When signing keys are made, when they begin to sign, and when they go. What is decided here runs inside one object, so
//! that no two isolates each make a key.
//!
//! A verifier that follows `Cache-Control` never meets a token with a key it cannot know: a key is published for longer
//! than any set without it may be kept, before it signs; and stays until nothing that it signed is alive.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::jwk::Jwk;
use crate::model::signing_key::{KeySet, SigningKey};

/// How long an isolate goes by the set it has.
pub const SET_LIFETIME: Seconds = Seconds::minutes(5);
/// How long others may keep `/jwks.json`.
pub const DOCUMENT_LIFETIME: Seconds = Seconds::minutes(5);
/// Between a key's publication and its first signature: both of the above, and ten minutes for clocks and copies.
pub const NOTICE: Seconds = Seconds::minutes(20);
/// Nothing that is signed lives longer: the most that `ACCESS_TOKEN_TTL` may be, which ID tokens go by.
const LONGEST_LIFE: Seconds = Seconds::days(1);

/// What may be asked of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKeysCommand {
    /// All keys. The first time, they are made.
    Current,
    /// New keys shall take over.
    Rotate,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeysReply {
    /// All keys.
    pub keys: KeySet,
    /// Whether a rotation was asked for while the last one is still under way: nothing was done.
    pub pending: bool,
}

/// A key pair that was just made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The public part.
    pub public: Jwk,
    /// The private part, sealed.
    pub sealed: Vec<u8>,
    /// Under which root key.
    pub root: String,
}

/// Which keys have to be made for a command. `usable` says whether a private part can still be opened.
pub fn missing(
    keys: &KeySet,
    command: SigningKeysCommand,
    now: UnixTime,
    usable: impl Fn(&SigningKey) -> bool,
) -> Vec<SigningAlgorithm> {
    let rotates = command == SigningKeysCommand::Rotate && !is_pending(keys, now);
    let signs = |algorithm| keys.signer(algorithm, now).is_some_and(&usable);
    SigningAlgorithm::ALL.into_iter().filter(|algorithm| rotates || !signs(*algorithm)).collect()
}

/// Whether keys were published that do not sign yet.
pub fn is_pending(keys: &KeySet, now: UnixTime) -> bool {
    keys.0.iter().any(|key| now < key.active_at)
}

/// The set with new keys in it, without those that are gone. Where there is a key that signs, a new one waits until
/// everybody knows it; where there is none, it signs at once.
#[must_use]
pub fn with_new(
    mut keys: KeySet,
    new: Vec<NewKey>,
    now: UnixTime,
    usable: impl Fn(&SigningKey) -> bool,
) -> KeySet {
    keys.0.retain(|key| key.gone_at.is_none_or(|gone| now < gone));
    for NewKey { public, sealed, root } in new {
        let algorithm = public.algorithm();
        let succeeds = keys.signer(algorithm, now).is_some_and(&usable);
        // At once is before any clock: one that is behind ours must not find a set without a key that signs.
        let active_at = if succeeds { now.plus(NOTICE) } else { UnixTime::default() };
        let gone_at = active_at.max(now).plus(SET_LIFETIME).plus(SET_LIFETIME).plus(LONGEST_LIFE);
        for old in keys.0.iter_mut().filter(|key| key.algorithm() == algorithm) {
            old.gone_at.get_or_insert(gone_at);
        }
        keys.0.push(SigningKey { kid: public.thumbprint(), public, root, sealed, active_at, gone_at: None });
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    const START: UnixTime = UnixTime::from_seconds(1_000_000);

    fn new(n: u8) -> NewKey {
        let coordinate = |n| base64url::encode([n; 32]);
        NewKey { public: Jwk::Ec { x: coordinate(n), y: coordinate(n) }, sealed: vec![n], root: "k1".into() }
    }

    fn signs(keys: &KeySet, now: UnixTime) -> u8 {
        keys.signer(SigningAlgorithm::Es256, now).unwrap().sealed[0]
    }

    #[test]
    fn the_first_key_signs_at_once_and_the_next_one_when_everybody_knows_it() {
        let first = with_new(KeySet::default(), vec![new(1)], START, |_| true);
        assert_eq!(signs(&first, START), 1);
        assert_eq!(signs(&first, UnixTime::from_seconds(1)), 1, "by a clock that is behind, too");
        let both = with_new(first, vec![new(2)], START, |_| true);
        let takes_over = START.plus(NOTICE);
        const { assert!(NOTICE.0 >= SET_LIFETIME.0 + DOCUMENT_LIFETIME.0 + 600) };
        assert_eq!(signs(&both, takes_over.previous()), 1);
        assert_eq!(signs(&both, takes_over), 2);
        let listed = |now: UnixTime| both.to_document(now)["keys"].as_array().unwrap().len();
        let last_alive = takes_over.plus(SET_LIFETIME).plus(SET_LIFETIME).plus(LONGEST_LIFE);
        assert_eq!((listed(START), listed(last_alive.previous()), listed(last_alive)), (2, 2, 1));
        assert_eq!(with_new(both, vec![], last_alive, |_| true).0.len(), 1);
    }

    #[test]
    fn keys_are_made_where_there_are_none_that_can_be_used() {
        let all = SigningAlgorithm::ALL.to_vec();
        let current = SigningKeysCommand::Current;
        assert_eq!(missing(&KeySet::default(), current, START, |_| true), all);
        let keys = with_new(KeySet::default(), vec![new(1)], START, |_| true);
        assert_eq!(missing(&keys, current, START, |_| true), [SigningAlgorithm::Rs256]);
        assert_eq!(missing(&keys, current, START, |_| false), all);
        // The root key was removed after a leak: what cannot be opened is replaced at once.
        let replaced = with_new(keys, vec![new(2)], START, |_| false);
        assert_eq!(signs(&replaced, START), 2);
    }

    #[test]
    fn one_rotation_at_a_time() {
        let keys = with_new(KeySet::default(), vec![new(1)], START, |_| true);
        let rotate = SigningKeysCommand::Rotate;
        assert_eq!(missing(&keys, rotate, START, |_| true), SigningAlgorithm::ALL);
        let keys = with_new(keys, vec![new(2)], START, |_| true);
        assert!(is_pending(&keys, START.plus(NOTICE).previous()) && !is_pending(&keys, START.plus(NOTICE)));
        assert_eq!(missing(&keys, rotate, START, |_| true), [SigningAlgorithm::Rs256]);
    }
}
