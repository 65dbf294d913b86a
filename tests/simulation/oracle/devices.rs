//! What a device that waits must hear (RFC 8628), worked out apart from the code.

use postern::base::time::{Seconds, UnixTime};
use postern::protocol::grant::{Answer, Ask, Poll, Terms};

use crate::oracle::grants::Due;

/// A device authorization, as the oracle knows it.
#[derive(Clone, Debug)]
pub struct DeviceTruth {
    ask: Ask,
    pub until: UnixTime,
    /// When the device may come again without being told to slow down.
    next_poll: Option<UnixTime>,
    interval: Seconds,
    answer: OwnersAnswer,
}

#[derive(Clone, Debug)]
enum OwnersAnswer {
    None,
    Denied,
    /// Who allows what; their account does not list it yet.
    Chosen(Terms),
    Allowed(Terms),
}

impl DeviceTruth {
    pub fn new(ask: &Ask, at: UnixTime) -> Self {
        Self {
            until: at.plus(ask.ttl),
            next_poll: None,
            interval: ask.interval,
            answer: OwnersAnswer::None,
            ask: ask.clone(),
        }
    }

    /// Whoever types the code is shown what it is about, while it waits.
    pub fn due_to_look(&self, at: UnixTime) -> Due {
        match self.answer {
            OwnersAnswer::None | OwnersAnswer::Chosen(_) if at < self.until => Due::Shown,
            _ => Due::Refused,
        }
    }

    /// What was allowed.
    pub fn terms(&self) -> Option<&Terms> {
        match &self.answer {
            OwnersAnswer::Chosen(terms) | OwnersAnswer::Allowed(terms) => Some(terms),
            OwnersAnswer::None | OwnersAnswer::Denied => None,
        }
    }

    /// One code, one answer, of one owner; who allows the same once more, perhaps in a new session, is not refused until it
    /// is listed. What is allowed is at most what was asked for.
    pub fn due_to_answer(&mut self, answer: &Answer, at: UnixTime) -> Due {
        if at >= self.until || answer.id != self.ask.request.id {
            return Due::Refused;
        }
        let said = self.said(answer);
        let next = match (&self.answer, said) {
            (OwnersAnswer::None, None) => OwnersAnswer::Denied,
            (OwnersAnswer::None, Some(said)) => OwnersAnswer::Chosen(said),
            (OwnersAnswer::Chosen(chosen), Some(said)) if is_same_but_for_session(chosen, &said) => {
                OwnersAnswer::Chosen(said)
            }
            _ => return Due::Refused,
        };
        self.answer = next;
        Due::Answered
    }

    /// The account lists it. That may be said twice.
    pub fn due_when_listed(&mut self, answer: &Answer, at: UnixTime) -> Due {
        let said = self.said(answer).filter(|said| self.terms() == Some(said));
        let Some(said) = said.filter(|_| answer.id == self.ask.request.id) else { return Due::Refused };
        let again = matches!(self.answer, OwnersAnswer::Allowed(_));
        if !again && at >= self.until {
            return Due::Refused;
        }
        self.answer = OwnersAnswer::Allowed(said);
        Due::Answered
    }

    fn said(&self, answer: &Answer) -> Option<Terms> {
        let allowed = answer.allowed.as_ref()?;
        Some(Terms {
            client_id: self.ask.request.client_id.clone(),
            subject: allowed.subject.clone(),
            owner: Some(answer.owner),
            scope: allowed.scope.and(&self.ask.request.scope),
            audience: self.ask.request.audience.clone(),
            nonce: None,
            id_token_claims: Vec::new(),
            jkt: None,
        })
    }

    /// Nothing before the answer, and nothing after the end. `Due::Issued` says that tokens are due, not which.
    pub fn due_to_poll(&mut self, poll: &Poll, at: UnixTime) -> Due {
        let own = poll.client_id == self.ask.request.client_id && poll.id == self.ask.request.id;
        if !own || at >= self.until {
            return Due::Refused;
        }
        match self.answer {
            OwnersAnswer::Denied => Due::Refused,
            OwnersAnswer::Allowed(_) => Due::Issued(None),
            OwnersAnswer::None | OwnersAnswer::Chosen(_) => {
                let early = self.next_poll.is_some_and(|next| at < next);
                if early {
                    self.interval = Seconds(self.interval.0 + 5);
                }
                self.next_poll = Some(at.plus(self.interval));
                if early { Due::SlowDown } else { Due::Pending }
            }
        }
    }
}

fn is_same_but_for_session(one: &Terms, other: &Terms) -> bool {
    let who = |terms: &Terms| terms.owner.map(|owner| (owner.account, owner.sub));
    who(one) == who(other) && (&one.scope, &one.subject) == (&other.scope, &other.subject)
}
