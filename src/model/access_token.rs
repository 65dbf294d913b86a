//! Access token claims (RFC 9068 §2.2), and the grant they come from.

use serde::{Deserialize, Serialize};

use crate::base::opaque::Opaque;
use crate::model::client_id::ClientId;
use crate::model::id::{GrantId, Subject};
use crate::model::scope::Scope;

/// `typ` of the header (RFC 9068 §2.1).
pub const TYP: &str = "at+jwt";

/// The claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Issuer.
    pub iss: String,
    /// The resource owner, or the client where it acts for itself.
    pub sub: Subject,
    /// The one audience.
    pub aud: String,
    /// The client.
    pub client_id: ClientId,
    /// What it may do.
    pub scope: Scope,
    /// Expiry, in seconds.
    pub exp: u64,
    /// Issued, in seconds.
    pub iat: u64,
    /// Unique.
    pub jti: Opaque<16>,
    /// When the owner signed in, in seconds; absent where no owner did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// How the owner signed in (OpenID Connect Core §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The key that the sender must hold (RFC 7800 §3.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// Who acts for the owner (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Actor>>,
    /// Ours: the grant it comes from, for guards that ask whether it is alive.
    pub gid: GrantId,
}

/// A key that a token is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 §6.1).
    pub jkt: String,
}

/// Who acts for the owner, and for whom that one acted before (RFC 8693 §4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The client that acts.
    pub sub: Subject,
    /// The one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Actor>>,
}

impl Actor {
    /// How many act, one for another.
    pub fn depth(&self) -> usize {
        std::iter::successors(Some(self), |actor| actor.act.as_deref()).count()
    }
}
