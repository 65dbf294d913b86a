//! Which clients have to hear when a session ends (Back-Channel Logout §2.3), and which of them still have to be told.
//!
//! Not by the list of grants: a grant ends long before the session does that a client began with it.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::jose::algorithm::SigningAlgorithm;
use crate::model::client_id::ClientId;
use crate::model::event::{Event, EventKind};
use crate::model::id::{SessionId, Subject, SubjectId};
use crate::model::issuer::Issuer;
use crate::model::metadata_uri::MetadataUri;

/// Clients that are told, of all sessions of an account. The oldest beyond are not.
const MAX_LOGINS: usize = 100;
/// Notices that wait. The oldest beyond are given up.
const MAX_NOTICES: usize = 200;
/// How many are sent at once: the answer waits for them, and the platform has six connections at a time.
const ONE_PASS: usize = 8;
/// How long after each attempt the next one comes. After the last there is none.
const PAUSES: [Seconds; 5] = [
    Seconds::minutes(1),
    Seconds::minutes(5),
    Seconds::minutes(30),
    Seconds::minutes(120),
    Seconds::minutes(120),
];

/// Whom to tell that a session is over, and what the logout token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutTarget {
    /// `backchannel_logout_uri`.
    pub uri: MetadataUri,
    /// The client.
    pub client_id: ClientId,
    /// The owner, as it sees them.
    pub sub: Subject,
    /// The session.
    pub session: SessionId,
    /// The session by which the client knows it, where the owner has signed in again since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<SessionId>,
    /// What it verifies ID tokens with (§2.4).
    pub algorithm: SigningAlgorithm,
    /// Who issued those: in development the request's own origin.
    pub issuer: Issuer,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The client has taken it.
    Heard,
    /// The client does not take it (§2.8: status 400), and would not next time.
    Refused,
    /// No answer, or one that says nothing.
    Unheard,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Notice {
    target: LogoutTarget,
    attempts: usize,
    next_at: UnixTime,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Logins {
    /// Oldest first, each client once a session.
    listed: Vec<LogoutTarget>,
    /// Oldest first.
    notices: Vec<Notice>,
}

impl LogoutTarget {
    /// One client, one session.
    fn is(&self, other: &Self) -> bool {
        self.session == other.session && self.client_id == other.client_id
    }
}

impl Logins {
    pub(super) const fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.notices.is_empty()
    }

    /// From now on this client hears of the end of this session.
    pub(super) fn list(&mut self, target: LogoutTarget) {
        self.listed.retain(|listed| !listed.is(&target));
        self.listed.push(target);
        if self.listed.len() > MAX_LOGINS {
            self.listed.remove(0);
        }
    }

    /// A session has ended: whoever has to hear of it is put down.
    pub(super) fn end(&mut self, session: SessionId, now: UnixTime) {
        let (ended, kept) =
            std::mem::take(&mut self.listed).into_iter().partition(|target| target.session == session);
        self.listed = kept;
        self.put_down(ended, now);
    }

    /// All of them have.
    pub(super) fn end_all(&mut self, now: UnixTime) {
        let ended = std::mem::take(&mut self.listed);
        self.put_down(ended, now);
    }

    fn put_down(&mut self, ended: Vec<LogoutTarget>, now: UnixTime) {
        self.notices.extend(ended.into_iter().map(|target| Notice { target, attempts: 0, next_at: now }));
        while self.notices.len() > MAX_NOTICES {
            self.notices.remove(0);
        }
    }

    /// The owner has signed in again, in the same browser: nobody signed out, and what was begun goes on in the new session.
    pub(super) fn go_on(&mut self, replaced: SessionId, session: SessionId) {
        for target in self.listed.iter_mut().filter(|target| target.session == replaced) {
            target.known_as.get_or_insert(replaced);
            target.session = session;
        }
    }

    /// Sessions that are over by age: nobody signed out.
    pub(super) fn keep(&mut self, alive: impl Fn(SessionId) -> bool) {
        self.listed.retain(|target| alive(target.session));
    }

    /// The notices to send now. Each is put off before it is sent, so that no two passes send it, and one that a crash
    /// cut short is sent again.
    pub(super) fn claim(&mut self, now: UnixTime) -> Vec<LogoutTarget> {
        let due = self.notices.iter_mut().filter(|notice| notice.next_at <= now).take(ONE_PASS);
        due.map(|notice| {
            let pause = PAUSES.get(notice.attempts).or(PAUSES.last()).copied().unwrap_or(Seconds::minutes(1));
            notice.attempts = notice.attempts.saturating_add(1);
            notice.next_at = now.plus(pause);
            notice.target.clone()
        })
        .collect()
    }

    /// When there is something to send.
    pub(super) fn due_at(&self) -> Option<UnixTime> {
        self.notices.iter().map(|notice| notice.next_at).min()
    }

    /// Takes down what became of a notice; what the log is told of it.
    pub(super) fn settle(&mut self, target: &LogoutTarget, told: Told, owner: SubjectId) -> Option<Event> {
        let at = self.notices.iter().position(|notice| notice.target.is(target))?;
        let attempts = self.notices.get(at)?.attempts;
        let event = |kind| Event::of(kind).owner(owner).client(&target.client_id.hash());
        let event = match told {
            Told::Heard => event(EventKind::LogoutNotified),
            Told::Refused => event(EventKind::LogoutNoticeFailed).reason("Refused"),
            Told::Unheard if attempts >= PAUSES.len() => {
                event(EventKind::LogoutNoticeFailed).reason("GivenUp")
            }
            Told::Unheard => return None,
        };
        self.notices.remove(at);
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::Entropy;
    use crate::base::opaque::Opaque;
    use crate::jose::keyring::Keyring;

    const START: UnixTime = UnixTime::from_seconds(1_000_000);
    const OWNER: SubjectId = SubjectId(Opaque([1; 16]));

    struct Fixed(u8);
    impl Entropy for Fixed {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }

    fn session(n: u8) -> SessionId {
        SessionId(Opaque([n; 16]))
    }

    fn target(client: u8, of: u8) -> LogoutTarget {
        let root = format!("k:{}", crate::base::base64url::encode([1; 32]));
        LogoutTarget {
            uri: MetadataUri::parse("https://client.example/out").unwrap(),
            client_id: ClientId::stored(&Keyring::parse(&root).unwrap(), &Fixed(client)),
            sub: Subject::public(OWNER),
            session: session(of),
            known_as: None,
            algorithm: SigningAlgorithm::Rs256,
            issuer: Issuer::parse("https://as.example").unwrap(),
        }
    }

    fn ended(clients: u8) -> Logins {
        let mut logins = Logins::default();
        (0..clients).for_each(|client| logins.list(target(client, 1)));
        logins.end(session(1), START);
        logins
    }

    #[test]
    fn each_client_of_the_session_is_told_once_and_no_other() {
        let mut logins = Logins::default();
        for (client, of) in [(1, 1), (1, 1), (2, 1), (1, 2)] {
            logins.list(target(client, of));
        }
        logins.end(session(1), START);
        assert_eq!(logins.claim(START), [target(1, 1), target(2, 1)]);
        assert_eq!(logins.claim(START), [], "they are being sent");
        logins.end(session(1), START);
        assert_eq!(logins.claim(START), [], "it ended once");
        logins.end(session(2), START);
        assert_eq!(logins.claim(START), [target(1, 2)]);
    }

    #[test]
    fn a_notice_is_tried_five_times_within_three_hours() {
        let mut logins = ended(1);
        let mut now = START;
        for pause in [1, 5, 30, 120] {
            assert_eq!(logins.due_at(), Some(now));
            assert_eq!(logins.claim(now).len(), 1);
            assert_eq!(logins.settle(&target(0, 1), Told::Unheard, OWNER), None);
            now = now.plus(Seconds::minutes(pause));
            assert_eq!(logins.claim(now.previous()), []);
        }
        // A crash in the middle of the last attempt means one more.
        assert_eq!(logins.claim(now).len(), 1);
        now = now.plus(Seconds::minutes(120));
        assert_eq!(logins.claim(now).len(), 1);
        let event = logins.settle(&target(0, 1), Told::Unheard, OWNER).unwrap();
        assert_eq!((event.kind, event.member("reason")), (EventKind::LogoutNoticeFailed, Some("GivenUp")));
        assert!(logins.is_empty() && logins.due_at().is_none());
    }

    #[test]
    fn what_was_heard_or_refused_is_settled() {
        let mut logins = ended(2);
        logins.claim(START);
        let heard = logins.settle(&target(0, 1), Told::Heard, OWNER).unwrap();
        assert_eq!(heard.kind, EventKind::LogoutNotified);
        assert_eq!(logins.settle(&target(0, 1), Told::Heard, OWNER), None, "another pass was first");
        let refused = logins.settle(&target(1, 1), Told::Refused, OWNER).unwrap();
        assert_eq!(
            (refused.kind, refused.member("reason")),
            (EventKind::LogoutNoticeFailed, Some("Refused"))
        );
        assert!(logins.is_empty());
    }

    #[test]
    fn a_pass_is_eight_and_the_others_are_due_at_once() {
        let mut logins = ended(9);
        assert_eq!(logins.claim(START).len(), 8);
        assert_eq!(logins.due_at(), Some(START));
        assert_eq!(logins.claim(START), [target(8, 1)]);
        assert_eq!(logins.due_at(), Some(START.plus(Seconds::minutes(1))));
    }

    #[test]
    fn lists_have_an_end() {
        let mut logins = Logins::default();
        (0..=100).for_each(|client| logins.list(target(client, 1)));
        logins.end(session(1), START);
        assert_eq!(logins.notices.len(), 100);
        assert_eq!(logins.notices.first().unwrap().target, target(1, 1), "the oldest made room");
        for of in [2, 3] {
            (0..100).for_each(|client| logins.list(target(client, of)));
            logins.end(session(of), START);
        }
        assert_eq!(logins.notices.len(), 200);
        assert_eq!(logins.notices.first().unwrap().target, target(0, 2));
        (0..10).for_each(|client| logins.list(target(client, client)));
        logins.keep(|alive| alive == session(4));
        assert_eq!(logins.listed, [target(4, 4)]);
    }
}
