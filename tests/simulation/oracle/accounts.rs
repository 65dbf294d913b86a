//! Who is who, which sessions live, and what owners approved: in the order in which their accounts heard of it.

use std::collections::{BTreeMap, BTreeSet};

use postern::base::time::{Seconds, UnixTime};
use postern::model::client_id::{ClientHash, ClientId};
use postern::model::id::{AccountId, GrantId, SessionId, SubjectId};
use postern::model::scope::Scope;
use postern::model::session;
use postern::protocol::account::{
    AccountCommand, AccountReply, AdminAct, Basis, Ending, NewSession, SignIn, Signed,
};
use postern::protocol::account::{CredentialCommand, PasskeySignIn};
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
    /// Who has left for good.
    pub left: BTreeSet<SubjectId>,
    /// Whom an administrator has stopped at any time.
    pub ever_stopped: BTreeSet<SubjectId>,
    /// Those who are.
    stopped: BTreeSet<SubjectId>,
    /// When somebody was let go on. What was decided just before may be said later: clients are told first.
    let_go: BTreeMap<SubjectId, UnixTime>,
    /// Everybody who ever signed up.
    subjects: BTreeSet<SubjectId>,
    approved_by: BTreeMap<GrantId, SubjectId>,
    passkeys: BTreeSet<(SubjectId, String)>,
    /// How often owners ended sessions elsewhere, changed their password, and signed in with a passkey.
    pub elsewhere: u64,
    pub new_passwords: u64,
    pub by_passkey: u64,
    /// Sessions that somebody asked to end who has their cookie.
    pub leaving: BTreeSet<SessionId>,
}

struct SessionTruth {
    sub: SubjectId,
    since: UnixTime,
    ended: bool,
    /// It had ended by its age before it was ended: nobody signed out.
    aged: bool,
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
                self.approved_by.insert(grant, by.sub);
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
            AccountCommand::EndSessions(by, ending) => {
                self.elsewhere += 1;
                self.lives(*by, at)?;
                self.end_those(by.sub, at, |sid| match ending {
                    Ending::One(name) => sid.name() == *name,
                    Ending::Others => sid != by.sid,
                    Ending::All => true,
                });
                Ok(())
            }
            AccountCommand::ChangePassword(by, change) => {
                self.new_passwords += 1;
                self.lives(*by, at)?;
                self.end_those(by.sub, at, |sid| sid != by.sid);
                let owner = self.owners.get_mut(&account).filter(|(_, old)| old == change.current.expose());
                let (_, password) = owner.ok_or("a password was changed by who did not know it")?;
                change.new.expose().clone_into(password);
                Ok(())
            }
            AccountCommand::Credentials(by, CredentialCommand::AddPasskey(passkey, _)) => {
                self.passkeys.insert((by.sub, passkey.id.as_str().to_owned()));
                self.lives(*by, at)
            }
            AccountCommand::SignInWithPasskey(asked) => self.signed_in_with_passkey(account, asked),
            AccountCommand::Leave(by) => {
                self.lives(*by, at)?;
                self.leaves(account, by.sub, at);
                Ok(())
            }
            AccountCommand::Administer(AdminAct::Disable(sub)) => {
                self.owned_by(account, *sub)?;
                self.stopped.insert(*sub);
                self.ever_stopped.insert(*sub);
                self.end_those(*sub, at, |_| true);
                self.remove_all(*sub);
                Ok(())
            }
            AccountCommand::Administer(AdminAct::Enable(sub)) => {
                self.owned_by(account, *sub)?;
                self.stopped.remove(sub);
                self.let_go.insert(*sub, at);
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
                if self.owners.insert(account, owner).is_some() || !self.subjects.insert(*sub) {
                    return Err("one name was given to two owners".into());
                }
                self.begin(new.session.sid, *sub, new.session.auth_time);
                Ok(())
            }
            (AccountCommand::SignIn(_) | AccountCommand::SignInWithPasskey(_), AccountReply::Disabled) => {
                match self.owners.get(&account) {
                    Some((sub, _)) if self.stopped.contains(sub) => Ok(()),
                    Some((sub, _)) if self.let_go.get(sub).is_some_and(|since| at < since.plus(SLACK)) => {
                        Ok(())
                    }
                    _ => Err("somebody who was not stopped was turned away".into()),
                }
            }
            (AccountCommand::Leave(by), AccountReply::Done) => {
                self.lives(*by, at)?;
                self.leaves(account, by.sub, at);
                Ok(())
            }
            (AccountCommand::Overview(by), AccountReply::Overview(shown)) => {
                self.lives(*by, at)?;
                let anothers = |grant: &GrantId| self.approved_by.get(grant) != Some(&by.sub);
                match shown.grants.iter().any(|(_, row)| anothers(&row.grant)) {
                    true => Err("somebody is shown another's grants".into()),
                    false => Ok(()),
                }
            }
            (
                AccountCommand::SignUp(_)
                | AccountCommand::SignIn(_)
                | AccountCommand::SignInWithPasskey(_)
                | AccountCommand::ForgetGrant(..),
                _,
            ) => Ok(()),
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
        self.begins(sub, &asked.session)
    }

    /// By a passkey that this owner registered.
    fn signed_in_with_passkey(&mut self, account: AccountId, asked: &PasskeySignIn) -> Result<(), String> {
        let known = self.passkeys.contains(&(asked.sub, asked.assertion.id.as_str().to_owned()));
        self.owned_by(account, asked.sub)?;
        self.by_passkey += 1;
        match known {
            true => self.begins(asked.sub, &asked.session),
            false => Err("signed in with a passkey of nobody's".into()),
        }
    }

    fn begins(&mut self, sub: SubjectId, new: &NewSession) -> Result<(), String> {
        if self.stopped.contains(&sub) {
            return Err("somebody who was stopped signed in".into());
        }
        if let Some(session) = new.replaces.and_then(|sid| self.sessions.get_mut(&sid))
            && session.sub == sub
            && !session.ended
        {
            session.ended = true;
            session.goes_on_in = Some(new.sid);
        }
        self.begin(new.sid, sub, new.auth_time);
        Ok(())
    }

    /// The sessions that are over, as a client knows them: each beside those in which it went on. Where it is `owed` to hear of
    /// them, those that had not ended by themselves.
    pub fn ended(&self, client: &ClientId, owed: bool) -> Vec<BTreeSet<String>> {
        let mut ended: BTreeMap<SessionId, BTreeSet<String>> = BTreeMap::new();
        for sid in self.sessions.keys() {
            let mut last = *sid;
            while let Some(next) = self.sessions.get(&last).and_then(|session| session.goes_on_in) {
                last = next;
            }
            if self.sessions.get(&last).is_some_and(|session| session.ended && !(owed && session.aged)) {
                ended.entry(last).or_default().insert(session_of(*sid, client));
            }
        }
        ended.into_values().collect()
    }

    fn begin(&mut self, sid: SessionId, sub: SubjectId, since: UnixTime) {
        let new = SessionTruth { sub, since, ended: false, aged: false, goes_on_in: None };
        self.sessions.entry(sid).or_insert(new);
    }

    fn end(&mut self, sid: SessionId) {
        if let Some(session) = self.sessions.get_mut(&sid) {
            session.ended = true;
        }
    }

    fn end_those(&mut self, sub: SubjectId, at: UnixTime, which: impl Fn(SessionId) -> bool) {
        let own = self.sessions.iter_mut().filter(|(sid, session)| session.sub == sub && which(**sid));
        for (_, session) in own.filter(|(_, session)| !session.ended) {
            session.ended = true;
            session.aged = at.plus(SLACK) >= session.since.plus(session::LIFETIME);
        }
    }

    fn remove_all(&mut self, sub: SubjectId) {
        for (_, grants) in self.grants.iter_mut().filter(|((owner, _), _)| *owner == sub) {
            self.removed.extend(std::mem::take(grants));
        }
    }

    /// Nothing of theirs is anything from now on, and the name is free.
    fn leaves(&mut self, account: AccountId, sub: SubjectId, at: UnixTime) {
        self.end_those(sub, at, |_| true);
        self.remove_all(sub);
        self.left.insert(sub);
        self.owners.remove(&account);
    }

    fn owned_by(&self, account: AccountId, sub: SubjectId) -> Result<(), String> {
        match self.owners.get(&account).is_some_and(|(owner, _)| *owner == sub) {
            true => Ok(()),
            false => Err("somebody met another than was meant".into()),
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
        | AccountCommand::RemoveClient(by, _)
        | AccountCommand::EndSessions(by, _)
        | AccountCommand::ChangePassword(by, _)
        | AccountCommand::Credentials(by, _)
        | AccountCommand::Leave(by) => Some(*by),
        _ => None,
    }
}
