//! `grant_type=client_credentials` (RFC 6749 §4.4).

use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, REGISTRATION_TOKEN, Sent};

fn service<'a>(harness: &'a Harness, more: &Value) -> Client<'a> {
    let mut document = json!({
        "client_name": "Nightly report", "grant_types": ["client_credentials"], "redirect_uris": null,
        "scope": "calendar.read calendar.write openid offline_access",
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    Client::stored(harness, document)
}

fn ask(client: &Client<'_>, more: &[(&str, &str)]) -> Answer {
    client.post("/token", &[&[("grant_type", "client_credentials")], more].concat())
}

#[test]
fn a_client_acts_for_itself() {
    let harness = Harness::new();
    let client = service(&harness, &json!({}));
    let answer = ask(&client, &[("scope", "calendar.write calendar.read")]);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let tokens = answer.json();
    let members: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["access_token", "expires_in", "scope", "token_type"],
        "no refresh token, no ID token"
    );
    assert_eq!(
        (&tokens["scope"], &tokens["expires_in"]),
        (&json!("calendar.read calendar.write"), &json!(600))
    );
    let access = tokens["access_token"].as_str().unwrap();
    // RFC 9068 §2.2: the subject is the client.
    let told = client.introspect(access);
    assert_eq!(
        (&told["active"], &told["sub"], &told["client_id"]),
        (&json!(true), &json!(client.id), &json!(client.id))
    );
    assert!(told.get("auth_time").is_none(), "{told}");
    let whoami = harness.send(Sent::get("/demo/whoami").bearer(access)).json();
    assert_eq!(whoami["sub"], client.id.as_str());
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 200);
    // It is revoked as any other.
    let other = service(&harness, &json!({}));
    assert_eq!(other.post("/revoke", &[("token", access)]).status, 200);
    assert_eq!(client.introspect(access)["active"], true);
    assert_eq!(client.post("/revoke", &[("token", access)]).status, 200);
    assert_eq!(client.introspect(access)["active"], false);
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 401);
    harness.wait(600);
    assert_eq!(harness.memory.objects().0, 0, "and leaves nothing behind");
}

#[test]
fn every_token_is_a_grant_of_its_own_that_ends_with_it() {
    let harness = Harness::new();
    let client = service(&harness, &json!({}));
    let first = ask(&client, &[]).json();
    let second = ask(&client, &[]).json();
    assert_eq!(first["scope"], "calendar.read", "the defaults");
    assert_eq!(harness.memory.objects().0, 2);
    let (first, second) = (first["access_token"].as_str().unwrap(), second["access_token"].as_str().unwrap());
    client.post("/revoke", &[("token", first)]);
    assert_eq!(client.introspect(second)["active"], true);
    harness.wait(599);
    assert_eq!(client.introspect(second)["active"], true);
    harness.wait(1);
    assert_eq!(client.introspect(second)["active"], false);
    assert_eq!(harness.memory.objects().0, 0);
}

#[test]
fn scopes_of_people_and_of_others_are_refused() {
    let harness = Harness::new();
    let client = service(&harness, &json!({}));
    for scope in
        ["openid", "calendar.read openid", "profile", "email", "offline_access", "admin", "a  b", "\u{e9}"]
    {
        ask(&client, &[("scope", scope)]).assert_error(400, "invalid_scope");
    }
    let narrow = service(&harness, &json!({ "scope": "calendar.read" }));
    ask(&narrow, &[("scope", "calendar.write")]).assert_error(400, "invalid_scope");
    // A ceiling under which nothing is left.
    for scope in ["openid", "calendar.write"] {
        ask(&service(&harness, &json!({ "scope": scope })), &[]).assert_error(400, "invalid_scope");
    }
    assert_eq!(harness.memory.objects().0, 0);
}

#[test]
fn a_resource_narrows_and_an_unknown_one_is_refused() {
    let api = r#"[{"identifier":"https://api.example","scopes":["calendar.read"]}]"#;
    let harness = Harness::with(&[("RESOURCES", api)]);
    let client = service(&harness, &json!({}));
    let both = ("scope", "calendar.read calendar.write");
    let tokens = ask(&client, &[both, ("resource", "https://api.example")]).json();
    assert_eq!(tokens["scope"], "calendar.read");
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(client.introspect(access)["aud"], "https://api.example");
    assert_eq!(harness.send(Sent::get("/demo/whoami").bearer(access)).status, 401);
    ask(&client, &[("scope", "calendar.write"), ("resource", "https://api.example")])
        .assert_error(400, "invalid_scope");
    ask(&client, &[("resource", "https://other.example")]).assert_error(400, "invalid_target");
    ask(&client, &[("resource", "https://api.example"), ("resource", "https://as.example")])
        .assert_error(400, "invalid_target");
}

#[test]
fn who_does_not_authenticate_or_did_not_register_for_it_gets_nothing() {
    let harness = Harness::new();
    let client = service(&harness, &json!({}));
    let impostor = Client { secret: Some("pcs_x".into()), ..service(&harness, &json!({})) };
    ask(&impostor, &[]).assert_error(401, "invalid_client");
    let bare = [("grant_type", "client_credentials"), ("client_id", client.id.as_str())];
    harness.send(Sent::form("/token", &bare)).assert_error(401, "invalid_client");
    harness.send(Sent::form("/token", &bare[..1])).assert_error(401, "invalid_client");
    for other in
        [Client::public(&harness), Client::confidential(&harness), Client::stored(&harness, json!({}))]
    {
        ask(&other, &[]).assert_error(400, "unauthorized_client");
    }
    // It registered for nothing else.
    client.redeem("pac_x").assert_error(400, "unauthorized_client");
    client.refresh("prt_x").assert_error(400, "unauthorized_client");
    let page = harness.get(&client.authorize(&[]));
    assert_eq!(page.status, 400, "and nobody is sent back to it");
    let there = service(&harness, &json!({ "redirect_uris": ["https://client.example/cb"] }));
    assert_eq!(
        harness.get(&there.authorize(&[])).redirected("error").as_deref(),
        Some("unauthorized_client")
    );
    assert_eq!(harness.memory.objects().0, 0);
}

#[test]
fn nobody_registers_for_it_whom_nobody_vouched_for() {
    let harness = Harness::new();
    let document =
        |method: &str| json!({ "grant_types": ["client_credentials"], "token_endpoint_auth_method": method });
    let anonymous = |document: &Value| harness.send(Sent::json("POST", "/register", document));
    let vouched =
        |document: &Value| harness.send(Sent::json("POST", "/register", document).bearer(REGISTRATION_TOKEN));
    let mut with_code = document("client_secret_basic");
    with_code["grant_types"] = json!(["authorization_code", "client_credentials"]);
    with_code["redirect_uris"] = json!(["https://client.example/cb"]);
    for refused in
        [anonymous(&document("client_secret_basic")), anonymous(&with_code), vouched(&document("none"))]
    {
        refused.assert_error(400, "invalid_client_metadata");
        assert!(
            refused.json()["error_description"].as_str().unwrap().starts_with("grant_types"),
            "{refused:?}"
        );
    }
    assert_eq!(vouched(&with_code).status, 201);
    let answer = vouched(&document("client_secret_post"));
    assert_eq!(answer.status, 201, "{answer:?}");
    let answer = answer.json();
    assert_eq!((&answer["redirect_uris"], &answer["response_types"]), (&json!([]), &json!([])));
    // What was told can be sent back (RFC 7592 §2.2).
    let path = format!("/register/{}", answer["client_id"].as_str().unwrap());
    let token = answer["registration_access_token"].as_str().unwrap();
    let mut same = answer.clone();
    for member in [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ] {
        same.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(harness.send(Sent::json("PUT", &path, &same).bearer(token)).status, 200);
    same["grant_types"] = json!(["refresh_token"]);
    harness.send(Sent::json("PUT", &path, &same).bearer(token)).assert_error(400, "invalid_client_metadata");
}

#[test]
fn its_subject_is_never_an_owners() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, _) = client.tokens(&browser);
    let sub = client.introspect(&access)["sub"].as_str().unwrap().to_owned();
    // 22 characters, or 43 where it is pairwise; a client id has a prefix and a MAC.
    assert_eq!(sub.len(), 22);
    let service = service(&harness, &json!({}));
    let tokens = ask(&service, &[]).json();
    let own =
        service.introspect(tokens["access_token"].as_str().unwrap())["sub"].as_str().unwrap().to_owned();
    assert!(own.len() > 43 && own.starts_with("prc_"), "{own}");
    // Userinfo knows no such person.
    let answer = harness.send(Sent::get("/userinfo").bearer(tokens["access_token"].as_str().unwrap()));
    answer.assert_error(403, "insufficient_scope");
}

#[test]
fn a_client_that_is_deleted_gets_nothing_more() {
    let harness = Harness::new();
    let client = service(&harness, &json!({}));
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let path = format!("/register/{}", client.id);
    let deleted = harness.send(Sent { method: "DELETE".into(), ..Sent::get(&path) }.bearer(token));
    assert_eq!(deleted.status, 204);
    ask(&client, &[]).assert_error(401, "invalid_client");
}
