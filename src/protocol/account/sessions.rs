//! Where an owner is signed in, and ending that from elsewhere.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::id::{SessionId, SessionName};
use crate::model::sign_in_method::SignInMethod;
use crate::model::whereabouts::Whereabouts;
use crate::protocol::account::{AccountReply, Owner, Signed};

/// A session, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its id, which no page shows.
    pub sid: SessionId,
    /// When the owner proved who they are.
    pub auth_time: UnixTime,
    /// How.
    pub method: SignInMethod,
    /// With what, and where.
    pub whereabouts: Whereabouts,
    /// When it ends by itself.
    pub ends_at: UnixTime,
}

/// Which sessions an owner ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// This one.
    One(SessionName),
    /// All but the one at hand.
    Others,
    /// All.
    All,
}

impl Ending {
    /// Whether a session is among them, where the one at hand asks.
    pub fn includes(&self, session: SessionId, at_hand: SessionId) -> bool {
        match self {
            Self::One(name) => session.name() == *name,
            Self::Others => session != at_hand,
            Self::All => true,
        }
    }
}

impl Owner {
    /// Ends what the owner says. What has ended already ends nothing.
    pub(super) fn end_sessions(
        mut self,
        by: Signed,
        ending: &Ending,
        now: UnixTime,
    ) -> (Option<Self>, AccountReply) {
        let ended = self.end_where(|sid| ending.includes(sid, by.sid), now);
        let alive = ended.iter().filter(|row| now < row.ends_at).count();
        ((!ended.is_empty()).then_some(self), AccountReply::SessionsEnded(alive))
    }

    /// Ends every session but one.
    pub(super) fn end_other_sessions(&mut self, kept: SessionId, now: UnixTime) {
        self.end_where(|sid| sid != kept, now);
    }

    /// Ends sessions, and puts down whoever has to hear of it.
    fn end_where(&mut self, ends: impl Fn(SessionId) -> bool, now: UnixTime) -> Vec<SessionRow> {
        let (ended, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.sessions).into_iter().partition(|row| ends(row.sid));
        self.sessions = kept;
        ended.iter().for_each(|row| self.logins.end(row.sid, now));
        ended
    }

    /// Those that are alive, the newest first.
    pub(super) fn live_sessions(&self, now: UnixTime) -> Vec<SessionRow> {
        self.sessions.iter().filter(|row| now < row.ends_at).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;
    use crate::base::time::Seconds;
    use crate::model::session::LIFETIME;
    use crate::protocol::account::tests::*;
    use crate::protocol::account::{Account, AccountCommand, NewSession};

    fn session(n: u8) -> SessionId {
        SessionId(Opaque([n; 16]))
    }

    /// Signed in with three browsers, the owner's own being the oldest.
    fn three() -> Account {
        let mut account = account();
        for n in [50, 51] {
            let mut with = sign_in("right", None);
            with.session = NewSession { sid: session(n), auth_time: at(u64::from(n)), ..NEW };
            assert!(matches!(attempt(&mut account, &with, at(u64::from(n))), AccountReply::SignedIn { .. }));
        }
        account
    }

    fn alive(account: &mut Account, by: Signed, now: UnixTime) -> Option<Vec<SessionId>> {
        match send(account, AccountCommand::Overview(by), now) {
            AccountReply::Overview(overview) => Some(overview.sessions.iter().map(|row| row.sid).collect()),
            _ => None,
        }
    }

    fn end(account: &mut Account, by: Signed, ending: Ending) -> AccountReply {
        send(account, AccountCommand::EndSessions(by, ending), at(100))
    }

    #[test]
    fn one_all_others_or_all_of_them_end_and_no_more() {
        let others =
            [Ending::Others, Ending::All, Ending::One(session(50).name()), Ending::One(OWNER.sid.name())];
        let left = [vec![OWNER.sid], vec![], vec![session(51), OWNER.sid], vec![session(51), session(50)]];
        for ((ending, left), count) in others.into_iter().zip(left).zip([2, 3, 1, 1]) {
            let mut account = three();
            assert_eq!(alive(&mut account, OWNER, at(100)).unwrap(), [session(51), session(50), OWNER.sid]);
            assert_eq!(end(&mut account, OWNER, ending.clone()), AccountReply::SessionsEnded(count));
            let asking = left.first().map(|sid| Signed { sid: *sid, ..OWNER });
            assert_eq!(asking.and_then(|by| alive(&mut account, by, at(100))).unwrap_or_default(), left);
            for sid in [OWNER.sid, session(50), session(51)].into_iter().filter(|sid| !left.contains(sid)) {
                let by = Signed { sid, ..OWNER };
                assert_eq!(
                    send(&mut account, AccountCommand::Check(by), at(100)),
                    AccountReply::SessionEnded
                );
                assert_eq!(end(&mut account, by, Ending::All), AccountReply::SessionEnded, "{ending:?}");
            }
        }
    }

    #[test]
    fn what_is_over_or_never_was_ends_nothing_and_writes_nothing() {
        let account = three();
        for name in [session(9).name(), SessionName::parse("AAAAAAAAAAAAAAAA").unwrap()] {
            let command = AccountCommand::EndSessions(OWNER, Ending::One(name));
            let transition = crate::protocol::account::apply(account.clone(), command, at(100));
            assert_eq!((transition.next, transition.reply), (None, AccountReply::SessionsEnded(0)));
        }
        let stranger = Signed { sub: crate::model::id::SubjectId(Opaque([5; 16])), ..OWNER };
        assert_eq!(end(&mut account.clone(), stranger, Ending::All), AccountReply::SessionEnded);
    }

    #[test]
    fn a_session_that_is_over_by_age_is_not_listed_from_that_millisecond_on_and_does_not_count() {
        let mut account = three();
        let by = Signed { sid: session(51), ..OWNER };
        let end = START.plus(LIFETIME).plus(Seconds::minutes(5));
        assert_eq!(alive(&mut account, by, end.previous()).unwrap().len(), 3);
        assert_eq!(alive(&mut account, by, end).unwrap(), [session(51), session(50)]);
        let others = AccountCommand::EndSessions(by, Ending::Others);
        assert_eq!(send(&mut account, others, end), AccountReply::SessionsEnded(1));
    }

    #[test]
    fn a_row_keeps_how_with_what_and_where() {
        use crate::model::country::Country;
        use crate::model::user_agent::UserAgent;
        let mut account = account();
        let agent =
            UserAgent::parse("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0");
        let whereabouts = Whereabouts { agent, place: Country::parse("KR") };
        let mut with = sign_in("right", None);
        with.session = NewSession { sid: session(50), whereabouts, ..NEW };
        attempt(&mut account, &with, START);
        let AccountReply::Overview(overview) = send(&mut account, AccountCommand::Overview(OWNER), START)
        else {
            panic!()
        };
        let row = overview.sessions.first().unwrap();
        assert!(agent.is_some());
        assert_eq!(
            (row.method, row.whereabouts, row.auth_time),
            (SignInMethod::Password, whereabouts, START)
        );
    }

    #[test]
    fn a_name_is_short_and_says_nothing_of_the_id() {
        let name = session(50).name();
        assert_eq!(SessionName::parse(name.as_str()), Some(name.clone()));
        assert!(!session(50).0.to_string().contains(name.as_str()));
        for text in ["", "AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA.", "한한한한한A"] {
            assert_eq!(SessionName::parse(text), None, "{text}");
        }
    }
}
