//! Servers with settings of their own.

use std::time::Duration;

use serde_json::json;

use crate::app::{ALL, App, Tokens, metadata, metadata_with};
use crate::browser::{Browser, PASSWORD, new_name};
use crate::http::{get, get_as, post_json, request, send, send_to_anyone, with_form, with_json};
use crate::server::{ADMIN_TOKEN, REGISTRATION_TOKEN, Server};

#[test]
fn codes_and_tokens_die_when_their_time_is_up() {
    let server = Server::start(&["CODE_TTL:2", "ACCESS_TOKEN_TTL:2", "REFRESH_RETRY_WINDOW:1"]);
    let (browser, _) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let late = app.asks_for(ALL);
    let code = late.allowed_in(&browser);
    let ask = app.asks_for(ALL);
    let reply = app.redeem(&ask.code_of(&browser.get(&ask.url())), &ask).expect(200);
    assert_eq!(reply.json()["expires_in"], 2);
    let tokens = Tokens::of(&reply);
    let used = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
    std::thread::sleep(Duration::from_millis(2100));

    app.redeem(&code, &late).expect_error(400, "invalid_grant");
    for path in ["/demo/whoami", "/demo/calendar"] {
        let refused =
            get_as(&used.access, &format!("{}{path}", server.url)).expect_error(401, "invalid_token");
        let challenge = refused.header("www-authenticate").to_owned();
        assert!(
            challenge.contains("error=\"invalid_token\"") && challenge.contains("expired"),
            "{challenge}"
        );
    }
    assert_eq!(app.introspect(&used.access).expect(200).json(), json!({ "active": false }));
    // The refresh token is alive, and brings an access token that is.
    let renewed = Tokens::of(&app.refresh(&used.refresh).expect(200));
    get_as(&renewed.access, &format!("{}/demo/calendar", server.url)).expect(200);

    // Outside the window a token that was replaced has been stolen, one way or the other.
    std::thread::sleep(Duration::from_millis(1100));
    app.refresh(&used.refresh).expect_error(400, "invalid_grant");
    app.refresh(&renewed.refresh).expect_error(400, "invalid_grant");
    assert_eq!(app.introspect(&renewed.refresh).expect(200).json(), json!({ "active": false }));
    server.log_once_it_says("RefreshReused");
}

#[test]
fn a_refresh_token_dies_when_it_was_not_used_for_long() {
    let server = Server::start(&["REFRESH_IDLE_TTL:3", "ACCESS_TOKEN_TTL:1", "REFRESH_RETRY_WINDOW:0"]);
    let (browser, _) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let tokens = app.tokens(&browser, ALL);
    std::thread::sleep(Duration::from_millis(1800));
    let renewed = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
    std::thread::sleep(Duration::from_millis(1800));
    // Use has moved the end.
    let renewed = Tokens::of(&app.refresh(&renewed.refresh).expect(200));
    std::thread::sleep(Duration::from_millis(3200));
    app.refresh(&renewed.refresh).expect_error(400, "invalid_grant");
    // Without a window every second use is one too many.
    let ask = app.asks_for(ALL);
    let tokens = Tokens::of(&app.redeem(&ask.code_of(&browser.get(&ask.url())), &ask).expect(200));
    let renewed = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
    app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    app.refresh(&renewed.refresh).expect_error(400, "invalid_grant");
}

#[test]
fn a_closed_server_registers_nobody() {
    let server = Server::start(&["REGISTRATION:closed", "SIGN_UP:closed"]);
    let register = format!("{}/register", server.url);
    post_json(&register, &metadata()).expect_error(403, "access_denied");
    let vouched = request("POST", &register).bearer_auth(REGISTRATION_TOKEN);
    send(with_json(vouched, &metadata())).expect_error(403, "access_denied");
    let discovery = get(&format!("{}/.well-known/oauth-authorization-server", server.url)).expect(200).json();
    assert_eq!(discovery["registration_endpoint"], json!(null));
    let browser = Browser::new(&server);
    browser.open("/signup").refuses(403);
    let sign_in = browser.open("/signin").at("/signin");
    assert!(!sign_in.reply.body.contains("/signup"));
    let forged = sign_in.form().forge("username", &new_name()).forge("password", PASSWORD);
    let csrf = forged.value("csrf").to_owned();
    let sign_up = browser.request("POST", "/signup").header("origin", browser.origin());
    let fields = [("csrf", csrf.as_str()), ("username", "somebody"), ("password", PASSWORD)];
    send(with_form(sign_up, &fields)).expect(403);

    // A client that was sealed under the same key elsewhere is not let in here.
    let elsewhere = App::anonymous(Server::shared()).moved_to(&server);
    elsewhere.refresh("x").expect_error(401, "invalid_client");
    get(&elsewhere.asks_for(ALL).url()).expect(400);
}

#[test]
fn a_server_that_wants_a_token_registers_those_who_have_it() {
    let server = Server::start(&["REGISTRATION:token", "REFRESH_TOKENS:keep"]);
    let refused = post_json(&format!("{}/register", server.url), &metadata());
    let refused = refused.expect_error(401, "invalid_token");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let (browser, _) = Browser::signed_up(&server);
    let stays = App::vouched_for(&server, &metadata());
    let tokens = stays.tokens(&browser, ALL);
    assert_eq!(Tokens::of(&stays.refresh(&tokens.refresh).expect(200)).refresh, tokens.refresh);
    // The setting speaks for those that authenticate and did not say.
    let rotates = metadata_with(json!({ "refresh_tokens": "rotate" }));
    let public = metadata_with(json!({ "token_endpoint_auth_method": "none" }));
    for metadata in [rotates, public] {
        let app = App::vouched_for(&server, &metadata);
        let tokens = app.tokens(&browser, ALL);
        assert_ne!(Tokens::of(&app.refresh(&tokens.refresh).expect(200)).refresh, tokens.refresh);
    }
    App::anonymous(Server::shared()).moved_to(&server).refresh("x").expect_error(401, "invalid_client");
}

#[test]
fn passwords_of_either_kind_are_known_after_the_setting_has_changed() {
    let server = Server::start(&["PASSWORD_HASH:pbkdf2"]);
    let (_, name) = Browser::signed_up(&server);
    Browser::new(&server).sign_in(&name, "not-the-password").refuses(403);
    Browser::new(&server).sign_in(&name, PASSWORD).at("/account");
    let server = server.crash().restart(&["PASSWORD_HASH:argon2id"]);
    for _ in 0..2 {
        Browser::new(&server).sign_in(&name, "not-the-password").refuses(403);
        Browser::new(&server).sign_in(&name, PASSWORD).at("/account");
    }
}

#[test]
fn behind_https_cookies_are_secure_and_bound_to_the_host() {
    let issuer = "https://auth.example.com";
    let server = Server::start(&[&format!("ISSUER:{issuer}")]);
    let discovery = get(&format!("{}/.well-known/oauth-authorization-server", server.url)).expect(200);
    assert_eq!(discovery.json()["issuer"], issuer);
    assert_eq!(discovery.json()["token_endpoint"], format!("{issuer}/token"));
    assert_eq!(discovery.header("strict-transport-security"), "max-age=31536000");

    let browser = Browser::new(&server);
    let page = browser.open("/signup").at("/signup");
    let visitor = page.reply.header("set-cookie").split(';').next().unwrap().to_owned();
    let form = page.form().fill("username", &new_name()).fill("password", PASSWORD);
    let post = |cookies: &str, origin: &str| {
        send(form.body(browser.replay(cookies, "POST", "/signup").header("origin", origin)))
    };
    post(&visitor, &server.url).expect(403);
    // Without the prefix it is not the cookie that was set.
    post(&visitor.replace("__Host-", ""), issuer).expect(403);
    let signed_up = post(&visitor, issuer).expect(303);
    let cookies: Vec<_> =
        page.reply.all("set-cookie").into_iter().chain(signed_up.all("set-cookie")).collect();
    assert_eq!(cookies.len(), 4);
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-postern_"), "{cookie}");
        for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(cookie.split("; ").any(|own| own == attribute), "{attribute}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[test]
fn without_a_root_key_nothing_is_served_and_the_log_says_what_to_do() {
    let server = Server::start_with_secrets(&format!("DEV=1\nADMIN_TOKEN={ADMIN_TOKEN}\n"), &[]);
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/healthz"),
        ("GET", "/authorize"),
        ("POST", "/token"),
        ("POST", "/register"),
        ("GET", "/signin"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("GET", "/nothing"),
    ] {
        let reply = send_to_anyone(request(method, &format!("{}{path}", server.url))).expect(503);
        assert_eq!(reply.member("error"), "temporarily_unavailable");
        assert!(!reply.body.contains("ROOT_KEYS"), "the caller cannot help it");
    }
    server.log_once_it_says("ROOT_KEYS: this secret is missing");
    server.log_once_it_says("wrangler secret put ROOT_KEYS");
}

#[test]
fn a_setting_that_is_wrong_stops_everything_and_is_named() {
    let server = Server::start(&["CODE_TTL:soon", "SIGN_UP:perhaps"]);
    send_to_anyone(request("GET", &format!("{}/healthz", server.url))).expect(503);
    server.log_once_it_says("CODE_TTL: must be a whole number of seconds from 1 to 600");
    server.log_once_it_says("SIGN_UP: must be one of: open, closed");
}
