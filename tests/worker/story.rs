//! The whole story: an app registers, an owner signs up and approves, tokens open the calendar, access ends.

use serde_json::{Value, json};

use crate::app::{ALL, App, Tokens, metadata, metadata_with};
use crate::browser::{Browser, PASSWORD, new_name};
use crate::http::{get, get_as, request, send, with_json};
use crate::server::Server;

/// The story from the authorization request to the end of access, for any kind of client.
fn walk(server: &Server, app: &App) {
    let (browser, name) = (Browser::new(server), new_name());

    // The request survives the way through sign-in to sign-up.
    let ask = app.asks_for(ALL);
    let sign_in = browser.open(&ask.url()).at("/signin");
    assert!(sign_in.reply.body.contains("Diary"));
    let waiting = sign_in.form().value("authorization_request").to_owned();
    let sign_up = browser.open(&format!("/signup?authorization_request={waiting}")).at("/signup");
    let consent = browser.send(sign_up.form().fill("username", &name).fill("password", PASSWORD));
    let consent = consent.asks_for_consent();
    for word in [&name, "diary.example", "See your calendar", "Add to your calendar"] {
        assert!(consent.reply.body.contains(word), "{word}");
    }
    let answer = browser.send(consent.form().press("decision", "allow"));
    let code = ask.code_of(&answer.reply);

    let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
    assert_eq!(tokens.scope, ALL);

    let whoami = get_as(&tokens.access, &format!("{}/demo/whoami", server.url)).expect(200).json();
    assert_eq!(whoami["client_id"], app.id);
    assert_eq!(whoami["scope"], ALL);
    assert_eq!(whoami["aud"], server.url);
    let calendar = format!("{}/demo/calendar", server.url);
    let dentist = request("POST", &calendar).bearer_auth(&tokens.access);
    send(with_json(dentist, &json!({ "title": "dentist" }))).expect(201);
    let entries = get_as(&tokens.access, &calendar).expect(200).json();
    assert_eq!(entries["entries"][0]["title"], "dentist");
    assert_eq!(entries["entries"][0]["added_by"], app.id);

    let renewed = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
    assert_ne!(renewed.refresh, tokens.refresh);
    assert_ne!(renewed.access, tokens.access);
    let again = get_as(&renewed.access, &calendar).expect(200).json();
    assert_eq!(again, entries);

    let account = browser.open("/account").at("/account");
    assert!(account.reply.body.contains("Diary") && account.reply.body.contains(&name));
    assert!(account.texts(".apps time")[0].contains(" 20"));
    browser.send(account.form().press("action", "remove")).at("/account");

    // Refresh tokens, introspection and the live guard know at once; the offline guard within ten minutes.
    app.refresh(&renewed.refresh).expect_error(400, "invalid_grant");
    if app.secret.is_some() {
        for token in [&renewed.access, &renewed.refresh, &tokens.access] {
            assert_eq!(app.introspect(token).expect(200).json(), json!({ "active": false }));
        }
    }
    let refused = get_as(&renewed.access, &calendar).expect_error(401, "invalid_token");
    assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""));
    get_as(&renewed.access, &format!("{}/demo/whoami", server.url)).expect(200);
    assert!(browser.open("/account").texts(".apps strong").is_empty());
    browser.open(&app.asks_for(ALL).url()).asks_for_consent();
}

#[test]
fn an_app_that_registers_anonymously_with_a_secret_lives_the_whole_story() {
    let server = Server::shared();
    walk(server, &App::anonymous(server));
}

#[test]
fn an_app_that_registers_anonymously_without_a_secret_lives_the_whole_story() {
    let server = Server::shared();
    walk(server, &App::public(server));
}

#[test]
fn an_app_that_registers_with_the_initial_access_token_lives_the_whole_story() {
    let server = Server::shared();
    let post = metadata_with(json!({ "token_endpoint_auth_method": "client_secret_basic" }));
    walk(server, &App::vouched_for(server, &post));
}

#[test]
fn an_app_that_an_owner_registers_in_the_console_lives_the_whole_story_and_is_deleted_there() {
    let server = Server::shared();
    let developer = Browser::new(server);
    let sign_in = developer.open("/console").at("/signin");
    let sign_up = developer.open(&format!("/signup?next={}", sign_in.form().value("next")));
    let form = sign_up.form().fill("username", &new_name()).fill("password", PASSWORD);
    developer.send(form).at("/console");
    let form = developer
        .open("/console/register")
        .form()
        .fill("client_name", "Diary")
        .fill("redirect_uris", "https://diary.example/cb\r\n");
    let registered = developer.send(form);
    let code = |id: &str| registered.texts(&format!("code#{id}")).concat();
    let (id, secret) = (code("client_id"), code("client_secret"));
    crate::secrets::met(&secret);
    crate::secrets::met(&code("registration_access_token"));
    let app = App::of(server, &json!({ "client_id": id, "client_secret": secret }));
    walk(server, &app);

    let page = developer.open(&format!("/console/clients/{id}"));
    assert!(!page.reply.body.contains(&secret), "a secret is shown once");
    let asked = developer.open(&format!("/console/clients/{id}/delete"));
    let (stranger, _) = Browser::signed_up(server);
    let csrf = stranger.open("/console/register").form().value("csrf").to_owned();
    stranger.send(asked.form().forge("csrf", &csrf)).refuses(404);
    assert!(!developer.send(asked.form()).reply.expect(200).body.contains(&id));
    app.token(&[("grant_type", "refresh_token"), ("refresh_token", "x")]).expect_error(401, "invalid_client");
    let ask = app.asks_for(ALL);
    stranger.get(&ask.url()).expect(400);
}

#[test]
fn the_same_metadata_without_a_secret_is_the_same_client_and_with_one_it_never_is() {
    let server = Server::shared();
    assert_eq!(App::public(server).id, App::public(server).id);
    let (one, other) = (App::anonymous(server), App::anonymous(server));
    assert_ne!(one.id, other.id);
    assert_ne!(one.secret, other.secret);
    let mut mixed = one;
    mixed.secret = other.secret;
    mixed.refresh("x").expect_error(401, "invalid_client");
}

#[test]
fn registration_answers_with_what_was_registered() {
    let server = Server::shared();
    let sent = metadata_with(json!({
        "scope": "calendar.read",
        "client_uri": "https://diary.example/",
        "logo_uri": "https://diary.example/logo.png",
        "policy_uri": "https://diary.example/privacy",
        "tos_uri": "https://diary.example/terms",
        "contacts": ["dev@diary.example"],
        "software_id": "diary",
        "software_version": "1.0",
        "refresh_tokens": "keep",
        "token_endpoint_auth_method": "client_secret_post",
        "response_types": ["code"],
        "something_else": "is ignored",
        "client_id": "chosen",
        "client_secret": "chosen-secret-of-the-app",
    }));
    let registered = App::vouched_for(server, &sent);
    for (name, value) in sent.as_object().unwrap() {
        match name.as_str() {
            "something_else" => assert_eq!(registered.document[name], Value::Null),
            "client_id" | "client_secret" => assert_ne!(registered.document[name], *value),
            _ => assert_eq!(registered.document[name], *value, "{name}"),
        }
    }
    assert_eq!(registered.document["client_secret_expires_at"], 0);
    assert!(registered.document["client_id_issued_at"].as_u64().unwrap() > 1_600_000_000);
    let here = format!("{}/register/{}", server.url, registered.id);
    assert_eq!(registered.document["registration_client_uri"], here);
    let anonymous = App::registered(server, &metadata());
    assert_eq!(anonymous.document["registration_access_token"], Value::Null);
    assert!(anonymous.id.len() <= 1500);
}

#[test]
fn the_metadata_documents_name_what_there_is() {
    let server = Server::shared();
    let at = |path: &str| format!("{}{path}", server.url);
    let document = get(&at("/.well-known/oauth-authorization-server")).expect(200).json();
    assert_eq!(document["issuer"], server.url);
    for (name, path) in [
        ("authorization_endpoint", "/authorize"),
        ("token_endpoint", "/token"),
        ("revocation_endpoint", "/revoke"),
        ("introspection_endpoint", "/introspect"),
        ("registration_endpoint", "/register"),
    ] {
        assert_eq!(document[name], at(path));
    }
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["response_types_supported"], json!(["code"]));
    let grant_types = json!([
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]);
    assert_eq!(document["grant_types_supported"], grant_types);
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    for resource in ["", "/demo/whoami", "/demo/calendar"] {
        let metadata =
            get(&at(&format!("/.well-known/oauth-protected-resource{resource}"))).expect(200).json();
        assert_eq!(metadata["resource"], at(resource));
        assert_eq!(metadata["authorization_servers"], json!([server.url]));
    }
    get(&at("/.well-known/oauth-protected-resource/nothing")).expect(404);
    get(&at("/healthz")).expect(200);
    let start = get(&at("/")).expect(200);
    assert!(start.body.contains("<h1>Postern</h1>"));
}
