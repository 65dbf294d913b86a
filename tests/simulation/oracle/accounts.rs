//! Who is who, which sessions live, and what owners approved: in the order in which their accounts heard of it.

use std::collections::{BTreeMap, BTreeSet};

use postern::base::time::{Seconds, UnixTime};
use postern::model::client_id::ClientHash;
use postern::model::id::{AccountId, GrantId, SessionId, SubjectId};
use postern::model::scope::Scope;
use postern::model::session;
use postern::protocol::account::{AccountCommand, AccountReply, Basis, Signed};

/// Clocks may differ by this at the end of a session.
const SLACK: Seconds = Seconds::minutes(10);

/// What a person pressed on a consent page.
#[derive(Clone, Debug)]
pub struct Click {
    pub asked: Scope,
    pub ticked: Scope,
}

/// All accounts.
#[derive(Default)]
pub struct AccountsTruth {
    /// What persons pressed, by the grant that their form would create.
    pub clicks: BTreeMap<GrantId, Click>,
    /// Grants that accounts approved, and for what.
    pub approved: BTreeMap<GrantId, Scope>,
    /// Grants that accounts removed.
    pub removed: BTreeSet<GrantId>,
    owners: BTreeMap<AccountId, (SubjectId, String)>,
    sessions: BTreeMap<SessionId, SessionTruth>,
    /// What may be granted in silence.
    standing: BTreeMap<(SubjectId, ClientHash), Scope>,
    grants: BTreeMap<(SubjectId, ClientHash), Vec<GrantId>>,
}

struct SessionTruth {
    sub: SubjectId,
    since: UnixTime,
    ended: bool,
}

impl AccountsTruth {
    /// An account carried out a command.
    pub fn done(&mut self, command: &AccountCommand, at: UnixTime) -> Result<(), String> {
        match command {
            AccountCommand::SignOut(by) => {
                self.end(by.sid);
                Ok(())
            }
            AccountCommand::Approve(by, approval) => {
                self.lives(*by, at)?;
                let (grant, scope) = (approval.grant.grant, &approval.grant.scope);
                let key = (by.sub, approval.client.clone());
                let standing = self.standing.entry(key.clone()).or_default();
                match approval.basis {
                    Basis::Asked => {
                        let click = self.clicks.get(&grant).ok_or("approved, and nobody was asked")?;
                        if !scope.is_within(&click.ticked) {
                            return Err(format!("{scope:?} was approved of {:?}", click.ticked));
                        }
                        *standing = standing.without(&click.asked).or(scope);
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
            (AccountCommand::SignIn(asked), AccountReply::SignedIn { sub, .. }) => {
                let right = self
                    .owners
                    .get(&account)
                    .is_some_and(|(s, password)| s == sub && password == asked.password.expose());
                if !right {
                    return Err("signed in with a wrong password".into());
                }
                if let Some(session) = asked.session.replaces.and_then(|sid| self.sessions.get_mut(&sid)) {
                    session.ended |= session.sub == *sub;
                }
                self.begin(asked.session.sid, *sub, asked.session.auth_time);
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

    fn begin(&mut self, sid: SessionId, sub: SubjectId, since: UnixTime) {
        self.sessions.insert(sid, SessionTruth { sub, since, ended: false });
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
