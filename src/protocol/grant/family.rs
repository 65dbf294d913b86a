//! A redeemed grant: its access tokens, and the generations of its refresh token.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::grant_type::RefreshMode;
use crate::model::pkce::CodeChallenge;
use crate::model::scope::Scope;
use crate::protocol::grant::command::{Redeem, Refresh};
use crate::protocol::grant::{
    Face, Grant, GrantRefusal, Inspection, Issued, IssuedRefresh, RefreshTerms, Reply, Revoked, Revoker,
    Terms, Transition, may_refresh,
};

/// Superseded generations that are remembered with their times.
const REMEMBERED: usize = 8;

/// A grant whose code was redeemed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    pub(super) terms: Terms,
    /// What the code was redeemed with, to tell a replay from a guess.
    pub(super) code: RedeemedCode,
    pub(super) created_at: UnixTime,
    pub(super) used_at: UnixTime,
    pub(super) form_expires_at: UnixTime,
    /// When the last access token expires.
    pub(super) access_until: UnixTime,
    pub(super) refresh: Option<RefreshFamily>,
    /// Access tokens that were exchanged. None of them outlives `access_until`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) exchanged: Vec<Face>,
}

/// What a redeemed code had been issued for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeemedCode {
    pub(super) redirect_uri: String,
    pub(super) challenge: CodeChallenge,
}

/// The refresh tokens of a grant: one is current, the last few are remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshFamily {
    terms: RefreshTerms,
    generation: u32,
    /// The root key of the current generation: a retry must get the same bytes, whatever signs today.
    kid: String,
    superseded: Vec<Superseded>,
    idle_until: UnixTime,
    max_until: Option<UnixTime>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Superseded {
    generation: u32,
    at: UnixTime,
}

/// What a presented generation is.
enum Standing {
    Current,
    Retried,
    Reused,
    NeverIssued,
}

impl RedeemedCode {
    pub(super) fn check(&self, terms: &Terms, redeem: &Redeem) -> Result<(), GrantRefusal> {
        if redeem.client_id != terms.client_id {
            Err(GrantRefusal::IssuedToOtherClient)
        } else if redeem.redirect_uri != self.redirect_uri {
            Err(GrantRefusal::RedirectUriMismatch)
        } else if redeem.challenge != self.challenge {
            Err(GrantRefusal::VerifierMismatch)
        } else {
            Ok(())
        }
    }
}

impl Family {
    pub(super) fn begin(
        terms: Terms,
        code: RedeemedCode,
        redeem: &Redeem,
        created_at: UnixTime,
        form_expires_at: UnixTime,
        now: UnixTime,
    ) -> Self {
        let refresh = redeem.refresh.filter(|_| may_refresh(&terms.scope)).map(|terms| RefreshFamily {
            terms,
            generation: 0,
            kid: redeem.kid.clone(),
            superseded: Vec::new(),
            idle_until: now.plus(terms.idle_ttl),
            max_until: terms.max_ttl.map(|ttl| now.plus(ttl)),
        });
        let access_until = now.plus(redeem.access_ttl);
        Self {
            terms,
            code,
            created_at,
            used_at: now,
            form_expires_at,
            access_until,
            refresh,
            exchanged: Vec::new(),
        }
    }

    pub(super) fn ends_at(&self) -> UnixTime {
        let refresh_until = self.refresh.as_ref().map_or(self.access_until, RefreshFamily::until);
        refresh_until.max(self.access_until).max(self.form_expires_at)
    }

    pub(super) fn issued(&self, scope: Option<Scope>) -> Issued {
        Issued {
            scope: scope.unwrap_or_else(|| self.terms.scope.clone()),
            terms: self.terms.clone(),
            issued_at: self.used_at,
            exchanged: None,
            refresh: self
                .refresh
                .as_ref()
                .map(|refresh| IssuedRefresh { generation: refresh.generation, kid: refresh.kid.clone() }),
        }
    }

    /// RFC 6749 §4.1.2: a code that is used twice revokes what it gave. Who cannot show the verifier is not its
    /// client, and must not be able to end what is not theirs.
    pub(super) fn replayed_code(self, redeem: &Redeem, now: UnixTime) -> Transition {
        match self.code.check(&self.terms, redeem) {
            Ok(()) => self.end(GrantRefusal::CodeAlreadyRedeemed, now),
            Err(refusal) => Transition::refuse(refusal),
        }
    }

    pub(super) fn refresh(mut self, refresh: Refresh, now: UnixTime) -> Transition {
        if refresh.client_id != self.terms.client_id {
            return Transition::refuse(GrantRefusal::IssuedToOtherClient);
        }
        let Some(tokens) = &mut self.refresh else { return Transition::refuse(GrantRefusal::Unknown) };
        let standing = tokens.standing(refresh.generation, refresh.retry_window, now);
        match standing {
            Standing::NeverIssued => return Transition::refuse(GrantRefusal::Unknown),
            Standing::Reused => return self.end(GrantRefusal::RefreshReused, now),
            Standing::Current | Standing::Retried if now >= tokens.until() => {
                return Transition::refuse(GrantRefusal::RefreshExpired);
            }
            Standing::Current | Standing::Retried => {}
        }
        // RFC 6749 §6: the scope "MUST NOT include any scope not originally granted".
        if refresh.scope.as_ref().is_some_and(|scope| !scope.is_within(&self.terms.scope)) {
            return Transition::refuse(GrantRefusal::ScopeWidened);
        }
        if refresh.audience.as_ref().is_some_and(|audience| *audience != self.terms.audience) {
            return Transition::refuse(GrantRefusal::AudienceMismatch);
        }
        if matches!(standing, Standing::Current) {
            tokens.advance(&refresh.kid, now);
        }
        self.used_at = now;
        self.access_until = self.access_until.max(now.plus(refresh.access_ttl));
        let issued = self.issued(refresh.scope);
        Transition::to(Grant::Family(self), Reply::Issued(issued))
    }

    pub(super) fn revoke(self, revoker: &Revoker, now: UnixTime) -> Transition {
        if !revoker.may_revoke(&self.terms) {
            return self.give_back(revoker);
        }
        Transition { reply: Reply::Revoked, ..self.end(GrantRefusal::Revoked, now) }
    }

    pub(super) fn inspect(self, now: UnixTime) -> Transition {
        let refresh =
            self.refresh.as_ref().map(|r| (r.generation, r.until())).filter(|(_, until)| now < *until);
        if refresh.is_none() && now >= self.access_until {
            return Transition::refuse(GrantRefusal::RefreshExpired);
        }
        Transition::stay(Reply::Alive(Inspection {
            terms: self.terms,
            access_until: self.access_until,
            refresh,
            exchanged: self.exchanged.into_iter().filter(|face| now < face.until).collect(),
            created_at: self.created_at,
            used_at: self.used_at,
        }))
    }

    fn end(self, refusal: GrantRefusal, now: UnixTime) -> Transition {
        let until = self.access_until.max(self.form_expires_at).max(now);
        Transition::to(Grant::Revoked(Revoked::of(&self.terms, until)), Reply::Refused(refusal))
    }
}

impl RefreshFamily {
    fn until(&self) -> UnixTime {
        self.max_until.map_or(self.idle_until, |max| max.min(self.idle_until))
    }

    fn standing(&self, generation: u32, retry_window: Seconds, now: UnixTime) -> Standing {
        match generation.cmp(&self.generation) {
            Ordering::Equal => return Standing::Current,
            Ordering::Greater => return Standing::NeverIssued,
            Ordering::Less => {}
        }
        match self.superseded.iter().find(|s| s.generation == generation) {
            Some(superseded) if now < superseded.at.plus(retry_window) => Standing::Retried,
            _ => Standing::Reused,
        }
    }

    fn advance(&mut self, kid: &str, now: UnixTime) {
        self.idle_until = now.plus(self.terms.idle_ttl);
        if self.terms.mode == RefreshMode::Keep {
            return;
        }
        self.superseded.insert(0, Superseded { generation: self.generation, at: now });
        self.superseded.truncate(REMEMBERED);
        self.generation = self.generation.saturating_add(1);
        kid.clone_into(&mut self.kid);
    }
}
