//! `/userinfo`.

use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Answer, Browser, Client, Harness, Jwt, Sent, tampered, text, userinfo};

fn known(harness: &Harness) -> Browser<'_> {
    let browser = Browser::signed_up(harness, "alice");
    let said = [
        ("name", "Alice"),
        ("email", "alice@example.com"),
        ("locale", "ko-KR"),
        ("picture", "https://pictures.example/alice.png"),
        ("zoneinfo", "Asia/Seoul"),
    ];
    assert_eq!(browser.edit_profile(&said).status, 200);
    browser
}

fn access_token(client: &Client<'_>, browser: &Browser<'_>, scope: &str) -> String {
    text(&client.signed_in(browser, &[("scope", Some(scope))]), "access_token").to_owned()
}

/// 401, as RFC 6750 §3 has it.
#[track_caller]
fn assert_refused(answer: &Answer) {
    answer.assert_error(401, "invalid_token");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
    assert!(challenge.contains("/.well-known/oauth-protected-resource/userinfo"), "{challenge}");
}

#[test]
fn each_scope_opens_its_claims() {
    let harness = Harness::new();
    let browser = known(&harness);
    let client = Client::confidential(&harness);
    let profile = json!({
        "name": "Alice", "locale": "ko-KR", "picture": "https://pictures.example/alice.png",
        "zoneinfo": "Asia/Seoul", "preferred_username": "alice", "updated_at": 1_800_000_000,
    });
    // Nobody verifies addresses here, and nobody is told otherwise.
    let email = json!({ "email": "alice@example.com", "email_verified": false });
    for (scope, parts) in [
        ("openid", vec![]),
        ("openid profile", vec![&profile]),
        ("openid email", vec![&email]),
        ("openid profile email calendar.read", vec![&profile, &email]),
    ] {
        let tokens = client.signed_in(&browser, &[("scope", Some(scope))]);
        let sub = Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"].clone();
        let mut expected = json!({ "sub": sub });
        for part in parts {
            for (name, value) in part.as_object().unwrap() {
                expected[name] = value.clone();
            }
        }
        let access = text(&tokens, "access_token");
        for method in ["GET", "POST"] {
            let sent = Sent { method: method.into(), ..Sent::get("/userinfo") }.bearer(access);
            let answer = harness.send(sent);
            assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.json(), expected, "{method} {scope}");
        }
    }
}

#[test]
fn an_owner_who_said_nothing_has_a_name_to_sign_in_with_alone() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "Bob <b>");
    let token = access_token(&Client::confidential(&harness), &browser, "openid profile email");
    let mut claims = userinfo(&harness, &token).json();
    claims.as_object_mut().unwrap().remove("sub");
    assert_eq!(claims, json!({ "preferred_username": "Bob <b>" }));
}

#[test]
fn claims_by_name_open_their_scope_and_others_are_passed_over() {
    let harness = Harness::new();
    let browser = known(&harness);
    let client = Client::confidential(&harness);
    let asked =
        r#"{"userinfo":{"email":null,"phone_number":{"essential":true},"__proto__":{"essential":true}}}"#;
    let page = browser.get(&client.asks(&[("claims", Some(asked))]));
    assert!(page.body.contains("See your e-mail address") && !page.body.contains("See your profile"));
    let tokens = client.signed_in(&browser, &[("claims", Some(asked))]);
    let claims = userinfo(&harness, text(&tokens, "access_token")).json();
    assert_eq!(claims["email"], "alice@example.com");
    assert_eq!(claims.as_object().unwrap().len(), 3, "{claims}");
    // What is for userinfo is not in the ID token.
    assert_eq!(Jwt::verified(&harness, text(&tokens, "id_token")).claims.get("email"), None);
}

#[test]
fn without_a_token_without_openid_and_with_a_token_for_another() {
    let harness = Harness::new();
    let browser = known(&harness);
    let client = Client::confidential(&harness);
    let answer = harness.get("/userinfo");
    answer.assert_error(401, "unauthorized");
    assert!(answer.header("www-authenticate").contains(r#"scope="openid""#));
    assert!(!answer.header("www-authenticate").contains("error"));
    // Row 127.
    for scope in ["calendar.read", "profile email"] {
        let answer = userinfo(&harness, &access_token(&client, &browser, scope));
        answer.assert_error(403, "insufficient_scope");
        assert!(answer.header("www-authenticate").contains(r#"scope="openid""#));
    }
    let resource = "https://as.example/demo/calendar";
    let changes = [("resource", Some(resource)), ("scope", Some("openid calendar.read"))];
    let tokens = client.signed_in(&browser, &changes);
    assert_refused(&userinfo(&harness, text(&tokens, "access_token")));
    assert_refused(&userinfo(&harness, text(&tokens, "id_token")));
    let token = access_token(&client, &browser, "openid");
    for forged in tampered(&token) {
        assert_refused(&userinfo(&harness, &forged));
    }
    let query = format!("/userinfo?access_token={token}");
    harness.get(&query).assert_error(400, "invalid_request");
    let body = Sent::form("/userinfo", &[("access_token", token.as_str())]);
    harness.send(body).assert_error(401, "unauthorized");
    assert_eq!(userinfo(&harness, &token).status, 200);
    harness.wait(600);
    assert_refused(&userinfo(&harness, &token));
}

#[test]
fn it_ends_at_once_with_the_grant_or_the_client() {
    let endings: [fn(&Client<'_>, &Browser<'_>, &Value); 4] = [
        |client, _, tokens| {
            client.post("/revoke", &[("token", text(tokens, "access_token"))]);
        },
        |client, _, tokens| {
            client.post("/revoke", &[("token", text(tokens, "refresh_token"))]);
        },
        |_, browser, _| {
            let page = browser.get("/account");
            browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
        },
        |client, _, _| {
            let sent = Sent::json("POST", "/admin/clients/deny", &json!({ "client_id": client.id }));
            assert_eq!(client.harness.send(sent.bearer(ADMIN_TOKEN)).status, 204);
        },
    ];
    for end in endings {
        let harness = Harness::new();
        let browser = known(&harness);
        let client = Client::confidential(&harness);
        let tokens = client.signed_in(&browser, &[("scope", Some("openid offline_access"))]);
        let token = text(&tokens, "access_token");
        assert_eq!(userinfo(&harness, token).status, 200);
        end(&client, &browser, &tokens);
        assert_refused(&userinfo(&harness, token));
    }
}

#[test]
fn it_ends_with_a_client_that_is_deleted_and_not_with_a_session() {
    let harness = Harness::new();
    let browser = known(&harness);
    let stored = Client::stored(&harness, json!({}));
    let token = access_token(&stored, &browser, "openid");
    // Signing out ends the session; what was granted in it stays until its tokens are dead.
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    assert_eq!(userinfo(&harness, &token).status, 200);
    let address = text(&stored.registration, "registration_client_uri");
    let delete = Sent { method: "DELETE".into(), ..Sent::get(&address["https://as.example".len()..]) };
    let manages = text(&stored.registration, "registration_access_token");
    assert_eq!(harness.send(delete.bearer(manages)).status, 204);
    assert_refused(&userinfo(&harness, &token));
}

#[test]
fn a_replayed_code_takes_it_away() {
    let harness = Harness::new();
    let browser = known(&harness);
    let client = Client::confidential(&harness);
    let code = client.signs_in(&browser, &[]);
    let tokens = client.redeem(&code).json();
    client.redeem(&code).assert_error(400, "invalid_grant");
    assert_refused(&userinfo(&harness, text(&tokens, "access_token")));
}

#[test]
fn signed_for_a_client_that_registered_it_so() {
    let harness = Harness::new();
    let browser = known(&harness);
    for alg in ["RS256", "ES256"] {
        let client = Client::register(&harness, json!({ "userinfo_signed_response_alg": alg }));
        let tokens = client.signed_in(&browser, &[("scope", Some("openid email"))]);
        let answer = userinfo(&harness, text(&tokens, "access_token"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwt"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let jwt = Jwt::verified(&harness, &answer.body);
        let expected = json!({
            "iss": "https://as.example", "aud": client.id, "email": "alice@example.com",
            "email_verified": false,
            "sub": Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"],
        });
        assert_eq!((jwt.alg.as_str(), jwt.claims), (alg, expected));
        // Errors stay JSON.
        assert_refused(&userinfo(&harness, "x"));
    }
}

#[test]
fn while_storage_is_away_it_says_so_and_tells_nothing() {
    let harness = Harness::new();
    let browser = known(&harness);
    let token = access_token(&Client::confidential(&harness), &browser, "openid");
    harness.memory.down.set(true);
    let answer = userinfo(&harness, &token);
    answer.assert_error(503, "temporarily_unavailable");
    harness.memory.down.set(false);
    assert_eq!(userinfo(&harness, &token).status, 200);
}
