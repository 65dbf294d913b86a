//! A device, from its request to its tokens (RFC 8628).

use super::*;
use crate::model::client::ClientOrigin;

const INTERVAL: u64 = 5;
const TTL: u64 = 600;

fn request() -> DeviceRequest {
    DeviceRequest {
        id: Opaque([7; 16]),
        client_id: client(1),
        client_name: "TV".into(),
        origin: ClientOrigin::Operator,
        logo_uri: None,
        scope: Scope::parse("a b").unwrap(),
        audience: "https://as.example".into(),
    }
}

fn ask() -> Command {
    Command::Ask(Ask { request: request(), ttl: Seconds(TTL), interval: Seconds(INTERVAL) })
}

fn owner(n: u8) -> Approver {
    Approver {
        sub: SubjectId(Opaque([n; 16])),
        account: AccountId(Opaque([n; 32])),
        sid: SessionId(Opaque([n; 16])),
        auth_time: START,
        method: SignInMethod::Password,
    }
}

fn answer(n: u8, scope: Option<&str>) -> Answer {
    let subject = Subject::public(owner(n).sub);
    let allowed = scope.map(|scope| Allowed { subject, scope: Scope::parse(scope).unwrap() });
    Answer { id: request().id, owner: owner(n), allowed }
}

fn allow() -> Command {
    Command::Answer(answer(2, Some("a b")))
}

fn listed() -> Command {
    Command::Listed(answer(2, Some("a b")))
}

fn poll() -> Poll {
    let Redeem { refresh, access_ttl, kid, proven, .. } = redeem(RefreshMode::Rotate);
    let family = FamilyTerms { refresh, access_ttl, kid, proven };
    Poll { client_id: client(1), id: request().id, audience: None, family }
}

impl Object {
    fn waiting() -> Self {
        let mut object = Self(None);
        assert_eq!(object.send(ask(), START), Reply::Created);
        object
    }

    /// Somebody allows something, and their account lists it.
    fn allowed(&mut self, answer: Answer, seconds: u64) {
        assert_eq!(self.send(Command::Answer(answer.clone()), at(seconds)), Reply::Answered);
        assert_eq!(self.send(Command::Listed(answer), at(seconds)), Reply::Answered);
    }

    fn polled(&mut self, seconds: u64) -> Reply {
        self.send(Command::Poll(poll()), at(seconds))
    }

    /// What is asked changes nothing.
    #[track_caller]
    fn refuses(&mut self, command: Command, seconds: u64, refusal: GrantRefusal) {
        let before = self.0.clone();
        assert_eq!(self.send(command, at(seconds)), refused(refusal));
        assert_eq!(self.0, before);
    }
}

#[test]
fn the_owner_answers_and_the_device_gets_its_tokens_once() {
    let mut object = Object::waiting();
    assert_eq!(object.polled(0), refused(GrantRefusal::AuthorizationPending));
    assert_eq!(object.send(Command::Look, at(1)), Reply::Waiting(request()));
    assert_eq!(object.0.as_ref().unwrap().listed_by(), None);
    assert_eq!(object.send(allow(), at(2)), Reply::Answered);
    assert_eq!(object.0.as_ref().unwrap().listed_by(), Some((owner(2).account, owner(2).sub)));
    assert_eq!(object.polled(2), refused(GrantRefusal::SlowDown), "it is not listed yet");
    assert_eq!(object.send(listed(), at(2)), Reply::Answered);
    // Sooner than the interval, but there is something to be had.
    let Reply::Issued(issued) = object.polled(3) else { panic!() };
    assert_eq!((issued.terms.owner, issued.scope.to_string()), (Some(owner(2)), "a b".into()));
    assert_eq!((issued.terms.client_id, issued.issued_at), (client(1), at(3)));
    assert_eq!(issued.refresh, Some(IssuedRefresh { generation: 0, kid: "k1".into() }));
    object.refuses(Command::Poll(poll()), 4, GrantRefusal::DeviceCodeRedeemed);
    object.refuses(
        Command::Poll(Poll { client_id: client(9), ..poll() }),
        4,
        GrantRefusal::IssuedToOtherClient,
    );
    object.refuses(Command::Look, 4, GrantRefusal::AlreadyAnswered);
    // It lives on as every family does: the code that came twice has ended nothing.
    assert_eq!(object.refresh(0, at(5)), Ok(1));
    object.refuses(Command::Redeem(redeem(RefreshMode::Rotate)), 6, GrantRefusal::Unknown);
    assert_eq!(object.send(Command::Revoke(Revoker::Owner), at(7)), Reply::Revoked);
    object.refuses(Command::Poll(poll()), 8, GrantRefusal::Revoked);
}

#[test]
fn who_polls_too_fast_has_to_slow_down_for_good() {
    let mut object = Object::waiting();
    for (seconds, refusal) in [
        (0, GrantRefusal::AuthorizationPending),
        (4, GrantRefusal::SlowDown),
        // Ten seconds from now on, and counted from the last poll.
        (13, GrantRefusal::SlowDown),
        (28, GrantRefusal::AuthorizationPending),
        (42, GrantRefusal::SlowDown),
        (62, GrantRefusal::AuthorizationPending),
    ] {
        assert_eq!(object.polled(seconds), refused(refusal), "{seconds}");
    }
}

#[test]
fn a_code_is_over_when_its_time_is_up_whatever_was_answered() {
    for answered in [false, true] {
        let mut object = Object::waiting();
        if answered {
            object.allowed(answer(2, Some("a b")), TTL - 1);
        }
        object.refuses(Command::Poll(poll()), TTL, GrantRefusal::DeviceCodeExpired);
        object.refuses(Command::Look, TTL, GrantRefusal::DeviceCodeExpired);
        let refusal = if answered { GrantRefusal::AlreadyAnswered } else { GrantRefusal::DeviceCodeExpired };
        object.refuses(allow(), TTL, refusal);
        let kept = if answered { TTL + 300 } else { TTL };
        assert_eq!(object.0.unwrap().ends_at(), at(kept));
    }
    // The record has gone, or is already of the next that has this address.
    Object(None).refuses(Command::Poll(poll()), 0, GrantRefusal::DeviceCodeExpired);
    Object(None).refuses(allow(), 0, GrantRefusal::DeviceCodeExpired);
    Object(None).refuses(listed(), 0, GrantRefusal::DeviceCodeExpired);
    let other = Opaque([8; 16]);
    let mut next = Object::waiting();
    next.refuses(Command::Poll(Poll { id: other, ..poll() }), 1, GrantRefusal::DeviceCodeExpired);
    let late = Answer { id: other, ..answer(2, Some("a")) };
    next.refuses(Command::Answer(late.clone()), 1, GrantRefusal::DeviceCodeExpired);
    next.allowed(answer(2, Some("a b")), 2);
    next.refuses(Command::Answer(late), 3, GrantRefusal::AlreadyAnswered);
}

#[test]
fn the_first_answer_counts() {
    let mut denied = Object::waiting();
    assert_eq!(denied.send(Command::Answer(answer(2, None)), at(1)), Reply::Answered);
    denied.refuses(Command::Poll(poll()), 2, GrantRefusal::DeviceDenied);
    denied.refuses(allow(), 3, GrantRefusal::DeviceDenied);
    denied.refuses(Command::Look, 3, GrantRefusal::DeviceDenied);
    let mut allowed = Object::waiting();
    allowed.allowed(answer(2, Some("a b")), 1);
    for fetched in [false, true] {
        allowed.refuses(allow(), 2, GrantRefusal::AlreadyAnswered);
        allowed.refuses(Command::Answer(answer(2, None)), 2, GrantRefusal::AlreadyAnswered);
        for other in [answer(3, None), answer(3, Some("a"))] {
            allowed.refuses(Command::Answer(other), 2, GrantRefusal::AnsweredByOther);
        }
        assert!(fetched || matches!(allowed.polled(3), Reply::Issued(_)));
    }
}

#[test]
fn what_is_allowed_waits_for_the_account_and_may_be_said_again_until_then() {
    let mut object = Object::waiting();
    object.refuses(listed(), 1, GrantRefusal::DeviceCodeExpired);
    assert_eq!(object.send(allow(), at(1)), Reply::Answered);
    assert_eq!(object.send(Command::Look, at(2)), Reply::Waiting(request()));
    // Nobody else's answer, and no other one.
    object.refuses(Command::Answer(answer(3, Some("a b"))), 2, GrantRefusal::AnsweredByOther);
    for other in [answer(2, Some("a")), answer(2, None)] {
        object.refuses(Command::Answer(other.clone()), 2, GrantRefusal::AlreadyAnswered);
        object.refuses(Command::Listed(other), 2, GrantRefusal::AlreadyAnswered);
    }
    object.refuses(Command::Listed(answer(3, Some("a b"))), 2, GrantRefusal::AnsweredByOther);
    // The same owner in a new session: what the old one begins to do counts no more.
    let renewed = Approver { sid: SessionId(Opaque([9; 16])), auth_time: at(2), ..owner(2) };
    let again = Answer { owner: renewed, ..answer(2, Some("a b")) };
    assert_eq!(object.send(Command::Answer(again.clone()), at(3)), Reply::Answered);
    object.refuses(listed(), 3, GrantRefusal::AlreadyAnswered);
    assert_eq!(object.send(Command::Listed(again.clone()), at(3)), Reply::Answered);
    // A button that was pressed twice.
    let before = object.0.clone();
    assert_eq!(object.send(Command::Listed(again), at(4)), Reply::Answered);
    assert_eq!(object.0, before);
    let Reply::Issued(issued) = object.polled(5) else { panic!() };
    assert_eq!(issued.terms.owner, Some(renewed));
    // Too late: the account will hear of the end all the same.
    let mut late = Object::waiting();
    late.send(allow(), at(TTL - 1));
    late.refuses(listed(), TTL, GrantRefusal::DeviceCodeExpired);
    let grant = late.0.unwrap();
    assert_eq!((grant.ends_at(), grant.listed_by().is_some()), (at(TTL + 300), true));
    let mut denied = Object::waiting();
    denied.send(Command::Answer(answer(2, None)), at(1));
    denied.refuses(listed(), 2, GrantRefusal::DeviceDenied);
}

#[test]
fn an_answer_allows_what_was_asked_for_and_no_more() {
    let mut object = Object::waiting();
    object.allowed(answer(2, Some("b c")), 1);
    let Reply::Issued(issued) = object.polled(2) else { panic!() };
    assert_eq!((issued.scope.to_string(), issued.terms.scope.to_string()), ("b".into(), "b".into()));
}

#[test]
fn another_client_or_another_resource_changes_nothing() {
    let mut object = Object::waiting();
    object.allowed(answer(2, Some("a b")), 1);
    let other = Poll { client_id: client(9), ..poll() };
    object.refuses(Command::Poll(other), 2, GrantRefusal::IssuedToOtherClient);
    let other = Poll { audience: Some("https://api.example".into()), ..poll() };
    object.refuses(Command::Poll(other), 2, GrantRefusal::AudienceMismatch);
    assert!(matches!(object.polled(2), Reply::Issued(_)));
}

#[test]
fn an_address_is_taken_once_and_nothing_else_comes_of_a_device() {
    for mut object in [Object::waiting(), Object::with_code()] {
        object.refuses(ask(), 1, GrantRefusal::AlreadyCreated);
        object.refuses(create(), 1, GrantRefusal::AlreadyCreated);
    }
    let mut object = Object::waiting();
    for command in [
        Command::Redeem(redeem(RefreshMode::Rotate)),
        Command::Refresh(refresh(0)),
        Command::Inspect,
        Command::Revoke(Revoker::Client(client(1))),
    ] {
        object.refuses(command, 1, GrantRefusal::NotRedeemed);
    }
    let mut object = Object::with_code();
    object.refuses(Command::Poll(poll()), 1, GrantRefusal::Unknown);
    object.refuses(Command::Look, 1, GrantRefusal::Unknown);
    object.refuses(allow(), 1, GrantRefusal::AnsweredByOther);
    let mut family = Object::with_family(RefreshMode::Rotate);
    family.refuses(Command::Poll(poll()), 2, GrantRefusal::Unknown);
    Object(None).refuses(Command::Look, 0, GrantRefusal::Unknown);
}

#[test]
fn an_owner_who_removes_access_is_faster_than_the_device() {
    for answered in [false, true] {
        let mut object = Object::waiting();
        if answered {
            object.send(allow(), at(1));
        }
        assert_eq!(object.send(Command::Revoke(Revoker::Owner), at(2)), Reply::Revoked);
        object.refuses(Command::Poll(poll()), 3, GrantRefusal::Revoked);
        let refusal = if answered { GrantRefusal::AlreadyAnswered } else { GrantRefusal::AnsweredByOther };
        object.refuses(allow(), 3, refusal);
        let grant = object.0.unwrap();
        let kept = if answered { TTL + 300 } else { TTL };
        assert_eq!((grant.ends_at(), grant.listed_by().is_some()), (at(kept), answered));
    }
}

#[test]
fn a_client_that_acts_for_itself_gets_one_access_token_and_nothing_to_refresh() {
    let issue = |once: &[u64]| {
        let Command::Create(Create { terms, .. }) = create() else { panic!() };
        let subject = Subject::client(client(1).as_str());
        let once = once.iter().map(|until| Once { id: Opaque([1; 16]), until: at(*until) });
        let proven = Proven { once: once.collect(), ..Proven::default() };
        let family = FamilyTerms { proven, ..poll().family };
        Command::Issue(Issue { terms: Terms { owner: None, subject, ..terms }, family })
    };
    let mut object = Object(None);
    let Reply::Issued(issued) = object.send(issue(&[]), START) else { panic!() };
    assert_eq!((issued.refresh, issued.terms.owner), (None, None));
    object.refuses(issue(&[]), 1, GrantRefusal::AlreadyCreated);
    assert!(matches!(object.send(Command::Inspect, at(599)), Reply::Alive(Inspection { refresh: None, .. })));
    object.refuses(Command::Inspect, 600, GrantRefusal::RefreshExpired);
    object.refuses(Command::Refresh(refresh(0)), 1, GrantRefusal::Unknown);
    let grant = object.0.clone().unwrap();
    assert_eq!((grant.ends_at(), grant.listed_by()), (at(600), None));
    object.refuses(Command::Revoke(Revoker::Client(client(9))), 1, GrantRefusal::IssuedToOtherClient);
    assert_eq!(object.send(Command::Revoke(Revoker::Client(client(1))), at(1)), Reply::Revoked);
    object.refuses(issue(&[]), 2, GrantRefusal::AlreadyCreated);
    // What may be sent again is remembered until it may not.
    let mut object = Object(None);
    object.send(issue(&[900, 30]), START);
    assert_eq!(object.0.as_ref().unwrap().ends_at(), at(900));
    object.send(Command::Revoke(Revoker::Client(client(1))), at(1));
    assert_eq!(object.0.unwrap().ends_at(), at(900));
}
