//! A redeemed grant: its access tokens, and the generations of its refresh token.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::country::Country;
use crate::model::grant_type::RefreshMode;
use crate::model::pkce::CodeChallenge;
use crate::model::scope::Scope;
use crate::protocol::grant::bound::{bind, check_unseen, remember};
use crate::protocol::grant::command::{Issue, Poll, Redeem, Refresh};
use crate::protocol::grant::{
    Binding, Face, FamilyTerms, Grant, GrantRefusal, Inspection, Issued, IssuedRefresh, Once, Proven,
    RefreshTerms, Reply, Revoked, Revoker, Terms, Transition, may_refresh,
};

/// Superseded generations that are remembered with their times.
const REMEMBERED: usize = 8;

/// A grant whose code was redeemed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    pub(super) terms: Terms,
    /// What the code was redeemed with, to tell a replay from a guess; none where there was no code.
    pub(super) code: Option<Box<RedeemedCode>>,
    pub(super) created_at: UnixTime,
    pub(super) used_at: UnixTime,
    pub(super) form_expires_at: UnixTime,
    /// When the last access token expires.
    pub(super) access_until: UnixTime,
    pub(super) refresh: Option<RefreshFamily>,
    /// The key that the refresh tokens are bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) jkt: Option<String>,
    /// The keys that the access tokens are bound to, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bindings: Vec<Binding>,
    /// Ids that were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) seen: Vec<Once>,
    /// Access tokens that were exchanged. None of them outlives `access_until`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) exchanged: Vec<Face>,
    /// How often its refresh token was used, a retry not counted. For its owner's eyes, as the place.
    #[serde(default)]
    pub(super) refreshes: u32,
    /// Where its client last came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Country>,
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
        } else if terms.jkt.is_some() && terms.jkt != redeem.proven.jkt {
            // RFC 9449 §10: "If they do not match, it MUST reject the request."
            Err(GrantRefusal::KeyMismatch)
        } else {
            Ok(())
        }
    }
}

impl Family {
    pub(super) fn begin(
        terms: Terms,
        code: Option<RedeemedCode>,
        tokens: &FamilyTerms,
        created_at: UnixTime,
        form_expires_at: UnixTime,
        now: UnixTime,
    ) -> Self {
        let refresh = tokens.refresh.filter(|_| may_refresh(&terms.scope)).map(|terms| RefreshFamily {
            terms,
            generation: 0,
            kid: tokens.kid.clone(),
            superseded: Vec::new(),
            idle_until: now.plus(terms.idle_ttl),
            max_until: terms.max_ttl.map(|ttl| now.plus(ttl)),
        });
        let access_until = now.plus(tokens.access_ttl);
        let proven = &tokens.proven;
        let mut family = Self {
            terms,
            code: code.map(Box::new),
            created_at,
            used_at: now,
            form_expires_at,
            access_until: now,
            refresh,
            // RFC 9449 §5: that of a public client "MUST be bound to the respective public key".
            jkt: proven.jkt.clone().filter(|_| !proven.client_authenticated),
            bindings: Vec::new(),
            seen: Vec::new(),
            exchanged: Vec::new(),
            refreshes: 0,
            place: None,
        };
        family.use_now(proven, access_until, now);
        family
    }

    /// RFC 6749 §4.4: one access token, no refresh token. It is remembered for as long as what the request proved could
    /// be sent again.
    pub(super) fn of_client(issue: Issue, now: UnixTime) -> Self {
        let tokens = FamilyTerms { refresh: None, ..issue.family };
        let remembered = tokens.proven.once.iter().map(|once| once.until).max().unwrap_or(now);
        Self::begin(issue.terms, None, &tokens, now, remembered, now)
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
            jkt: self.bindings.first().and_then(|binding| binding.jkt.clone()),
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
        let Some(code) = &self.code else { return Transition::refuse(GrantRefusal::Unknown) };
        let checked = code.check(&self.terms, redeem);
        // Nor is it who repeats a proof that was seen.
        match checked.and_then(|()| check_unseen(&self.seen, &redeem.proven.once, now)) {
            Ok(()) => self.end(GrantRefusal::CodeAlreadyRedeemed, now),
            Err(refusal) => Transition::refuse(refusal),
        }
    }

    /// A device code comes after the tokens were fetched.
    pub(super) fn polled(self, poll: &Poll) -> Transition {
        Transition::refuse(match self.code {
            _ if poll.client_id != self.terms.client_id => GrantRefusal::IssuedToOtherClient,
            Some(_) => GrantRefusal::Unknown,
            None => GrantRefusal::DeviceCodeRedeemed,
        })
    }

    pub(super) fn refresh(mut self, refresh: Refresh, now: UnixTime) -> Transition {
        if refresh.client_id != self.terms.client_id {
            return Transition::refuse(GrantRefusal::IssuedToOtherClient);
        }
        // RFC 9449 §5. Who cannot show the key ends nothing: a stolen token alone is worth nothing.
        if self.jkt.is_some() && self.jkt != refresh.proven.jkt {
            return Transition::refuse(GrantRefusal::KeyMismatch);
        }
        if let Err(refusal) = check_unseen(&self.seen, &refresh.proven.once, now) {
            return Transition::refuse(refusal);
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
        self.refreshes = self.refreshes.saturating_add(u32::from(matches!(standing, Standing::Current)));
        self.use_now(&refresh.proven, now.plus(refresh.access_ttl), now);
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
            bindings: self.bindings,
            refreshes: self.refreshes,
            place: self.place,
        }))
    }

    /// Gives out an access token.
    fn use_now(&mut self, proven: &Proven, until: UnixTime, now: UnixTime) {
        bind(&mut self.bindings, proven.jkt.as_deref(), until, self.access_until, now);
        remember(&mut self.seen, &proven.once, now);
        self.access_until = self.access_until.max(until);
        self.used_at = now;
        self.place = proven.place;
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
