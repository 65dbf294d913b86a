//! The grant: a resource owner's permission to one client, from code to refresh family to tombstone.
//!
//! [`apply`] is the whole machine. It runs inside the grant's own Durable Object, between a synchronous load and a
//! synchronous save, so that no two commands ever see the same state (P2, P3).

mod awaiting_exchange;
mod command;
mod family;
mod refusal;
mod revoked;

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::client_id::ClientId;
use crate::model::id::{AccountId, SessionId, SubjectId};
use crate::model::scope::Scope;

pub use awaiting_exchange::AwaitingExchange;
pub use command::{
    Command, Create, Inspection, Issued, IssuedRefresh, Redeem, Refresh, RefreshTerms, Reply, Revoker,
};
pub use family::Family;
pub use refusal::GrantRefusal;
pub use revoked::Revoked;

/// How long a consent form may be answered.
pub const FORM_LIFETIME: Seconds = Seconds::minutes(30);
/// How long a grant's record outlives its creation from a form, so that one form gives one code: longer than the form,
/// for clocks differ, and an answer may arrive late.
pub const FORM_REMEMBERED: Seconds = Seconds::minutes(60);

/// What the owner agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The client.
    pub client_id: ClientId,
    /// The resource owner.
    pub sub: SubjectId,
    /// The owner's account, which lists this grant.
    pub account: AccountId,
    /// The session it was agreed in.
    pub sid: SessionId,
    /// What the client may do.
    pub scope: Scope,
    /// Where its access tokens are for.
    pub audience: String,
    /// When the owner had signed in.
    pub auth_time: UnixTime,
}

/// The state of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// A code was issued and waits for its client.
    AwaitingExchange(AwaitingExchange),
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
            Self::Family(family) => family.ends_at(),
            Self::Revoked(revoked) => revoked.until,
        }
    }

    /// Whose list this grant is on; `None` for a tombstone that its account itself asked for.
    pub fn listed_by(&self) -> Option<(AccountId, SubjectId)> {
        match self {
            Self::AwaitingExchange(code) => Some((code.terms.account, code.terms.sub)),
            Self::Family(family) => Some((family.terms.account, family.terms.sub)),
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
        (None, _) => Transition::refuse(GrantRefusal::Unknown),
        (Some(_), Command::Create(_)) => Transition::refuse(GrantRefusal::AlreadyCreated),
        (Some(Grant::AwaitingExchange(code)), Command::Redeem(redeem)) => code.redeem(redeem, now),
        (Some(Grant::AwaitingExchange(code)), Command::Revoke(revoker)) => code.revoke(&revoker, now),
        (Some(Grant::AwaitingExchange(_)), Command::Refresh(_)) => {
            Transition::refuse(GrantRefusal::NotRedeemed)
        }
        (Some(Grant::AwaitingExchange(_)), Command::Inspect) => Transition::refuse(GrantRefusal::NotRedeemed),
        (Some(Grant::Family(family)), Command::Redeem(redeem)) => family.replayed_code(&redeem, now),
        (Some(Grant::Family(family)), Command::Refresh(refresh)) => family.refresh(refresh, now),
        (Some(Grant::Family(family)), Command::Revoke(revoker)) => family.revoke(&revoker, now),
        (Some(Grant::Family(family)), Command::Inspect) => family.inspect(now),
        (Some(Grant::Revoked(_)), Command::Revoke(_)) => Transition::stay(Reply::Revoked),
        (Some(Grant::Revoked(_)), _) => Transition::refuse(GrantRefusal::Revoked),
    }
}

#[cfg(test)]
mod tests;
