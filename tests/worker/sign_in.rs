//! Signing in and out: one answer for every wrong guess, a growing wait, and sessions that end when they end.

use std::time::Duration;

use crate::browser::{Browser, PASSWORD, Page, new_name};
use crate::http::send;
use crate::server::Server;

/// What is left of a refused sign-in when everything that must differ is taken out.
fn shape(page: &Page, name: &str) -> String {
    let csrf = page.form().value("csrf").to_owned();
    let (_, challenge) = page.reply.body.split_once("data-challenge=\"").unwrap();
    let challenge = challenge.split('"').next().unwrap();
    page.reply.body.replace(name, "NAME").replace(&csrf, "CSRF").replace(challenge, "CHALLENGE")
}

#[test]
fn an_unknown_name_and_a_wrong_password_are_one_answer() {
    let server = Server::shared();
    let (_, name) = Browser::signed_up(server);
    let nobody = new_name();
    let wrong = Browser::new(server).sign_in(&name, "not-the-password").refuses(403);
    let unknown = Browser::new(server).sign_in(&nobody, "not-the-password").refuses(403);
    assert_eq!(shape(&wrong, &name), shape(&unknown, &nobody));
    assert_eq!(wrong.reply.spent(), unknown.reply.spent());
    let names = |page: &Page| page.reply.headers.keys().map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
    assert!(wrong.reply.all("set-cookie").is_empty());
    for odd in ["", " ", "a b", "\u{0}", "<b>", &"x".repeat(500), "🙂", "urn:x:y/z"] {
        let page = Browser::new(server).sign_in(odd, PASSWORD);
        assert_eq!(page.reply.status, 403, "{odd:?}");
    }
}

#[test]
fn a_name_is_one_name_whatever_its_case() {
    let server = Server::shared();
    let (_, name) = Browser::signed_up(server);
    Browser::new(server).sign_in(&name.to_uppercase(), PASSWORD).at("/account");
    let page = Browser::new(server);
    let form = page.open("/signup").form().fill("username", &name.to_uppercase()).fill("password", PASSWORD);
    page.send(form).refuses(409);
}

#[test]
fn weak_passwords_and_malformed_names_make_no_account() {
    let server = Server::shared();
    let browser = Browser::new(server);
    let name = new_name();
    let sign_up = |name: &str, password: &str| {
        let form = browser.open("/signup").form().fill("username", name).fill("password", password);
        browser.send(form)
    };
    for password in ["", "short", &name, &"x".repeat(10_000)] {
        sign_up(&name, password).refuses(400);
    }
    for name in ["", "a\u{0}b", &"x".repeat(500)] {
        sign_up(name, PASSWORD).refuses(400);
    }
    sign_up(&name, PASSWORD).at("/account");
}

#[test]
fn after_5_failures_strangers_wait_and_a_browser_that_signed_in_before_does_not() {
    let server = Server::shared();
    let (known, name) = Browser::signed_up(server);
    known.send(known.open("/signout").form()).at("/signout");
    for name in [&new_name(), &name] {
        let guess = || Browser::new(server).sign_in(name, "guess-of-a-stranger");
        let refused = (1..=10).find_map(|attempt| {
            let page = guess();
            (page.reply.status == 429).then_some((attempt, page))
        });
        let (attempt, page) = refused.expect("the guessing is slowed down");
        assert!(attempt > 5, "five mistakes are free, but only {} were", attempt - 1);
        let mut wait = 0;
        let mut page = page.refuses(429);
        // Each failure after that makes the wait longer.
        for _ in 0..2 {
            let seconds: u64 = page.reply.header("retry-after").parse().unwrap();
            assert!((wait + 1..=900).contains(&seconds), "{seconds} after {wait}");
            let sentence = page.texts("[role=alert]").concat();
            assert!(sentence.contains(&seconds.to_string()), "people are told how long: {sentence}");
            wait = seconds;
            std::thread::sleep(Duration::from_millis(seconds * 1000 + 100));
            guess().refuses(403);
            page = guess().refuses(429);
        }
    }
    // Even the right password is not looked at, or the wait would be none.
    Browser::new(server).sign_in(&name, PASSWORD).refuses(429);
    known.sign_in(&name, PASSWORD).at("/account");
}

#[test]
fn signing_out_ends_the_session_and_looking_at_the_page_does_not() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let elsewhere = Browser::signed_in(server, &name);
    let cookies = browser.cookies();
    let page = browser.open("/signout").at("/signout");
    browser.open("/account").at("/account");
    browser.send(page.form()).at("/signout");
    browser.open("/account").at("/signin");
    for path in ["/account", "/console"] {
        let replayed = send(browser.replay(&cookies, "GET", path)).expect(303);
        assert!(
            replayed.header("location").starts_with("/signin"),
            "a stolen cookie is worth nothing any more"
        );
    }
    elsewhere.open("/account").at("/account");
}

#[test]
fn each_sign_in_begins_a_session_of_its_own() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let session = |browser: &Browser| {
        let cookies = browser.cookies();
        let cookie = cookies.split("; ").find(|cookie| cookie.starts_with("postern_session="));
        cookie.expect("a session").to_owned()
    };
    let first = session(&browser);
    let csrf = browser.open("/signout").form().value("csrf").to_owned();
    browser.sign_in(&name, PASSWORD).at("/account");
    assert_ne!(session(&browser), first);
    assert_ne!(browser.open("/signout").form().value("csrf"), csrf);
    // A value that somebody else put there is not taken over.
    let victim = Browser::new(server);
    let page = victim.open("/signin");
    let form = page.form().fill("username", &name).fill("password", PASSWORD);
    let fixed = format!("{}; postern_session=chosen-by-an-attacker", victim.cookies());
    let post = victim.replay(&fixed, "POST", "/signin");
    let reply = send(form.body(post)).expect(303);
    assert!(reply.all("set-cookie").iter().any(|cookie| cookie.starts_with("postern_session=")));
    assert!(!reply.all("set-cookie").concat().contains("chosen-by-an-attacker"));
}

#[test]
fn what_comes_after_signing_in_is_a_page_of_ours() {
    let server = Server::shared();
    let (_, name) = Browser::signed_up(server);
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "account/../x", "console"] {
        let browser = Browser::new(server);
        let page = browser.open(&format!("/signin?{}", crate::http::encode(&[("next", next)])));
        let form = page.form().fill("username", &name).fill("password", PASSWORD);
        let reply = browser.post(&form.forge("next", next)).expect(303);
        let expected = if next == "console" { "/console" } else { "/account" };
        assert_eq!(reply.header("location"), expected);
    }
}
