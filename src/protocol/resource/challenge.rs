//! `WWW-Authenticate` (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1).

use crate::model::scope::Scope;
use crate::protocol::dpop::{self, DpopRefusal};
use crate::protocol::resource::{BearerRefusal, Scheme};

/// What a refused request is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// 400, 401 or 403.
    pub status: u16,
    /// The registered error; none where no token came at all (RFC 6750 §3.1).
    pub error: Option<&'static str>,
    /// For the developer.
    pub description: &'static str,
    scope: Option<Scope>,
}

impl Challenge {
    /// Of a refusal at an operation that needs `required`.
    pub fn of(refusal: &BearerRefusal, required: &Scope) -> Self {
        let needs = (!required.is_empty()).then(|| required.clone());
        let (status, error, description) = match refusal {
            BearerRefusal::Missing => (401, None, "an access token is required"),
            BearerRefusal::Malformed => (
                400,
                Some("invalid_request"),
                "the access token belongs into the Authorization header, as Bearer or DPoP and the token",
            ),
            BearerRefusal::Forged => (401, Some("invalid_token"), "the access token is not valid here"),
            BearerRefusal::Bound => (
                401,
                Some("invalid_token"),
                "the access token is bound to a key: send it as DPoP, with a proof",
            ),
            BearerRefusal::Unbound => {
                (401, Some("invalid_token"), "the access token is not bound to a key: send it as Bearer")
            }
            // RFC 9449 §7.1: a key that is not the token's makes the token invalid, not the proof.
            BearerRefusal::Dpop(refusal @ DpopRefusal::OtherKey) => {
                (401, Some("invalid_token"), refusal.description())
            }
            BearerRefusal::Dpop(refusal) => (401, Some(refusal.code()), refusal.description()),
            BearerRefusal::Expired => (401, Some("invalid_token"), "the access token has expired"),
            BearerRefusal::GrantEnded => (401, Some("invalid_token"), "the access token was revoked"),
            BearerRefusal::InsufficientScope(_) => {
                (403, Some("insufficient_scope"), "the access token was not granted what this needs")
            }
        };
        let scope = match refusal {
            BearerRefusal::InsufficientScope(needed) => Some(needed.clone()),
            BearerRefusal::Missing => needs,
            _ => None,
        };
        Self { status, error, description, scope }
    }

    /// The header's value for one scheme. Every part is ours or a scope token, so none needs escaping.
    pub fn header(&self, scheme: Scheme, resource_metadata: &str) -> String {
        let mut header = format!(r#"{} resource_metadata="{resource_metadata}""#, scheme.word());
        if scheme == Scheme::Dpop {
            header.push_str(&format!(r#", algs="{}""#, dpop::ALGORITHMS));
        }
        if let Some(error) = self.error {
            header.push_str(&format!(r#", error="{error}", error_description="{}""#, self.description));
        }
        if let Some(scope) = &self.scope {
            header.push_str(&format!(r#", scope="{scope}""#));
        }
        header
    }
}
