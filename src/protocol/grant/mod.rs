//! The grant: a resource owner's permission to one client, from code to refresh family to tombstone; or what a client
//! may do by itself.
//!
//! [`apply`] is the whole machine. It runs inside the grant's own Durable Object, between a synchronous load and a
//! synchronous save, so that no two commands ever see the same state (P2, P3).

mod awaiting_exchange;
mod awaiting_owner;
mod bound;
mod command;
mod exchange;
mod family;
mod refusal;
mod revoked;

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::client_id::ClientId;
use crate::model::id::{AccountId, SessionId, Subject, SubjectId};
use crate::model::profile::ProfileClaim;
use crate::model::scope::{OFFLINE_ACCESS, OPENID, Scope};
use crate::model::sign_in_method::SignInMethod;

pub use awaiting_exchange::AwaitingExchange;
pub use awaiting_owner::AwaitingOwner;
pub use bound::Binding;
pub use command::{
    Allowed, Answer, Ask, Command, Create, DeviceRequest, FamilyTerms, Inspection, Issue, Issued,
    IssuedRefresh, Once, Poll, Proven, Redeem, Refresh, RefreshTerms, Reply, Revoker,
};
pub use exchange::{Exchange, Face, MAX_FACES, Shown};
pub use family::Family;
pub use refusal::GrantRefusal;
pub use revoked::Revoked;

/// How long a consent form may be answered.
pub const FORM_LIFETIME: Seconds = Seconds::minutes(30);
/// How long a grant's record outlives its creation from a form, so that one form gives one code: longer than the form,
/// for clocks differ, and an answer may arrive late.
pub const FORM_REMEMBERED: Seconds = Seconds::minutes(60);

/// What was agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The client.
    pub client_id: ClientId,
    /// `sub` as the client and its resources see it.
    pub subject: Subject,
    /// Who agreed; nobody where a client acts for itself (RFC 6749 §4.4).
    pub owner: Option<Approver>,
    /// What the client may do.
    pub scope: Scope,
    /// Where its access tokens are for.
    pub audience: String,
    /// For the first ID token (OpenID Connect Core §3.1.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Claims that the ID token was asked to have (OpenID Connect Core §5.5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token_claims: Vec<ProfileClaim>,
    /// The key that the code must be redeemed with, by its thumbprint (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
}

/// The resource owner who agreed, and how that was known to be the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approver {
    /// The person.
    pub sub: SubjectId,
    /// The account, which lists this grant.
    pub account: AccountId,
    /// The session it was agreed in.
    pub sid: SessionId,
    /// When the owner had signed in.
    pub auth_time: UnixTime,
    /// How.
    pub method: SignInMethod,
}

/// Whether a refresh token may come of this scope. OpenID Connect Core §11: who asked for a sign-in gets one for
/// `offline_access`; plain OAuth knows no such scope, and has RFC 6749 §1.5.
pub fn may_refresh(scope: &Scope) -> bool {
    !scope.contains(OPENID) || scope.contains(OFFLINE_ACCESS)
}

impl Terms {
    /// Whose list it is on.
    pub(super) fn listed_by(&self) -> Option<(AccountId, SubjectId)> {
        self.owner.map(|owner| (owner.account, owner.sub))
    }
}

/// The state of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// A code was issued and waits for its client.
    AwaitingExchange(AwaitingExchange),
    /// A device waits for its owner, or for its tokens.
    AwaitingOwner(AwaitingOwner),
    /// The code was redeemed.
    Family(Family),
    /// It is over. Kept until its tokens are dead, so that nothing can revive it.
    Revoked(Revoked),
}

/// What a command comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state to save; `None` leaves what is there.
    pub next: Option<Grant>,
    /// The answer.
    pub reply: Reply,
}

impl Transition {
    fn to(next: Grant, reply: Reply) -> Self {
        Self { next: Some(next), reply }
    }

    fn stay(reply: Reply) -> Self {
        Self { next: None, reply }
    }

    fn refuse(refusal: GrantRefusal) -> Self {
        Self::stay(Reply::Refused(refusal))
    }
}

impl Grant {
    /// When the record may be deleted.
    pub fn ends_at(&self) -> UnixTime {
        match self {
            Self::AwaitingExchange(code) => code.ends_at(),
            Self::AwaitingOwner(device) => device.ends_at(),
            Self::Family(family) => family.ends_at(),
            Self::Revoked(revoked) => revoked.until,
        }
    }

    /// Whose list this grant is on; `None` for a tombstone that its account itself asked for.
    pub fn listed_by(&self) -> Option<(AccountId, SubjectId)> {
        match self {
            Self::AwaitingExchange(code) => code.terms.listed_by(),
            Self::AwaitingOwner(device) => device.terms().and_then(Terms::listed_by),
            Self::Family(family) => family.terms.listed_by(),
            Self::Revoked(revoked) => revoked.listed_by,
        }
    }
}

/// Applies a command to a grant.
pub fn apply(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
    match (grant, command) {
        (None, Command::Create(create)) => {
            Transition::to(Grant::AwaitingExchange(create.at(now)), Reply::Created)
        }
        (None, Command::Revoke(Revoker::Owner)) => {
            Transition::to(Grant::Revoked(Revoked::before_creation(now)), Reply::Revoked)
        }
        (None, Command::Issue(issue)) => {
            let family = Family::of_client(issue, now);
            let issued = family.issued(None);
            Transition::to(Grant::Family(family), Reply::Issued(issued))
        }
        (None, Command::Ask(ask)) => Transition::to(Grant::AwaitingOwner(ask.at(now)), Reply::Created),
        // Only what was issued here is asked about: its time is up, and the record has gone.
        (None, Command::Poll(_) | Command::Answer(_) | Command::Listed(_)) => {
            Transition::refuse(GrantRefusal::DeviceCodeExpired)
        }
        (None, _) => Transition::refuse(GrantRefusal::Unknown),
        (Some(_), Command::Create(_) | Command::Issue(_) | Command::Ask(_)) => {
            Transition::refuse(GrantRefusal::AlreadyCreated)
        }
        (Some(Grant::AwaitingOwner(device)), command) => device.apply(command, now),
        (Some(Grant::AwaitingExchange(code)), Command::Redeem(redeem)) => code.redeem(redeem, now),
        (Some(Grant::AwaitingExchange(code)), Command::Revoke(revoker)) => code.revoke(&revoker, now),
        (Some(Grant::AwaitingExchange(_)), Command::Refresh(_)) => {
            Transition::refuse(GrantRefusal::NotRedeemed)
        }
        (Some(Grant::AwaitingExchange(_)), Command::Exchange(_)) => {
            Transition::refuse(GrantRefusal::NotRedeemed)
        }
        (Some(Grant::AwaitingExchange(_)), Command::Inspect) => Transition::refuse(GrantRefusal::NotRedeemed),
        (Some(Grant::AwaitingExchange(_)), Command::Look | Command::Poll(_)) => {
            Transition::refuse(GrantRefusal::Unknown)
        }
        (Some(Grant::Family(family)), Command::Redeem(redeem)) => family.replayed_code(&redeem, now),
        (Some(Grant::Family(family)), Command::Refresh(refresh)) => family.refresh(refresh, now),
        (Some(Grant::Family(family)), Command::Revoke(revoker)) => family.revoke(&revoker, now),
        (Some(Grant::Family(family)), Command::Exchange(exchange)) => family.exchange(exchange, now),
        (Some(Grant::Family(family)), Command::Inspect) => family.inspect(now),
        (Some(Grant::Family(family)), Command::Poll(poll)) => family.polled(&poll),
        (Some(Grant::Family(_)), Command::Look) => Transition::refuse(GrantRefusal::AlreadyAnswered),
        (Some(grant), Command::Answer(answer) | Command::Listed(answer)) => {
            answer.refused(grant.listed_by(), GrantRefusal::AnsweredByOther)
        }
        (Some(Grant::Revoked(_)), Command::Revoke(_)) => Transition::stay(Reply::Revoked),
        (Some(Grant::Revoked(_)), _) => Transition::refuse(GrantRefusal::Revoked),
    }
}

#[cfg(test)]
mod tests;
