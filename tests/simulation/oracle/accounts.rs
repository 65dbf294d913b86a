//! Who is who, which sessions live, and what owners approved: in the order in which their accounts heard of it.

use std::collections::{BTreeMap, BTreeSet};

use postern::base::time::{Seconds, UnixTime};
use postern::model::client_id::{ClientHash, ClientId};
use postern::model::id::{AccountId, GrantId, SessionId, SubjectId};
use postern::model::scope::Scope;
use postern::model::session;
use postern::protocol::account::{AccountCommand, AccountReply, Basis, SignIn, Signed};
use postern::protocol::oidc::session_of;

/// Clocks may differ by this at the end of a session.
const SLACK: Seconds = Seconds::minutes(10);

/// What a person pressed on a consent page.
#[derive(Clone, Debug)]
pub struct Click {
    pub asked: Scope,
    /// Whether it is remembered for other requests.
    pub lasts: bool,
    pub ticked: Scope,
}

/// All accounts.
#[derive(Default)]
pub struct AccountsTruth {
    /// What persons pressed, by the grant that their form would create.
    pub clicks: BTreeMap<(GrantId, SubjectId), Vec<Click>>,
    /// Grants that accounts approved, and for what.
    pub approved: BTreeMap<GrantId, Scope>,
    /// Grants that accounts removed.
    pub removed: BTreeSet<GrantId>,
    owners: BTreeMap<AccountId, (SubjectId, String)>,
    sessions: BTreeMap<SessionId, SessionTruth>,
    /// What may be granted in silence.
    standing: BTreeMap<(SubjectId, ClientHash), Scope>,
    grants: BTreeMap<(SubjectId, ClientHash), Vec<GrantId>>,
    /// Sessions that somebody asked to end who has their cookie.
    pub leaving: BTreeSet<SessionId>,
}

struct SessionTruth {
    sub: SubjectId,
    since: UnixTime,
    ended: bool,
    /// The session in which it goes on, where its owner signed in again in the same browser.
    goes_on_in: Option<SessionId>,
}

impl AccountsTruth {
    /// An account carried out a command.
    pub fn done(&mut self, account: AccountId, command: &AccountCommand, at: UnixTime) -> Result<(), String> {
        match command {
            AccountCommand::SignOut(by) => {
                self.end(by.sid);
                match self.leaving.contains(&by.sid) {
                    true => Ok(()),
                    false => Err("somebody else ended a session".into()),
                }
            }
            AccountCommand::SignIn(asked) => self.signed_in(account, asked),
            AccountCommand::Approve(by, approval) => {
                self.lives(*by, at)?;
                let (grant, scope) = (approval.grant.grant, &approval.grant.scope);
                let key = (by.sub, approval.client.clone());
                let standing = self.standing.entry(key.clone()).or_default();
                match approval.basis {
                    Basis::Asked => {
                        let clicks =
                            self.clicks.get(&(grant, by.sub)).ok_or("approved, and nobody was asked")?;
                        // A device may have been answered in two browsers.
                        let click = clicks.iter().rev().find(|click| scope.is_within(&click.ticked));
                        let Some(click) = click else {
                            return Err(format!("{scope:?} was approved of {clicks:?}"));
                        };
                        if click.lasts {
                            *standing = standing.without(&click.asked).or(scope);
                        }
                    }
                    Basis::Remembered(_) if !scope.is_within(standing) => {
                        return Err(format!("{scope:?} was granted in silence, where {standing:?} stood"));
                    }
                    Basis::Remembered(_) => {}
                }
                self.approved.insert(grant, scope.clone());
                self.grants.entry(key).or_default().push(grant);
                Ok(())
            }
            AccountCommand::RemoveAccess(by, client) => {
                self.lives(*by, at)?;
                let key = (by.sub, client.clone());
                self.standing.remove(&key);
                self.removed.extend(self.grants.remove(&key).unwrap_or_default());
                Ok(())
            }
            AccountCommand::AddClient(by, _) | AccountCommand::RemoveClient(by, _) => self.lives(*by, at),
            _ => Ok(()),
        }
    }

    /// An account answered.
    pub fn said(
        &mut self,
        account: AccountId,
        command: &AccountCommand,
        reply: &AccountReply,
        at: UnixTime,
    ) -> Result<(), String> {
        match (command, reply) {
            (AccountCommand::SignUp(new), AccountReply::SignedIn { sub, .. }) => {
                let owner = (*sub, new.password.expose().clone());
                if self.owners.insert(account, owner).is_some() {
                    return Err("one name was given to two owners".into());
                }
                self.begin(new.session.sid, *sub, new.session.auth_time);
                Ok(())
            }
            (AccountCommand::SignUp(_) | AccountCommand::SignIn(_) | AccountCommand::ForgetGrant(..), _) => {
                Ok(())
            }
            (command, AccountReply::SessionEnded) => match signed(command) {
                Some(by) if self.lives(by, at.plus(SLACK)).is_ok() && self.lives(by, at).is_ok() => {
                    Err("a session that lives was refused".into())
                }
                _ => Ok(()),
            },
            (AccountCommand::SignOut(by), _) => {
                self.end(by.sid);
                Ok(())
            }
            (command, _) => signed(command).map_or(Ok(()), |by| self.lives(by, at)),
        }
    }

    /// By a password that is the owner's; and the session that the browser had before is over.
    fn signed_in(&mut self, account: AccountId, asked: &SignIn) -> Result<(), String> {
        let owner = self.owners.get(&account).filter(|(_, password)| password == asked.password.expose());
        let (sub, _) = owner.ok_or("signed in with a wrong password")?;
        let sub = *sub;
        if let Some(session) = asked.session.replaces.and_then(|sid| self.sessions.get_mut(&sid))
            && session.sub == sub
            && !session.ended
        {
            session.ended = true;
            session.goes_on_in = Some(asked.session.sid);
        }
        self.begin(asked.session.sid, sub, asked.session.auth_time);
        Ok(())
    }

    /// The sessions that are over, as a client knows them: each beside those in which it went on.
    pub fn ended(&self, client: &ClientId) -> Vec<BTreeSet<String>> {
        let mut ended: BTreeMap<SessionId, BTreeSet<String>> = BTreeMap::new();
        for sid in self.sessions.keys() {
            let mut last = *sid;
            while let Some(next) = self.sessions.get(&last).and_then(|session| session.goes_on_in) {
                last = next;
            }
            if self.sessions.get(&last).is_some_and(|session| session.ended) {
                ended.entry(last).or_default().insert(session_of(*sid, client));
            }
        }
        ended.into_values().collect()
    }

    fn begin(&mut self, sid: SessionId, sub: SubjectId, since: UnixTime) {
        self.sessions.entry(sid).or_insert(SessionTruth { sub, since, ended: false, goes_on_in: None });
    }

    fn end(&mut self, sid: SessionId) {
        if let Some(session) = self.sessions.get_mut(&sid) {
            session.ended = true;
        }
    }

    /// Whether a session may act.
    fn lives(&self, by: Signed, at: UnixTime) -> Result<(), String> {
        let session = self.sessions.get(&by.sid).ok_or("a session acted that never began")?;
        let over = session.since.plus(session::LIFETIME).plus(SLACK);
        match session.sub == by.sub && !session.ended && at < over {
            true => Ok(()),
            false => Err("a session acted after its end".into()),
        }
    }
}

fn signed(command: &AccountCommand) -> Option<Signed> {
    match command {
        AccountCommand::SignOut(by)
        | AccountCommand::Check(by)
        | AccountCommand::Approve(by, _)
        | AccountCommand::Overview(by)
        | AccountCommand::RemoveAccess(by, _)
        | AccountCommand::AddClient(by, _)
        | AccountCommand::RemoveClient(by, _) => Some(*by),
        _ => None,
    }
}
