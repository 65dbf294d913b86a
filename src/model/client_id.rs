//! Client ids: text that only this server can have made.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::digest::sha256_text;
use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::client_metadata::ClientMetadata;
use crate::model::purpose::{SEALED_CLIENT, STORED_CLIENT};

/// Longest client id, in characters: it travels in URLs and in access tokens.
pub const MAX_LENGTH: usize = 1500;

/// A client id as registered. Says nothing about who uses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

/// A client id whose MAC was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProvenClientId {
    /// It is kept in KV, if it is still registered.
    Stored(ClientId),
    /// It carries its own metadata (RFC 7591 appendix A.5.2).
    Sealed {
        /// The id.
        id: ClientId,
        /// The root key it was sealed under, which also derives its secret.
        kid: String,
        /// What was registered.
        metadata: Box<ClientMetadata>,
    },
}

#[derive(Serialize, Deserialize)]
struct SealedClient {
    /// In confidential clients alone: without it, whoever registers the same metadata would hold the same secret.
    salt: Option<Opaque<16>>,
    metadata: ClientMetadata,
}

impl ClientId {
    /// A new id for a client that is kept in KV.
    pub fn stored(keyring: &Keyring, entropy: &dyn Entropy) -> Self {
        Self(sealed::seal(keyring, &STORED_CLIENT, &random_array::<16>(entropy)))
    }

    /// An id that carries `metadata`; `None` when it would be longer than 1,500 characters.
    pub fn sealed(keyring: &Keyring, entropy: &dyn Entropy, metadata: &ClientMetadata) -> Option<Self> {
        let salt = metadata.auth_method.is_confidential().then(|| Opaque(random_array(entropy)));
        let payload = postcard::to_allocvec(&SealedClient { salt, metadata: metadata.clone() }).ok()?;
        let id = sealed::seal(keyring, &SEALED_CLIENT, &payload);
        (id.len() <= MAX_LENGTH).then_some(Self(id))
    }

    /// Checks the MAC of an id that somebody sent; `None` means it was never issued here.
    pub fn prove(keyring: &Keyring, text: &str) -> Option<ProvenClientId> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let id = Self(text.to_owned());
        if sealed::open(keyring, &STORED_CLIENT, text).is_some() {
            return Some(ProvenClientId::Stored(id));
        }
        let opened = sealed::open(keyring, &SEALED_CLIENT, text)?;
        // An id without an extension ends before it: one more zero says so to the decoder.
        let whole = [opened.payload.as_slice(), &[0]].concat();
        let client: SealedClient = postcard::from_bytes(&whole).ok()?;
        Some(ProvenClientId::Sealed { id, kid: opened.kid, metadata: Box::new(client.metadata) })
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for it in storage keys: an id may be 1,500 characters long.
    pub fn hash(&self) -> ClientHash {
        ClientHash(sha256_text(&self.0))
    }
}

impl ProvenClientId {
    /// The id.
    pub fn id(&self) -> &ClientId {
        match self {
            Self::Stored(id) | Self::Sealed { id, .. } => id,
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of a client id, as base64url.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientHash(String);

impl ClientHash {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From a form field.
    pub fn parse(text: &str) -> Option<Self> {
        Opaque::<32>::parse(text).map(|_| Self(text.to_owned()))
    }
}
