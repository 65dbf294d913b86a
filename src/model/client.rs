//! A client (RFC 6749 §2): its id, its metadata, and what it can prove itself with.

use serde::{Deserialize, Serialize};

use crate::base::digest::sha256;
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::jose::hs256::HmacKey;
use crate::jose::keyring::Keyring;
use crate::model::auth_method::AuthMethod;
use crate::model::client_id::{ClientHash, ClientId};
use crate::model::client_metadata::ClientMetadata;
use crate::model::client_secret::{ClientSecret, StoredSecret};
use crate::model::id::SubjectId;

/// Secrets that may be live at once, while one takes over from the other.
pub const MAX_SECRETS: usize = 2;

/// A client that was found, whichever way it is kept.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// What it registered.
    pub metadata: ClientMetadata,
    /// How its secret is checked.
    pub proof: ClientProof,
    /// Who says so. Not what the client says of itself.
    pub origin: ClientOrigin,
}

/// What stands for the name of a client that has none, where one is kept. Pages say it in their language.
pub const NAMELESS: &str = "(no name)";

/// Who brought a client here, and with that, what is known of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientOrigin {
    /// Anybody: it registered without a token, and its id carries what it said.
    Anonymous,
    /// The host of its id, where its metadata is.
    Published,
    /// Somebody who signed up here, in the console.
    Developer {
        /// When.
        at: UnixTime,
        /// Whether that was an administrator, for a client that somebody has to vouch for.
        vouched: bool,
    },
    /// The operator, by the initial access token.
    Operator,
}

/// What a client authenticates with.
#[derive(Clone, Debug)]
pub enum ClientProof {
    /// No secret: a public client, or one with keys of its own.
    None,
    /// One of these.
    Stored(Vec<StoredSecret>),
    /// One of these, which were derived just now: from its sealed id, or because it signs with them.
    Derived(Vec<ClientSecret>),
}

/// A client at rest, in KV.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredClient {
    /// Its id.
    pub id: ClientId,
    /// What it registered.
    pub metadata: ClientMetadata,
    /// Its secrets, newest first.
    pub secrets: Vec<StoredSecret>,
    /// SHA-256 of its registration access token (RFC 7592 §3).
    pub registration_token: Opaque<32>,
    /// When it was registered.
    pub issued_at: UnixTime,
    /// The owner who registered it in the console.
    pub registered_by: Option<SubjectId>,
    /// Whether that was an administrator, for a client that somebody has to vouch for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vouched: bool,
    /// When whoever manages it changed it last: of two copies, the newer one counts.
    #[serde(default)]
    pub changed_at: UnixTime,
    /// Whether an administrator stopped it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// A registered client, as far as a list of all of them shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSummary {
    /// Its id.
    pub id: ClientId,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The owner who registered it in the console.
    pub registered_by: Option<SubjectId>,
    /// When it was registered.
    pub issued_at: UnixTime,
    /// Whether an administrator stopped it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

impl Client {
    /// Where this client's storage is keyed.
    pub fn hash(&self) -> ClientHash {
        self.id.hash()
    }

    /// What people are shown as its name.
    pub fn shown_name(&self) -> &str {
        self.metadata.client_name.as_deref().unwrap_or(NAMELESS)
    }

    /// The host that published its metadata, where its id is their address: nobody else can have.
    pub fn proven_host(&self) -> Option<&str> {
        self.id.host()
    }

    /// Whether the operator vouched for its metadata, and it can prove that it is the one.
    pub fn is_vouched_for(&self) -> bool {
        let vouched =
            matches!(self.origin, ClientOrigin::Operator | ClientOrigin::Developer { vouched: true, .. });
        vouched && self.metadata.auth_method.is_confidential()
    }

    /// Whether somebody who is signed in registered it, in the console: they have a page of it there.
    pub const fn is_of_developer(&self) -> bool {
        matches!(self.origin, ClientOrigin::Developer { .. })
    }

    /// Whether nobody but an anonymous request vouched for its metadata.
    pub fn is_anonymous(&self) -> bool {
        self.origin == ClientOrigin::Anonymous
    }
}

impl ClientProof {
    /// Whether `secret` proves the client.
    pub fn admits(&self, secret: &ClientSecret) -> bool {
        match self {
            Self::None => false,
            Self::Stored(secrets) => secrets.iter().any(|stored| stored.is(secret)),
            Self::Derived(secrets) => secrets.iter().any(|derived| derived == secret),
        }
    }

    /// Whether `tag` is the HS256 of `message` under a secret of the client: its text is the key (RFC 7518 §3.2,
    /// OpenID Connect Core §9).
    pub fn verifies(&self, message: &[u8], tag: &[u8]) -> bool {
        let Self::Derived(secrets) = self else { return false };
        secrets.iter().any(|secret| HmacKey::of_bytes(secret.expose().as_bytes()).verifies(message, tag))
    }
}

impl StoredClient {
    /// For the checks that every client goes through.
    pub fn into_client(self, keyring: &Keyring) -> Client {
        let secret = |stored: &StoredSecret| stored.secret(keyring, &self.id);
        let proof = match self.metadata.auth_method {
            AuthMethod::SecretBasic | AuthMethod::SecretPost => ClientProof::Stored(self.secrets),
            AuthMethod::SecretJwt => ClientProof::Derived(self.secrets.iter().filter_map(secret).collect()),
            AuthMethod::None | AuthMethod::PrivateKeyJwt => ClientProof::None,
        };
        let origin = match self.registered_by {
            Some(_) => ClientOrigin::Developer { at: self.issued_at, vouched: self.vouched },
            None => ClientOrigin::Operator,
        };
        Client { id: self.id, metadata: self.metadata, proof, origin }
    }

    /// What a list shows of it.
    pub fn summary(&self) -> ClientSummary {
        ClientSummary {
            id: self.id.clone(),
            name: self.metadata.client_name.clone(),
            registered_by: self.registered_by,
            issued_at: self.issued_at,
            disabled: self.disabled,
        }
    }

    /// Whether this is the token that manages the registration.
    pub fn is_managed_by(&self, token: &Secret<String>) -> bool {
        Secret::new(sha256(token.expose())) == Secret::new(self.registration_token.0)
    }

    /// Adds a secret; the oldest beyond two stops working.
    pub fn add_secret(&mut self, secret: StoredSecret) {
        self.secrets.insert(0, secret);
        self.secrets.truncate(MAX_SECRETS);
    }

    /// Leaves the newest secret alone.
    pub fn retire_secrets(&mut self) {
        self.secrets.truncate(1);
    }
}
