//! Client ids: text that only this server can have made, or the address of what a client publishes of itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::base::digest::sha256_text;
use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::client_metadata::ClientMetadata;
use crate::model::metadata_uri::{MetadataUri, Reach};
use crate::model::purpose::{SEALED_CLIENT, STORED_CLIENT};
use crate::model::redirect_uri::shown_host;

/// Longest client id, in characters: it travels in URLs and in access tokens.
pub const MAX_LENGTH: usize = 1500;

/// A client id as registered. Says nothing about who uses it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

/// A client id whose MAC was right, or that is an address.
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
    /// It is the address of its metadata (draft-ietf-oauth-client-id-metadata-document §3). Nothing is proven of it but
    /// how it is spelled: who is there says the rest.
    Url(ClientId),
}

#[derive(Serialize, Deserialize)]
struct SealedClient {
    /// In clients with a secret alone: without it, whoever registers the same metadata would hold the same secret.
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
        let salt = metadata.auth_method.has_secret().then(|| Opaque(random_array(entropy)));
        let payload = postcard::to_allocvec(&SealedClient { salt, metadata: metadata.clone() }).ok()?;
        let id = sealed::seal(keyring, &SEALED_CLIENT, &payload);
        (id.len() <= MAX_LENGTH).then_some(Self(id))
    }

    /// Checks the MAC of an id that somebody sent, or the spelling of an address; `None` means it was never issued here.
    pub fn prove(keyring: &Keyring, text: &str) -> Option<ProvenClientId> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let id = Self(text.to_owned());
        if id.is_url() {
            return is_document_address(text).then_some(ProvenClientId::Url(id));
        }
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

    /// The host that published it, where it is the address of its metadata.
    pub fn host(&self) -> Option<&str> {
        self.is_url().then(|| shown_host(&self.0))
    }

    /// Whether it is an address. What is issued here has no colon in it.
    pub fn is_url(&self) -> bool {
        self.0.starts_with("https://") || self.0.starts_with("http://")
    }

    /// What stands for it in storage keys: an id may be 1,500 characters long.
    pub fn hash(&self) -> ClientHash {
        ClientHash(sha256_text(&self.0))
    }
}

/// draft-ietf-oauth-client-id-metadata-document §3: "MUST contain a path component, MUST NOT contain single-dot or
/// double-dot path segments, MUST NOT contain a fragment component and MUST NOT contain a username or password".
///
/// Spelled as a parser would spell it, or what is shown, fetched and compared would be three things: that refuses dot
/// segments in every disguise, default ports, capitals in the host, and whatever browsers repair. A query is discouraged
/// there, and refused here.
fn is_document_address(text: &str) -> bool {
    let reachable = MetadataUri::parse_within(text, Reach::ThisComputerToo).is_some();
    let url = Url::parse(text).ok().filter(|url| reachable && url.as_str() == text);
    url.is_some_and(|url| url.path() != "/" && url.query().is_none() && url.fragment().is_none())
}

impl ProvenClientId {
    /// The id.
    pub fn id(&self) -> &ClientId {
        match self {
            Self::Stored(id) | Self::Sealed { id, .. } | Self::Url(id) => id,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    #[test]
    fn an_address_is_spelled_as_a_parser_would() {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let prove = |text: &str| ClientId::prove(&ring, text);
        for good in [
            "https://client.example/oauth/client.json",
            "https://client.example:8443/client",
            "https://xn--bcher-kva.example/c",
            "https://client.example/a//b/",
            "https://client.example/a%20b",
            // Whether this computer may be asked is a matter of settings.
            "http://127.0.0.1:8788/client.json",
            "http://localhost:8788/client.json",
        ] {
            assert!(matches!(prove(good), Some(ProvenClientId::Url(id)) if id.as_str() == good), "{good}");
        }
        let long = format!("https://client.example/{}", "a".repeat(512));
        for bad in [
            "https://client.example",
            "https://client.example/",
            "https://client.example/c?a=1",
            "https://client.example/c?",
            "https://client.example/c#a",
            "https://client.example/c#",
            "https://a@client.example/c",
            "https://a:b@client.example/c",
            "https://:@client.example/c",
            "https://client.example:443/c",
            "https://client.example:/c",
            "https://client.example/a/../c",
            "https://client.example/./c",
            "https://client.example/a/..",
            "https://client.example/a/%2e%2e/c",
            "https://client.example/a/.%2E/c",
            "https://client.example/%2e/c",
            "https://client.example\\c",
            "https://client.example/a\\..\\c",
            "https:/client.example/c",
            "https:///client.example/c",
            "https://Client.example/c",
            "HTTPS://client.example/c",
            "https://cli%65nt.example/c",
            "https://client.example/a b",
            "https://client.example/\u{e9}",
            "https://b\u{fc}cher.example/c",
            "https://client.example/\tc",
            "https://client.example/c ",
            " https://client.example/c",
            "https://client.example/<c>",
            "https://127.0.0.1/c",
            "https://2130706433/c",
            "https://[::1]/c",
            "https://[64:ff9b::7f00:1]/c",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/c",
            "https://metadata.google.internal/c",
            "https://printer.local/c",
            "http://client.example/c",
            "http://10.0.0.1/c",
            "ftp://client.example/c",
            &long,
        ] {
            assert_eq!(prove(bad), None, "{bad}");
        }
    }
}
