//! A code that waits for its client.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::pkce::CodeChallenge;
use crate::protocol::grant::command::Redeem;
use crate::protocol::grant::family::RedeemedCode;
use crate::protocol::grant::{Family, Grant, GrantRefusal, Reply, Revoked, Revoker, Terms, Transition};

/// An issued authorization code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitingExchange {
    pub(super) terms: Terms,
    pub(super) redirect_uri: String,
    pub(super) challenge: CodeChallenge,
    pub(super) created_at: UnixTime,
    pub(super) expires_at: UnixTime,
    pub(super) form_expires_at: UnixTime,
}

impl AwaitingExchange {
    pub(super) fn ends_at(&self) -> UnixTime {
        self.expires_at.max(self.form_expires_at)
    }

    /// RFC 6749 §4.1.3: everything must match. A mismatch leaves the code as it was: it is not the client's fault.
    pub(super) fn redeem(self, redeem: Redeem, now: UnixTime) -> Transition {
        let code = RedeemedCode { redirect_uri: self.redirect_uri, challenge: self.challenge };
        if let Err(refusal) = code.check(&self.terms, &redeem) {
            return Transition::refuse(refusal);
        }
        if redeem.audience.as_ref().is_some_and(|audience| *audience != self.terms.audience) {
            return Transition::refuse(GrantRefusal::AudienceMismatch);
        }
        if now >= self.expires_at {
            return Transition::refuse(GrantRefusal::CodeExpired);
        }
        let (tokens, created_at) = (redeem.family(), self.created_at);
        let family = Family::begin(self.terms, Some(code), &tokens, created_at, self.form_expires_at, now);
        let issued = family.issued(None);
        Transition::to(Grant::Family(family), Reply::Issued(issued))
    }

    pub(super) fn revoke(self, revoker: &Revoker, now: UnixTime) -> Transition {
        if !revoker.may_revoke(&self.terms) {
            return Transition::refuse(GrantRefusal::IssuedToOtherClient);
        }
        let until = self.ends_at().max(now);
        Transition::to(Grant::Revoked(Revoked::of(&self.terms, until)), Reply::Revoked)
    }
}
