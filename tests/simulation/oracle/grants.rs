//! What the promises say that a grant must answer, worked out apart from the code that answers.

use postern::base::time::{Seconds, UnixTime};
use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::{Command, Create, Redeem, Refresh, RefreshTerms, Reply, Revoker};

/// Generations that are remembered when they are superseded (DESIGN: the last eight).
const REMEMBERED: usize = 8;

/// A grant, as the oracle knows it.
#[derive(Clone, Debug, Default)]
pub struct GrantTruth {
    /// The approval it was made from.
    pub create: Option<Create>,
    code_until: UnixTime,
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
enum Due {
    Created,
    /// With the refresh token's generation and key.
    Issued(Option<(u32, String)>),
    Revoked,
    Alive,
    Refused,
    /// What is due to nobody here.
    OfDevice,
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
            Reply::Refused(_) => Self::Refused,
            Reply::Waiting(_) | Reply::Answered => Self::OfDevice,
        }
    }
}

impl GrantTruth {
    /// Takes note of a command, and says what was wrong with the reply.
    pub fn answered(&mut self, command: &Command, reply: &Reply, at: UnixTime) -> Result<(), String> {
        let due = self.due(command, at);
        let given = Due::of(reply);
        if due != given {
            return Err(format!("{} was answered with {given:?}, where {due:?} was due", name(command)));
        }
        if let (Reply::Issued(issued), Some(create)) = (reply, &self.create) {
            if !issued.scope.is_within(&create.terms.scope) {
                return Err(format!("{:?} was issued of {:?}", issued.scope, create.terms.scope));
            }
            if issued.terms != create.terms {
                return Err("the terms have changed since the approval".into());
            }
        }
        Ok(())
    }

    /// Its record was deleted.
    pub fn erased(&mut self, at: UnixTime) -> Result<(), String> {
        let alive = self.ended.is_none() && self.refresh_until().is_some_and(|until| at < until);
        let waiting = self.family.is_none() && self.ended.is_none() && at < self.code_until;
        let tokens = self.family.as_ref().is_some_and(|family| at < family.access_until);
        self.erased = true;
        match alive || waiting || tokens {
            true => Err("the record was deleted while something of it was alive".into()),
            false => Ok(()),
        }
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
        let gone = self.erased || (self.create.is_none() && self.ended.is_none());
        match command {
            Command::Create(_) if self.create.is_some() || self.ended.is_some() => Due::Refused,
            Command::Create(create) => {
                self.code_until = at.plus(create.code_ttl);
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
            Command::Revoke(revoker) => match (self.ended, self.is_of(revoker)) {
                (Some(_), _) => Due::Revoked,
                (None, true) => {
                    self.end(at, "the client revoked it");
                    Due::Revoked
                }
                (None, false) => Due::Refused,
            },
            _ if self.ended.is_some() => Due::Refused,
            Command::Redeem(redeem) => self.due_to_redeem(redeem, at),
            Command::Refresh(refresh) => self.due_to_refresh(refresh, at),
            // No actor exchanges tokens.
            Command::Exchange(_) => Due::Refused,
            Command::Inspect if self.is_alive(at) => Due::Alive,
            Command::Inspect => Due::Refused,
            // Nobody here is a device, or acts for itself.
            Command::Issue(_)
            | Command::Ask(_)
            | Command::Look
            | Command::Answer(_)
            | Command::Listed(_)
            | Command::Poll(_) => {
                Due::Refused
            }
        }
    }

    fn is_of(&self, revoker: &Revoker) -> bool {
        self.create.as_ref().is_some_and(|create| match revoker {
            Revoker::Client(client) => *client == create.terms.client_id,
            Revoker::Bearer { client_id, sub, audience } => {
                (client_id, sub, audience)
                    == (&create.terms.client_id, &create.terms.subject, &create.terms.audience)
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
        if self.family.is_some() {
            self.end(at, "the code came again");
            return Due::Refused;
        }
        let other = redeem.audience.as_ref().is_some_and(|audience| *audience != create.terms.audience);
        if other || at >= self.code_until {
            return Due::Refused;
        }
        // Who only wanted a sign-in gets no refresh token, unless it was told to stay.
        let scope = &self.create.as_ref().unwrap().terms.scope;
        let stays = !scope.contains("openid") || scope.contains("offline_access");
        let refresh = redeem.refresh.filter(|_| stays).map(|terms| RefreshTruth {
            terms,
            generation: 0,
            kid: redeem.kid.clone(),
            superseded: Vec::new(),
            idle_until: at.plus(terms.idle_ttl),
            max_until: terms.max_ttl.map(|ttl| at.plus(ttl)),
        });
        let first = refresh.as_ref().map(|refresh| (refresh.generation, refresh.kid.clone()));
        self.family = Some(FamilyTruth { access_until: at.plus(redeem.access_ttl), refresh });
        Due::Issued(first)
    }

    fn due_to_refresh(&mut self, asked: &Refresh, at: UnixTime) -> Due {
        let own = self.create.as_ref().is_some_and(|create| create.terms.client_id == asked.client_id);
        let until = self.refresh_until();
        let wide = self.create.as_ref().is_some_and(|create| {
            asked.scope.as_ref().is_some_and(|scope| !scope.is_within(&create.terms.scope))
                || asked.audience.as_ref().is_some_and(|audience| *audience != create.terms.audience)
        });
        let Some(family) = self.family.as_mut().filter(|_| own) else { return Due::Refused };
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
        family.access_until = family.access_until.max(at.plus(asked.access_ttl));
        Due::Issued(Some((refresh.generation, refresh.kid.clone())))
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
