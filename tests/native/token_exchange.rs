//! `/token` with `grant_type=urn:ietf:params:oauth:grant-type:token-exchange`: an access token for another (RFC 8693).

use postern::base::base64url;
use postern::jose::{jws, keyring::Accepts};
use postern::model::client_id::{ClientId, ProvenClientId};
use postern::model::client_metadata::ClientMetadata;
use postern::model::client_secret;
use postern::model::metadata_uri::Reach;
use postern::store::memory::SeededEntropy;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, ISSUER, Sent, metadata, tampered};

pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
pub const CALENDAR: &str = "https://as.example/demo/calendar";
pub const API: &str = "https://api.example";
pub const STORE: &str = "https://store.example";
const OTHER: &str = "https://other.example";

/// What a client registers that exchanges tokens.
pub fn exchanging() -> Value {
    json!({ "grant_types": ["authorization_code", "refresh_token", GRANT_TYPE] })
}

/// A server with three resources elsewhere. The first client that is registered guards the API, and may exchange what it
/// gets for tokens for the store.
pub fn harness() -> Harness {
    let guard = Client::stored(&Harness::new(), exchanging()).id;
    let resources = json!([
        { "identifier": API, "scopes": ["calendar.read", "calendar.write"], "introspection_client": guard,
          "exchange_to": [STORE] },
        { "identifier": STORE, "scopes": ["calendar.read"] },
        { "identifier": OTHER, "scopes": ["calendar.write"] },
    ]);
    Harness::with(&[("RESOURCES", &resources.to_string())])
}

/// The client that guards the API. The same root key and salt give the same id.
pub fn guard(harness: &Harness) -> Client<'_> {
    let guard = Client::stored(harness, exchanging());
    assert_eq!(harness.config.resources[0].introspection_client.as_deref(), Some(guard.id.as_str()));
    guard
}

/// An access token for a resource.
pub fn token(client: &Client<'_>, browser: &Browser<'_>, resource: &str, scope: &str) -> String {
    let changes = [("resource", Some(resource)), ("scope", Some(scope)), ("prompt", Some("consent"))];
    let code = browser.allow(&client.authorize(&changes)).redirected("code").unwrap();
    let answer = client.redeem(&code);
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

pub fn exchange(client: &Client<'_>, subject: &str, more: &[(&str, &str)]) -> Answer {
    let usual =
        [("grant_type", GRANT_TYPE), ("subject_token", subject), ("subject_token_type", ACCESS_TOKEN)];
    let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    let pairs: Vec<_> = kept.chain(more.iter().copied()).filter(|(_, value)| *value != "-").collect();
    client.post("/token", &pairs)
}

#[track_caller]
fn exchanged(client: &Client<'_>, subject: &str, more: &[(&str, &str)]) -> String {
    let answer = exchange(client, subject, more);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// Asserts a refusal: its code for the client, its name for the log.
#[track_caller]
pub fn refused(answer: &Answer, error: &str, name: &str) {
    answer.assert_error(400, error);
    assert_eq!(answer.refusal.as_deref(), Some(name));
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// The same token with other claims, under the key of an audience.
pub fn forged(harness: &Harness, audience: &str, token: &str, changes: &[(&str, Value)]) -> String {
    let mut claims = claims(token);
    for (name, value) in changes {
        claims[*name] = value.clone();
    }
    let key = harness.keyring.key("k1", &format!("access/{audience}"), Accepts::Current).unwrap();
    jws::sign(&key, "k1", "at+jwt", &claims).unwrap()
}

/// A token that a client got for itself (RFC 6749 §4.4).
fn own_token(client: &Client<'_>, like: &str) -> String {
    let changes = [("sub", json!(client.id)), ("client_id", json!(client.id)), ("aud", json!(ISSUER))];
    forged(client.harness, ISSUER, like, &[changes.as_slice(), &[("act", Value::Null)]].concat())
}

#[test]
fn a_client_narrows_its_own_token_to_one_resource() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, exchanging());
    let (access, _) = client.tokens(&browser);
    harness.wait(200);
    let answer = exchange(&client, &access, &[("resource", CALENDAR), ("scope", "calendar.read")]);
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let body = answer.json();
    assert_eq!(body["issued_token_type"], ACCESS_TOKEN);
    assert_eq!((&body["token_type"], &body["scope"]), (&json!("Bearer"), &json!("calendar.read")));
    // Not a second longer than what it was exchanged for.
    assert_eq!(body["expires_in"], 400);
    assert_eq!((body.get("refresh_token"), body.get("id_token")), (None, None));
    let new = body["access_token"].as_str().unwrap();
    let (before, after) = (claims(&access), claims(new));
    for name in ["iss", "sub", "client_id", "gid", "exp", "auth_time", "acr"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!((&after["aud"], after.get("act")), (&json!(CALENDAR), None));
    assert_ne!(before["jti"], after["jti"]);
    // It opens what it is for, and no more.
    let add = Sent::json("POST", "/demo/calendar", &json!({ "title": "x" }));
    harness.send(add.bearer(new)).assert_error(403, "insufficient_scope");
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(new)).status, 200);
    harness.send(Sent::get("/demo/whoami").bearer(new)).assert_error(401, "invalid_token");
    let told = client.introspect(new);
    assert_eq!((&told["active"], &told["aud"], told.get("act")), (&json!(true), &json!(CALENDAR), None));
    // With no target it is for the same, called by either name.
    for more in [&[("subject_token_type", JWT)][..], &[("requested_token_type", ACCESS_TOKEN)]] {
        let same = exchanged(&client, &access, more);
        assert_eq!((&claims(&same)["aud"], &claims(&same)["scope"]), (&before["aud"], &before["scope"]));
    }
    let both = exchanged(&client, &access, &[("resource", CALENDAR), ("audience", CALENDAR)]);
    assert_eq!(claims(&both)["aud"], CALENDAR);
    assert_eq!(claims(&exchanged(&client, &access, &[("audience", STORE)]))["scope"], "calendar.read");
    harness.wait(400);
    harness.send(Sent::get("/demo/calendar").bearer(new)).assert_error(401, "invalid_token");
    assert_eq!(client.introspect(new), json!({ "active": false }));
}

#[test]
fn the_guard_of_a_resource_goes_on_to_those_that_are_listed_for_it() {
    let harness = harness();
    let (guard, browser) = (guard(&harness), Browser::signed_up(&harness, "alice"));
    let client = Client::public(&harness);
    let access = token(&client, &browser, API, "calendar.read calendar.write");
    let new = exchanged(&guard, &access, &[("resource", STORE)]);
    let (before, after) = (claims(&access), claims(&new));
    assert_eq!((&after["client_id"], &after["aud"]), (&json!(guard.id), &json!(STORE)));
    assert_eq!((&after["sub"], &after["gid"]), (&before["sub"], &before["gid"]));
    assert_eq!(after["scope"], "calendar.read", "the store understands no other");
    assert_eq!(guard.introspect(&new)["client_id"], guard.id.as_str());
    // Nowhere else: not to itself, not to what is not listed, not to this server.
    for target in [API, OTHER, CALENDAR, ISSUER] {
        refused(&exchange(&guard, &access, &[("resource", target)]), "invalid_target", "Exchange(Target)");
    }
    refused(&exchange(&guard, &access, &[]), "invalid_target", "Exchange(Target)");
    // Not with tokens that are for others, and no other client with this one.
    let elsewhere = token(&client, &browser, CALENDAR, "calendar.read");
    let stranger = Client::stored(&harness, exchanging());
    for (caller, subject) in [(&guard, &elsewhere), (&stranger, &access), (&stranger, &new)] {
        let answer = exchange(caller, subject, &[("resource", STORE)]);
        refused(&answer, "invalid_request", "Exchange(NotForCaller)");
    }
    // What it got so is no token of its own, to be exchanged for whatever it likes.
    let answer = exchange(&guard, &new, &[("resource", STORE)]);
    refused(&answer, "invalid_request", "Exchange(Grant(IssuedToOtherClient))");
    for target in [API, CALENDAR, ISSUER] {
        let answer = exchange(&guard, &new, &[("resource", target)]);
        refused(&answer, "invalid_target", "Exchange(Target)");
    }
}

#[test]
fn with_an_actor_token_it_says_who_acts() {
    let harness = harness();
    let (guard, browser) = (guard(&harness), Browser::signed_up(&harness, "alice"));
    let client = Client::stored(&harness, exchanging());
    let access = token(&client, &browser, API, "calendar.read");
    let own = own_token(&guard, &access);
    let delegate = [("resource", STORE), ("actor_token", &own), ("actor_token_type", ACCESS_TOKEN)];
    let new = exchanged(&guard, &access, &delegate);
    assert_eq!(claims(&new)["act"], json!({ "sub": guard.id }));
    assert_eq!(guard.introspect(&new)["act"], json!({ "sub": guard.id }));
    // The grant knows both tokens, and which of them says that.
    let impersonated = exchanged(&guard, &access, &[("resource", STORE)]);
    assert_eq!(guard.introspect(&impersonated).get("act"), None);
    for act in [json!({ "sub": client.id }), json!({ "sub": guard.id, "act": { "sub": guard.id } })] {
        let lie = forged(&harness, STORE, &new, &[("act", act)]);
        assert_eq!(guard.introspect(&lie), json!({ "active": false }));
    }
    // A guard here is told, too.
    let (mut subject, _) = client.tokens(&browser);
    let own = own_token(&client, &access);
    let more = [("actor_token", own.as_str()), ("actor_token_type", JWT)];
    subject = exchanged(&client, &subject, &more);
    let whoami = harness.send(Sent::get("/demo/whoami").bearer(&subject)).json();
    assert_eq!(whoami["act"], json!({ "sub": client.id }));
    // Who acted before stays inside, up to four of them; without an actor token, the chain is kept as it is.
    for depth in 2..=4 {
        subject = exchanged(&client, &subject, &more);
        let act = claims(&subject)["act"].to_string();
        assert_eq!(act.matches("sub").count(), depth, "{act}");
        assert_eq!(claims(&exchanged(&client, &subject, &[]))["act"].to_string(), act);
    }
    refused(&exchange(&client, &subject, &more), "invalid_request", "Exchange(ChainTooLong)");
}

#[test]
fn an_actor_is_the_caller_itself_and_nobody_else() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, exchanging());
    let other = Client::stored(&harness, exchanging());
    let (access, refresh) = client.tokens(&browser);
    let own = own_token(&client, &access);
    let expired = forged(&harness, ISSUER, &own, &[("exp", json!(1_799_999_999))]);
    let of_other = own_token(&other, &access);
    // The owner's token is not one that the client got for itself.
    for actor in [&access, &refresh, &of_other, &expired, "x"] {
        let more = [("actor_token", actor), ("actor_token_type", ACCESS_TOKEN)];
        refused(&exchange(&client, &access, &more), "invalid_request", "Exchange(ActorToken)");
    }
    for (more, name) in [
        (&[("actor_token", own.as_str())][..], "actor_token_type"),
        (&[("actor_token_type", ACCESS_TOKEN)], "actor_token"),
        (&[("actor_token", &own), ("actor_token_type", "urn:x")], "actor_token_type"),
    ] {
        refused(&exchange(&client, &access, more), "invalid_request", &format!("Parameter(\"{name}\")"));
    }
}

#[test]
fn only_access_tokens_of_ours_that_are_alive_are_exchanged() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, exchanging());
    let code = browser
        .allow(&client.authorize(&[("scope", Some("openid offline_access calendar.read"))]))
        .redirected("code")
        .unwrap();
    let tokens = client.redeem(&code).json();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, refresh, id_token) = (text("access_token"), text("refresh_token"), text("id_token"));
    let mut worthless = tampered(&access);
    worthless.extend([
        refresh,
        id_token,
        client.code(&browser),
        client.id.clone(),
        "a".repeat(20_000),
        forged(&harness, "https://as.example", &access, &[("iss", json!("https://evil.example"))]),
        forged(&harness, "https://evil.example", &access, &[("aud", json!("https://evil.example"))]),
        forged(&harness, ISSUER, &access, &[("exp", json!(1_800_000_000))]),
    ]);
    for subject in &worthless {
        refused(&exchange(&client, subject, &[]), "invalid_request", "Exchange(SubjectToken)");
    }
    for (name, value) in [
        ("subject_token", "-"),
        ("subject_token_type", "-"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2"),
        ("subject_token_type", "access_token"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
        ("requested_token_type", JWT),
    ] {
        let answer = exchange(&client, &access, &[(name, value)]);
        refused(&answer, "invalid_request", &format!("Parameter(\"{name}\")"));
    }
    // Sign-in is no business of another resource.
    let new = exchanged(&client, &access, &[("scope", "openid offline_access calendar.read")]);
    assert_eq!(claims(&new)["scope"], "calendar.read");
    harness.send(Sent::get("/userinfo").bearer(&new)).assert_error(403, "insufficient_scope");
    harness.wait(600);
    refused(&exchange(&client, &access, &[]), "invalid_request", "Exchange(SubjectToken)");
}

#[test]
fn nothing_gets_wider() {
    let harness = harness();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, exchanging());
    let access = token(&client, &browser, CALENDAR, "calendar.read");
    for (scope, error, name) in [
        ("calendar.write", "invalid_scope", "Exchange(Scope)"),
        ("calendar.read calendar.write", "invalid_scope", "Exchange(Scope)"),
        ("admin", "invalid_scope", "Exchange(Scope)"),
        ("openid", "invalid_scope", "Exchange(ScopeEmpty)"),
        ("a  b", "invalid_scope", "ScopeMalformed"),
    ] {
        refused(&exchange(&client, &access, &[("scope", scope)]), error, name);
    }
    // What is for one resource goes on to no other, unless that one lists it.
    for target in [OTHER, STORE, API] {
        refused(&exchange(&client, &access, &[("resource", target)]), "invalid_target", "Exchange(Target)");
    }
    // What the target or the caller does not know.
    let whole = token(&client, &browser, ISSUER, "calendar.read");
    let answer = exchange(&client, &whole, &[("resource", OTHER)]);
    refused(&answer, "invalid_scope", "Exchange(ScopeEmpty)");
    let answer = exchange(&client, &whole, &[("resource", OTHER), ("scope", "calendar.read")]);
    refused(&answer, "invalid_scope", "Exchange(Scope)");
    // From one resource back to all that this server has, or to none of ours.
    refused(&exchange(&client, &access, &[("resource", ISSUER)]), "invalid_target", "Exchange(Target)");
    refused(&exchange(&client, &access, &[("audience", "diary")]), "invalid_target", "Exchange(Target)");
    for target in ["https://evil.example", "https://api.example/", "https://as.example/demo/calendar/"] {
        refused(&exchange(&client, &access, &[("resource", target)]), "invalid_target", "Resource");
    }
    let two = [("resource", CALENDAR), ("audience", STORE)];
    refused(&exchange(&client, &access, &two), "invalid_target", "Exchange(Target)");
    let two = [("resource", CALENDAR), ("resource", STORE)];
    refused(&exchange(&client, &access, &two), "invalid_target", "Resource");
    // A narrow token does not grow back, and neither does its time.
    let (wide, _) = client.tokens(&browser);
    let narrow = exchanged(&client, &wide, &[("scope", "calendar.read")]);
    let again = exchange(&client, &narrow, &[("scope", "calendar.write")]);
    refused(&again, "invalid_scope", "Exchange(Scope)");
    harness.wait(300);
    let late = exchange(&client, &narrow, &[]).json();
    assert_eq!((&late["scope"], &late["expires_in"]), (&json!("calendar.read"), &json!(300)));
}

#[test]
fn the_callers_own_registration_is_a_limit_too() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let mut document = exchanging();
    document["scope"] = json!("calendar.read");
    let client = Client::stored(&harness, document);
    let access = token(&client, &browser, ISSUER, "calendar.read");
    assert_eq!(exchange(&client, &access, &[]).json()["scope"], "calendar.read");
    let grown = forged(&harness, ISSUER, &access, &[("scope", json!("calendar.read calendar.write"))]);
    let answer = exchange(&client, &grown, &[("scope", "calendar.write")]);
    refused(&answer, "invalid_scope", "Exchange(Scope)");
}

#[test]
fn the_holder_of_an_audience_key_exchanges_nothing_that_the_grant_does_not_confirm() {
    let harness = harness();
    let (guard, alice) = (guard(&harness), Browser::signed_up(&harness, "alice"));
    let client = Client::stored(&harness, exchanging());
    let access = token(&client, &alice, API, "calendar.read");
    let (elsewhere, _) = client.tokens(&Browser::signed_up(&harness, "bob"));
    let other = claims(&elsewhere);
    for changes in [
        vec![("sub", other["sub"].clone())],
        vec![("gid", other["gid"].clone())],
        vec![("gid", other["gid"].clone()), ("sub", other["sub"].clone())],
        vec![("exp", json!(1_900_000_000))],
        vec![("scope", json!("calendar.read calendar.write"))],
        vec![("act", json!({ "sub": guard.id }))],
        vec![("client_id", json!("someone-else"))],
    ] {
        let lie = forged(&harness, API, &access, &changes);
        let answer = exchange(&guard, &lie, &[("resource", STORE)]);
        refused(&answer, "invalid_request", "Exchange(Grant(NotConfirmed))");
    }
    // In its own name it is not the client of the grant.
    let lie = forged(&harness, API, &access, &[("client_id", json!(guard.id))]);
    let answer = exchange(&guard, &lie, &[("resource", API)]);
    refused(&answer, "invalid_request", "Exchange(Grant(IssuedToOtherClient))");
    refused(&exchange(&guard, &lie, &[("resource", CALENDAR)]), "invalid_target", "Exchange(Target)");
    let lie = forged(&harness, API, &access, &[("gid", json!("A".repeat(43)))]);
    let answer = exchange(&guard, &lie, &[("resource", STORE)]);
    refused(&answer, "invalid_request", "Exchange(Grant(Unknown))");
    // Nor is a token made up for the store one that was exchanged.
    let new = exchanged(&guard, &access, &[("resource", STORE)]);
    for (name, value) in [
        ("client_id", json!(client.id)),
        ("sub", other["sub"].clone()),
        ("exp", json!(1_800_000_601)),
        ("scope", json!("calendar.read calendar.write")),
        ("cnf", json!({ "jkt": "x" })),
    ] {
        let lie = forged(&harness, STORE, &new, &[(name, value)]);
        assert_eq!(guard.introspect(&lie), json!({ "active": false }), "{name}");
    }
}

#[test]
fn what_ends_the_grant_ends_what_was_exchanged() {
    let harness = harness();
    let (guard, browser) = (guard(&harness), Browser::signed_up(&harness, "alice"));
    let client = Client::stored(&harness, exchanging());
    let calendar = |token: &str| harness.send(Sent::get("/demo/calendar").bearer(token)).status;
    let own = || {
        let (access, refresh) = client.tokens(&browser);
        let new = exchanged(&client, &access, &[("resource", CALENDAR)]);
        assert_eq!(calendar(&new), 200);
        (access, refresh, new)
    };
    // Its client ends the grant with either token of it; the owner with the button.
    let (access, refresh, new) = own();
    client.post("/revoke", &[("token", &refresh)]);
    assert_eq!((calendar(&new), client.introspect(&new)), (401, json!({ "active": false })));
    refused(&exchange(&client, &access, &[]), "invalid_request", "Exchange(Grant(Revoked))");
    let (_, _, new) = own();
    let page = browser.get("/account");
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
    assert_eq!(calendar(&new), 401);
    // Who exchanged a token gives that back, and the grant goes on.
    let code = browser
        .allow(&client.authorize(&[("resource", Some(API)), ("scope", Some("calendar.read"))]))
        .redirected("code")
        .unwrap();
    let tokens = client.redeem(&code).json();
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let new = exchanged(&guard, access, &[("resource", STORE)]);
    client.post("/revoke", &[("token", &new)]);
    assert_eq!(guard.introspect(&new)["active"], true, "it is not that client's");
    assert_eq!(guard.post("/revoke", &[("token", &new)]).status, 200);
    assert_eq!(guard.introspect(&new)["active"], false);
    assert_eq!(
        (guard.introspect(access)["active"].clone(), client.refresh(refresh).status),
        (json!(true), 200)
    );
}

#[test]
fn as_many_are_alive_as_may_be_and_the_same_again_is_the_same() {
    let harness = harness();
    let client = Client::stored(&harness, exchanging());
    let (access, _) = client.tokens(&Browser::signed_up(&harness, "alice"));
    let own = own_token(&client, &access);
    let targets = [ISSUER, "https://as.example/demo/whoami", CALENDAR, "https://as.example/demo/mcp", API];
    let scopes = ["calendar.read", "calendar.write", "calendar.read calendar.write"];
    let mut last = None;
    let mut different = 0;
    let mut subject = access.clone();
    'full: for _ in 0..3 {
        for target in targets {
            for scope in scopes {
                for _ in 0..2 {
                    let answer = exchange(&client, &subject, &[("resource", target), ("scope", scope)]);
                    if answer.status != 200 {
                        last = Some(answer);
                        break 'full;
                    }
                }
                different += 1;
            }
        }
        let more = [("actor_token", own.as_str()), ("actor_token_type", ACCESS_TOKEN)];
        // A longer chain of actors makes another token.
        subject = exchanged(&client, &subject, &more);
    }
    let last = last.unwrap();
    last.assert_error(429, "temporarily_unavailable");
    assert_eq!(last.refusal.as_deref(), Some("Exchange(Grant(TooManyExchanges))"));
    // And the one that the last chain began with.
    assert_eq!((last.header("retry-after"), different + 1), ("60", 32));
    // Time makes room again.
    harness.wait(599);
    assert_eq!(exchange(&client, &access, &[("resource", STORE)]).status, 429);
    let (_, refresh) = client.tokens(&Browser::signed_up(&harness, "bob"));
    harness.wait(1);
    let fresh = client.refresh(&refresh).json();
    assert_eq!(exchange(&client, fresh["access_token"].as_str().unwrap(), &[]).status, 200);
}

#[test]
fn only_clients_that_somebody_vouched_for_and_that_authenticate_may() {
    let harness = Harness::new();
    let mut document = metadata();
    document["grant_types"] = exchanging()["grant_types"].clone();
    // Who did not register it is told so.
    let browser = Browser::signed_up(&harness, "alice");
    let without = Client::stored(&harness, json!({}));
    let (access, _) = without.tokens(&browser);
    refused(&exchange(&without, &access, &[]), "unauthorized_client", "GrantTypeNotRegistered");
    // Nor is one let in that carries it in its id all the same.
    let config = &harness.config;
    let sealed =
        ClientMetadata::parse(document.as_object().unwrap(), &config.catalogue, Reach::Public).unwrap();
    let id = ClientId::sealed(&harness.keyring, &SeededEntropy::new(7), &sealed).unwrap();
    let Some(ProvenClientId::Sealed { kid, .. }) = ClientId::prove(&harness.keyring, id.as_str()) else {
        panic!()
    };
    let secret = client_secret::derive(&harness.keyring, &kid, &id).unwrap();
    let anonymous = Client {
        harness: &harness,
        id: id.to_string(),
        secret: Some(secret.expose().clone()),
        redirect_uri: crate::support::REDIRECT.into(),
        registration: Value::Null,
    };
    let access = token_of(&anonymous, &browser);
    refused(&exchange(&anonymous, &access, &[]), "unauthorized_client", "GrantTypeNotRegistered");
}

fn token_of(client: &Client<'_>, browser: &Browser<'_>) -> String {
    client.redeem(&client.code(browser)).json()["access_token"].as_str().unwrap().to_owned()
}
