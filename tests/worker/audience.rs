//! Tokens for a resource server elsewhere, which verifies them with a key of its own and can forge only for itself.

use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::app::{ALL, App, Ask, Tokens};
use crate::browser::Browser;
use crate::http::{NOTHING, Reply, get_as, request, send, with_json};
use crate::server::{ADMIN_TOKEN, Server};

/// The resource server of these tests.
pub const API: &str = "https://api.example.com/v1";
const OTHER: &str = "https://other.example.com";

/// A server with two resources elsewhere, and the client that may introspect tokens for the first.
pub fn server_with_resources() -> &'static (Server, App) {
    static SHARED: OnceLock<(Server, App)> = OnceLock::new();
    SHARED.get_or_init(start)
}

fn start() -> (Server, App) {
    // A client that is sealed under the same key is a client of every server with that key.
    let api = App::anonymous(Server::shared());
    let resources = json!([
        { "identifier": API, "scopes": ["calendar.read"], "introspection_client": api.id },
        { "identifier": OTHER, "scopes": ["calendar.read"] },
    ]);
    let server = Server::start(&[&format!("RESOURCES:{resources}")]);
    let api = api.moved_to(&server);
    (server, api)
}

/// Asks for the key of an audience.
#[track_caller]
pub fn audience_key(server: &Server, token: &str, audience: &Value) -> Reply {
    let post = request("POST", &format!("{}/admin/audience-key", server.url)).bearer_auth(token);
    send(with_json(post, &json!({ "audience": audience })))
}

/// Tokens for a resource.
pub fn tokens_for(app: &App, browser: &Browser, resource: &str) -> Tokens {
    let ask: Ask = app.asks_for("calendar.read").with("resource", resource).with("prompt", "consent");
    let code = ask.allowed_in(browser);
    Tokens::of(&app.redeem(&code, &ask).expect(200))
}

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn tag(jwk: &Value, message: &str) -> Vec<u8> {
    let key = BASE64_URL_SAFE_NO_PAD.decode(jwk["k"].as_str().unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether a key is the one that signed a token.
fn signed_by(jwk: &Value, token: &str) -> bool {
    let (message, signature) = token.rsplit_once('.').unwrap();
    BASE64_URL_SAFE_NO_PAD.encode(tag(jwk, message)) == signature
}

/// A token as the holder of a key can make one.
pub fn forge(jwk: &Value, header: &str, claims: &Value) -> String {
    let message = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(tag(jwk, &message));
    format!("{message}.{signature}")
}

#[test]
fn a_key_is_handed_out_for_configured_audiences_and_never_for_the_issuer() {
    let (server, _) = server_with_resources();
    let reply = audience_key(server, ADMIN_TOKEN, &json!(API)).expect(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let keys = reply.json()["keys"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 1);
    assert_eq!((&keys[0]["kty"], &keys[0]["alg"]), (&json!("oct"), &json!("HS256")));
    assert_eq!(keys[0]["kid"], "k1");
    let other = audience_key(server, ADMIN_TOKEN, &json!(OTHER)).expect(200).json()["keys"][0].clone();
    assert_ne!(other["k"], keys[0]["k"]);
    for audience in [
        server.url.clone(),
        format!("{}/", server.url),
        format!("{}/demo/whoami", server.url),
        format!("{}/demo/calendar", server.url),
        format!("{API}/"),
        API.to_uppercase(),
        "https://elsewhere.example".to_owned(),
        String::new(),
    ] {
        let refused = audience_key(server, ADMIN_TOKEN, &json!(audience));
        refused.expect_error(404, "invalid_target").costs(NOTHING);
    }
    audience_key(server, ADMIN_TOKEN, &json!(1)).expect_error(400, "invalid_request");
    for token in ["", "x", &ADMIN_TOKEN[1..], crate::server::REGISTRATION_TOKEN] {
        let refused = audience_key(server, token, &json!(API)).expect_error(401, "invalid_token");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
}

#[test]
fn a_token_is_good_at_the_resource_it_is_for_and_nowhere_else() {
    let (server, api) = server_with_resources();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = tokens_for(&app, &browser, API);
    let claims = claims(&tokens.access);
    assert_eq!((&claims["aud"], &claims["iss"]), (&json!(API), &json!(server.url)));
    let key = audience_key(server, ADMIN_TOKEN, &json!(API)).expect(200).json()["keys"][0].clone();
    assert!(signed_by(&key, &tokens.access));
    for path in ["/demo/whoami", "/demo/calendar"] {
        let at = format!("{}{path}", server.url);
        get_as(&tokens.access, &at).expect_error(401, "invalid_token").costs(NOTHING);
    }
    let ordinary = tokens_for(&app, &browser, &server.url);
    assert!(!signed_by(&key, &ordinary.access));
    get_as(&ordinary.access, &format!("{}/demo/whoami", server.url)).expect(200);
    let calendar = format!("{}/demo/calendar", server.url);
    let for_calendar = tokens_for(&app, &browser, &calendar);
    get_as(&for_calendar.access, &calendar).expect(200);
    get_as(&for_calendar.access, &format!("{}/demo/whoami", server.url)).expect_error(401, "invalid_token");

    // The resource server may ask about tokens for itself, and about no others.
    let said = api.introspect(&tokens.access).expect(200).json();
    assert_eq!((&said["active"], &said["aud"]), (&json!(true), &json!(API)));
    for foreign in [&tokens.refresh, &ordinary.access, &tokens_for(&app, &browser, OTHER).access] {
        assert_eq!(api.introspect(foreign).expect(200).json(), json!({ "active": false }));
    }
    // The audience stays what it was.
    for (resource, error) in [(OTHER, 400), (API, 200)] {
        let pairs =
            [("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh), ("resource", resource)];
        let reply = app.token(&pairs).expect(error);
        if error == 400 {
            assert_eq!(reply.member("error"), "invalid_target");
        }
    }
}

#[test]
fn whoever_holds_the_key_of_an_audience_is_nobody_at_the_server() {
    let (server, api) = server_with_resources();
    let (browser, _) = Browser::signed_up(server);
    let (other_browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = tokens_for(&app, &browser, API);
    let victim = app.tokens(&other_browser, ALL);
    let key = audience_key(server, ADMIN_TOKEN, &json!(API)).expect(200).json()["keys"][0].clone();
    let header = tokens.access.split('.').next().unwrap();
    let own = claims(&tokens.access);
    let theirs = claims(&victim.access);
    assert_eq!(api.introspect(&forge(&key, header, &own)).expect(200).json()["active"], true);
    for (name, value) in [
        ("sub", theirs["sub"].clone()),
        ("client_id", json!(api.id)),
        ("gid", theirs["gid"].clone()),
        ("gid", json!("_".repeat(42) + "8")),
    ] {
        let mut claims = own.clone();
        claims[name] = value;
        let forged = forge(&key, header, &claims);
        assert_eq!(api.introspect(&forged).expect(200).json(), json!({ "active": false }), "{name}");
        assert_eq!(app.introspect(&forged).expect(200).json(), json!({ "active": false }), "{name}");
    }
    let mut wider = own.clone();
    wider["scope"] = json!(ALL);
    let said = api.introspect(&forge(&key, header, &wider)).expect(200).json();
    assert_eq!(said["scope"], "calendar.read", "the grant says what was granted");
    for aud in [json!(server.url), json!(OTHER), json!([API, server.url])] {
        let mut claims = own.clone();
        claims["aud"] = aud;
        let forged = forge(&key, header, &claims);
        get_as(&forged, &format!("{}/demo/whoami", server.url)).expect_error(401, "invalid_token");
        assert_eq!(app.introspect(&forged).expect(200).json(), json!({ "active": false }));
    }
    // Nobody's grant is ended by it, either.
    let mut stranger = theirs.clone();
    stranger["aud"] = json!(API);
    let forged = forge(&key, header, &stranger);
    api.revoke(&forged).expect(200);
    app.refresh(&victim.refresh).expect(200);
    get_as(&victim.access, &format!("{}/demo/calendar", server.url)).expect(200);
}
