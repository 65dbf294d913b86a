//! `/authorize` with `id_token_hint`: an ID token that comes back says who is meant (row 22).

use postern::base::base64url;
use serde_json::json;

use crate::support::{
    ADMIN_TOKEN, Answer, Browser, Client, Harness, Jwt, Sent, claims_of, signed, tampered, text,
};

const NONE: (&str, Option<&str>) = ("prompt", Some("none"));

fn hint(client: &Client<'_>, browser: &Browser<'_>) -> String {
    text(&client.signed_in(browser, &[]), "id_token").to_owned()
}

fn asked(client: &Client<'_>, browser: &Browser<'_>, hint: &str) -> Answer {
    browser.get(&client.asks(&[NONE, ("id_token_hint", Some(hint))]))
}

#[track_caller]
fn assert_error(answer: &Answer, error: &str) {
    assert_eq!(answer.redirected("error").as_deref(), Some(error), "{answer:?}");
    assert_eq!(answer.redirected("code"), None);
}

#[test]
fn the_one_who_is_meant_answers_and_another_does_not() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let (alice, bob) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "bob"));
    let (alices, bobs) = (hint(&client, &alice), hint(&client, &bob));
    assert!(asked(&client, &alice, &alices).redirected("code").is_some());
    assert_error(&asked(&client, &alice, &bobs), "login_required");
    assert_error(&asked(&client, &Browser::new(&harness), &alices), "login_required");
    // Where something may be shown, whoever is meant can sign in.
    let answer = alice.follow(alice.get(&client.asks(&[("id_token_hint", Some(&bobs))])));
    let form = Browser::form(&answer.body, "/signin").set("username", "bob").set("password", "correct horse");
    let code = alice.follow(alice.submit(&form)).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    let sub = &Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"];
    assert_eq!(*sub, claims_of(&bobs)["sub"]);
    // A hint and a subject by name have to agree.
    let other = json!({ "id_token": { "sub": { "value": claims_of(&alices)["sub"] } } }).to_string();
    let both = [NONE, ("id_token_hint", Some(bobs.as_str())), ("claims", Some(&other))];
    assert_error(&bob.get(&client.asks(&both)), "invalid_request");
    let both = [NONE, ("id_token_hint", Some(alices.as_str())), ("claims", Some(&other))];
    let elsewhere = Browser::new(&harness);
    elsewhere.sign_in("alice", "correct horse");
    assert!(elsewhere.get(&client.asks(&both)).redirected("code").is_some());
}

#[test]
fn it_may_have_expired_and_its_key_may_have_been_rotated() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "id_token_signed_response_alg": "ES256" }));
    let browser = Browser::signed_up(&harness, "alice");
    let old = hint(&client, &browser);
    harness.wait(3600);
    assert!(asked(&client, &browser, &old).redirected("code").is_some());
    let rotate = Sent { method: "POST".into(), ..Sent::get("/admin/rotate-keys") }.bearer(ADMIN_TOKEN);
    assert_eq!(harness.send(rotate).status, 200);
    harness.wait(3600);
    assert!(asked(&client, &browser, &old).redirected("code").is_some());
    // Nobody vouches for it any more.
    harness.wait(25 * 3600);
    assert_error(&asked(&client, &browser, &old), "invalid_request");
    assert!(asked(&client, &browser, &hint(&client, &browser)).redirected("code").is_some());
}

#[test]
fn with_pairwise_subjects_as_well() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "subject_type": "pairwise" }));
    let (alice, bob) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "bob"));
    let (alices, bobs) = (hint(&client, &alice), hint(&client, &bob));
    assert!(asked(&client, &alice, &alices).redirected("code").is_some());
    assert_error(&asked(&client, &alice, &bobs), "login_required");
}

#[test]
fn what_was_not_issued_here_to_this_client_is_refused() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let own = hint(&client, &browser);
    let tokens = client.signed_in(&browser, &[("scope", Some("openid offline_access"))]);
    let (claims, kid) = (claims_of(&own), Jwt::verified(&harness, &own).kid);
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": kid });
    let es256 = Client::register(&harness, json!({ "id_token_signed_response_alg": "ES256" }));
    let other_kid = Jwt::verified(&harness, &hint(&es256, &browser)).kid;
    let with = |name: &str, value: serde_json::Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        signed(&harness, &header, &claims)
    };
    let under = |name: &str, value: serde_json::Value| {
        let mut header = header.clone();
        header[name] = value;
        signed(&harness, &header, &claims)
    };
    let none = json!({ "alg": "none", "typ": "JWT", "kid": kid }).to_string();
    let payload = own.split('.').nth(1).unwrap();
    let mut hints = tampered(&own);
    hints.extend([
        "a.b.c".into(),
        "x".into(),
        hint(&Client::confidential(&harness), &browser),
        text(&tokens, "access_token").into(),
        text(&tokens, "refresh_token").into(),
        format!("{}.{payload}.", base64url::encode(&none)),
        format!("{}.{payload}.{}", base64url::encode(&none), own.rsplit('.').next().unwrap()),
        format!("{own}."),
        under("alg", json!("none")),
        under("alg", json!("HS256")),
        under("alg", json!("ES256")),
        under("typ", json!("at+jwt")),
        under("typ", json!("logout+jwt")),
        under("crit", json!(["x"])),
        under("kid", json!(other_kid)),
        with("aud", json!([client.id])),
        with("aud", json!(1)),
        with("aud", json!(null)),
        with("aud", json!("other")),
        with("iss", json!("https://other.example")),
        with("iss", json!(null)),
        with("sub", json!(1)),
        with("sub", json!(null)),
    ]);
    // A signature over the same claims is fine, so it is what was changed that is refused.
    assert!(asked(&client, &browser, &with("x", json!(1))).redirected("code").is_some());
    for hint in hints {
        assert_error(&asked(&client, &browser, &hint), "invalid_request");
    }
    let twice = format!("{}&id_token_hint={own}", client.asks(&[("id_token_hint", Some(&own))]));
    assert_error(&browser.get(&twice), "invalid_request");
    // RFC 6749 §3.1: sent without a value is not sent.
    assert!(asked(&client, &browser, "").redirected("code").is_some());
    // What it says is checked before anybody is asked to sign in.
    let answer = Browser::new(&harness).get(&client.asks(&[("id_token_hint", Some("x"))]));
    assert_error(&answer, "invalid_request");
}
