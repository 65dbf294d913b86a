//! Rate limits, counted by the platform's own limiter (its local one: windows begin with the minute).

use std::sync::atomic::{AtomicU8, Ordering};

use reqwest::blocking::RequestBuilder;

use crate::app::{ALL, App, Tokens, metadata};
use crate::browser::{Browser, PASSWORD, new_name};
use crate::http::{Reply, get_as, request, send, with_form, with_json};
use crate::server::{ADMIN_TOKEN, REGISTRATION_TOKEN, Server};

/// Acts until it is refused. A new minute may begin in between, but only once.
#[track_caller]
fn until_refused(limit: usize, expected: u16, act: impl Fn() -> Reply) -> Reply {
    for at in 0..=limit * 2 {
        let reply = act();
        if reply.status == 429 {
            assert!(at >= limit, "refused after {at} of {limit}");
            assert_eq!(reply.header("retry-after"), "60");
            return reply;
        }
        reply.expect(expected);
    }
    panic!("never refused");
}

fn guess(server: &Server) -> RequestBuilder {
    with_form(request("POST", &format!("{}/token", server.url)), &[("client_id", "x")])
}

/// An address that nobody else here has. The header is the platform's alone in a deployment; locally it is believed.
fn from(address: u8, request: RequestBuilder) -> RequestBuilder {
    request.header("cf-connecting-ip", format!("203.0.113.{address}"))
}

#[test]
fn who_guesses_is_held_back_and_who_shares_the_address_is_not() {
    let server = Server::start_with_options(&["RATE_LIMITS:on"], &["--limit", "RATE_LIMIT_TOKEN_ERRORS:3"]);
    let (browser, _) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let tokens = app.tokens(&browser, ALL);
    let whoami = format!("{}/demo/whoami", server.url);
    let refused = until_refused(3, 401, || send(guess(&server)));
    let refused = refused.expect_error(429, "temporarily_unavailable");
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    assert!(refused.header("access-control-expose-headers").contains("Retry-After"));
    get_as(&tokens.access, &whoami).expect(200);
    let tokens = Tokens::of(&app.refresh(&tokens.refresh).expect(200));
    assert_eq!(app.introspect(&tokens.access).expect(200).json()["active"], true);
    send(from(1, guess(&server))).expect_error(401, "invalid_client");
    send(guess(&server).header("cf-connecting-ip", "unknown")).expect_error(401, "invalid_client");
    // The same limit, wherever a token is wrong.
    until_refused(3, 401, || send(from(2, request("GET", &whoami).bearer_auth("x.y.z"))));
    let deny = || with_json(request("POST", &format!("{}/admin/clients/deny", server.url)), &metadata());
    until_refused(3, 401, || send(from(3, deny().bearer_auth("a-guess-at-the-token"))));
    send(from(3, deny().bearer_auth(ADMIN_TOKEN))).expect_error(400, "invalid_request");
    // The client has proved itself: its errors count for it, wherever it calls from.
    let next = AtomicU8::new(4);
    until_refused(3, 400, || {
        let form = with_form(request("POST", &format!("{}/revoke", server.url)), &[]);
        let form = form.basic_auth(&app.id, app.secret.as_deref());
        send(from(next.fetch_add(1, Ordering::Relaxed), form))
    });
}

#[test]
fn one_address_signs_up_signs_in_and_registers_so_often_and_no_more() {
    let limits = ["SIGN_UP:2", "SIGN_IN:2", "REGISTRATION:1"].map(|limit| format!("RATE_LIMIT_{limit}"));
    let options: Vec<_> = limits.iter().flat_map(|limit| ["--limit", limit]).collect();
    let server = Server::start_with_options(&["RATE_LIMITS:on"], &options);
    let (owner, name) = Browser::signed_up(&server);
    let fill = |address: u8, path: &str, name: &str, password: &str| {
        let browser = Browser::new(&server);
        let form = browser.open(path).form().fill("username", name).fill("password", password);
        let post = browser.request("POST", path).header("origin", browser.origin());
        send(form.body(from(address, post)))
    };
    let refused = until_refused(2, 303, || fill(1, "/signup", &new_name(), PASSWORD));
    assert!(refused.body.contains("Too many attempts. Try again in 60 seconds."));
    // Each under a name of its own: no account's throttle slows these down.
    until_refused(2, 403, || fill(1, "/signin", &new_name(), "a-wrong-guess"));
    fill(2, "/signin", &name, PASSWORD).expect(303);

    let register = format!("{}/register", server.url);
    let vouched = || request("POST", &register).bearer_auth(REGISTRATION_TOKEN);
    until_refused(1, 201, || send(from(1, with_json(vouched(), &metadata()))));
    let form = owner.open("/console/register").form().fill("client_name", "x");
    let form = form.fill("redirect_uris", "https://x.example/cb");
    until_refused(1, 200, || owner.post(&form));
    for _ in 0..5 {
        send(from(1, with_json(request("POST", &register), &metadata()))).expect(201);
    }
}

#[test]
fn the_setting_turns_limits_off_and_an_accounts_own_throttle_stays() {
    let limits = ["--limit", "RATE_LIMIT_TOKEN_ERRORS:1", "--limit", "RATE_LIMIT_SIGN_IN:1"];
    let server = Server::start_with_options(&["RATE_LIMITS:off"], &limits);
    (0..4).for_each(|_| drop(send(guess(&server)).expect(401)));
    let (_, name) = Browser::signed_up(&server);
    (0..5).for_each(|_| drop(Browser::new(&server).sign_in(&name, "a-wrong-guess").refuses(403)));
    let throttled = Browser::new(&server).sign_in(&name, PASSWORD).refuses(429);
    assert_ne!(throttled.reply.header("retry-after"), "60");
}

#[test]
fn without_limiters_and_with_broken_ones_the_server_serves() {
    let server = Server::start_with_options(
        &["RATE_LIMITS:on", "RATE_LIMIT_TOKEN_ERRORS:this is no limiter"],
        &["--without-limits"],
    );
    let (browser, _) = Browser::signed_up(&server);
    let app = App::vouched_for(&server, &metadata());
    let tokens = app.tokens(&browser, ALL);
    app.refresh(&tokens.refresh).expect(200);
    // Counted by address and by client, told once.
    app.refresh("x").expect_error(400, "invalid_grant");
    send(guess(&server)).expect(401);
    // The log is written in order.
    get_as("x.y.z", &format!("{}/demo/whoami?last", server.url)).expect(401);
    let log = server.log_once_it_says("GET /demo/whoami");
    let told = log.matches("RATE_LIMIT_TOKEN_ERRORS does not answer").count();
    assert_eq!(told, 3, "once a request: {log}");
}
