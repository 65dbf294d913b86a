mod bound;
mod device;

use super::*;
use crate::base::base64url;
use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::model::grant_type::RefreshMode;
use crate::model::pkce::CodeVerifier;

const START: UnixTime = UnixTime::from_seconds(1_000_000);

struct Entropy(u8);
impl crate::base::entropy::Entropy for Entropy {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

fn client(n: u8) -> ClientId {
    let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
    ClientId::stored(&ring, &Entropy(n))
}

fn at(seconds: u64) -> UnixTime {
    START.plus(Seconds(seconds))
}

fn create() -> Command {
    Command::Create(Create {
        terms: Terms {
            client_id: client(1),
            subject: Subject::public(SubjectId(Opaque([2; 16]))),
            owner: Some(Approver {
                sub: SubjectId(Opaque([2; 16])),
                account: AccountId(Opaque([3; 32])),
                sid: SessionId(Opaque([4; 16])),
                auth_time: START,
                method: SignInMethod::Password,
            }),
            scope: Scope::parse("a b").unwrap(),
            audience: "https://as.example".into(),
            nonce: None,
            id_token_claims: Vec::new(),
            jkt: None,
        },
        redirect_uri: "https://client.example/cb".into(),
        challenge: CodeVerifier::parse(&"v".repeat(43)).unwrap().challenge(),
        code_ttl: Seconds(60),
        form_ttl: FORM_LIFETIME,
    })
}

fn redeem(mode: RefreshMode) -> Redeem {
    Redeem {
        client_id: client(1),
        redirect_uri: "https://client.example/cb".into(),
        challenge: CodeVerifier::parse(&"v".repeat(43)).unwrap().challenge(),
        audience: None,
        refresh: Some(RefreshTerms { mode, idle_ttl: Seconds(1000), max_ttl: None }),
        access_ttl: Seconds(600),
        kid: "k1".into(),
        proven: Proven::default(),
    }
}

fn refresh(generation: u32) -> Refresh {
    Refresh {
        client_id: client(1),
        generation,
        scope: None,
        audience: None,
        retry_window: Seconds(60),
        access_ttl: Seconds(600),
        kid: "k1".into(),
        proven: Proven::default(),
    }
}

/// A grant and the clock, driven as the object drives it.
struct Object(Option<Grant>);

impl Object {
    fn send(&mut self, command: Command, now: UnixTime) -> Reply {
        let transition = apply(self.0.clone(), command, now);
        if transition.next.is_some() {
            // What is saved is JSON: it must read back as it was.
            let json = serde_json::to_string(&transition.next).unwrap();
            self.0 = serde_json::from_str(&json).unwrap();
            assert_eq!(self.0, transition.next);
        }
        transition.reply
    }

    fn with_code() -> Self {
        let mut object = Self(None);
        assert_eq!(object.send(create(), START), Reply::Created);
        object
    }

    fn with_family(mode: RefreshMode) -> Self {
        let mut object = Self::with_code();
        assert!(matches!(object.send(Command::Redeem(redeem(mode)), at(1)), Reply::Issued(_)));
        object
    }

    fn refresh(&mut self, generation: u32, now: UnixTime) -> Result<u32, GrantRefusal> {
        match self.send(Command::Refresh(refresh(generation)), now) {
            Reply::Issued(issued) => Ok(issued.refresh.unwrap().generation),
            Reply::Refused(refusal) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }
}

fn refused(refusal: GrantRefusal) -> Reply {
    Reply::Refused(refusal)
}

#[test]
fn one_approval_gives_one_code() {
    let mut object = Object::with_code();
    assert_eq!(object.send(create(), at(1)), refused(GrantRefusal::AlreadyCreated));
}

#[test]
fn a_mismatch_says_why_and_burns_nothing() {
    let mut object = Object::with_code();
    let before = object.0.clone();
    let cases = [
        (Redeem { client_id: client(9), ..redeem(RefreshMode::Rotate) }, GrantRefusal::IssuedToOtherClient),
        (
            Redeem { redirect_uri: "https://client.example/cb/".into(), ..redeem(RefreshMode::Rotate) },
            GrantRefusal::RedirectUriMismatch,
        ),
        (
            Redeem {
                challenge: CodeVerifier::parse(&"w".repeat(43)).unwrap().challenge(),
                ..redeem(RefreshMode::Rotate)
            },
            GrantRefusal::VerifierMismatch,
        ),
    ];
    for (wrong, refusal) in cases.clone() {
        assert_eq!(object.send(Command::Redeem(wrong), at(1)), refused(refusal));
        assert_eq!(object.0, before);
    }
    let elsewhere = Redeem { audience: Some("https://other.example".into()), ..redeem(RefreshMode::Rotate) };
    assert_eq!(object.send(Command::Redeem(elsewhere), at(1)), refused(GrantRefusal::AudienceMismatch));
    assert_eq!(object.0, before);
    // And none of them can end the family, once there is one.
    let mut object = Object::with_family(RefreshMode::Rotate);
    for (wrong, refusal) in cases {
        assert_eq!(object.send(Command::Redeem(wrong), at(2)), refused(refusal));
    }
    assert_eq!(object.refresh(0, at(3)), Ok(1));
}

#[test]
fn a_code_expires_at_the_second_it_says() {
    let mut object = Object::with_code();
    assert_eq!(
        object.send(Command::Redeem(redeem(RefreshMode::Rotate)), at(60)),
        refused(GrantRefusal::CodeExpired)
    );
    let just_before = UnixTime::from_millis(at(60).millis() - 1);
    assert!(matches!(
        object.send(Command::Redeem(redeem(RefreshMode::Rotate)), just_before),
        Reply::Issued(_)
    ));
}

#[test]
fn a_replayed_code_ends_the_family() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    let again = Command::Redeem(redeem(RefreshMode::Rotate));
    assert_eq!(object.send(again.clone(), at(2)), refused(GrantRefusal::CodeAlreadyRedeemed));
    assert_eq!(object.refresh(0, at(3)), Err(GrantRefusal::Revoked));
    assert_eq!(object.send(again, at(4)), refused(GrantRefusal::Revoked));
    assert_eq!(object.send(Command::Inspect, at(4)), refused(GrantRefusal::Revoked));
}

#[test]
fn parallel_uses_of_one_refresh_token_get_one_successor() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    for _ in 0..100 {
        assert_eq!(object.refresh(0, at(10)), Ok(1));
    }
    assert_eq!(object.refresh(1, at(20)), Ok(2));
    // A late retry gets what is current now.
    assert_eq!(object.refresh(0, at(69)), Ok(2));
}

#[test]
fn a_superseded_token_outside_the_window_ends_the_family() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    assert_eq!(object.refresh(0, at(10)), Ok(1));
    assert_eq!(object.refresh(0, at(70)), Err(GrantRefusal::RefreshReused));
    assert_eq!(object.refresh(1, at(71)), Err(GrantRefusal::Revoked));
}

#[test]
fn only_the_last_eight_generations_are_remembered() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    for generation in 0..9 {
        assert_eq!(object.refresh(generation, at(10)), Ok(generation + 1));
    }
    assert_eq!(object.refresh(1, at(11)), Ok(9));
    assert_eq!(object.refresh(0, at(11)), Err(GrantRefusal::RefreshReused));
}

#[test]
fn a_window_of_zero_makes_every_second_use_a_reuse() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    let strict = Refresh { retry_window: Seconds(0), ..refresh(0) };
    assert!(matches!(object.send(Command::Refresh(strict.clone()), at(2)), Reply::Issued(_)));
    assert_eq!(object.send(Command::Refresh(strict), at(2)), refused(GrantRefusal::RefreshReused));
}

#[test]
fn a_generation_that_was_never_issued_changes_nothing() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    assert_eq!(object.refresh(1, at(2)), Err(GrantRefusal::Unknown));
    assert_eq!(object.refresh(0, at(2)), Ok(1));
}

#[test]
fn the_bytes_of_a_retry_survive_a_key_rotation() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    assert_eq!(object.refresh(0, at(10)), Ok(1));
    let Reply::Issued(issued) =
        object.send(Command::Refresh(Refresh { kid: "k2".into(), ..refresh(0) }), at(11))
    else {
        panic!()
    };
    assert_eq!(issued.refresh, Some(IssuedRefresh { generation: 1, kid: "k1".into() }));
    let Reply::Issued(issued) =
        object.send(Command::Refresh(Refresh { kid: "k2".into(), ..refresh(1) }), at(12))
    else {
        panic!()
    };
    assert_eq!(issued.refresh, Some(IssuedRefresh { generation: 2, kid: "k2".into() }));
}

#[test]
fn a_kept_token_stays_and_its_idle_time_slides() {
    let mut object = Object::with_family(RefreshMode::Keep);
    assert_eq!(object.refresh(0, at(900)), Ok(0));
    assert_eq!(object.refresh(0, at(1800)), Ok(0));
    assert_eq!(object.refresh(0, at(2800)), Err(GrantRefusal::RefreshExpired));
}

#[test]
fn an_idle_family_and_an_old_family_expire() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    assert_eq!(object.refresh(0, at(1001)), Err(GrantRefusal::RefreshExpired));
    let mut object = Object::with_code();
    let terms =
        RefreshTerms { mode: RefreshMode::Rotate, idle_ttl: Seconds(1000), max_ttl: Some(Seconds(1500)) };
    let limited = Redeem { refresh: Some(terms), ..redeem(RefreshMode::Rotate) };
    assert!(matches!(object.send(Command::Redeem(limited), at(0)), Reply::Issued(_)));
    assert_eq!(object.refresh(0, at(900)), Ok(1));
    assert_eq!(object.refresh(1, at(1500)), Err(GrantRefusal::RefreshExpired));
}

#[test]
fn scope_only_narrows_and_the_next_refresh_has_all_of_it_again() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    let ask = |generation, text: &str| {
        Command::Refresh(Refresh { scope: Some(Scope::parse(text).unwrap()), ..refresh(generation) })
    };
    let before = object.0.clone();
    assert_eq!(object.send(ask(0, "a c"), at(2)), refused(GrantRefusal::ScopeWidened));
    assert_eq!(object.0, before);
    let Reply::Issued(issued) = object.send(ask(0, "a"), at(2)) else { panic!() };
    assert_eq!(issued.scope.to_string(), "a");
    // In the retry window the same rule holds, and the family survives it.
    assert_eq!(object.send(ask(0, "c"), at(3)), refused(GrantRefusal::ScopeWidened));
    let Reply::Issued(issued) = object.send(Command::Refresh(refresh(1)), at(4)) else { panic!() };
    assert_eq!(issued.scope.to_string(), "a b");
}

#[test]
fn another_client_can_neither_refresh_nor_revoke_nor_end_the_family() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    assert_eq!(object.refresh(0, at(2)), Ok(1));
    let before = object.0.clone();
    // Even with a token that is long superseded.
    let foreign = Refresh { client_id: client(9), ..refresh(0) };
    assert_eq!(object.send(Command::Refresh(foreign), at(500)), refused(GrantRefusal::IssuedToOtherClient));
    let revoke = Command::Revoke(Revoker::Client(client(9)));
    assert_eq!(object.send(revoke, at(500)), refused(GrantRefusal::IssuedToOtherClient));
    assert_eq!(object.0, before);
}

#[test]
fn revocation_is_idempotent_and_cannot_be_overtaken() {
    let mut object = Object(None);
    assert_eq!(object.send(Command::Revoke(Revoker::Owner), START), Reply::Revoked);
    assert_eq!(object.send(create(), at(1)), refused(GrantRefusal::AlreadyCreated));
    assert_eq!(object.send(Command::Revoke(Revoker::Owner), at(2)), Reply::Revoked);
    // A client's revocation of what is not there writes nothing.
    let mut object = Object(None);
    assert_eq!(
        object.send(Command::Revoke(Revoker::Client(client(1))), START),
        refused(GrantRefusal::Unknown)
    );
    assert_eq!(object.0, None);
    for mut object in [Object::with_code(), Object::with_family(RefreshMode::Keep)] {
        assert_eq!(object.send(Command::Revoke(Revoker::Client(client(1))), at(2)), Reply::Revoked);
        assert_eq!(object.refresh(0, at(3)), Err(GrantRefusal::Revoked));
        assert_eq!(
            object.send(Command::Redeem(redeem(RefreshMode::Rotate)), at(3)),
            refused(GrantRefusal::Revoked)
        );
    }
}

#[test]
fn without_refresh_tokens_a_grant_lives_as_long_as_its_access_token() {
    let mut object = Object::with_code();
    let Reply::Issued(issued) =
        object.send(Command::Redeem(Redeem { refresh: None, ..redeem(RefreshMode::Rotate) }), at(0))
    else {
        panic!()
    };
    assert_eq!(issued.refresh, None);
    assert!(matches!(object.send(Command::Inspect, at(599)), Reply::Alive(_)));
    assert_eq!(object.send(Command::Inspect, at(600)), refused(GrantRefusal::RefreshExpired));
    assert_eq!(object.refresh(0, at(1)), Err(GrantRefusal::Unknown));
}

#[test]
fn a_record_outlives_its_form_and_its_tokens() {
    let mut object = Object::with_code();
    let form_dead = START.plus(FORM_LIFETIME);
    assert_eq!(object.0.as_ref().unwrap().ends_at(), form_dead);
    object.send(Command::Redeem(redeem(RefreshMode::Rotate)), at(59));
    assert!(object.0.as_ref().unwrap().ends_at() >= form_dead);
    object.send(Command::Revoke(Revoker::Owner), at(60));
    let ends = object.0.as_ref().unwrap().ends_at();
    assert!(ends >= form_dead && ends >= at(59 + 600));
}

#[test]
fn nothing_answers_where_nothing_is() {
    let mut object = Object(None);
    for command in [
        Command::Redeem(redeem(RefreshMode::Rotate)),
        Command::Refresh(refresh(0)),
        Command::Inspect,
        Command::Revoke(Revoker::Client(client(1))),
    ] {
        assert_eq!(object.send(command, START), refused(GrantRefusal::Unknown));
        assert_eq!(object.0, None, "and nothing is written");
    }
    let mut object = Object::with_code();
    for command in [Command::Refresh(refresh(0)), Command::Inspect] {
        assert_eq!(object.send(command, START), refused(GrantRefusal::NotRedeemed));
    }
}

#[test]
fn a_refresh_token_is_dead_from_the_moment_it_ends() {
    let family = |idle: u64| {
        let created = apply(None, create(), START).next;
        let redeem = redeem(RefreshMode::Rotate);
        let terms = RefreshTerms { idle_ttl: Seconds(idle), ..redeem.refresh.unwrap() };
        apply(created, Command::Redeem(Redeem { refresh: Some(terms), ..redeem }), START).next
    };
    let refresh_at = |now: UnixTime| match apply(family(1000), Command::Inspect, now).reply {
        Reply::Alive(inspection) => inspection.refresh.is_some(),
        other => panic!("{other:?}"),
    };
    assert!(refresh_at(at(599)));
    assert_eq!(
        apply(family(1000), Command::Inspect, at(1000)).reply,
        Reply::Refused(GrantRefusal::RefreshExpired)
    );
    // While an access token lives the grant does, without the refresh token that is over.
    let over = apply(family(100), Command::Inspect, at(100)).reply;
    assert!(matches!(over, Reply::Alive(Inspection { refresh: None, .. })), "{over:?}");
}

fn exchange(until: UnixTime) -> Exchange {
    let subject = Face {
        client_id: client(1),
        subject: Subject::public(SubjectId(Opaque([2; 16]))),
        audience: "https://as.example".into(),
        scope: Scope::parse("a b").unwrap(),
        act: None,
        jkt: None,
        until,
    };
    Exchange {
        client_id: client(1),
        as_guard: false,
        subject,
        audience: "https://api.example".into(),
        scope: Scope::parse("a").unwrap(),
        act: None,
        access_ttl: Seconds(600),
        proven: Proven::default(),
    }
}

#[test]
fn an_exchanged_token_ends_with_what_it_was_exchanged_for() {
    let mut object = Object::with_code();
    assert_eq!(object.send(Command::Exchange(exchange(at(601))), at(1)), refused(GrantRefusal::NotRedeemed));
    let mut object = Object::with_family(RefreshMode::Rotate);
    for (now, until) in [(1, 601), (100, 601), (600, 601)] {
        let Reply::Issued(issued) = object.send(Command::Exchange(exchange(at(601))), at(now)) else {
            panic!()
        };
        assert_eq!(issued.exchanged.map(|face| face.until), Some(at(until)), "at {now}");
    }
    // By the grant's clock, whatever the Worker's says.
    assert_eq!(
        object.send(Command::Exchange(exchange(at(601))), at(601)),
        refused(GrantRefusal::NotConfirmed)
    );
    assert_eq!(object.send(Command::Exchange(exchange(at(602))), at(2)), refused(GrantRefusal::NotConfirmed));
    let Reply::Alive(alive) = object.send(Command::Inspect, at(600)) else { panic!() };
    assert_eq!(alive.exchanged.len(), 1);
    let Reply::Alive(alive) = object.send(Command::Inspect, at(601)) else { panic!() };
    assert_eq!(alive.exchanged.len(), 0);
    // A shorter life of access tokens is a shorter life.
    let short = Exchange { access_ttl: Seconds(10), ..exchange(at(601)) };
    let Reply::Issued(issued) = object.send(Command::Exchange(short), at(2)) else { panic!() };
    assert_eq!(issued.exchanged.map(|face| face.until), Some(at(12)));
}

#[test]
fn an_exchanged_token_is_bound_to_the_key_that_was_proved() {
    let mut bound = Object::with_code();
    let proven = Proven { jkt: Some("key".into()), ..Proven::default() };
    bound.send(Command::Redeem(Redeem { proven, ..redeem(RefreshMode::Rotate) }), at(1));
    let with = |bound: Option<&str>, proved: Option<&str>| {
        let mut asked = exchange(at(601));
        asked.subject.jkt = bound.map(str::to_owned);
        asked.proven.jkt = proved.map(str::to_owned);
        Command::Exchange(asked)
    };
    for proved in [None, Some("other")] {
        assert_eq!(bound.send(with(Some("key"), proved), at(1)), refused(GrantRefusal::BoundToOtherKey));
    }
    // A token that leaves its key out, or names another, is not one of this grant.
    for said in [None, Some("other")] {
        assert_eq!(bound.send(with(said, Some("key")), at(1)), refused(GrantRefusal::NotConfirmed));
    }
    let Reply::Issued(issued) = bound.send(with(Some("key"), Some("key")), at(1)) else { panic!() };
    assert_eq!((issued.exchanged.unwrap().jkt.as_deref(), issued.jkt.as_deref()), (Some("key"), Some("key")));
    let mut unbound = Object::with_family(RefreshMode::Rotate);
    let Reply::Issued(issued) = unbound.send(with(None, Some("key")), at(1)) else { panic!() };
    assert_eq!(issued.jkt.as_deref(), Some("key"));
    assert_eq!(unbound.send(with(Some("key"), Some("key")), at(1)), refused(GrantRefusal::NotConfirmed));
}
