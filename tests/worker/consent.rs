//! What the owner is asked, what is remembered, and for whom it answers.

use std::time::Duration;

use serde_json::json;

use crate::app::{ALL, App, Ask, Tokens, metadata_with};
use crate::browser::{Browser, PASSWORD};
use crate::http::{encode, flipped, get_as, request, send, with_form, with_json};
use crate::server::Server;

#[test]
fn what_was_approved_answers_silently_and_more_is_asked_only_then() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    app.tokens(&browser, "calendar.read");
    let again = app.asks_for("calendar.read");
    let code = again.code_without_asking(&browser.open(&again.url()));
    app.redeem(&code, &again).expect(200);
    let more = app.asks_for(ALL);
    browser.open(&more.url()).asks_for_consent();
    let code = more.allowed_in(&browser);
    assert_eq!(Tokens::of(&app.redeem(&code, &more).expect(200)).scope, ALL);
    let less = app.asks_for("calendar.write");
    less.code_without_asking(&browser.open(&less.url()));
    // Another app is another question.
    browser.open(&App::anonymous(server).asks_for("calendar.read").url()).asks_for_consent();
    // And so is another owner.
    let (other, _) = Browser::signed_up(server);
    other.open(&again.url()).asks_for_consent();
}

#[test]
fn no_scope_means_the_defaults() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for(ALL).without("scope");
    let code = ask.allowed_in(&browser);
    assert_eq!(Tokens::of(&app.redeem(&code, &ask).expect(200)).scope, "calendar.read");
}

#[test]
fn an_optional_scope_that_is_unticked_is_not_granted() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for(ALL);
    let page = browser.open(&ask.url()).asks_for_consent();
    let form = page.form().untick("scope", "calendar.write").press("decision", "allow");
    let code = ask.code_of(&browser.send(form).reply);
    let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
    assert_eq!(tokens.scope, "calendar.read");
    let write = request("POST", &format!("{}/demo/calendar", server.url)).bearer_auth(&tokens.access);
    send(with_json(write, &json!({ "title": "x" }))).expect_error(403, "insufficient_scope");
    // What was declined is declined: it is not asked for every time.
    let ask = app.asks_for(ALL);
    let code = ask.code_without_asking(&browser.open(&ask.url()));
    assert_eq!(Tokens::of(&app.redeem(&code, &ask).expect(200)).scope, "calendar.read");
}

#[test]
fn a_field_that_was_not_on_the_page_grants_nothing() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for("calendar.read");
    let page = browser.open(&ask.url()).asks_for_consent();
    let form = page.form().forge("scope", "calendar.write").press("decision", "allow");
    let code = ask.code_of(&browser.send(form).reply);
    assert_eq!(Tokens::of(&app.redeem(&code, &ask).expect(200)).scope, "calendar.read");
}

#[test]
fn a_required_scope_cannot_be_left_out_and_no_decision_is_no_approval() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for(ALL);
    let page = browser.open(&ask.url()).asks_for_consent();
    for decision in ["", "yes", "ALLOW"] {
        browser.send(page.form().forge("decision", decision)).refuses(400);
    }
    browser.send(page.form()).refuses(400);
    let form = page.form().without("scope").press("decision", "allow");
    let code = ask.code_of(&browser.send(form).reply);
    assert_eq!(Tokens::of(&app.redeem(&code, &ask).expect(200)).scope, "calendar.read");
}

#[test]
fn deny_is_access_denied_and_leaves_nothing() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let ask = App::anonymous(server).asks_for(ALL);
    let page = browser.open(&ask.url()).asks_for_consent();
    let answer = browser.send(page.form().press("decision", "deny"));
    assert_eq!(ask.error_of(&answer.reply), "access_denied");
    assert!(browser.open("/account").forms().is_empty());
    browser.open(&ask.url()).asks_for_consent();
}

#[test]
fn an_app_on_this_computer_is_asked_for_every_time() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    for (redirect_uri, actual) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
        ("http://[::1]:9/cb", "http://[::1]:9/cb"),
        ("com.example.diary:/cb", "com.example.diary:/cb"),
    ] {
        let metadata = metadata_with(json!({
            "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none", "application_type": "native",
        }));
        let mut app = App::registered(server, &metadata);
        app.redirect_uri = actual.to_owned();
        app.tokens(&browser, "calendar.read");
        app.tokens(&browser, "calendar.read");
        let ask = app.asks_for("calendar.read").with("prompt", "none");
        assert_eq!(ask.error_of(&browser.get(&ask.url())), "consent_required");
    }
}

#[test]
fn prompts_are_obeyed() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let silent = || app.asks_for("calendar.read").with("prompt", "none");

    let ask = silent();
    assert_eq!(ask.error_of(&Browser::new(server).get(&ask.url())), "login_required");
    assert_eq!(ask.error_of(&browser.get(&ask.url())), "consent_required");
    app.tokens(&browser, "calendar.read");
    let ask = silent();
    let code = ask.code_of(&browser.get(&ask.url()));
    app.redeem(&code, &ask).expect(200);

    browser.open(&app.asks_for("calendar.read").with("prompt", "consent").url()).asks_for_consent();

    let before = browser.cookies();
    // A sign-in counts when it is later than the request.
    std::thread::sleep(Duration::from_millis(20));
    let ask = app.asks_for("calendar.read").with("prompt", "login");
    let page = browser.open(&ask.url()).at("/signin");
    let form = page.form().fill("username", &name).fill("password", PASSWORD);
    ask.code_without_asking(&browser.send(form));
    assert_ne!(browser.cookies(), before);
    // What waited for the sign-in is not answered with the sign-in before it.
    let stale = send(browser.replay(&before, "GET", &page.url.as_str().replace("/signin?", "/authorize?")));
    assert!(stale.expect(303).header("location").starts_with("/signin?"));

    let old = app.asks_for("calendar.read").with("max_age", "0");
    browser.open(&old.url()).at("/signin");
    let fresh = app.asks_for("calendar.read").with("max_age", "3600");
    fresh.code_without_asking(&browser.open(&fresh.url()));
    for prompt in ["none login", "select", "login  consent", "none none"] {
        let ask = app.asks_for("calendar.read").with("prompt", prompt);
        assert_eq!(ask.error_of(&browser.get(&ask.url())), "invalid_request", "{prompt}");
    }
}

#[test]
fn a_posted_request_is_answered_with_its_sealed_self() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for("calendar.read");
    let url = format!("{}/authorize", server.url);
    // As from the client's own page: a foreign origin, and no Lax cookies.
    let posted = with_form(request("POST", &url), &ask.pairs())
        .header("origin", "https://diary.example")
        .header("sec-fetch-site", "cross-site");
    let posted = send(posted).expect(303);
    assert!(posted.header("location").starts_with("/authorize?authorization_request="));
    assert!(posted.all("set-cookie").is_empty());
    let page = browser.open(posted.header("location")).asks_for_consent();
    let answer = browser.send(page.form().press("decision", "allow"));
    app.redeem(&ask.code_of(&answer.reply), &ask).expect(200);
    let wrong = ask.clone().with("redirect_uri", "https://evil.example/");
    let refused = send(with_form(request("POST", &url), &wrong.pairs())).expect(400);
    assert_eq!(refused.header("location"), "");
}

#[test]
fn a_sealed_request_is_taken_whole_or_not_at_all() {
    let server = Server::shared();
    let browser = Browser::new(server);
    let ask = App::anonymous(server).asks_for("calendar.read");
    let page = browser.open(&ask.url()).at("/signin");
    let sealed = page.form().value("authorization_request").to_owned();
    for forged in [flipped(&sealed, 60), sealed[..sealed.len() - 2].to_owned(), "x".to_owned()] {
        for path in ["/authorize", "/signin", "/signup"] {
            let query = encode(&[("authorization_request", &forged)]);
            let refused = browser.get(&format!("{path}?{query}")).expect(400);
            assert_eq!(refused.header("location"), "");
        }
    }
}

#[test]
fn a_consent_form_counts_in_the_session_that_was_asked_and_once() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let (stranger, _) = Browser::signed_up(server);
    let same_owner = Browser::signed_in(server, &name);
    let ask = App::anonymous(server).asks_for("calendar.read");
    let page = browser.open(&ask.url()).asks_for_consent();
    let form = page.form().press("decision", "allow");
    for other in [&stranger, &same_owner] {
        other.send(form.clone()).refuses(403);
        let csrf = other.open("/account?").reply.body;
        let own = other.open("/signout").form().value("csrf").to_owned();
        assert!(!csrf.contains(form.value("csrf")));
        other.send(form.clone().forge("csrf", &own)).refuses(403);
    }
    for forged in ["", "x", &flipped(form.value("consent"), 40)] {
        browser.send(form.clone().forge("consent", forged)).refuses(400);
    }
    ask.code_of(&browser.send(form.clone()).reply);
    browser.send(form).refuses(400);
}

#[test]
fn removing_access_of_one_app_leaves_the_others() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let (gone, stays) = (App::anonymous(server), App::anonymous(server));
    let dead = [gone.tokens(&browser, ALL), {
        let ask = gone.asks_for(ALL);
        let code = ask.code_without_asking(&browser.open(&ask.url()));
        Tokens::of(&gone.redeem(&code, &ask).expect(200))
    }];
    let first = browser.open("/account").form().value("client").to_owned();
    let live = stays.tokens(&browser, ALL);
    let page = browser.open("/account");
    assert_eq!(page.forms().len(), 2);
    browser.send(page.form_with("client", &first).press("action", "remove")).at("/account");
    for tokens in dead {
        gone.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    }
    stays.refresh(&live.refresh).expect(200);
    get_as(&live.access, &format!("{}/demo/calendar", server.url)).expect(200);
    assert_eq!(browser.open("/account").forms().len(), 1);
}

#[test]
fn a_session_that_was_ended_elsewhere_approves_nothing() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let (known, new) = (App::anonymous(server), App::anonymous(server));
    known.tokens(&browser, "calendar.read");
    let waiting = browser.open(&new.asks_for("calendar.read").url()).asks_for_consent();
    let form = waiting.form().press("decision", "allow");
    let cookies = browser.cookies();
    browser.send(browser.open("/signout").form()).at("/signout");
    let replay = |ask: &Ask| send(browser.replay(&cookies, "GET", &ask.url()));
    for app in [&known, &new] {
        let ask = app.asks_for("calendar.read");
        assert!(replay(&ask).expect(303).header("location").starts_with("/signin?"));
        let ask = ask.with("prompt", "none");
        assert_eq!(ask.error_of(&replay(&ask)), "login_required");
    }
    let posted = send(form.body(browser.replay(&cookies, "POST", "/consent"))).expect(303);
    assert!(posted.header("location").starts_with("/signin?"));
}
