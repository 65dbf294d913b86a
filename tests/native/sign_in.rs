//! `/signin`.

use crate::support::{Answer, Browser, Harness, Sent, tampered};

fn attempt(browser: &Browser<'_>, username: &str, password: &str) -> Answer {
    browser.sign_in(username, password)
}

#[test]
fn the_right_password_signs_in_and_the_session_is_a_new_one_each_time() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let first = browser.cookie("session");
    let answer = attempt(&browser, "alice", "correct horse");
    assert_eq!(answer.location(), "/account");
    assert!(!first.is_empty() && browser.cookie("session") != first);
    assert_eq!(browser.cookie("visitor"), "", "the cookie from before sign-in is gone");
    assert!(browser.get("/account").body.contains("alice"));
    // However the name is typed.
    let other = Browser::new(&harness);
    assert_eq!(attempt(&other, "  ALICE ", "correct horse").location(), "/account");
}

#[test]
fn an_unknown_name_and_a_wrong_password_are_one_answer() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    let answers: Vec<_> = [("alice", "wrong horse"), ("nobody", "wrong horse"), ("alice", "")]
        .map(|(username, password)| {
            let browser = Browser::new(&harness);
            let answer = attempt(&browser, username, password);
            assert_eq!((answer.status, browser.cookie("session").as_str()), (403, ""));
            let csrf = Browser::form(&answer.body, "/signin").value("csrf").to_owned();
            let (_, challenge) = answer.body.split_once("data-challenge=\"").unwrap();
            let challenge = challenge.split('"').next().unwrap();
            answer.body.replace(username, "NAME").replace(&csrf, "CSRF").replace(challenge, "CHALLENGE")
        })
        .into();
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert!(answers[0].contains("The user name or the password is wrong."));
    for name in ["", " ", "a\0", &"a".repeat(300)] {
        assert_eq!(attempt(&Browser::new(&harness), name, "x").status, 403);
    }
}

#[test]
fn an_unknown_name_takes_the_same_work_as_a_wrong_password() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    let work = |username: &str| {
        harness.memory.hashes.borrow_mut().clear();
        attempt(&Browser::new(&harness), username, "wrong horse");
        harness.memory.hashes.borrow().clone()
    };
    assert_eq!(work("alice"), [postern::model::password::ARGON2ID]);
    assert_eq!(work("alice"), work("nobody"));
}

#[test]
fn a_cookie_cannot_be_smuggled_into_another() {
    let harness = Harness::new();
    let session = Browser::signed_up(&harness, "mallory").cookie("session");
    for cookie in [
        format!("x=1,__Host-postern_session={session}"),
        format!("\u{2000}__Host-postern_session={session}"),
        format!("x=1,\u{a0}__Host-postern_session={session}"),
        format!("__Host-postern_session\u{a0}={session}"),
    ] {
        assert_eq!(harness.send(Sent::get("/account").with("cookie", &cookie)).status, 303, "{cookie}");
    }
    let own = format!("x=1; __Host-postern_session={session}");
    assert_eq!(harness.send(Sent::get("/account").with("cookie", &own)).status, 200);
}

#[test]
fn failed_attempts_are_slowed_down_and_told_how_long() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    for username in ["alice", "nobody"] {
        let stranger = Browser::new(&harness);
        for _ in 0..5 {
            assert_eq!(attempt(&stranger, username, "guess").status, 403);
        }
        let answer = attempt(&stranger, username, "correct horse");
        assert_eq!((answer.status, answer.header("retry-after")), (429, "1"));
        assert!(answer.body.contains("Try again in 1 seconds."), "{}", answer.body);
        harness.wait(1);
        assert_eq!(attempt(&stranger, username, "guess").status, 403);
        let answer = attempt(&stranger, username, "guess");
        assert_eq!((answer.status, answer.header("retry-after")), (429, "2"));
    }
}

#[test]
fn guessing_elsewhere_does_not_lock_out_a_browser_that_signed_in_before() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    let stranger = Browser::new(&harness);
    for _ in 0..6 {
        attempt(&stranger, "alice", "guess");
    }
    assert_eq!(attempt(&stranger, "alice", "correct horse").status, 429);
    assert_eq!(attempt(&browser, "alice", "correct horse").status, 303);
    // The cookie of a browser known to another account is a stranger here.
    let other = Browser::signed_up(&harness, "mallory");
    assert_eq!(attempt(&other, "alice", "correct horse").status, 429);
}

#[test]
fn what_was_guessed_at_a_name_that_does_not_exist_is_deleted_within_the_hour() {
    let harness = Harness::new();
    attempt(&Browser::new(&harness), "nobody", "guess");
    assert_eq!(harness.memory.objects().1, 1);
    harness.wait(3600);
    assert_eq!(harness.memory.objects().1, 0);
}

#[test]
fn a_form_needs_its_own_browser() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    let (browser, other) = (Browser::new(&harness), Browser::new(&harness));
    let page = browser.get("/signin");
    let form = Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    other.get("/signin");
    assert_eq!(other.submit(&form).status, 403, "login CSRF");
    assert_eq!(harness.send(form.sent()).status, 403);
    assert_eq!(browser.submit(&form.clone().without("csrf")).status, 403);
    assert_eq!(browser.send(form.sent().with("origin", "https://evil.example")).status, 403);
    assert_eq!(browser.submit(&form).status, 303);
}

#[test]
fn a_forged_or_old_session_cookie_is_nobody() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    harness.memory.meter.take();
    for forged in tampered(&browser.cookie("session")) {
        let cookie = format!("__Host-postern_session={forged}");
        let answer = harness.send(Sent::get("/account").with("cookie", &cookie));
        assert_eq!(answer.location(), "/signin?next=account");
    }
    assert_eq!(harness.memory.meter.take().object_calls, 0);
    // Without the prefix it is not our cookie: a neighbour domain could have set it.
    let cookie = format!("postern_session={}", browser.cookie("session"));
    assert_eq!(harness.send(Sent::get("/account").with("cookie", &cookie)).status, 303);
    harness.wait(14 * 86_400);
    assert_eq!(browser.get("/account").location(), "/signin?next=account");
}

#[test]
fn after_signing_in_nobody_is_sent_elsewhere() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    for (next, location) in [
        ("console", "/console"),
        ("account", "/account"),
        ("https://evil.example", "/account"),
        ("//evil.example", "/account"),
        ("/../evil", "/account"),
    ] {
        let browser = Browser::new(&harness);
        let page = browser.get(&format!("/signin?next={next}"));
        let form =
            Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
        let form = form.set("next", next);
        assert_eq!(browser.submit(&form).location(), location);
    }
}

#[test]
fn a_password_is_never_shown_again() {
    let harness = Harness::new();
    let answer = attempt(&Browser::new(&harness), "<b>alice", "s3cret-guess");
    assert!(!answer.body.contains("s3cret-guess"));
    assert!(answer.body.contains("&lt;b&gt;alice") && !answer.body.contains("<b>alice"));
}
