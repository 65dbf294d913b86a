//! `/account/profile`.

use serde_json::json;

use crate::support::{Browser, Client, Harness, Sent, text, userinfo};

const SAID: [(&str, &str); 5] = [
    ("name", "Alice \"Al\" <b>&"),
    ("email", "alice@example.com"),
    ("picture", "https://pictures.example/alice.png"),
    ("locale", "ko-KR"),
    ("zoneinfo", "Asia/Seoul"),
];

#[test]
fn what_the_owner_says_is_shown_again_and_told_to_clients_from_then_on() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let tokens = client.signed_in(&browser, &[("scope", Some("openid profile email"))]);
    let told = || userinfo(&harness, text(&tokens, "access_token")).json();
    assert_eq!(told().get("name"), None);
    harness.wait(5);
    let saved = browser.edit_profile(&SAID);
    assert_eq!(saved.status, 200);
    assert!(saved.body.contains("Saved.") && !saved.body.contains("<b>"), "{}", saved.body);
    let form = Browser::form(&browser.get("/account/profile").body, "/account/profile");
    for (name, value) in SAID {
        assert_eq!(form.value(name), value);
        assert_eq!(told()[name], value, "told at once");
    }
    assert_eq!((&told()["updated_at"], &told()["email_verified"]), (&json!(1_800_000_005), &json!(false)));
    // Taken back, nothing is left of it.
    harness.wait(5);
    browser.edit_profile(&SAID.map(|(name, _)| (name, "  ")));
    let told = told();
    for (name, _) in SAID {
        assert_eq!(told.get(name), None);
    }
    assert_eq!((told.get("email_verified"), &told["updated_at"]), (None, &json!(1_800_000_010)));
}

#[test]
fn what_cannot_be_is_refused_and_what_was_there_stays() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    browser.edit_profile(&SAID);
    let (long, wide) = ("a".repeat(101), format!("{}@example.com", "a".repeat(250)));
    for (name, value, sentence) in [
        ("name", long.as_str(), "at most 100 visible characters"),
        ("name", "a\u{202e}b", "at most 100 visible characters"),
        ("email", "alice", "not an e-mail address"),
        ("email", "<a@b.example>", "not an e-mail address"),
        ("email", "a@b.example, c@d.example", "not an e-mail address"),
        ("email", wide.as_str(), "not an e-mail address"),
        ("picture", "http://pictures.example/a.png", "https address"),
        ("picture", "javascript:alert(1)", "https address"),
        ("picture", "https://127.0.0.1/a.png", "https address"),
        ("locale", "korean language", "not a language tag"),
        ("zoneinfo", "../../etc/passwd", "not a time zone"),
    ] {
        let answer = browser.edit_profile(&[(name, value)]);
        assert_eq!(answer.status, 400, "{name}={value}");
        // Beside its field, and no other.
        let (before, after) = answer.body.split_once("aria-invalid=\"true\"").unwrap();
        assert!(
            before.contains(&format!("id=\"{name}\"")) && !after.contains("aria-invalid"),
            "{name}={value}"
        );
        let (_, beside) = after.split_once("id=\"profile-wrong\"").unwrap();
        assert!(beside.split("</p>").next().unwrap().contains(sentence), "{name}={value}: {}", answer.body);
        // The other fields are as they were typed.
        let form = Browser::form(&answer.body, "/account/profile");
        for (other, said) in SAID.iter().filter(|(other, _)| *other != name) {
            assert_eq!(form.value(other), *said);
        }
    }
    let form = Browser::form(&browser.get("/account/profile").body, "/account/profile");
    for (name, value) in SAID {
        assert_eq!(form.value(name), value);
    }
}

#[test]
fn only_the_owner_in_this_session_on_our_own_page() {
    let harness = Harness::new();
    assert_eq!(harness.get("/account/profile").location(), "/signin?next=account/profile");
    let (alice, bob) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "bob"));
    let form = Browser::form(&alice.get("/account/profile").body, "/account/profile").set("name", "Mallory");
    for sent in [
        form.clone().without("csrf").sent(),
        form.clone().set("csrf", "x").sent(),
        form.sent().with("origin", "https://evil.example"),
        form.sent().with("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(alice.send(sent).status, 403);
    }
    assert_eq!(bob.submit(&form).status, 403, "the form of another session");
    assert_eq!(harness.send(form.sent()).status, 403, "no session at all");
    let page = alice.get("/account/profile");
    assert!(!page.body.contains("Mallory"));
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!((page.header("cache-control"), page.header("access-control-allow-origin")), ("no-store", ""));
    // A session that is over leads to signing in, and from there back here.
    let stale = Browser::new(&harness);
    stale.cookies.replace(alice.cookies.borrow().clone());
    let signs_out = alice.get("/signout");
    alice.submit(&Browser::form(&signs_out.body, "/signout"));
    assert_eq!(stale.submit(&form).location(), "/signin?next=account/profile");
    let answer = stale.get("/signin?next=account/profile");
    let form = Browser::form(&answer.body, "/signin").set("username", "alice");
    let answer = stale.submit(&form.set("password", "correct horse"));
    assert_eq!(answer.location(), "/account/profile");
    assert!(!stale.get("/account/profile").body.contains("Mallory"));
}

#[test]
fn it_speaks_korean_too() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.send(Sent::get("/account/profile").with("accept-language", "ko"));
    assert!(page.body.contains("허락한 앱만 볼 수 있습니다."), "{}", page.body);
    assert!(browser.get("/account").body.contains("href=\"/account/profile\""));
}
