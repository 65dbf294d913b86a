//! What the log is told: every act once, and no secret ever.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use postern::base::digest::sha256_text;
use postern::model::event::EventKind;
use postern::store::rate_limits::RateLimit;
use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::console;
use crate::support::{ADMIN_TOKEN, Browser, Client, Harness, REDIRECT, Sent, metadata, tampered};

pub const HERE: &str = "192.0.2.77";
pub const PASSWORD: &str = "correct horse";

/// The lines since the last time.
fn told(harness: &Harness) -> Vec<Value> {
    harness.log.take().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The one line since the last time.
#[track_caller]
fn told_once(harness: &Harness) -> Value {
    let mut lines = told(harness);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

/// A line's members besides those of every line.
pub fn members(line: &Value) -> Vec<&str> {
    let common = ["at", "event", "path", "source"];
    line.as_object().unwrap().keys().map(String::as_str).filter(|name| !common.contains(name)).collect()
}

pub fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

fn management(client: &Client<'_>, method: &str, path: &str) -> Sent {
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let target = format!("/register/{}{path}", client.id);
    Sent { method: method.into(), ..Sent::get(&target) }.bearer(token)
}

pub fn admin(path: &str, body: &Value) -> Sent {
    Sent::json("POST", &format!("/admin/{path}"), body).bearer(ADMIN_TOKEN)
}

fn hearing(harness: &Harness) -> Client<'_> {
    Client::register(harness, json!({ "backchannel_logout_uri": "https://client.example/out" }))
}

pub const API: &str = "https://api.example";

pub fn harness() -> Harness {
    harness_with("")
}

/// With these administrators.
fn harness_with(admins: &str) -> Harness {
    let resources = r#"[{"identifier":"https://api.example","scopes":["calendar.read"]}]"#;
    let harness =
        Harness::with(&[("RESOURCES", resources), ("REFRESH_RETRY_WINDOW", "10"), ("ADMINS", admins)]);
    harness.from(HERE);
    harness
}

/// Another way to sign in, and back.
fn credentials(browser: &Browser<'_>) {
    Authenticator::es256(1).register(browser);
    let act = |path: &str, action: &str| {
        let form = Browser::form(&browser.get(path).body, path).set("action", action);
        assert_eq!(browser.submit(&form.set("new", PASSWORD)).status, 200, "{path} {action}");
    };
    act("/account/recovery", "make");
    act("/account/password", "remove");
    act("/account/password", "change");
    act("/account/passkeys", "remove");
}

/// Somebody who ends a session elsewhere, and then leaves.
fn leaving(harness: &Harness) {
    let browser = Browser::signed_up(harness, "dave");
    Browser::new(harness).sign_in("dave", PASSWORD);
    for (address, name, value) in
        [("/account/sessions", "action", "end_others"), ("/account/delete", "username", "dave")]
    {
        let form = Browser::form(&browser.get(address).body, address);
        browser.submit(&form.set(name, value));
    }
}

#[test]
fn the_whole_story_is_told_act_by_act() {
    // Entropy is seeded: in another world with the same beginning, alice is the same.
    let alice = {
        let harness = harness();
        Client::confidential(&harness);
        Browser::signed_up(&harness, "alice");
        told(&harness).pop().unwrap()["sub"].as_str().unwrap().to_owned()
    };
    let harness = harness_with(&alice);
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.get(&client.authorize(&[]));
    let form = Browser::form(&page.body, "/consent");
    browser.submit(&form.clone().set("decision", "deny"));
    let narrow = form.set("decision", "allow").set("scope", "calendar.read");
    let code = browser.submit(&narrow).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    harness.send(Sent::get("/demo/whoami").bearer(access));
    harness.send(Sent::get("/demo/calendar").bearer(access));
    client.introspect(access);
    client.refresh(refresh);
    let silent = browser.get(&client.authorize(&[])).redirected("code").unwrap();
    client.redeem(&silent);
    client.redeem(&silent);
    harness.wait(60);
    client.refresh(refresh);
    let (access, _) = client.tokens(&browser);
    client.post("/revoke", &[("token", &access)]);
    let page = browser.get("/account");
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    let stranger = Browser::new(&harness);
    for _ in 0..5 {
        stranger.sign_in("alice", "guess");
    }
    stranger.sign_in("alice", "guess");
    browser.sign_in("alice", PASSWORD);
    // The developer and the operator.
    let stored = Client::stored(&harness, json!({}));
    harness.send(management(&stored, "POST", "/secret"));
    harness.send(management(&stored, "DELETE", "/secret"));
    let document = json!({ "client_id": stored.id, "redirect_uris": [REDIRECT] });
    harness.send(
        Sent { body: document.to_string().into_bytes(), ..management(&stored, "PUT", "") }
            .with("content-type", "application/json"),
    );
    harness.send(management(&stored, "DELETE", ""));
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let service = Client::stored(&harness, json!({ "grant_types": ["client_credentials", device] }));
    service.post("/token", &[("grant_type", "client_credentials")]);
    let asked = service.post("/device_authorization", &[]).json();
    let poll = [("grant_type", device), ("device_code", asked["device_code"].as_str().unwrap())];
    service.post("/token", &poll);
    let page = browser.get(&format!("/device?user_code={}", asked["user_code"].as_str().unwrap()));
    let page = browser.submit(&Browser::form(&page.body, "/device"));
    browser.submit(&Browser::form(&page.body, "/device/confirm").set("decision", "allow"));
    service.post("/token", &poll);
    harness.send(admin("clients/deny", &json!({ "client_id": client.id })));
    client.refresh(refresh);
    harness.send(admin("clients/allow", &json!({ "client_id": client.id })));
    harness.send(admin("audience-key", &json!({ "audience": API })));
    harness.send(admin("rotate-keys", &json!({})));
    Browser::signed_up(&harness, "erin");
    for action in ["disable", "enable"] {
        let page = browser.get("/admin/accounts?username=erin").body;
        let (_, form) = page.split_once(" method=\"post\"").unwrap();
        browser.submit(&Browser::form(form, "/admin/accounts").set("action", action));
    }
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let service = Client::stored(&harness, json!({ "grant_types": ["authorization_code", exchange] }));
    let (access, _) = service.tokens(&browser);
    let kind = "urn:ietf:params:oauth:token-type:access_token";
    let sent = [("grant_type", exchange), ("subject_token", &access), ("subject_token_type", kind)];
    service.post("/token", &[&sent[..], &[("resource", API), ("scope", "calendar.read")]].concat());
    harness.memory.limits.borrow_mut().insert(RateLimit::SignIn, 0);
    stranger.sign_in("bob", "guess");
    // Signed in and out with a client that wants to hear of it.
    let (visitor, hearing) = (Browser::signed_up(&harness, "carol"), hearing(&harness));
    for status in [200, 400] {
        visitor.allow(&hearing.authorize(&[("scope", Some("openid")), ("prompt", Some("consent"))]));
        harness.memory.post_status.set(Some(status));
        let page = visitor.get("/signout");
        visitor.submit(&Browser::form(&page.body, "/signout"));
        harness.memory.limits.take();
        visitor.sign_in("carol", PASSWORD);
    }
    credentials(&visitor);
    leaving(&harness);

    let lines = told(&harness);
    let acts: Vec<_> =
        lines.iter().map(|line| (line["event"].as_str().unwrap(), line["path"].as_str().unwrap())).collect();
    let refused = ("sign_in_refused", "/signin");
    assert_eq!(
        acts,
        [
            ("client_registered", "/register"),
            ("signed_up", "/signup"),
            ("access_denied", "/consent"),
            ("access_granted", "/consent"),
            ("code_redeemed", "/token"),
            ("token_refreshed", "/token"),
            ("access_remembered", "/authorize"),
            ("code_redeemed", "/token"),
            ("code_replayed", "/token"),
            ("refresh_reused", "/token"),
            ("access_granted", "/consent"),
            ("code_redeemed", "/token"),
            ("token_revoked", "/revoke"),
            ("access_removed", "/account"),
            ("signed_out", "/signout"),
            refused,
            refused,
            refused,
            refused,
            refused,
            ("sign_in_throttled", "/signin"),
            ("signed_in", "/signin"),
            ("client_registered", "/register"),
            ("secret_added", "/register/{client_id}/secret"),
            ("secret_removed", "/register/{client_id}/secret"),
            ("client_updated", "/register/{client_id}"),
            ("client_deleted", "/register/{client_id}"),
            ("client_registered", "/register"),
            ("client_token_issued", "/token"),
            ("device_asked", "/device_authorization"),
            ("access_granted", "/device/confirm"),
            ("code_redeemed", "/token"),
            ("client_denied", "/admin/clients/deny"),
            ("client_authentication_failed", "/token"),
            ("client_allowed", "/admin/clients/allow"),
            ("audience_key_issued", "/admin/audience-key"),
            ("signing_keys_rotated", "/admin/rotate-keys"),
            ("signed_up", "/signup"),
            ("account_disabled", "/admin/accounts"),
            ("account_enabled", "/admin/accounts"),
            ("client_registered", "/register"),
            ("access_granted", "/consent"),
            ("code_redeemed", "/token"),
            ("token_exchanged", "/token"),
            ("rate_limited", "/signin"),
            ("signed_up", "/signup"),
            ("client_registered", "/register"),
            ("access_granted", "/consent"),
            ("logout_notified", "back-channel"),
            ("signed_out", "/signout"),
            ("signed_in", "/signin"),
            ("access_granted", "/consent"),
            ("logout_notice_failed", "back-channel"),
            ("signed_out", "/signout"),
            ("signed_in", "/signin"),
            ("passkey_added", "/account/passkeys"),
            ("recovery_codes_made", "/account/recovery"),
            ("password_removed", "/account/password"),
            ("password_changed", "/account/password"),
            ("passkey_removed", "/account/passkeys"),
            ("signed_up", "/signup"),
            ("signed_in", "/signin"),
            ("session_ended", "/account/sessions"),
            ("account_deleted", "/account/delete"),
        ]
    );
    let kinds: BTreeSet<_> = acts.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, EventKind::ALL.map(EventKind::word).into(), "the story has every kind");
    // They fit together.
    let of = |kind: &str| lines.iter().find(|line| line["event"] == kind).unwrap();
    let (granted, redeemed) = (of("access_granted"), of("code_redeemed"));
    for member in ["sub", "client", "grant", "scope", "source"] {
        assert_eq!(granted[member], redeemed[member], "{member}");
    }
    assert_eq!(granted["client"], sha256_text(&client.id).as_str());
    assert_eq!(
        (&granted["scope"], &granted["declined"]),
        (&json!("calendar.read"), &json!("calendar.write"))
    );
    assert_eq!(of("access_remembered")["declined"], "calendar.write");
    assert_eq!(of("signed_up")["sub"], granted["sub"]);
    assert_eq!(of("signed_in")["account"], of("sign_in_refused")["account"]);
    assert_eq!(of("client_registered")["kept"], "sealed");
    assert_eq!(of("audience_key_issued")["audience"], API);
    assert_eq!(of("token_exchanged")["audience"], API);
    for (kind, reason) in [
        ("access_denied", "AccessDenied"),
        ("code_replayed", "CodeAlreadyRedeemed"),
        ("refresh_reused", "RefreshReused"),
        ("sign_in_refused", "WrongCredentials"),
        ("sign_in_throttled", "Throttled"),
        ("client_authentication_failed", "UnknownClient"),
        ("rate_limited", "SignIn"),
        ("logout_notice_failed", "Refused"),
    ] {
        assert_eq!(of(kind)["reason"], reason);
    }
    // A notice comes of no request.
    let requests = lines.iter().filter(|line| line["path"] != "back-channel");
    let sources: BTreeSet<_> = requests.map(|line| line["source"].as_str().unwrap()).collect();
    assert_eq!(sources.len(), 1);
    assert!(sources.iter().all(|source| source.len() == 12));
    assert!(lines.iter().all(|line| line["at"].as_u64().unwrap() >= 1_800_000_000_000));
    // What is told is described, and told where data points are kept.
    let docs = read("docs/EVENTS.md");
    for line in &lines {
        let row = format!("| `{}` |", line["event"].as_str().unwrap());
        let row = docs.lines().find(|text| text.starts_with(&row)).unwrap();
        for member in members(line) {
            assert!(row.contains(&format!("`{member}`")), "{member} in {row}");
        }
    }
}

#[test]
fn what_was_not_done_is_not_told() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, stored) = (Client::confidential(&harness), Client::stored(&harness, json!({})));
    let (access, refresh) = client.tokens(&browser);
    told(&harness);
    let refused = |line: &Value, reason: &str| {
        assert_eq!((&line["event"], &line["reason"]), (&json!("refused"), &json!(reason)));
        assert!(line["status"].is_number() && line["method"].is_string(), "{line}");
    };
    // Forms.
    let page = browser.get(&client.authorize(&[("prompt", Some("consent"))]));
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    browser.submit(&form.clone().set("csrf", "x"));
    refused(&told_once(&harness), "ForeignForm");
    browser.submit(&form);
    assert_eq!(told_once(&harness)["event"], "access_granted");
    browser.submit(&form);
    refused(&told_once(&harness), "AlreadyCreated");
    let other = Browser::new(&harness);
    let page = other.get("/signup");
    let form = Browser::form(&page.body, "/signup").set("username", "alice").set("password", PASSWORD);
    other.submit(&form);
    refused(&told_once(&harness), "UsernameTaken");
    other.get("/signout");
    let page = other.get("/signout");
    other.submit(&Browser::form(&page.body, "/signout"));
    // Tokens.
    for forged in tampered(&refresh).into_iter().take(3) {
        client.refresh(&forged);
        refused(&told_once(&harness), "ForgedGrant");
    }
    let code = client.code(&browser);
    told(&harness);
    client.post("/token", &[("grant_type", "authorization_code"), ("code", &code)]);
    refused(&told_once(&harness), "Parameter(\"redirect_uri\")");
    Client { redirect_uri: "https://client.example/other".into(), ..client_of(&client) }.redeem(&code);
    refused(&told_once(&harness), "Grant(RedirectUriMismatch)");
    client.post("/revoke", &[("token", "x")]);
    stored.post("/revoke", &[("token", &refresh)]);
    assert_eq!(told(&harness), [] as [Value; 0], "nothing was revoked");
    harness.send(Sent::get("/demo/whoami").bearer("x.y.z"));
    refused(&told_once(&harness), "Forged");
    harness.send(Sent::get("/demo/calendar").bearer(&access));
    assert_eq!(told(&harness), [] as [Value; 0]);
    // Registration, its management, the operator.
    harness.send(Sent::json("POST", "/register", &metadata()).bearer("x"));
    refused(&told_once(&harness), "TokenWrong");
    harness.send(Sent::json("POST", "/register", &json!({ "redirect_uris": ["x"] })));
    assert_eq!(told_once(&harness)["event"], "refused");
    for (method, path) in [("PUT", ""), ("DELETE", ""), ("POST", "/secret"), ("DELETE", "/secret")] {
        let sent = management(&stored, method, path).bearer("prg_x");
        harness.send(sent);
        let line = told_once(&harness);
        refused(&line, "TokenWrong");
        assert_eq!(line["path"], format!("/register/{{client_id}}{path}"));
    }
    harness.send(management(&stored, "DELETE", "/secret"));
    assert_eq!(told(&harness), [] as [Value; 0], "there was one secret, and there is");
    for path in ["clients/deny", "clients/allow", "audience-key"] {
        harness.send(admin(path, &json!({})).bearer("x"));
        refused(&told_once(&harness), "AdminToken");
        harness.send(admin(path, &json!({ "client_id": stored.id, "audience": "https://x.example" })));
        assert_eq!(told(&harness), [] as [Value; 0]);
    }
}

pub fn client_of<'a>(client: &Client<'a>) -> Client<'a> {
    Client {
        harness: client.harness,
        id: client.id.clone(),
        secret: client.secret.clone(),
        redirect_uri: client.redirect_uri.clone(),
        registration: client.registration.clone(),
    }
}

#[test]
fn a_client_is_named_only_if_it_was_issued_here() {
    let harness = harness();
    let client = Client::confidential(&harness);
    told(&harness);
    let fails = |id: &str, reason: &str, named: bool| {
        let sent = [("grant_type", "refresh_token"), ("client_id", id), ("client_secret", "pcs_wrong")];
        harness.send(Sent::form("/token", &sent));
        let line = told_once(&harness);
        assert_eq!(
            (&line["event"], &line["reason"]),
            (&json!("client_authentication_failed"), &json!(reason))
        );
        assert_eq!(line["client"] == sha256_text(id).as_str(), named, "{line}");
    };
    fails("a password, by mistake", "UnknownClient", false);
    fails(&client.id, "OtherMethod", true);
    let post = Client::register(&harness, json!({ "token_endpoint_auth_method": "client_secret_post" }));
    told(&harness);
    fails(&post.id, "WrongSecret", true);
    let public = Client::public(&harness);
    told(&harness);
    public.introspect_raw("x");
    assert_eq!(told_once(&harness)["reason"], "PublicClient");
    harness.send(Sent::form("/token", &[]));
    assert_eq!(told_once(&harness)["reason"], "NoClient");
}

#[test]
fn the_console_says_who_registers_and_deletes() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "dev");
    let sub = told(&harness)[0]["sub"].clone();
    let client = console::registered(&browser);
    let registered = told_once(&harness);
    assert_eq!((&registered["event"], &registered["sub"]), (&json!("client_registered"), &sub));
    assert_eq!((&registered["path"], &registered["kept"]), (&json!("/console/register"), &json!("stored")));
    browser.get("/console/clients/prc_x");
    assert_eq!(told_once(&harness)["event"], "refused");
    let path = console::page_of(&client, "/delete");
    browser.submit(&Browser::form(&browser.get(&path).body, &path));
    let deleted = told_once(&harness);
    assert_eq!((&deleted["event"], &deleted["sub"]), (&json!("client_deleted"), &sub));
    assert_eq!(deleted["client"], registered["client"]);
}

#[test]
fn a_client_that_becomes_public_loses_its_secrets_and_gets_one_when_it_comes_back() {
    let harness = harness();
    let client = Client::stored(&harness, json!({}));
    let update = |method: &str| {
        told(&harness);
        let mut document = metadata();
        document["client_id"] = json!(client.id);
        document["token_endpoint_auth_method"] = json!(method);
        let sent = Sent { body: document.to_string().into_bytes(), ..management(&client, "PUT", "") };
        assert_eq!(harness.send(sent.with("content-type", "application/json")).status, 200);
        let lines = told(&harness);
        lines.iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(update("client_secret_post"), ["client_updated"]);
    assert_eq!(update("none"), ["client_updated", "secret_removed"]);
    assert_eq!(update("none"), ["client_updated"]);
    assert_eq!(update("client_secret_basic"), ["client_updated", "secret_added"]);
}

#[test]
fn who_is_held_back_is_told_beside_what_they_did() {
    let harness = harness();
    harness.memory.limits.borrow_mut().insert(RateLimit::TokenErrors, 0);
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code = client.code(&browser);
    client.redeem(&code);
    told(&harness);
    client.redeem(&code).assert_error(429, "temporarily_unavailable");
    let lines = told(&harness);
    let [replayed, limited] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        (&replayed["event"], &replayed["reason"]),
        (&json!("code_replayed"), &json!("CodeAlreadyRedeemed"))
    );
    assert_eq!((&limited["event"], &limited["reason"]), (&json!("rate_limited"), &json!("TokenErrors")));
    assert_eq!(limited["client"], replayed["client"]);
    harness.send(Sent::form("/token", &[("client_id", "x")]));
    let kinds: Vec<_> = told(&harness).iter().map(|line| line["event"].clone()).collect();
    assert_eq!(kinds, ["client_authentication_failed", "rate_limited"]);
}

#[test]
fn storage_that_does_not_answer_is_a_refusal() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "alice");
    let (access, _) = Client::confidential(&harness).tokens(&browser);
    told(&harness);
    harness.memory.down.set(true);
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(&access)).status, 503);
    let line = told_once(&harness);
    assert_eq!((&line["event"], &line["status"]), (&json!("refused"), &json!(503)));
}
