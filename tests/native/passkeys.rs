//! Passkeys: registered, used, named, taken away; and everything that an authenticator or a browser can say wrongly.

use coset::cbor::value::Value as Cbor;
use postern::base::base64url;
use postern::jose::algorithm::SigningAlgorithm;
use serde_json::json;

use crate::support::authenticator::{Authenticator, BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, bytes, cose};
use crate::support::{Answer, Browser, Client, Harness, Sent};

/// What the page says of the passkeys that are registered.
fn listed(browser: &Browser<'_>) -> usize {
    browser.get("/account/passkeys").body.matches("value=\"remove\"").count()
}

/// Signs in, in a browser of its own.
fn sign_in<'a>(harness: &'a Harness, passkey: &Authenticator) -> (Browser<'a>, Answer) {
    let browser = Browser::new(harness);
    let page = browser.get("/signin").body;
    let answer = browser.submit(&passkey.get(&page));
    (browser, answer)
}

#[track_caller]
fn assert_refused(answer: &Answer, refusal: &str) {
    assert_eq!((answer.status, answer.refusal.as_deref()), (403, Some(refusal)), "{answer:?}");
    assert!(answer.body.contains("This passkey does not sign in here"), "{answer:?}");
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[test]
fn a_passkey_alone_signs_in_and_tokens_say_so() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    for (algorithm, n) in [(SigningAlgorithm::Es256, 1), (SigningAlgorithm::Rs256, 2)] {
        let owner = Browser::signed_up(&harness, &format!("owner{n}"));
        let mut passkey = Authenticator::new(algorithm, n);
        passkey.register(&owner);
        let (browser, answer) = sign_in(&harness, &passkey);
        assert_eq!(answer.location(), "/account");
        assert!(browser.get("/account").body.contains(&format!("owner{n}")));
        let claims = client.id_token(&browser, &[]).claims;
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("2"), &json!(["pop", "mfa", "user"])));
        let claims = client.id_token(&owner, &[]).claims;
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("1"), &json!(["pwd"])));
        assert!(answer.log.concat().contains("\"event\":\"signed_in\""), "{:?}", answer.log);
    }
}

#[test]
fn the_request_that_waited_goes_on_after_a_passkey() {
    let harness = Harness::new();
    let mut passkey = Authenticator::es256(1);
    passkey.register(&Browser::signed_up(&harness, "alice"));
    let client = Client::confidential(&harness);
    let browser = Browser::new(&harness);
    let page = browser.follow(browser.get(&client.authorize(&[])));
    let answer = browser.submit(&passkey.get(&page.body));
    assert!(answer.location().starts_with("/authorize?authorization_request="), "{answer:?}");
    assert!(browser.follow(answer).body.contains("name=\"decision\""));
}

/// A key with so many labels, none of which means anything.
fn labels(many: i64) -> Cbor {
    Cbor::Map((100..100 + many).map(|label| (label.into(), 0.into())).collect())
}

#[test]
fn what_is_wrong_with_a_new_passkey_is_found() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let key = Authenticator::es256(7).key;
    let with_alg = |alg: i64| {
        let mut wrong = cose(&key);
        wrong.alg = Some(coset::RegisteredLabelWithPrivate::PrivateUse(alg));
        coset::AsCborValue::to_cbor_value(wrong).unwrap()
    };
    let mut symmetric = coset::CoseKeyBuilder::new_symmetric_key(vec![1; 32]).build();
    symmetric.alg = Some(coset::RegisteredLabelWithPrivate::Assigned(coset::iana::Algorithm::ES256));
    let mut private = cose(&key);
    private.params.retain(|(label, _)| *label != coset::Label::Int(-3));
    let short =
        coset::CoseKeyBuilder::new_ec2_pub_key(coset::iana::EllipticCurve::P_256, vec![1; 31], vec![1; 32])
            .algorithm(coset::iana::Algorithm::ES256)
            .build();
    let other_curve =
        coset::CoseKeyBuilder::new_ec2_pub_key(coset::iana::EllipticCurve::P_384, vec![1; 32], vec![1; 32])
            .algorithm(coset::iana::Algorithm::ES256)
            .build();
    type Change = Box<dyn Fn(&mut Authenticator)>;
    let value = |key: coset::CoseKey| coset::AsCborValue::to_cbor_value(key).unwrap();
    let keyed = |cose: Cbor| -> Change { Box::new(move |a| a.cose = Some(cose.clone())) };
    let says = |json: serde_json::Value| -> Change { Box::new(move |a| a.says = json.clone()) };
    let changes: Vec<(&str, Change)> = vec![
        ("WrongType", says(json!({ "type": "webauthn.get" }))),
        ("Malformed", says(json!({ "type": 1 }))),
        ("Challenge", says(json!({ "challenge": base64url::encode("x") }))),
        ("Challenge", says(json!({ "challenge": "" }))),
        ("Origin", says(json!({ "origin": "https://as.example.evil.example" }))),
        ("Origin", says(json!({ "origin": "https://as.example:8443" }))),
        ("Origin", says(json!({ "origin": "http://as.example" }))),
        ("CrossOrigin", says(json!({ "crossOrigin": true }))),
        ("CrossOrigin", says(json!({ "topOrigin": "https://evil.example" }))),
        ("RelyingParty", Box::new(|a| a.rp_id = "evil.example".into())),
        ("UserNotPresent", Box::new(|a| a.flags = VERIFIED)),
        ("UserNotVerified", Box::new(|a| a.flags = PRESENT)),
        ("BackupState", Box::new(|a| a.flags |= BACKED_UP)),
        ("Malformed", Box::new(|a| a.trailing = vec![0])),
        ("Malformed", Box::new(|a| a.id = Vec::new())),
        ("Malformed", Box::new(|a| a.id = vec![1; 1024])),
        ("Key", keyed(with_alg(-65_537))),
        ("Key", keyed(value(symmetric))),
        ("Key", keyed(value(private))),
        ("Key", keyed(value(short))),
        ("Key", keyed(value(other_curve))),
        ("Malformed", keyed(Cbor::Map(Vec::new()))),
        ("Malformed", keyed(Cbor::Array(Vec::new()))),
        // Each label is compared with all before it: a hundred are enough to stop at.
        ("Malformed", keyed(labels(100))),
        ("Key", keyed(labels(30))),
    ];
    for (at, (refusal, change)) in changes.into_iter().enumerate() {
        let mut passkey = Authenticator::es256(7);
        change(&mut passkey);
        let page = browser.get("/account/passkeys").body;
        let answer = browser.submit(&passkey.create(&page));
        assert_eq!((answer.status, answer.refusal.as_deref()), (400, Some(refusal)), "{at}: {answer:?}");
        assert!(answer.body.contains("could not be registered"));
    }
    let form = Authenticator::es256(7).create(&browser.get("/account/passkeys").body);
    for (field, text) in [
        ("client_data", "!"),
        ("client_data", "AA"),
        ("attestation", "!"),
        ("attestation", ""),
        ("attestation", &base64url::encode(bytes(&Cbor::Map(Vec::new())))),
        ("attestation", &base64url::encode([bytes(&Cbor::Map(Vec::new())), vec![0]].concat())),
        // Deeper than anybody means it.
        ("attestation", &base64url::encode(vec![0x81; 5000])),
    ] {
        let answer = browser.submit(&form.clone().set(field, text));
        assert_eq!((answer.status, answer.refusal.as_deref()), (400, Some("Malformed")), "{field} {text}");
    }
    assert_eq!(browser.submit(&form.clone().set("name", " ")).status, 400);
    assert_eq!(browser.submit(&form.clone().set("action", "x")).status, 400);
    assert_eq!(browser.submit(&form.clone().set("csrf", "x")).refusal.as_deref(), Some("ForeignForm"));
    assert_eq!(listed(&browser), 0);
    assert_eq!(browser.submit(&form).status, 200, "and with nothing wrong it is registered");
    assert_eq!(listed(&browser), 1);
}

#[test]
fn what_is_wrong_with_a_sign_in_is_found() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let mut good = Authenticator::es256(1);
    good.register(&owner);
    let mut other = Authenticator::es256(2);
    other.register(&Browser::signed_up(&harness, "bob"));
    type Change = Box<dyn Fn(&mut Authenticator)>;
    let says = |json: serde_json::Value| -> Change { Box::new(move |a| a.says = json.clone()) };
    let (other_id, other_key, other_user) = (other.id.clone(), other.key.clone(), other.user_handle.clone());
    let changes: Vec<(&str, Change)> = vec![
        ("WrongType", says(json!({ "type": "webauthn.create" }))),
        ("Challenge", says(json!({ "challenge": base64url::encode("x") }))),
        ("Origin", says(json!({ "origin": "https://evil.example" }))),
        ("CrossOrigin", says(json!({ "crossOrigin": true }))),
        ("RelyingParty", Box::new(|a| a.rp_id = "example".into())),
        ("UserNotPresent", Box::new(|a| a.flags = VERIFIED)),
        ("UserNotVerified", Box::new(|a| a.flags = PRESENT)),
        ("BackupState", Box::new(|a| a.flags |= BACKED_UP)),
        ("Malformed", Box::new(|a| a.trailing = vec![0])),
        ("UserHandle", Box::new(|a| a.user_handle = String::new())),
        ("UserHandle", Box::new(|a| a.user_handle = "AAAA".into())),
        // Nobody's account, somebody else's, and one's own with a passkey that it does not have.
        ("Unknown", Box::new(|a| a.user_handle = base64url::encode([9; 48]))),
        ("Unknown", Box::new(move |a| a.user_handle = other_user.clone())),
        ("Unknown", Box::new(move |a| a.id = other_id.clone())),
        ("Signature", Box::new(move |a| a.key = other_key.clone())),
    ];
    for (refusal, change) in changes {
        let mut passkey = good.clone();
        change(&mut passkey);
        assert_refused(&sign_in(&harness, &passkey).1, refusal);
    }
    let browser = Browser::new(&harness);
    let form = good.get(&browser.get("/signin").body);
    for (field, text, refusal) in [
        ("id", "", "Malformed"),
        ("client_data", "!", "Malformed"),
        ("client_data", "", "Malformed"),
        ("authenticator_data", "", "Malformed"),
        ("signature", "!", "Malformed"),
        ("signature", "", "Signature"),
        ("signature", "AAAA", "Signature"),
    ] {
        assert_refused(&browser.submit(&form.clone().set(field, text)), refusal);
    }
    // What was signed is what is checked: other client data, under the same signature.
    let later = good.get(&browser.get("/signin").body);
    assert_refused(
        &browser.submit(&form.clone().set("client_data", later.value("client_data"))),
        "Signature",
    );
    let foreign = browser.submit(&form.clone().set("csrf", "x"));
    assert_eq!(foreign.refusal.as_deref(), Some("ForeignForm"));
    assert_eq!(browser.submit(&form).location(), "/account");
    // With extensions that nobody asked for, and in more places than one.
    let synced = Authenticator { with_extensions: true, flags: good.flags | ELIGIBLE | BACKED_UP, ..good };
    assert_eq!(sign_in(&harness, &synced).1.location(), "/account");
    assert!(owner.get("/account/passkeys").body.contains("synced"));
}

#[test]
fn a_challenge_is_fresh_and_good_once() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let page = owner.get("/account/passkeys").body;
    let mut passkey = Authenticator::es256(1);
    let form = passkey.create(&page);
    assert_eq!(owner.submit(&form).status, 200);
    // Another passkey on the same challenge.
    let spent = owner.submit(&Authenticator::es256(2).create(&page));
    assert_eq!((spent.status, spent.refusal.as_deref()), (400, Some("Spent")));
    let known = owner.submit(&passkey.create(&owner.get("/account/passkeys").body));
    assert_eq!((known.status, known.refusal.as_deref()), (409, Some("Known")));
    // A challenge of another session of the same owner.
    let elsewhere = Browser::new(&harness);
    elsewhere.sign_in("alice", "correct horse");
    let foreign = Authenticator::es256(3).create(&elsewhere.get("/account/passkeys").body);
    let own = Browser::form(&page, "/account/passkeys");
    let foreign = owner.submit(&foreign.set("csrf", own.value("csrf")));
    assert_eq!((foreign.status, foreign.refusal.as_deref()), (400, Some("Challenge")));
    // That of the other ceremony.
    let browser = Browser::new(&harness);
    let sign_in_page = browser.get("/signin").body;
    let form = passkey.get(&sign_in_page);
    assert_eq!(browser.submit(&form).location(), "/account");
    let (again, page) = (Browser::new(&harness), Browser::new(&harness).get("/signin").body);
    let replayed = passkey
        .get(&sign_in_page)
        .set("csrf", Browser::form(&again.get("/signin").body, "/signin").value("csrf"));
    assert_refused(&again.submit(&replayed), "Spent");
    // Ten minutes, to the second.
    let late =
        passkey.get(&page).set("csrf", Browser::form(&again.get("/signin").body, "/signin").value("csrf"));
    harness.wait(600);
    assert_refused(&again.submit(&late), "Challenge");
    let fresh = again.get("/signin").body;
    harness.wait(599);
    assert_eq!(again.submit(&passkey.get(&fresh)).location(), "/account");
}

#[test]
fn a_counter_that_does_not_grow_tells_of_a_copy() {
    let harness = Harness::new();
    let mut passkey = Authenticator { counter: 5, ..Authenticator::es256(1) };
    passkey.register(&Browser::signed_up(&harness, "alice"));
    for (counter, good) in [(5, false), (4, false), (6, true), (6, false), (0, false), (7, true)] {
        passkey.counter = counter;
        let answer = sign_in(&harness, &passkey).1;
        match good {
            true => assert_eq!(answer.location(), "/account", "{counter}"),
            false => assert_refused(&answer, "Counter"),
        }
    }
    // One that does not count never does.
    let mut synced = Authenticator::es256(2);
    synced.register(&Browser::signed_up(&harness, "bob"));
    assert_eq!(sign_in(&harness, &synced).1.location(), "/account");
    assert_eq!(sign_in(&harness, &synced).1.location(), "/account");
}

#[test]
fn strangers_who_guess_passwords_do_not_keep_a_passkey_out() {
    let harness = Harness::new();
    let mut passkey = Authenticator::es256(1);
    passkey.register(&Browser::signed_up(&harness, "alice"));
    while Browser::new(&harness).sign_in("alice", "guess").status != 429 {}
    assert_eq!(Browser::new(&harness).sign_in("alice", "correct horse").status, 429);
    assert_eq!(sign_in(&harness, &passkey).1.location(), "/account");
}

#[test]
fn passkeys_are_named_and_removed_and_what_is_removed_signs_nobody_in() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let mut passkey = Authenticator::es256(1);
    passkey.register(&owner);
    let page = owner.get("/account/passkeys").body;
    let form = Browser::form(&page, "/account/passkeys");
    let named = owner.submit(&form.clone().set("action", "rename").set("name", "<b>Laptop</b>"));
    assert!(named.status == 200 && named.body.contains("<bdi>&lt;b&gt;Laptop&lt;/b&gt;</bdi>"), "{named:?}");
    let blank = owner.submit(&form.clone().set("action", "rename").set("name", "\u{200b}"));
    assert_eq!(blank.status, 400);
    let unknown = form.clone().set("action", "remove").set("id", &base64url::encode([3; 32]));
    let unknown = owner.submit(&unknown);
    assert_eq!((unknown.status, unknown.refusal.as_deref()), (404, Some("Unknown")));
    // Somebody else's form has no power over it.
    let bob = Browser::signed_up(&harness, "bob");
    let foreign = Browser::form(&bob.get("/account/password").body, "/account/password");
    let foreign = form.clone().set("action", "remove").set("csrf", foreign.value("csrf"));
    assert_eq!(bob.submit(&foreign).status, 404);
    let removed = owner.submit(&form.set("action", "remove"));
    assert!(removed.status == 200 && removed.log.concat().contains("passkey_removed"), "{removed:?}");
    assert_refused(&sign_in(&harness, &passkey).1, "Unknown");
    assert_eq!(listed(&owner), 0);
}

#[test]
fn an_owner_has_twenty_passkeys_at_the_most() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    (0..20).for_each(|n| Authenticator::es256(n).register(&owner));
    let refused = owner.submit(&Authenticator::es256(20).create(&owner.get("/account/passkeys").body));
    assert_eq!((refused.status, refused.refusal.as_deref()), (403, Some("TooMany")));
    assert_eq!(listed(&owner), 20);
}

#[test]
fn a_new_passkey_is_called_by_where_it_is_made() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
    for (agent, name) in [(mac, "Safari, macOS"), ("<script>", "My passkey")] {
        let page = owner.send(Sent::get("/account/passkeys").with("user-agent", agent)).body;
        assert!(page.contains(&format!("aria-describedby=\"name-hint\" value=\"{name}\"")), "{page}");
    }
}

#[test]
fn a_change_needs_a_sign_in_of_a_quarter_of_an_hour() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    Authenticator::es256(1).register(&owner);
    let form = Authenticator::es256(2).create(&owner.get("/account/passkeys").body);
    harness.wait(900);
    for path in ["/account/passkeys", "/account/password", "/account/recovery"] {
        let page = owner.get(path).body;
        assert!(page.contains(&format!("href=\"/signin?next={}\"", &path[1..])), "{page}");
        assert!(!page.contains("name=\"action\""), "{page}");
    }
    assert_eq!(owner.submit(&form).location(), "/signin?next=account/passkeys");
    let page = owner.get("/signin?next=account/passkeys").body;
    let again = Browser::form(&page, "/signin").set("username", "alice").set("password", "correct horse");
    assert_eq!(owner.submit(&again).location(), "/account/passkeys");
    assert_eq!(listed(&owner), 1);
    let stranger = Browser::new(&harness);
    for path in ["/account/passkeys", "/account/password", "/account/recovery"] {
        assert_eq!(stranger.get(path).location(), format!("/signin?next={}", &path[1..]));
    }
}

#[test]
fn a_name_that_was_taken_again_is_another_person() {
    let harness = Harness::new();
    let mut passkey = Authenticator::es256(1);
    passkey.register(&Browser::signed_up(&harness, "alice"));
    let other = base64url::decode(&passkey.user_handle).unwrap();
    passkey.user_handle = base64url::encode([&other[..32], &[7; 16]].concat());
    assert_refused(&sign_in(&harness, &passkey).1, "Unknown");
}

#[test]
fn a_client_that_needs_a_passkey_is_not_content_with_a_password() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let owner = Browser::signed_up(&harness, "alice");
    let mut passkey = Authenticator::es256(1);
    passkey.register(&owner);
    let needs = |value: &str| {
        let claims = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["{value}"]}}}}}}"#);
        client.asks(&[("claims", Some(claims.as_str()))])
    };
    let page = owner.follow(owner.get(&needs("2")));
    assert!(page.body.contains("asks you to sign in with a passkey"), "{page:?}");
    let silent = owner.get(&format!("{}&prompt=none", needs("2")));
    assert_eq!(silent.redirected("error").as_deref(), Some("login_required"));
    // A password is not what was asked for: the same page again.
    let with_password =
        Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    let again = owner.follow(owner.submit(&with_password));
    assert!(again.body.contains("asks you to sign in with a passkey"), "{again:?}");
    let asked = owner.follow(owner.submit(&passkey.get(&again.body)));
    let answer = owner.submit(&Browser::form(&asked.body, "/consent").set("decision", "allow"));
    let tokens = client.redeem(&answer.redirected("code").unwrap()).json();
    let claims = crate::support::claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!(claims["acr"], "2");
    // Who is content with either asks for neither.
    assert!(!Browser::new(&harness).follow(harness.get(&client.asks(&[]))).body.contains("with a passkey."));
}
