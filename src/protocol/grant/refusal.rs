//! Every reason for which a grant says no. For the log; the client hears `invalid_grant`.

use serde::{Deserialize, Serialize};

/// Why a grant refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantRefusal {
    /// A code was already issued from this approval.
    AlreadyCreated,
    /// Another resource than the one that was approved (RFC 8707 §2.2).
    AudienceMismatch,
    /// The subject token is bound to a key that the request did not prove (RFC 9449 §6).
    BoundToOtherKey,
    /// The code was redeemed before, by the same client with the same verifier: the family ends (RFC 6749 §4.1.2).
    CodeAlreadyRedeemed,
    /// The code's time is up.
    CodeExpired,
    /// Another client brought it.
    IssuedToOtherClient,
    /// The subject token says something else than this grant does.
    NotConfirmed,
    /// A refresh token before the code was redeemed: it cannot exist.
    NotRedeemed,
    /// Not the redirect URI of the authorization request.
    RedirectUriMismatch,
    /// The refresh token's time is up.
    RefreshExpired,
    /// A superseded refresh token outside the retry window: the family ends (RFC 9700 §4.14.2).
    RefreshReused,
    /// It was ended.
    Revoked,
    /// More scope than the owner approved (RFC 6749 §6).
    ScopeWidened,
    /// As many exchanged tokens are alive as may be.
    TooManyExchanges,
    /// There is no such grant.
    Unknown,
    /// The verifier does not answer the challenge (RFC 7636 §4.6).
    VerifierMismatch,
}
