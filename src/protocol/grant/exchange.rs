//! Token exchange (RFC 8693): further access tokens of a grant, for other audiences or in the hands of other clients.
//!
//! They are faces of the same grant, so that whatever ends it ends them, and whoever asks it hears of them.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::access_token::Actor;
use crate::model::client_id::ClientId;
use crate::model::id::Subject;
use crate::model::scope::Scope;
use crate::protocol::grant::bound::{check_unseen, issued_to, leaves_room, remember};
use crate::protocol::grant::{
    Binding, Family, Grant, GrantRefusal, Inspection, Issued, Proven, Reply, Revoker, Terms, Transition,
};

/// Faces that may be alive at once. Tokens that differ in nothing but their time are one.
pub const MAX_FACES: usize = 32;
/// Those of them that guards leave to the client of the grant.
const FACES_OF_ITS_OWN: usize = 8;

/// What an exchanged access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// The client that exchanged it.
    pub client_id: ClientId,
    /// `sub`, as the token it was exchanged for said.
    pub subject: Subject,
    /// Where it is for.
    pub audience: String,
    /// What it may do.
    pub scope: Scope,
    /// Who acts (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Actor>>,
    /// The DPoP key it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// When the last such token expires: never after the token that it was exchanged for, and so never after the last
    /// access token of the grant.
    pub until: UnixTime,
}

/// A token exchange, allowed by policy. Everything it says of the subject token is the token's own word: the grant
/// holds it against what it knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The client that authenticated.
    pub client_id: ClientId,
    /// It may, as the guard of the audience that the subject token is for; else only as the client of this grant.
    pub as_guard: bool,
    /// The subject token.
    pub subject: Face,
    /// Where the new token is for.
    pub audience: String,
    /// What it may do.
    pub scope: Scope,
    /// Who acts from now on, and for whom that one acts.
    pub act: Option<Box<Actor>>,
    /// How long access tokens live.
    pub access_ttl: Seconds,
    /// What else the request proved.
    #[serde(default)]
    pub proven: Proven,
}

/// What an access token says of itself, whose MAC was right.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// `client_id`.
    pub client_id: &'a ClientId,
    /// `sub`.
    pub subject: &'a Subject,
    /// `aud`.
    pub audience: &'a str,
    /// `scope`.
    pub scope: &'a Scope,
    /// `act`.
    pub act: Option<&'a Actor>,
    /// `cnf.jkt`.
    pub jkt: Option<&'a str>,
    /// `exp`.
    pub until: UnixTime,
}

impl Face {
    /// As the token itself says it.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            client_id: &self.client_id,
            subject: &self.subject,
            audience: &self.audience,
            scope: &self.scope,
            act: self.act.as_deref(),
            jkt: self.jkt.as_deref(),
            until: self.until,
        }
    }

    fn is_like(&self, shown: &Shown<'_>) -> bool {
        self.client_id == *shown.client_id
            && self.subject == *shown.subject
            && self.audience == shown.audience
            && self.act.as_deref() == shown.act
            && self.jkt.as_deref() == shown.jkt
    }

    fn confirms(&self, shown: &Shown<'_>) -> bool {
        self.is_like(shown)
            && shown.scope.is_within(&self.scope)
            && shown.until.seconds() <= self.until.seconds()
    }
}

impl Shown<'_> {
    /// What such a token may do, by the grant's word: whether it is one of those that its own client gets until
    /// `access_until`, or one of those that were exchanged. The holder of an audience's key can make tokens, and must
    /// not become anybody here.
    pub fn confirmed(&self, inspection: &Inspection) -> Option<Scope> {
        let Inspection { terms, access_until, bindings, exchanged, .. } = inspection;
        self.confirmed_by(terms, *access_until, bindings, exchanged)
    }

    fn confirmed_by(
        &self,
        terms: &Terms,
        access_until: UnixTime,
        bindings: &[Binding],
        exchanged: &[Face],
    ) -> Option<Scope> {
        let own = *self.subject == terms.subject
            && *self.client_id == terms.client_id
            && self.audience == terms.audience
            && self.act.is_none()
            && issued_to(bindings, access_until, self.jkt, self.until);
        let scope = match own {
            true => self.scope.and(&terms.scope),
            false if exchanged.iter().any(|face| face.confirms(self)) => self.scope.clone(),
            false => return None,
        };
        (!scope.is_empty()).then_some(scope)
    }
}

impl Family {
    /// RFC 7009 §2.1, for an exchanged token: its client gives back what it exchanged for that audience. The grant, which
    /// may be another client's, goes on.
    pub(super) fn give_back(mut self, revoker: &Revoker) -> Transition {
        let faces = self.exchanged.len();
        if let Revoker::Bearer { client_id, sub, audience } = revoker {
            self.exchanged.retain(|face| {
                face.client_id != *client_id || face.subject != *sub || face.audience != *audience
            });
        }
        match self.exchanged.len() < faces {
            true => Transition::to(Grant::Family(self), Reply::Revoked),
            false => Transition::refuse(GrantRefusal::IssuedToOtherClient),
        }
    }

    pub(super) fn exchange(mut self, asked: Exchange, now: UnixTime) -> Transition {
        // An exchanged token names the client that exchanged it: with that, it is not yet the client of this grant.
        if !asked.as_guard && asked.client_id != self.terms.client_id {
            return Transition::refuse(GrantRefusal::IssuedToOtherClient);
        }
        self.exchanged.retain(|face| now < face.until);
        let subject = asked.subject.shown();
        let confirmed = subject.confirmed_by(&self.terms, self.access_until, &self.bindings, &self.exchanged);
        if now >= subject.until || confirmed.as_ref() != Some(subject.scope) {
            return Transition::refuse(GrantRefusal::NotConfirmed);
        }
        if subject.jkt.is_some() && subject.jkt != asked.proven.jkt.as_deref() {
            return Transition::refuse(GrantRefusal::BoundToOtherKey);
        }
        if asked.scope.is_empty() || !asked.scope.is_within(subject.scope) {
            return Transition::refuse(GrantRefusal::ScopeWidened);
        }
        let room = if asked.as_guard { leaves_room(&self.seen, now) } else { Ok(()) };
        if let Err(refusal) = room.and_then(|()| check_unseen(&self.seen, &asked.proven.once, now)) {
            return Transition::refuse(refusal);
        }
        remember(&mut self.seen, &asked.proven.once, now);
        let face = Face {
            until: now.plus(asked.access_ttl).min(subject.until),
            client_id: asked.client_id,
            subject: asked.subject.subject,
            audience: asked.audience,
            scope: asked.scope,
            act: asked.act,
            jkt: asked.proven.jkt,
        };
        let shown = face.shown();
        let left = if asked.as_guard { FACES_OF_ITS_OWN } else { 0 };
        let full = self.exchanged.len().saturating_add(left) >= MAX_FACES;
        match self.exchanged.iter_mut().find(|known| known.is_like(&shown) && known.scope == face.scope) {
            Some(known) => known.until = known.until.max(face.until),
            None if full => return Transition::refuse(GrantRefusal::TooManyExchanges),
            None => self.exchanged.push(face.clone()),
        }
        self.used_at = now;
        let issued = Issued {
            terms: self.terms.clone(),
            scope: face.scope.clone(),
            refresh: None,
            jkt: face.jkt.clone(),
            issued_at: now,
            exchanged: Some(Box::new(face)),
        };
        Transition::to(Grant::Family(self), Reply::Issued(issued))
    }
}
