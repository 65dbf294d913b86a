//! Registration (RFC 7591), what it refuses, and its management (RFC 7592).

use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

use crate::app::{ALL, App, Tokens, metadata, metadata_with};
use crate::browser::Browser;
use crate::http::{Reply, flipped, get, post_json, request, send, spent, with_json};
use crate::server::{REGISTRATION_TOKEN, Server};

#[test]
fn metadata_that_cannot_be_meant_is_refused_by_name() {
    let server = Server::shared();
    let url = format!("{}/register", server.url);
    let many: Vec<_> = (0..1000).map(|at| format!("https://diary.example/{at}")).collect();
    for (members, word) in [
        (json!({ "token_endpoint_auth_method": "private_key_jwt" }), "token_endpoint_auth_method"),
        (json!({ "token_endpoint_auth_method": 1 }), "token_endpoint_auth_method"),
        (json!({ "grant_types": ["implicit"] }), "grant_types"),
        (json!({ "grant_types": ["authorization_code", "password"] }), "grant_types"),
        (json!({ "grant_types": ["client_credentials"] }), "grant_types"),
        (json!({ "grant_types": "authorization_code" }), "grant_types"),
        (json!({ "grant_types": ["refresh_token"] }), "grant_types"),
        (json!({ "response_types": ["token"] }), "response_types"),
        (json!({ "response_types": ["code", "code id_token"] }), "response_types"),
        (json!({ "scope": "no.such.scope" }), "scope"),
        (json!({ "scope": "a\"b" }), "scope"),
        (json!({ "refresh_tokens": "sometimes" }), "refresh_tokens"),
        (json!({ "client_name": 1 }), "client_name"),
        (json!({ "client_name": "x".repeat(10_000) }), "client_name"),
        (json!({ "client_name": "Diary\u{202e}" }), "client_name"),
        (json!({ "client_name": "a\nb" }), "client_name"),
        (json!({ "logo_uri": "http://diary.example/logo.png" }), "logo_uri"),
        (json!({ "logo_uri": "data:image/png;base64,AA" }), "logo_uri"),
        (json!({ "policy_uri": "javascript:alert(1)" }), "policy_uri"),
        (json!({ "tos_uri": "not a uri" }), "tos_uri"),
        (json!({ "contacts": "me" }), "contacts"),
    ] {
        let refused = post_json(&url, &metadata_with(members)).expect_error(400, "invalid_client_metadata");
        assert!(refused.member("error_description").contains(word), "{word}: {}", refused.body);
    }
    for redirect_uris in [
        json!([]),
        json!(null),
        json!("https://diary.example/cb"),
        json!([1]),
        json!(many),
        json!(["https://diary.example/cb#x"]),
        json!(["http://diary.example/cb"]),
        json!(["http://127.0.0.1.evil.example/cb"]),
        json!(["http://127.0.0.2/cb"]),
        json!(["http://2130706433/cb"]),
        json!(["https://user:password@diary.example/cb"]),
        json!(["javascript:alert(1)"]),
        json!(["JavaScript:alert(1)"]),
        json!([" javascript:alert(1)"]),
        json!(["java\tscript:alert(1)"]),
        json!(["data:text/html,x"]),
        json!(["vbscript:x"]),
        json!(["blob:https://diary.example/x"]),
        json!(["file:///etc/passwd"]),
        json!(["https:diary.example"]),
        json!(["https:\\\\diary.example"]),
        json!(["//diary.example/cb"]),
        json!(["/cb"]),
        json!(["https://"]),
        json!([""]),
        json!(["https://diary.example/\u{0}"]),
        json!(["https://diäry.example/cb"]),
        json!(["ftp://diary.example/cb"]),
        json!(["https://diary.example/cb", "javascript:alert(1)"]),
    ] {
        let refused = post_json(&url, &metadata_with(json!({ "redirect_uris": redirect_uris })));
        refused.expect_error(400, "invalid_redirect_uri");
    }
    for body in [json!(null), json!([]), json!("x"), json!(1)] {
        post_json(&url, &body).expect_error(400, "invalid_client_metadata");
    }
    let junk = || request("POST", &url).header("content-type", "application/json");
    for body in ["", "{", "{}{}", "\u{feff}{}", "{\"a\":}", &"[".repeat(60_000)] {
        send(junk().body(body.to_owned())).expect_error(400, "invalid_client_metadata");
    }
}

#[test]
fn a_star_is_a_character_and_stands_for_nothing() {
    let server = Server::shared();
    let sent = metadata_with(json!({ "redirect_uris": ["https://diary.example/*"] }));
    let reply = post_json(&format!("{}/register", server.url), &sent);
    if reply.status == 201 {
        let app = App::of(server, &reply.json());
        let ask = app.asks_for("calendar.read").with("redirect_uri", "https://diary.example/cb");
        get(&ask.url()).expect(400);
    }
}

#[test]
fn a_wrong_initial_access_token_registers_nothing() {
    let server = Server::shared();
    let post = || with_json(request("POST", &format!("{}/register", server.url)), &metadata());
    for token in ["x", "", &flipped(REGISTRATION_TOKEN, 3), &format!("{REGISTRATION_TOKEN}x")] {
        let refused = send(post().bearer_auth(token)).expect_error(401, "invalid_token");
        assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
    send(post().basic_auth(REGISTRATION_TOKEN, Some(""))).expect_error(401, "invalid_token");
}

#[test]
fn what_is_too_large_to_be_sealed_can_be_registered_with_a_token() {
    let server = Server::shared();
    let uris: Vec<_> = (0..8).map(|at| format!("https://diary.example/{at}/{}", "x".repeat(200))).collect();
    let large = metadata_with(json!({ "redirect_uris": uris }));
    post_json(&format!("{}/register", server.url), &large).expect_error(400, "invalid_client_metadata");
    assert_eq!(App::vouched_for(server, &large).document["redirect_uris"], json!(uris));
}

/// A client's own management endpoint.
struct Managed<'a> {
    app: &'a App,
    token: String,
}

impl<'a> Managed<'a> {
    fn new(app: &'a App) -> Self {
        let token = app.document["registration_access_token"].as_str().unwrap().to_owned();
        Self { app, token }
    }

    fn request(&self, method: &str, suffix: &str) -> RequestBuilder {
        let url = self.app.document["registration_client_uri"].as_str().unwrap();
        request(method, &format!("{url}{suffix}")).bearer_auth(&self.token)
    }

    fn call(&self, method: &str, suffix: &str) -> Reply {
        send(self.request(method, suffix))
    }

    fn put(&self, document: &Value) -> Reply {
        send(with_json(self.request("PUT", ""), document))
    }
}

#[test]
fn a_client_reads_changes_and_deletes_its_registration() {
    let server = Server::shared();
    let app = App::vouched_for(server, &metadata());
    let managed = Managed::new(&app);
    let read = managed.call("GET", "").expect(200).costs(spent(1, 0, 0, 0));
    assert_eq!(read.header("cache-control"), "no-store");
    for (name, value) in app.document.as_object().unwrap() {
        match name.as_str() {
            "client_secret" => assert_eq!(read.json()[name], Value::Null, "shown once"),
            _ => assert_eq!(read.json()[name], *value, "{name}"),
        }
    }

    let moved = "https://new.diary.example/cb";
    let mut document = read.json();
    document["redirect_uris"] = json!([moved]);
    document["client_id_issued_at"] = json!(1);
    document["client_secret_expires_at"] = json!(1);
    let changed = managed.put(&document).expect(200).costs(spent(2, 1, 0, 0)).json();
    assert_eq!(changed["redirect_uris"], json!([moved]));
    assert_eq!(changed["client_id_issued_at"], app.document["client_id_issued_at"]);
    assert_eq!(changed["client_secret_expires_at"], 0);
    get(&app.asks_for(ALL).url()).expect(400);
    get(&app.asks_for(ALL).with("redirect_uri", moved).url()).expect(303);
    app.refresh("x").expect_error(400, "invalid_grant");

    // What is left out is not kept (RFC 7592 §2.2); whose registration it is cannot be changed.
    for (name, value) in
        [("client_id", json!("x")), ("client_id", json!(null)), ("client_secret", json!("x"))]
    {
        let mut other = document.clone();
        other[name] = value;
        managed.put(&other).expect_error(400, "invalid_client_metadata");
    }
    let mut wrong = document.clone();
    wrong["redirect_uris"] = json!(["http://evil.example/"]);
    managed.put(&wrong).expect_error(400, "invalid_redirect_uri");
    assert_eq!(managed.call("GET", "").json()["redirect_uris"], json!([moved]));

    managed.call("DELETE", "").expect(204).costs(spent(1, 1, 0, 0));
    managed.call("GET", "").expect_error(401, "invalid_token");
    managed.put(&document).expect_error(401, "invalid_token");
    app.refresh("x").expect_error(401, "invalid_client");
    get(&app.asks_for(ALL).with("redirect_uri", moved).url()).expect(400);
}

#[test]
fn two_secrets_are_live_while_one_takes_over_from_the_other() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::vouched_for(server, &metadata());
    let managed = Managed::new(&app);
    let tokens = app.tokens(&browser, ALL);
    let with = |secret: &str| {
        let mut app = app.clone();
        app.secret = Some(secret.to_owned());
        app.token(&[("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh)]).status
    };
    let first = app.secret.clone().unwrap();
    let rotate = || managed.call("POST", "/secret").expect(201).costs(spent(2, 1, 0, 0));
    let rotated = rotate();
    let second = rotated.member("client_secret");
    assert_eq!(rotated.json()["client_secrets_created_at"].as_array().unwrap().len(), 2);
    assert_eq!([with(&first), with(&second)], [200, 200]);
    let third = rotate().member("client_secret");
    assert_eq!([with(&first), with(&second), with(&third)], [401, 200, 200]);
    managed.call("DELETE", "/secret").expect(204).costs(spent(2, 1, 0, 0));
    assert_eq!([with(&first), with(&second), with(&third)], [401, 401, 200]);
    managed.call("DELETE", "/secret").expect(204);
    assert_eq!(with(&third), 200);

    let public = metadata_with(json!({ "token_endpoint_auth_method": "none" }));
    let public = App::vouched_for(server, &public);
    Managed::new(&public).call("POST", "/secret").expect_error(400, "invalid_client_metadata");
}

#[test]
fn nobody_manages_the_client_of_another() {
    let server = Server::shared();
    let (one, other) = (App::vouched_for(server, &metadata()), App::vouched_for(server, &metadata()));
    let right = Managed::new(&one);
    let theirs = Managed { app: &one, token: Managed::new(&other).token };
    let forged = Managed { app: &one, token: flipped(&right.token, 20) };
    let initial = Managed { app: &one, token: REGISTRATION_TOKEN.to_owned() };
    for wrong in [&theirs, &forged, &initial] {
        for (method, suffix) in [("GET", ""), ("DELETE", ""), ("POST", "/secret"), ("DELETE", "/secret")] {
            let refused = wrong.call(method, suffix).expect_error(401, "invalid_token");
            assert_eq!(refused.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
        wrong.put(&one.document).expect_error(401, "invalid_token");
    }
    let url = one.document["registration_client_uri"].as_str().unwrap();
    let missing = get(url).expect_error(401, "invalid_token");
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    // A sealed client is nowhere to be managed, and no client is managed at the address of none.
    let sealed = App::anonymous(server);
    for id in [&sealed.id, "x", &flipped(&one.id, 12)] {
        let at = request("GET", &format!("{}/register/{id}", server.url)).bearer_auth(&right.token);
        send(at).expect_error(401, "invalid_token");
    }
    right.call("GET", "").expect(200);
}

#[test]
fn a_client_that_is_deleted_loses_its_grants_at_the_door() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::vouched_for(server, &metadata());
    let tokens = Tokens::of(&app.refresh(&app.tokens(&browser, ALL).refresh).expect(200));
    let ask = app.asks_for(ALL).with("prompt", "consent");
    let page = browser.open(&ask.url()).asks_for_consent();
    Managed::new(&app).call("DELETE", "").expect(204);
    // In mid-flow, too: there is nobody to send the owner back to.
    let reply = browser.post(&page.form().press("decision", "allow")).expect(400);
    assert_eq!(reply.header("location"), "");
    app.refresh(&tokens.refresh).expect_error(401, "invalid_client");
    browser.open("/account").at("/account");
}
