//! What an owner signs in with besides passkeys: the password that is changed or given up, and recovery codes.

use crate::support::authenticator::Authenticator;
use crate::support::{Answer, Browser, Client, Harness};

const NEW: &str = "battery staple";

fn form(browser: &Browser<'_>, path: &str) -> Vec<super::support::Form> {
    browser
        .get(path)
        .body
        .split("<form")
        .skip(1)
        .filter(|form| form.contains(&format!("action=\"{path}\"")))
        .map(|form| Browser::form(form, path))
        .collect()
}

fn change(browser: &Browser<'_>, current: &str, new: &str) -> Answer {
    let page = browser.get("/account/password").body;
    let form = Browser::form(&page, "/account/password").set("current", current).set("new", new);
    browser.submit(&form.set("action", "change"))
}

fn remove_password(browser: &Browser<'_>) -> Answer {
    let page = browser.get("/account/password").body;
    browser.submit(&Browser::form(&page, "/account/password").set("action", "remove"))
}

/// Ten codes, as the page shows them.
fn codes(browser: &Browser<'_>) -> Vec<String> {
    let form = form(browser, "/account/recovery").remove(0);
    let page = browser.submit(&form.set("action", "make"));
    assert!(page.log.concat().contains("recovery_codes_made"), "{page:?}");
    let (_, list) = page.body.split_once("class=\"codes\"").unwrap();
    list.split("<code>").skip(1).map(|code| code.split('<').next().unwrap().to_owned()).collect()
}

fn recover(browser: &Browser<'_>, username: &str, code: &str) -> Answer {
    let page = browser.get("/signin/recovery").body;
    browser.submit(&Browser::form(&page, "/signin/recovery").set("username", username).set("code", code))
}

fn signs_in(harness: &Harness, password: &str) -> bool {
    Browser::new(harness).sign_in("alice", password).status == 303
}

#[test]
fn a_changed_password_is_the_only_one_and_the_other_sessions_are_over() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let elsewhere = Browser::new(&harness);
    elsewhere.sign_in("alice", "correct horse");
    let changed = change(&owner, "correct horse", NEW);
    assert!(changed.status == 200 && changed.body.contains("Your password is changed"), "{changed:?}");
    assert!(changed.log.concat().contains("\"event\":\"password_changed\""));
    assert_eq!(elsewhere.get("/account").location(), "/signin?next=account");
    assert_eq!(owner.get("/account").status, 200);
    assert!(signs_in(&harness, NEW) && !signs_in(&harness, "correct horse"));
}

#[test]
fn a_password_is_changed_by_who_knows_it_into_one_that_may_be_chosen() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let wrong = change(&owner, "wrong", NEW);
    assert_eq!((wrong.status, wrong.refusal.as_deref()), (403, Some("WrongCredentials")));
    assert!(wrong.body.contains("id=\"current-wrong\" role=\"alert\""), "{wrong:?}");
    for (new, words) in [("short", "at least 8"), ("alice", "at least 8"), (&"a".repeat(257), "at most 256")]
    {
        let refused = change(&owner, "correct horse", new);
        assert!(refused.status == 400 && refused.body.contains(words), "{refused:?}");
    }
    let unknown = form(&owner, "/account/password").remove(0).set("action", "x");
    assert_eq!(owner.submit(&unknown).status, 400);
    assert_eq!(owner.submit(&unknown.clone().set("csrf", "x")).status, 403);
    assert!(signs_in(&harness, "correct horse"));
    // Whoever finds the browser open does not get to guess for long.
    let throttled =
        (0..10).map(|_| change(&owner, "wrong", NEW)).find(|answer| answer.status == 429).unwrap();
    assert!(!throttled.header("retry-after").is_empty() && throttled.body.contains("Too many attempts"));
    assert!(!harness.memory.dump().contains(NEW));
}

#[test]
fn strangers_who_guess_do_not_keep_an_owner_from_another_password() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let stranger = Browser::new(&harness);
    assert!((0..10).any(|_| stranger.sign_in("alice", "wrong").status == 429));
    assert_eq!(change(&owner, "correct horse", NEW).status, 200);
    assert_eq!(stranger.sign_in("alice", NEW).status, 429, "and they wait as long as before");
}

#[test]
fn a_password_goes_when_something_else_is_certain_and_not_before() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let not_yet = |answer: Answer| {
        assert_eq!((answer.status, answer.refusal.as_deref()), (409, Some("LastWayIn")), "{answer:?}");
        assert!(answer.body.contains("you could lose the way into your account"));
    };
    not_yet(remove_password(&owner));
    let mut passkey = Authenticator::es256(1);
    passkey.register(&owner);
    assert!(owner.get("/account/password").body.contains("once you have two passkeys"));
    not_yet(remove_password(&owner));
    codes(&owner);
    let removed = remove_password(&owner);
    assert!(removed.status == 200 && removed.log.concat().contains("password_removed"), "{removed:?}");
    assert!(!signs_in(&harness, "correct horse"));
    // Now the passkey stays.
    let page = owner.get("/account/passkeys").body;
    let last = owner.submit(&Browser::form(&page, "/account/passkeys").set("action", "remove"));
    not_yet(last);
    assert_eq!(Browser::new(&harness).get("/signin").status, 200);
    let browser = Browser::new(&harness);
    let form = passkey.get(&browser.get("/signin").body);
    assert_eq!(browser.submit(&form).location(), "/account");
    // And a password can come back, without another to be shown.
    let page = browser.get("/account/password").body;
    assert!(page.contains("has no password") && !page.contains("name=\"current\""), "{page}");
    assert_eq!(change(&browser, "", NEW).status, 200);
    assert!(signs_in(&harness, NEW));
}

#[test]
fn two_passkeys_do_without_a_password_and_stay_two() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let (mut one, mut two) = (Authenticator::es256(1), Authenticator::es256(2));
    one.register(&owner);
    two.register(&owner);
    assert_eq!(remove_password(&owner).status, 200);
    let page = owner.get("/account/passkeys").body;
    let refused = owner.submit(&Browser::form(&page, "/account/passkeys").set("action", "remove"));
    assert_eq!((refused.status, refused.refusal.as_deref()), (409, Some("LastWayIn")));
    codes(&owner);
    assert_eq!(owner.submit(&Browser::form(&page, "/account/passkeys").set("action", "remove")).status, 200);
}

#[test]
fn a_recovery_code_signs_in_once() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    assert!(owner.get("/account/recovery").body.contains("You have no recovery codes"));
    let codes = codes(&owner);
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| !harness.memory.dump().contains(code.as_str())));
    let shown_again = owner.get("/account/recovery").body;
    assert!(shown_again.contains("10 codes are left") && !shown_again.contains(&codes[0]));
    let browser = Browser::new(&harness);
    assert_eq!(recover(&browser, "ALICE", &codes[3].to_uppercase().replace('-', " ")).location(), "/account");
    assert!(browser.get("/account/recovery").body.contains("9 codes are left"));
    let client = Client::confidential(&harness);
    let claims = client.id_token(&browser, &[]).claims;
    assert_eq!((&claims["acr"], &claims["amr"][0]), (&"1".into(), &"otp".into()));
    for (username, code) in [
        ("alice", codes[3].as_str()),
        ("alice", "0000-0000-0000-0000"),
        ("alice", ""),
        ("bob", &codes[4]),
        ("", &codes[4]),
    ] {
        let refused = recover(&Browser::new(&harness), username, code);
        assert!(
            refused.status == 403 && refused.body.contains("The user name or the code is wrong"),
            "{refused:?}"
        );
    }
    // New ones put the old ones out of use.
    let new = self::codes(&browser);
    assert_eq!(recover(&Browser::new(&harness), "alice", &codes[4]).status, 403);
    assert_eq!(recover(&Browser::new(&harness), "alice", &new[0]).location(), "/account");
}

#[test]
fn recovery_codes_are_guessed_no_faster_than_passwords() {
    let harness = Harness::new();
    let codes = codes(&Browser::signed_up(&harness, "alice"));
    let stranger = Browser::new(&harness);
    let throttled =
        (0..20).map(|_| recover(&stranger, "alice", "1")).find(|answer| answer.status == 429).unwrap();
    assert!(
        !throttled.header("retry-after").is_empty() && throttled.log.concat().contains("sign_in_throttled")
    );
    assert_eq!(recover(&stranger, "alice", "1").status, 429);
    assert_eq!(stranger.sign_in("alice", "correct horse").status, 429, "one count for both");
    harness.wait(900);
    assert_eq!(recover(&stranger, "alice", &codes[0]).location(), "/account");
}

#[test]
fn strangers_who_keep_guessing_keep_no_owner_from_a_recovery_code_or_from_another_password() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let codes = codes(&owner);
    let stranger = Browser::new(&harness);
    assert!((0..10).any(|_| stranger.sign_in("alice", "guess").status == 429));
    assert_eq!(change(&owner, "wrong", NEW).status, 403, "counted by the browser that the owner uses");
    assert_eq!(change(&owner, "correct horse", NEW).status, 200);
    // With nothing at hand but a sheet of paper, in a browser that nobody knows.
    assert_eq!(recover(&Browser::new(&harness), "alice", &codes[0]).location(), "/account");
    assert_eq!(recover(&Browser::new(&harness), "alice", &codes[0]).status, 403, "once");
}

#[test]
fn the_request_that_waited_goes_on_after_a_recovery_code() {
    let harness = Harness::new();
    let codes = codes(&Browser::signed_up(&harness, "alice"));
    let client = Client::confidential(&harness);
    let browser = Browser::new(&harness);
    let page = browser.follow(browser.get(&client.authorize(&[]))).body;
    let (_, link) = page.split_once("href=\"/signin/recovery?").unwrap();
    let page = browser.get(&format!("/signin/recovery?{}", link.split('"').next().unwrap())).body;
    let form = Browser::form(&page, "/signin/recovery").set("username", "alice").set("code", &codes[0]);
    assert!(browser.follow(browser.submit(&form)).body.contains("name=\"decision\""));
}
