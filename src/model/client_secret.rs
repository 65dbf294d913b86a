//! Client secrets: 256 bits, shown once.

use serde::{Deserialize, Serialize};

use crate::base::base64url;
use crate::base::digest::sha256;
use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::jose::keyring::{Accepts, Keyring};
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
}

/// A new random secret.
pub fn generate(entropy: &dyn Entropy) -> ClientSecret {
    Secret::new(format!("{PREFIX}{}", base64url::encode(random_array::<32>(entropy))))
}

/// The secret of a client whose metadata is sealed into its id: derived from that id.
pub fn derive(keyring: &Keyring, kid: &str, id: &ClientId) -> Option<ClientSecret> {
    let key = keyring.key(kid, CLIENT_SECRET_LABEL, Accepts::Retired)?;
    Some(Secret::new(format!("{PREFIX}{}", base64url::encode(key.sign(id.as_str().as_bytes())))))
}

impl StoredSecret {
    /// For storing.
    pub fn of(secret: &ClientSecret, created_at: UnixTime) -> Self {
        Self { hash: Opaque(sha256(secret.expose())), created_at }
    }

    /// Whether this is the secret, in constant time.
    pub fn is(&self, presented: &ClientSecret) -> bool {
        Secret::new(sha256(presented.expose())) == Secret::new(self.hash.0)
    }
}
