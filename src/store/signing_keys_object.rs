//! What runs inside the object of the signing keys. Making a key takes a while, and meanwhile other commands may come in:
//! so the record is read again afterwards, and what is there by then counts.

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::model::purpose::SIGNING_KEY_LABEL;
use crate::model::signing_key::{KeySet, SigningKey};
use crate::protocol::signing_keys::{
    NewKey, SigningKeysCommand, SigningKeysReply, is_pending, missing, with_new,
};
use crate::store::Unavailable;
use crate::store::record::{self, Record};
use crate::store::signatures::Signatures;

/// The object of the signing keys, on whatever it is made of.
pub struct SigningKeysObject<'a> {
    /// Its storage.
    pub record: &'a dyn Record,
    /// Makes and seals keys.
    pub signatures: &'a dyn Signatures,
    /// The root keys.
    pub keyring: &'a Keyring,
    /// The object's own clock.
    pub clock: &'a dyn Fn() -> UnixTime,
}

impl SigningKeysObject<'_> {
    /// Answers a command.
    pub async fn serve(&self, command: SigningKeysCommand) -> Result<SigningKeysReply, Unavailable> {
        let usable = |key: &SigningKey| self.keyring.secret(&key.root, SIGNING_KEY_LABEL).is_some();
        let now = (self.clock)();
        let before: KeySet = record::load(self.record)?.unwrap_or_default();
        let rotates = command == SigningKeysCommand::Rotate;
        let pending = rotates && is_pending(&before, now);
        let mut made = Vec::new();
        for algorithm in missing(&before, command, now, usable) {
            made.push(self.make(algorithm).await?);
        }
        let resealed = self.resealed(&before).await?;
        // Others may have been here while the keys were made.
        let stored: KeySet = record::load(self.record)?.unwrap_or_default();
        let now = (self.clock)();
        let still = missing(&stored, command, now, usable);
        made.retain(|key| still.contains(&key.public.algorithm()));
        let mut keys = with_new(stored.clone(), made, now, usable);
        for key in &mut keys.0 {
            if let Some(fresh) = resealed.iter().find(|fresh| fresh.kid == key.kid) {
                key.clone_from(&SigningKey { gone_at: key.gone_at, ..fresh.clone() });
            }
        }
        if keys != stored {
            record::save(self.record, &keys)?;
        }
        Ok(SigningKeysReply { keys, pending })
    }

    async fn make(&self, algorithm: crate::jose::algorithm::SigningAlgorithm) -> Result<NewKey, Unavailable> {
        let pair = self.signatures.generate(algorithm).await?;
        let root = self.keyring.signing_kid();
        let key = self.keyring.secret(root, SIGNING_KEY_LABEL);
        let key = key.ok_or_else(|| Unavailable("no root key to seal under".into()))?;
        let sealed = self.signatures.seal(&key, &pair.private).await?;
        Ok(NewKey { public: pair.public, sealed, root: root.to_owned() })
    }

    /// The keys that are not under the first root key, sealed under it: so that the others can be removed one day.
    async fn resealed(&self, keys: &KeySet) -> Result<Vec<SigningKey>, Unavailable> {
        let root = self.keyring.signing_kid();
        let mut fresh = Vec::new();
        for key in keys.0.iter().filter(|key| key.root != root) {
            let (old, new) = (
                self.keyring.secret(&key.root, SIGNING_KEY_LABEL),
                self.keyring.secret(root, SIGNING_KEY_LABEL),
            );
            let (Some(old), Some(new)) = (old, new) else { continue };
            if let Some(private) = self.signatures.open(&old, &key.sealed).await? {
                let sealed = self.signatures.seal(&new, &private).await?;
                fresh.push(SigningKey { sealed, root: root.to_owned(), ..key.clone() });
            }
        }
        Ok(fresh)
    }
}
