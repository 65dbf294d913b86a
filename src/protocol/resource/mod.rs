//! The resource server's half: access tokens, their verification, and what a refusal says (RFC 6750, RFC 9449, RFC 9728).

mod audience;
mod bearer;
mod challenge;
mod metadata;
mod verify;

pub use audience::{Audience, audience_named, audience_of, known_audiences};
pub use bearer::{Scheme, presented_token};
pub use challenge::Challenge;
pub use metadata::resource_metadata;
pub use verify::{Access, confirm, verify};

use crate::model::scope::Scope;
use crate::protocol::dpop::DpopRefusal;

/// Why a resource refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BearerRefusal {
    /// No token at all: nothing is wrong yet.
    Missing,
    /// Not shaped like a token, or a token in the query (RFC 6750 §2.3, OAuth 2.1 §5.1).
    Malformed,
    /// Not a token for this audience, or its MAC is wrong.
    Forged,
    /// Bound to a key, and sent as a bearer token (RFC 9449 §7.2).
    Bound,
    /// A bearer token, sent as one that is bound to a key.
    Unbound,
    /// The DPoP proof beside it is wrong.
    Dpop(DpopRefusal),
    /// Its time is up.
    Expired,
    /// Its grant is over.
    GrantEnded,
    /// It cannot do this. Says what would be needed.
    InsufficientScope(Scope),
}
