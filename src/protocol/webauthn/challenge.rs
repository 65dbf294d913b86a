//! The challenge of a ceremony (WebAuthn §13.4.3): ours, fresh, and good once. Nothing is stored until it is spent, and then
//! by the account that it is spent on.

use serde::{Deserialize, Serialize};

use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::SessionId;
use crate::model::purpose::PASSKEY_CHALLENGE;

/// How long a page may wait for its owner (WebAuthn §5.4, `timeout`, recommends five to ten minutes). One that offers
/// passkeys in its fields waits from when it is shown.
const LIFETIME: Seconds = Seconds::minutes(10);

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ceremony {
    /// Signing in.
    SignIn,
    /// Registering a passkey, in this session.
    Register(SessionId),
}

/// A challenge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    ceremony: Ceremony,
    nonce: Opaque<16>,
    expires_at: UnixTime,
}

/// A challenge that was used, for as long as it could be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentChallenge {
    /// Which.
    pub nonce: Opaque<16>,
    /// Until when it matters.
    pub until: UnixTime,
}

impl Challenge {
    /// A new one.
    pub fn new(ceremony: Ceremony, entropy: &dyn Entropy, now: UnixTime) -> Self {
        Self { ceremony, nonce: Opaque(random_array(entropy)), expires_at: now.plus(LIFETIME) }
    }

    /// What the authenticator signs: the bytes of this text.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &PASSKEY_CHALLENGE, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// Reads what came back; `None` if it is not ours, for another ceremony, or too old.
    pub fn open(keyring: &Keyring, text: &str, ceremony: Ceremony, now: UnixTime) -> Option<SpentChallenge> {
        let opened = sealed::open(keyring, &PASSKEY_CHALLENGE, text)?;
        let challenge: Self = postcard::from_bytes(&opened.payload).ok()?;
        (challenge.ceremony == ceremony && now < challenge.expires_at)
            .then_some(SpentChallenge { nonce: challenge.nonce, until: challenge.expires_at })
    }
}
