//! What the promises say that a grant must answer, worked out apart from the code that answers.

use std::collections::BTreeMap;

use postern::base::time::{Seconds, UnixTime};
use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::{
    Command, Create, Face, FamilyTerms, GrantRefusal, Once, Proven, Redeem, Refresh, RefreshTerms, Reply,
    Revoker, Terms,
};

use crate::oracle::devices::DeviceTruth;

/// Generations that are remembered when they are superseded (DESIGN: the last eight).
const REMEMBERED: usize = 8;
/// Ids of proofs that a grant remembers at a time.
const SEEN: usize = 64;

/// A grant, as the oracle knows it.
#[derive(Clone, Debug, Default)]
pub struct GrantTruth {
    /// The approval it was made from.
    pub create: Option<Create>,
    code_until: UnixTime,
    /// What a device asked for that it was made from instead.
    device: Option<DeviceTruth>,
    /// What the owner agreed to.
    pub terms: Option<Terms>,
    /// Its code was redeemed.
    pub family: Option<FamilyTruth>,
    /// When it ended, and why.
    pub ended: Option<(UnixTime, &'static str)>,
    /// Its record is gone.
    pub erased: bool,
}

#[derive(Clone, Debug)]
pub struct FamilyTruth {
    access_until: UnixTime,
    refresh: Option<RefreshTruth>,
    /// The DPoP key that its refresh tokens are bound to.
    key: Option<String>,
    /// The keys its access tokens are bound to, or none, and when the last of each expires.
    pub bound: BTreeMap<Option<String>, UnixTime>,
    /// Ids of proofs that were used.
    seen: Vec<Once>,
    /// Tokens that were exchanged.
    pub faces: Vec<Face>,
}

#[derive(Clone, Debug)]
struct RefreshTruth {
    terms: RefreshTerms,
    generation: u32,
    kid: String,
    superseded: Vec<(u32, UnixTime)>,
    idle_until: UnixTime,
    max_until: Option<UnixTime>,
}

/// What a reply must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Due {
    Created,
    /// With the refresh token's generation and key.
    Issued(Option<(u32, String)>),
    Revoked,
    Alive,
    Refused,
    /// What a device asks for.
    Shown,
    Answered,
    Pending,
    SlowDown,
    /// Revoked or refused: clocks decide.
    Either,
}

impl Due {
    fn of(reply: &Reply) -> Self {
        match reply {
            Reply::Created => Self::Created,
            Reply::Issued(issued) => {
                Self::Issued(issued.refresh.as_ref().map(|refresh| (refresh.generation, refresh.kid.clone())))
            }
            Reply::Revoked => Self::Revoked,
            Reply::Alive(_) => Self::Alive,
            Reply::Refused(GrantRefusal::AuthorizationPending) => Self::Pending,
            Reply::Refused(GrantRefusal::SlowDown) => Self::SlowDown,
            Reply::Refused(_) => Self::Refused,
            Reply::Waiting(_) => Self::Shown,
            Reply::Answered => Self::Answered,
        }
    }
}

impl GrantTruth {
    /// Takes note of a command, and says what was wrong with the reply.
    pub fn answered(&mut self, command: &Command, reply: &Reply, at: UnixTime) -> Result<(), String> {
        let due = self.due(command, at);
        let given = Due::of(reply);
        let either = due == Due::Either && matches!(given, Due::Revoked | Due::Refused);
        if due != given && !either {
            return Err(format!("{} was answered with {given:?}, where {due:?} was due", name(command)));
        }
        if let (Reply::Alive(inspection), Some(family)) = (reply, &self.family) {
            family.knows_all(inspection)?;
        }
        if let (Reply::Issued(issued), Some(terms)) = (reply, &self.terms) {
            if !issued.scope.is_within(&terms.scope) {
                return Err(format!("{:?} was issued of {:?}", issued.scope, terms.scope));
            }
            if issued.terms != *terms {
                return Err("the terms have changed since the approval".into());
            }
        }
        Ok(())
    }

    /// Its record was deleted.
    pub fn erased(&mut self, at: UnixTime) -> Result<(), String> {
        let alive = self.ended.is_none() && self.refresh_until().is_some_and(|until| at < until);
        let waiting = self.waits(at);
        let tokens = self.family.as_ref().is_some_and(|family| at < family.access_until);
        self.erased = true;
        match alive || waiting || tokens {
            true => Err("the record was deleted while something of it was alive".into()),
            false => Ok(()),
        }
    }

    /// Whether tokens may yet be fetched for the first time.
    pub fn waits(&self, at: UnixTime) -> bool {
        let until = self.device.as_ref().map_or(self.code_until, |device| device.until);
        self.family.is_none() && self.ended.is_none() && at < until
    }

    /// Whether a token of it may still be used at `at`.
    pub fn is_alive(&self, at: UnixTime) -> bool {
        let Some(family) = self.family.as_ref().filter(|_| self.ended.is_none() && !self.erased) else {
            return false;
        };
        at < family.access_until || self.refresh_until().is_some_and(|until| at < until)
    }

    fn refresh_until(&self) -> Option<UnixTime> {
        let refresh = self.family.as_ref()?.refresh.as_ref()?;
        Some(refresh.max_until.map_or(refresh.idle_until, |max| max.min(refresh.idle_until)))
    }

    fn end(&mut self, at: UnixTime, why: &'static str) {
        self.ended.get_or_insert((at, why));
    }

    fn due(&mut self, command: &Command, at: UnixTime) -> Due {
        let made = self.create.is_some() || self.device.is_some();
        let gone = self.erased || (!made && self.ended.is_none());
        match command {
            Command::Create(_) | Command::Ask(_) if made || self.ended.is_some() => Due::Refused,
            Command::Ask(ask) => {
                self.device = Some(DeviceTruth::new(ask, at));
                Due::Created
            }
            Command::Create(create) => {
                self.code_until = at.plus(create.code_ttl);
                self.terms = Some(create.terms.clone());
                self.create = Some(create.clone());
                Due::Created
            }
            Command::Revoke(Revoker::Owner) => {
                // Even where the record is gone: one that comes late leaves a tombstone once more.
                self.erased = false;
                self.end(at, "the owner removed access");
                Due::Revoked
            }
            _ if gone => Due::Refused,
            // There is no token yet to bring.
            Command::Revoke(_) if self.device.is_some() && self.family.is_none() && self.ended.is_none() => {
                Due::Refused
            }
            Command::Revoke(revoker) => match (self.ended, self.is_of(revoker)) {
                (Some(_), _) => Due::Revoked,
                (None, true) => {
                    self.end(at, "the client revoked it");
                    Due::Revoked
                }
                (None, false) => {
                    self.family.as_mut().map_or(Due::Refused, |family| family.due_to_give_back(revoker, at))
                }
            },
            _ if self.ended.is_some() => Due::Refused,
            Command::Redeem(redeem) => self.due_to_redeem(redeem, at),
            Command::Refresh(refresh) => self.due_to_refresh(refresh, at),
            Command::Exchange(asked) => match (&mut self.family, &self.terms) {
                (Some(family), Some(terms)) => family.due_to_exchange(terms, asked, at),
                _ => Due::Refused,
            },
            Command::Inspect if self.is_alive(at) => Due::Alive,
            Command::Inspect => Due::Refused,
            // Nobody here acts for itself.
            Command::Issue(_) => Due::Refused,
            Command::Look | Command::Answer(_) | Command::Listed(_) | Command::Poll(_)
                if self.family.is_some() =>
            {
                Due::Refused
            }
            Command::Look => self.device.as_ref().map_or(Due::Refused, |device| device.due_to_look(at)),
            Command::Answer(answer) => {
                let Some(device) = &mut self.device else { return Due::Refused };
                let due = device.due_to_answer(answer, at);
                self.terms = device.terms().cloned();
                due
            }
            Command::Listed(answer) => {
                self.device.as_mut().map_or(Due::Refused, |device| device.due_when_listed(answer, at))
            }
            Command::Poll(poll) => {
                let Some(device) = &mut self.device else { return Due::Refused };
                match device.due_to_poll(poll, at) {
                    Due::Issued(_) => self.begin(&poll.family, at),
                    due => due,
                }
            }
        }
    }

    fn is_of(&self, revoker: &Revoker) -> bool {
        self.terms.as_ref().is_some_and(|terms| match revoker {
            Revoker::Client(client) => *client == terms.client_id,
            Revoker::Bearer { client_id, sub, audience } => {
                (client_id, sub, audience) == (&terms.client_id, &terms.subject, &terms.audience)
            }
            Revoker::Owner => true,
        })
    }

    fn due_to_redeem(&mut self, redeem: &Redeem, at: UnixTime) -> Due {
        let Some(create) = &self.create else { return Due::Refused };
        let same = (&redeem.client_id, &redeem.redirect_uri, &redeem.challenge)
            == (&create.terms.client_id, &create.redirect_uri, &create.challenge);
        if !same {
            return Due::Refused;
        }
        if let Some(family) = &self.family {
            // Who repeats a proof ends nothing.
            if !family.is_unseen(&redeem.proven.once, at) {
                return Due::Refused;
            }
            self.end(at, "the code came again");
            return Due::Refused;
        }
        let other = redeem.audience.as_ref().is_some_and(|audience| *audience != create.terms.audience);
        if other || at >= self.code_until {
            return Due::Refused;
        }
        self.begin(
            &FamilyTerms {
                refresh: redeem.refresh,
                access_ttl: redeem.access_ttl,
                kid: redeem.kid.clone(),
                proven: redeem.proven.clone(),
            },
            at,
        )
    }

    /// The first tokens.
    fn begin(&mut self, tokens: &FamilyTerms, at: UnixTime) -> Due {
        // Who only wanted a sign-in gets no refresh token, unless it was told to stay.
        let scope = &self.terms.as_ref().unwrap().scope;
        let stays = !scope.contains("openid") || scope.contains("offline_access");
        let refresh = tokens.refresh.filter(|_| stays).map(|terms| RefreshTruth {
            terms,
            generation: 0,
            kid: tokens.kid.clone(),
            superseded: Vec::new(),
            idle_until: at.plus(terms.idle_ttl),
            max_until: terms.max_ttl.map(|ttl| at.plus(ttl)),
        });
        let first = refresh.as_ref().map(|refresh| (refresh.generation, refresh.kid.clone()));
        let proven = &tokens.proven;
        let mut family = FamilyTruth {
            access_until: at,
            refresh,
            key: proven.jkt.clone().filter(|_| !proven.client_authenticated),
            bound: BTreeMap::new(),
            seen: Vec::new(),
            faces: Vec::new(),
        };
        family.gives(proven, at.plus(tokens.access_ttl), at);
        self.family = Some(family);
        Due::Issued(first)
    }

    fn due_to_refresh(&mut self, asked: &Refresh, at: UnixTime) -> Due {
        let own = self.terms.as_ref().is_some_and(|terms| terms.client_id == asked.client_id);
        let until = self.refresh_until();
        let wide = self.terms.as_ref().is_some_and(|terms| {
            asked.scope.as_ref().is_some_and(|scope| !scope.is_within(&terms.scope))
                || asked.audience.as_ref().is_some_and(|audience| *audience != terms.audience)
        });
        let Some(family) = self.family.as_mut().filter(|_| own) else { return Due::Refused };
        // A stolen token without its key is worth nothing and ends nothing; nor does a proof that comes again.
        let proves = family.key.is_none() || family.key == asked.proven.jkt;
        if !proves || !family.is_unseen(&asked.proven.once, at) {
            return Due::Refused;
        }
        let Some(refresh) = &mut family.refresh else { return Due::Refused };
        let current = asked.generation == refresh.generation;
        if asked.generation > refresh.generation {
            return Due::Refused;
        }
        if !current && !refresh.is_retried(asked.generation, asked.retry_window, at) {
            self.end(at, "an old refresh token came again");
            return Due::Refused;
        }
        if wide || until.is_some_and(|until| at >= until) {
            return Due::Refused;
        }
        if current {
            refresh.idle_until = at.plus(refresh.terms.idle_ttl);
        }
        if current && refresh.terms.mode == RefreshMode::Rotate {
            refresh.superseded.push((refresh.generation, at));
            refresh.generation += 1;
            refresh.kid.clone_from(&asked.kid);
        }
        let due = Due::Issued(Some((refresh.generation, refresh.kid.clone())));
        family.gives(&asked.proven, at.plus(asked.access_ttl), at);
        due
    }
}

impl FamilyTruth {
    /// An access token.
    fn gives(&mut self, proven: &Proven, until: UnixTime, at: UnixTime) {
        self.access_until = self.access_until.max(until);
        let last = self.bound.entry(proven.jkt.clone()).or_default();
        *last = (*last).max(until);
        self.sees(&proven.once, at);
    }

    /// Whether none of these ids was used before, and there is room to remember them.
    pub fn is_unseen(&self, once: &[Once], at: UnixTime) -> bool {
        let alive = self.seen.iter().filter(|seen| at < seen.until);
        let room = alive.clone().count() + once.len() <= SEEN;
        room && !once.iter().any(|new| alive.clone().any(|seen| seen.id == new.id))
    }

    pub fn sees(&mut self, once: &[Once], at: UnixTime) {
        self.seen.retain(|seen| at < seen.until);
        self.seen.extend(once.iter().copied());
    }
}

impl RefreshTruth {
    fn is_retried(&self, generation: u32, window: Seconds, at: UnixTime) -> bool {
        let remembered = self.superseded.iter().rev().take(REMEMBERED);
        remembered.copied().any(|(g, since)| g == generation && at < since.plus(window))
    }
}

fn name(command: &Command) -> &'static str {
    match command {
        Command::Create(_) => "create",
        Command::Redeem(_) => "redeem",
        Command::Refresh(_) => "refresh",
        Command::Revoke(_) => "revoke",
        Command::Exchange(_) => "exchange",
        Command::Inspect => "inspect",
        Command::Issue(_) => "issue",
        Command::Ask(_) => "ask",
        Command::Look => "look",
        Command::Answer(_) => "answer",
        Command::Listed(_) => "listed",
        Command::Poll(_) => "poll",
    }
}
