//! `/token` with `grant_type=authorization_code`.

use serde_json::json;

use crate::support::{Answer, Browser, Client, Harness, Sent, tampered};

#[track_caller]
fn assert_untouched(client: &Client<'_>, code: &str) -> Answer {
    let answer = client.redeem(code);
    assert_eq!(answer.status, 200, "the code was burned: {answer:?}");
    answer
}

#[test]
fn a_code_becomes_tokens() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let answer = client.redeem(&client.code(&browser));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["scope"], "calendar.read calendar.write");
    assert!(tokens["refresh_token"].as_str().unwrap().starts_with("prt_"));
    let claims = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(claims["iss"], "https://as.example");
    assert_eq!(claims["aud"], "https://as.example");
    assert_eq!(claims["client_id"], client.id.as_str());
    assert_eq!(claims["scope"], "calendar.read calendar.write");
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 600);
    assert_eq!(claims["auth_time"], 1_800_000_000_u64);
    for name in ["sub", "jti", "gid"] {
        assert!(claims[name].is_string(), "{name}");
    }
}

fn claims(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&postern::base::base64url::decode(payload).unwrap()).unwrap()
}

#[test]
fn a_client_that_did_not_register_refresh_tokens_gets_none() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "grant_types": ["authorization_code"] }));
    let browser = Browser::signed_up(&harness, "alice");
    let (_, refresh) = client.tokens(&browser);
    assert_eq!(refresh, "");
    let other = Client::confidential(&harness);
    let (_, refresh) = other.tokens(&browser);
    client.refresh(&refresh).assert_error(400, "unauthorized_client");
}

#[test]
fn every_way_of_authenticating_works_as_it_was_registered_and_in_no_other_way() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let basic = Client::confidential(&harness);
    let posts = Client::register(&harness, json!({ "token_endpoint_auth_method": "client_secret_post" }));
    let public = Client::public(&harness);
    for client in [&basic, &posts, &public] {
        let code = client.code(&browser);
        let redemption = client.redemption(&code);
        let id = ("client_id", client.id.as_str());
        let secret = client.secret.clone().unwrap_or_else(|| "pcs_x".into());
        let secret = ("client_secret", secret.as_str());
        let in_form = Sent::form("/token", &[redemption.as_slice(), &[id, secret]].concat());
        let alone = Sent::form("/token", &[redemption.as_slice(), &[id]].concat());
        let mut ways = vec![("client_secret_post", in_form), ("none", alone)];
        if client.secret.is_some() {
            ways.push(("client_secret_basic", client.sent("/token", &redemption)));
        }
        let method = client.registration["token_endpoint_auth_method"].as_str().unwrap();
        for (way, sent) in ways.iter().filter(|(way, _)| *way != method) {
            let answer = harness.send(sent.clone());
            answer.assert_error(401, "invalid_client");
            let challenge = answer.header("www-authenticate").starts_with("Basic");
            assert_eq!(challenge, *way == "client_secret_basic", "named only where it was tried");
        }
        let right = ways.into_iter().find(|(way, _)| *way == method).unwrap().1;
        assert_eq!(harness.send(right).status, 200, "{method}");
    }
}

#[test]
fn wrong_credentials_are_refused_and_never_say_which_part_was_wrong() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let stored = Client::stored(&harness, json!({}));
    let mut bodies = Vec::new();
    for client in [&client, &stored] {
        let code = client.code(&browser);
        let redemption = client.redemption(&code);
        let mut with = |id: &str, secret: &str| {
            use base64::Engine;
            let basic = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
            let sent = Sent::form("/token", &redemption).with("authorization", &format!("Basic {basic}"));
            let answer = harness.send(sent);
            answer.assert_error(401, "invalid_client");
            assert!(answer.header("www-authenticate").starts_with("Basic"));
            bodies.push(answer.body);
        };
        let secret = client.secret.clone().unwrap();
        for forged in tampered(&secret) {
            with(&client.id, &forged);
        }
        for forged in tampered(&client.id) {
            with(&forged, &secret);
        }
        with(&client.id, "");
        with("nobody", "x");
        for header in ["Basic", "Basic !!!", "Bearer x", "Negotiate x"] {
            let answer = harness.send(Sent::form("/token", &redemption).with("authorization", header));
            answer.assert_error(401, "invalid_client");
        }
        harness.send(Sent::form("/token", &redemption)).assert_error(401, "invalid_client");
        assert_untouched(client, &code);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "one answer for all");
}

#[test]
fn two_ways_at_once_and_two_clients_at_once_are_malformed() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code = client.code(&browser);
    let secret = client.secret.clone().unwrap();
    for more in [vec![("client_secret", secret.as_str())], vec![("client_id", "another")]] {
        client
            .post("/token", &[client.redemption(&code), more].concat())
            .assert_error(400, "invalid_request");
    }
    // The same id in both places is one client.
    let same = [client.redemption(&code), vec![("client_id", client.id.as_str())]].concat();
    assert_eq!(client.post("/token", &same).status, 200);
}

#[test]
fn everything_must_match_and_a_mismatch_burns_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code = client.code(&browser);
    let long = "a".repeat(129);
    for (name, value, error) in [
        ("grant_type", "", "invalid_request"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("grant_type", "implicit", "unsupported_grant_type"),
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
        ("code", "", "invalid_request"),
        ("code", "3", "invalid_grant"),
        ("code", "pac_", "invalid_grant"),
        ("redirect_uri", "", "invalid_request"),
        ("redirect_uri", "https://client.example/cb/", "invalid_grant"),
        ("redirect_uri", "https://evil.example/", "invalid_grant"),
        ("code_verifier", "", "invalid_request"),
        ("code_verifier", "short", "invalid_request"),
        ("code_verifier", &long, "invalid_request"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", "invalid_grant"),
        ("resource", "https://elsewhere.example", "invalid_target"),
        ("resource", "https://as.example/demo/whoami", "invalid_target"),
    ] {
        let mut pairs = client.redemption(&code);
        pairs.retain(|(n, _)| *n != name);
        pairs.push((name, value));
        client.post("/token", &pairs).assert_error(400, error);
    }
    for forged in tampered(&code) {
        client.redeem(&forged).assert_error(400, "invalid_grant");
    }
    for name in ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"] {
        let pairs = [client.redemption(&code), vec![(name, "x"), (name, "y")]].concat();
        client.post("/token", &pairs).assert_error(400, "invalid_request");
    }
    assert_untouched(&client, &code);
}

#[test]
fn another_client_cannot_redeem_and_cannot_harm() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let thief = Client::confidential(&harness);
    let code = client.code(&browser);
    thief.redeem(&code).assert_error(400, "invalid_grant");
    let tokens = assert_untouched(&client, &code).json();
    thief.redeem(&code).assert_error(400, "invalid_grant");
    assert_eq!(client.refresh(tokens["refresh_token"].as_str().unwrap()).status, 200);
}

#[test]
fn a_replayed_code_is_refused_and_ends_what_it_gave() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code = client.code(&browser);
    let tokens = client.redeem(&code).json();
    client.redeem(&code).assert_error(400, "invalid_grant");
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_error(400, "invalid_grant");
    assert_eq!(client.introspect(tokens["access_token"].as_str().unwrap()), json!({ "active": false }));
}

#[test]
fn a_code_lives_sixty_seconds() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (first, second) = (client.code(&browser), client.code(&browser));
    harness.wait(59);
    assert_eq!(client.redeem(&first).status, 200);
    harness.wait(1);
    client.redeem(&second).assert_error(400, "invalid_grant");
}

#[test]
fn other_methods_types_and_sizes_are_refused() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    for method in ["GET", "PUT", "HEAD", "DELETE", "PATCH", "PROPFIND"] {
        let answer = harness.send(Sent { method: method.into(), ..Sent::get("/token") });
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
    let form = "application/x-www-form-urlencoded";
    for content_type in
        ["application/json", "", &format!("{form}, text/plain"), &format!("{form}; charset=utf-16")]
    {
        let sent = client.sent("/token", &[("grant_type", "x")]).with("content-type", content_type);
        harness.send(sent).assert_error(415, "invalid_request");
    }
    for body in ["%", "a=%zz", "a=%ff", "\u{0}%c3%28"] {
        let sent = Sent { body: body.into(), ..client.sent("/token", &[]) };
        harness.send(sent).assert_error(400, "invalid_request");
    }
    let sent = Sent { body: vec![b'a'; 64 * 1024 + 1], ..client.sent("/token", &[]) };
    harness.send(sent).assert_error(413, "invalid_request");
    let sent = Sent { body: vec![0xff; 10], ..client.sent("/token", &[]) };
    harness.send(sent).assert_error(400, "invalid_request");
}

#[test]
fn a_token_for_a_named_resource_is_for_that_resource_alone() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let resource = "https://as.example/demo/calendar";
    let code = browser.allow(&client.authorize(&[("resource", Some(resource))])).redirected("code").unwrap();
    let pairs = [client.redemption(&code), vec![("resource", resource)]].concat();
    let tokens = client.post("/token", &pairs).json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(token)).status, 200);
    harness.send(Sent::get("/demo/whoami").bearer(token)).assert_error(401, "invalid_token");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let elsewhere = [refresh.as_slice(), &[("resource", "https://as.example")]].concat();
    client.post("/token", &elsewhere).assert_error(400, "invalid_target");
    assert_eq!(client.post("/token", &refresh).status, 200);
}
