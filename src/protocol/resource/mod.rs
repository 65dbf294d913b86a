//! The resource server's half: bearer tokens, their verification, and what a refusal says (RFC 6750, RFC 9728).

mod audience;
mod bearer;
mod challenge;
mod metadata;
mod verify;

pub use audience::{Audience, audience_named, audience_of, known_audiences};
pub use bearer::bearer_token;
pub use challenge::Challenge;
pub use metadata::resource_metadata;
pub use verify::{Access, confirm, verify};

use crate::model::scope::Scope;

/// Why a resource refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BearerRefusal {
    /// No token at all: nothing is wrong yet.
    Missing,
    /// Not a bearer token, or a token in the query (RFC 6750 §2.3, OAuth 2.1 §5.1).
    Malformed,
    /// Not a token for this audience, or its MAC is wrong.
    Forged,
    /// Its time is up.
    Expired,
    /// Its grant is over.
    GrantEnded,
    /// It cannot do this. Says what would be needed.
    InsufficientScope(Scope),
}
