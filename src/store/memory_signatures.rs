//! Signatures, signing keys and the web of the world in memory. The signatures are fast, and good for nothing but tests:
//! whoever knows a public key can sign with it.

use std::rc::Rc;

use async_trait::async_trait;

use crate::base::base64url;
use crate::base::digest::sha256;
use crate::base::secret::Secret;
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::jwk::Jwk;
use crate::jose::keyring::Keyring;
use crate::model::metadata_uri::MetadataUri;
use crate::model::purpose::SIGNING_KEY_LABEL;
use crate::model::signing_key::{KeySet, SigningKey};
use crate::protocol::signing_keys::{SigningKeysCommand, SigningKeysReply};
use crate::store::Unavailable;
use crate::store::document_cache::DocumentCache;
use crate::store::memory::{Memory, MemoryRecord};
use crate::store::signatures::{KeyPair, Signatures};
use crate::store::signing_keys::SigningKeys;
use crate::store::signing_keys_object::SigningKeysObject;
use crate::store::web::{Document, Web, WebError};

/// A key pair that follows from a number.
pub fn key_pair(algorithm: SigningAlgorithm, n: u64) -> KeyPair {
    let part = |name: &str| sha256(format!("{name}{n}"));
    let public = match algorithm {
        SigningAlgorithm::Es256 => {
            Jwk::Ec { x: base64url::encode(part("x")), y: base64url::encode(part("y")) }
        }
        SigningAlgorithm::Rs256 => {
            let mut modulus = part("n").repeat(8);
            if let Some(first) = modulus.first_mut() {
                *first |= 0x80;
            }
            Jwk::Rsa { n: base64url::encode(modulus), e: "AQAB".into() }
        }
    };
    KeyPair { private: Secret::new(n.to_be_bytes().to_vec()), public }
}

/// The signature of a message under a public key, which is all it takes here.
pub fn sign(key: &Jwk, message: &[u8]) -> Vec<u8> {
    let thumbprint = key.thumbprint();
    let half = |name: &str| sha256([name.as_bytes(), thumbprint.as_bytes(), message].concat());
    [half("r"), half("s")].concat()
}

fn mixed(key: &Secret<[u8; 32]>, bytes: &[u8]) -> Vec<u8> {
    bytes.iter().zip(key.expose().iter().cycle()).map(|(byte, with)| byte ^ with).collect()
}

#[async_trait(?Send)]
impl Signatures for Memory {
    async fn generate(&self, algorithm: SigningAlgorithm) -> Result<KeyPair, Unavailable> {
        let n = self.keys_made.get();
        self.keys_made.set(n.saturating_add(1));
        Ok(key_pair(algorithm, n))
    }

    async fn verify(&self, key: &Jwk, message: &[u8], signature: &[u8]) -> Result<bool, Unavailable> {
        Ok(sign(key, message) == signature)
    }

    async fn seal(&self, key: &Secret<[u8; 32]>, plain: &Secret<Vec<u8>>) -> Result<Vec<u8>, Unavailable> {
        Ok([sha256(key.expose()).to_vec(), mixed(key, plain.expose())].concat())
    }

    async fn open(
        &self,
        key: &Secret<[u8; 32]>,
        sealed: &[u8],
    ) -> Result<Option<Secret<Vec<u8>>>, Unavailable> {
        let plain = sealed.strip_prefix(sha256(key.expose()).as_slice());
        Ok(plain.map(|plain| Secret::new(mixed(key, plain))))
    }
}

impl Memory {
    /// Forgets the copies of keys and documents, and the proofs that were seen, as a new isolate has none.
    pub fn restart_isolate(&mut self) {
        self.proofs = crate::store::proof_memory::SeenProofs::new();
        self.key_caches = Default::default();
        self.document_cache = Rc::default();
    }

    async fn ask_signing_keys(
        &self,
        keyring: &Keyring,
        command: SigningKeysCommand,
    ) -> Result<SigningKeysReply, Unavailable> {
        self.meter.object_call();
        self.answering()?;
        if self.signing_keys_down.get() {
            return Err(Unavailable("signing keys are down".into()));
        }
        let record = MemoryRecord { objects: &self.signing_keys, key: 0 };
        let clock = || self.now.get();
        SigningKeysObject { record: &record, signatures: self, keyring, clock: &clock }.serve(command).await
    }
}

#[async_trait(?Send)]
impl SigningKeys for Memory {
    async fn current(&self, keyring: &Keyring) -> Result<Rc<KeySet>, Unavailable> {
        let now = self.now.get();
        if let Some(keys) = self.key_cache().fresh(now) {
            return Ok(keys);
        }
        let fetched = self.ask_signing_keys(keyring, SigningKeysCommand::Current).await;
        self.key_cache().renewed(fetched.map(|reply| reply.keys), now)
    }

    async fn rotate(&self, keyring: &Keyring) -> Result<SigningKeysReply, Unavailable> {
        let reply = self.ask_signing_keys(keyring, SigningKeysCommand::Rotate).await?;
        self.key_cache().renewed(Ok(reply.keys.clone()), self.now.get())?;
        Ok(reply)
    }

    async fn sign(
        &self,
        keyring: &Keyring,
        key: &SigningKey,
        message: &[u8],
    ) -> Result<Vec<u8>, Unavailable> {
        let sealed_under = keyring.secret(&key.root, SIGNING_KEY_LABEL);
        let root = sealed_under.ok_or_else(|| Unavailable("the root key of a signing key is gone".into()))?;
        let private = self.open(&root, &key.sealed).await?;
        private.ok_or_else(|| Unavailable("a signing key does not open".into()))?;
        Ok(sign(&key.public, message))
    }
}

#[async_trait(?Send)]
impl Web for Memory {
    fn cache(&self) -> Rc<DocumentCache> {
        Rc::clone(&self.document_cache)
    }

    async fn get(&self, uri: &MetadataUri, limit: usize, _: &str) -> Result<Document, WebError> {
        self.fetched.borrow_mut().push(uri.as_str().to_owned());
        let document = self.documents.borrow().get(uri.as_str()).cloned().ok_or(WebError::Unreachable)?;
        if document.body.len() > limit { Err(WebError::TooLarge) } else { Ok(document) }
    }

    async fn post(&self, uri: &MetadataUri, form: &str) -> Result<u16, WebError> {
        self.posted.borrow_mut().push((uri.as_str().to_owned(), form.to_owned()));
        self.post_status.get().ok_or(WebError::Unreachable)
    }
}
