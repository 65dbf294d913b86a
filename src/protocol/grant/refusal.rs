//! Every reason for which a grant says no. For the log; the client hears `invalid_grant`.

use serde::{Deserialize, Serialize};

/// Why a grant refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantRefusal {
    /// This owner has answered the device before, and that stands.
    AlreadyAnswered,
    /// A code was already issued from this approval.
    AlreadyCreated,
    /// Another resource than the one that was approved (RFC 8707 §2.2).
    AudienceMismatch,
    /// Somebody else has answered the device.
    AnsweredByOther,
    /// The owner has not answered yet (RFC 8628 §3.5).
    AuthorizationPending,
    /// The subject token is bound to a key that the request did not prove (RFC 9449 §6).
    BoundToOtherKey,
    /// The code was redeemed before, by the same client with the same verifier: the family ends (RFC 6749 §4.1.2).
    CodeAlreadyRedeemed,
    /// The code's time is up.
    CodeExpired,
    /// The device code's time is up (RFC 8628 §3.5).
    DeviceCodeExpired,
    /// The device has its tokens. That ends nothing: it polls, and may not have heard the first answer; and its code never
    /// was in a browser, where somebody might have seen it (RFC 6749 §4.1.2 speaks of codes that were).
    DeviceCodeRedeemed,
    /// The owner said no (RFC 8628 §3.5).
    DeviceDenied,
    /// Another client brought it.
    IssuedToOtherClient,
    /// Without the DPoP key that the code or the refresh token is bound to (RFC 9449 §5, §10).
    KeyMismatch,
    /// The subject token says something else than this grant does.
    NotConfirmed,
    /// A refresh token before the code was redeemed: it cannot exist.
    NotRedeemed,
    /// An id that is good for one use was used before: that of a DPoP proof, or of a client assertion.
    ProofReplayed,
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
    /// Sooner than the interval allows (RFC 8628 §3.5).
    SlowDown,
    /// As many proofs are remembered as may be: within minutes there is room again.
    TooManyProofs,
    /// As many exchanged tokens are alive as may be.
    TooManyExchanges,
    /// There is no such grant.
    Unknown,
    /// The verifier does not answer the challenge (RFC 7636 §4.6).
    VerifierMismatch,
}
