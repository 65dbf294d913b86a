//! An account whose owner has left. Nobody is left at its name, and whoever takes the name is another person; but what
//! its grants and clients have to hear is kept until they have heard it.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::id::{GrantId, SubjectId};
use crate::protocol::account::logins::Logins;
use crate::protocol::account::{Account, AccountReply, Owner, Signed, Throttle, Transition};

/// Owners of one name whose grants have not all answered yet. Beyond that many, nobody takes the name.
pub(super) const MAX_FAREWELLS: usize = 8;

/// What is left to say for an owner who has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    pub(super) sub: SubjectId,
    pub(super) outbox: Vec<GrantId>,
    #[serde(default, skip_serializing_if = "Logins::is_empty")]
    pub(super) logins: Logins,
}

impl Farewell {
    pub(super) fn is_over(&self) -> bool {
        self.outbox.is_empty() && self.logins.is_empty()
    }
}

/// The owner leaves: every session is over, every grant and every client of a session is to be told, and nothing else of
/// the owner is kept.
pub(super) fn leave(owner: Owner, by: Signed, mut farewells: Vec<Farewell>, now: UnixTime) -> Transition {
    if !owner.holds(by, now) {
        return Transition::stay(AccountReply::SessionEnded);
    }
    farewells.push(owner.into_farewell(now));
    farewells.retain(|farewell| !farewell.is_over());
    Transition::to(Account { owner: None, throttle: Throttle::default(), farewells }, AccountReply::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;
    use crate::model::id::SessionId;
    use crate::protocol::account::tests::*;
    use crate::protocol::account::{AccountCommand, Basis, NewSession, SignUp, sign_up as signing_up};

    fn grant(n: u8) -> GrantId {
        GrantId(Opaque([n; 32]))
    }

    fn leave(account: &mut Account, by: Signed, now: UnixTime) -> AccountReply {
        send(account, AccountCommand::Leave(by), now)
    }

    /// Somebody takes the name.
    fn taken(account: &mut Account, sub: u8, now: UnixTime) -> Option<Signed> {
        let by = Signed { sub: SubjectId(Opaque([sub; 16])), sid: SessionId(Opaque([sub; 16])) };
        let sign_up = SignUp { session: NewSession { sid: by.sid, ..NEW }, ..sign_up(sub) };
        if !signing_up::is_free(account) {
            return None;
        }
        let hash = hash(&sign_up.password, sign_up.algorithm, sign_up.salt);
        let transition = signing_up::finish(std::mem::take(account), sign_up, hash, now);
        *account = transition.next.unwrap();
        Some(by)
    }

    #[test]
    fn nothing_is_kept_but_what_has_to_be_said() {
        let mut account = account();
        send(&mut account, approval(1, 1, Basis::Asked), at(1));
        send(&mut account, approval(1, 2, Basis::Asked), at(2));
        send(&mut account, approval(2, 3, Basis::Asked), at(3));
        attempt(&mut account, &sign_in("wrong", Some(1)), at(4));
        // One that was removed before, and has not answered yet.
        send(&mut account, AccountCommand::RemoveAccess(OWNER, client(2)), at(5));
        assert_eq!(leave(&mut account, OWNER, at(6)), AccountReply::Done);
        assert_eq!(account.outbox(), [grant(3), grant(1), grant(2)]);
        let json = serde_json::to_string(&account).unwrap();
        for word in ["Alice", "App", "password", "failures", "session"] {
            assert!(!json.contains(word), "{word}: {json}");
        }
        assert_eq!((account.ends_at(), account.is_nobodys()), (None, false), "it is not erased before");
        let account = account.delivered(&[grant(1), grant(3)]);
        assert_eq!(account.outbox(), [grant(2)]);
        let account = account.delivered(&[grant(2)]);
        assert_eq!((account.ends_at(), &account), (Some(UnixTime::default()), &Account::default()));
    }

    #[test]
    fn who_has_nothing_to_say_leaves_nothing() {
        let mut account = account();
        assert_eq!(leave(&mut account, OWNER, at(1)), AccountReply::Done);
        assert_eq!(account, Account::default());
        for command in
            [AccountCommand::Leave(OWNER), AccountCommand::Check(OWNER), AccountCommand::Profile(OWNER.sub)]
        {
            assert_eq!(send(&mut account, command, at(2)), AccountReply::SessionEnded);
        }
        assert_eq!(attempt(&mut account, &sign_in("right", None), at(3)), AccountReply::WrongCredentials);
    }

    #[test]
    fn only_a_session_of_the_owner_leaves() {
        let mut account = account();
        let stranger = Signed { sub: SubjectId(Opaque([5; 16])), ..OWNER };
        let elsewhere = Signed { sid: SessionId(Opaque([77; 16])), ..OWNER };
        for by in [stranger, elsewhere] {
            assert_eq!(leave(&mut account, by, at(1)), AccountReply::SessionEnded);
        }
        let old = START.plus(crate::model::session::LIFETIME).plus(crate::base::time::Seconds::minutes(5));
        assert_eq!(leave(&mut account, OWNER, old), AccountReply::SessionEnded);
        assert_eq!(leave(&mut account, OWNER, old.previous()), AccountReply::Done);
    }

    #[test]
    fn the_next_of_that_name_is_somebody_else_while_the_first_is_still_waited_for() {
        let mut account = account();
        send(&mut account, approval(1, 1, Basis::Asked), at(1));
        leave(&mut account, OWNER, at(2));
        let next = taken(&mut account, 2, at(3)).unwrap();
        assert_eq!(send(&mut account, AccountCommand::Check(OWNER), at(4)), AccountReply::SessionEnded);
        assert!(matches!(send(&mut account, AccountCommand::Check(next), at(4)), AccountReply::Alive { .. }));
        assert_eq!(account.outbox(), [grant(1)]);
        // What the old one's grants say does not concern the new one.
        let forget = AccountCommand::ForgetGrant(OWNER.sub, grant(1));
        assert_eq!(send(&mut account, forget, at(5)), AccountReply::SessionEnded);
        let account = account.delivered(&[grant(1)]);
        assert!(account.farewells.is_empty() && account.owner.is_some());
    }

    #[test]
    fn eight_who_could_not_be_told_are_waited_for_and_then_nobody_takes_the_name() {
        let mut account = account();
        let mut by = OWNER;
        for n in 1..=8 {
            let row = crate::protocol::account::GrantRow::new(
                grant(n),
                "App",
                crate::model::scope::Scope::parse("a").unwrap(),
                None,
            );
            let approval = crate::protocol::account::Approval {
                client: client(1),
                grant: row,
                basis: Basis::Asked,
                narrows: false,
            };
            send(&mut account, AccountCommand::Approve(by, approval), at(1));
            leave(&mut account, by, at(2));
            match taken(&mut account, n + 1, at(3)) {
                Some(next) => by = next,
                None => assert_eq!(n, 8),
            }
        }
        assert_eq!((account.farewells.len(), account.outbox().len()), (8, 8));
        let mut account = account.delivered(&[grant(4)]);
        assert!(taken(&mut account, 20, at(4)).is_some());
    }
}
