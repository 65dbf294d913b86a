//! Client secrets: 256 bits, shown once.

use serde::{Deserialize, Serialize};

use crate::base::base64url;
use crate::base::digest::sha256;
use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::jose::keyring::{Accepts, Keyring};
use crate::model::auth_method::AuthMethod;
use crate::model::client_id::ClientId;
use crate::model::purpose::CLIENT_SECRET_LABEL;

/// For people and secret scanners.
const PREFIX: &str = "pcs_";

/// A client secret, on its way in or out.
pub type ClientSecret = Secret<String>;

/// A secret at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// SHA-256: with 256 random bits there is nothing to guess, so nothing to slow down.
    hash: Opaque<32>,
    /// When it was made.
    pub created_at: UnixTime,
    /// What it follows from, where it has to be at hand to verify a MAC with. At rest there is no secret, either way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
}

/// What a secret is derived from, beside the root key and the client's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    kid: String,
    salt: Opaque<16>,
}

/// A new secret for a client that is kept in KV, and what is kept of it.
pub fn issue(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    id: &ClientId,
    method: AuthMethod,
    now: UnixTime,
) -> (ClientSecret, StoredSecret) {
    // RFC 7523 §2.2 with client_secret_jwt: the secret itself is the key of a MAC.
    if method == AuthMethod::SecretJwt {
        let origin = Origin { kid: keyring.signing_kid().to_owned(), salt: Opaque(random_array(entropy)) };
        if let Some(secret) = origin.secret(keyring, id) {
            let hash = Opaque(sha256(secret.expose()));
            return (secret, StoredSecret { hash, created_at: now, origin: Some(origin) });
        }
    }
    let secret = Secret::new(format!("{PREFIX}{}", base64url::encode(random_array::<32>(entropy))));
    let hash = Opaque(sha256(secret.expose()));
    (secret, StoredSecret { hash, created_at: now, origin: None })
}

/// The secret of a client whose metadata is sealed into its id: derived from that id.
pub fn derive(keyring: &Keyring, kid: &str, id: &ClientId) -> Option<ClientSecret> {
    derived(keyring, kid, id.as_str().as_bytes())
}

fn derived(keyring: &Keyring, kid: &str, from: &[u8]) -> Option<ClientSecret> {
    let key = keyring.key(kid, CLIENT_SECRET_LABEL, Accepts::Retired)?;
    Some(Secret::new(format!("{PREFIX}{}", base64url::encode(key.sign(from)))))
}

impl Origin {
    /// No sealed id begins as a stored one does, so that no two clients share a secret.
    fn secret(&self, keyring: &Keyring, id: &ClientId) -> Option<ClientSecret> {
        derived(keyring, &self.kid, &[id.as_str().as_bytes(), &self.salt.0].concat())
    }
}

impl StoredSecret {
    /// Whether this is the secret, in constant time.
    pub fn is(&self, presented: &ClientSecret) -> bool {
        Secret::new(sha256(presented.expose())) == Secret::new(self.hash.0)
    }

    /// Whether the secret can be had again.
    pub const fn is_derived(&self) -> bool {
        self.origin.is_some()
    }

    /// The secret itself, if it was derived and its root key is still there.
    pub fn secret(&self, keyring: &Keyring, id: &ClientId) -> Option<ClientSecret> {
        self.origin.as_ref()?.secret(keyring, id).filter(|secret| self.is(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;
    impl Entropy for Ones {
        fn fill(&self, out: &mut [u8]) {
            out.fill(1);
        }
    }

    fn ring(byte: u8) -> Keyring {
        Keyring::parse(&format!("k1:{}", base64url::encode([byte; 32]))).unwrap()
    }

    #[test]
    fn a_secret_that_signs_can_be_had_again_and_is_not_at_rest() {
        let (ring1, now) = (ring(1), UnixTime::from_seconds(1));
        let id = ClientId::stored(&ring1, &Ones);
        let (secret, stored) = issue(&ring1, &Ones, &id, AuthMethod::SecretJwt, now);
        assert!(stored.is(&secret) && stored.secret(&ring1, &id) == Some(secret.clone()));
        let json = serde_json::to_string(&stored).unwrap();
        assert!(!json.contains(secret.expose().trim_start_matches(PREFIX)), "{json}");
        assert_eq!(serde_json::from_str::<StoredSecret>(&json).unwrap(), stored);
        assert_eq!(stored.secret(&ring(2), &id), None, "another root key");
        let other = ClientId::stored(&ring(2), &Ones);
        assert_eq!(stored.secret(&ring1, &other), None, "another client");
    }

    #[test]
    fn other_secrets_cannot_and_what_was_stored_before_reads_back() {
        let (ring, now) = (ring(1), UnixTime::from_seconds(1));
        let id = ClientId::stored(&ring, &Ones);
        for method in [AuthMethod::SecretBasic, AuthMethod::SecretPost] {
            let (secret, stored) = issue(&ring, &Ones, &id, method, now);
            assert!(stored.is(&secret) && !stored.is_derived() && stored.secret(&ring, &id).is_none());
            let json = serde_json::to_string(&stored).unwrap();
            assert!(!json.contains("origin"), "{json}");
            assert_eq!(serde_json::from_str::<StoredSecret>(&json).unwrap(), stored);
        }
    }
}
