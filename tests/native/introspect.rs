//! `/introspect`.

use serde_json::json;

use crate::support::{Browser, Client, Harness, Jwt, Sent, tampered};

const API: &str = "https://api.example";

#[test]
fn a_client_is_told_about_its_own_tokens() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, refresh) = client.tokens(&browser);
    let told = client.introspect(&access);
    assert_eq!(told["active"], true);
    assert_eq!(told["client_id"], client.id.as_str());
    assert_eq!(told["scope"], "calendar.read calendar.write");
    assert_eq!(told["token_type"], "Bearer");
    assert_eq!(told["iss"], "https://as.example");
    assert_eq!(told["aud"], "https://as.example");
    assert_eq!(told["exp"], 1_800_000_600_u64);
    let told = client.introspect(&refresh);
    assert_eq!((told["active"].as_bool(), told["exp"].as_u64()), (Some(true), Some(1_802_592_000)));
    // A superseded refresh token is no longer the token.
    client.refresh(&refresh);
    assert_eq!(client.introspect(&refresh), json!({ "active": false }));
    // What a hint says does not matter.
    let hinted = client.post("/introspect", &[("token", &access), ("token_type_hint", "refresh_token")]);
    assert_eq!(hinted.json()["active"], true);
}

#[test]
fn everything_else_is_only_inactive() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let other = Client::confidential(&harness);
    let (access, refresh) = client.tokens(&browser);
    let inactive = json!({ "active": false });
    for token in [&access, &refresh] {
        assert_eq!(other.introspect(token), inactive);
        for forged in tampered(token) {
            assert_eq!(client.introspect(&forged), inactive);
        }
    }
    for junk in ["x", "..", &"a".repeat(60_000), &client.code(&browser), &client.id] {
        assert_eq!(client.introspect(junk), inactive);
    }
    harness.wait(600);
    assert_eq!(client.introspect(&access), inactive);
}

#[test]
fn only_clients_that_authenticate_may_ask() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let public = Client::public(&harness);
    let (access, _) = public.tokens(&browser);
    public.post("/introspect", &[("token", &access)]).assert_error(401, "invalid_client");
    harness.send(Sent::form("/introspect", &[("token", &access)])).assert_error(401, "invalid_client");
    let client = Client::confidential(&harness);
    client.post("/introspect", &[]).assert_error(400, "invalid_request");
    client.post("/introspect", &[("token", "a"), ("token", "b")]).assert_error(400, "invalid_request");
    let in_query = client.sent(&format!("/introspect?token={access}"), &[]);
    harness.send(in_query).assert_error(400, "invalid_request");
    assert_eq!(harness.get("/introspect").status, 405);
}

/// A server with a resource elsewhere, and the client that may introspect for it.
fn with_resource() -> (Harness, String) {
    let plain = Harness::new();
    let guard = Client::confidential(&plain);
    let resources = json!([
        { "identifier": API, "scopes": ["calendar.read"], "introspection_client": guard.id },
        { "identifier": "https://other.example", "scopes": ["calendar.read"] },
    ]);
    let id = guard.id.clone();
    (Harness::with(&[("RESOURCES", &resources.to_string())]), id)
}

#[test]
fn a_resource_server_is_told_about_tokens_for_its_audience_and_no_other() {
    let (harness, guard_id) = with_resource();
    // The same root key and salt give the same id: this is the client that is configured.
    let guard = Client::confidential(&harness);
    assert_eq!(guard.id, guard_id);
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let token_for = |resource: &str| {
        let code = browser
            .allow(&client.authorize(&[("resource", Some(resource)), ("prompt", Some("consent"))]))
            .redirected("code")
            .unwrap();
        client.redeem(&code).json()
    };
    let tokens = token_for(API);
    let access = tokens["access_token"].as_str().unwrap();
    let told = guard.introspect(access);
    assert_eq!((told["active"].as_bool(), told["aud"].as_str()), (Some(true), Some(API)));
    assert_eq!(told["scope"], "calendar.read", "both were asked for, and this resource understands one");
    assert_eq!(told["client_id"], client.id.as_str());
    // Not about refresh tokens, not about other audiences.
    assert_eq!(guard.introspect(tokens["refresh_token"].as_str().unwrap())["active"], false);
    let other = token_for("https://other.example");
    assert_eq!(guard.introspect(other["access_token"].as_str().unwrap())["active"], false);
    let own = token_for("https://as.example");
    assert_eq!(guard.introspect(own["access_token"].as_str().unwrap())["active"], false);
}

#[test]
fn the_holder_of_an_audience_key_becomes_nobody_here() {
    use postern::jose::{jws, keyring::Accepts};
    let (harness, _) = with_resource();
    let guard = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code = browser
        .allow(&client.authorize(&[("resource", Some(API)), ("scope", Some("calendar.read"))]))
        .redirected("code")
        .unwrap();
    let tokens = client.redeem(&code).json();
    let access = tokens["access_token"].as_str().unwrap();
    let payload = postern::base::base64url::decode(access.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    let key = harness.keyring.key("k1", &format!("access/{API}"), Accepts::Current).unwrap();
    let forge = |changes: &[(&str, serde_json::Value)]| {
        let mut claims = claims.clone();
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        jws::sign(&key, "k1", "at+jwt", &claims).unwrap()
    };
    assert_eq!(client.introspect(&forge(&[]))["active"], true, "the forger's own copy is the same token");
    for changes in [
        [("sub", json!("AAAAAAAAAAAAAAAAAAAAAA"))],
        [("client_id", json!(guard.id))],
        [("exp", json!(1_900_000_000))],
        [("gid", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))],
        [("aud", json!("https://as.example"))],
        [("iss", json!("https://evil.example"))],
    ] {
        let forged = forge(&changes);
        for caller in [&client, &guard] {
            assert_eq!(caller.introspect(&forged)["active"], false, "{changes:?}");
        }
        // Nor does it open a resource that lives here.
        harness.send(Sent::get("/demo/whoami").bearer(&forged)).assert_error(401, "invalid_token");
    }
    // Nor does it end a grant that is for another audience.
    let public = Client::public(&harness);
    let (access, refresh) = public.tokens(&browser);
    let payload = postern::base::base64url::decode(access.split('.').nth(1).unwrap()).unwrap();
    let own: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    for sub in [json!("AAAAAAAAAAAAAAAAAAAAAA"), own["sub"].clone()] {
        for id in [json!("nobody"), json!(public.id)] {
            let forged = forge(&[("gid", own["gid"].clone()), ("sub", sub.clone()), ("client_id", id)]);
            assert_eq!(public.post("/revoke", &[("token", &forged)]).status, 200);
        }
    }
    assert_eq!(public.refresh(&refresh).status, 200);
    let widened = client.introspect(&forge(&[("scope", json!("calendar.read calendar.write"))]));
    assert_eq!(widened["scope"], "calendar.read", "the scope is the grant's");
}

#[test]
fn who_wants_it_signed_gets_it_signed() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for (more, algorithm) in
        [(json!({}), "RS256"), (json!({ "introspection_signed_response_alg": "ES256" }), "ES256")]
    {
        let client = Client::stored(&harness, more);
        let (access, _) = client.tokens(&browser);
        let ask = |token: &str| {
            let accept = "application/token-introspection+jwt";
            let answer = harness.send(client.sent("/introspect", &[("token", token)]).with("accept", accept));
            assert_eq!((answer.status, answer.header("content-type")), (200, accept));
            assert_eq!(answer.header("cache-control"), "no-store");
            let jwt = Jwt::typed(&harness, &answer.body, "token-introspection+jwt");
            assert_eq!(jwt.alg, algorithm);
            assert_eq!(
                (&jwt.claims["iss"], &jwt.claims["aud"]),
                (&json!("https://as.example"), &json!(client.id))
            );
            assert_eq!(jwt.claims["iat"], harness.now().seconds());
            assert_eq!((jwt.claims.get("sub"), jwt.claims.get("exp")), (None, None));
            jwt.claims["token_introspection"].clone()
        };
        assert_eq!(ask(&access), client.introspect(&access));
        assert_eq!(ask("x"), json!({ "active": false }));
    }
}
