//! A device that waits for its owner (RFC 8628 §3.3 to §3.5).

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::id::{AccountId, SubjectId};
use crate::protocol::grant::bound::{check_unseen, remember};
use crate::protocol::grant::command::{Allowed, Answer, Ask, DeviceRequest, Poll};
use crate::protocol::grant::{
    Command, Family, Grant, GrantRefusal, Once, Reply, Revoked, Revoker, Terms, Transition,
};

/// RFC 8628 §3.5: `slow_down` means five seconds more, "for this and all subsequent requests".
const SLOWER: Seconds = Seconds(5);
/// How much longer the record is kept once it was allowed: an account that hears of it late, after the device's time is
/// up, still hears from it that it is over.
const LISTED_WITHIN: Seconds = Seconds::minutes(5);

/// A device authorization, from its request to the owner's answer and the poll that hears of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitingOwner {
    request: DeviceRequest,
    created_at: UnixTime,
    expires_at: UnixTime,
    interval: Seconds,
    polled_at: Option<UnixTime>,
    answer: OwnersAnswer,
    /// Ids of proofs that came with polls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<Once>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OwnersAnswer {
    None,
    /// The account has yet to list it.
    Chosen(Box<Terms>),
    Allowed(Box<Terms>),
    Denied,
}

impl Ask {
    pub(super) fn at(self, now: UnixTime) -> AwaitingOwner {
        AwaitingOwner {
            request: self.request,
            created_at: now,
            expires_at: now.plus(self.ttl),
            interval: self.interval,
            polled_at: None,
            answer: OwnersAnswer::None,
            seen: Vec::new(),
        }
    }
}

impl Answer {
    /// Refuses it. Whoever's list the grant is on already keeps it there: nothing came of this answer, but something did of
    /// an earlier one.
    pub(super) fn refused(
        &self,
        listed_by: Option<(AccountId, SubjectId)>,
        refusal: GrantRefusal,
    ) -> Transition {
        let own = listed_by == Some((self.owner.account, self.owner.sub));
        Transition::refuse(if own { GrantRefusal::AlreadyAnswered } else { refusal })
    }
}

impl AwaitingOwner {
    pub(super) fn ends_at(&self) -> UnixTime {
        match self.terms() {
            Some(_) => self.expires_at.plus(LISTED_WITHIN),
            None => self.expires_at,
        }
    }

    /// What was allowed, and has not been fetched; listed or not, the account hears when it is over.
    pub(super) fn terms(&self) -> Option<&Terms> {
        match &self.answer {
            OwnersAnswer::Chosen(terms) | OwnersAnswer::Allowed(terms) => Some(terms),
            OwnersAnswer::None | OwnersAnswer::Denied => None,
        }
    }

    pub(super) fn apply(self, command: Command, now: UnixTime) -> Transition {
        match command {
            Command::Create(_) | Command::Issue(_) | Command::Ask(_) => {
                Transition::refuse(GrantRefusal::AlreadyCreated)
            }
            Command::Look => self.look(now),
            Command::Answer(answer) => self.answer(answer, now),
            Command::Listed(answer) => self.listed(answer, now),
            Command::Poll(poll) => self.poll(poll, now),
            Command::Revoke(Revoker::Owner) => {
                let listed_by = self.terms().and_then(Terms::listed_by);
                let until = self.ends_at().max(now);
                Transition::to(Grant::Revoked(Revoked { until, listed_by }), Reply::Revoked)
            }
            // There is no token yet to bring.
            Command::Revoke(Revoker::Client(_) | Revoker::Bearer { .. })
            | Command::Redeem(_)
            | Command::Refresh(_)
            | Command::Exchange(_)
            | Command::Inspect => Transition::refuse(GrantRefusal::NotRedeemed),
        }
    }

    fn look(self, now: UnixTime) -> Transition {
        match self.answer {
            _ if now >= self.expires_at => Transition::refuse(GrantRefusal::DeviceCodeExpired),
            OwnersAnswer::None | OwnersAnswer::Chosen(_) => Transition::stay(Reply::Waiting(self.request)),
            OwnersAnswer::Allowed(_) => Transition::refuse(GrantRefusal::AlreadyAnswered),
            OwnersAnswer::Denied => Transition::refuse(GrantRefusal::DeviceDenied),
        }
    }

    /// The first answer counts, whoever of those that were shown the code gives it. Until their account lists it, they may
    /// give it again, in a new session too: the Worker that was to ask the account may have come to an end.
    fn answer(self, answer: Answer, now: UnixTime) -> Transition {
        let late = answer.id != self.request.id || now >= self.expires_at;
        let next = match (&self.answer, &answer.allowed) {
            (OwnersAnswer::Denied, _) => Err(GrantRefusal::DeviceDenied),
            (OwnersAnswer::None | OwnersAnswer::Chosen(_), _) if late => Err(GrantRefusal::DeviceCodeExpired),
            (OwnersAnswer::None, None) => Ok(OwnersAnswer::Denied),
            (OwnersAnswer::None, Some(allowed)) => {
                Ok(OwnersAnswer::Chosen(Box::new(self.allowed(allowed, &answer))))
            }
            (OwnersAnswer::Chosen(chosen), Some(allowed)) => {
                let terms = self.allowed(allowed, &answer);
                let again = Terms { owner: terms.owner, ..(**chosen).clone() } == terms
                    && terms.listed_by() == chosen.listed_by();
                if again {
                    Ok(OwnersAnswer::Chosen(Box::new(terms)))
                } else {
                    Err(GrantRefusal::AnsweredByOther)
                }
            }
            (OwnersAnswer::Chosen(_), None) | (OwnersAnswer::Allowed(_), _) => {
                Err(GrantRefusal::AnsweredByOther)
            }
        };
        match next {
            Ok(answer) => Transition::to(Grant::AwaitingOwner(Self { answer, ..self }), Reply::Answered),
            Err(refusal) => answer.refused(self.terms().and_then(Terms::listed_by), refusal),
        }
    }

    /// The second half of an answer that allows something.
    fn listed(self, answer: Answer, now: UnixTime) -> Transition {
        let said = answer.allowed.as_ref().map(|allowed| self.allowed(allowed, &answer));
        let same = answer.id == self.request.id && said.as_ref() == self.terms();
        let listed_by = self.terms().and_then(Terms::listed_by);
        let refusal = match self.answer {
            OwnersAnswer::Allowed(_) if same => return Transition::stay(Reply::Answered),
            OwnersAnswer::Chosen(terms) if same && now < self.expires_at => {
                let answer = OwnersAnswer::Allowed(terms);
                return Transition::to(Grant::AwaitingOwner(Self { answer, ..self }), Reply::Answered);
            }
            OwnersAnswer::Chosen(_) if same => return Transition::refuse(GrantRefusal::DeviceCodeExpired),
            OwnersAnswer::None => GrantRefusal::DeviceCodeExpired,
            OwnersAnswer::Denied => GrantRefusal::DeviceDenied,
            OwnersAnswer::Chosen(_) | OwnersAnswer::Allowed(_) => GrantRefusal::AnsweredByOther,
        };
        answer.refused(listed_by, refusal)
    }

    /// What the client may do is what it asked for, at the most.
    fn allowed(&self, allowed: &Allowed, answer: &Answer) -> Terms {
        Terms {
            client_id: self.request.client_id.clone(),
            subject: allowed.subject.clone(),
            owner: Some(answer.owner),
            scope: allowed.scope.and(&self.request.scope),
            audience: self.request.audience.clone(),
            nonce: None,
            id_token_claims: Vec::new(),
            jkt: None,
        }
    }

    /// RFC 8628 §3.5. What is not the device's own fault leaves the state as it was.
    fn poll(mut self, poll: Poll, now: UnixTime) -> Transition {
        if poll.client_id != self.request.client_id {
            return Transition::refuse(GrantRefusal::IssuedToOtherClient);
        }
        if poll.id != self.request.id || now >= self.expires_at {
            return Transition::refuse(GrantRefusal::DeviceCodeExpired);
        }
        if poll.audience.as_ref().is_some_and(|audience| *audience != self.request.audience) {
            return Transition::refuse(GrantRefusal::AudienceMismatch);
        }
        if let Err(refusal) = check_unseen(&self.seen, &poll.family.proven.once, now) {
            return Transition::refuse(refusal);
        }
        match self.answer {
            OwnersAnswer::Denied => Transition::refuse(GrantRefusal::DeviceDenied),
            // Once there is an answer, nobody is told to come back later for it.
            OwnersAnswer::Allowed(terms) => {
                let mut family = Family::begin(*terms, None, &poll.family, self.created_at, now, now);
                remember(&mut family.seen, &self.seen, now);
                let issued = family.issued(None);
                Transition::to(Grant::Family(family), Reply::Issued(issued))
            }
            OwnersAnswer::None | OwnersAnswer::Chosen(_) => {
                let early = self.polled_at.is_some_and(|at| now < at.plus(self.interval));
                self.polled_at = Some(now);
                remember(&mut self.seen, &poll.family.proven.once, now);
                let refusal = if early {
                    self.interval = Seconds(self.interval.0.saturating_add(SLOWER.0));
                    GrantRefusal::SlowDown
                } else {
                    GrantRefusal::AuthorizationPending
                };
                Transition::to(Grant::AwaitingOwner(self), Reply::Refused(refusal))
            }
        }
    }
}
