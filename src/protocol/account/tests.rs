use super::*;
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::Seconds;
use crate::model::catalogue::Catalogue;
use crate::model::client::StoredClient;
use crate::model::client_id::ClientHash;
use crate::model::client_metadata::ClientMetadata;
use crate::model::id::{AccountId, BrowserId, PairwiseSalt, SessionId, SubjectId};
use crate::model::metadata_uri::Reach;
use crate::model::password::{ARGON2ID, Algorithm, PBKDF2};
use crate::model::scope::Scope;
use crate::model::session::KnownBrowser;
use crate::model::sign_in_method::SignInMethod;
use crate::model::username::Username;
use crate::model::whereabouts::Whereabouts;

pub(super) const START: UnixTime = UnixTime::from_seconds(1_000_000);
pub(super) const OWNER: Signed = Signed { sub: SubjectId(Opaque([1; 16])), sid: SessionId(Opaque([2; 16])) };

pub(super) const SALT: PairwiseSalt = PairwiseSalt(Opaque([5; 16]));

pub(super) const NEW: NewSession = NewSession {
    sid: OWNER.sid,
    auth_time: START,
    method: SignInMethod::Password,
    whereabouts: Whereabouts { agent: None, place: None },
    replaces: None,
    salt: SALT,
};

pub(super) fn at(seconds: u64) -> UnixTime {
    START.plus(Seconds(seconds))
}

/// Stands in for a slow hash: what matters here is what is compared with what.
pub(super) fn hash(password: &Secret<String>, algorithm: Algorithm, salt: Opaque<16>) -> Secret<Vec<u8>> {
    Secret::new(format!("{}{algorithm:?}{salt}", password.expose()).into_bytes())
}

pub(super) fn sign_up(sub: u8) -> SignUp {
    SignUp {
        username: Username::parse("Alice").unwrap(),
        sub: SubjectId(Opaque([sub; 16])),
        password: Secret::new("right".into()),
        algorithm: ARGON2ID,
        salt: Opaque([7; 16]),
        session: NEW,
    }
}

/// A browser that the owner has signed in with before.
fn known(n: u8) -> KnownBrowser {
    KnownBrowser { account: AccountId(Opaque([3; 32])), sub: OWNER.sub, browser: BrowserId(Opaque([n; 16])) }
}

pub(super) fn sign_in(password: &str, browser: Option<u8>) -> SignIn {
    SignIn {
        password: Secret::new(password.into()),
        algorithm: ARGON2ID,
        salt: Opaque([8; 16]),
        session: NewSession { sid: SessionId(Opaque([9; 16])), ..NEW },
        browser: browser.map(known),
    }
}

pub(super) fn account() -> Account {
    let sign_up = sign_up(1);
    let hash = hash(&sign_up.password, sign_up.algorithm, sign_up.salt);
    let transition = sign_up::finish(Account::default(), sign_up, hash, START);
    assert_eq!(transition.reply, AccountReply::SignedIn { sub: OWNER.sub, salt: SALT });
    transition.next.unwrap()
}

/// Signs in as the object does, and keeps what is saved.
pub(super) fn attempt(account: &mut Account, sign_in: &SignIn, now: UnixTime) -> AccountReply {
    let (counted, attempt) = match sign_in::begin(account.clone(), sign_in, now) {
        Ok(begun) => begun,
        Err(reply) => return reply,
    };
    *account = counted.clone();
    let hashed = hash(&sign_in.password, attempt.algorithm, attempt.salt);
    let renewed = (attempt.matches(&hashed) && attempt.is_outdated(sign_in))
        .then(|| hash(&sign_in.password, sign_in.algorithm, sign_in.salt));
    let transition = sign_in::finish(counted, sign_in, &attempt, &hashed, renewed, now);
    if let Some(next) = transition.next {
        *account = next;
    }
    transition.reply
}

pub(super) fn send(account: &mut Account, command: AccountCommand, now: UnixTime) -> AccountReply {
    let transition = apply(account.clone(), command, now);
    if let Some(next) = transition.next {
        let json = serde_json::to_string(&next).unwrap();
        assert_eq!(serde_json::from_str::<Account>(&json).unwrap(), next);
        *account = next;
    }
    transition.reply
}

pub(super) fn client(n: u8) -> ClientHash {
    ClientHash::parse(&Opaque([n; 32]).to_string()).unwrap()
}

pub(super) fn approval(c: u8, grant: u8, basis: Basis) -> AccountCommand {
    let row = GrantRow::new(GrantId(Opaque([grant; 32])), "App", Scope::parse("a").unwrap(), None);
    AccountCommand::Approve(OWNER, Approval { client: client(c), grant: row, basis, narrows: false })
}

#[test]
fn the_second_to_take_a_name_is_refused_even_when_both_looked_first() {
    let first = account();
    assert!(!sign_up::is_free(&first));
    let second = sign_up(2);
    let hash = hash(&second.password, second.algorithm, second.salt);
    let transition = sign_up::finish(first, second, hash, START);
    assert_eq!(transition, Transition::stay(AccountReply::UsernameTaken));
}

#[test]
fn the_right_password_signs_in_and_a_wrong_one_says_nothing_more() {
    let mut account = account();
    assert_eq!(attempt(&mut account, &sign_in("wrong", None), START), AccountReply::WrongCredentials);
    assert_eq!(
        attempt(&mut account, &sign_in("right", None), START),
        AccountReply::SignedIn { sub: OWNER.sub, salt: SALT }
    );
    let mut nobody = Account::default();
    assert_eq!(attempt(&mut nobody, &sign_in("right", None), START), AccountReply::WrongCredentials);
}

#[test]
fn delays_grow_to_a_quarter_of_an_hour_and_end_with_success() {
    let mut account = account();
    let mut now = START;
    for _ in 0..5 {
        assert_eq!(attempt(&mut account, &sign_in("wrong", None), now), AccountReply::WrongCredentials);
    }
    for delay in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        let until = now.plus(Seconds(delay));
        let early = UnixTime::from_millis(until.millis() - 1);
        // Even the right password is not looked at, and asking early does not prolong the wait.
        assert_eq!(attempt(&mut account, &sign_in("right", None), early), AccountReply::Throttled { until });
        now = until;
        assert_eq!(attempt(&mut account, &sign_in("wrong", None), now), AccountReply::WrongCredentials);
    }
    now = now.plus(MAX_DELAY);
    assert!(matches!(attempt(&mut account, &sign_in("right", None), now), AccountReply::SignedIn { .. }));
    assert_eq!(attempt(&mut account, &sign_in("wrong", None), now), AccountReply::WrongCredentials);
}

#[test]
fn strangers_cannot_lock_out_a_browser_that_signed_in_before() {
    let mut account = account();
    for _ in 0..5 {
        attempt(&mut account, &sign_in("wrong", None), START);
    }
    assert!(matches!(attempt(&mut account, &sign_in("right", None), START), AccountReply::Throttled { .. }));
    assert!(matches!(
        attempt(&mut account, &sign_in("right", Some(1)), START),
        AccountReply::SignedIn { .. }
    ));
    // A known browser has its own limit.
    for _ in 0..5 {
        attempt(&mut account, &sign_in("wrong", Some(1)), START);
    }
    assert!(matches!(
        attempt(&mut account, &sign_in("right", Some(1)), START),
        AccountReply::Throttled { .. }
    ));
    assert!(matches!(
        attempt(&mut account, &sign_in("right", Some(2)), START),
        AccountReply::SignedIn { .. }
    ));
}

#[test]
fn guesses_at_an_unknown_name_are_throttled_and_forgotten_within_the_hour() {
    let mut nobody = Account::default();
    for _ in 0..5 {
        attempt(&mut nobody, &sign_in("guess", None), START);
    }
    assert!(matches!(attempt(&mut nobody, &sign_in("guess", None), START), AccountReply::Throttled { .. }));
    let ends_at = nobody.ends_at().unwrap();
    assert!(ends_at <= START.plus(Seconds::minutes(60)) && ends_at >= START.plus(MAX_DELAY));
    assert_eq!(account().ends_at(), None);
}

#[test]
fn an_outdated_hash_is_renewed_by_the_next_sign_in() {
    let mut account = account();
    let newer = SignIn { algorithm: PBKDF2, ..sign_in("right", None) };
    assert!(matches!(attempt(&mut account, &newer, START), AccountReply::SignedIn { .. }));
    assert_eq!(account.owner.as_ref().unwrap().password.as_ref().unwrap().algorithm, PBKDF2);
    assert!(matches!(attempt(&mut account, &newer, START), AccountReply::SignedIn { .. }));
}

#[test]
fn a_password_that_changed_while_it_was_hashed_no_longer_signs_in() {
    let old = account();
    let sign_in = sign_in("right", None);
    let (mut counted, attempt) = sign_in::begin(old, &sign_in, START).unwrap();
    counted.owner.as_mut().unwrap().password.as_mut().unwrap().salt = Opaque([0; 16]);
    let hashed = hash(&sign_in.password, attempt.algorithm, attempt.salt);
    let transition = sign_in::finish(counted, &sign_in, &attempt, &hashed, None, START);
    assert_eq!(transition, Transition::stay(AccountReply::WrongCredentials));
}

#[test]
fn a_session_ends_by_sign_out_by_age_and_with_its_subject() {
    let mut account = account();
    let check = AccountCommand::Check(OWNER);
    assert!(matches!(send(&mut account, check.clone(), START), AccountReply::Alive { .. }));
    let old = START.plus(crate::model::session::LIFETIME).plus(Seconds::minutes(5));
    assert_eq!(send(&mut account, check.clone(), old), AccountReply::SessionEnded);
    let stranger = Signed { sub: SubjectId(Opaque([5; 16])), ..OWNER };
    for command in [AccountCommand::Check(stranger), AccountCommand::Overview(stranger)] {
        assert_eq!(send(&mut account, command, START), AccountReply::SessionEnded);
    }
    assert_eq!(send(&mut account, AccountCommand::SignOut(OWNER), START), AccountReply::Done);
    for command in [
        check,
        AccountCommand::Overview(OWNER),
        AccountCommand::RemoveAccess(OWNER, client(1)),
        AccountCommand::RemoveClient(OWNER, client(1)),
        approval(1, 1, Basis::Asked),
    ] {
        assert_eq!(send(&mut account, command, START), AccountReply::SessionEnded);
    }
}

#[test]
fn a_consent_older_than_the_removal_is_refused_however_the_clocks_stand() {
    let mut account = account();
    let AccountReply::Approved { approved_at, .. } = send(&mut account, approval(1, 1, Basis::Asked), at(10))
    else {
        panic!()
    };
    assert!(matches!(
        send(&mut account, approval(1, 2, Basis::Remembered(approved_at)), at(11)),
        AccountReply::Approved { .. }
    ));
    // The clock stands still, or even falls back: what was approved before is still before.
    assert_eq!(send(&mut account, AccountCommand::RemoveAccess(OWNER, client(1)), at(5)), AccountReply::Done);
    assert_eq!(account.outbox(), [GrantId(Opaque([1; 32])), GrantId(Opaque([2; 32]))]);
    let stale = approval(1, 3, Basis::Remembered(approved_at));
    assert!(matches!(send(&mut account, stale, at(12)), AccountReply::ConsentSuperseded { .. }));
    let AccountReply::Approved { approved_at: again, removed_at } =
        send(&mut account, approval(1, 4, Basis::Asked), at(5))
    else {
        panic!()
    };
    assert!(Some(again) > removed_at);
    assert!(matches!(
        send(&mut account, approval(1, 5, Basis::Remembered(again)), at(6)),
        AccountReply::Approved { .. }
    ));
    // Another client's consent is not concerned.
    assert!(matches!(
        send(&mut account, approval(2, 6, Basis::Remembered(approved_at)), at(7)),
        AccountReply::Approved { .. }
    ));
}

#[test]
fn forgotten_removals_count_for_everybody() {
    let mut account = account();
    for n in 0..=200_u8 {
        send(&mut account, AccountCommand::RemoveAccess(OWNER, client(n)), at(u64::from(n)));
    }
    assert!(matches!(
        send(&mut account, approval(0, 1, Basis::Remembered(START)), at(500)),
        AccountReply::ConsentSuperseded { .. }
    ));
    assert!(matches!(
        send(&mut account, approval(250, 1, Basis::Remembered(at(100))), at(500)),
        AccountReply::Approved { .. }
    ));
}

#[test]
fn a_client_has_forty_grants_and_the_oldest_makes_room() {
    let mut account = account();
    for n in 0..40 {
        send(&mut account, approval(1, n, Basis::Asked), at(u64::from(n)));
    }
    send(&mut account, approval(2, 99, Basis::Asked), at(50));
    assert!(account.outbox().is_empty());
    send(&mut account, approval(1, 40, Basis::Asked), at(51));
    assert_eq!(account.outbox(), [GrantId(Opaque([0; 32]))]);
    assert!(account.clone().delivered(&[GrantId(Opaque([0; 32]))]).outbox().is_empty());
    // A grant that ended by itself leaves room.
    let forget = AccountCommand::ForgetGrant(OWNER.sub, GrantId(Opaque([5; 32])));
    assert_eq!(send(&mut account, forget, at(52)), AccountReply::Done);
    send(&mut account, approval(1, 41, Basis::Asked), at(53));
    assert_eq!(account.outbox().len(), 1);
}

#[test]
fn codes_that_nobody_redeems_do_not_push_out_what_is_in_use() {
    let mut account = account();
    for n in 0..30 {
        send(&mut account, approval(1, n, Basis::Asked), at(1000 * u64::from(n)));
    }
    for n in 100..200 {
        send(&mut account, approval(1, n, Basis::Asked), at(100_000));
    }
    assert_eq!(account.outbox().len(), 90);
    assert!(account.outbox().iter().all(|grant| grant.0.0[0] >= 100), "{:?}", account.outbox());
}

#[test]
fn an_owner_registers_twenty_clients() {
    let mut account = account();
    let ring =
        crate::jose::keyring::Keyring::parse(&format!("k:{}", crate::base::base64url::encode([1; 32])))
            .unwrap();
    struct Fixed(u8);
    impl crate::base::entropy::Entropy for Fixed {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }
    let listed = |n| ListedClient {
        id: crate::model::client_id::ClientId::stored(&ring, &Fixed(n)),
        name: "n".into(),
        kind: Default::default(),
        registered_at: START,
        latest: None,
    };
    for n in 0..20 {
        assert_eq!(
            send(&mut account, AccountCommand::AddClient(OWNER, listed(n)), START),
            AccountReply::Done
        );
    }
    assert_eq!(
        send(&mut account, AccountCommand::AddClient(OWNER, listed(20)), START),
        AccountReply::TooManyClients
    );
    let remove = AccountCommand::RemoveClient(OWNER, listed(3).id.hash());
    assert_eq!(send(&mut account, remove, START), AccountReply::Done);
    assert_eq!(send(&mut account, AccountCommand::AddClient(OWNER, listed(20)), START), AccountReply::Done);
    let document =
        serde_json::json!({ "client_name": "new", "redirect_uris": ["https://client.example/cb"] });
    let metadata =
        ClientMetadata::parse(document.as_object().unwrap(), &Catalogue::default(), Reach::Public).unwrap();
    let stored = |n| StoredClient {
        id: listed(n).id,
        metadata: metadata.clone(),
        secrets: Vec::new(),
        registration_token: Opaque([0; 32]),
        issued_at: START,
        registered_by: Some(OWNER.sub),
        disabled: false,
        vouched: false,
        changed_at: START,
    };
    let change = |account: &mut Account, n, now| {
        let change = AccountCommand::ChangeClient(OWNER, Box::new(stored(n)));
        assert_eq!(send(account, change, now), AccountReply::Done);
        let AccountReply::Overview(overview) = send(account, AccountCommand::Overview(OWNER), now) else {
            panic!()
        };
        overview.clients
    };
    for n in [4, 99] {
        let clients = change(&mut account, n, START);
        let renamed: Vec<_> = clients.iter().filter(|listed| listed.name == "new").collect();
        assert_eq!(renamed.len(), 1);
        assert_eq!(renamed[0].changed_lately(at(120).previous()), Some(&stored(4)));
        assert_eq!(renamed[0].changed_lately(at(120)), None);
    }
    // What KV has by now is not kept twice.
    let clients = change(&mut account, 5, at(120));
    let kept: Vec<_> =
        clients.iter().filter(|listed| listed.latest.is_some()).map(|listed| &listed.id).collect();
    assert_eq!(kept, [&listed(5).id]);
}

#[test]
fn a_narrower_answer_discounts_what_was_remembered_before_it_and_ends_nothing() {
    let mut account = account();
    let AccountReply::Approved { approved_at: wide, .. } =
        send(&mut account, approval(1, 1, Basis::Asked), at(10))
    else {
        panic!()
    };
    let AccountCommand::Approve(_, narrow) = approval(1, 2, Basis::Asked) else { panic!() };
    let narrow = AccountCommand::Approve(OWNER, Approval { narrows: true, ..narrow });
    let AccountReply::Approved { approved_at, removed_at } = send(&mut account, narrow, at(20)) else {
        panic!()
    };
    assert_eq!(removed_at, None);
    let stale = approval(1, 3, Basis::Remembered(wide));
    assert!(matches!(send(&mut account, stale, at(21)), AccountReply::ConsentSuperseded { .. }));
    let own = approval(1, 4, Basis::Remembered(approved_at));
    assert!(matches!(send(&mut account, own, at(22)), AccountReply::Approved { .. }));
    assert!(account.outbox().is_empty());
}

#[test]
fn signing_in_again_ends_the_session_that_the_browser_had() {
    let mut account = account();
    let again = SignIn {
        session: NewSession { replaces: Some(OWNER.sid), ..sign_in("right", None).session },
        ..sign_in("right", None)
    };
    assert!(matches!(attempt(&mut account, &again, START), AccountReply::SignedIn { .. }));
    assert_eq!(send(&mut account, AccountCommand::Check(OWNER), START), AccountReply::SessionEnded);
}
