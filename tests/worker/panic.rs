//! What a panic costs. The lints keep panics out, so one is planted: in a module that is built for this test alone.

use std::time::Duration;

use crate::app::{ALL, App, Tokens, metadata};
use crate::browser::Browser;
use crate::http::{attempt, get, get_as, in_parallel, request, send_to_anyone};
use crate::server::{Server, shipped_module};
use crate::write::{Kind, Outcome, Write};

fn planted() -> Server {
    Server::start_with_feature("planted-panic", &[])
}

#[test]
fn the_shipped_module_has_no_panic_planted_in_it() {
    let server = Server::shared();
    for path in ["/planted-panic", "/planted-panic/before/refresh"] {
        get(&format!("{}{path}", server.url)).expect(404);
    }
    let contains = |module: &[u8]| module.windows(13).any(|window| window == b"planted-panic");
    assert!(!contains(&shipped_module("build")));
    assert!(contains(&shipped_module("target/planted-panic")), "this is how it would be found");
}

#[test]
fn a_panic_in_the_fetch_handler_ends_what_is_under_way_and_nothing_else() {
    let server = planted();
    let panics = || send_to_anyone(request("GET", &format!("{}/planted-panic", server.url)));
    let (browser, _) = Browser::signed_up(&server);
    let apps = [App::anonymous(&server), App::vouched_for(&server, &metadata())];
    let tokens = apps.each_ref().map(|app| app.tokens(&browser, ALL));
    let asks = apps.each_ref().map(|app| app.asks_for(ALL).with("prompt", "consent"));
    let code = asks[0].allowed_in(&browser);
    let form = browser.open(&asks[1].url()).asks_for_consent().form().press("decision", "allow");

    assert_eq!(panics().status, 500);
    get(&format!("{}/healthz", server.url)).expect(200);
    assert_eq!(panics().status, 500);
    // Sessions, pages, codes and tokens are what they were.
    browser.open("/account").at("/account");
    apps[0].redeem(&code, &asks[0]).expect(200);
    apps[1].redeem(&asks[1].code_of(&browser.post(&form)), &asks[1]).expect(200);
    for (app, tokens) in apps.iter().zip(&tokens) {
        get_as(&tokens.access, &format!("{}/demo/calendar", server.url)).expect(200);
        // Of those that were under way some got the successor, and the others can fetch it.
        let answers = in_parallel(12, |at| match at {
            6 => Some(panics()).filter(|reply| reply.status != 500),
            _ => attempt(app.refreshing(&tokens.refresh).timeout(Duration::from_secs(10))),
        });
        let successor = Tokens::of(&app.refresh(&tokens.refresh).expect(200)).refresh;
        for answer in answers.into_iter().flatten() {
            assert_eq!(Tokens::of(&answer.expect(200)).refresh, successor);
        }
        app.refresh(&successor).expect(200);
    }
}

/// Who waits for an object that panics is never answered: the runtime resets the instance that waits, too. So it is
/// the client that gives up. What it asked for is as if a crash had come in between.
#[test]
fn a_panic_inside_an_object_costs_one_answer_and_nothing_that_is_stored() {
    let server = planted();
    for (when, kind, command, outcome) in [
        ("before", Kind::Redeem, "redeem", Outcome::Undone),
        ("before", Kind::SignUp, "sign_up", Outcome::Undone),
        ("after", Kind::Redeem, "redeem", Outcome::Unheard),
        ("after", Kind::Consent, "create", Outcome::Unheard),
        ("after", Kind::Refresh, "refresh", Outcome::Undone),
        ("after", Kind::Removal, "remove_access", Outcome::Unheard),
        ("after", Kind::SignUp, "sign_up", Outcome::Unheard),
    ] {
        let write = Write::prepare(kind, &server);
        get(&format!("{}/planted-panic/{when}/{command}", server.url)).expect(404);
        let answer = attempt(write.request().timeout(Duration::from_secs(2)));
        assert!(answer.is_none(), "{answer:#?}");
        server.log_once_it_says(&format!("planted in an object, {when} {command}"));
        assert_eq!(write.settle(answer, &server), outcome, "{when} {command}");
    }
    let panics = server.log().matches("planted in an object").count();
    assert_eq!(panics, 7, "each was met once");
}
