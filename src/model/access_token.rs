//! Access token claims (RFC 9068 §2.2), and the grant they come from.

use serde::{Deserialize, Serialize};

use crate::base::opaque::Opaque;
use crate::model::client_id::ClientId;
use crate::model::id::{GrantId, SubjectId};
use crate::model::scope::Scope;

/// `typ` of the header (RFC 9068 §2.1).
pub const TYP: &str = "at+jwt";

/// The claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Issuer.
    pub iss: String,
    /// The resource owner.
    pub sub: SubjectId,
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
    /// When the owner signed in, in seconds.
    pub auth_time: u64,
    /// Ours: the grant it comes from, for guards that ask whether it is alive.
    pub gid: GrantId,
}
