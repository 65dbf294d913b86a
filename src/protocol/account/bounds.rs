//! Where limits begin and end, to the one.

use super::tests::*;
use super::*;
use crate::base::opaque::Opaque;
use crate::base::time::Seconds;
use crate::model::client_id::ClientId;
use crate::model::id::SessionId;
use crate::model::scope::Scope;

fn grant(n: u16) -> GrantId {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&n.to_be_bytes());
    GrantId(Opaque(bytes))
}

fn approve(account: &mut Account, c: u8, n: u16, ends_at: Option<UnixTime>, now: UnixTime) {
    let row = GrantRow::new(grant(n), "App", Scope::parse("a").unwrap(), ends_at);
    let approval = Approval { client: client(c), grant: row, basis: Basis::Asked, narrows: false };
    let transition = apply(std::mem::take(account), AccountCommand::Approve(OWNER, approval), now);
    assert!(matches!(transition.reply, AccountReply::Approved { .. }));
    *account = transition.next.unwrap();
}

fn listed(account: &mut Account, now: UnixTime) -> Vec<GrantId> {
    match send(account, AccountCommand::Overview(OWNER), now) {
        AccountReply::Overview(overview) => overview.grants.iter().map(|(_, row)| row.grant).collect(),
        other => panic!("{other:?}"),
    }
}

fn stored(account: &Account, n: u16) -> bool {
    serde_json::to_string(account).unwrap().contains(&grant(n).to_string())
}

#[test]
fn a_grant_that_is_over_for_certain_is_hidden_then_dropped_and_not_before() {
    let mut account = account();
    let end = at(100);
    approve(&mut account, 1, 1, Some(end), START);
    assert_eq!(listed(&mut account, end.previous()), [grant(1)]);
    assert_eq!(listed(&mut account, end), []);
    approve(&mut account, 1, 2, None, end.previous());
    assert!(stored(&account, 1));
    approve(&mut account, 1, 3, None, end);
    assert!(!stored(&account, 1) && stored(&account, 2) && stored(&account, 3));
}

#[test]
fn a_thousand_grants_are_kept_and_no_more() {
    let mut account = account();
    for n in 0..1000_u16 {
        approve(&mut account, u8::try_from(n / 40).unwrap(), n, None, at(1000 * u64::from(n)));
    }
    assert_eq!(account.outbox(), []);
    approve(&mut account, 200, 1000, None, at(2_000_000 - 900_000));
    assert_eq!(account.outbox(), [grant(0)]);
}

#[test]
fn two_hundred_removals_are_remembered_one_by_one() {
    let mut account = account();
    for n in 0..200_u8 {
        send(&mut account, AccountCommand::RemoveAccess(OWNER, client(n)), at(u64::from(n)));
    }
    let AccountReply::Overview(overview) = send(&mut account, AccountCommand::Overview(OWNER), at(300))
    else {
        panic!()
    };
    assert_eq!((overview.removals.len(), overview.removals_before), (200, UnixTime::default()));
}

#[test]
fn only_the_grant_that_ended_is_forgotten() {
    let mut account = account();
    approve(&mut account, 1, 1, None, START);
    approve(&mut account, 1, 2, None, START);
    send(&mut account, AccountCommand::ForgetGrant(OWNER.sub, grant(1)), at(1));
    assert_eq!(listed(&mut account, at(1)), [grant(2)]);
    let again = apply(account, AccountCommand::ForgetGrant(OWNER.sub, grant(1)), at(2));
    assert_eq!(again, Transition::stay(AccountReply::Done), "nothing is written for nothing");
}

#[test]
fn five_approvals_within_two_minutes_are_a_crowd_and_four_are_not() {
    // 37 old ones and four new ones: the oldest of all goes.
    let mut calm = account();
    for n in 0..37 {
        approve(&mut calm, 1, n, None, at(u64::from(n)));
    }
    for n in 37..41 {
        approve(&mut calm, 1, n, None, at(10_000));
    }
    assert_eq!(calm.outbox(), [grant(0)]);
    // 36 and five: the oldest of the five goes.
    let mut crowded = account();
    for n in 0..36 {
        approve(&mut crowded, 1, n, None, at(u64::from(n)));
    }
    for n in 36..41 {
        approve(&mut crowded, 1, n, None, at(10_000));
    }
    assert_eq!(crowded.outbox(), [grant(36)]);
    // After two minutes to the millisecond they are no longer new.
    let mut later = account();
    for n in 0..35 {
        approve(&mut later, 1, n, None, at(u64::from(n)));
    }
    for n in 35..40 {
        approve(&mut later, 1, n, None, at(10_000));
    }
    approve(&mut later, 1, 40, None, at(10_120));
    assert_eq!(later.outbox(), [grant(0)]);
}

#[test]
fn a_sign_in_drops_sessions_that_are_over_and_no_others() {
    let mut account = account();
    let session = |n: u8| SessionId(Opaque([n; 16]));
    let begin = |account: &mut Account, n: u8, now: UnixTime| {
        let mut with = sign_in("right", None);
        with.session = NewSession { sid: session(n), auth_time: now, ..NEW };
        assert!(matches!(attempt(account, &with, now), AccountReply::SignedIn { .. }));
    };
    let end = START.plus(Seconds::days(14)).plus(Seconds::minutes(5));
    let kept = |account: &Account, sid: SessionId| {
        serde_json::to_string(account).unwrap().contains(&sid.0.to_string())
    };
    begin(&mut account, 50, end.previous());
    assert!(kept(&account, OWNER.sid));
    begin(&mut account, 51, end);
    assert!(!kept(&account, OWNER.sid) && kept(&account, session(50)) && kept(&account, session(51)));
}

#[test]
fn only_the_client_that_was_deleted_is_taken_off_the_list() {
    struct Bytes(u8);
    impl crate::base::entropy::Entropy for Bytes {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }
    let root = format!("k:{}", crate::base::base64url::encode([1; 32]));
    let ring = crate::jose::keyring::Keyring::parse(&root).unwrap();
    let mut account = account();
    let ids = [1, 2].map(|n| ClientId::stored(&ring, &Bytes(n)));
    for id in &ids {
        let listed = ListedClient {
            id: id.clone(),
            name: "App".into(),
            kind: Default::default(),
            registered_at: START,
            latest: None,
        };
        send(&mut account, AccountCommand::AddClient(OWNER, listed), START);
    }
    send(&mut account, AccountCommand::RemoveClient(OWNER, ids[0].hash()), START);
    let AccountReply::Overview(overview) = send(&mut account, AccountCommand::Overview(OWNER), START) else {
        panic!()
    };
    assert_eq!(overview.clients.iter().map(|listed| &listed.id).collect::<Vec<_>>(), [&ids[1]]);
}

#[test]
fn a_hash_of_today_is_not_made_anew() {
    let mut account = account();
    let before = account.owner.as_ref().unwrap().password.clone();
    attempt(&mut account, &sign_in("right", None), START);
    assert_eq!(account.owner.unwrap().password, before);
}

#[test]
fn failures_are_forgotten_after_55_minutes_to_the_millisecond() {
    let forgotten_after = |last: u64, wait: Seconds, less: bool| {
        let mut account = account();
        for n in 0..6 {
            attempt(&mut account, &sign_in("wrong", None), at(n * last));
        }
        let now = at(5 * last).plus(wait);
        let now = if less { now.previous() } else { now };
        (0..5).all(|_| attempt(&mut account, &sign_in("wrong", None), now) == AccountReply::WrongCredentials)
    };
    assert!(forgotten_after(10, Seconds::minutes(55), false));
    assert!(!forgotten_after(10, Seconds::minutes(55), true));
}

#[test]
fn eight_browsers_are_counted_apart_and_the_ninth_makes_the_first_a_stranger_to_its_past() {
    let mut account = account();
    let throttled = |account: &mut Account, browser: u8| {
        matches!(attempt(account, &sign_in("wrong", Some(browser)), at(10)), AccountReply::Throttled { .. })
    };
    for browser in 1..=8 {
        assert!((0..10).any(|_| throttled(&mut account, browser)));
    }
    assert!((1..=8).all(|browser| throttled(&mut account, browser)));
    assert!(!throttled(&mut account, 9));
    assert!(!throttled(&mut account, 1) && throttled(&mut account, 3));
}
