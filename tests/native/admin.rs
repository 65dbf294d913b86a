//! `/admin/…`.

use serde_json::json;

use crate::support::{ADMIN_TOKEN, Browser, Client, Harness, Sent};

const API: &str = "https://api.example";

fn harness() -> Harness {
    Harness::with(&[("RESOURCES", r#"[{"identifier":"https://api.example","scopes":["calendar.read"]}]"#)])
}

fn key(harness: &Harness, audience: &str, token: &str) -> crate::support::Answer {
    harness.send(Sent::json("POST", "/admin/audience-key", &json!({ "audience": audience })).bearer(token))
}

#[test]
fn the_key_of_a_configured_audience_verifies_its_tokens() {
    let harness = harness();
    let answer = key(&harness, API, ADMIN_TOKEN);
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let jwk = answer.json()["keys"][0].clone();
    assert_eq!(
        (jwk["kty"].as_str(), jwk["alg"].as_str(), jwk["kid"].as_str()),
        (Some("oct"), Some("HS256"), Some("k1"))
    );
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let changes = [("resource", Some(API)), ("scope", Some("calendar.read"))];
    let code = browser.allow(&client.authorize(&changes)).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    let access = tokens["access_token"].as_str().unwrap();
    let (input, tag) = access.rsplit_once('.').unwrap();
    let bytes = postern::base::base64url::decode_array(jwk["k"].as_str().unwrap()).unwrap();
    let tag = postern::base::base64url::decode(tag).unwrap();
    assert!(postern::jose::hs256::HmacKey::new(&bytes).verifies(input.as_bytes(), &tag));
}

#[test]
fn no_other_key_is_handed_out() {
    let harness = harness();
    for audience in [
        "https://as.example",
        "https://as.example/",
        "https://as.example/demo/calendar",
        "https://api.example/",
        "",
    ] {
        key(&harness, audience, ADMIN_TOKEN).assert_error(404, "invalid_target");
    }
}

#[test]
fn a_resource_on_the_issuers_own_origin_is_no_audience_of_others() {
    for identifier in ["https://as.example", "https://as.example/demo/calendar", "https://as.example:443/x"] {
        let resources = format!(r#"[{{"identifier":"{identifier}","scopes":[]}}]"#);
        let harness = std::panic::catch_unwind(|| Harness::with(&[("RESOURCES", &resources)]));
        assert!(harness.is_err(), "{identifier} must not be served");
    }
}

#[test]
fn the_admin_token_is_needed_and_where_there_is_none_nobody_has_it() {
    let harness = harness();
    for token in ["", "x", "admin-token-of-the-testz"] {
        key(&harness, API, token).assert_error(401, "invalid_token");
    }
    let call = Sent::json("POST", "/admin/audience-key", &json!({ "audience": API }));
    harness.send(call.clone()).assert_error(401, "invalid_token");
    let off = Harness::with(&[("ADMIN_TOKEN", "")]);
    for token in ["", "x"] {
        off.send(call.clone().bearer(token)).assert_error(403, "access_denied");
    }
}

#[test]
fn bodies_that_make_no_sense_are_refused() {
    let harness = harness();
    for path in ["/admin/audience-key", "/admin/clients/deny", "/admin/clients/allow"] {
        for body in [json!({}), json!([]), json!({ "audience": 1, "client_id": 1 })] {
            harness
                .send(Sent::json("POST", path, &body).bearer(ADMIN_TOKEN))
                .assert_error(400, "invalid_request");
        }
        assert_eq!(harness.get(path).status, 405);
    }
    let stored = Client::stored(&harness, json!({}));
    for id in ["x", stored.id.as_str()] {
        let sent = Sent::json("POST", "/admin/clients/deny", &json!({ "client_id": id }));
        harness.send(sent.bearer(ADMIN_TOKEN)).assert_error(400, "invalid_request");
    }
}
