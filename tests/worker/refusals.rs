//! Authorization requests that are refused: to the owner's face while nobody knows who asks, then to the client.

use serde_json::json;

use crate::app::{App, Ask, REDIRECT_URI, metadata_with};
use crate::browser::Browser;
use crate::http::{NOTHING, flipped, get, spent};
use crate::server::Server;

/// Refused on a page of ours: never redirected, whoever is signed in.
#[track_caller]
fn stays_here(browser: &Browser, ask: &Ask) {
    let reply = browser.get(&ask.url());
    assert_eq!((reply.status, reply.header("location")), (400, ""), "{}: {}", ask.url(), reply.body);
    assert!(reply.header("content-type").starts_with("text/html"));
}

#[test]
fn an_unknown_client_never_redirects() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = || app.asks_for("calendar.read");
    for id in ["x", "psc_x", "", "https://app.example/client", &flipped(&app.id, 40), &app.id[1..], "\u{0}"] {
        stays_here(&browser, &ask().with("client_id", id));
        get(&ask().with("client_id", id).url()).expect(400).costs(NOTHING);
    }
    stays_here(&browser, &ask().without("client_id"));
    stays_here(&browser, &ask().and("client_id", &app.id));
    stays_here(&browser, &ask().without("client_id").without("redirect_uri"));
}

#[test]
fn a_redirect_uri_that_is_not_exactly_registered_never_redirects() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    for other in [
        "",
        "https://diary.example/cb/",
        "https://diary.example/cb?",
        "https://diary.example/cb?a=b",
        "https://diary.example/cb#",
        "https://diary.example/cb#x",
        "https://diary.example/CB",
        "https://DIARY.example/cb",
        "HTTPS://diary.example/cb",
        "https://diary.example:443/cb",
        "https://diary.example/%63b",
        "https://diary.example/x/../cb",
        "https://diary.example/./cb",
        "https://diary.example//cb",
        "https://user@diary.example/cb",
        "https://diary.example@evil.example/cb",
        "https://diary.example.evil.example/cb",
        "https://evil.example/?https://diary.example/cb",
        "https://www.diary.example/cb",
        "https://diary.example./cb",
        "http://diary.example/cb",
        "https:diary.example/cb",
        "https:\\\\diary.example\\cb",
        "https:///diary.example/cb",
        "//diary.example/cb",
        "/cb",
        "cb",
        " https://diary.example/cb",
        "https://diary.example/cb ",
        "https://diary.example/cb\r\nX: y",
        "https://diary.example/cb\u{0}",
        "ht\ttps://diary.example/cb",
        "javascript:alert(1)",
        "data:text/html,x",
    ] {
        stays_here(&browser, &app.asks_for("calendar.read").with("redirect_uri", other));
    }
    stays_here(&browser, &app.asks_for("calendar.read").without("redirect_uri"));
    stays_here(&browser, &app.asks_for("calendar.read").and("redirect_uri", REDIRECT_URI));
    // Whatever else is wrong, too.
    stays_here(
        &browser,
        &app.asks_for("\"").with("redirect_uri", "https://evil.example/").with("prompt", "none"),
    );
}

#[test]
fn a_loopback_redirect_uri_matches_on_every_port_and_in_nothing_else() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let metadata = metadata_with(json!({ "redirect_uris": ["http://127.0.0.1/cb"] }));
    let app = App::registered(server, &metadata);
    for port in ["", ":1", ":8080", ":65535"] {
        let redirect_uri = format!("http://127.0.0.1{port}/cb");
        browser
            .open(&app.asks_for("calendar.read").with("redirect_uri", &redirect_uri).url())
            .asks_for_consent();
    }
    for other in [
        "http://localhost/cb",
        "http://127.0.0.2/cb",
        "http://[::1]/cb",
        "https://127.0.0.1/cb",
        "http://127.0.0.1/",
        "http://127.0.0.1/cb/",
        "http://127.0.0.1/cb?x",
        "http://127.0.0.1:80:80/cb",
        "http://127.0.0.1:x/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://localhost.evil.example/cb",
        "http://2130706433/cb",
        "http://0x7f000001/cb",
        "http://127.1/cb",
        "http://evil@127.0.0.1/cb",
        "http://127.0.0.1:80@evil.example/cb",
    ] {
        stays_here(&browser, &app.asks_for("calendar.read").with("redirect_uri", other));
    }
}

#[test]
fn every_other_error_goes_to_the_client_with_its_state_and_one_issuer() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let right = || app.asks_for("calendar.read");
    let challenge = "x".repeat(43);
    let cases: Vec<(Ask, &str)> = vec![
        (right().without("response_type"), "invalid_request"),
        (right().with("response_type", "token"), "unsupported_response_type"),
        (right().with("response_type", "code id_token"), "unsupported_response_type"),
        (right().with("response_mode", "fragment"), "invalid_request"),
        (right().without("code_challenge"), "invalid_request"),
        (right().without("code_challenge").without("code_challenge_method"), "invalid_request"),
        (right().without("code_challenge_method"), "invalid_request"),
        (right().with("code_challenge_method", "plain"), "invalid_request"),
        (right().with("code_challenge_method", "s256"), "invalid_request"),
        (right().with("code_challenge", &challenge[1..]), "invalid_request"),
        (right().with("code_challenge", &format!("{challenge}x")), "invalid_request"),
        (right().with("code_challenge", &format!("{}=", &challenge[1..])), "invalid_request"),
        (right().with("code_challenge", &format!("{}+", &challenge[1..])), "invalid_request"),
        (right().with("scope", "no.such.scope"), "invalid_scope"),
        (right().with("scope", "calendar.read admin"), "invalid_scope"),
        (right().with("scope", "calendar.read  calendar.write"), "invalid_scope"),
        (right().with("scope", " "), "invalid_scope"),
        (right().with("scope", "calendar.read\n"), "invalid_scope"),
        (right().with("scope", "\"calendar.read\""), "invalid_scope"),
        (right().with("scope", &"x".repeat(4000)), "invalid_scope"),
        (right().with("prompt", "select"), "invalid_request"),
        (right().with("claims", "{"), "invalid_request"),
        (right().with("id_token_hint", "a.b.c"), "invalid_request"),
        (right().with("prompt", "none login"), "invalid_request"),
        (right().with("max_age", "-1"), "invalid_request"),
        (right().with("max_age", "x"), "invalid_request"),
        (right().with("max_age", "1.5"), "invalid_request"),
        (right().with("max_age", "99999999999999999999"), "invalid_request"),
        (right().with("request", "eyJ.eyJ.x"), "request_not_supported"),
        (right().with("request_uri", "https://x.example/r"), "request_uri_not_supported"),
        (right().with("registration", "{}"), "registration_not_supported"),
        (right().with("resource", "https://elsewhere.example"), "invalid_target"),
        (right().with("resource", "javascript:x"), "invalid_target"),
        (right().with("resource", &format!("{}#x", server.url)), "invalid_target"),
        (right().and("resource", &server.url).and("resource", &server.url), "invalid_target"),
    ];
    for (ask, error) in cases {
        assert_eq!(ask.error_of(&browser.get(&ask.url())), error, "{}", ask.url());
        assert_eq!(ask.error_of(&get(&ask.url())), error, "nobody has to sign in to hear it");
    }
    for (name, value) in right().pairs() {
        if !matches!(name, "client_id" | "redirect_uri" | "state") {
            let twice = right().and(name, value);
            assert_eq!(twice.error_of(&browser.get(&twice.url())), "invalid_request", "{name}");
        }
    }
    let states = right().and("state", "another");
    let reply = browser.get(&states.url()).expect(303);
    assert_eq!(reply.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(reply.parameter("state"), None, "neither of two states is the client's");
    // What is not ours to judge is passed over.
    browser
        .open(&right().with("nonce", "x").with("display", "popup").with("x", "<y>").url())
        .asks_for_consent();
}

#[test]
fn state_comes_back_byte_for_byte_and_a_query_of_the_redirect_uri_is_kept() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    for redirect_uri in ["https://diary.example/cb?tenant=a%20b&x", "https://diary.example/cb?"] {
        let app = App::registered(server, &metadata_with(json!({ "redirect_uris": [redirect_uri] })));
        for state in ["a", "ä 🗓 \u{1}\r\n", "a%20b+c", "&code=forged&iss=x", "\"'<>", &"s".repeat(2000)] {
            let ask = app.asks_for("calendar.read").with("state", state).with("prompt", "none");
            let reply = browser.get(&ask.url());
            ask.error_of(&reply);
            assert!(reply.header("location").starts_with(redirect_uri));
        }
        let none = app.asks_for("calendar.read").without("state").with("prompt", "none");
        none.error_of(&browser.get(&none.url()));
    }
}

#[test]
fn a_client_may_use_what_it_registered_and_no_more() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::registered(server, &metadata_with(json!({ "scope": "calendar.read" })));
    let ask = app.asks_for("calendar.read calendar.write");
    assert_eq!(ask.error_of(&browser.get(&ask.url())), "invalid_scope");
    browser.open(&app.asks_for("calendar.read").url()).asks_for_consent();
    let write_only = App::registered(server, &metadata_with(json!({ "scope": "calendar.write" })));
    let ask = write_only.asks_for("").without("scope");
    assert_eq!(ask.error_of(&browser.get(&ask.url())), "invalid_scope", "never an empty grant");
}

#[test]
fn a_denied_client_is_an_unknown_client_until_it_is_allowed_again() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, "calendar.read");
    let admin = |path: &str, id: &str| {
        let post = crate::http::request("POST", &format!("{}/admin/clients/{path}", server.url));
        let post = post.bearer_auth(crate::server::ADMIN_TOKEN);
        crate::http::send(crate::http::with_json(post, &json!({ "client_id": id })))
    };
    admin("deny", &app.id).expect(204);
    get(&app.asks_for("calendar.read").url()).expect(400).costs(spent(1, 0, 0, 0));
    app.refresh(&tokens.refresh).expect_error(401, "invalid_client").costs(spent(1, 0, 0, 0));
    app.introspect(&tokens.access).expect_error(401, "invalid_client");
    let refused = browser.get(&app.asks_for("calendar.read").url()).expect(400);
    assert_eq!(refused.header("location"), "", "not even where its owner has approved it");
    admin("allow", &app.id).expect(204);
    app.refresh(&tokens.refresh).expect(200);
    get(&app.asks_for("calendar.read").url()).expect(303);
    admin("deny", "x").expect_error(400, "invalid_request");
    let stranger = crate::http::request("POST", &format!("{}/admin/clients/deny", server.url));
    crate::http::send(crate::http::with_json(stranger, &json!({ "client_id": app.id })))
        .expect_error(401, "invalid_token");
}
