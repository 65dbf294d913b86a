//! Grants that are bound to keys, and ids that are good for one use (RFC 9449).

use super::*;

const KEY: Option<&str> = Some("key");
const OTHER: Option<&str> = Some("other key");

/// With a proof of its own, by a key.
fn proven(jkt: Option<&str>, id: u8, until: u64) -> Proven {
    let once = Once { id: Opaque([id; 16]), until: at(until) };
    Proven { jkt: jkt.map(str::to_owned), once: vec![once], ..Proven::default() }
}

fn redeemed_with(proven: Proven) -> Command {
    Command::Redeem(Redeem { proven, ..redeem(RefreshMode::Rotate) })
}

fn refreshed_with(generation: u32, proven: Proven) -> Command {
    Command::Refresh(Refresh { proven, ..refresh(generation) })
}

fn with_code_for(jkt: Option<&str>) -> Object {
    let Command::Create(mut create) = create() else { panic!() };
    create.terms.jkt = jkt.map(str::to_owned);
    let mut object = Object(None);
    object.send(Command::Create(create), START);
    object
}

#[track_caller]
fn issued(reply: Reply) -> Issued {
    match reply {
        Reply::Issued(issued) => issued,
        other => panic!("{other:?}"),
    }
}

fn alive(object: &mut Object, now: UnixTime) -> Inspection {
    match object.send(Command::Inspect, now) {
        Reply::Alive(inspection) => inspection,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_that_was_asked_for_with_a_key_needs_the_key() {
    let mut object = with_code_for(KEY);
    let before = object.0.clone();
    for wrong in [Proven::default(), proven(OTHER, 1, 120)] {
        assert_eq!(object.send(redeemed_with(wrong), at(1)), refused(GrantRefusal::KeyMismatch));
        assert_eq!(object.0, before);
    }
    assert_eq!(issued(object.send(redeemed_with(proven(KEY, 1, 120)), at(2))).jkt.as_deref(), KEY);
    // Nor can who has code and verifier alone end what came of it.
    let before = object.0.clone();
    assert_eq!(object.send(redeemed_with(proven(OTHER, 2, 120)), at(3)), refused(GrantRefusal::KeyMismatch));
    assert_eq!(object.0, before);
    let again = object.send(redeemed_with(proven(KEY, 3, 120)), at(3));
    assert_eq!(again, refused(GrantRefusal::CodeAlreadyRedeemed));
    assert_eq!(object.send(Command::Inspect, at(4)), refused(GrantRefusal::Revoked));
}

#[test]
fn a_code_that_was_stolen_and_bound_by_the_thief_ends_when_its_client_comes() {
    let mut object = Object::with_code();
    issued(object.send(redeemed_with(proven(OTHER, 1, 120)), at(1)));
    let late = object.send(redeemed_with(proven(KEY, 2, 120)), at(2));
    assert_eq!(late, refused(GrantRefusal::CodeAlreadyRedeemed));
    assert_eq!(object.send(Command::Inspect, at(3)), refused(GrantRefusal::Revoked));
}

#[test]
fn the_refresh_token_of_a_public_client_is_bound_and_another_key_changes_nothing() {
    let mut object = Object::with_code();
    issued(object.send(redeemed_with(proven(KEY, 1, 120)), at(1)));
    issued(object.send(refreshed_with(0, proven(KEY, 2, 120)), at(2)));
    let before = object.0.clone();
    // The current one, one in the retry window, one that is long superseded, one that never was.
    for (generation, now) in [(1, 3), (0, 3), (0, 500), (7, 3)] {
        for wrong in [Proven::default(), proven(OTHER, 9, 900)] {
            let reply = object.send(refreshed_with(generation, wrong), at(now));
            assert_eq!(reply, refused(GrantRefusal::KeyMismatch));
            assert_eq!(object.0, before);
        }
    }
    // In the window the client itself gets the same token again, with a fresh proof.
    let retried = issued(object.send(refreshed_with(0, proven(KEY, 3, 120)), at(4)));
    assert_eq!((retried.refresh.unwrap().generation, retried.jkt.as_deref()), (1, KEY));
    // And outside of it, it is the reuse that it always was.
    let reused = object.send(refreshed_with(0, proven(KEY, 4, 900)), at(500));
    assert_eq!(reused, refused(GrantRefusal::RefreshReused));
}

#[test]
fn the_refresh_token_of_a_client_that_authenticates_is_bound_to_the_client() {
    let by = |jkt, id| Proven { client_authenticated: true, ..proven(jkt, id, 900) };
    let mut object = Object::with_code();
    assert_eq!(issued(object.send(redeemed_with(by(KEY, 1)), at(0))).jkt.as_deref(), KEY);
    assert_eq!(issued(object.send(refreshed_with(0, by(OTHER, 2)), at(100))).jkt.as_deref(), OTHER);
    // Tokens of both keys live as long as they said, and there are none of a third, nor unbound ones.
    let inspection = alive(&mut object, at(101));
    assert!(inspection.issued_to(KEY, at(600)) && !inspection.issued_to(KEY, at(601)));
    assert!(inspection.issued_to(OTHER, at(700)) && !inspection.issued_to(OTHER, at(701)));
    assert!(!inspection.issued_to(None, at(500)) && !inspection.issued_to(Some("third"), at(500)));
    let plain = Proven { client_authenticated: true, ..Proven::default() };
    assert_eq!(issued(object.send(refreshed_with(1, plain), at(650))).jkt, None);
    let inspection = alive(&mut object, at(651));
    assert!(inspection.issued_to(None, at(1250)) && inspection.issued_to(OTHER, at(700)));
    assert!(!inspection.issued_to(KEY, at(600)), "its last token is over");
}

#[test]
fn a_grant_that_began_without_a_key_may_go_on_with_one_and_its_old_tokens_live_on() {
    let mut object = Object::with_family(RefreshMode::Rotate);
    assert!(alive(&mut object, at(2)).bindings.is_empty());
    assert!(alive(&mut object, at(2)).issued_to(None, at(601)));
    assert_eq!(issued(object.send(refreshed_with(0, proven(KEY, 1, 120)), at(2))).jkt.as_deref(), KEY);
    let inspection = alive(&mut object, at(3));
    assert!(inspection.issued_to(None, at(601)) && !inspection.issued_to(None, at(602)));
    assert!(inspection.issued_to(KEY, at(602)));
    // Its refresh tokens stay as they were: a thief must not be able to bind them to a key of their own.
    assert_eq!(object.refresh(1, at(3)), Ok(2));
}

#[test]
fn keys_are_told_apart_up_to_a_number() {
    let by = |n: u8| Proven { jkt: Some(n.to_string()), client_authenticated: true, ..proven(None, n, 900) };
    let mut object = Object::with_code();
    issued(object.send(redeemed_with(by(0)), at(0)));
    for n in 1..=8 {
        issued(object.send(refreshed_with(u32::from(n) - 1, by(n)), at(u64::from(n))));
    }
    let inspection = alive(&mut object, at(9));
    assert_eq!(inspection.bindings.len(), 8);
    assert!(inspection.issued_to(Some("8"), at(600)) && !inspection.issued_to(Some("0"), at(600)));
}

#[test]
fn an_id_is_good_for_one_use_until_what_carries_it_is_too_old() {
    let mut object = Object::with_code();
    issued(object.send(redeemed_with(proven(KEY, 1, 120)), at(1)));
    let before = object.0.clone();
    let replayed = refused(GrantRefusal::ProofReplayed);
    // Whatever it is brought with, and it ends nothing.
    assert_eq!(object.send(redeemed_with(proven(KEY, 1, 120)), at(2)), replayed);
    assert_eq!(object.send(refreshed_with(0, proven(KEY, 1, 120)), at(2)), replayed);
    assert_eq!(object.send(refreshed_with(0, proven(KEY, 1, 120)), at(120).previous()), replayed);
    assert_eq!(object.0, before);
    issued(object.send(refreshed_with(0, proven(KEY, 1, 240)), at(120)));
    // What was refused was not used.
    let wide = Refresh { scope: Some(Scope::parse("c").unwrap()), proven: proven(KEY, 2, 240), ..refresh(1) };
    assert_eq!(object.send(Command::Refresh(wide), at(121)), refused(GrantRefusal::ScopeWidened));
    issued(object.send(refreshed_with(1, proven(KEY, 2, 240)), at(122)));
}

#[test]
fn there_is_room_for_256_ids_and_none_is_forgotten_to_make_room() {
    let mut object = Object::with_code();
    let id = |n: u16| {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        Opaque(bytes)
    };
    let many = |first: u16, count: u16, until: u64| Proven {
        once: (first..first + count).map(|n| Once { id: id(n), until: at(until) }).collect(),
        ..proven(KEY, 0, 0)
    };
    issued(object.send(redeemed_with(many(0, 255, 120)), at(1)));
    let full = refused(GrantRefusal::TooManyProofs);
    assert_eq!(object.send(refreshed_with(0, many(1000, 2, 120)), at(2)), full);
    issued(object.send(refreshed_with(0, many(1000, 1, 120)), at(2)));
    assert_eq!(object.send(refreshed_with(1, many(1001, 1, 120)), at(3)), full);
    let replayed = refused(GrantRefusal::ProofReplayed);
    assert_eq!(object.send(refreshed_with(1, many(0, 1, 120)), at(3)), replayed);
    issued(object.send(refreshed_with(1, many(1001, 1, 240)), at(120)));
}
