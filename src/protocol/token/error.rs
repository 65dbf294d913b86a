//! Why a token request fails, and what the client hears of it (RFC 6749 §5.2).

use crate::protocol::grant::GrantRefusal;
use crate::protocol::token::ExchangeRefusal;

/// A refused token request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
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
    /// Not a resource of this server (RFC 8707 §2).
    Resource,
    /// Not a scope.
    ScopeMalformed,
    /// A grant type that is not spoken here.
    UnsupportedGrantType,
}

impl TokenRefusal {
    /// Status and registered code.
    pub const fn code(&self) -> (u16, &'static str) {
        match self {
            Self::Exchange(refusal) => refusal.code(),
            Self::Grant(GrantRefusal::ScopeWidened) | Self::ScopeMalformed => (400, "invalid_scope"),
            Self::Grant(GrantRefusal::AudienceMismatch) | Self::Resource => (400, "invalid_target"),
            Self::ForgedGrant | Self::Grant(_) => (400, "invalid_grant"),
            Self::GrantTypeNotRegistered => (400, "unauthorized_client"),
            Self::Parameter(_) => (400, "invalid_request"),
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
            Self::ForgedGrant | Self::Grant(_) => {
                "the code or refresh token is invalid, expired, revoked, or was issued for another request"
                    .into()
            }
            Self::GrantTypeNotRegistered => "the client did not register this grant type".into(),
            Self::Parameter(name) => format!("{name} is missing or malformed"),
            Self::ScopeMalformed => "scope must be scope tokens separated by single blanks".into(),
            Self::UnsupportedGrantType => "grant_type is not one of those in grant_types_supported".into(),
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
    }
}
