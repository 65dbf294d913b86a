//! The token endpoint and what follows: refresh, scope, revocation, introspection, and what they refuse.

use serde_json::json;

use crate::app::{ALL, App, REDIRECT_URI, Tokens, metadata, metadata_with};
use crate::browser::Browser;
use crate::http::{flipped, get_as, post, request, send, with_form, with_json};
use crate::server::Server;

fn kept() -> serde_json::Value {
    metadata_with(json!({ "refresh_tokens": "keep" }))
}

#[test]
fn a_refresh_token_that_was_replaced_brings_the_same_successor_again() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let first = app.tokens(&browser, ALL);
    let second = Tokens::of(&app.refresh(&first.refresh).expect(200));
    let retried = Tokens::of(&app.refresh(&first.refresh).expect(200));
    assert_eq!(retried.refresh, second.refresh);
    let third = Tokens::of(&app.refresh(&second.refresh).expect(200));
    assert_ne!(third.refresh, second.refresh);
    // Whichever of the last is lost on the way: what comes is always what is current.
    assert_eq!(Tokens::of(&app.refresh(&first.refresh).expect(200)).refresh, third.refresh);
}

#[test]
fn a_client_that_keeps_its_refresh_token_keeps_it() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::registered(server, &kept());
    let first = app.tokens(&browser, ALL);
    let second = Tokens::of(&app.refresh(&first.refresh).expect(200));
    let third = Tokens::of(&app.refresh(&second.refresh).expect(200));
    assert_eq!((&second.refresh, &third.refresh), (&first.refresh, &first.refresh));
    assert_ne!(third.access, second.access);
    app.revoke(&first.refresh).expect(200);
    app.refresh(&first.refresh).expect_error(400, "invalid_grant");
}

#[test]
fn a_public_client_cannot_register_to_keep_its_refresh_token() {
    let server = Server::shared();
    let sent = metadata_with(json!({ "refresh_tokens": "keep", "token_endpoint_auth_method": "none" }));
    let reply = crate::http::post_json(&format!("{}/register", server.url), &sent);
    reply.expect_error(400, "invalid_client_metadata");
}

#[test]
fn a_refresh_may_narrow_the_scope_never_widen_it_and_the_next_has_the_whole_again() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, ALL);
    let refresh = |token: &str, scope: &str| {
        app.token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    };
    let narrow = Tokens::of(&refresh(&tokens.refresh, "calendar.read").expect(200));
    assert_eq!(narrow.scope, "calendar.read");
    let calendar = format!("{}/demo/calendar", server.url);
    get_as(&narrow.access, &calendar).expect(200);
    let write = request("POST", &calendar).bearer_auth(&narrow.access);
    let refused = send(with_json(write, &json!({ "title": "x" }))).expect_error(403, "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("scope=\"calendar.write\""));
    let whole = Tokens::of(&app.refresh(&narrow.refresh).expect(200));
    assert_eq!(whole.scope, ALL);

    let app = App::anonymous(server);
    let less = app.tokens(&browser, "calendar.read");
    let refresh = |token: &str, scope: &str| {
        app.token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    };
    refresh(&less.refresh, ALL).expect_error(400, "invalid_scope");
    refresh(&less.refresh, "no.such.scope").expect_error(400, "invalid_scope");
    app.refresh(&less.refresh).expect(200);
}

#[test]
fn revoking_either_token_ends_both() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    for app in [App::anonymous(server), App::public(server)] {
        for refresh_is_revoked in [true, false] {
            // A grant that is revoked is another matter than the approval: that one answers silently the next time.
            let ask = app.asks_for("calendar.read").with("prompt", "consent");
            let code = ask.allowed_in(&browser);
            let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
            app.revoke(if refresh_is_revoked { &tokens.refresh } else { &tokens.access }).expect(200);
            app.revoke(&tokens.refresh).expect(200);
            app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
            let calendar = format!("{}/demo/calendar", server.url);
            get_as(&tokens.access, &calendar).expect_error(401, "invalid_token");
        }
    }
}

#[test]
fn a_revocation_hint_may_be_wrong_and_what_is_unknown_is_fine() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, "calendar.read");
    for junk in ["x", "a.b.c", &flipped(&tokens.refresh, 20)] {
        app.revoke(junk).expect(200);
    }
    app.call("/revoke", &[]).expect_error(400, "invalid_request");
    app.call("/introspect", &[]).expect_error(400, "invalid_request");
    app.refresh(&tokens.refresh).expect(200);
    let hinted = [("token", tokens.access.as_str()), ("token_type_hint", "refresh_token")];
    assert_eq!(app.call("/introspect", &hinted).expect(200).json()["active"], true);
    app.call("/revoke", &hinted).expect(200);
    assert_eq!(app.introspect(&tokens.access).expect(200).json(), json!({ "active": false }));
}

#[test]
fn introspection_tells_a_client_about_its_own_tokens_and_nobody_else() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, ALL);
    let access = app.introspect(&tokens.access).expect(200).json();
    for (member, value) in [
        ("active", json!(true)),
        ("token_type", json!("Bearer")),
        ("scope", json!(ALL)),
        ("client_id", json!(app.id)),
        ("aud", json!(server.url)),
        ("iss", json!(server.url)),
    ] {
        assert_eq!(access[member], value);
    }
    assert!(!access.to_string().contains(&name));
    let lifetime = access["exp"].as_u64().unwrap() - access["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 600);
    let refresh = app.introspect(&tokens.refresh).expect(200).json();
    assert_eq!((&refresh["active"], &refresh["sub"]), (&json!(true), &access["sub"]));

    let other = App::anonymous(server);
    for token in [&tokens.access, &tokens.refresh] {
        assert_eq!(other.introspect(token).expect(200).json(), json!({ "active": false }));
        other.revoke(token).expect(200);
    }
    assert_eq!(app.introspect(&tokens.refresh).expect(200).json()["active"], true);
    App::public(server).introspect(&tokens.access).expect_error(401, "invalid_client");
    post(&format!("{}/introspect", server.url), &[("token", &tokens.access)])
        .expect_error(401, "invalid_client");
}

#[test]
fn what_belongs_to_another_client_is_refused_and_stays_as_it_was() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let (app, other) = (App::anonymous(server), App::anonymous(server));
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(&browser);
    other.redeem(&code, &ask).expect_error(400, "invalid_grant");
    app.redeem(&code, &app.asks_for(ALL)).expect_error(400, "invalid_grant");
    let elsewhere = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "https://diary.example/other"),
        ("code_verifier", &ask.verifier),
    ];
    app.token(&elsewhere).expect_error(400, "invalid_grant");
    let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
    other.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    app.refresh(&tokens.refresh).expect(200);
}

#[test]
fn a_code_is_redeemed_once_and_a_second_time_ends_what_it_brought() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(&browser);
    let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
    app.redeem(&code, &ask).expect_error(400, "invalid_grant");
    app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    get_as(&tokens.access, &format!("{}/demo/calendar", server.url)).expect_error(401, "invalid_token");
    assert_eq!(app.introspect(&tokens.access).expect(200).json(), json!({ "active": false }));
}

#[test]
fn token_requests_with_one_thing_wrong_are_refused_by_the_right_name() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for("calendar.read");
    let code = ask.allowed_in(&browser);
    let right = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", &ask.verifier),
    ];
    let without = |name: &str| right.into_iter().filter(|(n, _)| *n != name).collect::<Vec<_>>();
    for (name, error) in [
        ("grant_type", "invalid_request"),
        ("code", "invalid_request"),
        ("redirect_uri", "invalid_request"),
        ("code_verifier", "invalid_request"),
    ] {
        app.token(&without(name)).expect_error(400, error);
    }
    for (name, value, error) in [
        ("grant_type", "password", "unsupported_grant_type"),
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
        ("code", "no-such-code", "invalid_grant"),
        ("code", &flipped(&code, 20), "invalid_grant"),
        ("code", &code[..code.len() - 1], "invalid_grant"),
        ("redirect_uri", "https://diary.example/cb/", "invalid_grant"),
        ("code_verifier", "short", "invalid_request"),
        ("code_verifier", &flipped(&ask.verifier, 3), "invalid_grant"),
    ] {
        let mut pairs = without(name);
        pairs.push((name, value));
        app.token(&pairs).expect_error(400, error);
    }
    let mut resource = right.to_vec();
    resource.push(("resource", "https://elsewhere.example"));
    app.token(&resource).expect_error(400, "invalid_target");
    for at in 0..right.len() {
        let mut twice = right.to_vec();
        twice.push(right[at]);
        app.token(&twice).expect_error(400, "invalid_request");
    }
    // None of it has spent the code.
    app.token(&right).expect(200);
}

#[test]
fn clients_authenticate_in_the_way_they_registered_and_in_no_other() {
    let server = Server::shared();
    let url = format!("{}/token", server.url);
    let app = App::anonymous(server);
    let secret = app.secret.clone().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let basic = |id: &str, secret: &str| request("POST", &url).basic_auth(id, Some(secret));
    let in_body = |id: &str, secret: &str| {
        let mut pairs = form.to_vec();
        pairs.extend([("client_id", id), ("client_secret", secret)]);
        with_form(request("POST", &url), &pairs)
    };
    // Authenticated, and only then refused for what was asked.
    send(with_form(basic(&app.id, &secret), &form)).expect_error(400, "invalid_grant");
    for wrong in [
        with_form(basic(&app.id, &flipped(&secret, 8)), &form),
        with_form(basic(&app.id, ""), &form),
        with_form(basic("unknown", &secret), &form),
        with_form(basic(&flipped(&app.id, 30), &secret), &form),
    ] {
        let refused = send(wrong).expect_error(401, "invalid_client");
        assert!(refused.header("www-authenticate").starts_with("Basic "));
    }
    for header in ["Basic", "Basic ", "Basic !!!", "Basic YQ==", "Basic YTpi, Basic YTpi", "Digest x"] {
        let refused = send(with_form(request("POST", &url).header("authorization", header), &form));
        assert!(matches!(refused.status, 400 | 401), "{header}: {refused:?}");
    }
    let refused = send(in_body(&app.id, &secret)).expect_error(401, "invalid_client");
    assert_eq!(refused.header("www-authenticate"), "", "only Basic is answered with Basic");
    send(with_form(request("POST", &url), &form)).expect_error(401, "invalid_client");
    let both = [form[0], form[1], ("client_id", &app.id), ("client_secret", &secret)];
    send(with_form(basic(&app.id, &secret), &both)).expect_error(400, "invalid_request");
    let two = [form[0], form[1], ("client_id", "another")];
    send(with_form(basic(&app.id, &secret), &two)).expect_error(400, "invalid_request");

    let by_post = metadata_with(json!({ "token_endpoint_auth_method": "client_secret_post" }));
    let by_post = App::registered(server, &by_post);
    let secret = by_post.secret.clone().unwrap();
    send(in_body(&by_post.id, &secret)).expect_error(400, "invalid_grant");
    send(with_form(basic(&by_post.id, &secret), &form)).expect_error(401, "invalid_client");

    let public = App::public(server);
    send(in_body(&public.id, "a-secret")).expect_error(401, "invalid_client");
    send(with_form(request("POST", &url), &[form[0], form[1], ("client_id", &app.id)]))
        .expect_error(401, "invalid_client");
}

#[test]
fn a_client_without_the_refresh_grant_gets_no_refresh_token() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let only_code = metadata_with(json!({ "grant_types": ["authorization_code"] }));
    let app = App::registered(server, &only_code);
    let tokens = app.tokens(&browser, "calendar.read");
    assert_eq!(tokens.refresh, "");
    app.refresh("x").expect_error(400, "unauthorized_client");
    let ask = App::registered(server, &metadata()).asks_for("calendar.read");
    assert!(browser.open(&ask.url()).asks_for_consent().reply.body.contains("decision"));
}
