//! What an administrator may do to an account: look, stop it, let it go on.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::id::SubjectId;
use crate::model::username::Username;
use crate::protocol::account::{Account, AccountReply, Owner, Transition};

/// What an administrator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminAct {
    /// Looks at whoever has the name.
    Look,
    /// Stops the account of this owner: every session and every grant ends, and nobody signs in.
    Disable(SubjectId),
    /// The owner may sign in again. What has ended stays ended.
    Enable(SubjectId),
}

/// How an account stands, as an administrator is told: nothing of what its owner does with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whose it is.
    pub sub: SubjectId,
    /// The name that the owner signs in with.
    pub username: Username,
    /// When it was made.
    pub created_at: UnixTime,
    /// Whether it is stopped.
    pub disabled: bool,
    /// Sessions that are alive.
    pub sessions: usize,
    /// Grants that have not ended for certain.
    pub grants: usize,
    /// Clients the owner registered.
    pub clients: usize,
}

impl Owner {
    /// Ends every session and every grant, and puts down whoever has to hear of it.
    fn end_everything(&mut self, now: UnixTime) {
        self.sessions.clear();
        self.logins.end_all(now);
        let ended = self.access.end_all();
        self.outbox.extend(ended);
    }

    fn standing(&self, now: UnixTime) -> AccountReply {
        AccountReply::Standing(Box::new(Standing {
            sub: self.sub,
            username: self.username.clone(),
            created_at: self.created_at,
            disabled: self.disabled,
            sessions: self.live_sessions(now).len(),
            grants: self.access.live_grants(now).len(),
            clients: self.clients.len(),
        }))
    }
}

/// Does it. That it is an administrator who asks, the caller has made sure of.
pub(super) fn administer(mut account: Account, act: AdminAct, now: UnixTime) -> Transition {
    // A name that was deleted and taken again is another person.
    let meant = |owner: &&mut Owner| match act {
        AdminAct::Look => true,
        AdminAct::Disable(sub) | AdminAct::Enable(sub) => owner.sub == sub,
    };
    let Some(owner) = account.owner.as_mut().filter(meant) else {
        return Transition::stay(AccountReply::Nobody);
    };
    match act {
        AdminAct::Look => return Transition::stay(owner.standing(now)),
        AdminAct::Disable(_) => {
            owner.disabled = true;
            owner.end_everything(now);
        }
        AdminAct::Enable(_) => owner.disabled = false,
    }
    let reply = owner.standing(now);
    Transition::to(account, reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;
    use crate::base::time::Seconds;
    use crate::model::client_id::ClientHash;
    use crate::model::id::GrantId;
    use crate::model::scope::Scope;
    use crate::protocol::account::tests::{OWNER, START, account, at, attempt, send, sign_in};
    use crate::protocol::account::{AccountCommand, Approval, Basis, GrantRow};

    fn act(account: &mut Account, act: AdminAct) -> AccountReply {
        send(account, AccountCommand::Administer(act), START)
    }

    fn standing(account: &mut Account) -> Standing {
        match act(account, AdminAct::Look) {
            AccountReply::Standing(standing) => *standing,
            other => panic!("{other:?}"),
        }
    }

    fn approve(account: &mut Account, n: u8, now: UnixTime) -> AccountReply {
        let client = ClientHash::parse(&Opaque([n; 32]).to_string()).unwrap();
        let grant = GrantRow::new(GrantId(Opaque([n; 32])), "App", Scope::parse("a").unwrap(), None);
        let approval = Approval { client, grant, basis: Basis::Asked, narrows: false };
        send(account, AccountCommand::Approve(OWNER, approval), now)
    }

    #[test]
    fn who_looks_is_told_how_the_account_stands_and_changes_nothing() {
        let mut account = account();
        approve(&mut account, 1, START);
        let before = account.clone();
        let standing = standing(&mut account);
        assert_eq!((standing.sub, standing.username.to_string().as_str()), (OWNER.sub, "Alice"));
        assert_eq!((standing.sessions, standing.grants, standing.clients), (1, 1, 0));
        assert_eq!((standing.created_at, standing.disabled), (START, false));
        assert_eq!(account, before);
    }

    #[test]
    fn a_disabled_account_has_no_session_and_no_grant_and_nobody_signs_in() {
        let mut account = account();
        approve(&mut account, 1, START);
        approve(&mut account, 2, START);
        assert!(matches!(act(&mut account, AdminAct::Disable(OWNER.sub)), AccountReply::Standing(_)));
        let now = standing(&mut account);
        assert_eq!((now.disabled, now.sessions, now.grants), (true, 0, 0));
        assert_eq!(account.outbox().len(), 2);
        assert_eq!(send(&mut account, AccountCommand::Check(OWNER), START), AccountReply::SessionEnded);
        assert_eq!(approve(&mut account, 3, START), AccountReply::SessionEnded);
        assert_eq!(attempt(&mut account, &sign_in("right", None), at(1)), AccountReply::Disabled);
        assert_eq!(attempt(&mut account, &sign_in("wrong", None), at(2)), AccountReply::WrongCredentials);
        assert_eq!(standing(&mut account).sessions, 0);
        // Once more is no more.
        act(&mut account, AdminAct::Disable(OWNER.sub));
        assert_eq!(account.outbox().len(), 2);
    }

    #[test]
    fn an_enabled_account_signs_in_again_and_gets_nothing_back() {
        let mut account = account();
        approve(&mut account, 1, START);
        act(&mut account, AdminAct::Disable(OWNER.sub));
        act(&mut account, AdminAct::Enable(OWNER.sub));
        let now = standing(&mut account);
        assert_eq!((now.disabled, now.sessions, now.grants), (false, 0, 0));
        let reply = attempt(&mut account, &sign_in("right", None), at(1));
        assert!(matches!(reply, AccountReply::SignedIn { .. }));
        assert_eq!(account.outbox().len(), 1);
    }

    #[test]
    fn another_person_of_the_same_name_is_not_meant() {
        let mut account = account();
        let before = account.clone();
        let other = SubjectId(Opaque([9; 16]));
        for meant in [AdminAct::Disable(other), AdminAct::Enable(other)] {
            assert_eq!(act(&mut account, meant), AccountReply::Nobody);
        }
        assert_eq!(account, before);
        let mut nobody = Account::default();
        for meant in [AdminAct::Look, AdminAct::Disable(OWNER.sub), AdminAct::Enable(OWNER.sub)] {
            assert_eq!(act(&mut nobody, meant), AccountReply::Nobody);
        }
        assert_eq!(nobody, Account::default());
    }

    #[test]
    fn sessions_that_are_over_by_age_are_not_counted() {
        let mut account = account();
        let late = START.plus(Seconds::days(15));
        match send(&mut account, AccountCommand::Administer(AdminAct::Look), late) {
            AccountReply::Standing(standing) => assert_eq!(standing.sessions, 0),
            other => panic!("{other:?}"),
        }
    }
}
