//! The passkeys of an owner, and the challenges that were spent on this account.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::passkey::{CredentialId, Passkey, PasskeyName};
use crate::protocol::account::CredentialRefusal;
use crate::protocol::webauthn::{Assertion, SpentChallenge};

/// Passkeys of one owner.
const MAX_PASSKEYS: usize = 20;
/// Challenges that are remembered. Only who signs in with a passkey spends one.
const MAX_SPENT: usize = 100;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passkeys {
    /// In the order in which they were registered.
    listed: Vec<Passkey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spent: Vec<SpentChallenge>,
}

impl Passkeys {
    pub(super) const fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.spent.is_empty()
    }

    pub(super) fn listed(&self) -> &[Passkey] {
        &self.listed
    }

    pub(super) fn find(&self, id: &CredentialId) -> Option<&Passkey> {
        self.listed.iter().find(|passkey| passkey.id == *id)
    }

    /// WebAuthn §7.1 step 26: registered once, with a challenge that was not spent yet.
    pub(super) fn add(
        &mut self,
        passkey: Passkey,
        challenge: SpentChallenge,
        now: UnixTime,
    ) -> Result<(), CredentialRefusal> {
        if self.find(&passkey.id).is_some() {
            return Err(CredentialRefusal::Known);
        }
        if self.listed.len() >= MAX_PASSKEYS {
            return Err(CredentialRefusal::TooMany);
        }
        self.spend(challenge, now)?;
        self.listed.push(Passkey { created_at: now, ..passkey });
        Ok(())
    }

    pub(super) fn rename(&mut self, id: &CredentialId, name: PasskeyName) -> Result<(), CredentialRefusal> {
        let passkey = self.listed.iter_mut().find(|passkey| passkey.id == *id);
        passkey.ok_or(CredentialRefusal::Unknown)?.name = name;
        Ok(())
    }

    pub(super) fn remove(&mut self, id: &CredentialId) -> Result<(), CredentialRefusal> {
        let before = self.listed.len();
        self.listed.retain(|passkey| passkey.id != *id);
        if self.listed.len() < before { Ok(()) } else { Err(CredentialRefusal::Unknown) }
    }

    /// Takes down a signature that was right. WebAuthn §7.2 step 22: a counter that does not grow means that there is a copy of
    /// the passkey, or that this is one.
    pub(super) fn used(&mut self, by: &Assertion, now: UnixTime) -> Result<(), CredentialRefusal> {
        let passkey = self.find(&by.id).ok_or(CredentialRefusal::Unknown)?;
        let counts = passkey.counter > 0 || by.counter > 0;
        if counts && by.counter <= passkey.counter {
            return Err(CredentialRefusal::Counter);
        }
        self.spend(by.challenge, now)?;
        for passkey in self.listed.iter_mut().filter(|passkey| passkey.id == by.id) {
            (passkey.counter, passkey.synced, passkey.used_at) = (by.counter, by.synced, Some(now));
        }
        Ok(())
    }

    fn spend(&mut self, challenge: SpentChallenge, now: UnixTime) -> Result<(), CredentialRefusal> {
        self.spent.retain(|spent| now < spent.until);
        let known = self.spent.iter().any(|spent| spent.nonce == challenge.nonce);
        // By the clock of the account: one that is late must not forget what another still takes.
        if known || self.spent.len() >= MAX_SPENT || challenge.until <= now {
            return Err(CredentialRefusal::Spent);
        }
        self.spent.push(challenge);
        Ok(())
    }
}
