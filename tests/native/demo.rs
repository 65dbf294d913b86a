//! `/demo/whoami` and `/demo/calendar`: the guards.

use postern::jose::{jws, keyring::Accepts};
use serde_json::{Value, json};

use crate::support::{Browser, Client, Harness, Sent, tampered};

const METADATA: &str = r#"resource_metadata="https://as.example/.well-known/oauth-protected-resource/demo"#;

#[test]
fn whoami_says_whose_token_it_is() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let (access, _) = client.tokens(&Browser::signed_up(&harness, "alice"));
    for scheme in ["Bearer", "bearer", "BEARER "] {
        let answer =
            harness.send(Sent::get("/demo/whoami").with("authorization", &format!("{scheme} {access}")));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["client_id"], client.id.as_str());
        assert_eq!(answer.json()["scope"], "calendar.read calendar.write");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[test]
fn without_a_token_there_is_a_bare_challenge_that_says_where_to_look() {
    let harness = Harness::new();
    for (sent, scope) in [
        (Sent::get("/demo/calendar"), ", scope=\"calendar.read\""),
        (Sent::json("POST", "/demo/calendar", &json!({})), ", scope=\"calendar.write\""),
        (Sent::get("/demo/calendar").with("authorization", "Basic eDp5"), ", scope=\"calendar.read\""),
    ] {
        let answer = harness.send(sent);
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("www-authenticate"), format!("Bearer {METADATA}/calendar\"{scope}"));
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "WWW-Authenticate, Retry-After, DPoP-Nonce"
        );
    }
    assert_eq!(harness.get("/demo/whoami").header("www-authenticate"), format!("Bearer {METADATA}/whoami\""));
}

#[test]
fn malformed_headers_and_tokens_in_the_query_are_bad_requests() {
    let harness = Harness::new();
    let (access, _) = Client::confidential(&harness).tokens(&Browser::signed_up(&harness, "alice"));
    for header in ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b"] {
        harness
            .send(Sent::get("/demo/whoami").with("authorization", header))
            .assert_error(400, "invalid_request");
    }
    let query = format!("/demo/whoami?access_token={access}");
    harness.get(&query).assert_error(400, "invalid_request");
    harness.send(Sent::get(&query).bearer(&access)).assert_error(400, "invalid_request");
}

#[test]
fn forged_expired_and_other_tokens_are_invalid() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, refresh) = client.tokens(&browser);
    let parts: Vec<_> = access.split('.').collect();
    let none =
        format!("{}.{}.", postern::base::base64url::encode(r#"{"alg":"none","typ":"at+jwt"}"#), parts[1]);
    let mut tokens = tampered(&access);
    tokens.extend([
        none,
        parts[..2].join("."),
        refresh,
        client.code(&browser),
        client.id.clone(),
        "a".repeat(16_000),
    ]);
    for token in tokens {
        for path in ["/demo/whoami", "/demo/calendar"] {
            let answer = harness.send(Sent::get(path).bearer(&token));
            answer.assert_error(401, "invalid_token");
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        }
    }
    harness.wait(599);
    assert_eq!(harness.send(Sent::get("/demo/whoami").bearer(&access)).status, 200);
    harness.wait(1);
    harness.send(Sent::get("/demo/whoami").bearer(&access)).assert_error(401, "invalid_token");
}

#[test]
fn our_own_signature_on_something_else_opens_nothing() {
    let harness = Harness::new();
    let (access, _) = Client::confidential(&harness).tokens(&Browser::signed_up(&harness, "alice"));
    let claims: Value =
        serde_json::from_slice(&postern::base::base64url::decode(access.split('.').nth(1).unwrap()).unwrap())
            .unwrap();
    let sign = |label: &str, typ: &str, changes: &[(&str, Value)]| {
        let mut claims = claims.clone();
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        let key = harness.keyring.key("k1", label, Accepts::Current).unwrap();
        jws::sign(&key, "k1", typ, &claims).unwrap()
    };
    let own = "access/https://as.example";
    let whoami = |token: &str| harness.send(Sent::get("/demo/whoami").bearer(token)).status;
    assert_eq!(whoami(&sign(own, "at+jwt", &[])), 200);
    for (label, typ, changes) in [
        (own, "JWT", vec![]),
        (own, "logout+jwt", vec![]),
        ("access/https://as.example/", "at+jwt", vec![]),
        ("refresh", "at+jwt", vec![]),
        (
            "access/https://as.example/demo/calendar",
            "at+jwt",
            vec![("aud", json!("https://as.example/demo/calendar"))],
        ),
        (own, "at+jwt", vec![("aud", json!("https://as.example/demo/whoami"))]),
        (own, "at+jwt", vec![("aud", json!("http://as.example"))]),
        (own, "at+jwt", vec![("aud", json!(["https://as.example"]))]),
        (own, "at+jwt", vec![("aud", json!(null))]),
        (own, "at+jwt", vec![("iss", json!("https://evil.example"))]),
        (own, "at+jwt", vec![("iat", json!(1_800_000_061_u64))]),
        (own, "at+jwt", vec![("exp", json!(1_800_000_000_u64))]),
        (own, "at+jwt", vec![("exp", json!("never"))]),
    ] {
        assert_eq!(whoami(&sign(label, typ, &changes)), 401, "{label} {typ} {changes:?}");
    }
    assert_eq!(
        whoami(&sign(own, "at+jwt", &[("iat", json!(1_800_000_060_u64))])),
        200,
        "a clock a minute ahead"
    );
}

#[test]
fn a_missing_scope_is_named() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code =
        browser.allow(&client.authorize(&[("scope", Some("calendar.read"))])).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 200);
    let answer = harness.send(Sent::json("POST", "/demo/calendar", &json!({ "title": "x" })).bearer(access));
    answer.assert_error(403, "insufficient_scope");
    assert!(answer.header("www-authenticate").ends_with("scope=\"calendar.write\""));
}

#[test]
fn the_calendar_keeps_each_owners_entries() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let (alice, _) = client.tokens(&Browser::signed_up(&harness, "alice"));
    let (bob, _) = client.tokens(&Browser::signed_up(&harness, "bob"));
    let add =
        |token: &str, body: &Value| harness.send(Sent::json("POST", "/demo/calendar", body).bearer(token));
    let answer = add(&alice, &json!({ "title": "치과 <dentist>" }));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["added_by"], client.id.as_str());
    let list = |token: &str| harness.send(Sent::get("/demo/calendar").bearer(token)).json();
    assert_eq!(list(&alice)["entries"][0]["title"], "치과 <dentist>");
    assert_eq!(list(&bob)["entries"], json!([]));
    for body in [
        json!({}),
        json!({ "title": "" }),
        json!({ "title": 1 }),
        json!([]),
        json!({ "title": "x".repeat(201) }),
    ] {
        add(&alice, &body).assert_error(400, "invalid_request");
    }
    let not_json =
        Sent::json("POST", "/demo/calendar", &json!({ "title": "x" })).with("content-type", "text/plain");
    harness.send(not_json.bearer(&alice)).assert_error(415, "invalid_request");
    for _ in 1..100 {
        assert_eq!(add(&alice, &json!({ "title": "x" })).status, 201);
    }
    add(&alice, &json!({ "title": "x" })).assert_error(409, "invalid_request");
}
