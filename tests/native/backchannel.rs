//! Back-Channel Logout 1.0: who is told that a session is over, and what they are told.

use std::collections::BTreeSet;

use postern::base::base64url;
use postern::base::form::Form;
use postern::jose::jwk::Jwk;
use postern::store::memory_signatures::sign;
use serde_json::{Value, json};

use crate::logout::{id_token, relying_party};
use crate::support::{Browser, Client, Harness, ISSUER, Sent};

const OUT: &str = "https://client.example/out";

fn hearing<'a>(harness: &'a Harness, uri: &str, more: Value) -> Client<'a> {
    let mut members = json!({ "client_name": uri, "backchannel_logout_uri": uri });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    relying_party(harness, members)
}

fn sign_out(browser: &Browser<'_>) {
    let page = browser.get("/signout");
    assert_eq!(browser.submit(&Browser::form(&page.body, "/signout")).status, 200);
}

/// Where notices went since the last time, in order.
fn told(harness: &Harness) -> Vec<String> {
    harness.memory.posted.take().into_iter().map(|(uri, _)| uri).collect()
}

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

/// Verifies a logout token as §2.6 says: its header and its claims.
fn verified(harness: &Harness, form: &str) -> (Value, Value) {
    let form = Form::parse(form).unwrap();
    assert_eq!(form.pairs().len(), 1);
    let token = form.value("logout_token").unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = (part(token, 0), part(token, 1));
    let keys = harness.get("/jwks.json").json()["keys"].clone();
    let key = keys.as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!(key["alg"], header["alg"]);
    assert_eq!(base64url::decode(signature).unwrap(), sign(&Jwk::parse(key).unwrap(), input.as_bytes()));
    (header, claims)
}

#[test]
fn a_logout_token_says_who_and_which_session_and_nothing_else() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let mut seen = BTreeSet::new();
    for more in [
        json!({}),
        json!({ "id_token_signed_response_alg": "ES256", "backchannel_logout_session_required": true }),
        json!({ "subject_type": "pairwise", "redirect_uris": ["https://client.example/cb"] }),
    ] {
        let client = hearing(&harness, OUT, more.clone());
        let token = id_token(&client, &browser);
        let id_claims = part(&token, 1);
        sign_out(&browser);
        let posted = harness.memory.posted.take();
        assert_eq!(posted.len(), 1);
        assert_eq!(posted[0].0, OUT);
        let (header, claims) = verified(&harness, &posted[0].1);
        let algorithm = more.get("id_token_signed_response_alg").unwrap_or(&json!("RS256")).clone();
        assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &algorithm));
        let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"]);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ISSUER), &json!(client.id)));
        assert_eq!((&claims["sub"], &claims["sid"]), (&id_claims["sub"], &id_claims["sid"]));
        assert_eq!(claims["iat"], harness.now().seconds());
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 120);
        assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        for unique in ["jti", "sid"] {
            assert!(seen.insert(claims[unique].as_str().unwrap().to_owned()));
        }
        browser.sign_in("alice", "correct horse");
    }
}

#[test]
fn everybody_who_was_signed_in_to_is_told_once_and_nobody_else() {
    let harness = Harness::new();
    let phone = Browser::signed_up(&harness, "alice");
    let laptop = Browser::new(&harness);
    laptop.sign_in("alice", "correct horse");
    let bob = Browser::signed_up(&harness, "bob");
    let at = |name: &str| format!("https://{name}.example/out");
    let (one, two, three) = (
        hearing(&harness, &at("one"), json!({})),
        hearing(&harness, &at("two"), json!({})),
        hearing(&harness, &at("three"), json!({})),
    );
    let deaf = relying_party(&harness, json!({}));
    for client in [&one, &one, &two, &deaf] {
        id_token(client, &phone);
    }
    // No sign-in: access to the calendar alone.
    three.tokens(&phone);
    id_token(&three, &laptop);
    id_token(&one, &bob);
    sign_out(&phone);
    assert_eq!(told(&harness), [at("one"), at("two")]);
    sign_out(&phone);
    // What a silent approval signs in to counts as well.
    let silent = laptop.get(&one.authorize(&[("scope", Some("openid"))]));
    assert!(silent.redirected("code").is_some());
    sign_out(&laptop);
    assert_eq!(told(&harness), [at("three"), at("one")]);
    sign_out(&bob);
    assert_eq!(told(&harness), [at("one")]);
    harness.wait(86_400);
    assert_eq!(told(&harness), [] as [&str; 0], "what was heard is not said again");
}

#[test]
fn a_session_is_told_of_when_its_grants_are_long_over() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({ "grant_types": ["authorization_code"] }));
    id_token(&client, &browser);
    harness.wait(86_400);
    let page = browser.get("/account");
    assert!(page.body.contains("approved, not in use"), "{}", page.body);
    sign_out(&browser);
    assert_eq!(told(&harness), [OUT]);
}

#[test]
fn an_app_whose_access_is_removed_hears_when_the_session_ends() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({}));
    id_token(&client, &browser);
    let page = browser.get("/account");
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
    assert_eq!(told(&harness), [] as [&str; 0]);
    sign_out(&browser);
    assert_eq!(told(&harness), [OUT]);
}

#[test]
fn who_signs_in_as_somebody_else_has_signed_out() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "bob");
    let browser = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({}));
    let alice = part(&id_token(&client, &browser), 1);
    browser.sign_in("bob", "wrong horse");
    assert_eq!(told(&harness), [] as [&str; 0], "nobody came");
    browser.sign_in("bob", "correct horse");
    let posted = harness.memory.posted.take();
    assert_eq!(posted.len(), 1);
    let claims = verified(&harness, &posted[0].1).1;
    assert_eq!((&claims["sub"], &claims["sid"]), (&alice["sub"], &alice["sid"]));
    // Signing up is signing in as somebody else too.
    let bob = part(&id_token(&client, &browser), 1);
    let page = browser.get("/signup");
    let form = Browser::form(&page.body, "/signup").set("username", "carol").set("password", "correct horse");
    browser.submit(&form);
    let posted = harness.memory.posted.take();
    assert_eq!(posted.len(), 1);
    assert_eq!(verified(&harness, &posted[0].1).1["sid"], bob["sid"]);
}

#[test]
fn the_session_that_ends_is_the_one_that_the_app_knows() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({}));
    let known = part(&id_token(&client, &browser), 1)["sid"].clone();
    for _ in 0..2 {
        browser.sign_in("alice", "correct horse");
    }
    sign_out(&browser);
    let posted = harness.memory.posted.take();
    assert_eq!(verified(&harness, &posted[0].1).1["sid"], known);
}

#[test]
fn who_signs_in_again_has_not_signed_out_and_what_grew_old_has_not_either() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({}));
    id_token(&client, &browser);
    browser.sign_in("alice", "wrong horse");
    assert_eq!(told(&harness), [] as [&str; 0]);
    browser.sign_in("alice", "correct horse");
    assert_eq!(told(&harness), [] as [&str; 0]);
    sign_out(&browser);
    assert_eq!(told(&harness), [OUT]);
    browser.sign_in("alice", "correct horse");
    id_token(&client, &browser);
    harness.wait(15 * 86_400);
    browser.sign_in("alice", "correct horse");
    sign_out(&browser);
    assert_eq!(told(&harness), [] as [&str; 0]);
}

#[test]
fn the_oldest_of_too_many_sessions_has_ended() {
    let harness = Harness::new();
    let first = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({}));
    id_token(&client, &first);
    for _ in 0..49 {
        Browser::new(&harness).sign_in("alice", "correct horse");
    }
    assert_eq!(told(&harness), [] as [&str; 0]);
    Browser::new(&harness).sign_in("alice", "correct horse");
    assert_eq!(told(&harness), [OUT]);
}

#[test]
fn a_client_that_does_not_answer_holds_nobody_up_and_is_told_again() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = hearing(&harness, OUT, json!({}));
    for status in [None, Some(500), Some(302), Some(404)] {
        id_token(&client, &browser);
        harness.log.take();
        harness.memory.post_status.set(status);
        sign_out(&browser);
        assert_eq!(told(&harness), [OUT]);
        let mut jtis = BTreeSet::new();
        for (early, rest) in [(59, 1), (299, 1), (1799, 1), (7199, 1)] {
            harness.wait(early);
            assert_eq!(told(&harness), [] as [&str; 0], "{status:?} {early}");
            harness.wait(rest);
            let posted = harness.memory.posted.take();
            assert_eq!(posted.len(), 1, "{status:?} {early}");
            // Each attempt is a token of its own, as old as the attempt.
            let (_, claims) = verified(&harness, &posted[0].1);
            assert_eq!(claims["iat"], harness.now().seconds());
            assert!(jtis.insert(claims["jti"].as_str().unwrap().to_owned()));
        }
        let failed = r#""event":"logout_notice_failed""#;
        let log = harness.log.take();
        let failures: Vec<_> = log.iter().filter(|line| line.contains(failed)).collect();
        assert!(failures.len() == 1 && failures[0].contains(r#""reason":"GivenUp""#), "{log:?}");
        harness.wait(86_400);
        assert_eq!(told(&harness), [] as [&str; 0], "given up");
        browser.sign_in("alice", "correct horse");
    }
    // One that answers at last has heard.
    id_token(&client, &browser);
    sign_out(&browser);
    harness.memory.post_status.set(Some(204));
    harness.wait(60);
    assert_eq!(told(&harness), [OUT; 2]);
    harness.wait(86_400);
    assert_eq!(told(&harness), [] as [&str; 0]);
    // One that refuses would refuse again.
    browser.sign_in("alice", "correct horse");
    id_token(&client, &browser);
    harness.memory.post_status.set(Some(400));
    sign_out(&browser);
    harness.wait(86_400);
    assert_eq!(told(&harness), [OUT]);
}

#[test]
fn a_sign_in_while_notices_wait_loses_none() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let clients: Vec<_> =
        (0..10).map(|n| hearing(&harness, &format!("https://c{n}.example/out"), json!({}))).collect();
    for client in &clients {
        id_token(client, &browser);
    }
    harness.memory.post_status.set(None);
    sign_out(&browser);
    assert_eq!(told(&harness).len(), 8, "the answer waits for so many");
    browser.sign_in("alice", "correct horse");
    assert_eq!(told(&harness).len(), 2, "the others were due");
    harness.memory.post_status.set(Some(200));
    harness.wait(60);
    harness.wait(0);
    assert_eq!(told(&harness).into_iter().collect::<BTreeSet<_>>().len(), 10);
}

#[test]
fn addresses_of_private_networks_do_not_register() {
    let harness = Harness::new();
    for uri in [
        "https://10.0.0.1/out",
        "https://localhost/out",
        "http://127.0.0.1/out",
        "https://printer.local/out",
        "http://client.example/out",
        "https://metadata.google.internal/out",
        "https://[::1]/out",
    ] {
        let document =
            json!({ "redirect_uris": ["https://client.example/cb"], "backchannel_logout_uri": uri });
        harness.send(Sent::json("POST", "/register", &document)).assert_error(400, "invalid_client_metadata");
    }
    let client = hearing(&harness, OUT, json!({ "backchannel_logout_session_required": true }));
    assert_eq!(client.registration["backchannel_logout_uri"], OUT);
    assert_eq!(client.registration["backchannel_logout_session_required"], true);
}
