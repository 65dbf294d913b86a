//! Why a token request fails, and what the client hears of it (RFC 6749 §5.2).

use crate::model::grant_type::GrantType;
use crate::protocol::dpop::DpopRefusal;
use crate::protocol::grant::GrantRefusal;
use crate::protocol::token::ExchangeRefusal;

/// A refused token request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// The DPoP proof is wrong (RFC 9449 §5).
    Dpop(DpopRefusal),
    /// Of an exchange.
    Exchange(ExchangeRefusal),
    /// The code or refresh token is not one of ours.
    ForgedGrant,
    /// The grant said no.
    Grant(GrantRefusal),
    /// The client did not register this grant type.
    GrantTypeNotRegistered,
    /// A parameter is missing or malformed.
    Parameter(&'static str),
    /// The client registered that its tokens are bound to keys, and there is no DPoP proof (RFC 9449 §5.2).
    ProofMissing,
    /// Not a resource of this server (RFC 8707 §2).
    Resource,
    /// Not a scope.
    ScopeMalformed,
    /// More than the client may ask for in this way, or nothing.
    ScopeNotAllowed,
    /// A grant type that is not spoken here.
    UnsupportedGrantType,
}

impl TokenRefusal {
    /// Of what a grant said to a request that had a DPoP proof, or had none.
    pub const fn of_grant(refusal: GrantRefusal, proof: bool) -> Self {
        match refusal {
            GrantRefusal::KeyMismatch if proof => Self::Dpop(DpopRefusal::OtherKey),
            // A grant without an owner is made at the address of the proof.
            GrantRefusal::ProofReplayed | GrantRefusal::AlreadyCreated if proof => {
                Self::Dpop(DpopRefusal::Replayed)
            }
            refusal => Self::Grant(refusal),
        }
    }

    /// Status and registered code.
    pub const fn code(&self) -> (u16, &'static str) {
        match self {
            Self::Exchange(refusal) => refusal.code(),
            Self::Grant(GrantRefusal::ScopeWidened) | Self::ScopeMalformed | Self::ScopeNotAllowed => {
                (400, "invalid_scope")
            }
            Self::Grant(GrantRefusal::AudienceMismatch) | Self::Resource => (400, "invalid_target"),
            // RFC 8628 §3.5.
            Self::Grant(GrantRefusal::AuthorizationPending) => (400, "authorization_pending"),
            Self::Grant(GrantRefusal::SlowDown) => (400, "slow_down"),
            Self::Grant(GrantRefusal::DeviceCodeExpired) => (400, "expired_token"),
            Self::Grant(GrantRefusal::DeviceDenied) => (400, "access_denied"),
            // Its address is made of ids that are good for one use (RFC 7523 §3): they were used.
            Self::Grant(GrantRefusal::AlreadyCreated) => (401, "invalid_client"),
            // Without a DPoP proof it was the client's assertion (RFC 7523 §3.2).
            Self::Grant(GrantRefusal::ProofReplayed) => (401, "invalid_client"),
            Self::Grant(GrantRefusal::TooManyProofs) => (429, "temporarily_unavailable"),
            Self::Dpop(refusal) => (400, refusal.code()),
            Self::ForgedGrant | Self::Grant(_) => (400, "invalid_grant"),
            Self::GrantTypeNotRegistered => (400, "unauthorized_client"),
            Self::Parameter(_) | Self::ProofMissing => (400, "invalid_request"),
            Self::UnsupportedGrantType => (400, "unsupported_grant_type"),
        }
    }

    /// For the developer; never says which of several secrets was wrong.
    pub fn description(&self) -> String {
        match self {
            Self::Exchange(refusal) => refusal.description().into(),
            Self::Grant(GrantRefusal::ScopeWidened) => "the scope is wider than what was granted".into(),
            Self::Grant(GrantRefusal::AudienceMismatch) | Self::Resource => {
                "resource must be the resource this grant is for".into()
            }
            Self::Grant(GrantRefusal::AuthorizationPending) => "the owner has not answered yet".into(),
            Self::Grant(GrantRefusal::SlowDown) => "poll five seconds less often from now on".into(),
            Self::Grant(GrantRefusal::DeviceCodeExpired) => "the device code is no longer valid".into(),
            Self::Grant(GrantRefusal::DeviceDenied) => "the owner said no".into(),
            Self::Grant(GrantRefusal::AlreadyCreated) => {
                "what authenticates the client was used before".into()
            }
            Self::Grant(GrantRefusal::ProofReplayed) => "the client assertion was used before".into(),
            Self::Grant(GrantRefusal::TooManyProofs) => {
                "too many requests for one grant; try again in a minute".into()
            }
            Self::Dpop(refusal) => refusal.description().into(),
            Self::ProofMissing => "a DPoP proof is required".into(),
            Self::ForgedGrant | Self::Grant(_) => {
                "the code or refresh token is invalid, expired, revoked, or was issued for another request"
                    .into()
            }
            Self::GrantTypeNotRegistered => "the client did not register this grant type".into(),
            Self::Parameter(name) => format!("{name} is missing or malformed"),
            Self::ScopeMalformed => "scope must be scope tokens separated by single blanks".into(),
            Self::ScopeNotAllowed => "the scope is empty, or more than this client may ask for".into(),
            Self::UnsupportedGrantType => {
                let words = GrantType::ALL.map(GrantType::word).join(", ");
                format!("grant_type must be one of: {words}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_help_the_developer_and_tell_a_thief_nothing() {
        assert_eq!(TokenRefusal::Parameter("code").description(), "code is missing or malformed");
        let grant = |refusal| TokenRefusal::Grant(refusal).description();
        assert_eq!(grant(GrantRefusal::Revoked), grant(GrantRefusal::CodeExpired));
        assert!(grant(GrantRefusal::ScopeWidened).contains("wider"));
        assert_eq!(grant(GrantRefusal::KeyMismatch), grant(GrantRefusal::CodeExpired));
    }

    #[test]
    fn what_was_used_before_is_named_by_what_the_request_had() {
        let code = |refusal, proof| TokenRefusal::of_grant(refusal, proof).code();
        assert_eq!(code(GrantRefusal::ProofReplayed, true), (400, "invalid_dpop_proof"));
        assert_eq!(code(GrantRefusal::ProofReplayed, false), (401, "invalid_client"));
        assert_eq!(code(GrantRefusal::KeyMismatch, true), (400, "invalid_dpop_proof"));
        assert_eq!(code(GrantRefusal::KeyMismatch, false), (400, "invalid_grant"));
        assert_eq!(code(GrantRefusal::CodeExpired, true), (400, "invalid_grant"));
        let replayed = TokenRefusal::of_grant(GrantRefusal::ProofReplayed, false).description();
        assert!(replayed.contains("assertion"));
    }
}
