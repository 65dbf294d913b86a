//! The owner of an account: sessions, clients, and the list of live grants.

use serde::{Deserialize, Serialize};

use crate::base::opaque::Opaque;
use crate::base::time::{Seconds, UnixTime};
use crate::model::id::{GrantId, PairwiseSalt, SubjectId};
use crate::model::password::PasswordHash;
use crate::model::profile::Profile;
use crate::model::session;
use crate::model::username::Username;
use crate::protocol::account::access::{Access, Superseded};
use crate::protocol::account::farewell::Farewell;
use crate::protocol::account::logins::Logins;
use crate::protocol::account::passkeys::Passkeys;
use crate::protocol::account::{
    AccountCommand, AccountReply, ListedClient, NewSession, Overview, SessionRow, Signed,
};

/// Clients that one owner may register: KV writes are scarce.
pub const MAX_CLIENTS: usize = 20;
/// Sessions that are kept; the oldest beyond are ended.
const MAX_SESSIONS: usize = 50;

/// An owner, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub(super) sub: SubjectId,
    pub(super) username: Username,
    #[serde(default)]
    pub(super) password: Option<PasswordHash>,
    #[serde(default, skip_serializing_if = "Passkeys::is_empty")]
    pub(super) passkeys: Passkeys,
    /// Hashes of those that were not used yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) recovery_codes: Vec<Opaque<32>>,
    pub(super) created_at: UnixTime,
    /// Whether an administrator stopped the account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) disabled: bool,
    pub(super) sessions: Vec<SessionRow>,
    pub(super) access: Access,
    pub(super) clients: Vec<ListedClient>,
    pub(super) outbox: Vec<GrantId>,
    #[serde(default)]
    salt: Option<PairwiseSalt>,
    #[serde(default)]
    profile: Profile,
    #[serde(default, skip_serializing_if = "Logins::is_empty")]
    pub(super) logins: Logins,
}

impl Owner {
    pub(super) fn new(sub: SubjectId, username: Username, password: PasswordHash, now: UnixTime) -> Self {
        Self {
            sub,
            username,
            password: Some(password),
            passkeys: Passkeys::default(),
            recovery_codes: Vec::new(),
            created_at: now,
            disabled: false,
            sessions: Vec::new(),
            access: Access::default(),
            clients: Vec::new(),
            outbox: Vec::new(),
            salt: None,
            profile: Profile::default(),
            logins: Logins::default(),
        }
    }

    /// Begins a session, in place of the one that the browser had; unless the account is stopped.
    pub(super) fn begin_session(&mut self, new: NewSession, now: UnixTime) -> AccountReply {
        if self.disabled {
            return AccountReply::Disabled;
        }
        // A clock that differs a little elsewhere must not end a session that has just begun.
        let ends_at = new.auth_time.plus(session::LIFETIME).plus(Seconds::minutes(5));
        self.sessions.retain(|row| now < row.ends_at && Some(row.sid) != new.replaces);
        let NewSession { sid, auth_time, method, whereabouts, .. } = new;
        self.sessions.insert(0, SessionRow { sid, auth_time, method, whereabouts, ends_at });
        if let Some(replaced) = new.replaces {
            self.logins.go_on(replaced, new.sid);
        }
        while self.sessions.len() > MAX_SESSIONS {
            if let Some(oldest) = self.sessions.pop() {
                self.logins.end(oldest.sid, now);
            }
        }
        let sessions = &self.sessions;
        self.logins.keep(|session| sessions.iter().any(|row| row.sid == session));
        AccountReply::SignedIn { sub: self.sub, salt: *self.salt.get_or_insert(new.salt) }
    }

    /// Applies a command of somebody who holds a session of this subject.
    pub(super) fn apply(mut self, command: AccountCommand, now: UnixTime) -> (Option<Self>, AccountReply) {
        match &command {
            AccountCommand::SignOut(by) => {
                self.sessions.retain(|row| row.sid != by.sid);
                self.logins.end(by.sid, now);
                return (Some(self), AccountReply::Done);
            }
            AccountCommand::ForgetGrant(_, grant) => {
                return match self.access.forget(*grant) {
                    true => (Some(self), AccountReply::Done),
                    false => (None, AccountReply::Done),
                };
            }
            AccountCommand::Profile(_) => {
                return (
                    None,
                    AccountReply::Profile { username: self.username, profile: Box::new(self.profile) },
                );
            }
            AccountCommand::SignUp(_)
            | AccountCommand::SignIn(_)
            | AccountCommand::SignInWithPasskey(_)
            | AccountCommand::Recover(_)
            | AccountCommand::ChangePassword(..)
            | AccountCommand::Leave(_)
            | AccountCommand::Administer(_) => {
                return (None, AccountReply::SessionEnded);
            }
            AccountCommand::Check(by)
            | AccountCommand::Credentials(by, _)
            | AccountCommand::Approve(by, _)
            | AccountCommand::Overview(by)
            | AccountCommand::EditProfile(by, _)
            | AccountCommand::RemoveAccess(by, _)
            | AccountCommand::AddClient(by, _)
            | AccountCommand::ChangeClient(by, _)
            | AccountCommand::RemoveClient(by, _)
            | AccountCommand::EndSessions(by, _) => {
                if !self.holds(*by, now) {
                    return (None, AccountReply::SessionEnded);
                }
            }
        }
        match command {
            AccountCommand::Check(_) => (None, AccountReply::Alive { username: self.username }),
            AccountCommand::Credentials(_, command) => self.change_credentials(command, now),
            AccountCommand::Overview(_) => (None, AccountReply::Overview(Box::new(self.overview(now)))),
            AccountCommand::Approve(_, mut approval) => {
                let logout = approval.grant.logout.take();
                match self.access.approve(approval, now) {
                    Ok((reply, ended)) => {
                        self.outbox.extend(ended);
                        if let Some(target) = logout {
                            self.logins.list(*target);
                        }
                        (Some(self), reply)
                    }
                    Err(Superseded) => (None, AccountReply::ConsentSuperseded { username: self.username }),
                }
            }
            AccountCommand::EditProfile(_, profile) => {
                self.profile = profile;
                (Some(self), AccountReply::Done)
            }
            AccountCommand::RemoveAccess(_, client) => {
                let ended = self.access.remove(client, now);
                self.outbox.extend(ended);
                (Some(self), AccountReply::Done)
            }
            AccountCommand::AddClient(_, client) => {
                if self.clients.len() >= MAX_CLIENTS {
                    return (None, AccountReply::TooManyClients);
                }
                self.clients.push(client);
                (Some(self), AccountReply::Done)
            }
            AccountCommand::ChangeClient(_, client) => {
                self.clients.iter_mut().for_each(|listed| listed.forget(now));
                for listed in self.clients.iter_mut().filter(|listed| listed.id == client.id) {
                    listed.changed(&client, now);
                }
                (Some(self), AccountReply::Done)
            }
            AccountCommand::RemoveClient(_, client) => {
                self.clients.retain(|listed| listed.id.hash() != client);
                (Some(self), AccountReply::Done)
            }
            AccountCommand::EndSessions(by, ending) => self.end_sessions(by, &ending, now),
            AccountCommand::Leave(_)
            | AccountCommand::SignOut(_)
            | AccountCommand::ForgetGrant(..)
            | AccountCommand::Profile(_)
            | AccountCommand::SignUp(_)
            | AccountCommand::SignIn(_)
            | AccountCommand::SignInWithPasskey(_)
            | AccountCommand::Recover(_)
            | AccountCommand::ChangePassword(..)
            | AccountCommand::Administer(_) => (None, AccountReply::SessionEnded),
        }
    }

    pub(super) fn holds(&self, by: Signed, now: UnixTime) -> bool {
        self.sessions.iter().any(|row| row.sid == by.sid && now < row.ends_at)
    }

    /// What is left to say when nothing else is left.
    pub(super) fn into_farewell(mut self, now: UnixTime) -> Farewell {
        self.logins.end_all(now);
        self.outbox.extend(self.access.live_grants(now).into_iter().map(|(_, row)| row.grant));
        Farewell { sub: self.sub, outbox: self.outbox, logins: self.logins }
    }

    fn overview(&self, now: UnixTime) -> Overview {
        let (removals, removals_before) = self.access.removals();
        Overview {
            username: self.username.clone(),
            profile: self.profile.clone(),
            created_at: self.created_at,
            grants: self.access.live_grants(now),
            removals: removals.to_vec(),
            removals_before,
            clients: self.clients.clone(),
            sessions: self.live_sessions(now),
            ways_in: self.ways_in(),
        }
    }
}
